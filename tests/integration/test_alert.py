"""A fraud alert from the signed door to everyone it is for, and to nobody else."""
import asyncio
import time

import pytest
from client.hall_doors import Refused

from integration.alert_scene import MARKERS, PHONE, Scene, Watch, everything


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


def test_each_gets_what_is_for_her_and_nothing_else(scene):
    people = [scene.target, scene.neighbour, scene.stranger, scene.officer, scene.dispatcher,
              scene.grid_worker, scene.unit_leader, scene.other_officer]

    async def run():
        async with Watch(scene, *people) as watch:
            began = time.monotonic()
            answer = await scene.inject(scene.alert())
            assert answer["is_new"] and answer["state"] == "dispatched"
            target = await watch.alert(scene.target)
            assert target["audience"] == "target" and "claimed_by" not in target
            assert target["door"] == MARKERS["door_code"]
            for person in (scene.officer, scene.dispatcher):
                order = await watch.alert(person)
                assert order["audience"] == "officers"
                assert order["target_name"] == MARKERS["name"] and order["building"] == "3栋"
                assert order["source_name"] == "反诈中心" and order["may_ack"]
            order = await watch.alert(scene.grid_worker)
            assert order["audience"] == "responders"
            assert order["situation"] == MARKERS["situation"] and "amount_range" not in order
            order = await watch.alert(scene.unit_leader)
            assert order["audience"] == "volunteers" and order["target_name"] == "欧阳某"
            assert "door" not in order and "situation" not in order
            notice = await watch.notice(scene.neighbour)
            assert notice["state"] == "published" and "公检法" in notice["title"]
            assert time.monotonic() - began < 5
            while not (cards := [e.body["message"] for e in watch[scene.neighbour].received
                                 if e.name == "message_added"]):
                await watch[scene.neighbour].next_event(timeout=5)
            card = cards[0]
            assert card["kind"] == "notice_card" and card["notice_id"] == notice["notice_id"]
            await asyncio.sleep(0.3)
            for person in (scene.neighbour, scene.stranger):
                seen = everything(watch[person])
                assert "alert_pushed" not in seen
                assert not [m for m in (*MARKERS.values(), PHONE) if m in seen]
            assert "alert_pushed" not in everything(watch[scene.other_officer])
            assert str(answer["alert_id"]) not in everything(watch[scene.neighbour])
            found = await watch[scene.neighbour].search("秘密")
            assert found["messages"] == []

    asyncio.run(run())
    log = scene.server.log()
    assert not [m for m in (*MARKERS.values(), PHONE) if m in log]


def test_the_first_to_take_it_wins_and_everyone_learns_who(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.grid_worker, scene.unit_leader,
                         scene.target) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.officer)
            for person in (scene.grid_worker, scene.unit_leader, scene.target):
                await watch.alert(person)
            ask = {"alert_id": order["alert_id"], "expected_version": order["state_version"]}
            answers = await asyncio.gather(
                *(watch[p].request("alert_ack", ask)
                  for p in (scene.grid_worker, scene.officer, scene.unit_leader)),
                return_exceptions=True)
            won = [a for a in answers if not isinstance(a, Exception)]
            assert len(won) == 1
            assert all(isinstance(a, dict) or a.code == "conflict" for a in answers)
            taken = await watch.alert(scene.officer)
            assert taken["state"] == "acknowledged" and taken["state_version"] == 2
            assert taken["claimed_by_name"] and not taken["may_ack"] and taken["ack_by"]
            mine = await watch.alert(scene.target)
            assert mine["state"] == "acknowledged" and "claimed_by_name" not in mine
            with pytest.raises(Refused) as refusal:
                await watch[scene.target].request(
                    "alert_ack", {**ask, "expected_version": taken["state_version"]})
            assert refusal.value.code == "not_found"

    asyncio.run(run())


