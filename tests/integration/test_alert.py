"""A fraud alert from the signed door to everyone it is for, and to nobody else."""
import asyncio
import itertools
import time

import pytest
from client.hall_client import HallClient
from client.hall_doors import Refused
from client.hall_source import Source

numbers = itertools.count(1)
PHONE = "13900000001"
# Every restricted field holds a marker that must turn up nowhere it does not belong.
MARKERS = {"name": "欧阳秘密", "situation": "秘密情形", "amount_range": "秘密金额",
           "door_code": "秘密门"}


class Scene:
    """A community with everybody an alert concerns, and some it does not."""

    def __init__(self, server, town, tmp_path):
        self.server, self.town = server, town
        self.station = town.station()
        self.community = town.community(self.station, name="柳荫社区")
        self.other = town.community(self.station, name="和平里社区")
        self.grid = town.grid(self.community)
        self.building = town.building(self.grid, name="3栋")
        self.unit = town.unit(self.building, name="2单元")
        self.target = town.resident(self.community, "王奶奶", unit=self.unit, door="301")
        self.neighbour = town.resident(self.community, "邻居", unit=self.unit)
        self.stranger = town.resident(self.other, "外人")
        self.officer = town.staff("officer", self.community, station=self.station)
        self.dispatcher = town.staff("dispatcher", self.station, station=self.station)
        self.grid_worker = town.staff("grid_worker", self.grid, station=self.station)
        self.unit_leader = town.staff("unit_leader", self.unit, station=self.station)
        self.other_officer = town.staff("officer", self.other, station=self.station)
        server.hallctl("account", "phone", self.target.id, PHONE)
        self.source = Source(server.http, f"fzzx{next(numbers)}", tmp_path)
        self.add_source(self.source, self.station)

    def add_source(self, source, station):
        return self.town.one(
            "INSERT INTO service_source (name, title, public_key, station_id)"
            " VALUES (%s, '反诈中心', %s, %s) RETURNING id", source.name, source.public_key,
            station.id)

    def alert(self, **more):
        alert = {
            "identifier": f"A-{next(numbers)}", "sender": "fzzx", "sent": int(time.time() * 1000),
            "msg_type": "alert", "status": "actual", "level": "critical",
            "scam_type": "impersonated_authority", "features": ["secrecy", "safe_account"],
            "situation": MARKERS["situation"], "amount_range": MARKERS["amount_range"],
            "target": {"name": MARKERS["name"], "phone": PHONE,
                       "community_code": self.community.code, "building_code": self.building.code,
                       "unit_code": self.unit.code, "door_code": MARKERS["door_code"]}}
        alert.update(more)
        return {name: value for name, value in alert.items() if value is not None}

    def follow_up(self, msg_type, *alerts, **more):
        references = [{"sender": a["sender"], "identifier": a["identifier"], "sent": a["sent"]}
                      for a in alerts]
        return self.alert(msg_type=msg_type, references=references, target=None, **more)

    async def inject(self, alert, expected=201):
        status, body = await asyncio.to_thread(self.source.send, alert)
        assert status == expected, body
        return body

    def client(self, person):
        return HallClient(self.server.http, person.token)


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


class Watch:
    """Clients of several people, greeted, open for the time of a with."""

    def __init__(self, scene, *people):
        self.clients = {person.id: scene.client(person) for person in people}

    async def __aenter__(self):
        for client in self.clients.values():
            await client.__aenter__()
            await client.hello()
        return self

    async def __aexit__(self, *_):
        for client in self.clients.values():
            await client.__aexit__(None, None, None)

    def __getitem__(self, person):
        return self.clients[person.id]

    async def alert(self, person):
        return (await self[person].next_event("alert_pushed", 5)).body["alert"]

    async def notice(self, person):
        return (await self[person].next_event("notice_pushed", 5)).body["notice"]


def everything(client):
    return repr(client.received) + repr(client.welcome)


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
            gone = (await watch[scene.neighbour].next_event("revoked", 5)).body["revocations"]
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


