"""A dispute report becomes a ticket: its number, its moves, its deadlines, who sees what of it."""
import asyncio
import os

import pytest

from integration.dispute_scene import (CONCERNED, NOTE, REPORTER, Case, DisputeScene, Watch,
                                       assessment)
from integration.talk import refused, scenario, until


@pytest.fixture
def scene(swift, town):
    return DisputeScene(swift, town)


@scenario
async def test_a_report_becomes_a_ticket_and_everyone_sees_her_own_part(scene):
    async with Watch(scene, *scene.everybody) as watch:
        case = Case(scene, watch)
        answer = await case.submit(scene.reporter)
        assert answer["is_new"] and answer["state"] == "submitted" and answer["next_at"]
        assert answer["no"].startswith(f"D-{scene.station.code}-") and answer["next_step"]
        mine = await case.seen(scene.reporter)
        assert mine["audience"] == "reporter" and mine["plain_state"] and mine["can_withdraw"]
        assert mine["place_name"] == "5栋 1单元" and "colour_reasons" not in mine
        for person in (scene.officer, scene.second, scene.dispatcher, scene.leader):
            order = await case.seen(person)
            assert order["audience"] == "staff" and "accept" in order["moves"]
            assert CONCERNED not in repr(order) and REPORTER not in repr(order)
        file = await case.read(scene.officer)
        assert file["description"].startswith("楼下早餐店") and file["concerned"] == CONCERNED
        assert file["reports"][0]["reporter_name"] == REPORTER
        assert {d["timer"] for d in file["deadlines"]} == {"first_response", "accept_by"}
        own = await case.read(scene.reporter)
        assert own["description"] == file["description"] and "reports" not in own
        assert "deadlines" not in own and [line["event"] for line in own["lines"]] == ["submit"]
        for person in (scene.neighbour, scene.stranger, scene.other_officer, scene.mediator,
                       scene.grid_worker, scene.auditor):
            with refused("not_found"):
                await case.read(person)
            assert "dispute_pushed" not in [e.name for e in watch[person].received]
        assert (await case.read(scene.auditor, reason="核查"))["view"]["audience"] == "audit"
        page = await watch[scene.reporter].request("dispute_mine", {})
        assert [d["dispute_id"] for d in page["disputes"]] == [case.id] and not page["more"]
        assert (await watch[scene.neighbour].request("dispute_mine", {}))["disputes"] == []
        work = await watch[scene.officer].request("work_list", {"limit": 10})
        assert [(i["work_kind"], i["no"]) for i in work["items"]] == [("dispute", case.no)]
    assert scene.duty_words() == [f"【纠纷】{case.no}（蓝色）等待受理，请社区民警处理。"]
    assert scene.letters()["dispute.new"] == {scene.officer.id, scene.second.id}


