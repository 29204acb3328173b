"""The people of a room: member_mute."""
import asyncio

import pytest

from integration.talk import Refused, enter, refused, scenario


@scenario
async def test_muted_one_reads_but_does_not_write(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    officer = town.staff("officer", community)
    mute = {"room_id": community.hall_id, "account_id": wang.id, "minutes": 10, "reason": "刷屏"}
    async with enter(server, wang) as a, enter(server, li) as b, enter(server, officer) as o:
        await a.post(community.hall_id, "先说一句")
        with refused("not_found"):
            await b.request("member_mute", mute)
        await o.request("member_mute", mute)
        told = (await a.next_event("member_muted")).body
        assert told["reason"] == "刷屏" and told["room_id"] == community.hall_id
        assert 9 * 60000 < told["until"] - a.welcome["server_time"] < 11 * 60000
        with pytest.raises(Refused) as caught:
            await a.post(community.hall_id, "还想说")
        assert caught.value.code == "muted"
        assert 9 * 60000 < caught.value.retry_after_ms <= 10 * 60000
        town.link.execute("UPDATE room SET frozen_until = now() + interval '20 minutes'"
                          " WHERE id = %s", (community.hall_id,))
        for person in (a, b):  # what lasts longer counts
            with pytest.raises(Refused) as caught:
                await person.post(community.hall_id, "都别说")
            assert caught.value.code == "muted"
            assert 19 * 60000 < caught.value.retry_after_ms <= 20 * 60000
        town.link.execute("UPDATE room SET frozen_until = NULL WHERE id = %s",
                          (community.hall_id,))
        await b.post(community.hall_id, "别人照常")
        assert (await a.next_event("message_added")).body["message"]["body"] == "别人照常"
    async with enter(server, wang) as a, enter(server, officer) as o:
        room = a.welcome["rooms"][0]
        assert room["may_post"] is False and room["muted_until"] == told["until"]
        await o.request("member_mute", {**mute, "minutes": 0, "reason": "可以了"})
        assert "until" not in (await a.next_event("member_muted")).body
        await a.post(community.hall_id, "谢谢")
    rows = town.link.execute("SELECT action, actor_id, role_used, entity_id FROM audit"
                             " WHERE action LIKE 'member.%%' ORDER BY seq").fetchall()
    assert [(r["action"], r["actor_id"], r["role_used"], r["entity_id"]) for r in rows] == [
        ("member.mute", officer.id, 7, wang.id), ("member.unmute", officer.id, 7, wang.id)]


@scenario
async def test_a_mute_ends_by_itself(server, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(server, wang) as a:
        town.link.execute("UPDATE membership SET muted_until = now() + interval '1 second'"
                          " WHERE account_id = %s", (wang.id,))
        await asyncio.sleep(0.1)
        with refused("muted"):
            await a.post(community.hall_id, "x")
        await asyncio.sleep(1)
        await a.post(community.hall_id, "又可以说了")


@scenario
async def test_what_is_wrong_with_a_mute_is_said(server, town):
    community = town.community()
    wang = town.resident(community)
    officer = town.staff("officer", community)
    stranger = town.resident(town.community())
    async with enter(server, officer) as o:
        mute = {"room_id": community.hall_id, "account_id": wang.id, "minutes": 10, "reason": "x"}
        with refused("invalid_field", "reason"):
            await o.request("member_mute", {**mute, "reason": " "})
        with refused("invalid_field", "minutes"):
            await o.request("member_mute", {**mute, "minutes": 1441})
        with refused("not_found"):
            await o.request("member_mute", {**mute, "account_id": stranger.id})
        with refused("not_found"):
            await o.request("member_mute", {**mute, "account_id": officer.id})  # not herself
