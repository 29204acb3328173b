"""Load, and the record of what came of it.

Writers post with keys of their own and repeat whatever was not answered, over reconnects, until it
is. Readers follow their rooms and resume with what they hold. `check` compares what was
acknowledged, what was seen and what the database holds, and names everything that differs."""
import asyncio
import contextlib
import os
import random
from dataclasses import dataclass, field

import websockets
from client.hall_client import Closed, HallClient, State
from client.hall_doors import Refused

# "Try again" in all its forms; anything else a server answers is a finding.
TRY_AGAIN = {"unavailable", "busy", "internal", "rate_limited"}
LOST = (Closed, OSError, TimeoutError, asyncio.TimeoutError, websockets.WebSocketException,
        EOFError)


@dataclass
class Post:
    room_id: int
    key: bytes
    text: str
    answers: list = field(default_factory=list)  # (room_id, seq) of every answer


@dataclass
class Ledger:
    posts: dict = field(default_factory=dict)     # key -> Post
    findings: list = field(default_factory=list)  # what was wrong while it ran
    reconnects: int = 0
    retries: int = 0

    def answered(self, post, answer):
        post.answers.append((answer["room_id"], answer["seq"]))

    @property
    def acknowledged(self):
        return [post for post in self.posts.values() if post.answers]

    @property
    def unanswered(self):
        return [post for post in self.posts.values() if not post.answers]


@dataclass
class Reader:
    person: object
    room_id: int
    state: State = field(default_factory=State)
    lost: list = field(default_factory=list)  # messages that did not follow what was there


async def pause(low=0.02, high=0.2):
    await asyncio.sleep(random.uniform(low, high))


class Load:
    """Writers and readers against one or several addresses (bases), until stopped."""

    def __init__(self, bases, writers, readers, window=8):
        self.bases = bases
        self.writers = writers  # (person, room)
        self.readers = [Reader(person, room) for person, room in readers]
        self.window = window
        self.ledger = Ledger()
        self.stopping = asyncio.Event()
        self.tasks = []

    def start(self):
        self.tasks = [asyncio.create_task(self._write(*writer)) for writer in self.writers]
        self.tasks += [asyncio.create_task(self._read(reader)) for reader in self.readers]

    async def finish(self, timeout=60):
        """No new posts; open ones are repeated until they are answered, readers catch up."""
        self.stopping.set()
        try:
            async with asyncio.timeout(timeout):
                await asyncio.gather(*self.tasks)
        except TimeoutError:
            self.ledger.findings.append(f"not finished {timeout} s after the load ended")
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    # -- writers

    async def _write(self, person, room_id):
        open_posts = []
        while not self.stopping.is_set() or open_posts:
            try:
                async with HallClient(random.choice(self.bases), person.token) as client:
                    await client.hello()
                    await self._write_on(client, room_id, open_posts)
            except LOST:
                self.ledger.reconnects += 1
                await pause()
            except Refused as refusal:
                self._refused("hello", refusal)
                await pause()

    async def _write_on(self, client, room_id, open_posts):
        self.ledger.retries += len(open_posts)
        running = {asyncio.create_task(self._post(client, post)): post for post in open_posts}
        try:
            while running or not self.stopping.is_set():
                while len(running) < self.window and not self.stopping.is_set():
                    post = Post(room_id, os.urandom(16), f"{random.random()}")
                    self.ledger.posts[post.key] = post
                    open_posts.append(post)
                    running[asyncio.create_task(self._post(client, post))] = post
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    post = running.pop(task)
                    if task.result():  # may raise what ended the connection
                        open_posts.remove(post)
                    else:
                        await pause()
                        running[asyncio.create_task(self._post(client, post))] = post
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _post(self, client, post):
        """True: acknowledged. False: to be tried again."""
        try:
            answer = await client.post(post.room_id, post.text, post.key)
        except Refused as refusal:
            self._refused("post", refusal)
            return False
        self.ledger.answered(post, answer)
        return True

    def _refused(self, what, refusal):
        if refusal.code not in TRY_AGAIN:
            self.ledger.findings.append(f"{what} was refused: {refusal.code} {refusal.field}")

    # -- readers

    async def _read(self, reader):
        while True:
            try:
                async with HallClient(random.choice(self.bases), reader.person.token,
                                      state=reader.state) as client:
                    try:
                        await client.hello()
                        await client.live()
                        if await self._follow(client, reader):
                            return
                    finally:
                        reader.lost += client.lost
            except LOST:
                await pause()
            except Refused as refusal:
                self._refused("hello of a reader", refusal)
                await pause()

    async def _follow(self, client, reader):
        """True when the load is over and everything acknowledged in this room was seen."""
        while True:
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await client.next_event(timeout=0.5)
                while True:  # take in what is there without waiting
                    await client.next_event(timeout=0.001)
            if self.stopping.is_set() and not self.ledger.unanswered:
                wanted = max((seq for post in self.ledger.acknowledged
                              for room, seq in post.answers if room == reader.room_id), default=0)
                if reader.state.rooms[reader.room_id].seq >= wanted:
                    return True
                await client.ping([reader.room_id])


def check(load, database):
    """Everything that breaks G1 to G4; [] when nothing does."""
    ledger = load.ledger
    findings = list(ledger.findings)
    rows = database.rows("SELECT room_id, seq, client_key, body FROM message ORDER BY room_id, seq")
    by_place = {(row["room_id"], row["seq"]): row for row in rows}
    by_key = {}
    for row in rows:
        by_key.setdefault(bytes(row["client_key"]), []).append((row["room_id"], row["seq"]))
    for post in ledger.posts.values():
        places = by_key.get(post.key, [])
        if len(places) > 1:
            findings.append(f"stored twice: {post.key.hex()} at {places}")
        if len(set(post.answers)) > 1:
            findings.append(f"two answers to one key: {post.answers}")
        for answer in set(post.answers):
            row = by_place.get(answer)
            if row is None:
                findings.append(f"acknowledged and lost: {answer}")
            elif bytes(row["client_key"]) != post.key or row["body"] != post.text:
                findings.append(f"acknowledged and overwritten: {answer}")
    findings += gaps(rows)
    for room in database.rows("SELECT id, last_seq FROM room"):
        top = max((row["seq"] for row in rows if row["room_id"] == room["id"]), default=0)
        if room["last_seq"] != top:
            findings.append(f"room {room['id']} says {room['last_seq']}, its last message is {top}")
    for reader in load.readers:
        findings += reader_findings(reader, by_place)
    return findings


def gaps(rows):
    expected = {}
    for row in rows:
        wanted = expected.get(row["room_id"], 1)
        if row["seq"] != wanted:
            yield f"gap in room {row['room_id']}: {row['seq']} where {wanted} was due"
        expected[row["room_id"]] = row["seq"] + 1


def reader_findings(reader, by_place):
    room = reader.state.rooms.get(reader.room_id)
    if room is None:
        yield f"reader {reader.person.id} never got into its room"
        return
    for room_id, seq in reader.lost:
        yield f"reader {reader.person.id}: {seq} of room {room_id} did not follow what was there"
    skipped = {seq for first, last in room.gaps for seq in range(first, last + 1)}
    for seq in range(1, room.seq + 1):
        seen = room.messages.get(seq)
        kept = by_place.get((room.room_id, seq))
        if kept is None:
            yield f"reader {reader.person.id} saw {seq}, which is not in the database"
        elif seen is None and seq not in skipped:
            yield f"reader {reader.person.id} never saw {seq}"
        elif seen is not None and seen.get("body") != kept["body"]:
            yield f"reader {reader.person.id} saw another text at {seq}"
