"""emit_docs: PROTOCOL.md: the prose of protocol.md with the schema's tables put in."""

from __future__ import annotations

import textwrap

import pack
from schema import FRAME_BYTES_MAX, PROTO, Field, Message, Schema, Struct, bytes_max

KEY = "qqqqqqqqqqqqqqqqqqqqqg"


def document(schema: Schema) -> str:
    text = (PROTO / "generate" / "protocol.md").read_text(encoding="utf-8")
    parts = {
        "doors": _doors(schema), "limits": _limits(schema), "operations": _operations(schema),
        "records": "\n".join(_record(schema, s) for s in schema.structs.values()),
        "enums": _enums(schema), "errors": _errors(schema), "conversation": _conversation(schema),
    }
    for name, content in parts.items():
        text = text.replace(f"@{name}@", content.rstrip("\n"))
    return ("<!-- Made by proto/generate from proto/schema and proto/generate/protocol.md. -->\n"
            + text)


def _doors(schema: Schema) -> str:
    rows = []
    for m in schema.requests():
        if m.door == "http":
            rows.append(f"| `{m.method} {m.path}` | {_link(m.name)} | {_link(m.reply)} |")
    return "\n".join(rows)


def _limits(schema: Schema) -> str:
    largest = max((m for m in schema.requests() if m.door == "socket"),
                  key=lambda m: bytes_max(schema, m))
    sent = [m for m in schema.messages.values() if m.kind == "event" or m.name in
            {r.reply for r in schema.requests() if r.door == "socket"}]
    top = max(sent, key=lambda m: bytes_max(schema, m))
    return (f"\nThe largest request the schema allows, `{largest.name}`, is at most "
            f"{bytes_max(schema, largest)} of {FRAME_BYTES_MAX} bytes; the largest frame to a "
            f"client, `{top.name}`, at most {bytes_max(schema, top)} if every text were full.")


def _link(name: str) -> str:
    return f"[`{name}`](#{name})"


def _operations(schema: Schema) -> str:
    parts = []
    for subject in dict.fromkeys(m.subject for m in schema.messages.values()):
        parts.append(f"### Subject {subject}\n\n")
        messages = [m for m in schema.messages.values() if m.subject == subject]
        parts += [_operation(schema, m) for m in messages]
    return "".join(parts)


def _operation(schema: Schema, m: Message) -> str:
    facts = [f"**{m.kind} {m.code}**"]
    if m.planned:
        facts.append("described ahead, not served yet")
    if m.kind == "request":
        facts += [f"scope {m.scope}", f"answered by {_link(m.reply)}"]
    else:
        asked = [_link(r.name) for r in schema.requests() if r.reply == m.name]
        if m.kind == "reply" and m.name != "error":
            facts.append("answers " + ", ".join(asked) if asked else "answers nothing yet")
    if m.lane == "urgent":
        facts.append("urgent")
    if m.door == "http":
        facts.append(f"HTTP only: `{m.method} {m.path}`")
    return f"#### {m.name}\n\n{' · '.join(facts)}. {m.summary}\n\n{_fields(m)}\n"


def _record(schema: Schema, struct: Struct) -> str:
    del schema
    return f"#### {struct.name}\n\n{_fields(struct)}"


def _fields(struct: Struct) -> str:
    if not struct.fields:
        return "No fields: the body is an empty map.\n"
    rows = ["| no. | field | type | |\n| --- | --- | --- | --- |\n"]
    for f in struct.fields:
        mark = "?" if f.optional else ""
        rows.append(f"| {f.id} | `{f.name}`{mark} | {_type(f)} | {f.note} |\n")
    return "".join(rows)


def _type(f: Field) -> str:
    linked = f"[{f.of}](#{f.of})" if f.of not in (None, "id", "text") else f.of
    if f.type == "list":
        size = f" ≤ {f.text_max}" if f.text_max else ""
        return f"list of {linked}{size}, ≤ {f.max}"
    if f.type in ("enum", "struct"):
        return f"{linked}"
    return f"{f.type} ≤ {f.max}" if f.max else f.type


