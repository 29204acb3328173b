"""Rooms that are no halls: members only, opened and closed with their object, the system's word."""
import asyncio

import pytest

from integration.talk import enter, refused, scenario, until


class Case:
    """A station with a case team; some are in it, others only hold every right around it."""

    def __init__(self, town):
        self.town = town
        self.station = town.station()
        self.community = town.community(self.station)
        self.officer = town.staff("officer", self.community, "赵警官", station=self.station)
        self.mediator = town.staff("mediator", self.community, "李调解", station=self.station)
        self.worker = town.staff("grid_worker", town.grid(self.community), station=self.station)
        self.dispatcher = town.staff("dispatcher", self.station, station=self.station)
        self.leader = town.staff("station_leader", self.station, station=self.station)
        self.resident = town.resident(self.community)
        self.duty = town.one("SELECT id FROM room WHERE kind = 5 AND station_id = %s",
                             self.station.id)

    def open(self, *people, kind=8, entity_id=7):
        return self.town.one(
            "SELECT object_room_open(%s::smallint, 'dispute', %s, 'D-1 专班', %s, %s,"
            " %s::bigint[])", kind, entity_id, self.station.id, self.community.id,
            [p.id for p in people])

    def call(self, function, *args):
        marks = ", ".join("%s" for _ in args)
        return self.town.one(f"SELECT {function}({marks})", *args)


@pytest.fixture
def case(town):
    return Case(town)


def rooms_of(client):
    return {room["room_id"]: room for room in client.welcome["rooms"]}


@scenario
async def test_only_members_get_in_whatever_their_roles(swift, case):
    room = case.open(case.officer, case.mediator)
    async with enter(swift, case.officer) as o, enter(swift, case.mediator) as m:
        for client in (o, m):
            view = rooms_of(client)[room]
            assert (view["kind"], view["name"]) == ("case_team", "D-1 专班") and view["may_post"]
        assert rooms_of(o)[room]["may_moderate"] and not rooms_of(m)[room]["may_moderate"]
        await m.post(room, "双方同意周三见面")
        said = (await o.next_event("message_added")).body["message"]
        assert said["room_id"] == room and said["seq"] == 1
        await o.post(room, "收到")
        assert [x["badge"] for x in (await m.history(room))["messages"]] == ["none", "officer"]
        assert [x["seq"] for x in (await m.search("周三"))["messages"]] == [1]
        for person in (case.dispatcher, case.leader, case.worker, case.resident):
            async with enter(swift, person) as client:
                assert room not in rooms_of(client)
                for ask in (lambda c: c.history(room), lambda c: c.post(room, "x"),
                            lambda c: c.request("room_resume", {"room_id": room, "seq": 0}),
                            lambda c: c.request("room_read", {"room_id": room, "seq": 1}),
                            lambda c: c.request("message_hide", {
                                "room_id": room, "seq": 1, "reason": "other",
                                "public_reason": ""}),
                            lambda c: c.request("member_mute", {
                                "room_id": room, "account_id": case.officer.id, "minutes": 1,
                                "reason": "x"})):
                    with refused("not_found"):
                        await ask(client)
                assert (await client.search("周三"))["messages"] == []
                assert "周三" not in repr(client.received) + repr(client.welcome)


@scenario
async def test_who_is_put_in_is_told_and_enters_and_who_is_taken_out_hears_no_more(swift, case):
    room = case.open(case.officer)
    async with enter(swift, case.officer) as o, enter(swift, case.worker) as w:
        await o.post(room, "先说的")
        case.call("object_room_add", room, [case.worker.id])
        event = (await w.next_event("session_changed", timeout=3)).body
        assert [(r["room_id"], r["unread"], r["may_post"]) for r in event["rooms"]] == [
            (room, 1, True)]
        answer = await w.request("room_resume", {"room_id": room, "seq": 0})
        assert answer["room"]["head_seq"] == 1 and answer["resume"]["outcome"] == "reset"
        assert [x["body"] for x in (await w.history(room))["messages"]] == ["先说的"]
        await o.post(room, "后说的")
        assert (await w.next_event("message_added")).body["message"]["body"] == "后说的"
        case.call("object_room_remove", room, [case.worker.id])
        assert (await w.next_event("session_changed", timeout=3)).body["rooms"] == []
        await o.post(room, "她不在了")
        with refused("not_found"):
            await w.history(room)
        await w.ping()
        assert "她不在了" not in repr(w.received)


