"""A migrated database of its own for a test. Migrations run once per session, into a template."""
import itertools
import pathlib
import subprocess

import psycopg
from psycopg.rows import dict_row

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = "hall_template"
_numbers = itertools.count(1)


class Database:
    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        self.url = cluster.url(name)                  # superuser: sees everything
        self.app_url = cluster.url(name, "hall_app")  # what the server is

    def link(self, **options):
        """A new connection; as_app=True is the server's role."""
        url = self.app_url if options.pop("as_app", False) else self.url
        return psycopg.connect(url, autocommit=True, row_factory=dict_row, **options)

    def rows(self, sql, *args):
        """All rows of a statement as dicts; [] when it has none."""
        with self.link() as link:
            cursor = link.execute(sql, args or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, sql, *args):
        """The first column of the first row, or None."""
        rows = self.rows(sql, *args)
        return next(iter(rows[0].values())) if rows else None

    def drop(self):
        self.cluster.drop_database(self.name)


def migrate(url):
    done = subprocess.run([ROOT / "sql/migrate.sh", url], check=False, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"migrate.sh: {done.stderr.decode(errors='replace')}")


def make_template(cluster):
    cluster.create_database(TEMPLATE)
    migrate(cluster.url(TEMPLATE))


def make_database(cluster):
    """A copy of the migrated template."""
    database = Database(cluster, f"hall_{next(_numbers)}")
    cluster.create_database(database.name, TEMPLATE)
    # Every test is another history: a copied epoch would hide mistakes.
    database.rows("UPDATE hall_state SET epoch = random_id()")
    return database
