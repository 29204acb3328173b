"""emit_vectors: golden bytes for every message, the same on every run.

proto/vectors/<subject>.json holds {"name", "case", "seq", "value", "hex"}: encoding `value` gives
exactly `hex`, decoding `hex` gives `value`. refused.json holds bytes that must be refused and the
error; lenient.json holds bytes that are accepted though nobody may produce them.
"""

from __future__ import annotations

import json

import pack
from schema import Field, Message, Schema, Struct

ID_TOP = 2**53 - 1
TIME = 1_790_000_000_123
SAMPLE_TEXT = "反诈提醒：不听、不信、不转账。A→B 𠮷😀\t1\n2"
EDGES_UNSIGNED = (0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, ID_TOP)
EDGES_SIGNED = (-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -ID_TOP, ID_TOP)
EDGES_LENGTH = (0, 31, 32, 255, 256, 4000)


def files(schema: Schema) -> dict[str, str]:
    by_subject: dict[str, list[dict]] = {}
    for message in schema.messages.values():
        rows = by_subject.setdefault(message.subject, [])
        for case in ("least", "full", "edge"):
            value = _record(schema, message, case, 0)
            rows.append(_row(schema, message, case, _seq(message, case), value))
    by_subject["room"] += _number_cases(schema, "room_read", "seq", EDGES_UNSIGNED)
    by_subject["session"] += _number_cases(schema, "pong", "server_time", EDGES_SIGNED)
    by_subject["message"] += _length_cases(schema)
    by_subject["lenient"] = _lenient(schema)
    by_subject["refused"] = _refused(schema)
    return {f"{name}.json": _dump(rows) for name, rows in by_subject.items()}


def _dump(rows: list[dict]) -> str:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _seq(message: Message, case: str) -> int:
    if message.kind == "event":
        return 0
    return {"least": 1, "full": 1000, "edge": 2**32 - 1}[case]


def _row(schema: Schema, message: Message, case: str, seq: int, value: dict) -> dict:
    return {"name": message.name, "case": case, "seq": seq, "value": value,
            "hex": pack.frame(schema, message, seq, value).hex()}


def _record(schema: Schema, struct: Struct, case: str, depth: int) -> dict:
    return {f.name: _value(schema, f, case, depth) for f in struct.fields
            if case != "least" or not f.optional}


def _value(schema: Schema, f: Field, case: str, depth: int):
    if f.type != "list":
        return _single(schema, f, f.type, f.max, case, depth, f.id)
    item = schema.item_kind(f.of or "")
    kind = (f.of or "") if item == "scalar" else item
    count = {"least": 0, "full": 2, "edge": 17 if depth == 0 and item != "struct" else 1}[case]
    return [_single(schema, f, kind, f.text_max, case, depth + 1, f.id + i)
            for i in range(min(count, f.max))]


def _single(schema: Schema, f: Field, kind: str, limit: int, case: str, depth: int, salt: int):
    least, edge = case == "least", case == "edge"
    if kind == "struct":
        return _record(schema, schema.structs[f.of or ""], case, depth)
    if kind == "enum":
        values = schema.enums[f.of or ""].values
        return values[0 if least else -1 if edge else salt % len(values)].name
    if kind == "bool":
        return not least
    if kind == "text":
        return "" if least else _text(min(limit, 300) if edge else min(limit, 30), edge)
    if kind == "key":
        fill = {"least": 0, "full": salt, "edge": 255}[case]
        return pack.base64url(bytes([fill] * 16))
    if kind == "bin":
        return pack.base64url(bytes(range(256))[: 0 if least else min(limit, 200)])
    if kind == "time":
        return 0 if least else ID_TOP if edge else TIME + salt
    top = ID_TOP if kind == "id" else f.max
    return 0 if least else top if edge else min(1000 * salt + 7, top)


