"""emit_ts: TypeScript types, and the tables by which the codec reads and writes them.

The codec itself (clients/wire/src/codec.ts) is one loop over a table: a page loads a line per
record instead of a function, and every new subject costs it some hundred bytes.
"""

from __future__ import annotations

from schema import Enum, Field, Message, Schema, SchemaError, Struct

BANNER = "// Made by proto/generate from proto/schema. Not to be edited.\n"
GLOBALS = {"Error", "Map", "Set", "Promise", "Object", "Array", "Number", "String", "Symbol"}
# What a page needs before anything else; the rest of the table comes when it is wanted.
FIRST_SUBJECTS = {"session", "room", "message", "member", "account", "alert", "media"}
LETTER = {"id": "u", "int": "u", "time": "i", "bool": "b", "text": "t", "bin": "x", "key": "x"}
TYPE = {"id": "number", "int": "number", "time": "number", "bool": "boolean", "text": "string",
        "bin": "Uint8Array", "key": "Uint8Array"}


def pascal(name: str) -> str:
    joined = "".join(part.capitalize() for part in name.split("_"))
    return f"{joined}Body" if joined in GLOBALS else joined


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def files(schema: Schema) -> dict[str, str]:
    _check(schema)
    return {
        **_enums(schema),
        "names.ts": BANNER + "".join(_names(e) for e in schema.enums.values()),
        "errors.ts": _errors(schema),
        "types.ts": _types(schema),
        "limits.ts": BANNER + "".join(_limits(s) for s in _records(schema)),
        **_tables(schema),
    }


def _records(schema: Schema) -> list[Struct]:
    return [*schema.structs.values(), *schema.messages.values()]


def _outgoing(schema: Schema) -> list[Message]:
    """What a client may ask over a socket."""
    return [m for m in schema.requests() if m.door == "socket"]


def _incoming(schema: Schema) -> list[Message]:
    """What a server can send over a socket: events, and replies to requests of the socket."""
    replies = {m.reply for m in schema.requests() if m.door == "socket"} | {"error"}
    return [m for m in schema.messages.values() if m.kind == "event" or m.name in replies]


def _check(schema: Schema) -> None:
    names = [pascal(n) for n in [*schema.enums, *schema.structs, *schema.messages]]
    for name in names:
        if names.count(name) > 1:
            raise SchemaError(f"{name} would be two things in TypeScript")
    for struct in _records(schema):
        if len(struct.fields) > 31:
            raise SchemaError(f"{struct.name}: the readers keep what they saw in 31 bits")


def _enum(enum: Enum) -> str:
    name = pascal(enum.name)
    members = "".join(f"    {camel(v.name)}: {v.number},\n" for v in enum.values)
    return (f"\nexport const {name} = {{\n{members}}} as const;\n"
            f"export type {name} = (typeof {name})[keyof typeof {name}];\n")


def _first_enums(schema: Schema) -> set[str]:
    first = _within(schema, [m for m in [*_outgoing(schema), *_incoming(schema)]
                             if m.subject in FIRST_SUBJECTS])
    return {f.of for s in _records(schema) if s.name in first for f in s.fields if f.of}


def _enums(schema: Schema) -> dict[str, str]:
    """Those of the first load stand apart: a bundler keeps a file together."""
    first = _first_enums(schema)
    def text(is_first: bool) -> str:
        return BANNER + "".join(_enum(e) for e in schema.enums.values()
                                if (e.name in first) == is_first)
    return {"enums.ts": text(True), "more_enums.ts": text(False)}


def _names(enum: Enum) -> str:
    """Apart from the values: few pages need them, and none of the first load."""
    names = "".join(f'    {v.number}: "{v.name}",\n' for v in enum.values)
    return ("\n/** By value, as in the schema; a newer server may send others, too. */\n"
            f"export const {camel(enum.name)}Names: Readonly<Record<number, string>> = {{\n"
            f"{names}}};\n")


def _errors(schema: Schema) -> str:
    def table(name: str, attribute: str) -> str:
        rows = "".join(f'    {e.code}: "{getattr(e, attribute)}",\n' for e in schema.errors)
        return f"export const {name}: Readonly<Record<number, string>> = {{\n{rows}}};\n"

    return (BANNER + "\n/** By code: what a person may be shown. The names are errorCodeNames. */\n"
            + table("errorTextsZh", "zh")
            + "\n" + table("errorTextsEn", "en"))


def _import(names: list[str], path: str, what: str = "import") -> str:
    rows = "".join(f"    {name},\n" for name in names)
    return f'{what} {{\n{rows}}} from "{path}";\n'


def _ts_type(schema: Schema, f: Field) -> str:
    if f.type == "list":
        of = f.of or ""
        return f"{TYPE.get(of) or pascal(of)}[]"
    return TYPE.get(f.type) or pascal(f.of or "")


