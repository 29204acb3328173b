"""What the person an alert is about says herself, and who learns it."""
import asyncio

import pytest
from client.hall_doors import Refused

from integration.alert_scene import Scene, Watch


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


async def answer(watch, person, alert_id, word):
    return await watch[person].request("alert_answer", {"alert_id": alert_id, "answer": word})


def duty_words(scene):
    """What the system said in the station's duty room, oldest first."""
    return [row["body"] for row in scene.town.link.execute(
        "SELECT m.body FROM message m JOIN room r ON r.id = m.room_id"
        " WHERE r.kind = 5 AND r.station_id = %s AND m.sender_id = 0 ORDER BY m.seq",
        (scene.station.id,)).fetchall()]


def test_her_answer_reaches_everyone_who_has_the_order_and_nobody_else(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.unit_leader, scene.target,
                         scene.neighbour) as watch:
            await scene.inject(scene.alert())
            mine = await watch.alert(scene.target)
            for person in (scene.officer, scene.unit_leader):
                assert "target_answer" not in await watch.alert(person)
            await answer(watch, scene.target, mine["alert_id"], "already_paid")
            for person in (scene.officer, scene.unit_leader, scene.target):
                said = await watch.alert(person)
                assert said["target_answer"] == "already_paid"
                assert said["target_answered_at"] >= said["created_at"]
                assert said["state"] == "dispatched" and said["state_version"] == 2
            order = await watch[scene.officer].request("alert_list", {})
            no = order["alerts"][0]["no"]
            words = duty_words(scene)
            assert len(words) == 1 and no in words[0] and "已经转账" in words[0]
            reach = await watch[scene.officer].request("alert_reach",
                                                       {"alert_id": mine["alert_id"]})
            target = next(c for c in reach["counts"] if c["audience"] == "target")
            assert target["acknowledged"] == 1, "who answers has seen it"
            assert "already_paid" not in repr(watch[scene.neighbour].received)
            await answer(watch, scene.target, mine["alert_id"], "own_business")
            assert (await watch.alert(scene.officer))["target_answer"] == "own_business"
            assert "自己办事" in duty_words(scene)[-1]

    asyncio.run(run())


def test_only_she_answers_and_only_while_it_is_open(scene):
    async def run():
        async with Watch(scene, scene.officer, scene.dispatcher, scene.target,
                         scene.neighbour) as watch:
            await scene.inject(scene.alert())
            alert_id = (await watch.alert(scene.target))["alert_id"]
            for other in (scene.officer, scene.dispatcher, scene.neighbour):
                with pytest.raises(Refused) as refusal:
                    await answer(watch, other, alert_id, "own_business")
                assert refusal.value.code == "not_found"
            await watch[scene.dispatcher].request(
                "alert_cancel", {"alert_id": alert_id, "expected_version": 1, "reason": "误报"})
            with pytest.raises(Refused) as refusal:
                await answer(watch, scene.target, alert_id, "not_paid")
            assert refusal.value.code == "conflict"
            assert duty_words(scene) == []

    asyncio.run(run())


def test_it_is_in_the_file_and_in_the_audit(scene):
    async def run():
        async with Watch(scene, scene.target) as watch:
            await scene.inject(scene.alert())
            alert_id = (await watch.alert(scene.target))["alert_id"]
            await answer(watch, scene.target, alert_id, "not_paid")
            line = scene.town.one("SELECT actor_id, detail FROM timeline WHERE entity_id = %s"
                                  " AND event = 'fraud.answer'", alert_id)
            entry = scene.town.one("SELECT actor_id FROM audit WHERE entity_id = %s"
                                   " AND action = 'fraud.answer'", alert_id)
            assert line and entry

    asyncio.run(run())
