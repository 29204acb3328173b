"""The breakfast shop: smoke and noise at four in the morning, from a word in the hall to a case
that is looked after, with everybody who has a part in it and servers that die on the way."""
import asyncio

import pytest

from client.hall_doors import Doors
from integration.dispute_scene import Case, DisputeScene, Watch, assessment
from integration.talk import refused, scenario, until
from integration.test_media import png

OWNER, UPSTAIRS, FILE_NOTE = "陈老板", "楼上李家", "笔录原文不外传"


class Shop(DisputeScene):
    """柳荫社区 with the shop on the ground floor and the flat above it."""

    def __init__(self, server, town):
        super().__init__(server, town)
        self.owner = town.resident(self.community, OWNER, unit=self.unit, door="101")
        self.upstairs = town.resident(self.community, UPSTAIRS, unit=self.unit, door="201")

    async def die(self):
        await asyncio.to_thread(self.server.kill)

    async def rise(self):
        await asyncio.to_thread(self.server.start)
        # As if the time of the dead node's claims had passed.
        self.town.link.execute("UPDATE timer SET claimed_until = now()"
                               " WHERE claimed_until > now()")

    def settle_target(self, case):
        return self.town.one("SELECT due_at FROM timer WHERE entity_id = %s"
                             " AND name = 'settle_target' AND cancelled_at IS NULL", case.id)

    def escalations(self, case):
        return self.town.one("SELECT count(*) FROM timeline WHERE entity_type = 'dispute'"
                             " AND entity_id = %s AND event = 'dispute.deadline'", case.id)


@pytest.fixture
def shop(swift, town):
    return Shop(swift, town)


async def report(shop, watch):
    """A word in the hall, a photo, and it becomes a case; the hall keeps a stub without names."""
    hall = shop.community.hall_id
    await watch[shop.upstairs].live()
    await watch[shop.owner].live()
    said = await watch[shop.upstairs].post(hall, f"{OWNER}家早餐店四点开火，我家孩子睡不了觉")
    doors = Doors(shop.server.http, shop.upstairs.token)
    photo = (await asyncio.to_thread(doors.upload, png(), "image/png"))["media_id"]
    case = Case(shop, watch)
    answer = await case.submit(shop.upstairs, place_id=None, room_id=hall, seq=said["seq"],
                               description="早餐店油烟和噪声", concerned=f"{OWNER}，101室",
                               media_ids=[photo])
    assert answer["next_step"] and answer["next_at"]
    page = await watch[shop.owner].history(hall)
    stub, card = page["messages"][-2:]
    assert stub["state"] == "hidden" and "body" not in stub and card["kind"] == "system"
    for person, status in ((shop.upstairs, 200), (shop.officer, 200), (shop.owner, 404),
                           (shop.mediator, 404), (shop.other_officer, 404)):
        got = await asyncio.to_thread(shop.server.request, "GET", f"/api/v1/media/{photo}/320",
                                      None, person.bearer)
        assert got[0] == status, person.name
    return case


async def nobody_answers(shop, case):
    """The deadline passes while the server dies around it: one step up, the dispatcher is told;
    then another one, and the leader is told."""
    await shop.die()
    shop.due(case.id, "first_response")
    await shop.rise()
    await until(lambda: shop.escalations(case) == 1, what="the first step")
    await shop.die()
    await shop.rise()
    await asyncio.sleep(1)
    assert shop.escalations(case) == 1
    assert shop.town.one("SELECT colour FROM dispute WHERE id = %s", case.id) == 2
    assert shop.letters()["dispute.overdue"] == {shop.dispatcher.id}
    shop.due(case.id, "first_response")
    await shop.die()
    await shop.rise()
    await until(lambda: shop.escalations(case) == 2, what="the second step")
    assert shop.letters()["dispute.overdue"] == {shop.dispatcher.id, shop.leader.id}
    assert "请所领导处理" in shop.duty_words()[-1]


