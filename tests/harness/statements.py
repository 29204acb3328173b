"""The named statements of sql/queries, run from Python as a role and principal of one's choice."""
import importlib.util
import pathlib

import psycopg
from psycopg.rows import dict_row

from harness.database import ROOT

_spec = importlib.util.spec_from_file_location("sql_generate", ROOT / "sql/generate.py")
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)

ALL = {statement.name: statement for statement in generate.load(ROOT / "sql/queries")}
MIGRATIONS = sorted((ROOT / "sql/migrations").glob("[0-9]*.sql"))
QUERY_FILES = sorted(pathlib.Path(ROOT / "sql/queries").glob("*.sql"))

NOBODY, SYSTEM = object(), 0


class Statements:
    """Runs statements on one connection; each is prepared once, as the server does.

    run(name, *args, who=NOBODY): rows as dicts. who: an account's id, SYSTEM (0), or NOBODY.
    """

    def __init__(self, link):
        self.link = link
        self.prepared = set()

    def prepare(self, name):
        if name in self.prepared:
            return
        statement = ALL[name]
        types = f"({', '.join(kind for _, kind in statement.args)})" if statement.args else ""
        self.link.execute(f"PREPARE {name}{types} AS {statement.text}")
        self.prepared.add(name)

    def _execute(self, name, args):
        kinds = [kind for _, kind in ALL[name].args]
        assert len(args) == len(kinds), f"{name} takes {len(kinds)} arguments"
        values = ", ".join(f"%s::{kind}" for kind in kinds)
        # EXECUTE takes no parameters of its own: the values are written out by the client.
        cursor = psycopg.ClientCursor(self.link, row_factory=dict_row)
        cursor.execute(f"EXECUTE {name}" + (f"({values})" if kinds else ""), args or None)
        return cursor.fetchall() if cursor.description else []

    def run(self, name, *args, who=NOBODY):
        self.prepare(name)
        if who is NOBODY:
            return self._execute(name, args)
        self.prepare("store_become")
        with self.link.transaction():
            self._execute("store_become", (who,))
            return self._execute(name, args)

    def one(self, name, *args, who=NOBODY):
        rows = self.run(name, *args, who=who)
        assert len(rows) == 1, f"{name} gave {len(rows)} rows"
        return rows[0]
