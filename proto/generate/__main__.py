"""Makes from proto/schema what the rest is built with. Standard library of Python 3.11 only.

    python3 proto/generate --c DIR         wire_schema.h and wire_schema.c (build time)
    python3 proto/generate --ts DIR        TypeScript types and codec (build time)
    python3 proto/generate --committed     PROTOCOL.md and vectors/, which are kept in the repository
    python3 proto/generate --check         fails if one of those is stale
    python3 proto/generate --update-lock   takes new numbers into numbers.lock
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import schema as schema_reader


def write(path: Path, content: str) -> None:
    """Leaves an unchanged file alone, so that nothing is rebuilt for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="proto/generate")
    parser.add_argument("--c", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    try:
        schema = schema_reader.load()
    except schema_reader.SchemaError as problem:
        print(f"proto/schema: {problem}", file=sys.stderr)
        return 1
    if arguments.c:
        import emit_c
        write(arguments.c / "wire_schema.h", emit_c.header(schema))
        write(arguments.c / "wire_schema.c", emit_c.source(schema))
    return 0


if __name__ == "__main__":
    sys.exit(main())