@scenario
async def test_the_system_speaks_at_once_on_every_node_and_in_order(make_server, case):
    one = make_server("one", account_rate=0, room_rate=0).start()
    two = make_server("two", account_rate=0, room_rate=0).start()
    room = case.open(case.officer, case.mediator)
    async with enter(one, case.officer) as o, enter(two, case.mediator) as m:
        for number in range(5):
            await o.post(room, f"第{number}")
            began = asyncio.get_running_loop().time()
            case.call("room_say", room, "D-LY-1 已受理")
            await until(lambda: o.room(room).seq == m.room(room).seq == 2 * number + 2, 3)
            # Told by the notification, not found by the look once a second.
            assert asyncio.get_running_loop().time() - began < 0.7
        for client in (o, m):
            said = [client.room(room).messages[seq] for seq in range(1, 11)]
            assert [x["kind"] for x in said] == ["text", "system"] * 5
            assert said[1]["sender_id"] == 0 and said[1]["badge"] == "system"
            assert client.lost == []
        assert len((await m.search("d-ly-1"))["messages"]) == 5


@scenario
async def test_a_closed_room_is_gone_for_everybody_and_comes_back_with_its_past(swift, case):
    room = case.open(case.officer, case.mediator)
    async with enter(swift, case.officer) as o, enter(swift, case.mediator) as m:
        await o.post(room, "记下来")
        await until(lambda: m.room(room).seq == 1)
        case.call("object_room_close", "dispute", 7)
        for client in (o, m):
            assert (await client.next_event("session_changed", timeout=3)).body["rooms"] == []
            with refused("not_found"):
                await client.post(room, "还能说吗")
            with refused("not_found"):
                await client.history(room)
            assert (await client.search("记下来"))["messages"] == []
        assert case.town.one("SELECT body FROM message WHERE room_id = %s", room) == "记下来"
        assert case.open(case.officer) == room
        await o.next_event("session_changed", timeout=3)
        assert [x["body"] for x in (await o.history(room))["messages"]] == ["记下来"]
        with refused("not_found"):
            await m.history(room)


@scenario
async def test_hiding_and_muting_work_in_it_as_in_a_hall(swift, case):
    room = case.open(case.officer, case.mediator, case.worker)
    async with enter(swift, case.officer) as o, enter(swift, case.mediator) as m:
        await m.post(room, "不该说的")
        await o.request("message_hide", {"room_id": room, "seq": 1, "reason": "personal_data",
                                         "public_reason": "含个人信息"})
        revoked = (await m.next_event("revoked")).body["revocations"]
        assert [(r["room_id"], r["seq"]) for r in revoked] == [(room, 1)]
        assert [x["state"] for x in (await m.history(room))["messages"]] == ["hidden"]
        await m.post(room, "自己收回")
        await m.recall(room, 2)
        with refused("not_found"):  # no right to it in the matrix, member or not
            await m.request("message_hide", {"room_id": room, "seq": 2, "reason": "other",
                                             "public_reason": "x"})
        mute = {"room_id": room, "account_id": case.mediator.id, "minutes": 5, "reason": "请稍停"}
        await o.request("member_mute", mute)
        assert (await m.next_event("member_muted")).body["room_id"] == room
        with refused("muted"):
            await m.post(room, "还说")
        async with enter(swift, case.mediator) as again:
            view = rooms_of(again)[room]
            assert view["muted_until"] and not view["may_post"]


@scenario
async def test_the_duty_room_is_for_those_who_serve_in_the_station(swift, case):
    far = case.town.staff("dispatcher", case.town.station())
    async with enter(swift, case.dispatcher) as d, enter(swift, case.officer) as o, \
            enter(swift, case.worker) as w, enter(swift, far) as f:
        assert rooms_of(d)[case.duty]["kind"] == rooms_of(o)[case.duty]["kind"] == "duty_room"
        assert rooms_of(d)[case.duty]["community_id"] == 0
        await o.post(case.duty, "北门来了三个人")
        said = (await d.next_event("message_added")).body["message"]
        assert (said["room_id"], said["badge"]) == (case.duty, "officer")
        await d.request("message_hide", {"room_id": case.duty, "seq": 1, "reason": "other",
                                         "public_reason": "x"})
        for client in (w, f):
            assert case.duty not in rooms_of(client)
            with refused("not_found"):
                await client.history(case.duty)
            with refused("not_found"):
                await client.post(case.duty, "x")
        case.town.grant(case.worker.id, "auxiliary", case.community)
        events = [await w.next_event("session_changed", timeout=3)]
        assert case.duty in [r["room_id"] for e in events for r in e.body["rooms"]]
        await w.request("room_resume", {"room_id": case.duty, "seq": 0})
        await w.post(case.duty, "到岗")


@scenario
async def test_a_role_that_ended_opens_no_room_of_an_object(swift, case):
    room = case.open(case.officer, case.mediator)
    async with enter(swift, case.mediator) as m:
        await m.post(room, "在")
        case.town.link.execute("UPDATE role_grant SET expires_at = now() + interval '1 millisecond'"
                               " WHERE account_id = %s", (case.mediator.id,))
        async with enter(swift, case.mediator) as again:  # a member still, but of what?
            with refused("not_found"):
                await again.history(room)
            with refused("not_found"):
                await again.post(room, "x")
