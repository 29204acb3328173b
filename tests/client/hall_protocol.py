"""The protocol as PROTOCOL.md tells it: its tables are read, and nothing else of the repository.

    frame = protocol.encode("room_read", 7, {"room_id": 1, "seq": 42})
    name, seq, body = protocol.decode(frame)

Bodies are dictionaries by field name; enumerations are their names (a number when unknown), keys
and binaries are bytes.
"""
from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgpack

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "proto" / "PROTOCOL.md"


@dataclass
class Field:
    number: int
    name: str
    kind: str            # id int time bool text bin key, or the name of a record or enumeration
    is_list: bool
    optional: bool


@dataclass
class Table:
    """A body or a record."""
    name: str
    fields: list[Field] = field(default_factory=list)
    code: int = 0        # of an operation
    kind: str = ""       # request, reply, event
    planned: bool = False  # described ahead of the server
    reply: str = ""      # what answers a request
    door: str = ""       # "POST /api/…" when it goes over HTTP

    def by_name(self, name: str) -> Field:
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(f"{self.name} has no field {name}")


class Frame(NamedTuple):
    name: str
    seq: int
    body: dict[str, Any]


class Malformed(Exception):
    """These bytes are no frame of the protocol."""


HEADING = re.compile(r"^#{3,4} (\w+)$")
FACTS = re.compile(r"^\*\*(request|reply|event) (\d+)\*\*(.*)$")
ROW = re.compile(r"^\| (\d+) \| `(\w+)`(\??) \| ([^|]*?) \|")
VALUE = re.compile(r"(\d+) `(\w+)`")
ERROR = re.compile(r"^\| (\d+) \| `(\w+)` \| (\d+) \|")


class Protocol:
    def __init__(self, document: pathlib.Path = DOCUMENT):
        self.operations: dict[str, Table] = {}
        self.records: dict[str, Table] = {}
        self.enums: dict[str, dict[str, int]] = {}
        self._read(document.read_text(encoding="utf-8"))
        self.by_code = {one.code: one for one in self.operations.values()}

    def _read(self, text: str) -> None:
        section, table = "", Table("")
        errors = self.enums.setdefault("error_code", {})
        for line in text.splitlines():
            if line.startswith("## "):
                section = line.split()[-1].lower()
            elif head := HEADING.match(line):
                table = Table(head[1])
                if section == "records":
                    self.records[table.name] = table
            elif section == "operations" and (facts := FACTS.match(line)):
                self._read_facts(table, facts)
            elif section in ("operations", "records") and (row := ROW.match(line)):
                table.fields.append(self._field(row))
            elif section == "enumerations" and (values := VALUE.findall(line)):
                self.enums[table.name] = {name: int(number) for number, name in values}
            elif section == "errors" and (row := ERROR.match(line)):
                errors[row[2]] = int(row[1])

    def _read_facts(self, table: Table, facts: re.Match[str]) -> None:
        table.kind, table.code = facts[1], int(facts[2])
        table.planned = "not served yet" in facts[3]
        if reply := re.search(r"answered by \[`(\w+)`\]", facts[3]):
            table.reply = reply[1]
        if door := re.search(r"HTTP only: `([^`]+)`", facts[3]):
            table.door = door[1]
        self.operations[table.name] = table

    @staticmethod
    def _field(row: re.Match[str]) -> Field:
        kind = row[4]
        is_list = kind.startswith("list of ")
        plain = kind.removeprefix("list of ")
        linked = re.match(r"\[(\w+)\]", plain)
        name = linked[1] if linked else re.split(r"[ ,]", plain)[0]
        return Field(int(row[1]), row[2], name, is_list, bool(row[3]))

    # Values

    def encode(self, name: str, seq: int, body: dict[str, Any]) -> bytes:
        table = self.operations[name]
        return msgpack.packb([table.code, seq, self.encode_body(table, body)])

    def encode_body(self, table: Table, body: dict[str, Any]) -> dict[int, Any]:
        """Fields that are None are left out."""
        given = [(table.by_name(name), value) for name, value in body.items() if value is not None]
        missing = {f.name for f in table.fields if not f.optional} - {f.name for f, _ in given}
        if missing:
            raise ValueError(f"{table.name} needs {sorted(missing)}")
        given.sort(key=lambda pair: pair[0].number)
        return {f.number: self._encode(f, value) for f, value in given}

    def _encode(self, what: Field, value: Any) -> Any:
        if what.is_list:
            one = Field(what.number, what.name, what.kind, False, False)
            return [self._encode(one, item) for item in value]
        if what.kind in self.enums:
            return self.enums[what.kind].get(value, value)
        if what.kind in self.records:
            return self.encode_body(self.records[what.kind], value)
        return value

    def decode(self, raw: bytes) -> Frame:
        try:
            code, seq, body = msgpack.unpackb(raw, strict_map_key=False)
        except (ValueError, TypeError) as problem:
            raise Malformed(str(problem)) from problem
        table = self.by_code.get(code)
        if table is None:
            return Frame(f"unknown_{code}", seq, {})
        return Frame(table.name, seq, self.decode_body(table, body))

    def decode_body(self, table: Table, body: dict[int, Any]) -> dict[str, Any]:
        """Fields that the document does not know are skipped; a missing one is a fault."""
        known = {f.number: f for f in table.fields}
        missing = [f.name for f in table.fields if not f.optional and f.number not in body]
        if missing:
            raise Malformed(f"{table.name} without {missing}")
        return {known[number].name: self._decode(known[number], value)
                for number, value in body.items() if number in known}

    def _decode(self, what: Field, value: Any) -> Any:
        if what.is_list:
            one = Field(what.number, what.name, what.kind, False, False)
            return [self._decode(one, item) for item in value]
        if what.kind in self.enums:
            names = {number: name for name, number in self.enums[what.kind].items()}
            return names.get(value, value)
        if what.kind in self.records:
            return self.decode_body(self.records[what.kind], value)
        return value


protocol = Protocol()
