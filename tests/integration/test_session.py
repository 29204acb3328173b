"""The life of a connection: hello, ping, revoked_ack, resume, what ends it."""
import asyncio
import os

import websockets

from client.hall_protocol import protocol
from integration.talk import Closed, HallClient, State, enter, refused, scenario, until


def raw_socket(server, person):
    return websockets.connect(
        server.ws, subprotocols=["hall.1"], compression=None, ping_interval=None,
        extra_headers=person.bearer)


@scenario
async def test_welcome_says_who_one_is_and_which_rooms(server, town):
    community = town.community()
    wang = town.resident(community, "王女士")
    officer = town.staff("officer", community, "陈警官")
    async with enter(server, wang) as hall:
        welcome = hall.welcome
        assert (welcome["account_id"], welcome["display_name"]) == (wang.id, "王女士")
        assert welcome["level"] == "v1" and welcome["grants"] == []
        [room] = welcome["rooms"]
        assert room["room_id"] == community.hall_id and room["kind"] == "hall"
        assert room["may_post"] is True and room["may_moderate"] is False
        assert room["head_seq"] == 0 and room["first_seq"] == 1 and room["unread"] == 0
        assert room["member_count"] == 2
        assert welcome["epoch"] > 0 and welcome["ping_ms"] > 0
    async with enter(server, officer) as hall:
        [grant] = hall.welcome["grants"]
        assert grant["role"] == "officer" and grant["scope_kind"] == "community"
        assert grant["scope_id"] == community.id
        assert hall.welcome["rooms"][0]["may_moderate"] is True


@scenario
async def test_a_bad_token_closes_with_4401(server, town):
    wang = town.resident(town.community())
    for token in ["x", wang.token[:-1] + ("A" if wang.token[-1] != "A" else "E"),
                  "A" * 43, "A" * 100]:
        client = HallClient(server.http, token=token)
        try:
            await client.__aenter__()
        except websockets.InvalidStatusCode as refusal:
            assert refusal.status_code in (400, 401)
            continue
        assert (await client.closed()).code == 4401
        await client.__aexit__()


@scenario
async def test_hello_comes_first_and_once(server, town):
    wang = town.resident(town.community())
    async with HallClient(server.http, token=wang.token) as hall:
        with refused("unauthenticated"):
            await hall.ping()
        assert (await hall.closed()).code == 4006
    async with enter(server, wang) as hall:
        with refused("already_done"):
            await hall.hello()
        await hall.ping()


@scenario
async def test_frames_may_come_before_the_welcome(server, town):
    community = town.community()
    wang = town.resident(community)
    async with HallClient(server.http, token=wang.token) as hall:
        hello, posted, pong = await asyncio.gather(
            hall.hello(), hall.post(community.hall_id, "早"), hall.ping([community.hall_id]))
        assert hello["account_id"] == wang.id and posted["seq"] == 1
        assert pong["heads"][0]["room_id"] == community.hall_id


@scenario
async def test_malformed_frames_are_answered_and_then_closed(server, town):
    wang = town.resident(town.community())
    async with enter(server, wang) as hall:
        for _ in range(30):
            try:
                await hall.send_raw(b"\xc1\xff\x00")
            except websockets.ConnectionClosed:
                break
            await asyncio.sleep(0.01)
        assert (await hall.closed()).code == 4006
    async with raw_socket(server, wang) as socket:
        await socket.send("text is not spoken here")
        await socket.wait_closed()
        assert socket.close_code == 1003


@scenario
async def test_an_unknown_operation_keeps_the_connection(server, town):
    wang = town.resident(town.community())
    async with raw_socket(server, wang) as socket:
        await socket.send(protocol.encode("hello", 1, {
            "client": "c", "build": 1, "epoch": 0, "cursors": [], "revocation_seq": 0}))
        assert protocol.decode(await socket.recv()).name == "welcome"
        for raw, expected in [(b"\x93\xcd\x27\x0f\x07\x80", "unknown_operation"),
                              # login_code belongs to an HTTP door
                              (protocol.encode("login_code", 8, {"phone": "13800138000"}),
                               "unknown_operation"),
                              # replies and events are not requests
                              (b"\x93\x02\x09\x80", "unknown_operation")]:
            await socket.send(raw)
            frame = protocol.decode(await socket.recv())
            assert frame.name == "error" and frame.body["code"] == expected
        await socket.send(protocol.encode("ping", 10, {"rooms": []}))
        assert protocol.decode(await socket.recv()).name == "pong"


