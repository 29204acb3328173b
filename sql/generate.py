#!/usr/bin/python3
"""Makes the statement table in C from sql/queries.

    generate.py --out DIR     writes DIR/store/sql_statements.h and .c
    generate.py --list        prints every statement with its arguments and row

A query file holds statements, each opened by a header in comments:

    -- name: ticket_escalate
    -- Words for people, any number of lines.
    -- principal: account        (optional: none, account or system; who the policies see)
    -- role: owner               (optional: app or owner; owner is hallctl's, never the server's)
    -- args: id bigint, due_at timestamptz
    -- row:  id bigint, state_version integer

Continuation lines of args and row begin with `--` and two or more spaces. Standard library only.
"""
import argparse
import dataclasses
import pathlib
import re
import sys

OIDS = {
    "boolean": 16, "bytea": 17, "bigint": 20, "smallint": 21, "integer": 23, "text": 25,
    "timestamptz": 1184, "jsonb": 3802, "uuid": 2950, "double precision": 701,
    "boolean[]": 1000, "bytea[]": 1001, "smallint[]": 1005, "integer[]": 1007, "text[]": 1009,
    "bigint[]": 1016, "timestamptz[]": 1185, "jsonb[]": 3807,
}
PRINCIPALS = ("none", "account", "system")
ROLES = ("app", "owner")
NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class Problem(Exception):
    """Something in a query file that cannot be accepted; says where."""


@dataclasses.dataclass
class Statement:
    name: str
    where: str
    doc: list = dataclasses.field(default_factory=list)
    args: list = dataclasses.field(default_factory=list)
    row: list = dataclasses.field(default_factory=list)
    principal: str = "none"
    role: str = "app"
    text: str = ""


def parse_columns(text, where):
    """`id bigint, name text` -> [(name, type)]"""
    columns = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, kind = part.partition(" ")
        kind = kind.strip()
        if not NAME.match(name) or kind not in OIDS:
            raise Problem(f"{where}: not a column: {part!r}")
        columns.append((name, kind))
    return columns


def strip_comments(line):
    """Comments inside a statement are for readers of the file, not for the server."""
    return re.sub(r"(^|\s)--(\s.*)?$", "", line).rstrip()


def check(statement):
    body = re.sub(r"'(?:[^']|'')*'", "''", statement.text)
    used = {int(n) for n in re.findall(r"\$(\d+)", body)}
    expected = set(range(1, len(statement.args) + 1))
    if used != expected:
        raise Problem(f"{statement.where}: {statement.name}: parameters {sorted(used)} are used, "
                      f"{len(statement.args)} are declared")
    if not statement.text:
        raise Problem(f"{statement.where}: {statement.name}: no statement")
    if ";" in body:
        raise Problem(f"{statement.where}: {statement.name}: more than one statement")
    if not statement.doc:
        raise Problem(f"{statement.where}: {statement.name}: say in a line what it does")


def parse_header(lines, statement):
    """Takes the comment lines under `-- name:`; returns how many there were."""
    fields, current, count = {}, None, 0
    for line in lines:
        if not line.startswith("--"):
            break
        count += 1
        found = re.match(r"^-- (args|row|principal|role):\s*(.*)$", line)
        if found:
            current = found.group(1)
            fields[current] = found.group(2)
        elif current in ("args", "row") and re.match(r"^--\s{2,}\S", line):
            fields[current] += " " + line[2:].strip()
        else:
            current = None
            statement.doc.append(line[2:].strip())
    statement.args = parse_columns(fields.get("args", ""), statement.where)
    statement.row = parse_columns(fields.get("row", ""), statement.where)
    statement.principal = fields.get("principal", "none").strip()
    statement.role = fields.get("role", "app").strip()
    if statement.principal not in PRINCIPALS or statement.role not in ROLES:
        raise Problem(f"{statement.where}: {statement.name}: unknown principal or role")
    return count


def parse_file(path):
    statements = []
    lines = path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        found = re.match(r"^-- name:\s*(\S+)\s*$", lines[at])
        if not found:
            if lines[at].strip() and not lines[at].startswith("--"):
                raise Problem(f"{path.name}:{at + 1}: text outside of a statement")
            at += 1
            continue
        statement = Statement(found.group(1), f"{path.name}:{at + 1}")
        if not NAME.match(statement.name):
            raise Problem(f"{statement.where}: not a name: {statement.name}")
        at += 1
        at += parse_header(lines[at:], statement)
        body = []
        while at < len(lines) and not lines[at].startswith("-- name:"):
            body.append(strip_comments(lines[at]))
            at += 1
        statement.text = "\n".join(line for line in body if line.strip()).strip()
        statement.text = statement.text.removesuffix(";").rstrip()
        check(statement)
        statements.append(statement)
    return statements


