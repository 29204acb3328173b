"""Makes from proto/schema what the rest is built with. Standard library of Python 3.11 only.

    python3 proto/generate --c DIR         wire_schema.h and wire_schema.c (build time)
    python3 proto/generate --ts DIR        TypeScript types and codec (build time)
    python3 proto/generate --committed     PROTOCOL.md and vectors/, which the repository keeps
    python3 proto/generate --check         fails if one of those is stale
    python3 proto/generate --update-lock   takes new numbers into numbers.lock
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import lock
import schema as schema_reader
from schema import PROTO, Schema, SchemaError


def write(path: Path, content: str) -> None:
    """Leaves an unchanged file alone, so that nothing is rebuilt for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def committed(schema: Schema) -> dict[Path, str]:
    """What is made from the schema and kept in the repository."""
    import emit_docs
    import emit_vectors
    files = {PROTO / "vectors" / name: text for name, text in emit_vectors.files(schema).items()}
    files[PROTO / "PROTOCOL.md"] = emit_docs.document(schema)
    return files


def stale(schema: Schema) -> list[str]:
    problems = [f"{key} is not in numbers.lock: python3 proto/generate --update-lock"
                for key in lock.check(schema)]
    files = committed(schema)
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{path.name} is stale: python3 proto/generate --committed")
    for path in (PROTO / "vectors").glob("*"):
        if path not in files:
            problems.append(f"{path.name} belongs to no subject any more: delete it")
    return problems


def run(arguments: argparse.Namespace) -> int:
    schema = schema_reader.load()
    if arguments.update_lock:
        write(lock.PATH, lock.update(schema))
    lock.check(schema)
    if arguments.c:
        import emit_c
        write(arguments.c / "wire_schema.h", emit_c.header(schema))
        write(arguments.c / "wire_schema.c", emit_c.source(schema))
    if arguments.ts:
        import emit_ts
        for name, text in emit_ts.files(schema).items():
            write(arguments.ts / name, text)
    if arguments.committed:
        for path, text in committed(schema).items():
            write(path, text)
    problems = stale(schema) if arguments.check else []
    for problem in problems:
        print(f"proto: {problem}", file=sys.stderr)
    return 1 if problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="proto/generate")
    parser.add_argument("--c", type=Path, metavar="DIR")
    parser.add_argument("--ts", type=Path, metavar="DIR")
    parser.add_argument("--committed", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update-lock", action="store_true")
    try:
        return run(parser.parse_args())
    except SchemaError as problem:
        print(f"proto: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
