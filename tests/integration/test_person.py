"""A search from the report to its end: who sees it, who moves it, what is left of it."""
import asyncio
import os
import time

import pytest

from integration.person_scene import DETAILS, PHONE, Lake, holds, markers_in, said
from integration.talk import refused, scenario, until


@pytest.fixture
def lake(make_server, town):
    return Lake(make_server(account_rate=0, room_rate=0, address_rate=0).start(), town)


async def shown(lake, at, **more):
    """Reported and activated; what the officer got."""
    reported = await at[lake.grandmother].request("person_report", lake.report(**more))
    await at[lake.officer].request("person_activate", lake.activation(reported))
    return await at.pushed(lake.officer, "active")


def moved(person, **more):
    return {"person_id": person["person_id"], "expected_version": person["state_version"], **more}


@scenario
async def test_nobody_but_those_in_charge_sees_it_before_it_is_checked(lake):
    photo = lake.upload(lake.grandmother)
    async with lake.at(lake.grandmother, lake.neighbour, lake.officer, lake.dispatcher,
                       lake.auxiliary, lake.other_officer) as at:
        body = lake.report(media_ids=[photo])
        reported = await at[lake.grandmother].request("person_report", body)
        assert reported["state"] == "verifying" and reported["no"].startswith("P-")
        again = await at[lake.grandmother].request("person_report", body)
        assert again == {**reported, "is_new": False}
        with refused("key_reused", "client_key"):
            await at[lake.grandmother].request("person_report", {**body, "looks": "别的"})
        mine = await at.pushed(lake.grandmother, "verifying")
        assert mine["audience"] == "family" and mine["card"]["name"] == DETAILS["name"]
        order = await at.pushed(lake.officer, "verifying")
        assert order["audience"] == "officers" and order["reporter"]["phone"] == "+86" + PHONE
        assert order["card"]["media"][0]["media_id"] == photo and order["due_at"]
        await at.pushed(lake.dispatcher, "verifying")
        assert lake.sees(photo, lake.grandmother, lake.officer, lake.dispatcher) == [200] * 3
        assert lake.sees(photo, lake.neighbour, lake.auxiliary, lake.other_officer) == [404] * 3
        for person in (lake.neighbour, lake.auxiliary, lake.other_officer):
            assert await at[person].request("person_list", {}) == {"persons": []}
            assert not markers_in(said(at[person]))
            assert await at.asked(person, "person_read", {"person_id": reported["person_id"]}) \
                == "not_found"


@pytest.mark.parametrize("change, code, field", [
    ({"name": " "}, "invalid_field", "name"), ({"last_seen_place": " "}, "invalid_field", None),
    ({"last_seen_at": int(time.time() * 1000) + 3_600_000}, "invalid_field", "last_seen_at"),
    ({"looks": "", "clothes": ""}, "invalid_field", "looks"),
    ({"relation": "self"}, "invalid_field", "relation"),
    ({"contact_phone": "12"}, "invalid_field", "contact_phone"),
    ({"media_ids": ["A" * 22]}, "invalid_field", "media_ids"),
    ({"community_id": 987654}, "not_found", None),
])
def test_what_a_report_must_say(request, lake_of_all, change, code, field):
    async def run():
        async with lake_of_all.at(lake_of_all.grandmother) as at:
            with refused(code, field):
                await at[lake_of_all.grandmother].request("person_report",
                                                          lake_of_all.report(**change))
    asyncio.run(run())


@pytest.fixture(scope="module")
def lake_of_all(tmp_path_factory, programs, cluster):
    """One for all of these: nothing is stored."""
    from harness.database import make_database
    from harness.server import Server
    from harness.town import Town
    database = make_database(cluster)
    town = Town(database)
    server = Server(tmp_path_factory.mktemp("lake"), programs, database.app_url,
                    account_rate=0, room_rate=0, address_rate=0)
    server.start()
    yield Lake(server, town)
    server.stop()
    town.close()
    database.drop()