def load(folder):
    """Every statement of a folder, by name."""
    statements = {}
    for path in sorted(pathlib.Path(folder).glob("*.sql")):
        for statement in parse_file(path):
            if statement.name in statements:
                raise Problem(f"{statement.where}: {statement.name} exists already in "
                              f"{statements[statement.name].where}")
            statements[statement.name] = statement
    return [statements[name] for name in sorted(statements)]


def schema_version(folder):
    """The newest migration: what this program was built for."""
    return max((int(p.name[:4]) for p in pathlib.Path(folder).glob("[0-9]*.sql")), default=0)


def c_string(text):
    lines = text.replace("\\", "\\\\").replace('"', '\\"').split("\n")
    return "\n".join(f'        "{line}\\n"' for line in lines)


HEADER = """\
/*
 * Every statement the programs run. Made by sql/generate.py from sql/queries; do not edit.
 */
#ifndef STORE_SQL_STATEMENTS_H
#define STORE_SQL_STATEMENTS_H

#include <stdint.h>

/* The newest migration when this was built. */
#define SQL_SCHEMA_VERSION {version}u

enum sql_statement {{
{constants}
    SQL_STATEMENT_COUNT
}};

/* Whom the row-level policies must see when it runs. */
enum sql_principal {{
    SQL_AS_NONE,
    SQL_AS_ACCOUNT, /* the person who asks */
    SQL_AS_SYSTEM,  /* jobs, login, injection */
}};

/* Which database role may run it. */
enum sql_role {{
    SQL_ROLE_APP,   /* the server: these are prepared at connect */
    SQL_ROLE_OWNER, /* hallctl only; never prepared by the server */
}};

struct sql_statement_info {{
    const char *name;
    const char *text;
    const uint32_t *arg_types; /* OIDs, arg_count of them; NULL when none */
    const char *const *columns; /* names of the row, column_count of them; NULL when none */
    const uint32_t *column_types;
    uint16_t arg_count;
    uint16_t column_count;
    enum sql_principal principal;
    enum sql_role role;
}};

extern const struct sql_statement_info sql_statements[SQL_STATEMENT_COUNT];

#endif
"""


def emit_header(statements, version):
    constants = []
    for s in statements:
        args = ", ".join(f"{n} {t}" for n, t in s.args) or "none"
        constants.append(f"    SQL_{s.name.upper()}, /* args: {args} */")
    return HEADER.format(constants="\n".join(constants), version=version)


def emit_source(statements):
    out = ["/* Made by sql/generate.py from sql/queries; do not edit. */",
           '#include "store/sql_statements.h"', "", "#include <stddef.h>", "",
           "/* A statement is longer than the 4095 characters that C promises for a literal. */",
           '#pragma GCC diagnostic ignored "-Woverlength-strings"', ""]
    for s in statements:
        if s.args:
            oids = ", ".join(f"{OIDS[t]}u" for _, t in s.args)
            out.append(f"static const uint32_t args_of_{s.name}[] = {{{oids}}};")
        if s.row:
            names = ", ".join(f'"{n}"' for n, _ in s.row)
            oids = ", ".join(f"{OIDS[t]}u" for _, t in s.row)
            out.append(f"static const char *const columns_of_{s.name}[] = {{{names}}};")
            out.append(f"static const uint32_t types_of_{s.name}[] = {{{oids}}};")
    out += ["", "const struct sql_statement_info sql_statements[SQL_STATEMENT_COUNT] = {"]
    for s in statements:
        out += [
            f"    [SQL_{s.name.upper()}] = {{",
            f'        "{s.name}",',
            c_string(s.text) + ",",
            f"        {'args_of_' + s.name if s.args else 'NULL'},",
            f"        {'columns_of_' + s.name if s.row else 'NULL'},",
            f"        {'types_of_' + s.name if s.row else 'NULL'},",
            f"        {len(s.args)},", f"        {len(s.row)},",
            f"        SQL_AS_{s.principal.upper()},",
            f"        SQL_ROLE_{s.role.upper()},", "    },",
        ]
    out += ["};", ""]
    return "\n".join(out)


def write_if_changed(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--queries", default=here / "queries")
    parser.add_argument("--migrations", default=here / "migrations")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    try:
        statements = load(options.queries)
    except Problem as problem:
        print(f"sql/queries/{problem}", file=sys.stderr)
        return 1
    if options.list:
        for s in statements:
            print(f"{s.name}({', '.join(f'{n} {t}' for n, t in s.args)})"
                  f" -> {', '.join(f'{n} {t}' for n, t in s.row) or '-'}"
                  f"{'' if s.principal == 'none' else '  as ' + s.principal}"
                  f"{'' if s.role == 'app' else '  by ' + s.role}")
    if options.out:
        folder = options.out / "store"
        write_if_changed(folder / "sql_statements.h",
                         emit_header(statements, schema_version(options.migrations)))
        write_if_changed(folder / "sql_statements.c", emit_source(statements))
    return 0


if __name__ == "__main__":
    sys.exit(main())
