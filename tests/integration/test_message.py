"""What is said in rooms: message_post, message_recall, message_hide, message_history,
message_search, and what of it reaches whom."""
import asyncio
import os

from integration.talk import HallClient, State, enter, refused, scenario, until


def bodies(room):
    return [room.messages[seq].get("body") for seq in sorted(room.messages)]


@scenario
async def test_what_is_said_appears_for_everybody_once(server, town):
    community = town.community()
    wang, li = town.resident(community, "王女士"), town.resident(community, "李先生")
    async with enter(server, wang) as a, enter(server, li) as b:
        posted = await a.post(community.hall_id, "楼下的路灯坏了")
        event = (await b.next_event("message_added")).body["message"]
        assert event["seq"] == posted["seq"] == 1
        assert event["body"] == "楼下的路灯坏了"
        assert event["sender_id"] == wang.id and event["sender_name"] == "王女士"
        assert event["badge"] == "none" and event["state"] == "visible"
        assert event["sent_at"] == posted["sent_at"]
        assert "client_key" not in event
        await until(lambda: bodies(a.room(community.hall_id)) == ["楼下的路灯坏了"])
        await a.ping()
        assert len([e for e in a.received if e.name == "message_added"]) == 1


@scenario
async def test_it_survives_a_kill_and_is_read_back_to_the_beginning(swift, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(swift, wang) as hall:
        for i in range(250):
            await hall.post(community.hall_id, f"第{i}条")
    swift.kill()
    swift.start()
    async with enter(swift, wang) as hall:
        messages = await hall.whole_history(community.hall_id)
    assert [m["seq"] for m in messages] == list(range(1, 251))
    assert [m["body"] for m in messages] == [f"第{i}条" for i in range(250)]
    assert all("client_key" in m for m in messages)  # her own


@scenario
async def test_sending_twice_stores_once_and_gives_the_first_answer(server, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(server, wang) as hall:
        key = os.urandom(16)
        answers = await asyncio.gather(
            *[hall.post(community.hall_id, "只说一次", client_key=key) for _ in range(5)])
        assert all(answer == answers[0] for answer in answers)
        with refused("key_reused"):
            await hall.post(community.hall_id, "别的话", client_key=key)
        assert len(await hall.whole_history(community.hall_id)) == 1
        await hall.ping()
        assert len([e for e in hall.received if e.name == "message_added"]) == 1


@scenario
async def test_pages_go_both_ways_and_around(swift, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(swift, wang) as hall:
        for i in range(1, 31):
            await hall.post(community.hall_id, f"{i}")

        async def seqs(limit, **where):
            page = await hall.history(community.hall_id, limit, **where)
            assert page["head_seq"] == 30 and page["first_seq"] == 1
            return [m["seq"] for m in page["messages"]]

        assert await seqs(10) == list(range(21, 31))
        assert await seqs(10, before_seq=21) == list(range(11, 21))
        assert await seqs(10, before_seq=5) == [1, 2, 3, 4]
        assert await seqs(10, before_seq=1) == []
        assert await seqs(10, after_seq=25) == [26, 27, 28, 29, 30]
        assert await seqs(3, after_seq=5) == [6, 7, 8]
        assert await seqs(5, after_seq=30) == []
        around = await seqs(10, around_seq=15)
        assert 15 in around and around == list(range(around[0], around[0] + 10))
        with refused("invalid_field"):
            await hall.history(community.hall_id, 10, before_seq=5, after_seq=5)
        with refused("invalid_field", "limit"):
            await hall.history(community.hall_id, 0)


@scenario
async def test_long_messages_make_short_pages_without_gaps(swift, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(swift, wang) as hall:
        for i in range(60):
            await hall.post(community.hall_id, chr(0x4E00 + i) * 4000)
        page = await hall.history(community.hall_id, 100)
        assert 10 < len(page["messages"]) < 60 and page["messages"][-1]["seq"] == 60
        messages = await hall.whole_history(community.hall_id)
        assert [m["seq"] for m in messages] == list(range(1, 61))
        state = State()
        state.epoch = hall.welcome["epoch"]
    async with enter(swift, wang, state=State()) as other:
        other.room(community.hall_id).seq = 1
        assert (await other.history(community.hall_id, 100, after_seq=1))["messages"][0]["seq"] == 2


@scenario
async def test_empty_and_hostile_texts_are_refused(server, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(server, wang) as hall:
        for text in ["", "   ", "\u200b\u2060", "转\u202e账", "\u2066x"]:
            with refused("invalid_field", "body"):
                await hall.post(community.hall_id, text)
        with refused("invalid_field"):
            await hall.post(community.hall_id, "长" * 4001)
        with refused("not_found"):
            await hall.post(community.hall_id, "引用", quote_seq=99)
        await hall.post(community.hall_id, "长" * 4000)
        await hall.post(community.hall_id, "引用", quote_seq=1)


@scenario
async def test_taken_back_within_two_minutes_it_is_gone_everywhere(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    away = State()
    async with enter(server, wang) as a, enter(server, li, state=away):
        await a.post(community.hall_id, "先前的话")
        await until(lambda: away.rooms[community.hall_id].seq == 1)
    async with enter(server, wang) as a, enter(server, li) as b:
        seq = (await a.post(community.hall_id, "说错了的话"))["seq"]
        await b.next_event("message_added")
        with refused("not_found"):
            await b.recall(community.hall_id, seq)
        await a.recall(community.hall_id, seq)
        entry = (await b.next_event("revoked")).body["revocations"][0]
        assert (entry["kind"], entry["seq"], entry["state"]) == ("message", seq, "recalled")
        with refused("already_done"):
            await a.recall(community.hall_id, seq)
        for hall in (a, b):
            message = (await hall.history(community.hall_id))["messages"][1]
            assert message["state"] == "recalled" and "body" not in message
            assert (await hall.search("说错"))["messages"] == []
    async with enter(server, li, state=away) as late:
        message = late.room(community.hall_id).messages[seq]
        assert message["state"] == "recalled" and "body" not in message
    assert town.one("SELECT body FROM message WHERE seq = %s", seq) is None


@scenario
async def test_after_two_minutes_it_stays(make_server, town):
    server = make_server(recall_ms=300).start()
    community = town.community()
    wang = town.resident(community)
    async with enter(server, wang) as hall:
        seq = (await hall.post(community.hall_id, "留着"))["seq"]
        await asyncio.sleep(0.5)
        with refused("too_late"):
            await hall.recall(community.hall_id, seq)


@scenario
async def test_an_officer_hides_with_a_reason_and_it_is_audited(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    officer = town.staff("officer", community, "陈警官")
    async with enter(server, wang) as a, enter(server, li) as b, enter(server, officer) as o:
        seq = (await a.post(community.hall_id, "某某的电话是13800138000"))["seq"]
        hide = {"room_id": community.hall_id, "seq": seq, "reason": "personal_data",
                "public_reason": "含他人电话"}
        with refused("not_found"):
            await b.request("message_hide", hide)
        await o.request("message_hide", hide)
        entry = (await b.next_event("revoked")).body["revocations"][0]
        assert entry["state"] == "hidden" and entry["public_reason"] == "含他人电话"
        for hall in (a, b, o):
            message = (await hall.history(community.hall_id))["messages"][0]
            assert message["state"] == "hidden" and message["public_reason"] == "含他人电话"
            assert "body" not in message
        with refused("already_done"):
            await o.request("message_hide", hide)
    row = town.link.execute("SELECT actor_id, role_used, reason FROM audit"
                            " WHERE action = 'message.hide'").fetchall()
    assert [(r["actor_id"], r["role_used"]) for r in row] == [(officer.id, 7)]


@scenario
async def test_the_badge_comes_from_the_role_and_cannot_be_chosen(server, town):
    community, elsewhere = town.community(), town.community()
    wang = town.resident(community)
    officer = town.staff("officer", community, "陈警官")
    worker = town.staff("grid_worker", town.grid(community), "小刘")
    stranger = town.staff("officer", elsewhere, "外区警官")
    async with enter(server, wang) as a, enter(server, officer) as o, enter(server, worker) as w:
        await o.post(community.hall_id, "今晚停水", official=True)
        event = (await a.next_event("message_added")).body["message"]
        assert event["badge"] == "officer" and event["official"] is True
        await w.post(community.hall_id, "收到")
        event = (await a.next_event("message_added")).body["message"]
        assert event["badge"] == "grid_worker" and not event.get("official")
        with refused("not_found"):
            await w.post(community.hall_id, "冒充", official=True)
        with refused("not_found"):
            await a.post(community.hall_id, "冒充", official=True)
    async with enter(server, stranger) as s:
        with refused("not_found"):
            await s.post(community.hall_id, "不是我的社区")


@scenario
async def test_search_finds_any_character_however_it_is_written(swift, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(swift, wang) as hall:
        texts = ["我家在上海东边", "請撥打電話報警", "ＡＢＣ楼ＯＫ吗", "明天下午三点开会", "b栋有人吗"]
        for text in texts:
            await hall.post(community.hall_id, text)

        async def found(text, **where):
            return [m["seq"] for m in (await hall.search(text, **where))["messages"]]

        for needle in ["上海", "家", "海东", "海東", "我家在上海东边", "东", "边"]:
            assert await found(needle) == [1], needle
        for needle in ["报警", "報警", "报", "電", "电话", "請", "请拨打电话报警"]:
            assert await found(needle) == [2], needle
        for needle in ["abc", "ABC", "ａｂｃ", "ok", "Ok吗"]:
            assert await found(needle) == [3], needle
        assert await found("b") == [5, 3]
        assert await found("没有") == [] and await found("海上") == []
        with refused("invalid_field", "text"):
            await hall.search("  ")
        with refused("invalid_field", "cursor"):
            await hall.search("家", cursor="1.2.x")


@scenario
async def test_search_pages_and_stays_in_ones_own_rooms(swift, town):
    community, elsewhere = town.community(), town.community()
    wang, zhao = town.resident(community), town.resident(elsewhere)
    async with enter(swift, wang) as hall, enter(swift, zhao) as other:
        for i in range(25):
            await hall.post(community.hall_id, f"路灯 {i}")
        await other.post(elsewhere.hall_id, "别处的路灯")
        seen, cursor = [], {}
        while True:
            page = await hall.search("路灯", limit=10, **cursor)
            seen += [m["seq"] for m in page["messages"]]
            assert all(m["room_id"] == community.hall_id for m in page["messages"])
            if "next_cursor" not in page:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert seen == list(range(25, 0, -1))
        assert (await hall.search("路灯", room_id=elsewhere.hall_id))["messages"] == []


@scenario
async def test_every_reader_gets_the_same_order(swift, town):
    community = town.community()
    people = [town.resident(community) for _ in range(6)]
    clients = [HallClient(swift.http, token=p.token) for p in people]
    for client in clients:
        await client.__aenter__()
        await client.hello()
        await client.live()

    async def talk(client):
        for i in range(40):
            await client.post(community.hall_id, f"{i}")

    await asyncio.gather(*[talk(client) for client in clients])
    for client in clients:
        await until(lambda: client.room(community.hall_id).seq == 240, what="the last message")
        assert client.lost == []
        seqs = [e.body["message"]["seq"] for e in client.received if e.name == "message_added"]
        assert seqs == list(range(1, 241))
        await client.__aexit__()


@scenario
async def test_nothing_that_was_said_stands_in_the_log_or_reaches_others(make_server, town):
    """Planted markers: in texts, names, reasons, searches, malformed frames."""
    server = make_server(log_level="debug").start()
    marker = "MARKIERT标记文字"
    community, elsewhere = town.community(), town.community()
    wang, zhao = town.resident(community, f"王{marker}"), town.resident(elsewhere)
    officer = town.staff("officer", community)
    async with enter(server, wang) as a, enter(server, officer) as o, enter(server, zhao) as z:
        seq = (await a.post(community.hall_id, f"{marker} 13800138000"))["seq"]
        await a.search(marker)
        with refused("invalid_field"):
            await a.post(community.hall_id, f"{marker}\u202e")
        with refused("invalid_field"):
            await a.request("account_rename", {"display_name": f"民警{marker}"})
        await a.send_raw(b"\x93\x28\x01\xa4" + marker.encode())
        await o.request("message_hide", {"room_id": community.hall_id, "seq": seq,
                                         "reason": "personal_data", "public_reason": marker})
        await o.request("member_mute", {"room_id": community.hall_id, "account_id": wang.id,
                                        "minutes": 1, "reason": marker})
        await z.post(elsewhere.hall_id, "别处")
        with refused("not_found"):
            await z.history(community.hall_id)
        assert (await z.search(marker))["messages"] == []
        await z.ping()
        assert marker not in repr(z.received)
    server.stop()
    log = server.log()
    assert "store.up" in log and marker not in log and "13800138000" not in log
    assert wang.token not in log and wang.name not in log
