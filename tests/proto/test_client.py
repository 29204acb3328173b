"""The Python client's codec, which knows the protocol from PROTOCOL.md only, on the golden vectors,
and its connection against a simulated server. So the document says everything that is needed."""
import asyncio
import json
import pathlib

import pytest
import websockets
from client.hall_client import Closed, HallClient, Refused
from client.hall_protocol import Malformed, protocol

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def vectors():
    rows = []
    for path in sorted((PROTO / "vectors").glob("*.json")):
        if path.stem not in ("refused", "lenient"):
            rows += json.loads(path.read_text(encoding="utf-8"))
    return rows


def with_bytes(table, value):
    """The vectors have keys and binaries as base64url, the client as bytes."""
    import base64
    out = {}
    for name, item in value.items():
        kind = table.by_name(name).kind
        if kind in ("key", "bin"):
            out[name] = base64.urlsafe_b64decode(item + "=" * (-len(item) % 4))
        elif kind in protocol.records:
            record = protocol.records[kind]
            out[name] = ([with_bytes(record, one) for one in item] if isinstance(item, list)
                         else with_bytes(record, item))
        else:
            out[name] = item
    return out


@pytest.mark.parametrize("row", vectors(), ids=lambda row: f"{row['name']}-{row['case']}")
def test_the_document_is_enough_for_every_message(row):
    value = with_bytes(protocol.operations[row["name"]], row["value"])
    raw = bytes.fromhex(row["hex"])
    assert protocol.encode(row["name"], row["seq"], value) == raw
    assert protocol.decode(raw) == (row["name"], row["seq"], value)


def test_what_is_incomplete_is_noticed():
    with pytest.raises(ValueError, match="seq"):
        protocol.encode("room_read", 1, {"room_id": 1})
    with pytest.raises(KeyError):
        protocol.encode("room_read", 1, {"room_id": 1, "seq": 1, "colour": 3})
    with pytest.raises(Malformed):
        protocol.decode(bytes.fromhex("93290181 0101".replace(" ", "")))
    with pytest.raises(Malformed):
        protocol.decode(b"\xc1")


def room_view(head):
    return {"room_id": 5, "kind": "hall", "name": "厅", "community_id": 1, "member_count": 2,
            "head_seq": head, "first_seq": 1, "read_seq": 0, "unread": 0, "may_post": True,
            "may_moderate": False}


def message(seq, **more):
    return {"room_id": 5, "seq": seq, "sender_id": 9, "sender_name": "a", "badge": "none",
            "kind": "text", "state": "visible", "sent_at": 1, "body": f"m{seq}", **more}


def welcome(head, resume, revocation_seq):
    return {"account_id": 9, "display_name": "a", "level": "v1", "grants": [], "server_time": 1,
            "min_build": 0, "epoch": 3, "rooms": [room_view(head)], "ping_ms": 25000,
            "resumes": [{"room_id": 5, "reason": "none", "head_seq": head, **resume}],
            "revocation_seq": revocation_seq}


async def with_server(script, talk):
    """script(socket) is the server's side of the one connection that talk(client) has."""
    async def serve(socket):
        await script(socket)
        await socket.wait_closed()

    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=["hall.1"]) as server:
        port = server.sockets[0].getsockname()[1]
        async with HallClient(f"http://127.0.0.1:{port}", token="t") as client:
            return await talk(client)


async def take(socket):
    return protocol.decode(await socket.recv())


async def give(socket, name, seq, body):
    await socket.send(protocol.encode(name, seq, body))


def test_resume_takes_revocations_and_backlog_then_goes_on_live():
    async def script(socket):
        hello = await take(socket)
        assert hello.name == "hello" and hello.body["cursors"] == [{"room_id": 5, "seq": 1}]
        await give(socket, "welcome", hello.seq,
                   welcome(3, {"outcome": "full", "from_seq": 2}, revocation_seq=4))
        await give(socket, "revoked", 0, {"head_seq": 4, "revocations": [
            {"revocation_seq": 4, "kind": "message", "room_id": 5, "seq": 1, "state": "recalled"}]})
        await give(socket, "room_backlog", 0,
                   {"room_id": 5, "head_seq": 3, "messages": [message(2), message(3)]})
        ping = await take(socket)
        await give(socket, "pong", ping.seq, {"server_time": 1, "heads": [], "revocation_seq": 6})
        confirm = await take(socket)
        assert confirm.body == {"revocation_seq": 6}
        await give(socket, "done", confirm.seq, {})
        await give(socket, "message_added", 0, {"message": message(3)})
        await give(socket, "message_added", 0, {"message": message(4)})
        await give(socket, "message_added", 0, {"message": message(6)})

    async def talk(client):
        client.state.epoch = 3
        client.room(5).take(message(1))
        await client.hello()
        await client.live()
        while not client.lost:
            await client.next_event("message_added")
        assert list(client.room(5).messages) == [1, 2, 3, 4]
        assert "body" not in client.room(5).messages[1]
        assert client.lost == [(5, 6)]
        assert client.state.epoch == 3

    asyncio.run(with_server(script, talk))


def test_a_refusal_and_the_end_reach_who_asked():
    async def script(socket):
        post = await take(socket)
        await give(socket, "error", post.seq, {"code": "muted", "retry_after_ms": 60000})
        await take(socket)
        await give(socket, "closing", 0, {"reason": "going_away", "retry_after_ms": 100})
        await socket.close(4001)

    async def talk(client):
        with pytest.raises(Refused) as refusal:
            await client.post(5, "x")
        assert (refusal.value.code, refusal.value.retry_after_ms) == ("muted", 60000)
        with pytest.raises(Closed) as end:
            await client.ping()
        assert (end.value.code, end.value.reason) == (4001, "going_away")
        with pytest.raises(Closed):
            await client.ping()

    asyncio.run(with_server(script, talk))
