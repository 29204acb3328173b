"""Rooms: room_resume, room_read."""
import asyncio

from integration.talk import State, enter, refused, scenario, until


@scenario
async def test_reading_moves_forward_and_the_other_device_follows(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    token, session_id = town.session(li.id)
    from harness.town import Person
    phone = Person(li.id, li.name, token, session_id)
    async with enter(server, wang) as a:
        for i in range(5):
            await a.post(community.hall_id, f"{i}")
    async with enter(server, li) as one, enter(server, phone) as two:
        assert one.welcome["rooms"][0]["unread"] == 5
        await one.request("room_read", {"room_id": community.hall_id, "seq": 3})
        moved = (await two.next_event("room_read_moved")).body
        assert moved == {"room_id": community.hall_id, "seq": 3}
        await one.request("room_read", {"room_id": community.hall_id, "seq": 2})  # never back
        await one.ping()
        assert not [e for e in one.received if e.name == "room_read_moved"]
    async with enter(server, li) as one:
        room = one.welcome["rooms"][0]
        assert room["read_seq"] == 3 and room["unread"] == 2


@scenario
async def test_unread_never_counts_own_hidden_or_recalled(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    officer = town.staff("officer", community)
    async with enter(server, wang) as a, enter(server, li) as b, enter(server, officer) as o:
        for i in range(1, 5):
            await a.post(community.hall_id, f"{i}")
        await b.post(community.hall_id, "自己的")
        await a.recall(community.hall_id, 1)
        await o.request("message_hide", {"room_id": community.hall_id, "seq": 2,
                                         "reason": "insult", "public_reason": "x"})
    async with enter(server, li) as b:
        assert b.welcome["rooms"][0]["unread"] == 2


@scenario
async def test_a_gap_of_one_room_can_be_filled(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as a, enter(server, li) as b:
        for i in range(1, 21):
            await a.post(community.hall_id, f"{i}")
        await until(lambda: b.room(community.hall_id).seq == 20)
        answer = await b.request("room_resume", {"room_id": community.hall_id, "seq": 5})
        assert answer["room"]["head_seq"] == 20
        assert answer["resume"]["outcome"] == "full" and answer["resume"]["from_seq"] == 6
        before = len(b.received)
        await b.ping()
        seqs = []
        for event in b.received[before - len(b.received) or None:]:
            seqs += [m["seq"] for m in event.body.get("messages", [event.body.get("message")]) if m]
        all_seqs = [e.body["message"]["seq"] for e in b.received if e.name == "message_added"]
        for event in b.received:
            if event.name == "room_backlog":
                all_seqs += [m["seq"] for m in event.body["messages"]]
        assert all_seqs.count(6) == 2 and all_seqs.count(20) == 2 and all_seqs.count(5) == 1
        await a.post(community.hall_id, "21")
        await until(lambda: b.room(community.hall_id).seq == 21)
        assert b.lost == []


@scenario
async def test_who_joins_later_is_told_and_enters(server, town):
    community, second = town.community(), town.community()
    wang = town.resident(community)
    li = town.resident(second)
    async with enter(server, wang) as a, enter(server, li) as b:
        await b.post(second.hall_id, "已经在这里")
        town.grant(wang.id, "volunteer", second)
        event = (await a.next_event("session_changed", timeout=3)).body
        assert [room["room_id"] for room in event["rooms"]] == [second.hall_id]
        answer = await a.request("room_resume", {"room_id": second.hall_id, "seq": 0})
        assert answer["resume"]["outcome"] == "reset"
        assert answer["room"]["head_seq"] == 1
        await b.post(second.hall_id, "欢迎")
        event = (await a.next_event("message_added", timeout=3)).body["message"]
        assert event["room_id"] == second.hall_id and event["seq"] == 2


@scenario
async def test_who_left_gets_nothing_more(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as a, enter(server, li) as b:
        town.link.execute("UPDATE membership SET left_at = now() WHERE account_id = %s", (li.id,))
        await b.next_event("session_changed", timeout=3)
        await a.post(community.hall_id, "不再给他")
        await asyncio.sleep(0.2)
        await b.ping()
        assert not [e for e in b.received if e.name == "message_added"]
        with refused("not_found"):
            await b.history(community.hall_id)
        with refused("not_found"):
            await b.request("room_resume", {"room_id": community.hall_id, "seq": 0})


@scenario
async def test_rooms_of_others_do_not_exist(server, town):
    community, elsewhere = town.community(), town.community()
    wang = town.resident(community)
    state = State()
    async with enter(server, wang, state=state) as hall:
        for room_id in (elsewhere.hall_id, 999999):
            with refused("not_found"):
                await hall.history(room_id)
            with refused("not_found"):
                await hall.post(room_id, "x")
            with refused("not_found"):
                await hall.request("room_resume", {"room_id": room_id, "seq": 0})
            with refused("not_found"):
                await hall.request("room_read", {"room_id": room_id, "seq": 0})
