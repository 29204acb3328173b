"""The running server under sanitizers, and peers that send anything: broken WebSocket frames, odd
fragments, rubbish instead of MessagePack, real requests with bytes and fields changed, odd
handshakes. It stays up, reports nothing, and who talks beside them does not notice.

10^4 cases in every run, 10^6 with --deep. HALL_FUZZ_SEED=n repeats a run."""
import asyncio
import json
import os
import random
import struct
import time

import msgpack
import pytest

from client.hall_protocol import protocol
from harness.database import ROOT
from integration.talk import enter, scenario

CASES, CASES_DEEP = 10_000, 1_000_000
PEERS = 12
BURST = 5  # cases sent in one go: what follows a fatal one is never read
QUIET_S = 0.05

VECTORS = [entry for path in sorted((ROOT / "proto/vectors").glob("*.json"))
           for entry in json.loads(path.read_text())]
FRAMES = [bytes.fromhex(entry["hex"]) for entry in VECTORS if entry["hex"]]
ASKED = {o.name for o in protocol.operations.values() if o.kind == "request"}
REQUESTS = [msgpack.unpackb(bytes.fromhex(entry["hex"]), strict_map_key=False)
            for entry in VECTORS if entry.get("name") in ASKED and "value" in entry]
HELLO = next(bytes.fromhex(e["hex"]) for e in VECTORS if e.get("name") == "hello"
             and e["case"] == "least")
EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 2**31 - 1, 2**32, 2**53, 2**63 - 1]
BINARY, CONTINUATION, CLOSE, PING = 2, 0, 8, 9


# -- what is sent