def test_receipts_say_how_far_it_came_and_only_go_forward(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.target, scene.neighbour,
                         scene.stranger) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.officer)
            mine = await watch.alert(scene.target)
            notice = await watch.notice(scene.neighbour)

            async def say(person, stage, **which):
                await watch[person].request("alert_receipts", {"items": [{**which, "stage": stage}]})

            await say(scene.target, "displayed", alert_id=mine["alert_id"])
            await say(scene.target, "delivered", alert_id=mine["alert_id"])
            await say(scene.neighbour, "delivered", notice_id=notice["notice_id"])
            await say(scene.stranger, "acknowledged", notice_id=notice["notice_id"])
            await say(scene.stranger, "acknowledged", alert_id=mine["alert_id"])
            reach = await watch[scene.officer].request("alert_reach",
                                                       {"alert_id": order["alert_id"]})
            counts = {c["audience"]: (c["queued"], c["delivered"], c["displayed"],
                                      c["acknowledged"]) for c in reach["counts"]}
            assert counts["target"] == (1, 1, 1, 0)
            assert counts["officers"][:2] == (2, 0)
            assert counts["public"][1:] == (1, 0, 0)
            page = await watch[scene.target].request("alert_list", {})
            assert page["alerts"][0]["my_stage"] == "displayed"
            for outsider in (scene.neighbour, scene.stranger):
                with pytest.raises(Refused) as refusal:
                    await watch[outsider].request("alert_reach", {"alert_id": order["alert_id"]})
                assert refusal.value.code == "not_found"

    asyncio.run(run())


def test_an_exercise_reaches_no_resident(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.target, scene.neighbour) as watch:
            await scene.inject(scene.alert(status="exercise"))
            assert (await watch.alert(scene.officer))["exercise"]
            await asyncio.sleep(0.5)
            for person in (scene.target, scene.neighbour):
                assert watch[person].received == []

    asyncio.run(run())


def test_a_dispatcher_ends_it_and_an_officer_does_not(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.dispatcher, scene.neighbour) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.dispatcher)
            ask = {"alert_id": order["alert_id"], "expected_version": 1, "reason": "核实为误报"}
            with pytest.raises(Refused) as refusal:
                await watch[scene.officer].request("alert_cancel", ask)
            assert refusal.value.code == "not_found"
            with pytest.raises(Refused) as refusal:
                await watch[scene.dispatcher].request("alert_cancel", {**ask, "reason": ""})
            assert refusal.value.field == "reason"
            await watch[scene.dispatcher].request("alert_cancel", ask)
            assert (await watch.notice(scene.neighbour))["state"] == "published"
            assert (await watch.notice(scene.neighbour))["state"] == "withdrawn"

    asyncio.run(run())


def test_medium_expires_and_critical_does_not(scene, database):
    async def run():
        async with Watch(scene, scene.officer) as watch:
            await scene.inject(scene.alert(level="medium"))
            await watch.alert(scene.officer)
            database.rows("UPDATE timer SET due_at = now() WHERE entity_type = 'alert'"
                          " AND name = 'expire'")
            assert (await watch.alert(scene.officer))["state"] == "expired"
            critical = await scene.inject(scene.alert(scam_type="loan"))
            await watch.alert(scene.officer)
            database.rows("UPDATE timer SET due_at = now() WHERE fired_at IS NULL")
            deadline = time.monotonic() + 8
            while database.value("SELECT count(*) FROM timer WHERE fired_at IS NULL"
                                 " AND cancelled_at IS NULL") and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
            state = database.value("SELECT state FROM alert WHERE id = %s", critical["alert_id"])
            assert state == 2  # still dispatched: somebody must see to her
            assert database.value("SELECT state FROM notice n JOIN notice_link l"
                                  " ON l.notice_id = n.id WHERE l.alert_id = %s",
                                  critical["alert_id"]) == 4

    asyncio.run(run())


def test_with_the_database_away_a_critical_alert_still_comes_through(scene, cluster, database):
    async def run():
        async with Watch(scene, scene.officer, scene.unit_leader, scene.neighbour) as watch:
            await scene.inject(scene.alert(scam_type="loan"))  # the source is known from now on
            for person in (scene.officer, scene.unit_leader):
                await watch.alert(person)
            await watch.notice(scene.neighbour)
            await asyncio.to_thread(cluster.kill)
            alert = scene.alert(level="critical")
            answer = await scene.inject(alert)
            assert answer["spooled"]
            again = await scene.inject(alert, 201)
            assert again["alert_id"] == answer["alert_id"]
            order = await watch.alert(scene.officer)
            assert order["alert_id"] == answer["alert_id"] and order["building"] == "3栋"
            assert (await watch.alert(scene.unit_leader))["target_name"] == "欧阳某"
            await watch.notice(scene.neighbour)
            refused = await scene.inject(scene.alert(level="high"), 503)
            assert refused["code"] == "unavailable"
            await asyncio.to_thread(scene.server.kill)  # the spool is all that is left
            await asyncio.to_thread(cluster.start)
            await asyncio.to_thread(scene.server.start)
            deadline = time.monotonic() + 15
            while time.monotonic() < deadline:
                found = database.rows(
                    "SELECT a.id, m.spooled FROM alert a JOIN alert_message m ON m.alert_id = a.id"
                    " WHERE m.identifier = %s", alert["identifier"])
                if found:
                    break
                await asyncio.sleep(0.1)
            assert [(row["id"], row["spooled"]) for row in found] == [(answer["alert_id"], True)]

    scene.server.allow_error("store.link_lost")
    asyncio.run(run())