def _text(count: int, edge: bool) -> str:
    if edge:
        return "😀" * count
    return (SAMPLE_TEXT * (count // len(SAMPLE_TEXT) + 1))[:count]


def _number_cases(schema: Schema, name: str, field: str, numbers: tuple[int, ...]) -> list[dict]:
    message = schema.messages[name]
    value = _record(schema, message, "least", 0)
    return [_row(schema, message, f"{field}_{n}", 1, value | {field: n}) for n in numbers]


def _length_cases(schema: Schema) -> list[dict]:
    post = schema.messages["message_post"]
    value = _record(schema, post, "least", 0)
    return [_row(schema, post, f"body_{n}", 1, value | {"body": "a" * n}) for n in EDGES_LENGTH]


def _lenient(schema: Schema) -> list[dict]:
    """What a decoder must take, though an encoder never makes it."""
    read = schema.messages["room_read"]
    value = {"room_id": 5, "seq": 7}
    head = pack.array(3) + pack.integer(read.code)

    def row(case: str, frame: bytes) -> dict:
        return {"name": "room_read", "case": case, "seq": 1, "value": value, "hex": frame.hex()}

    return [
        row("other_order", head + b"\x01\x82\x02\x07\x01\x05"),
        row("wide_integers", b"\xdc\x00\x03\xcd\x00\x17\xd3" + bytes(7) + b"\x01"
            b"\xdf\x00\x00\x00\x02\xcc\x01\xcf" + bytes(7)
            + b"\x05\xd1\x00\x02\xce\x00\x00\x00\x07"),
        row("unknown_number", head + b"\x01\x83\x01\x05\x02\x07\x7f\xa1x"),
        row("unknown_nested", head + b"\x01\x83\x01\x05\x02\x07\x50\x92\x81\x01\xc0\xc4\x01\xff"),
    ]


def _refused(schema: Schema) -> list[dict]:
    rows: list[dict] = []

    def add(case: str, error: str, frame: bytes | str, field: str = "") -> None:
        raw = frame if isinstance(frame, bytes) else bytes.fromhex(frame)
        rows.append({"case": case, "error": error, "field": field, "hex": raw.hex()})

    def request(name: str, body: bytes, seq: int = 1) -> bytes:
        code = schema.messages[name].code
        return pack.array(3) + pack.integer(code) + pack.integer(seq) + body

    malformed = "malformed_frame"
    add("empty", malformed, "")
    add("unfinished_array", malformed, "93")
    add("trailing_byte", malformed, request("account_devices", b"\x80\x00"))
    add("not_an_array", malformed, "80")
    add("two_elements", malformed, "920301")
    add("four_elements", malformed, "9403018000")
    add("body_not_a_map", malformed, request("account_devices", b"\x90"))
    add("request_without_number", malformed, request("account_devices", b"\x80", 0))
    add("number_over_32_bits", malformed, request("account_devices", b"\x80", 2**32))
    add("negative_code", malformed, "93ff0180")
    add("claims_billions", malformed, "ddff000000")
    add("claims_more_than_there_is", malformed, request("ping", b"\x81\x01\xdd\x00\x00\x40\x00"))
    add("nested_nine_deep", malformed, request("ping", b"\x81\x01" + b"\x91" * 7 + b"\x01"))
    add("float", malformed, request("room_read", b"\x82\x01\x05\x02\xca\x40\xe0\x00\x00"))
    add("double", malformed, request("room_read", b"\x82\x01\x05\x02\xcb" + bytes(8)))
    add("extension", malformed, request("room_read", b"\x82\x01\x05\x02\xd4\x01\x07"))
    add("never_used_byte", malformed, request("room_read", b"\x82\x01\x05\x02\xc1"))
    add("key_twice", malformed, request("room_read", b"\x83\x01\x05\x02\x07\x01\x06"))
    add("unknown_key_twice", malformed,
        request("room_read", b"\x84\x01\x05\x02\x07\x60\x01\x60\x01"))
    add("key_zero", malformed, request("room_read", b"\x83\x00\x05\x01\x05\x02\x07"))
    add("key_over_127", malformed, request("room_read", b"\x83\x01\x05\x02\x07\xcc\x80\x00"))
    add("key_negative", malformed, request("room_read", b"\x83\x01\x05\x02\x07\xff\x00"))
    add("key_text", malformed, request("room_read", b"\x82\x01\x05\xa3seq\x07"))
    add("bad_utf8", malformed, request("account_rename", b"\x81\x01\xa2\xc3\x28"))
    add("overlong_utf8", malformed, request("account_rename", b"\x81\x01\xa2\xc0\xaf"))
    add("surrogate_utf8", malformed, request("account_rename", b"\x81\x01\xa3\xed\xa0\x80"))
    add("utf8_over_10ffff", malformed, request("account_rename", b"\x81\x01\xa4\xf4\x90\x80\x80"))
    add("too_many_values", malformed, request("ping", b"\x81\x01\xdc\x04\x00" + b"\x01" * 1024))
    add("unknown_code", "unknown_operation", "93cdffff0180")
    add("reply_as_request", "unknown_operation", "93060180")
    invalid = "invalid_field"
    add("missing_field", invalid, request("room_read", b"\x81\x01\x05"), "seq")
    add("id_over_2_53", invalid,
        request("room_read", b"\x82\x01\xcf\x00\x20" + bytes(6) + b"\x02\x07"), "room_id")
    add("id_negative", invalid, request("room_read", b"\x82\x01\xff\x02\x07"), "room_id")
    add("id_over_63_bits", invalid,
        request("room_read", b"\x82\x01\xcf" + b"\xff" * 8 + b"\x02\x07"), "room_id")
    add("id_as_text", invalid, request("room_read", b"\x82\x01\xa15\x02\x07"), "room_id")
    add("nil", invalid, request("room_read", b"\x82\x01\x05\x02\xc0"), "seq")
    add("text_as_bytes", invalid, request("account_rename", b"\x81\x01\xc4\x01a"), "display_name")
    add("text_too_long", invalid,
        request("account_rename", b"\x81\x01" + pack.text("名" * 41)), "display_name")
    add("text_with_nul", invalid, request("account_rename", b"\x81\x01\xa2a\x00"), "display_name")
    add("text_with_escape", invalid, request("account_rename", b"\x81\x01\xa2a\x1b"),
        "display_name")
    hide = b"\x84\x01\x05\x02\x07\x03%s\x04\xa1x"
    add("enum_zero", invalid, request("message_hide", hide % b"\x00"), "reason")
    add("enum_unknown", invalid, request("message_hide", hide % b"\x63"), "reason")
    post = b"\x83\x01\x05\x02" + pack.binary(bytes(15)) + b"\x03\xa1x"
    add("key_of_15_bytes", invalid, request("message_post", post), "client_key")
    add("list_too_long", invalid,
        request("ping", b"\x81\x01" + pack.array(65) + b"\x01" * 65), "rooms")
    add("list_item", invalid, request("ping", b"\x81\x01\x92\x01\xc3"), "rooms[1]")
    add("nested_field", invalid,
        request("alert_receipts", b"\x81\x01\x91\x82\x01\x05\x03\x09"), "items[0].stage")
    add("int_over_max", invalid, request("message_history", b"\x82\x01\x05\x05\x65"), "limit")
    return rows