def test_a_claim_can_be_given_back_by_who_has_it_only(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.grid_worker) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.officer)
            await watch[scene.officer].request(
                "alert_ack", {"alert_id": order["alert_id"], "expected_version": 1})
            back = {"alert_id": order["alert_id"], "expected_version": 2, "reason": "赶不到"}
            with pytest.raises(Refused) as refusal:
                await watch[scene.grid_worker].request("alert_unclaim", back)
            assert refusal.value.code == "conflict"
            done = await watch[scene.officer].request("alert_unclaim", back)
            assert done["state_version"] == 3

    asyncio.run(run())


def test_a_claim_lapses_when_its_time_is_over(scene, database):
    async def run():
        async with Watch(scene, scene.officer, scene.grid_worker) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.officer)
            await watch[scene.officer].request(
                "alert_ack", {"alert_id": order["alert_id"], "expected_version": 1})
            database.rows("UPDATE timer SET due_at = now() WHERE name = 'ack_timeout'")
            await watch.alert(scene.grid_worker)
            await watch.alert(scene.grid_worker)
            lapsed = await watch.alert(scene.grid_worker)
            assert lapsed["state"] == "dispatched" and lapsed["state_version"] == 3
            assert "claimed_by" not in lapsed and lapsed["may_ack"]

    asyncio.run(run())
    assert database.value("SELECT count(*) FROM timer WHERE name = 'ack_timeout'"
                          " AND fired_at IS NOT NULL") == 1


def test_what_is_said_anew_does_not_keep_a_claim_alive(scene, database):
    """An update and her own answer change the order; who took it and is silent loses it still."""
    async def run():
        async with Watch(scene, scene.officer, scene.target) as watch:
            first = scene.alert()
            await scene.inject(first)
            alert_id = (await watch.alert(scene.officer))["alert_id"]
            await watch[scene.officer].request(
                "alert_ack", {"alert_id": alert_id, "expected_version": 1})
            await scene.inject(scene.follow_up("update", first, situation="新的情形"))
            await watch[scene.target].request(
                "alert_answer", {"alert_id": alert_id, "answer": "not_paid"})
            database.rows("UPDATE timer SET due_at = now() WHERE name = 'ack_timeout'")
            while (order := await watch.alert(scene.officer))["state_version"] < 5:
                pass
            assert order["state"] == "dispatched" and "claimed_by" not in order
            assert order["target_answer"] == "not_paid"

    asyncio.run(run())
    assert database.value("SELECT count(*) FROM timer WHERE name = 'ack_timeout'"
                          " AND fired_at IS NULL") == 0


def test_an_update_reaches_everybody_and_a_cancel_ends_it(scene, database):
    async def run():
        async with Watch(scene, scene.officer, scene.neighbour, scene.target) as watch:
            first = scene.alert(level="high")
            answer = await scene.inject(first)
            await watch.alert(scene.officer)
            notice = await watch.notice(scene.neighbour)
            update = scene.follow_up("update", first, scam_type="refund", situation="新的情形")
            await scene.inject(update)
            order = await watch.alert(scene.officer)
            assert order["situation"] == "新的情形" and order["state_version"] == 2
            changed = await watch.notice(scene.neighbour)
            assert changed["notice_id"] == notice["notice_id"] and changed["state"] == "updated"
            assert "退款" in changed["title"]
            cancel = scene.follow_up("cancel", update, reason="误报")
            done = await scene.inject(cancel)
            assert done["alert_id"] == answer["alert_id"] and done["state"] == "cancelled"
            assert (await watch.alert(scene.officer))["state"] == "cancelled"
            assert (await watch.notice(scene.neighbour))["state"] == "withdrawn"
            while not (gone := [entry for e in watch[scene.neighbour].received
                                if e.name == "revoked" for entry in e.body["revocations"]]):
                await watch[scene.neighbour].next_event(timeout=5)
            assert gone[0]["notice_id"] == notice["notice_id"]
            page = await watch[scene.neighbour].history(scene.community.hall_id)
            assert [m["state"] for m in page["messages"]] == ["hidden"]
            assert await watch[scene.neighbour].request("alert_list", {}) == {
                "alerts": [], "notices": []}

    asyncio.run(run())
    assert database.value("SELECT count(*) FROM timer WHERE fired_at IS NULL"
                          " AND cancelled_at IS NULL") == 0


