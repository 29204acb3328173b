"""lock: numbers.lock, the memory of every operation code, field number and enum value ever given.

One line per number: what it is, its number, what it means. A line is never taken out; a number no
longer in the schema gets the word `retired` at the end of its line and is not given again.
"""

from __future__ import annotations

from pathlib import Path

from schema import PROTO, Schema, SchemaError

PATH = PROTO / "numbers.lock"
HEAD = ("# Every number ever given on the wire. Kept by: python3 proto/generate --update-lock\n"
        "# A number that leaves the schema keeps its line, with `retired` behind it.\n")


def numbers(schema: Schema) -> dict[str, str]:
    """`kind owner number` → what the number means."""
    given: dict[str, str] = {}
    for message in schema.messages.values():
        given[f"message - {message.code}"] = f"{message.name} {message.kind}"
    for struct in [*schema.structs.values(), *schema.messages.values()]:
        for f in struct.fields:
            given[f"field {struct.name} {f.id}"] = " ".join(
                part for part in (f.name, f.type, f.of) if part)
    for enum in schema.enums.values():
        for value in enum.values:
            given[f"value {enum.name} {value.number}"] = value.name
    return given


def read(path: Path = PATH) -> dict[str, tuple[str, bool]]:
    """`kind owner number` → (meaning, whether it is retired)."""
    known: dict[str, tuple[str, bool]] = {}
    if not path.exists():
        return known
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        words = line.split()
        retired = words[-1] == "retired" and len(words) > 4
        meaning = " ".join(words[3:-1] if retired else words[3:])
        key = " ".join(words[:3])
        if key in known:
            raise SchemaError(f"numbers.lock: {key} has two lines")
        known[key] = (meaning, retired)
    return known


def check(schema: Schema) -> list[str]:
    """Refuses what broke the lock; returns the numbers that are not in it yet."""
    given = numbers(schema)
    known = read()
    for key, (meaning, retired) in known.items():
        if retired and key in given:
            raise SchemaError(f"numbers.lock: {key} is retired ({meaning}); take another number")
        if not retired and key not in given:
            raise SchemaError(f"numbers.lock: {key} ({meaning}) is gone from the schema; "
                              "mark its line `retired`")
        if not retired and given[key] != meaning:
            raise SchemaError(f"numbers.lock: {key} was `{meaning}` and is now `{given[key]}`; "
                              "retire it and give a new number")
    return [key for key in given if key not in known]


def update(schema: Schema) -> str:
    check(schema)
    known = read()
    rows = {key: (meaning, False) for key, meaning in numbers(schema).items()}
    rows |= {key: row for key, row in known.items() if row[1]}

    def order(key: str) -> tuple:
        kind, owner, number = key.split()
        return (("message", "field", "value").index(kind), owner, int(number))

    lines = [f"{key} {rows[key][0]}{' retired' if rows[key][1] else ''}\n"
             for key in sorted(rows, key=order)]
    return HEAD + "".join(lines)