def _enums(schema: Schema) -> str:
    parts = []
    for enum in schema.enums.values():
        if enum.name == "error_code":
            continue
        values = [f"{v.number} `{v.name}`" + (f" ({v.note})" if v.note else "")
                  for v in enum.values]
        parts.append(f"#### {enum.name}\n\n{' · '.join(values)}\n\n")
    parts.append("#### error_code\n\nThe codes of section 13.\n")
    return "".join(parts)


def _errors(schema: Schema) -> str:
    rows = ["| code | name | HTTP | zh | en |\n| --- | --- | --- | --- | --- |\n"]
    rows += [f"| {e.code} | `{e.name}` | {e.status} | {e.zh} | {e.en} |\n" for e in schema.errors]
    return "".join(rows)


def _room(seq: int) -> dict:
    return {"room_id": 1, "kind": "hall", "name": "幸福里议事厅", "community_id": 1,
            "member_count": 2, "head_seq": seq, "first_seq": 1, "read_seq": 40, "unread": 2,
            "may_post": True, "may_moderate": False}


def _message(seq: int, body: str, extra: dict) -> dict:
    return {"room_id": 1, "seq": seq, "sender_id": 7, "sender_name": "王姨", "badge": "none",
            "kind": "text", "state": "visible", "sent_at": 1790000000000 + seq,
            "body": body} | extra


STEPS: list[tuple[str, str, int, dict]] = [
    ("The client greets: it holds room 1 up to seq 40 and revocations up to 3.", "hello", 1,
     {"client": "example 1.0", "build": 1, "epoch": 5, "revocation_seq": 3,
      "cursors": [{"room_id": 1, "seq": 40}]}),
    ("The server says what follows: one revocation (4), then 41 and 42 of room 1.", "welcome", 1,
     {"account_id": 8, "display_name": "小李", "level": "v2", "grants": [],
      "server_time": 1790000001000, "min_build": 0, "epoch": 5, "rooms": [_room(42)],
      "resumes": [{"room_id": 1, "outcome": "full", "reason": "none", "from_seq": 41,
                   "head_seq": 42}],
      "revocation_seq": 4, "ping_ms": 25000}),
    ("Message 12 was taken back. The client removes it before it shows anything new …", "revoked",
     0, {"revocations": [{"revocation_seq": 4, "kind": "message", "room_id": 1, "seq": 12,
                          "state": "recalled"}], "head_seq": 4}),
    ("… and confirms.", "revoked_ack", 2, {"revocation_seq": 4}),
    ("What the client missed; 42 is the head, so the room is live from here on.", "room_backlog", 0,
     {"room_id": 1, "head_seq": 42, "messages": [
         _message(41, "早上好", {}), _message(42, "停水了吗?", {"quote_seq": 41})]}),
    ("The confirmation of the revocation is answered.", "done", 2, {}),
    ("The person writes; `client_key` is 16 random bytes.", "message_post", 3,
     {"room_id": 1, "client_key": KEY, "body": "没有"}),
    ("It is durable and is number 43 of the room.", "message_posted", 3,
     {"room_id": 1, "seq": 43, "sent_at": 1790000002000}),
    ("Everybody in the room gets it, the sender's own sessions with her `client_key`.",
     "message_added", 0,
     {"message": _message(43, "没有", {"sender_id": 8, "sender_name": "小李",
                                     "sent_at": 1790000002000, "client_key": KEY})}),
    ("A request that is refused: the room does not exist, or is not for her.", "message_history", 4,
     {"room_id": 99, "limit": 50}),
    ("", "error", 4, {"code": "not_found"}),
]


def _conversation(schema: Schema) -> str:
    parts = []
    for text, name, seq, value in STEPS:
        m = schema.messages[name]
        arrow = "→" if m.kind == "request" else "←"
        raw = pack.frame(schema, m, seq, value).hex(" ")
        shown = "\n".join(textwrap.wrap(raw, 95))
        parts.append(f"{text}\n\n`{arrow} {name}` {seq}\n\n```\n{shown}\n```\n\n".lstrip("\n"))
    return "".join(parts)
