"""The child by the lake, with everybody in it: a grandmother reports, an officer checks within his
five minutes, two halls look, a volunteer sees, an auxiliary finds, the family is together again;
and a phone that was away all the time comes back and never sees the picture."""
import asyncio
import os
import time

import pytest

from client.hall_client import State
from integration.person_scene import DETAILS, RESTRICTED, Lake, holds, markers_in, said
from integration.talk import scenario, until

CHILD = {"age_band": "from_3", "sex": "male", "relation": "grandparent", "risks": ["child"]}


@pytest.fixture
def lake(make_server, town, tmp_path):
    server = make_server(account_rate=0, room_rate=0, address_rate=0,
                         outbox_file=tmp_path / "outbox.txt")
    lake = Lake(server.start(), town)
    lake.outbox = tmp_path / "outbox.txt"
    lake.away = town.resident(lake.here, "出门的人")
    return lake


def everywhere(database, *tables):
    """All rows of these tables, as one text."""
    return "".join(repr(database.rows(f"SELECT t::text FROM {table} t")) for table in tables)


# Where nothing of a search may ever stand.
NEVER = ("message", "outbox", "revocation", "timeline", "audit", "search_posting", "work_item",
         "room", "notice", "timer", "person_search", "person_take_down")


async def checked(lake, at, photo):
    """The report, and the officer's check: four minutes and some seconds are left."""
    reported = await at[lake.grandmother].request("person_report", lake.report(
        **CHILD, media_ids=[photo]))
    order = await at.pushed(lake.officer, "verifying")
    assert abs(order["due_at"] - order["created_at"] - 5 * 60 * 1000) < 5000
    # A child: the auxiliary is called before the check, without the picture.
    called = await at.pushed(lake.auxiliary, "verifying")
    assert called["card"]["clothes"] == DETAILS["clothes"] and "media" not in called["card"]
    assert lake.sees(photo, lake.officer, lake.auxiliary, lake.neighbour) == [200, 404, 404]
    began = time.monotonic()
    await at[lake.officer].request("person_activate", lake.activation(
        reported, consent="guardian", risk_class="high"))
    for person in (lake.neighbour, lake.beyond, lake.volunteer):  # both halls at once
        card = await at.pushed(person, "active")
        assert card["audience"] == "public" and card["card"]["name"] == DETAILS["name"]
    assert time.monotonic() - began < 5
    assert lake.sees(photo, lake.neighbour, lake.beyond, lake.volunteer, lake.stranger) \
        == [200, 200, 200, 404]
    return await at.pushed(lake.officer, "active")


async def seen_by_the_volunteer(lake, at, search):
    sighting = {"person_id": search["person_id"], "client_key": os.urandom(16),
                "seen_at": int(time.time() * 1000), "place": "秘密目击", "direction": "往码头",
                "media_id": lake.upload(lake.volunteer)}
    await at[lake.volunteer].request("person_sighting", sighting)
    told = (await at[lake.auxiliary].next_event("person_sighting_pushed", 5)).body["sighting"]
    assert told["place"] == "秘密目击" and told["seen_by_name"] == lake.volunteer.name
    picture = told["media"]["media_id"]
    assert lake.sees(picture, lake.auxiliary, lake.officer, lake.neighbour) == [200, 200, 404]
    room = search["room_id"]
    await until(lambda: room in {r["room_id"] for r in at[lake.auxiliary].welcome["rooms"]} or any(
        room in {r["room_id"] for r in e.body["rooms"]} for e in at[lake.auxiliary].received
        if e.name == "session_changed"), what="the team's room")
    await at[lake.auxiliary].request("room_resume", {"room_id": room, "seq": 0})
    await at[lake.auxiliary].post(room, "我去码头")
    assert await at.asked(lake.neighbour, "message_history", {"room_id": room, "limit": 5}) \
        == "not_found"


