"""A small client of a hall, written from proto/PROTOCOL.md alone: how a stranger would do it.

    async with HallClient("ws://127.0.0.1:8080", token=token) as hall:
        await hall.hello()
        await hall.live()
        print(hall.rooms)
        await hall.post(room_id, "大家好")
        async for event in hall.events():
            print(event.name, event.body)

It keeps what section 7 asks for (per room the last seq and the messages, the last revocation, the
epoch), so that a second connection with `state=hall.state` resumes where the first one ended.
"""
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import websockets

from client.hall_doors import Refused
from client.hall_protocol import Frame, protocol

SUBPROTOCOL = "hall.1"
ANSWER_S = 15.0
# The largest frame a server may send (section 9), with room to spare.
FRAME_BYTES_MAX = 4 * 1024 * 1024


class Closed(Exception):
    """The connection ended; `code` is the close code, `reason` what `closing` said before."""

    def __init__(self, code: int, reason: str = ""):
        super().__init__(f"closed with {code} {reason}".rstrip())
        self.code, self.reason = code, reason


@dataclass
class Room:
    """What a client holds of a room."""
    room_id: int
    seq: int = 0                    # the last one without a gap; what hello says
    live_at: int = 0                # the head that the backlog goes to
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def resumed(self, resume: dict[str, Any]) -> None:
        self.outcomes.append(resume["outcome"])
        if resume["outcome"] == "reset":
            self.messages.clear()
        if resume["outcome"] != "full" and resume["from_seq"] > self.seq + 1:
            self.gaps.append((self.seq + 1, resume["from_seq"] - 1))
        if resume["outcome"] != "full":
            self.seq = max(resume["from_seq"] - 1, 0)
        self.live_at = resume["head_seq"]

    def take(self, message: dict[str, Any]) -> bool:
        """False when the message does not follow what is there: something was lost."""
        if message["seq"] <= self.seq:
            return True             # seen already
        if message["seq"] != self.seq + 1:
            return False
        self.messages[message["seq"]] = message
        self.seq = message["seq"]
        return True


@dataclass
class State:
    """What outlives a connection."""
    epoch: int = 0
    revocation_seq: int = 0
    rooms: dict[int, Room] = field(default_factory=dict)
    persons: dict[int, dict[str, Any]] = field(default_factory=dict)  # searches, as they are shown