@scenario
async def test_reading_the_file_is_in_the_audit_and_the_reporter_can_ask_who_did(scene):
    async with Watch(scene, scene.reporter, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.read(scene.reporter)
        await case.read(scene.officer)
        await case.read(scene.officer)
        log = await watch[scene.reporter].request("account_access_log", {"limit": 10})
        assert [e["staff_name"] for e in log["entries"]] == ["赵民警", "赵民警"]
    reads = scene.town.link.execute("SELECT actor_id FROM audit WHERE action = 'dispute.read'"
                                    " AND entity_id = %s", (case.id,)).fetchall()
    assert [row["actor_id"] for row in reads] == [scene.officer.id] * 2
    assert scene.server.hallctl("audit", "verify")


@scenario
async def test_the_whole_way_with_words_for_the_reporter_and_notes_for_the_file(scene):
    async with Watch(scene, *scene.everybody) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.write(scene.officer, "dispute_note", NOTE, kind="note")
        assert {"first_response", "accept_by"} <= scene.timers(case.id)
        await case.write(scene.officer, "dispute_note", "收到，明天上门看。", kind="to_reporter")
        assert "first_response" not in scene.timers(case.id)
        await case.act(scene.officer, "dispute_accept", assessment=assessment())
        assert scene.timers(case.id) == {"first_session_by", "first_session_by.75",
                                         "settle_target", "settle_target.75"}
        await case.act(scene.officer, "dispute_assign", lead_id=scene.mediator.id,
                       panel_ids=[scene.grid_worker.id], reason=NOTE)
        assert "return" in scene.timers(case.id)
        team = await watch[scene.mediator].next_event("session_changed", 5)
        room = next(r for r in team.body["rooms"] if r["kind"] == "case_team")
        assert case.no in room["name"]
        file = await case.read(scene.mediator)
        assert file["view"]["audience"] == "panel" and file["room_id"] == room["room_id"]
        assert {m["part"]: m["name"] for m in file["members"]} == {
            "lead": "周调解员", "panel": "沈网格员", "officer": "赵民警"}
        assert NOTE in repr(file)
        with refused("conflict"):  # not the lead
            await case.act(scene.officer, "dispute_start", party_consents=True)
        with refused("conflict"):
            await case.act(scene.mediator, "dispute_start", party_consents=False)
        await case.act(scene.mediator, "dispute_start", party_consents=True)
        assert "first_session_by" not in scene.timers(case.id)
        await case.act(scene.mediator, "dispute_pause", pause_reason="appraisal",
                       public_reason="等环保检测")
        assert {"pause_limit", "settle_target"} <= scene.timers(case.id)
        paused = await case.seen(scene.reporter, state="paused")
        assert "鉴定" in paused["next_step"] and paused["public_reason"] == "等环保检测"
        await case.act(scene.officer, "dispute_resume")
        with refused("conflict"):
            await case.act(scene.officer, "dispute_unsettle", party_refuses=True, reason="不谈")
        await case.act(scene.mediator, "dispute_unsettle", party_refuses=True, reason=NOTE)
        await case.act(scene.officer, "dispute_track")
        assert scene.timers(case.id) == {"tracking", "tracking.75"}
        own = await case.read(scene.reporter)
        assert [line["event"] for line in own["lines"]] == [
            "submit", "note", "accept", "assign", "start", "pause", "resume", "unsettle", "track"]
        assert all(line["words"] for line in own["lines"])
        assert own["lines"][1]["body"] == "收到，明天上门看。"
        assert own["view"]["in_charge_name"] == "周调解员"
        await asyncio.sleep(0.2)
        for person in (scene.reporter, scene.neighbour, scene.stranger, scene.other_officer):
            assert NOTE not in repr(watch[person].received) + repr(own)
        assert (await watch[scene.officer].search("秘密"))["messages"] == []
    assert NOTE not in scene.server.log() and REPORTER not in scene.server.log()
    letters = scene.town.link.execute("SELECT payload::text AS p FROM outbox").fetchall()
    assert not [row for row in letters if NOTE in row["p"] or REPORTER in row["p"]]


@scenario
async def test_the_law_decides_before_anybody_mediates(scene):
    async with Watch(scene, scene.reporter, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        with refused("invalid_field", "assessment"):
            await case.act(scene.officer, "dispute_accept")
        half = assessment()
        half["guard"] = half["guard"][:8]
        with refused("invalid_field", "assessment"):
            await case.act(scene.officer, "dispute_accept", assessment=half)
        with refused("mediation_forbidden"):
            await case.act(scene.officer, "dispute_accept",
                           assessment=assessment(yes=["domestic_violence"]))
        await case.act(scene.officer, "dispute_classify",
                       assessment=assessment(yes=["domestic_violence"]))
        with refused("mediation_forbidden"):
            await case.act(scene.officer, "dispute_accept")
        with refused("invalid_field", "public_reason"):
            await case.act(scene.officer, "dispute_refer", target="admin_case", public_reason="")
        await case.act(scene.officer, "dispute_refer", target="admin_case",
                       public_reason="这件事由派出所依法办理")
        assert scene.timers(case.id) == {"return_check"}
        view = await case.seen(scene.reporter, state="referred")
        assert view["refer_target"] == "admin_case" and view["can_reopen_until"]


@scenario
async def test_settled_on_the_scene_in_one_step(scene):
    settlement = {"who": NOTE, "what": "油烟", "cause": "没装净化器", "result": "六点以后开火",
                  "obligations": "装净化器"}
    async with Watch(scene, scene.reporter, scene.grid_worker, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter, claim_yuan=30000)
        step = {"both_agree": True, "assessment": assessment(), "settlement": settlement}
        with refused("conflict"):  # yellow is not for the grid worker
            await case.act(scene.grid_worker, "dispute_settle_on_scene", **step)
        with refused("invalid_field", "both_agree"):
            await case.act(scene.officer, "dispute_settle_on_scene",
                           **{**step, "both_agree": False})
        blue = Case(scene, watch)
        await blue.submit(scene.reporter, place_id=scene.community.id)
        await blue.act(scene.grid_worker, "dispute_settle_on_scene", **step)
        assert scene.timers(blue.id) == {"revisit"}
        own = await blue.read(scene.reporter)
        assert own["view"]["state"] == "revisiting" and NOTE not in repr(own)
        assert "六点以后开火" in repr(own) and "装净化器" in repr(own)
        assert NOTE in repr(await blue.read(scene.officer))


@scenario
async def test_the_head_of_a_grid_accepts_what_is_blue(scene):
    chief = scene.town.staff("grid_chief", scene.grid, "韩网格长", station=scene.station)
    async with Watch(scene, scene.reporter, scene.officer, scene.grid_worker, chief) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter, claim_yuan=30000)
        await case.act(scene.officer, "dispute_classify", assessment=assessment())
        with refused("conflict"):
            await case.act(chief, "dispute_accept")
        blue = Case(scene, watch)
        await blue.submit(scene.reporter, place_id=scene.community.id)
        with refused("not_found"):  # nor is it for who has no grid of her own
            await blue.act(scene.grid_worker, "dispute_accept")
        await blue.act(chief, "dispute_classify", assessment=assessment())
        await blue.act(chief, "dispute_accept")
        await blue.seen(scene.reporter, state="accepted")


@scenario
async def test_the_same_report_sent_twice_is_one_ticket(scene):
    async with Watch(scene, scene.reporter) as watch:
        report = scene.report()
        client = watch[scene.reporter]
        first = await client.request("dispute_submit", report)
        many = await asyncio.gather(*(client.request("dispute_submit", report) for _ in range(5)))
        assert all(a["dispute_id"] == first["dispute_id"] and not a["is_new"] for a in many)
        with refused("key_reused", "client_key"):
            await client.request("dispute_submit", {**report, "description": "别的事"})
        fresh = scene.report()
        both = await asyncio.gather(*(client.request("dispute_submit", fresh) for _ in range(4)))
        assert len({a["dispute_id"] for a in both}) == 1
    assert scene.town.one("SELECT count(*) FROM dispute") == 2


@scenario
async def test_a_message_that_names_people_is_masked_when_it_becomes_a_case(scene):
    async with Watch(scene, scene.reporter, scene.neighbour, scene.officer) as watch:
        await watch[scene.reporter].live()
        await watch[scene.neighbour].live()
        hall = scene.community.hall_id
        posted = await watch[scene.reporter].post(hall, f"{CONCERNED}家早餐店天天四点吵")
        case = Case(scene, watch)
        source = {"room_id": hall, "seq": posted["seq"], "place_id": None, "description": ""}
        with refused("not_found"):  # somebody else's words
            await watch[scene.neighbour].request("dispute_submit", scene.report(**source))
        await case.submit(scene.reporter, **source)
        page = await watch[scene.neighbour].history(hall)
        stub, card = page["messages"][-2:]
        assert stub["state"] == "hidden" and "body" not in stub and "转为事项" in stub["public_reason"]
        assert card["kind"] == "system" and CONCERNED not in card["body"]
        assert (await watch[scene.neighbour].search("早餐店"))["messages"] == []
        file = await case.read(scene.officer)
        assert CONCERNED in file["description"] and file["view"]["community_name"] == "柳荫社区"
        with refused("not_found"):  # it is out of sight already
            await watch[scene.officer].request("dispute_submit", scene.report(**source))


@scenario
async def test_merged_reports_keep_their_own_page(scene):
    async with Watch(scene, scene.reporter, scene.neighbour, scene.officer) as watch:
        first, second = Case(scene, watch), Case(scene, watch)
        await first.submit(scene.reporter)
        await second.submit(scene.neighbour)
        elsewhere = Case(scene, watch)
        await elsewhere.submit(scene.neighbour, place_id=scene.town.building(scene.grid).id)
        with refused("invalid_field", "into_id"):
            await second.act(scene.officer, "dispute_merge", into_id=second.id)
        with refused("conflict"):  # another place, another person
            await elsewhere.act(scene.officer, "dispute_merge", into_id=first.id)
        await second.act(scene.officer, "dispute_merge", into_id=first.id)
        with refused("conflict"):
            await second.act(scene.officer, "dispute_withdraw")
        own = await second.read(scene.neighbour)
        assert own["view"]["state"] == "merged" and REPORTER not in repr(own)
        assert "merged_into" not in own["view"]
        await first.act(scene.officer, "dispute_accept", assessment=assessment())
        view = await second.seen(scene.neighbour, next_step="民警已受理")
        assert view["dispute_id"] == second.id
        file = await first.read(scene.officer)
        assert {r["reporter_name"] for r in file["reports"]} == {REPORTER, "邻居"}
        with refused("invalid_field", "lead_id"):  # nobody leads what she reported
            await first.act(scene.officer, "dispute_assign", lead_id=scene.neighbour.id)


@scenario
async def test_a_question_stops_the_clock_and_the_answer_starts_it(scene):
    async with Watch(scene, scene.reporter, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.write(scene.officer, "dispute_note", "几点最响？", kind="question")
        asked = await case.seen(scene.reporter, waits_for_me=True)
        assert "回答" in asked["next_step"]
        assert scene.town.one("SELECT count(*) FROM timer WHERE entity_id = %s"
                              " AND paused_at IS NOT NULL", case.id) == 2
        key = os.urandom(16)
        body = {"dispute_id": case.id, "client_key": key, "body": "凌晨四点"}
        done = await watch[scene.reporter].request("dispute_add", body)
        again = await watch[scene.reporter].request("dispute_add", body)
        assert done == again
        assert scene.town.one("SELECT count(*) FROM timer WHERE entity_id = %s"
                              " AND paused_at IS NOT NULL", case.id) == 0
        file = await case.read(scene.officer)
        assert file["lines"][-1]["body"] == "凌晨四点" and file["pauses"][0]["ended_at"]
        with refused("not_found"):
            await case.write(scene.officer, "dispute_add", "不是她")


@scenario
async def test_nobody_answers_the_colour_rises_and_the_next_people_are_told(scene):
    async with Watch(scene, scene.reporter, scene.officer, scene.dispatcher, scene.leader) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        scene.due(case.id, "first_response.75")
        await until(lambda: len(scene.duty_words()) == 2, what="the warning")
        assert "快到时限" in scene.duty_words()[1]
        scene.due(case.id, "first_response")
        view = await case.seen(scene.dispatcher, colour="yellow")
        assert view["colour_reasons"] == ["first_response_missed"]
        scene.due(case.id, "first_response")
        await until(lambda: "请所领导处理" in scene.duty_words()[-1], what="the leader")
        assert scene.letters()["dispute.overdue"] == {scene.dispatcher.id, scene.leader.id}
        lines = (await case.read(scene.reporter))["lines"]
        assert [line["event"] for line in lines] == ["submit", "deadline", "deadline"]
        await case.seen(scene.officer, state_version=3)
        await case.act(scene.officer, "dispute_accept", assessment=assessment())
        scene.due(case.id, "first_response")  # it was cancelled: nothing happens
        await asyncio.sleep(0.5)
        assert scene.town.one("SELECT state_version FROM dispute WHERE id = %s", case.id) == 4


@scenario
async def test_a_silent_lead_has_it_returned(scene):
    async with Watch(scene, scene.reporter, scene.officer, scene.mediator) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.act(scene.officer, "dispute_accept", assessment=assessment())
        await case.act(scene.officer, "dispute_assign", lead_id=scene.mediator.id)
        await case.read(scene.mediator)
        scene.due(case.id, "return")
        view = await case.seen(scene.officer, state="accepted", state_version=4)
        assert "lead_id" not in view
        with refused("not_found"):
            await case.read(scene.mediator)
        assert "已退回" in scene.duty_words()[-1]


@scenario
async def test_the_limit_of_pauses_resumes_by_itself(scene):
    async with Watch(scene, scene.reporter, scene.officer, scene.mediator) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.act(scene.officer, "dispute_accept", assessment=assessment())
        await case.act(scene.officer, "dispute_assign", lead_id=scene.mediator.id)
        await case.act(scene.mediator, "dispute_start", party_consents=True)
        before = scene.town.one("SELECT due_at FROM timer WHERE entity_id = %s"
                                " AND name = 'settle_target' AND cancelled_at IS NULL", case.id)
        await case.act(scene.officer, "dispute_pause", pause_reason="third_party")
        with refused("invalid_field", "pause_reason"):
            await case.act(scene.officer, "dispute_pause", pause_reason="reporter")
        scene.due(case.id, "pause_limit")
        await case.seen(scene.officer, state="mediating", state_version=6)
        after = scene.town.one("SELECT due_at FROM timer WHERE entity_id = %s"
                               " AND name = 'settle_target' AND cancelled_at IS NULL", case.id)
        paused = scene.town.one("SELECT sum(ended_at - started_at) FROM pause_ledger"
                                " WHERE entity_id = %s", case.id)
        assert abs((after - before - paused).total_seconds()) < 0.01


@scenario
async def test_two_people_lower_a_colour(scene):
    async with Watch(scene, scene.reporter, scene.officer, scene.second, scene.leader,
                     scene.dispatcher) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter, signs=["threat"])
        await case.act(scene.officer, "dispute_raise", colour="red", reason="有人带刀",
                       signs=["weapon"])
        lower = {"colour": "blue", "reason": "已经和好"}
        proposed = await case.act(scene.officer, "dispute_lower", **lower)
        approve = {"proposal_id": proposed["proposal_id"]}
        assert (await case.read(scene.second))["proposal"]["proposed_by_name"] == "赵民警"
        with refused("conflict"):  # not by who proposed it
            await case.act(scene.officer, "dispute_approve", **approve)
        with refused("not_found"):
            await case.act(scene.dispatcher, "dispute_approve", **approve)
        await case.act(scene.second, "dispute_approve", **approve)
        assert (await case.read(scene.second))["view"]["colour"] == "blue"
        with refused("conflict"):
            await case.act(scene.second, "dispute_approve", **approve)
        await case.act(scene.officer, "dispute_raise", colour="yellow", reason="又吵")
        late = await case.act(scene.officer, "dispute_lower", **lower)
        scene.town.link.execute("UPDATE dispute_proposal SET expires_at = now()")
        with refused("conflict"):
            await case.act(scene.second, "dispute_approve", proposal_id=late["proposal_id"])
        done = await case.act(scene.leader, "dispute_lower", **lower)  # a leader's word counts
        assert "proposal_id" not in done and done["state_version"]


@scenario
async def test_the_reporter_takes_it_back_or_says_that_it_is_not_over(scene):
    async with Watch(scene, scene.reporter, scene.neighbour, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        with refused("not_found"):
            await case.act(scene.neighbour, "dispute_withdraw")
        await case.act(scene.reporter, "dispute_withdraw")
        assert scene.timers(case.id) == set()
        with refused("invalid_field", "reason"):
            await case.act(scene.reporter, "dispute_reopen", reason="")
        await case.act(scene.reporter, "dispute_reopen", reason="又开始了")
        assert (await case.read(scene.reporter))["view"]["state"] == "accepted"
        danger = Case(scene, watch)
        await danger.submit(scene.reporter, description="他拿刀说要砍人")
        with refused("conflict"):
            await danger.act(scene.reporter, "dispute_withdraw")
        await danger.act(scene.officer, "dispute_withdraw")
        rejected = Case(scene, watch)
        await rejected.submit(scene.reporter)
        await rejected.act(scene.officer, "dispute_reject", code="in_court",
                           public_reason="法院已经受理")
        view = await rejected.seen(scene.reporter, state="rejected")
        assert view["public_reason"] == "法院已经受理" and view["can_reopen_until"]
        work = await watch[scene.officer].request("work_list", {"limit": 10})
        assert [i["entity_id"] for i in work["items"]] == [case.id]


@scenario
async def test_what_cannot_be_reported_is_said(scene):
    async with Watch(scene, scene.reporter, scene.mediator) as watch:
        client = watch[scene.reporter]
        for change, code, name in (
                ({"description": "  "}, "invalid_field", "description"),
                ({"place_id": 987654321}, "not_found", None),
                ({"place_id": None, "place_code": "nowhere"}, "not_found", None),
                ({"place_id": scene.station.id}, "not_found", None),
                ({"room_id": scene.community.hall_id}, "invalid_field", "seq"),
                ({"media_ids": ["AAAAAAAAAAAAAAAAAAAAAA"]}, "invalid_field", "media_ids"),
                ({"place_code": "x"}, "invalid_field", "place_code"),
                ({"place_id": scene.other.id}, "not_found", None)):
            with refused(code, name):
                await client.request("dispute_submit", scene.report(**change))
        with refused("not_found"):  # a mediator has no report of her own to make
            await watch[scene.mediator].request("dispute_submit", scene.report())
    assert scene.town.one("SELECT count(*) FROM dispute") == 0