@scenario
async def test_only_a_checked_report_is_shown_and_first_in_its_own_hall(lake, database):
    photo = lake.upload(lake.grandmother)
    async with lake.at(lake.grandmother, lake.neighbour, lake.beyond, lake.stranger, lake.officer,
                       lake.dispatcher, lake.auxiliary, lake.grid_worker) as at:
        reported = await at[lake.grandmother].request(
            "person_report", lake.report(media_ids=[photo], age_band="from_14"))
        ask = lake.activation(reported)
        for wrong in ({"reporter_checked": False}, {"consent": "reporter"},
                      {"consent": "duty_note"}, {"expected_version": 7}):
            assert await at.asked(lake.officer, "person_activate", {**ask, **wrong}) == "conflict"
        done = await at[lake.officer].request("person_activate", {
            **ask, "consent": "duty_note", "duty_note": "家长联系不上"})
        assert done["state_version"] == 2
        card = await at.pushed(lake.neighbour, "active")
        assert card["audience"] == "public" and card["card"]["looks"] == DETAILS["looks"]
        assert "reporter" not in card and "risks" not in card and "no" not in card
        assert (await at.pushed(lake.auxiliary, "active"))["audience"] == "team"
        await until(lambda: at[lake.neighbour].room(lake.here.hall_id).messages, what="the card")
        message = at[lake.neighbour].room(lake.here.hall_id).messages[1]
        assert message["kind"] == "person_card" and message["person_id"] == card["person_id"]
        assert not markers_in(message["body"])
        assert lake.sees(photo, lake.neighbour, lake.auxiliary) == [200, 200]
        assert lake.sees(photo, lake.beyond, lake.stranger, lake.grid_worker) == [404] * 3
        assert (await at[lake.neighbour].search("秘密"))["messages"] == []
        team = database.rows("SELECT account_id FROM membership m JOIN room r ON r.id = m.room_id"
                             " WHERE r.kind = 6 AND m.left_at IS NULL")
        assert {row["account_id"] for row in team} == {
            lake.officer.id, lake.dispatcher.id, lake.leader.id, lake.auxiliary.id}
        # Wider: the dispatcher's word, not the officer's; and no further than the station.
        wider = moved(card, ring="station")
        assert await at.asked(lake.officer, "person_widen", wider) == "not_found"
        assert await at.asked(lake.dispatcher, "person_widen", {**wider, "ring": "district"}) \
            == "invalid_field"
        await at[lake.dispatcher].request("person_widen", wider)
        assert (await at.pushed(lake.beyond, "active"))["audience"] == "public"
        assert (await at.pushed(lake.grid_worker, "active"))["audience"] == "team"
        assert lake.sees(photo, lake.beyond, lake.stranger) == [200, 404]
        assert not markers_in(said(at[lake.stranger]))
        cards = database.rows("SELECT room_id FROM message WHERE kind = 4 ORDER BY room_id")
        assert [row["room_id"] for row in cards] == sorted((lake.here.hall_id, lake.there.hall_id))
        reach = await at[lake.officer].request("person_reach", {"person_id": card["person_id"]})
        assert reach["ring"] == "station" and reach["halls"] == 2 and reach["take_downs"] == []


@scenario
async def test_nobody_answers_and_the_next_ones_are_told(lake, database):
    async with lake.at(lake.grandmother, lake.dispatcher) as at:
        reported = await at[lake.grandmother].request("person_report", lake.report())
        first = await at.pushed(lake.dispatcher, "verifying")
        for rung, person in enumerate((lake.dispatcher, lake.leader, lake.leader), 1):
            database.rows("UPDATE timer SET due_at = now() WHERE name = 'verify_by'")
            later = await at.pushed(lake.dispatcher, "verifying")
            assert later["due_at"] > first["due_at"] and later["state_version"] == 1
            told = database.rows("SELECT recipient_account_id AS who, template, payload::text AS p"
                                 " FROM outbox ORDER BY id")
            assert len(told) == rung and told[-1]["who"] == person.id
            assert told[-1]["template"] == "person.verify_by" and told[-1]["p"] == "{}"
        def duty():
            return [m["body"] for room in at[lake.dispatcher].state.rooms.values()
                    for m in room.messages.values() if reported["no"] in m.get("body", "")]

        await until(lambda: len(duty()) == 4, what="the word in the duty room")
        assert not markers_in("".join(duty()))
    assert database.value("SELECT rung FROM person_search") == 3
    assert database.value("SELECT count(*) FROM work_item WHERE work_kind = 3") == 1