class HallClient:
    def __init__(self, base: str, token: str | None = None, ticket: str | None = None,
                 state: State | None = None, origin: str | None = None):
        query = f"?ticket={ticket}" if ticket else ""
        self._url = base.replace("http", "ws", 1).rstrip("/") + "/ws" + query
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._origin = origin
        self.state = state or State()
        self.welcome: dict[str, Any] = {}
        self.received: list[Frame] = []          # every event, in the order of arrival
        self.lost: list[tuple[int, int]] = []    # (room, seq) of messages that did not follow
        self._events: asyncio.Queue[Frame | Closed] = asyncio.Queue()
        self._waiting: dict[int, asyncio.Future[Frame]] = {}
        self._changed = asyncio.Event()
        self._seq = 0
        self._held_something = False
        self._confirmed = 0
        self._reason = ""
        self._end: Closed | None = None

    # The connection

    async def __aenter__(self) -> HallClient:
        self._socket = await websockets.connect(
            self._url, subprotocols=[SUBPROTOCOL], extra_headers=self._headers, origin=self._origin,
            compression=None, max_size=FRAME_BYTES_MAX, ping_interval=None)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                self._took(protocol.decode(raw))
        except websockets.ConnectionClosed:
            pass
        finally:
            self._end = Closed(self._socket.close_code or 1006, self._reason)
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(self._end)
            self._events.put_nowait(self._end)
            self._changed.set()

    def _took(self, frame: Frame) -> None:
        if frame.seq != 0:
            future = self._waiting.pop(frame.seq, None)
            if future is not None and not future.done():
                future.set_result(frame)
            if frame.name == "welcome":
                self._welcomed(frame.body)
        else:
            self.received.append(frame)
            self._apply(frame)
            self._events.put_nowait(frame)
        self._changed.set()

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome
        if not self._held_something or self.state.epoch != welcome["epoch"]:
            self.state.revocation_seq = welcome["revocation_seq"]
        self.state.epoch = welcome["epoch"]
        for resume in welcome["resumes"]:
            self.room(resume["room_id"]).resumed(resume)

    def _apply(self, event: Frame) -> None:
        if event.name == "message_added":
            self._take(event.body["message"])
        elif event.name == "room_backlog":
            for message in event.body["messages"]:
                self._take(message)
        elif event.name == "person_pushed":
            self._search(event.body["person"])
        elif event.name == "revoked":
            for entry in event.body["revocations"]:
                self._revoke(entry)
        elif event.name == "closing":
            self._reason = str(event.body["reason"])

    def _search(self, person: dict[str, Any]) -> None:
        """Of one version the wider projection counts."""
        held = self.state.persons.get(person["person_id"])
        order = ["public", "family", "team", "officers"]
        if held is None or (held["state_version"], order.index(held["audience"])) <= (
                person["state_version"], order.index(person["audience"])):
            self.state.persons[person["person_id"]] = person

    def _take(self, message: dict[str, Any]) -> None:
        if not self.room(message["room_id"]).take(message):
            self.lost.append((message["room_id"], message["seq"]))

    def _revoke(self, entry: dict[str, Any]) -> None:
        self.state.revocation_seq = max(self.state.revocation_seq, entry["revocation_seq"])
        held = self.room(entry["room_id"]).messages if "room_id" in entry else {}
        message = held.get(entry.get("seq", 0))
        if entry["kind"] == "message" and message is not None:
            message["state"] = entry.get("state", "hidden")
            message["public_reason"] = entry.get("public_reason", "")
            message.pop("body", None)
            message.pop("media", None)
            message.pop("person_id", None)
        person = self.state.persons.get(entry.get("person_id", 0))
        if entry["kind"] == "person" and person is not None \
                and person["state_version"] < entry["person_version"]:
            person.pop("card", None)

    # Asking

    def room(self, room_id: int) -> Room:
        return self.state.rooms.setdefault(room_id, Room(room_id))

    async def send_raw(self, raw: bytes | str) -> None:
        await self._socket.send(raw)

    async def request(self, name: str, body: dict[str, Any] | None = None,
                      timeout: float = ANSWER_S) -> dict[str, Any]:
        """The reply's body; Refused when it is an error, Closed when the connection ends first."""
        if self._end is not None:
            raise self._end
        self._seq += 1
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[self._seq] = future
        try:
            await self._socket.send(protocol.encode(name, self._seq, body or {}))
        except websockets.ConnectionClosed:
            await self._reader
        frame = await asyncio.wait_for(future, timeout)
        if frame.name == "error":
            error = frame.body
            raise Refused(str(error["code"]), error.get("field", ""), error.get("detail", ""),
                          error.get("retry_after_ms", 0))
        expected = protocol.operations[name].reply
        assert frame.name == expected, f"{name} was answered by {frame.name}"
        return frame.body

    async def hello(self, client: str = "example client") -> dict[str, Any]:
        self._held_something = bool(self.state.rooms)
        self._confirmed = self.state.revocation_seq
        cursors = [{"room_id": room.room_id, "seq": room.seq} for room in self.state.rooms.values()]
        return await self.request("hello", {
            "client": client, "build": 1, "epoch": self.state.epoch, "cursors": cursors,
            "revocation_seq": self.state.revocation_seq})

    async def live(self, timeout: float = ANSWER_S) -> None:
        """Until everything that hello asked for is here, then confirms what was taken back."""
        async with asyncio.timeout(timeout):
            while not self._is_live():
                if self._end is not None:
                    raise self._end
                self._changed.clear()
                await self._changed.wait()
        await self.ping()
        await self.confirm()

    async def confirm(self) -> None:
        """Says that what was taken back is gone from here; also for what came live."""
        if self.state.revocation_seq > self._confirmed:
            self._confirmed = self.state.revocation_seq
            await self.request("revoked_ack", {"revocation_seq": self._confirmed})

    def _is_live(self) -> bool:
        rooms = [self.room(resume["room_id"]) for resume in self.welcome.get("resumes", [])]
        return bool(self.welcome) and all(room.seq >= room.live_at for room in rooms)

    async def ping(self, rooms: list[int] | None = None) -> dict[str, Any]:
        """The server has sent everything up to the pong's numbers before it."""
        pong = await self.request("ping", {"rooms": rooms or []})
        self.state.revocation_seq = max(self.state.revocation_seq, pong["revocation_seq"])
        return pong

    async def post(self, room_id: int, text: str, client_key: bytes | None = None,
                   **more: Any) -> dict[str, Any]:
        """Said once, however often it is repeated with the same key."""
        return await self.request("message_post", {
            "room_id": room_id, "client_key": client_key or os.urandom(16), "body": text, **more})

    async def recall(self, room_id: int, seq: int) -> None:
        await self.request("message_recall", {"room_id": room_id, "seq": seq})

    async def history(self, room_id: int, limit: int = 50, **where: int) -> dict[str, Any]:
        return await self.request("message_history", {"room_id": room_id, "limit": limit, **where})

    async def whole_history(self, room_id: int) -> list[dict[str, Any]]:
        """Back to the beginning, page by page; oldest first."""
        page = await self.history(room_id, limit=100)
        messages = page["messages"]
        while messages and messages[0]["seq"] > page["first_seq"]:
            page = await self.history(room_id, limit=100, before_seq=messages[0]["seq"])
            messages = page["messages"] + messages
        return messages

    async def search(self, text: str, limit: int = 50, **where: Any) -> dict[str, Any]:
        return await self.request("message_search", {"text": text, "limit": limit, **where})

    # Events

    async def events(self) -> AsyncIterator[Frame]:
        """Every event as it comes, until the connection ends."""
        while True:
            event = await self._events.get()
            if isinstance(event, Closed):
                return
            yield event

    async def next_event(self, name: str | None = None, timeout: float = ANSWER_S) -> Frame:
        """The next event (of this name; others are dropped). Closed when there will be none."""
        async with asyncio.timeout(timeout):
            while True:
                event = await self._events.get()
                if isinstance(event, Closed):
                    self._events.put_nowait(event)
                    raise event
                if name is None or event.name == name:
                    return event

    async def closed(self, timeout: float = ANSWER_S) -> Closed:
        """Waits for the end that the server makes."""
        async with asyncio.timeout(timeout):
            await asyncio.shield(self._reader)
        assert self._end is not None
        return self._end
