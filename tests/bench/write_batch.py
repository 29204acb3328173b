#!/usr/bin/python3
"""Measures the write batch alone: a private PostgreSQL on one core, bench_write_batch on another.

    tests/bench/write_batch.py --build-dir DIR [--seconds 3] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from harness.database import Database, migrate  # noqa: E402
from harness.postgres import Cluster  # noqa: E402

ROOMS, SENDERS = 1000, 10000
RATES = (1000, 5000, 20000, 40000, 50000)
WINDOWS = (1, 64, 256, 1024, 4096)

FILL = f"""
INSERT INTO place (kind, code, name) VALUES (1, 'S1', 'station');
INSERT INTO place (kind, code, name, parent_id) SELECT 2, 'C1', 'community', id FROM place;
INSERT INTO room (kind, name, station_id, community_id, place_id)
SELECT 2, 'room', p.station_id, p.id, p.id FROM place p, generate_series(1, {ROOMS})
WHERE p.kind = 2;
INSERT INTO account (level, display_name, community_id, station_id)
SELECT 2, 'person', p.id, p.station_id FROM place p, generate_series(1, {SENDERS})
WHERE p.kind = 2;
INSERT INTO membership (room_id, account_id)
SELECT (id - 1) % {ROOMS} + 1, id FROM account;
ANALYZE;
"""


def start():
    cluster = Cluster()
    with open(cluster.data / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write("shared_buffers = 512MB\nmax_wal_size = 4GB\n")
    cluster.start()
    cluster.create_database("bench")
    database = Database(cluster, "bench")
    migrate(database.url)
    with database.link() as link:
        for statement in FILL.split(";"):
            if statement.strip():
                link.execute(statement)
    return cluster, database


def run(program, cluster, database, seconds, kind, value):
    database.rows("CHECKPOINT")
    before = cluster.cpu_seconds()
    done = subprocess.Popen(
        [program, "--database", database.app_url, f"--{kind}", str(value), "--seconds",
         str(seconds), "--rooms", str(ROOMS), "--senders", str(SENDERS)],
        stdout=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, {1}))
    row = json.loads(done.communicate()[0])
    # The links are gone by then, so what the backends used is in the postmaster's children's time.
    used = cluster.cpu_seconds() - before
    return row | {"database_us_per_message": used * 1e6 / max(row["durable"], 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build-dir", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    program = options.build_dir / "bin/bench_write_batch"
    os.sched_setaffinity(0, {0})  # the cluster inherits it
    cluster, database = start()
    rows = []
    try:
        print("    how      durable/s   p50 ms   p99 ms  p99.9 ms  mean batch  client us/msg"
              "  database us/msg")
        for kind, values in (("window", WINDOWS), ("rate", RATES)):
            for value in values:
                row = run(program, cluster, database, options.seconds, kind, value)
                rows.append({"who": "hall", **row})
                print(f"{kind:>6} {value:>6} {row['durable_per_s']:>9.0f} "
                      f"{row['p50_us'] / 1000:>8.2f} {row['p99_us'] / 1000:>8.2f} "
                      f"{row['p999_us'] / 1000:>9.2f} {row['mean_batch']:>11.1f} "
                      f"{row['cpu_us_per_message']:>14.2f} "
                      f"{row['database_us_per_message']:>16.2f}", flush=True)
    finally:
        cluster.destroy()
    if options.json:
        options.json.write_text(json.dumps({"bench": "write_batch", "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