@scenario
async def test_who_objects_hides_it_at_once_and_an_officer_decides(lake):
    photo = lake.upload(lake.grandmother)
    async with lake.at(lake.grandmother, lake.neighbour, lake.stranger, lake.officer) as at:
        search = await shown(lake, at, media_ids=[photo])
        assert await at.asked(lake.stranger, "person_object", {
            "person_id": search["person_id"], "claim": "not_true"}) == "not_found"
        assert await at.asked(lake.neighbour, "person_object", {
            "person_id": search["person_id"], "claim": "found"}) == "conflict"
        await at.pushed(lake.neighbour, "active")
        await at[lake.neighbour].request("person_object", {
            "person_id": search["person_id"], "claim": "this_is_me", "note": "秘密异议"})
        hidden = await at.pushed(lake.neighbour, "suspended")
        assert "card" not in hidden and lake.sees(photo, lake.neighbour, lake.officer) == [410, 410]
        await until(lambda: not markers_in(holds(at[lake.neighbour])), what="forgetting")
        suspended = await at.pushed(lake.officer, "suspended")
        held = suspended["card"]["media"][0]["media_id"]
        assert held != photo and lake.sees(held, lake.officer, lake.neighbour) == [200, 404]
        file = await at[lake.officer].request("person_read", {"person_id": search["person_id"]})
        assert file["claims"][0]["note"] == "秘密异议" and file["consent"] == "reporter"
        await at[lake.officer].request("person_resume", moved(suspended, reason="不是本人"))
        again = await at.pushed(lake.neighbour, "active")
        assert again["card"]["media"][0]["media_id"] == held
        assert lake.sees(held, lake.neighbour) == [200]
        # The family says so herself; then it is cancelled, and she is told why.
        await at[lake.grandmother].request("person_object", {
            "person_id": search["person_id"], "claim": "found"})
        suspended = await at.pushed(lake.officer, "suspended")
        await at[lake.officer].request("person_cancel", moved(
            suspended, public_reason="家人已找到", reason="秘密理由"))
        ended = await at.pushed(lake.grandmother, "cancelled")
        assert ended["public_reason"] == "家人已找到" and "card" not in ended
        assert await at.asked(lake.officer, "person_resume", moved(
            ended, reason="再发")) == "conflict"
        mine = await at[lake.grandmother].request("person_read", {
            "person_id": search["person_id"]})
        assert [e["event"] for e in mine["events"]][0] == "person.cancel"
        assert not markers_in(repr(mine)) and "actor_name" not in repr(mine)


@scenario
async def test_closing_takes_two_and_one_of_them_leads(lake, database):
    async with lake.at(lake.grandmother, lake.officer, lake.dispatcher, lake.leader) as at:
        search = await shown(lake, at)
        ask = moved(search, outcome="safe_elsewhere", reason="秘密理由")
        assert (await at[lake.officer].request("person_close", ask))["state_version"] \
            == search["state_version"]
        waiting = await at.pushed(lake.leader, "active")
        while "closing_by" not in waiting:
            waiting = await at.pushed(lake.leader, "active")
        assert waiting["closing_by"] == lake.officer.id
        for person, body in ((lake.officer, ask), (lake.dispatcher, ask),
                             (lake.leader, {**ask, "outcome": "deceased"})):
            await at[person].request("person_close", body)  # a first word each, no end
            assert database.value("SELECT state FROM person_search") == 3
        database.rows("UPDATE person_search SET proposed_until = now() - interval '1 second'")
        await at[lake.dispatcher].request("person_close", ask)
        await at[lake.leader].request("person_close", ask)
        ended = await at.pushed(lake.officer, "closed_other")
        assert ended["outcome"] == "safe_elsewhere"
        family = await at.pushed(lake.grandmother, "closed_other")
        assert "outcome" not in family and not markers_in(repr(family))


@scenario
async def test_sightings_reach_the_team_alone_on_one_time_line(lake, database):
    async with lake.at(lake.grandmother, lake.neighbour, lake.officer, lake.auxiliary) as at:
        search = await shown(lake, at)
        person_id = search["person_id"]
        photo = lake.upload(lake.neighbour)
        seen = {"person_id": person_id, "client_key": os.urandom(16),
                "seen_at": int(time.time() * 1000), "place": "秘密目击", "direction": "往东",
                "body": "穿红衣服", "media_id": photo}
        first = await at[lake.neighbour].request("person_sighting", seen)
        assert await at[lake.neighbour].request("person_sighting", seen) == {
            **first, "is_new": False}
        with refused("invalid_field", "place"):
            await at[lake.neighbour].request("person_sighting", {**seen, "place": " "})
        for person in (lake.officer, lake.auxiliary):
            event = await at[person].next_event("person_sighting_pushed", 5)
            assert event.body["sighting"]["place"] == "秘密目击"
        assert lake.sees(photo, lake.officer, lake.auxiliary, lake.neighbour) == [200] * 3
        assert lake.sees(photo, lake.grandmother) == [404]
        mark = {"person_id": person_id, "sighting_id": first["sighting_id"], "state": "useful"}
        for person in (lake.neighbour, lake.grandmother):
            assert await at.asked(person, "person_sighting_mark", mark) == "not_found"
        await at[lake.auxiliary].request("person_sighting_mark", mark)
        assert await at.asked(lake.auxiliary, "person_sighting_mark",
                              {**mark, "state": "new"}) == "invalid_field"
        file = await at[lake.auxiliary].request("person_read", {"person_id": person_id})
        assert [s["state"] for s in file["sightings"]] == ["useful"]
        assert {"person.sighting", "person.sighting_mark"} <= {e["event"] for e in file["events"]}
        family = await at[lake.grandmother].request("person_read", {"person_id": person_id})
        assert family["person"]["sighting_count"] == 1 and "sightings" not in family
        for person in (lake.neighbour, lake.grandmother):
            assert "秘密目击" not in said(at[person]) + repr(family)
        await at[lake.auxiliary].request("person_located", moved(search, place="东门"))
        assert await at.asked(lake.neighbour, "person_sighting",
                              {**seen, "client_key": os.urandom(16)}) == "conflict"
    read = database.rows("SELECT DISTINCT actor_id FROM audit WHERE action = 'person_search.read'")
    assert {row["actor_id"] for row in read} >= {lake.officer.id, lake.auxiliary.id}