@scenario
async def test_who_was_away_gets_exactly_what_she_missed(swift, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    state = State()
    async with enter(swift, wang) as a:
        await a.post(community.hall_id, "1")
        async with enter(swift, li, state=state) as b:
            await a.post(community.hall_id, "2")
            await until(lambda: b.room(community.hall_id).seq == 2)
        for i in range(3, 151):
            await a.post(community.hall_id, f"{i}")
        async with enter(swift, li, state=state) as b:  # from the ring
            assert b.room(community.hall_id).outcomes[-1] == "full"
            assert b.room(community.hall_id).seq == 150 and b.lost == []
        for i in range(151, 301):
            await a.post(community.hall_id, f"{i}")
    swift.restart()
    async with enter(swift, li, state=state) as b:  # from the database
        room = b.room(community.hall_id)
        assert room.outcomes[-1] == "full" and room.seq == 300 and b.lost == []
        assert [m["body"] for s, m in sorted(room.messages.items()) if s > 2] == [
            f"{i}" for i in range(3, 301)]


@scenario
async def test_live_messages_wait_for_the_backlog(swift, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(swift, wang) as a:
        for i in range(1, 401):
            await a.post(community.hall_id, f"{i}")
        server_restarted = swift.restart()
    stop = asyncio.Event()

    async def talk():
        async with enter(server_restarted, wang) as hall:
            while not stop.is_set():
                await hall.post(community.hall_id, "说")

    talker = asyncio.create_task(talk())
    for start in (1, 50, 399):
        for _ in range(5):
            state = State(rooms={})
            async with HallClient(swift.http, token=li.token, state=state) as hall:
                state.epoch = await epoch_of(swift, wang)
                hall.room(community.hall_id).seq = start
                await hall.hello()
                await hall.live()
                await asyncio.sleep(0.05)
                await hall.ping()
                assert hall.lost == [] and hall.room(community.hall_id).outcomes == ["full"]
                seqs = sorted(hall.room(community.hall_id).messages)
                assert seqs == list(range(start + 1, seqs[-1] + 1))
    stop.set()
    await talker


async def epoch_of(swift, person):
    async with enter(swift, person) as hall:
        return hall.welcome["epoch"]


@scenario
async def test_outcomes_of_a_resume(make_server, town):
    server = make_server(resume_max=50, resume_tail=20, account_rate=0).start()
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as hall:
        epoch = hall.welcome["epoch"]
        for i in range(1, 101):
            await hall.post(community.hall_id, f"{i}")

    async def resume(seq, epoch=epoch):
        state = State(epoch=epoch)
        async with HallClient(server.http, token=li.token, state=state) as hall:
            hall.room(community.hall_id).seq = seq
            await hall.hello()
            await hall.live()
            [resume] = hall.welcome["resumes"]
            return (resume["outcome"], resume["reason"], resume["from_seq"], resume["head_seq"],
                    sorted(hall.room(community.hall_id).messages))

    assert await resume(100) == ("full", "none", 101, 100, [])
    assert await resume(99) == ("full", "none", 100, 100, [100])
    assert await resume(50) == ("full", "none", 51, 100, list(range(51, 101)))
    assert await resume(49) == ("partial", "too_far_behind", 81, 100, list(range(81, 101)))
    assert await resume(0) == ("reset", "new_room", 101, 100, [])
    assert await resume(101) == ("reset", "cursor_ahead", 101, 100, [])
    assert await resume(50, epoch + 1) == ("reset", "epoch_changed", 101, 100, [])
    town.link.execute("UPDATE room SET first_seq = 90 WHERE id = %s", (community.hall_id,))
    town.link.execute("DELETE FROM message WHERE room_id = %s AND seq < 90", (community.hall_id,))
    assert (await resume(60))[:4] == ("partial", "purged", 90, 100)
    assert (await resume(89))[:4] == ("full", "none", 90, 100)


@scenario
async def test_take_downs_come_before_any_message(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    state = State()
    async with enter(server, wang) as a:
        async with enter(server, li, state=state) as b:
            await a.post(community.hall_id, "会被收回")
            await until(lambda: b.room(community.hall_id).seq == 1)
        await a.recall(community.hall_id, 1)
        await a.post(community.hall_id, "以后说的")
        await a.post(community.hall_id, "也会被收回")
        await a.recall(community.hall_id, 3)
    async with enter(server, li, state=state) as b:
        names = [e.name for e in b.received]
        assert names[0] == "revoked" and b.lost == []
        messages = b.room(community.hall_id).messages
        assert "body" not in messages[1] and messages[2]["body"] == "以后说的"
        assert "body" not in messages[3] and messages[3]["state"] == "recalled"
        journal = state.revocation_seq
    assert town.one("SELECT revocation_seq FROM login_session WHERE id = %s",
                    li.session_id) == journal == 2
    async with enter(server, li, state=state) as b:
        assert not [e for e in b.received if e.name == "revoked"]


@scenario
async def test_pong_tells_the_heads_of_ones_rooms(server, town):
    community, elsewhere = town.community(), town.community()
    wang = town.resident(community)
    async with enter(server, wang) as hall:
        await hall.post(community.hall_id, "1")
        pong = await hall.ping([community.hall_id, elsewhere.hall_id, 999999])
        assert pong["heads"] == [{"room_id": community.hall_id, "head_seq": 1}]
        assert pong["server_time"] > 0


@scenario
async def test_a_lost_answer_is_no_lost_message(server, town):
    """Written to the database behind the node's back: as another node would, or a link that broke
    before its answer."""
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, li) as b:
        town.link.execute(
            "WITH r AS (UPDATE room SET last_seq = last_seq + 1, last_at = now() WHERE id = %s"
            " RETURNING id, last_seq) INSERT INTO message (room_id, seq, sender_id, created_at,"
            " request_hash, kind, badge, client_key, body) SELECT id, last_seq, %s, now(), 1, 1, 1,"
            " %s, '别的节点上说的' FROM r", (community.hall_id, wang.id, os.urandom(16)))
        event = (await b.next_event("message_added", timeout=3)).body["message"]
        assert event["seq"] == 1 and event["body"] == "别的节点上说的"


@scenario
async def test_logging_out_closes_the_sockets_at_once(server, town):
    wang = town.resident(town.community())
    async with enter(server, wang) as hall:
        status, _, _ = server.request("DELETE", "/api/v1/session", headers=wang.bearer)
        assert status == 200
        end = await hall.closed(timeout=2)
        assert (end.code, end.reason) == (4003, "logged_out")
    async with HallClient(server.http, token=wang.token) as hall:
        assert (await hall.closed()).code == 4401


@scenario
async def test_a_revoked_role_closes_the_sockets_and_the_next_request_is_refused(server, town):
    community = town.community()
    wang = town.resident(community)
    officer = town.staff("officer", community)
    async with enter(server, wang) as a, enter(server, officer) as o:
        seq = (await a.post(community.hall_id, "话"))["seq"]
        town.link.execute("UPDATE role_grant SET revoked_at = now() WHERE account_id = %s",
                          (officer.id,))
        town.derive(officer.id)
        end = await o.closed(timeout=5)
        assert (end.code, end.reason) == (4004, "role_revoked")
    async with enter(server, officer) as o:
        assert o.welcome["grants"] == [] and o.welcome["rooms"] == []
        with refused("not_found"):
            await o.request("message_hide", {"room_id": community.hall_id, "seq": seq,
                                             "reason": "other", "public_reason": "x"})
        with refused("not_found"):
            await o.history(community.hall_id)


@scenario
async def test_an_expired_grant_gives_nothing(server, town):
    community = town.community()
    account = town.account("临时警官", 4, None, None, True, "900001")
    town.grant(account, "officer", community, lasts="1500 milliseconds")
    token, session_id = town.session(account)
    wang = town.resident(community)
    from harness.town import Person
    officer = Person(account, "临时警官", token, session_id)
    async with enter(server, wang) as a, enter(server, officer) as o:
        seq = (await a.post(community.hall_id, "话"))["seq"]
        await asyncio.sleep(1.6)
        with refused("not_found"):
            await o.request("message_hide", {"room_id": community.hall_id, "seq": seq,
                                             "reason": "other", "public_reason": "x"})


@scenario
async def test_a_disabled_account_is_closed(server, town):
    wang = town.resident(town.community())
    async with enter(server, wang) as hall:
        town.link.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (wang.id,))
        assert (await hall.closed(timeout=2)).code == 4005


@scenario
async def test_a_flood_of_requests_is_slowed_down(make_server, town):
    server = make_server(account_rate=10, account_burst=30).start()
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as hall, enter(server, li) as other:
        results = await asyncio.gather(
            *[hall.post(community.hall_id, f"{i}") for i in range(30)], return_exceptions=True)
        codes = {getattr(r, "code", "ok") for r in results}
        assert codes == {"ok", "rate_limited"}
        waits = [r.retry_after_ms for r in results if getattr(r, "code", "") == "rate_limited"]
        assert all(0 < wait < 10000 for wait in waits)
        await other.post(community.hall_id, "不受影响")