def test_who_loses_the_role_loses_the_order(scene):
    """The order is for the role, not for the person: without it nothing restricted is left to her,
    neither by asking nor by coming back."""
    officer, helper = scene.officer, scene.town.staff("officer", scene.community,
                                                      station=scene.station)

    def end_role(person):
        scene.town.one("UPDATE role_grant SET revoked_at = now() WHERE account_id = %s"
                       " AND role = 7 RETURNING id", person.id)

    async def run():
        async with Watch(scene, officer, helper) as watch:
            await scene.inject(scene.alert())
            for person in (officer, helper):
                assert (await watch.alert(person))["audience"] == "officers"
            scene.town.grant(helper.id, "unit_leader", scene.unit)
            end_role(officer)
            end_role(helper)
            for person in (officer, helper):
                assert (await watch[person].closed()).code == 4004
        await asyncio.sleep(0.5)
        for ended in (False, True):
            async with Watch(scene, officer, helper) as watch:
                page = await watch[officer].request("alert_list", {"include_ended": ended})
                assert page["alerts"] == []
                page = await watch[helper].request("alert_list", {"include_ended": ended})
                assert [a["audience"] for a in page["alerts"]] == ["volunteers"]
                assert (await watch.alert(helper))["audience"] == "volunteers"
                for marker in (*MARKERS.values(), PHONE):
                    assert marker not in everything(watch[officer])
                    assert marker not in everything(watch[helper])

    asyncio.run(run())


def test_what_was_spooled_while_the_database_only_stalled_is_recorded(scene, database):
    """The links stand or come back before the record is on disk: nobody tells of a database that
    came back, and it is recorded all the same."""
    alert = scene.alert(level="critical")

    def recorded():
        return database.rows("SELECT alert_id FROM alert_message WHERE identifier = %s",
                             alert["identifier"])

    async def run():
        await asyncio.sleep(1)
        with database.link() as other:
            other.autocommit = False
            other.execute("LOCK TABLE alert IN ACCESS EXCLUSIVE MODE")
            answer = await scene.inject(alert)
            assert answer["spooled"]
            other.rollback()
        for _ in range(100):
            if found := recorded():
                break
            await asyncio.sleep(0.1)
        assert [row["alert_id"] for row in found] == [answer["alert_id"]]

    scene.server.allow_error("store.link_lost")
    asyncio.run(run())


def test_a_spooled_alert_that_joins_another_is_taken_back(scene, cluster):
    """Two orders for one call would send two patrols: when it is recorded as part of the first,
    those who were told of the second are told that it is not one."""
    async def run():
        async with Watch(scene, scene.officer, scene.neighbour) as watch:
            first = await scene.inject(scene.alert())
            assert (await watch.alert(scene.officer))["alert_id"] == first["alert_id"]
            await watch.notice(scene.neighbour)
            await asyncio.to_thread(cluster.kill)
            second = await scene.inject(scene.alert(level="critical"))
            assert second["spooled"]
            order = await watch.alert(scene.officer)
            assert order["alert_id"] == second["alert_id"] and order["state"] == "dispatched"
            spooled = await watch.notice(scene.neighbour)
            await asyncio.to_thread(cluster.start)
            while order["alert_id"] != second["alert_id"] or order["state"] != "cancelled":
                order = (await watch[scene.officer].next_event("alert_pushed", 15)).body["alert"]
            notice = spooled
            while notice["notice_id"] != spooled["notice_id"] or notice["state"] != "withdrawn":
                notice = await watch.notice(scene.neighbour)
        async with Watch(scene, scene.officer) as watch:
            assert (await watch.alert(scene.officer))["alert_id"] == first["alert_id"]
            await asyncio.sleep(0.3)
            assert second["identifier"] not in repr(
                [e.body for e in watch[scene.officer].received
                 if e.name == "alert_pushed" and e.body["alert"]["alert_id"] != first["alert_id"]])

    scene.server.allow_error("store.link_lost")
    asyncio.run(run())
