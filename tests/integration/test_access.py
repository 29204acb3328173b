"""Every reading of restricted alert data is in the audit, and she whom it is about can see it."""
import asyncio
import time

import pytest

from integration.alert_scene import Scene, Watch

READ = ("SELECT actor_id, role_used, entity_seq, (detail->>'audience')::int AS audience, station_id"
        " FROM audit WHERE action = 'alert.read' AND entity_id = %s ORDER BY seq")
VOLUNTEERS, RESPONDERS, OFFICERS = 3, 4, 5


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


def readings(database, alert_id, count, seconds=5):
    """The entries, once there are so many; and a moment later there are no more."""
    until = time.monotonic() + seconds
    while len(found := database.rows(READ, alert_id)) < count and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)
    found = database.rows(READ, alert_id)
    assert len(found) == count, found
    return found


def test_a_push_is_entered_once_per_person_and_version(scene, database):
    async def run():
        async with Watch(scene, scene.officer, scene.grid_worker, scene.unit_leader, scene.target,
                         scene.neighbour) as watch:
            answer = await scene.inject(scene.alert())
            for person in (scene.officer, scene.grid_worker, scene.unit_leader, scene.target):
                await watch.alert(person)
            seen = await asyncio.to_thread(readings, database, answer["alert_id"], 3)
            assert {(r["actor_id"], r["role_used"], r["audience"]) for r in seen} == {
                (scene.officer.id, 7, OFFICERS), (scene.grid_worker.id, 3, RESPONDERS),
                (scene.unit_leader.id, 2, VOLUNTEERS)}
            assert {(r["entity_seq"], r["station_id"]) for r in seen} == {(1, scene.station.id)}
            async with Watch(scene, scene.officer, scene.dispatcher) as again:
                await again.alert(scene.officer)
                await again.alert(scene.dispatcher)  # has it for the first time
            seen = await asyncio.to_thread(readings, database, answer["alert_id"], 4)
            assert seen[3]["actor_id"] == scene.dispatcher.id
            await watch[scene.officer].request(
                "alert_ack", {"alert_id": answer["alert_id"], "expected_version": 1})
            for person in (scene.officer, scene.grid_worker, scene.unit_leader):
                await watch.alert(person)
            seen = await asyncio.to_thread(readings, database, answer["alert_id"], 7)
            assert [r["entity_seq"] for r in seen[4:]] == [2, 2, 2]

    asyncio.run(run())
    scene.server.hallctl("audit", "verify")


def test_a_list_is_shown_only_when_the_audit_says_who_saw_it(scene, database):
    async def run():
        answer = await scene.inject(scene.alert())
        async with Watch(scene, scene.officer, scene.target, scene.neighbour) as watch:
            await watch.alert(scene.officer)
            await asyncio.to_thread(readings, database, answer["alert_id"], 1)
            page = await watch[scene.officer].request("alert_list", {})
            assert len(page["alerts"]) == 1
            # No waiting: the entry is there before the answer is.
            assert [(r["actor_id"], r["entity_seq"])
                    for r in database.rows(READ, answer["alert_id"])] == [
                (scene.officer.id, 1), (scene.officer.id, None)]
            await watch[scene.target].request("alert_list", {})
            await watch[scene.neighbour].request("alert_list", {})
            assert len(database.rows(READ, answer["alert_id"])) == 2

    asyncio.run(run())


def test_she_sees_who_read_about_her(scene, database):
    async def run():
        async with Watch(scene, scene.officer, scene.unit_leader, scene.target,
                         scene.neighbour) as watch:
            answer = await scene.inject(scene.alert())
            await watch.alert(scene.officer)
            await watch.alert(scene.unit_leader)
            await asyncio.to_thread(readings, database, answer["alert_id"], 2)
            page = await watch[scene.target].request("account_access_log", {"limit": 50})
            seen = {(e["role"], "staff_name" in e) for e in page["entries"]}
            assert seen == {("officer", True), ("unit_leader", False)}
            first = page["entries"][0]
            assert (first["kind"], first["object_id"]) == ("alert", answer["alert_id"])
            rest = await watch[scene.target].request(
                "account_access_log", {"limit": 50, "before_seq": first["seq"]})
            assert rest["entries"] == page["entries"][1:]
            for person in (scene.neighbour, scene.officer):
                nothing = await watch[person].request("account_access_log", {"limit": 50})
                assert nothing["entries"] == []

    asyncio.run(run())


def test_what_is_read_while_the_database_is_away_is_entered_when_it_is_back(
        scene, cluster, database):
    async def run():
        async with Watch(scene, scene.officer) as watch:
            await scene.inject(scene.alert(scam_type="loan"))  # the source is known from now on
            await watch.alert(scene.officer)
            await asyncio.to_thread(cluster.kill)
            answer = await scene.inject(scene.alert(level="critical"))
            assert answer["spooled"]
            assert (await watch.alert(scene.officer))["alert_id"] == answer["alert_id"]
            await asyncio.to_thread(cluster.start)
            seen = await asyncio.to_thread(readings, database, answer["alert_id"], 1, 15)
            assert seen[0]["actor_id"] == scene.officer.id

    scene.server.allow_error("store.link_lost")
    asyncio.run(run())
