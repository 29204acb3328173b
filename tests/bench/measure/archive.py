"""A database with as many messages as a small city says in a year, searched as the server does it.

Rooms lie mixed in the table as they would after a year: one great hall has two of five messages,
the others share the rest. The index for searching is made by the server's own function. Making it
takes long (10 million: half an hour), so it is kept under var/bench and used again."""
import shutil
import subprocess
import time

from harness.database import Database, make_template
from harness.postgres import Cluster
from harness.town import Town

from . import corpus
from .stage import DATABASE_CONF, LOAD_CORE, ROOT, Hall, on_core

MESSAGES, MESSAGES_QUICK = 10_000_000, 30_000
SMALL_ROOMS = 60
SENDERS = 2000
SENTENCES = 50000
CHUNK = 500_000
SAY_EVERY_S = 30
YEAR_US = 360 * 86400 * 1_000_000

LOAD = """
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge, client_key,
                     body)
SELECT CASE WHEN part < 2 THEN {great} ELSE r.id END,
       CASE WHEN part < 2 THEN block * 2 + part + 1 ELSE (block * 3 + part - 2) / {rooms} + 1 END,
       a.id, now() - interval '360 days' + s.n * interval '{gap} microseconds', 0, 1, 1,
       decode(lpad(to_hex(s.n), 32, '0'), 'hex'), f.body || g.body || coalesce(rare.body, '')
FROM (SELECT n, n / 5 AS block, n % 5 AS part,
             floor(random() * random() * {sentences})::int AS f,
             floor(random() * {sentences})::int AS g, floor(random() * {senders})::int AS a,
             floor(random() * {rare_one_in})::int AS rare
      FROM generate_series({begin}::bigint, {end}::bigint - 1) n OFFSET 0) s
JOIN bench_sentence f ON f.n = s.f JOIN bench_sentence g ON g.n = s.g
JOIN bench_sender a ON a.n = s.a
LEFT JOIN bench_room r ON part >= 2 AND r.n = (block * 3 + part - 2) % {rooms}
LEFT JOIN bench_rare rare ON rare.n = s.rare
"""
# Rooms of the kind below a hall, for a part of the community.
SMALL_ROOM = """
INSERT INTO room (kind, name, station_id, community_id, place_id)
SELECT 2, '群' || n, %s, %s, %s FROM generate_series(1, %s) n RETURNING id
"""
SETTLE = """
UPDATE room SET last_seq = m.last_seq, last_at = m.last_at
FROM (SELECT room_id, max(seq) AS last_seq, max(created_at) AS last_at FROM message
      GROUP BY room_id) m
WHERE room.id = m.room_id
"""
# Loaded without them, which the table gets back as the migration gave them to it.
CONSTRAINTS = {"message_pkey": "PRIMARY KEY (room_id, seq)",
               "message_once": "UNIQUE (sender_id, client_key)"}


class KeptCluster(Cluster):
    """A cluster whose data stay in a folder when it ends. A folder without `done` is made anew."""

    def __init__(self, folder, keep):
        super().__init__(checksums=False)
        self.done = folder / "done"
        self.keep = keep
        if not keep:
            return
        if self.done.exists():
            shutil.rmtree(self.data)
        else:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            subprocess.run(["mv", self.data, folder], check=True)  # keeps the owner
        self.data = folder / "data"

    def start(self):
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"{DATABASE_CONF}unix_socket_directories = '{self.dir}'\n")
        super().start()

    def destroy(self):
        if self.keep and self.done.exists():
            self.stop()
        super().destroy()


class Archive(Hall):
    """A hall on that database; people: (token, rooms), each in the great hall and two others."""

    def __init__(self, stage, people=20):
        options = stage.options
        count = options.messages or (MESSAGES_QUICK if options.quick else MESSAGES)
        keep = not options.quick and not options.messages
        cluster = KeptCluster(folder_of(count), keep)
        stage.callback(cluster.destroy)
        with on_core(LOAD_CORE):
            cluster.start()
        stage.use(cluster)
        database = Database(cluster, "archive")
        if not (keep and cluster.done.exists()):
            make_template(cluster)
            cluster.create_database(database.name, "hall_template")
            fill(database, count)
            if keep:
                cluster.done.touch()
        super().__init__(stage, database=database)
        self.count = count
        rows = self.town.link.execute(
            "SELECT account_id, array_agg(m.room_id ORDER BY r.last_seq DESC) AS rooms"
            " FROM membership m JOIN room r ON r.id = m.room_id GROUP BY account_id"
            " ORDER BY account_id LIMIT %s", (people,)).fetchall()
        self.readers = [(self.town.session(row["account_id"])[0], row["rooms"]) for row in rows]
        self.heads = {row["id"]: row["last_seq"]
                      for row in database.rows("SELECT id, last_seq FROM room")}