def ws_frame(dice, opcode, payload, fin=True):
    size = len(payload)
    head = bytes([(0x80 if fin else 0) | opcode])
    head += bytes([0x80 | size]) if size < 126 else \
        b"\xfe" + struct.pack("!H", size) if size < 65536 else b"\xff" + struct.pack("!Q", size)
    key = dice.randbytes(4)
    stream = (key * (size // 4 + 1))[:size]
    return head + key + (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")
                         ).to_bytes(size, "big")


def broken_frame(dice):
    """A header that nobody should send; sometimes only the beginning of one."""
    first = dice.choice([0x82, 0x02, 0x80, 0x00, 0x89, 0x88, 0xc2, 0xa2, 0x92, dice.randrange(256)])
    size = dice.choice([0, 1, 125, 126, 127, 0xfd, 0xfe, 0xff, dice.randrange(256)])
    body = dice.randbytes(dice.choice([0, 1, 4, 9, 40, 200]))
    long = struct.pack("!Q", dice.choice([0, 1, 65535, 65536, 2**32, 2**63, 2**64 - 1]))
    return bytes([first, size]) + (long if size & 0x7f == 127 else b"") + body


def odd_fragments(dice):
    whole = dice.choice(FRAMES)
    pieces = []
    while whole and len(pieces) < dice.randrange(1, 40):
        size = dice.randrange(len(whole) + 1)
        pieces.append(whole[:size])
        whole = whole[size:]
    pieces.append(whole)
    out = b""
    for place, piece in enumerate(pieces):
        opcode = BINARY if place == 0 and dice.random() < 0.95 else CONTINUATION
        last = place == len(pieces) - 1
        out += ws_frame(dice, opcode, piece, fin=last != (dice.random() < 0.05))
        if dice.random() < 0.1:
            out += ws_frame(dice, PING, dice.randbytes(dice.randrange(126)))
    return out


def rubbish(dice):
    size = dice.choice([0, 1, 2, 3, 8, 64, 400, dice.randrange(3000)])
    return ws_frame(dice, BINARY, dice.randbytes(size))


def changed_bytes(dice):
    raw = bytearray(dice.choice(FRAMES))
    for _ in range(dice.randrange(1, 5)):
        place = dice.randrange(len(raw) + 1)
        match dice.randrange(5):
            case 0 if raw:
                raw[place % len(raw)] ^= 1 << dice.randrange(8)
            case 1 if raw:
                raw[place % len(raw)] = dice.choice([0xc0, 0xc1, 0xdd, 0xdf, 0xdb, 0xc6, 0xff, 0])
            case 2:
                raw[place:place] = dice.randbytes(dice.randrange(1, 6))
            case 3:
                del raw[place:place + dice.randrange(1, 6)]
            case _:
                other = dice.choice(FRAMES)
                raw[place:] = other[dice.randrange(len(other)):]
    return ws_frame(dice, BINARY, bytes(raw[:60000]))


def odd_value(dice, depth=0):
    kinds = [lambda: dice.choice(EDGES), lambda: -dice.choice(EDGES) % -2**63, lambda: None,
             lambda: dice.random() < 0.5, lambda: dice.choice([float("nan"), 1e308, -0.0]),
             lambda: "话" * dice.choice([0, 1, 40, 121, 4001]), lambda: "\u202e\0\n\x7f",
             lambda: dice.randbytes(dice.choice([0, 15, 16, 17, 300])),
             lambda: [odd_value(dice, depth + 1) for _ in range(dice.choice([0, 1, 65]))],
             lambda: {dice.choice([0, 1, 2, "x"]): odd_value(dice, depth + 1)}]
    return dice.choice(kinds if depth < 3 else kinds[:8])()


def like(dice, value):
    """Another value of the same kind: what a codec takes and a handler has to judge."""
    match value:
        case bool():
            return not value
        case int():
            return dice.choice([*EDGES[:9], dice.randrange(1, 60)])
        case str():
            return dice.choice(["", "话", value[::-1], value * 2, "'; DROP TABLE message; --"])
        case bytes():
            return dice.randbytes(len(value))
        case list():
            return value[:dice.randrange(len(value) + 1)] * dice.randrange(3)
        case _:
            return value


def changed_fields(dice):
    """A request whose frame is right and whose fields are not, or not those of the vector."""
    code, seq, body = dice.choice(REQUESTS)
    fields = dict(body)
    for _ in range(dice.randrange(1, 4)):
        field = dice.choice([*fields, dice.randrange(20)])
        if dice.random() < 0.8:
            fields[field] = like(dice, fields.get(field))
        elif dice.random() < 0.5:
            fields.pop(field, None)
        else:
            fields[field] = odd_value(dice)
    if dice.random() < 0.05:
        code = dice.choice([0, 5, 99, 219, 255, 65535, -1, dice.randrange(220)])
    return ws_frame(dice, BINARY, msgpack.packb([code, seq, fields])[:60000])


# A visitor who breaks the WebSocket road is gone at once, one who sends odd requests stays a while.
TEMPERS = [[changed_fields], [changed_fields, changed_fields, changed_bytes],
           [changed_bytes, rubbish, odd_fragments], [odd_fragments, broken_frame]]


def handshake(server, token, extra=""):
    return (f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: hall.1\r\n"
            f"{extra}Authorization: Bearer {token}\r\n\r\n").encode()


def odd_request(dice, server, token):
    raw = bytearray(handshake(server, token))
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(raw))
        raw[place:place + dice.randrange(3)] = dice.choice(
            [b"\r\n", b"\0", b" ", b":", b"\n", dice.randbytes(3), b"Content-Length: 9\r\n",
             b"%0a"])
    return bytes(raw)


def has_close(got):
    """Whether a Close frame is among what the server said."""
    at = 0
    while at + 2 <= len(got):
        if got[at] == 0x88:
            return True
        size = got[at + 1]
        at += 2 + size if size < 126 else 4 + int.from_bytes(got[at + 2:at + 4], "big")
    return False


# -- who sends it

class Peer:
    """One stranger after another, from one seed."""

    def __init__(self, server, people, dice):
        self.server, self.people, self.dice = server, people, dice
        self.sent = 0

    async def run(self, cases):
        while self.sent < cases:
            if self.dice.random() < 0.1:
                await self.knock()
            else:
                await self.visit(cases)

    async def knock(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        await self.say(reader, writer, odd_request(self.dice, self.server, "A" * 43))
        self.sent += 1
        writer.close()

    async def visit(self, cases):
        """Lives as long as the server bears it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        token = self.dice.choice(self.people)()
        if not await self.say(reader, writer, handshake(self.server, token), 5):
            writer.close()
            return
        greeted = self.dice.random() < 0.9
        alive = await self.say(reader, writer,
                               ws_frame(self.dice, BINARY, HELLO) if greeted else b"", 0.2)
        kinds = self.dice.choice(TEMPERS)
        while alive and self.sent < cases:
            burst = [self.dice.choice(kinds)(self.dice) for _ in range(BURST)]
            self.sent += BURST
            alive = await self.say(reader, writer, b"".join(burst))
        writer.close()

    @staticmethod
    async def say(reader, writer, data, patience=QUIET_S):
        """Sends and reads what comes. False: the server has ended the connection."""
        try:
            writer.write(data)
            async with asyncio.timeout(5):
                await writer.drain()
            got = b"x"
            while got and not has_close(got):
                async with asyncio.timeout(patience):
                    got = await reader.read(65536)
                patience = 0.01
            return False
        except TimeoutError:
            return True
        except ConnectionError:
            return False


def tokens_of(town, person):
    """A session that stands: some of what is sent logs out."""
    last = [town.session(person.id)[0]]

    def token():
        if not town.one("SELECT 1 FROM login_session WHERE revoked_at IS NULL AND account_id = %s",
                        person.id):
            last[0] = town.session(person.id)[0]
        return last[0]

    return token


async def bystanders(server, people, hall_id, done):
    """Two who talk while it goes on; every word arrives, once and in order."""
    said = []
    slowest = 0.0
    async with enter(server, people[0]) as a, enter(server, people[1]) as b:
        while not done.is_set() or len(said) < 10:
            began = time.monotonic()
            said.append(f"第{len(said)}句")
            await a.post(hall_id, said[-1])
            heard = (await b.next_event("message_added", 10)).body["message"]
            slowest = max(slowest, time.monotonic() - began)
            assert (heard["body"], heard["seq"]) == (said[-1], len(said))
            await asyncio.sleep(0.05)
    return len(said), slowest


@pytest.fixture
def open_house(make_server):
    """What is tested is not the throttle."""
    return make_server(account_rate=0, address_rate=0, room_rate=0, address_connections=10000,
                       half_open=10000).start()


@scenario
async def test_whatever_is_sent_the_server_stays_and_the_others_do_not_notice(
        open_house, town, deep):
    server, seed = open_house, int(os.environ.get("HALL_FUZZ_SEED", time.time_ns() % 10**9))
    cases = (CASES_DEEP if deep else CASES) // PEERS + 1
    wild, calm = town.community(), town.community()
    people = [tokens_of(town, person) for person in (
        *town.residents(wild, 4), town.staff("officer", wild), town.staff("dispatcher",
                                                                          wild.station))]
    done = asyncio.Event()
    talk = asyncio.create_task(bystanders(server, town.residents(calm, 2), calm.hall_id, done))
    peers = [Peer(server, people, random.Random(f"{seed} {n}")) for n in range(PEERS)]
    began = time.monotonic()
    await asyncio.gather(*(peer.run(cases) for peer in peers))
    took = time.monotonic() - began
    done.set()
    said, slowest = await talk
    total = sum(peer.sent for peer in peers)
    read = int(server.metrics()["hall_messages_in_total"])
    print(f"seed {seed}: {total} cases in {took:.1f} s, {read} whole messages read; "
          f"beside them {said} messages, the slowest {slowest * 1000:.0f} ms")
    assert total >= (CASES_DEEP if deep else CASES) and read > total / 3
    assert server.get("/healthz")[0] == 200
    server.check_log()
    server.stop()  # a leak would end it with another code