def test_chain_rules(scene):
    async def run():
        one, two = scene.alert(), scene.alert(scam_type="loan")
        await scene.inject(one)
        await scene.inject(two)
        both = await scene.inject(scene.follow_up("update", one, two), 409)
        assert both["code"] == "ambiguous_reference"
        unknown = await scene.inject(scene.follow_up("cancel", scene.alert()), 409)
        assert unknown["code"] == "unknown_reference"
        update = scene.follow_up("update", one, level="high")
        await scene.inject(update)
        stale = await scene.inject(scene.follow_up("update", one), 409)
        assert stale["code"] == "unknown_reference"
        await scene.inject(scene.follow_up("update", one, update))  # older references are ignored

    asyncio.run(run())


def test_a_second_alert_for_the_same_person_joins_the_first(scene):
    async def run():
        async with Watch(scene, scene.officer) as watch:
            first = await scene.inject(scene.alert())
            await watch.alert(scene.officer)
            second = await scene.inject(scene.alert(situation="又打来了"))
            assert second["merged"] and second["alert_id"] == first["alert_id"]
            assert (await watch.alert(scene.officer))["situation"] == "又打来了"

    asyncio.run(run())


def test_injecting_twice_changes_nothing(scene, database):
    async def run():
        alert = scene.alert()
        first = await scene.inject(alert)
        again = await scene.inject(alert, 200)
        assert again["alert_id"] == first["alert_id"] and again["no"] == first["no"]
        assert not again["is_new"]
        other = await scene.inject({**alert, "situation": "别的"}, 409)
        assert other["code"] == "key_reused" and other["field"] == "identifier"
        many = await asyncio.gather(*(asyncio.to_thread(scene.source.send, same) for same in
                                      [scene.alert(identifier="同时", scam_type="loan")] * 6))
        assert sorted(status for status, _ in many) == [200] * 5 + [201]
        assert len({body["alert_id"] for _, body in many}) == 1

    asyncio.run(run())
    assert database.value("SELECT count(*) FROM alert") == 2


@pytest.mark.parametrize("change, status, code, field", [
    ({"target": {"community_code": "nowhere"}}, 422, "unknown_place", "target"),
    ({"level": None}, 422, "invalid_field", "level"),
    ({"scam_type": "nonsense"}, 422, "invalid_field", "scam_type"),
    ({"situation": "长" * 1001}, 422, None, "situation"),
    ({"expires": 1000}, 422, "expired", "expires"),
    ({"target": {"community_code": "c", "phone": "12"}}, 422, "invalid_field", "target.phone"),
    ({"msg_type": "update"}, 422, "invalid_field", "references"),
])
def test_bad_messages_are_named(scene, change, status, code, field):
    got, body = scene.source.send(scene.alert(**change))
    assert got == status, body
    assert code is None or body["code"] == code
    assert body["field"] == field


def test_places_of_another_station_are_unknown(scene, town):
    foreign = town.community(town.station())
    status, body = scene.source.send(scene.alert(target={"community_code": foreign.code}))
    assert (status, body["code"]) == (422, "unknown_place")


def test_who_connects_later_is_greeted_with_what_is_open(scene):
    async def run():
        await scene.inject(scene.alert())
        async with Watch(scene, scene.officer, scene.target, scene.neighbour) as watch:
            assert (await watch.alert(scene.officer))["audience"] == "officers"
            assert (await watch.alert(scene.target))["audience"] == "target"
            assert (await watch.notice(scene.neighbour))["state"] == "published"
        await asyncio.to_thread(scene.server.kill)
        await asyncio.to_thread(scene.server.start)
        async with Watch(scene, scene.officer) as watch:
            assert (await watch.alert(scene.officer))["state"] == "dispatched"

    asyncio.run(run())