@scenario
async def test_the_take_down_is_counted_and_what_is_missing_is_reported(lake, database):
    lake.server.allow_error("jobs.take_down_short")
    async with lake.at(lake.grandmother, lake.neighbour, lake.officer, lake.auxiliary,
                       lake.leader) as at:
        search = await shown(lake, at, media_ids=[lake.upload(lake.grandmother)])
        await at[lake.auxiliary].request("person_located", moved(search, place="秘密发现点"))
        ask = {"person_id": search["person_id"]}

        async def last():
            return (await at[lake.officer].request("person_reach", ask))["take_downs"][0]
        for _ in range(500):
            reach = await at[lake.officer].request("person_reach", ask)
            if reach["take_downs"] and reach["take_downs"][0]["told"] == 5:
                break
            await asyncio.sleep(0.01)
        assert (await last())["told"] == 5 and not (await last())["checked"]
        people = (lake.grandmother, lake.neighbour, lake.officer, lake.auxiliary, lake.leader)
        for person in people[:-1]:
            await until(lambda p=person: at[p].state.revocation_seq > at[p]._confirmed,
                        what="the journal")
            await at[person].confirm()
        assert (await last())["confirmed"] == 4
        database.rows("UPDATE timer SET due_at = now() WHERE name = 'take_down'")
        while not (await last())["checked"]:
            await asyncio.sleep(0.02)
        told = database.rows("SELECT recipient_account_id AS who FROM outbox"
                             " WHERE template = 'person.take_down'")
        assert [row["who"] for row in told] == [lake.leader.id]
        assert lake.server.metrics()["hall_take_downs_short_total"] == 1
        located = await at.pushed(lake.officer, "located")
        await at[lake.officer].request("person_not_same", moved(located, reason="不是"))
        again = await at.pushed(lake.officer, "active")
        assert "found_place" not in again
        await at[lake.auxiliary].request("person_located", moved(again, place="西门"))
        head = database.value("SELECT max(revocation_seq) FROM revocation")
        for person in people:
            await until(lambda p=person: at[p].state.revocation_seq >= head, what="the journal")
            await at[person].confirm()
        database.rows("UPDATE timer SET due_at = now() WHERE name = 'take_down'"
                      " AND fired_at IS NULL")
        while not (await last())["checked"]:
            await asyncio.sleep(0.02)
        assert lake.server.metrics()["hall_take_downs_short_total"] == 1


@scenario
async def test_the_clock_widens_unless_it_is_stopped(lake, database):
    async with lake.at(lake.grandmother, lake.beyond, lake.officer, lake.dispatcher) as at:
        search = await shown(lake, at)
        await at[lake.dispatcher].request("person_widen", moved(search, frozen=True))
        frozen = await at.pushed(lake.officer, "active")
        assert frozen["frozen"] and database.value(
            "SELECT count(*) FROM timer WHERE name = 'ring_widen' AND cancelled_at IS NULL") == 0
        await at[lake.dispatcher].request("person_widen", moved(frozen, frozen=False))
        await at.pushed(lake.officer, "active")
        database.rows("UPDATE timer SET due_at = now() WHERE name = 'ring_widen'"
                      " AND cancelled_at IS NULL")
        assert (await at.pushed(lake.beyond, "active"))["card"]["name"] == DETAILS["name"]
        wide = await at.pushed(lake.officer, "active")
        assert wide["ring"] == "station"
        database.rows("UPDATE timer SET due_at = now() WHERE name = 'review_by'"
                      " AND cancelled_at IS NULL")
        while (later := await at.pushed(lake.officer, "active"))["due_at"] <= wide["due_at"]:
            pass
        assert later["state_version"] == wide["state_version"]
    assert database.value("SELECT count(*) FROM person_hall") == 2


