"""emit_c: structs, enumerations and descriptor tables for server/wire."""

from __future__ import annotations

from schema import SCOPES, Enum, Field, Message, Schema, Struct

BANNER = "/* Made by proto/generate from proto/schema. Not to be edited. */\n"
SCALAR_TYPE = {
    "id": "uint64_t", "int": "uint32_t", "time": "int64_t", "bool": "bool",
    "text": "struct wire_text", "bin": "struct wire_bytes",
}


def header(schema: Schema) -> str:
    parts = [BANNER, "#ifndef WIRE_SCHEMA_H\n#define WIRE_SCHEMA_H\n\n",
             '#include "wire/wire_types.h"\n\nstruct wire_enum_info;\n\n']
    parts.append("/* Operation codes. */\n" + _operation_enum(schema) + "\n")
    parts += [_enum(e) + "\n" for e in schema.enums.values()]
    parts.append(_scope_enum() + "\n")
    for of in _enum_lists(schema):
        parts.append(f"struct wire_list_{of} {{\n    uint32_t count;\n"
                     f"    enum wire_{of} *items;\n}};\n\n")
    listed = _struct_lists(schema)
    for struct in _in_order(schema):
        parts.append(_struct(schema, struct) + "\n")
        if struct.name in listed:
            parts.append(f"struct wire_list_{struct.name} {{\n    uint32_t count;\n"
                         f"    struct wire_{struct.name} *items;\n}};\n\n")
    for message in schema.messages.values():
        parts.append(f"/* {message.kind} {message.code}: {message.summary} */\n"
                     + _struct(schema, message) + "\n")
    parts += [f"extern const struct wire_enum_info wire_enum_{name};\n" for name in schema.enums]
    parts.append("\n" + _request_macro(schema))
    parts.append("#endif\n")
    return "".join(parts)


def _operation_enum(schema: Schema) -> str:
    rows = [f"    WIRE_{m.name.upper()} = {m.code},\n" for m in schema.messages.values()]
    count = len(schema.served())
    top = max(m.code for m in schema.messages.values())
    return ("enum wire_operation {\n" + "".join(rows) + "};\n"
            f"#define WIRE_REQUEST_COUNT {count}\n#define WIRE_CODE_MAX {top}\n")


def _enum(enum: Enum) -> str:
    rows = [f"    WIRE_{enum.name}_{v.name}".upper() + f" = {v.number},\n" for v in enum.values]
    top = max(v.number for v in enum.values)
    return (f"enum wire_{enum.name} {{\n" + "".join(rows) + "};\n"
            f"#define WIRE_{enum.name.upper()}_MAX {top}\n")


def _scope_enum() -> str:
    values = "".join(f"    WIRE_SCOPE_{scope.upper()},\n" for scope in SCOPES)
    return ("/* What a request is about; the dispatcher looks its facts up for the permission. */\n"
            f"enum wire_scope {{\n{values}}};\n")


def _request_macro(schema: Schema) -> str:
    """For tables and tests that must have one row per operation."""
    rows = [f"    X(WIRE_{m.name.upper()}, {m.name})" for m in schema.messages.values()]
    requests = [f"    X(WIRE_{m.name.upper()}, {m.name})" for m in schema.served()]
    return ("/* clang-format off */\n"
            "#define WIRE_EACH_MESSAGE(X) \\\n" + " \\\n".join(rows) + "\n\n"
            "#define WIRE_EACH_REQUEST(X) \\\n" + " \\\n".join(requests) + "\n"
            "/* clang-format on */\n\n")


def _in_order(schema: Schema) -> list[Struct]:
    """Structs such that each comes after those it holds."""
    done: dict[str, Struct] = {}

    def add(struct: Struct, above: tuple[str, ...]) -> None:
        if struct.name in above:
            raise SystemExit(f"{struct.name} holds itself")
        for f in struct.fields:
            if f.of in schema.structs:
                add(schema.structs[f.of], (*above, struct.name))
        done.setdefault(struct.name, struct)

    for struct in schema.structs.values():
        add(struct, ())
    return list(done.values())


def _all(schema: Schema) -> list[Struct]:
    return [*schema.structs.values(), *schema.messages.values()]


def _struct_lists(schema: Schema) -> set[str]:
    return {f.of or "" for s in _all(schema) for f in s.fields
            if f.type == "list" and f.of in schema.structs}


def _enum_lists(schema: Schema) -> list[str]:
    return sorted({f.of or "" for s in _all(schema) for f in s.fields
                   if f.type == "list" and f.of in schema.enums})


def _member_type(f: Field) -> str:
    if f.type == "enum":
        return f"enum wire_{f.of}"
    if f.type == "struct":
        return f"struct wire_{f.of}"
    if f.type == "list":
        return f"struct wire_list_{f.of}"
    return SCALAR_TYPE[f.type]