@scenario
async def test_the_child_by_the_lake(lake, database):
    photo = lake.upload(lake.grandmother)
    bytes_of_it = lake.picture(lake.grandmother, photo)[1]
    async with lake.at(lake.away) as first:
        away = first[lake.away].state  # and then her phone is off
    people = (lake.grandmother, lake.neighbour, lake.beyond, lake.stranger, lake.officer,
              lake.dispatcher, lake.leader, lake.auxiliary, lake.grid_worker, lake.volunteer)
    states = {}
    async with lake.at(*people) as at:
        search = await checked(lake, at, photo)
        await seen_by_the_volunteer(lake, at, search)
        await at[lake.auxiliary].request("person_located", {
            "person_id": search["person_id"], "expected_version": search["state_version"],
            "place": "秘密发现点"})
        located = await at.pushed(lake.officer, "located")
        for person in (lake.neighbour, lake.beyond, lake.volunteer):
            view = await at.pushed(person, "located")
            assert "card" not in view
            await until(lambda p=person: not markers_in(holds(at[p])), 5, "forgetting")
            await at[person].confirm()
        assert lake.sees(photo, *people[:3], lake.officer, lake.auxiliary) == [410] * 5
        private = said(at[lake.neighbour]) + said(at[lake.beyond])
        assert not markers_in(private, *RESTRICTED)
        assert not markers_in(said(at[lake.stranger]))
        states = {person.id: at[person].state for person in people}
    held = located["card"]["media"][0]["media_id"]
    await asyncio.to_thread(lake.server.kill)  # between found and handed over
    await asyncio.to_thread(lake.server.start)
    async with lake.at(*people, states=states) as at:
        again = await at.pushed(lake.officer, "located")
        assert again == located
        assert lake.sees(held, lake.officer, lake.neighbour, lake.auxiliary, lake.grandmother) \
            == [200, 404, 404, 404]
        handover = {"person_id": search["person_id"], "recipient_name": "秘密接收人",
                    "expected_version": located["state_version"],
                    "recipient_relation": "grandparent", "identity_check": "id_card"}
        assert await at.asked(lake.volunteer, "person_reunited", handover) == "not_found"
        await at[lake.auxiliary].request("person_reunited", handover)
        for person in people:
            if person is not lake.stranger:
                view = await at.pushed(person, "reunited")
                assert ("card" in view) == (view["audience"] == "officers"), view
        hall = at[lake.neighbour].room(lake.here.hall_id).messages
        await until(lambda: any(m.get("public_reason") == "已找到，谢谢大家"
                                for m in hall.values()), what="the tombstone")
        await until(lambda: any("谢谢大家" in m.get("body", "") for m in hall.values()),
                    what="the thanks")
        file = await at[lake.officer].request("person_read", {"person_id": search["person_id"]})
        assert file["handover"]["recipient_name"] == "秘密接收人"
        assert lake.sees(held, lake.officer, *people[:4], lake.auxiliary) == [200] + [404] * 5
        family = await at[lake.grandmother].request("person_read", {
            "person_id": search["person_id"]})
        assert not markers_in(repr(family))
    await comes_back(lake, away, photo, held)
    nothing_is_left(lake, database, bytes_of_it, search)


async def comes_back(lake, away, photo, held):
    """The phone that was off: revocations first, then a hall without the child."""
    async with lake.at(lake.away, states={lake.away.id: away}) as at:
        client = at[lake.away]
        assert not markers_in(said(client)) and "person_pushed" not in said(client)
        history = await client.history(lake.here.hall_id)
        assert [m["state"] for m in history["messages"] if m["kind"] == "person_card"] == ["hidden"]
        assert (await client.search("秘密"))["messages"] == []
        assert await client.request("person_list", {"include_ended": True}) == {"persons": []}
        assert lake.sees(photo, lake.away) == [410] and lake.sees(held, lake.away) == [404]
    async with lake.at(lake.away, states={lake.away.id: State()}) as at:  # and a new phone of hers
        assert not markers_in(said(at[lake.away])) and "person_pushed" not in said(at[lake.away])


def nothing_is_left(lake, database, picture, search):
    rows = everywhere(database, *NEVER)
    assert not markers_in(rows), markers_in(rows)
    for row in database.rows("SELECT content, media_id FROM media_blob"):
        if row["content"] == picture:  # only under the name that officers have
            assert database.value("SELECT state FROM media WHERE id = %s", row["media_id"]) == 1
    assert lake.server.log().count(DETAILS["name"]) == 0 and not markers_in(lake.server.log())
    shown_outside = lake.outbox.read_text() if lake.outbox.exists() else ""
    assert not markers_in(shown_outside)
    open_timers = database.rows("SELECT name FROM timer WHERE entity_type = 'person_search'"
                                " AND fired_at IS NULL AND cancelled_at IS NULL")
    assert {t["name"] for t in open_timers} <= {"take_down"}
    events = [row["event"] for row in database.rows(
        "SELECT event FROM timeline WHERE entity_type = 'person_search' AND entity_id = %s"
        " ORDER BY id", search["person_id"])]
    assert [e for e in events if e != "person.take_down"] == [
        "person.report", "person.verify", "person.activate", "person.sighting", "person.located",
        "person.reunited"]