@scenario
async def test_two_sessions_and_a_second_node_see_it_once_each(lake, make_server, database):
    other = make_server(account_rate=0, room_rate=0).start()
    async with lake.at(lake.grandmother, lake.officer) as at, \
            lake.at(lake.neighbour, lake.auxiliary, server=other) as far:
        search = await shown(lake, at)
        card = await far.pushed(lake.neighbour, "active")
        assert (await far.pushed(lake.auxiliary, "active"))["audience"] in ("team", "public")
        async with lake.at(lake.neighbour) as second:  # who comes later is greeted
            assert await second.pushed(lake.neighbour, "active") == card
            assert second[lake.neighbour].state.persons == far[lake.neighbour].state.persons
            receipt = {"items": [{"person_id": card["person_id"], "stage": "displayed"}]}
            await second[lake.neighbour].request("alert_receipts", receipt)
            await far[lake.neighbour].request("alert_receipts", receipt)
            with refused("invalid_field", "items"):
                await far[lake.neighbour].request("alert_receipts", {"items": [
                    {"person_id": 1, "alert_id": 1, "stage": "displayed"}]})
            reach = await at[lake.officer].request("person_reach", {
                "person_id": card["person_id"]})
            assert (reach["delivered"], reach["displayed"]) == (1, 1)
            page = await second[lake.neighbour].request("person_list", {})
            assert page["persons"][0]["my_stage"] == "displayed"
            await far[lake.auxiliary].request("person_located", moved(search, place="东门"))
            await second.pushed(lake.neighbour, "located")
        await far.pushed(lake.neighbour, "located")
        await until(lambda: not markers_in(holds(far[lake.neighbour])), what="forgetting")
    # Each device once, whichever node it was on.
    await until(lambda: database.value("SELECT count(*) FROM person_take_down_device") == 4,
                what="every device's word")


@scenario
async def test_who_comes_into_a_hall_later_sees_who_is_looked_for_there(lake, database):
    async with lake.at(lake.grandmother, lake.officer, lake.stranger) as at:
        await shown(lake, at)
        database.rows("UPDATE account SET community_id = %s WHERE id = %s", lake.here.id,
                      lake.stranger.id)
        lake.town.derive(lake.stranger.id)
        await until(lambda: any(lake.here.hall_id in {r["room_id"] for r in e.body["rooms"]}
                                for e in at[lake.stranger].received
                                if e.name == "session_changed"), what="the hall")
        await at[lake.stranger].request("room_resume", {"room_id": lake.here.hall_id, "seq": 0})
        assert (await at.pushed(lake.stranger, "active"))["audience"] == "public"


@scenario
async def test_forty_phones_let_go_within_the_minute(lake, database):
    async with lake.at(lake.grandmother, lake.officer, lake.auxiliary,
                       *(phones := lake.town.residents(lake.here, 40))) as at:
        search = await shown(lake, at, media_ids=[lake.upload(lake.grandmother)])
        for phone in phones:
            await at.pushed(phone, "active")

        async def let_go(person):
            await until(lambda: any(r["kind"] == "person" for e in at[person].received
                                    if e.name == "revoked" for r in e.body["revocations"]))
            await at[person].confirm()
        began = time.monotonic()
        await at[lake.auxiliary].request("person_located", moved(search, place="东门"))
        await asyncio.gather(*(let_go(p) for p in (
            *phones, lake.grandmother, lake.officer, lake.auxiliary)))
        while True:
            reach = await at[lake.officer].request("person_reach", {
                "person_id": search["person_id"]})
            counted = reach["take_downs"][0]
            if counted["confirmed"] == counted["told"] == 43:
                break
            assert time.monotonic() - began < 60, counted
            await asyncio.sleep(0.05)
        print(f"43 devices confirmed after {time.monotonic() - began:.2f} s")
        assert reach["audience"] >= 42
        assert not [p for p in phones if markers_in(holds(at[p]))]
        # Who sees more than the halls keeps what she was told with the take-down itself.
        held = at[lake.officer].state.persons[search["person_id"]]
        assert held["state"] == "located" and held["card"]["name"] == DETAILS["name"]