def _struct(schema: Schema, struct: Struct) -> str:
    lines = [f"struct wire_{struct.name} {{\n"]
    for f in struct.fields:
        if f.optional:
            lines.append(f"    bool has_{f.name};\n")
        if f.type == "key":
            lines.append(f"    uint8_t {f.name}[WIRE_KEY_BYTES];\n")
        else:
            bound = f" /* at most {f.max} */" if f.max else ""
            lines.append(f"    {_member_type(f)} {f.name};{bound}\n")
    if not struct.fields:
        lines.append("    char nothing; /* C has no empty struct */\n")
    return "".join(lines) + "};\n"


def source(schema: Schema) -> str:
    parts = [BANNER, '#include "wire/wire_schema.h"\n\n#include <stddef.h>\n\n'
             '#include "wire/wire_descriptor.h"\n\n']
    parts += [_enum_table(e) for e in schema.enums.values()]
    for struct in _in_order(schema):
        parts.append(_field_table(schema, struct, "struct"))
    for message in schema.messages.values():
        parts.append(_field_table(schema, message, "body"))
    parts.append(_operations(schema))
    parts.append(_errors(schema))
    return "".join(parts)


def _enum_table(enum: Enum) -> str:
    top = max(v.number for v in enum.values)
    rows = [f'    [{v.number}] = "{v.name}",\n' for v in enum.values]
    return (f"static const char *const {enum.name}_names[{top + 1}] = {{\n" + "".join(rows)
            + f'}};\nconst struct wire_enum_info wire_enum_{enum.name} = {{"{enum.name}", {top}, '
            f"{enum.name}_names}};\n\n")


def _field_row(schema: Schema, struct: Struct, f: Field) -> str:
    owner = f"struct wire_{struct.name}"
    parts = [f".id = {f.id}", f".type = WIRE_TYPE_{f.type.upper()}", f'.name = "{f.name}"',
             f".offset = offsetof({owner}, {f.name})"]
    if f.optional:
        parts += [".optional = true", f".has_offset = offsetof({owner}, has_{f.name})"]
    if f.max:
        parts.append(f".max = {f.max}")
    item = f.type
    if f.type == "list":
        item = "enum" if f.of in schema.enums else "struct" if f.of in schema.structs else f.of
        c_type = {"enum": f"enum wire_{f.of}", "struct": f"struct wire_{f.of}"}.get(
            item or "", SCALAR_TYPE.get(item or "", ""))
        parts.append(f".item_type = WIRE_TYPE_{(item or '').upper()}")
        parts.append(f".item_size = sizeof({c_type})")
        if f.text_max:
            parts.append(f".item_max = {f.text_max}")
    if item == "enum":
        parts.append(f".enumeration = &wire_enum_{f.of}")
    if item == "struct":
        parts.append(f".record = &struct_{f.of}")
    return "    {" + ", ".join(parts) + "},\n"


def _field_table(schema: Schema, struct: Struct, prefix: str) -> str:
    table = f"{prefix}_{struct.name}_fields"
    size = f"sizeof(struct wire_{struct.name})"
    count = len(struct.fields)
    rows = "".join(_field_row(schema, struct, f) for f in struct.fields)
    rows = f"static const struct wire_field_info {table}[] = {{\n{rows}}};\n" if rows else ""
    pointer = table if rows else "NULL"
    return (f"{rows}static const struct wire_struct_info {prefix}_{struct.name} = {{"
            f'"{struct.name}", {size}, {count}, {pointer}}};\n\n')


def _operation_row(m: Message) -> str:
    parts = [f".code = WIRE_{m.name.upper()}", f'.name = "{m.name}"',
             f".kind = WIRE_KIND_{m.kind.upper()}", f".door = WIRE_DOOR_{m.door.upper()}",
             f".scope = WIRE_SCOPE_{m.scope.upper()}", f".lane = WIRE_LANE_{m.lane.upper()}",
             f".body = &body_{m.name}"]
    if m.reply:
        parts.append(f".reply = WIRE_{m.reply.upper()}")
    if m.hot:
        parts.append(".hot = true")
    if m.path:
        parts += [f'.method = "{m.method}"', f'.path = "{m.path}"']
    return f"    [{m.code}] = {{" + ", ".join(parts) + "},\n"


def _operations(schema: Schema) -> str:
    rows = "".join(_operation_row(m) for m in schema.messages.values())
    return ("const struct wire_operation_info wire_operations[WIRE_CODE_MAX + 1] = {\n"
            + rows + "};\n\n")


def _errors(schema: Schema) -> str:
    rows = "".join(f'    [{e.code}] = {{{e.code}, {e.status}, "{e.name}", "{e.zh}", "{e.en}"}},\n'
                   for e in schema.errors)
    return f"const struct wire_error_info wire_errors[WIRE_ERROR_CODE_MAX + 1] = {{\n{rows}}};\n"
