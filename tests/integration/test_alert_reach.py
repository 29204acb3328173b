"""How far an alert came, who ends it and when, and what happens without a database."""
import asyncio
import time

import pytest
from client.hall_doors import Refused

from integration.alert_scene import MARKERS, PHONE, Scene, Watch, everything


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


def test_receipts_say_how_far_it_came_and_only_go_forward(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.target, scene.neighbour,
                         scene.stranger) as watch:
            await scene.inject(scene.alert())
            order = await watch.alert(scene.officer)
            mine = await watch.alert(scene.target)
            notice = await watch.notice(scene.neighbour)

            async def say(person, stage, **which):
                items = [{**which, "stage": stage}]
                await watch[person].request("alert_receipts", {"items": items})

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
