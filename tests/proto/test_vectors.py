"""The golden vectors through a MessagePack library that is not ours, walked with the schema."""
import base64
import json
import pathlib
import tomllib

import msgpack
import pytest

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
SPECIAL = ("refused", "lenient")


def read_schema():
    messages, structs, enums = {}, {}, {}
    for path in (PROTO / "schema").glob("*.toml"):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        if path.stem == "types":
            structs |= tables["struct"]
            enums |= tables["enum"]
        elif path.stem == "errors":
            enums["error_code"] = {name: row["code"] for name, row in tables.items()}
        else:
            messages |= tables
    return messages, structs, enums


MESSAGES, STRUCTS, ENUMS = read_schema()


def vectors(*stems):
    rows = []
    for path in sorted((PROTO / "vectors").glob("*.json")):
        if (path.stem in stems) if stems else (path.stem not in SPECIAL):
            rows += json.loads(path.read_text(encoding="utf-8"))
    return rows


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def on_wire(kind, of, value):
    """A value of the vectors' JSON as it stands in the frame."""
    if kind == "list":
        item = of if of in ("id", "text") else "enum" if of in ENUMS else "struct"
        return [on_wire(item, of, one) for one in value]
    if kind == "struct":
        return numbered(STRUCTS[of], value)
    if kind == "enum":
        return ENUMS[of][value]
    return unbase64url(value) if kind in ("key", "bin") else value


def numbered(table, value):
    fields = sorted((f for f in table["fields"] if f["name"] in value), key=lambda f: f["id"])
    assert len(fields) == len(value), "the value has a field that the schema has not"
    return {f["id"]: on_wire(f["type"], f.get("of"), value[f["name"]]) for f in fields}


def name_of(row):
    return f"{row.get('name', 'refused')}-{row['case']}"


def unpack(raw):
    return msgpack.unpackb(raw, strict_map_key=False)


@pytest.mark.parametrize("row", vectors(), ids=name_of)
def test_the_library_reads_and_writes_the_same(row):
    message = MESSAGES[row["name"]]
    frame = [message["code"], row["seq"], numbered(message, row["value"])]
    raw = bytes.fromhex(row["hex"])
    assert unpack(raw) == frame
    assert msgpack.packb(frame) == raw


@pytest.mark.parametrize("row", vectors("lenient"), ids=name_of)
def test_what_is_taken_though_nobody_produces_it_holds_the_value(row):
    code, seq, body = unpack(bytes.fromhex(row["hex"]))
    message = MESSAGES[row["name"]]
    assert (code, seq) == (message["code"], row["seq"])
    wanted = numbered(message, row["value"])
    assert {key: body[key] for key in wanted} == wanted


def test_every_message_is_there_without_and_with_its_optional_fields():
    rows = {(row["name"], row["case"]): row["value"] for row in vectors()}
    for name, message in MESSAGES.items():
        for field in message["fields"]:
            assert (field["name"] in rows[name, "least"]) == (not field.get("optional", False))
            assert field["name"] in rows[name, "full"]
            assert field["name"] in rows[name, "edge"]


def test_every_way_to_be_refused_is_there():
    errors = {row["error"] for row in vectors("refused")}
    assert errors == {"malformed_frame", "unknown_operation", "invalid_field"}
    for row in vectors("refused"):
        assert bool(row["field"]) == (row["error"] == "invalid_field"), row["case"]
