"""pack: the canonical encoding in a page, for the vectors. Values are what stands in the vectors'
`value`: field names, enum names, base64url for keys and binaries."""

from __future__ import annotations

import base64

from schema import Field, Message, Schema, Struct


def integer(value: int) -> bytes:
    for low, high, tag, width in ((0, 0x7F, None, 1), (-32, -1, None, 1), (0, 0xFF, 0xCC, 1),
                                  (0, 0xFFFF, 0xCD, 2), (0, 2**32 - 1, 0xCE, 4),
                                  (0, 2**64 - 1, 0xCF, 8), (-0x80, -1, 0xD0, 1),
                                  (-0x8000, -1, 0xD1, 2), (-(2**31), -1, 0xD2, 4),
                                  (-(2**63), -1, 0xD3, 8)):
        if low <= value <= high:
            body = value.to_bytes(width, "big", signed=value < 0)
            return body if tag is None else bytes([tag]) + body
    raise ValueError(value)


def _sized(length: int, short: int | None, limit: int, tags: tuple[int | None, int, int]) -> bytes:
    if short is not None and length < limit:
        return bytes([short | length])
    for tag, width in zip(tags, (1, 2, 4)):
        if tag is not None and length < 1 << 8 * width:
            return bytes([tag]) + length.to_bytes(width, "big")
    raise ValueError(length)


def text(value: str) -> bytes:
    raw = value.encode()
    return _sized(len(raw), 0xA0, 32, (0xD9, 0xDA, 0xDB)) + raw


def binary(value: bytes) -> bytes:
    return _sized(len(value), None, 0, (0xC4, 0xC5, 0xC6)) + value


def array(count: int) -> bytes:
    return _sized(count, 0x90, 16, (None, 0xDC, 0xDD))


def mapping(count: int) -> bytes:
    return _sized(count, 0x80, 16, (None, 0xDE, 0xDF))


def unbase64url(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def record(schema: Schema, struct: Struct, value: dict) -> bytes:
    present = [f for f in struct.fields if f.name in value]
    parts = [mapping(len(present))]
    for f in present:
        parts += [integer(f.id), _field(schema, f, f.type, value[f.name])]
    return b"".join(parts)


def _field(schema: Schema, f: Field, kind: str, value) -> bytes:
    if kind == "list":
        item = schema.item_kind(f.of or "")
        kind = (f.of or "") if item == "scalar" else item
        return array(len(value)) + b"".join(_field(schema, f, kind, v) for v in value)
    if kind == "struct":
        return record(schema, schema.structs[f.of or ""], value)
    if kind == "enum":
        return integer(next(v.number for v in schema.enums[f.of or ""].values if v.name == value))
    if kind == "bool":
        return b"\xc3" if value else b"\xc2"
    if kind == "text":
        return text(value)
    if kind in ("bin", "key"):
        return binary(unbase64url(value))
    return integer(value)


def frame(schema: Schema, message: Message, seq: int, value: dict) -> bytes:
    return array(3) + integer(message.code) + integer(seq) + record(schema, message, value)