async def work_on_it(shop, watch, case):
    """The dispatcher takes it up, a mediator leads it with the grid worker, it waits for a
    measurement, and the clock stands still meanwhile."""
    case.watch, case.version = watch, 3
    await case.act(shop.dispatcher, "dispute_accept", assessment=assessment(grade="larger"),
                   public_reason="值班室已经受理")
    await case.act(shop.dispatcher, "dispute_assign", lead_id=shop.mediator.id,
                   panel_ids=[shop.grid_worker.id, shop.officer.id])
    room = next(r for r in (await watch[shop.mediator].next_event("session_changed", 5))
                .body["rooms"] if r["kind"] == "case_team")
    await watch[shop.mediator].request("room_resume", {"room_id": room["room_id"], "seq": 0})
    await watch[shop.mediator].post(room["room_id"], FILE_NOTE)
    with refused("not_found"):
        await watch[shop.owner].post(room["room_id"], "让我看看")
    await case.write(shop.mediator, "dispute_note", FILE_NOTE, kind="note")
    await case.write(shop.mediator, "dispute_note", "明天下午我去您家看看，可以吗？", kind="question")
    await case.seen(shop.upstairs, waits_for_me=True)
    await case.write(shop.upstairs, "dispute_add", "可以，四点以后都在。")
    await case.act(shop.mediator, "dispute_start", party_consents=True)
    before = shop.settle_target(case)
    await case.act(shop.mediator, "dispute_pause", pause_reason="appraisal",
                   public_reason="请环保来测油烟")
    assert shop.town.one("SELECT paused_at IS NOT NULL FROM timer WHERE entity_id = %s"
                         " AND name = 'settle_target' AND cancelled_at IS NULL", case.id)
    return before


async def the_end(shop, watch, case, due):
    """The owner does not want to; from now on it is looked after."""
    case.watch = watch
    await case.act(shop.mediator, "dispute_resume", reason="检测报告到了")
    stood = shop.town.one("SELECT ended_at - started_at FROM pause_ledger WHERE entity_id = %s"
                          " AND reason = 'appraisal'", case.id)
    assert stood.total_seconds() >= 1  # also while no server ran
    assert abs((shop.settle_target(case) - due - stood).total_seconds()) < 0.01
    await case.act(shop.mediator, "dispute_unsettle", party_refuses=True, reason=FILE_NOTE,
                   public_reason="店主暂时不愿意谈")
    await case.act(shop.officer, "dispute_track", public_reason="民警每月来看一次")
    file = await case.read(shop.upstairs)
    assert [line["event"] for line in file["lines"]] == [
        "submit", "deadline", "deadline", "accept", "assign", "note", "add", "start", "pause",
        "resume", "unsettle", "track"]
    assert file["view"]["next_step"] and file["view"]["in_charge_name"] == "周调解员"
    assert FILE_NOTE not in repr(file) and file["lines"][6]["mine"]
    assert FILE_NOTE in repr(await case.read(shop.leader))
    await case.act(shop.officer, "dispute_raise", colour="red", reason="有人扬言放火",
                   signs=["fuel"])
    assert "请所领导处理" in shop.duty_words()[-1]
    return file


@scenario
async def test_the_breakfast_shop(shop):
    people = [shop.upstairs, shop.owner, shop.officer, shop.grid_worker, shop.mediator,
              shop.dispatcher, shop.leader, shop.neighbour, shop.other_officer]
    seen = []
    async with Watch(shop, *people) as watch:
        case = await report(shop, watch)
        seen.append(watch)
    await nobody_answers(shop, case)
    async with Watch(shop, *people) as watch:
        due = await work_on_it(shop, watch, case)
        seen.append(watch)
    await shop.die()
    await asyncio.sleep(1)
    await shop.rise()
    async with Watch(shop, *people) as watch:
        await the_end(shop, watch, case, due)
        log = await watch[shop.upstairs].request("account_access_log", {"limit": 50})
        assert "冯所长" in {e.get("staff_name") for e in log["entries"]}
        found = await watch[shop.owner].search("笔录")
        history = await watch[shop.owner].history(shop.community.hall_id)
        seen.append(watch)
    # What the shop's owner, a neighbour and another community's officer ever got.
    for person in (shop.owner, shop.neighbour, shop.other_officer):
        got = "".join(repr(w[person].received) + repr(w[person].welcome) for w in seen)
        assert "dispute_pushed" not in got and "case_team" not in got
        assert FILE_NOTE not in got
        assert UPSTAIRS not in got.replace(f"'sender_name': '{UPSTAIRS}'", "")
        # Officers of the station read its duty room: the number, nothing more.
        assert (case.no in got) == (person is shop.other_officer)
    assert found["messages"] == []
    assert OWNER not in repr([message.get("body") for message in history["messages"]])
    assert shop.escalations(case) == 2
    log = shop.server.log()
    assert not [word for word in (FILE_NOTE, OWNER, UPSTAIRS) if word in log]
    letters = repr(shop.town.link.execute("SELECT template, payload FROM outbox").fetchall())
    assert not [word for word in (FILE_NOTE, OWNER, UPSTAIRS) if word in letters]
    assert shop.server.hallctl("audit", "verify")