def _interface(schema: Schema, struct: Struct) -> str:
    if not struct.fields:
        return f"export type {pascal(struct.name)} = Record<never, never>;\n\n"
    lines = []
    for f in struct.fields:
        note = f"    /** {f.note} */\n" if f.note else ""
        mark = "?" if f.optional else ""
        lines.append(f"{note}    {camel(f.name)}{mark}: {_ts_type(schema, f)};\n")
    return f"export interface {pascal(struct.name)} {{\n{''.join(lines)}}}\n\n"


def _types(schema: Schema) -> str:
    enums = sorted({pascal(f.of or "") for s in _records(schema) for f in s.fields
                    if f.of in schema.enums})
    first = {pascal(name) for name in _first_enums(schema)}
    parts = [BANNER, _import([e for e in enums if e in first], "./enums.ts", "import type"),
             _import([e for e in enums if e not in first], "./more_enums.ts", "import type") + "\n"]
    parts += [_interface(schema, s) for s in schema.structs.values()]
    for m in schema.messages.values():
        parts.append(f"/** {m.kind} {m.code}: {m.summary} */\n" + _interface(schema, m))
    rows = "".join(f"    {m.name}: {pascal(m.name)};\n" for m in schema.messages.values())
    parts.append("/** Every message by its name in the schema. */\n"
                 f"export interface Bodies {{\n{rows}}}\n\n")
    parts.append("export type OpName = keyof Bodies;\n")
    for name, messages in (("RequestName", _outgoing(schema)), ("IncomingName", _incoming(schema))):
        union = "".join(f'\n    | "{m.name}"' for m in messages)
        parts.append(f"export type {name} ={union};\n")
    replies = "".join(f'    {m.name}: "{m.reply}";\n' for m in schema.requests())
    parts.append("\n/** What answers a request that was done. */\n"
                 f"export interface ReplyNames {{\n{replies}}}\n")
    codes = "".join(f"    {m.name}: {m.code},\n" for m in schema.messages.values())
    parts.append(f"\nexport const Op: {{ readonly [K in OpName]: number }} = {{\n{codes}}};\n")
    return "".join(parts)


def _limits(struct: Struct) -> str:
    rows = [f"    {camel(f.name)}: {f.max},\n" for f in struct.fields if f.max]
    if not rows:
        return ""
    return f"\nexport const {camel(struct.name)}Max = {{\n{''.join(rows)}}} as const;\n"


def _field(schema: Schema, f: Field) -> str:
    """`number name type`: `?` may be absent, `*max` a list; a type is a letter or a record."""
    of = (f.of or "") if f.type in ("list", "struct") else f.type
    kind = schema.item_kind(of) if f.type == "list" else f.type
    word = of if kind == "struct" else LETTER.get(of, "u")
    many = f"*{f.max}" if f.type == "list" else ""
    return f"{f.id}{camel(f.name)}{'?' if f.optional else ''}:{word}{many}"


def _within(schema: Schema, messages: list[Message]) -> set[str]:
    """These messages and the records in them."""
    found: set[str] = set()
    todo = [m.name for m in messages]
    records = {s.name: s for s in _records(schema)}
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [f.of for f in records[name].fields if f.of in schema.structs]
    return found


def _lines(schema: Schema, name: str, structs: set[str]) -> str:
    rows = "".join(f'    {s.name}: "{" ".join(_field(schema, f) for f in s.fields)}",\n'
                   for s in _records(schema) if s.name in structs)
    return f"\nexport const {name} = {{\n{rows}}} as const;\n"


def _codes(name: str, messages: list[Message]) -> str:
    rows = "".join(f"    {m.name}: {m.code},\n" for m in messages)
    return f"\nexport const {name} = {{\n{rows}}} as const;\n"


def _tables(schema: Schema) -> dict[str, str]:
    """What src/codec.ts reads and writes by: a line for each record (its fields as `number name
    type`), and the codes of each end. Three files: the first load, the rest, the HTTP doors."""
    ends = [_outgoing(schema), _incoming(schema)]
    first = [[m for m in end if m.subject in FIRST_SUBJECTS] for end in ends]
    more = [[m for m in end if m.subject not in FIRST_SUBJECTS] for end in ends]
    in_first = _within(schema, first[0] + first[1])
    in_more = _within(schema, more[0] + more[1]) - in_first
    doors = {s.name for s in _records(schema)} - in_first - in_more
    return {
        "tables.ts": BANNER + _lines(schema, "RECORDS", in_first)
        + _codes("REQUEST_CODES", first[0]) + _codes("INCOMING_CODES", first[1]),
        "more_tables.ts": BANNER + _lines(schema, "MORE_RECORDS", in_more)
        + _codes("MORE_REQUEST_CODES", more[0]) + _codes("MORE_INCOMING_CODES", more[1]),
        "door_tables.ts": BANNER + _lines(schema, "DOOR_RECORDS", doors),
    }
