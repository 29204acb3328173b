"""schema: reads proto/schema/*.toml and refuses what is inconsistent.

The rest of the generator works on the records made here and trusts them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

PROTO = Path(__file__).resolve().parent.parent
SCALARS = ("id", "int", "time", "bool", "text", "bin", "key")
SIZED = ("int", "text", "bin", "list")
KINDS = ("request", "reply", "event")
SCOPES = ("none", "source", "media", "room", "account", "alert", "dispute", "person",
          "community")
LANES = ("normal", "urgent")
FIELD_ID_MAX = 127
CODE_MAX = 65535
ID_MAX = 2**53 - 1
# What the server takes over the socket; a request that could not pass is a mistake in the schema.
FRAME_BYTES_MAX = 65536
FRAME_OBJECTS_MAX = 1024
FRAME_DEPTH_MAX = 8
# What is taken from a server (server/wire/frame_scan.h).
REPLY_BYTES_MAX = 16 * 1024 * 1024
REPLY_OBJECTS_MAX = 65536
NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
# Names that the handwritten part of the codecs uses, and words that no language lets us have.
RESERVED = {
    "text", "bytes", "frame", "buffer", "problem", "list_id", "list_text", "operation",
    "field_info", "struct_info", "enum_info", "operation_info", "error_info", "int", "long",
    "default", "switch", "case", "class", "function", "new", "delete", "register", "union",
}


class SchemaError(Exception):
    """The schema says something that cannot be."""


@dataclass
class EnumValue:
    name: str
    number: int
    note: str = ""


@dataclass
class Enum:
    name: str
    values: list[EnumValue]


@dataclass
class Field:
    id: int
    name: str
    type: str
    of: str | None = None
    max: int = 0
    text_max: int = 0
    optional: bool = False
    note: str = ""


@dataclass
class Struct:
    name: str
    fields: list[Field]


@dataclass
class Message(Struct):
    code: int = 0
    kind: str = ""
    subject: str = ""
    door: str = "socket"
    method: str = ""
    path: str = ""
    scope: str = "none"
    reply: str = ""
    lane: str = "normal"
    hot: bool = False
    planned: bool = False  # described ahead of the server; asked for, it is an unknown operation
    summary: str = ""


@dataclass
class ErrorText:
    name: str
    code: int
    status: int
    zh: str
    en: str


@dataclass
class Schema:
    enums: dict[str, Enum] = field(default_factory=dict)
    structs: dict[str, Struct] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    errors: list[ErrorText] = field(default_factory=list)

    def requests(self) -> list[Message]:
        return [m for m in self.messages.values() if m.kind == "request"]

    def served(self) -> list[Message]:
        """What the server has a row for."""
        return [m for m in self.requests() if not m.planned]

    def item_kind(self, of: str) -> str:
        """What a list or record is made of: scalar, enum or struct."""
        if of in SCALARS:
            return "scalar"
        if of in self.enums:
            return "enum"
        if of in self.structs:
            return "struct"
        raise SchemaError(f"unknown type {of}")


def load(folder: Path = PROTO / "schema") -> Schema:
    schema = Schema()
    for path in sorted(folder.glob("*.toml")):
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
        if path.stem == "types":
            _read_types(schema, tables, _value_notes(source))
        elif path.stem == "errors":
            schema.errors = [ErrorText(name, **row) for name, row in tables.items()]
        else:
            for name, table in tables.items():
                _read_message(schema, path.stem, name, table)
    values = [EnumValue(e.name, e.code, e.en) for e in schema.errors]
    schema.enums["error_code"] = Enum("error_code", values)
    schema.messages = dict(sorted(schema.messages.items(), key=lambda item: item[1].code))
    check(schema)
    return schema


def _value_notes(source: str) -> dict[tuple[str, str], str]:
    """TOML readers drop comments; those behind an enum value are its documentation."""
    notes: dict[tuple[str, str], str] = {}
    section = ""
    for line in source.splitlines():
        head = re.match(r"^\[enum\.(\w+)\]", line)
        if head:
            section = head[1]
        note = re.match(r"^(\w+)\s*=\s*\d+\s*#\s*(.*)$", line)
        if note and section:
            notes[section, note[1]] = note[2].strip()
    return notes


def _read_types(schema: Schema, tables: dict, notes: dict[tuple[str, str], str]) -> None:
    for name, values in tables.get("enum", {}).items():
        schema.enums[name] = Enum(
            name, [EnumValue(v, n, notes.get((name, v), "")) for v, n in values.items()])
    for name, table in tables.get("struct", {}).items():
        schema.structs[name] = Struct(name, _read_fields(name, table["fields"]))


def _read_fields(owner: str, rows: list[dict]) -> list[Field]:
    fields = []
    for row in rows:
        unknown = set(row) - set(Field.__dataclass_fields__)
        if unknown:
            raise SchemaError(f"{owner}: a field has unknown keys {sorted(unknown)}")
        fields.append(Field(**row))
    return sorted(fields, key=lambda f: f.id)


def _read_message(schema: Schema, subject: str, name: str, table: dict) -> None:
    unknown = set(table) - set(Message.__dataclass_fields__)
    if unknown:
        raise SchemaError(f"{name}: unknown keys {sorted(unknown)}")
    if name in schema.messages:
        raise SchemaError(f"{name}: described twice")
    row = dict(table, fields=_read_fields(name, table["fields"]))
    schema.messages[name] = Message(name=name, subject=subject, **row)


def check(schema: Schema) -> None:
    codes: dict[int, str] = {}
    for message in schema.messages.values():
        if message.code in codes:
            raise SchemaError(f"{message.name}: code {message.code} is {codes[message.code]}'s")
        codes[message.code] = message.name
        _check_message(schema, message)
    _check_names(schema)
    for enum in schema.enums.values():
        _check_enum(enum)
    for struct in [*schema.structs.values(), *schema.messages.values()]:
        _check_fields(schema, struct)
    for message in schema.messages.values():
        _check_size(schema, message)


def _check_message(schema: Schema, m: Message) -> None:
    _require(0 < m.code <= CODE_MAX, m.name, f"code {m.code} is out of range")
    _require(m.kind in KINDS, m.name, f"unknown kind {m.kind}")
    _require(m.scope in SCOPES, m.name, f"unknown scope {m.scope}")
    _require(m.lane in LANES, m.name, f"unknown lane {m.lane}")
    _require(m.door in ("socket", "http"), m.name, f"unknown door {m.door}")
    _require(bool(m.summary), m.name, "has no summary")
    _require((m.door == "http") == bool(m.path) == bool(m.method), m.name,
             "an HTTP door needs method and path, and nothing else has them")
    if m.kind == "request":
        reply = schema.messages.get(m.reply)
        _require(reply is not None and reply.kind == "reply", m.name, f"no reply {m.reply}")
        first = m.fields[0] if m.fields else None
        if m.scope not in ("none", "source"):
            _require(first is not None and first.name == f"{m.scope}_id" and not first.optional,
                     m.name, "the field that names the scope comes first")
    else:
        _require(not m.reply, m.name, "only a request has a reply")


def _check_enum(enum: Enum) -> None:
    numbers = [v.number for v in enum.values]
    _require(bool(numbers), enum.name, "has no values")
    _require(len(set(numbers)) == len(numbers), enum.name, "a number is used twice")
    _require(all(0 < n <= 65535 for n in numbers), enum.name, "0 is never a value")


def _check_fields(schema: Schema, struct: Struct) -> None:
    ids = [f.id for f in struct.fields]
    names = [f.name for f in struct.fields]
    _require(len(set(ids)) == len(ids), struct.name, "a field number is used twice")
    _require(len(set(names)) == len(names), struct.name, "a field name is used twice")
    for f in struct.fields:
        where = f"{struct.name}.{f.name}"
        _require(1 <= f.id <= FIELD_ID_MAX, where, f"field number {f.id} is out of range")
        _require(f.type in SCALARS or f.type in ("enum", "struct", "list"), where,
                 f"unknown type {f.type}")
        _require((f.max > 0) == (f.type in SIZED), where, "max is for int, text, bin and list")
        _require(f.max < 2**32, where, "max is out of range")
        if f.type == "enum":
            _require(f.of in schema.enums, where, f"unknown enum {f.of}")
        elif f.type == "struct":
            _require(f.of in schema.structs, where, f"unknown struct {f.of}")
        elif f.type == "list":
            _require(f.of in ("id", "text") or f.of in schema.enums or f.of in schema.structs,
                     where, f"a list of {f.of} is not possible")
            _require((f.text_max > 0) == (f.of == "text"), where, "text_max is for lists of text")


def _check_names(schema: Schema) -> None:
    names = [*schema.enums, *schema.structs, *schema.messages]
    for name in names:
        _require(NAME.match(name) is not None, name, "is not a lower_case name")
        _require(name not in RESERVED and not name.startswith("list_"), name, "is reserved")
        _require(names.count(name) == 1, name, "names two things")
    constants: dict[str, str] = {f"WIRE_{m.upper()}": m for m in schema.messages}
    for enum in schema.enums.values():
        for value in enum.values:
            constant = f"WIRE_{enum.name}_{value.name}".upper()
            _require(constant not in constants, constant, "names two things")
            constants[constant] = enum.name
    for struct in [*schema.structs.values(), *schema.messages.values()]:
        for f in struct.fields:
            _require(NAME.match(f.name) is not None, f"{struct.name}.{f.name}", "is not a name")
            _require(f.name not in RESERVED or f.name == "text", f"{struct.name}.{f.name}",
                     "is reserved")


def objects_max(schema: Schema, struct: Struct) -> int:
    """How many values the largest map of this kind holds, itself and its keys counted."""
    total = 1
    for f in struct.fields:
        item = schema.structs.get(f.of or "")
        one = objects_max(schema, item) if item else 1
        total += 1 + (1 + f.max * one if f.type == "list" else one)
    return total


def depth_max(schema: Schema, struct: Struct) -> int:
    deepest = 1
    for f in struct.fields:
        item = schema.structs.get(f.of or "")
        below = (depth_max(schema, item) if item else 0) + (1 if f.type == "list" else 0)
        deepest = max(deepest, 1 + below)
    return deepest


def bytes_max(schema: Schema, struct: Struct) -> int:
    """An upper bound of the encoded size of this map."""
    total = 3
    for f in struct.fields:
        total += 1 + _field_bytes(schema, f)
    return total


def _field_bytes(schema: Schema, f: Field) -> int:
    if f.type == "text":
        return 5 + 4 * f.max
    if f.type == "bin":
        return 5 + f.max
    if f.type == "key":
        return 18
    if f.type == "struct":
        return bytes_max(schema, schema.structs[f.of or ""])
    if f.type == "list":
        item = schema.structs.get(f.of or "")
        one = bytes_max(schema, item) if item else 5 + 4 * f.text_max if f.of == "text" else 9
        return 3 + f.max * one
    return 9


def _check_size(schema: Schema, m: Message) -> None:
    _require(1 + depth_max(schema, m) <= FRAME_DEPTH_MAX, m.name, "nests too deep for a frame")
    is_request = m.kind == "request"
    objects = FRAME_OBJECTS_MAX if is_request else REPLY_OBJECTS_MAX
    _require(3 + objects_max(schema, m) <= objects, m.name, "has too many values")
    size = FRAME_BYTES_MAX if is_request and m.door == "socket" else REPLY_BYTES_MAX
    _require(10 + bytes_max(schema, m) <= size, m.name, "can exceed a frame")


def _require(holds: bool, where: str, problem: str) -> None:
    if not holds:
        raise SchemaError(f"{where}: {problem}")
