"""emit_ts: TypeScript types, one reader and one writer per record, both ends of a connection.

client.ts encodes requests and decodes what a server sends; server.ts is the opposite, for tests.
Everything is an exported function or constant, so that a bundler drops what a page does not use.
"""

from __future__ import annotations

from schema import Enum, Field, Message, Schema, SchemaError, Struct

BANNER = "// Made by proto/generate from proto/schema. Not to be edited.\n"
GLOBALS = {"Error", "Map", "Set", "Promise", "Object", "Array", "Number", "String", "Symbol"}
METHOD = {"id": "uint", "int": "uint", "time": "int", "bool": "bool", "text": "text",
          "bin": "bin", "key": "bin"}
TYPE = {"id": "number", "int": "number", "time": "number", "bool": "boolean", "text": "string",
        "bin": "Uint8Array", "key": "Uint8Array"}
EMPTY = {"id": "0", "int": "0", "time": "0", "bool": "false", "text": '""', "bin": "noBytes",
         "key": "noBytes"}


def pascal(name: str) -> str:
    joined = "".join(part.capitalize() for part in name.split("_"))
    return f"{joined}Body" if joined in GLOBALS else joined


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def files(schema: Schema) -> dict[str, str]:
    _check(schema)
    return {
        "enums.ts": BANNER + "".join(_enum(e) for e in schema.enums.values()),
        "names.ts": BANNER + "".join(_names(e) for e in schema.enums.values()),
        "errors.ts": _errors(schema),
        "types.ts": _types(schema),
        "limits.ts": BANNER + "".join(_limits(s) for s in _records(schema)),
        "readers.ts": _readers(schema),
        "writers.ts": _writers(schema),
        "client.ts": _end(_outgoing(schema), _incoming(schema), "", "Incoming"),
        "server.ts": _end(_incoming(schema), _outgoing(schema), "Server", "Request"),
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
    parts = [BANNER, _import(enums, "./enums.ts", "import type") + "\n"]
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


def _import_types(schema: Schema, with_enums: bool) -> str:
    names = sorted(pascal(s.name) for s in _records(schema))
    text = _import(names, "./types.ts", "import type")
    if with_enums:
        enums = sorted({pascal(f.of or "") for s in _records(schema) for f in s.fields
                        if f.of in schema.enums})
        text += _import(enums, "./enums.ts", "import type")
    return text


def _read(schema: Schema, f: Field) -> str:
    if f.type == "list":
        of = f.of or ""
        kind = schema.item_kind(of)
        if kind == "struct":
            return f"r.list({f.max}, read{pascal(of)})"
        if kind == "enum":
            return f"r.list({f.max}, readUint) as {pascal(of)}[]"
        return f"r.list({f.max}, read{METHOD[of].capitalize()})"
    if f.type == "struct":
        return f"read{pascal(f.of or '')}(r)"
    if f.type == "enum":
        return f"r.uint() as {pascal(f.of or '')}"
    return f"r.{METHOD[f.type]}()"


def _initial(schema: Schema, f: Field) -> str:
    if f.type == "list":
        return "[]"
    if f.type == "struct":
        of = pascal(f.of or "")
        return f"undefined as unknown as {of}"
    if f.type == "enum":
        return f"0 as {pascal(f.of or '')}"
    return EMPTY[f.type]


def _reader(schema: Schema, struct: Struct) -> str:
    name = pascal(struct.name)
    head = f"\nexport function read{name}(r: Reader): {name} {{\n"
    if not struct.fields:
        return (head + "    for (let left = r.map(); left > 0; left--) r.unknown(r.uint());\n"
                "    return {};\n}\n")
    initial = "".join(f"        {camel(f.name)}: {_initial(schema, f)},\n"
                      for f in struct.fields if not f.optional)
    need = sum(1 << i for i, f in enumerate(struct.fields) if not f.optional)
    cases = "".join(
        f"            case {f.id}:\n                seen = r.once(seen, {1 << i});\n"
        f"                out.{camel(f.name)} = {_read(schema, f)};\n                break;\n"
        for i, f in enumerate(struct.fields))
    return (f"{head}    const out: {name} = {{\n{initial}    }};\n    let seen = 0;\n"
            f"    for (let left = r.map(); left > 0; left--) {{\n        const key = r.uint();\n"
            f"        switch (key) {{\n{cases}"
            "            default:\n                r.unknown(key);\n        }\n    }\n"
            f"    r.complete(seen, {need});\n    return out;\n}}\n")


def _readers(schema: Schema) -> str:
    return (BANNER + 'import { noBytes, readText, readUint, type Reader } from "../reader.ts";\n'
            + _import_types(schema, True) + "".join(_reader(schema, s) for s in _records(schema)))


def _write(schema: Schema, f: Field, value: str) -> str:
    if f.type == "list":
        of = f.of or ""
        kind = schema.item_kind(of)
        writer = (f"write{pascal(of)}" if kind == "struct" else "writeUint" if kind == "enum"
                  else f"write{METHOD[of].capitalize()}")
        return f"w.list({value}, {writer});"
    if f.type == "struct":
        return f"write{pascal(f.of or '')}(w, {value});"
    if f.type == "enum":
        return f"w.uint({value});"
    return f"w.{METHOD[f.type]}({value});"


def _writer(schema: Schema, struct: Struct) -> str:
    name = pascal(struct.name)
    optional = [f"v.{camel(f.name)}" for f in struct.fields if f.optional]
    fixed = len(struct.fields) - len(optional)
    count = f"{fixed} + present({', '.join(optional)})" if optional else str(fixed)
    value = "v" if struct.fields else "_v"
    lines = [f"\nexport function write{name}(w: Writer, {value}: {name}): void {{\n"
             f"    w.map({count});\n"]
    for f in struct.fields:
        value = f"v.{camel(f.name)}"
        step = f"w.uint({f.id});\n{{}}{_write(schema, f, value)}\n"
        if f.optional:
            lines.append(f"    if ({value} !== undefined) {{\n        "
                         + step.format("        ") + "    }\n")
        else:
            lines.append("    " + step.format("    "))
    return "".join(lines) + "}\n"


def _writers(schema: Schema) -> str:
    return (BANNER + 'import { present, writeText, writeUint, type Writer } from "../writer.ts";\n'
            + _import_types(schema, False) + "".join(_writer(schema, s) for s in _records(schema)))


def _end(out: list[Message], into: list[Message], prefix: str, what: str) -> str:
    """encode…/decode… for one end of a connection."""
    writers = _import([f"write{pascal(m.name)}" for m in out], "./writers.ts")
    readers = _import([f"read{pascal(m.name)}" for m in into], "./readers.ts")
    rows = "".join(f"    {m.name}: [{m.code}, write{pascal(m.name)}],\n" for m in out)
    cases = "".join(f'        case {m.code}:\n            return {{ name: "{m.name}", seq, '
                    f"body: read{pascal(m.name)}(r) }};\n" for m in into)
    sent = "IncomingName" if prefix else "RequestName"
    received = "RequestName" if prefix else "IncomingName"
    return (f'{BANNER}import {{ WireError }} from "../wire_error.ts";\n'
            'import { Reader } from "../reader.ts";\nimport { Writer } from "../writer.ts";\n'
            f"{readers}{writers}"
            'import type { Bodies, IncomingName, RequestName } from "./types.ts";\n\n'
            f"export type {prefix}Frame = {{\n    [K in {received}]: {{ name: K; seq: number; "
            f"body: Bodies[K] }};\n}}[{received}];\n\n"
            f"const writers: {{ readonly [K in {sent}]: readonly "
            f"[number, (w: Writer, body: Bodies[K]) => void] }} = {{\n{rows}}};\n\n"
            f"/** One frame, ready to be sent; throws WireError when a number is not one. */\n"
            f"export function encode{prefix}Frame<K extends {sent}>(name: K, seq: number, "
            "body: Bodies[K]): Uint8Array {\n"
            "    const [code, write] = writers[name];\n    const w = new Writer();\n"
            "    w.array(3);\n    w.uint(code);\n    w.uint(seq);\n    write(w, body);\n"
            "    return w.finish();\n}\n\n"
            f"function read{what}(code: number, seq: number, r: Reader): {prefix}Frame {{\n"
            f"    switch (code) {{\n{cases}        default:\n"
            '            throw new WireError("unknown_operation", String(code));\n    }\n}\n\n'
            f"/** Throws WireError for everything that is not such a frame, whole and alone. */\n"
            f"export function decode{prefix}Frame(bytes: Uint8Array): {prefix}Frame {{\n"
            "    const r = new Reader(bytes);\n    r.envelope();\n"
            f"    const frame = read{what}(r.uint(), r.uint(), r);\n    r.end();\n"
            "    return frame;\n}\n")