def folder_of(count):
    """One per number of messages and schema: another schema is another archive."""
    newest = sorted((ROOT / "sql/migrations").glob("*.sql"))[-1].stem
    return ROOT / "var/bench" / f"archive-{count}-{newest}"


def fill(database, count):
    town = Town(database)
    community = town.community()
    rooms = [community.hall_id] + [row["id"] for row in town.link.execute(SMALL_ROOM, (
        community.station.id, community.id, community.id, SMALL_ROOMS))]
    fill_people(town, community, rooms)
    began = time.monotonic()
    load(town.link, rooms, count)
    print(f"{count} messages loaded in {time.monotonic() - began:.0f} s", flush=True)
    build_index(town.link, count)
    town.link.execute("VACUUM ANALYZE")
    town.link.execute("CHECKPOINT")
    town.close()


def fill_people(town, community, rooms):
    """Senders, all in the community's hall and each in two of its other rooms."""
    link = town.link
    link.execute("CREATE TEMP TABLE bench_sender (n int PRIMARY KEY, id bigint)")
    ids = [row["id"] for row in link.execute(
        "INSERT INTO account (level, display_name, community_id, station_id)"
        " SELECT 2, '居民' || n, %s, %s FROM generate_series(1, %s) n RETURNING id",
        (community.id, community.station.id, SENDERS))]
    with link.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_sender VALUES (%s, %s)", list(enumerate(ids)))
    for i, room in enumerate(rooms):
        some = ids if i == 0 else [who for n, who in enumerate(ids)
                                   if i - 1 in (n % SMALL_ROOMS, (n + 7) % SMALL_ROOMS)]
        link.execute("INSERT INTO membership (room_id, account_id) SELECT %s, unnest(%s::bigint[])",
                     (room, some))


def load(link, rooms, count):
    tables = {"sentence": corpus.sentences(SENTENCES),
              "rare": corpus.RARE_CHARACTERS + corpus.RARE_WORDS}
    with link.cursor() as cursor:
        for name, texts in tables.items():
            cursor.execute(f"CREATE TEMP TABLE bench_{name} (n int PRIMARY KEY, body text)")
            with cursor.copy(f"COPY bench_{name} FROM STDIN") as copy:
                for row in enumerate(texts):
                    copy.write_row(row)
        cursor.execute("CREATE TEMP TABLE bench_room (n int PRIMARY KEY, id bigint)")
        cursor.executemany("INSERT INTO bench_room VALUES (%s, %s)", list(enumerate(rooms[1:])))
    for table in ("sentence", "rare", "room", "sender"):
        link.execute(f"ANALYZE bench_{table}")
    # Hash joins in one process: the messages stay in their order.
    for setting in ("enable_mergejoin = off", "enable_nestloop = off",
                    "max_parallel_workers_per_gather = 0", "maintenance_work_mem = '1GB'"):
        link.execute(f"SET {setting}")
    for name in CONSTRAINTS:
        link.execute(f"ALTER TABLE message DROP CONSTRAINT {name}")
    for begin in range(0, count, CHUNK):
        link.execute(LOAD.format(
            great=rooms[0], rooms=SMALL_ROOMS, sentences=SENTENCES, senders=SENDERS,
            rare_one_in=corpus.RARE_ONE_IN, gap=YEAR_US // count, begin=begin,
            end=min(begin + CHUNK, count)))
    for name, what in CONSTRAINTS.items():
        link.execute(f"ALTER TABLE message ADD CONSTRAINT {name} {what}")
    link.execute(SETTLE)
    link.execute("VACUUM ANALYZE message")
    for setting in ("enable_mergejoin", "enable_nestloop", "max_parallel_workers_per_gather"):
        link.execute(f"RESET {setting}")


def build_index(link, count):
    """Step by step by the function that the server's chores call; each message counts twice."""
    began = said = time.monotonic()
    done = 0
    while built := link.execute("SELECT search_build() AS built").fetchone()["built"]:
        done += built
        if time.monotonic() - said > SAY_EVERY_S:
            said = time.monotonic()
            print(f"index: {done / count / 2:.0%} after {said - began:.0f} s", flush=True)
    print(f"index built in {time.monotonic() - began:.0f} s", flush=True)
