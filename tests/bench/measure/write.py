"""write: durable, acknowledged messages through the whole road, many rooms, many writers."""
import json
import os
import subprocess
import tempfile
import time

from harness.database import Database

from .report import Column, Report
from .stage import LOAD_CORE, ROOT, SERVER_CORE, BenchError, median, on_core

COLUMNS = [
    Column("who", "server"),
    Column("database_core", "database on"),
    Column("how", "messages"),
    Column("messages_per_s", "durable/s"),
    Column("deliveries_per_s", "deliveries/s"),
    Column("p50_us", "p50 ms", "{:.2f}", 0.001),
    Column("p99_us", "p99 ms", "{:.2f}", 0.001),
    Column("p999_us", "p99.9 ms", "{:.2f}", 0.001),
    Column("cpu_us_per_message", "server µs/message", "{:.1f}"),
    Column("database_us_per_message", "database µs/message", "{:.1f}"),
    Column("database_vs_bare", "× bare write", "{:.2f}"),
    Column("server_busy", "server", "{:.0%}"),
    Column("database_busy", "database", "{:.0%}"),
    Column("load_busy", "load", "{:.0%}"),
    Column("first_us", "first of 1000, ms", "{:.2f}", 0.001),
    Column("last_us", "last of 1000, ms", "{:.2f}", 0.001),
]
ROOMS, MEMBERS = 100, 10
WINDOWS, RATES = (512, 2048), (1000, 5000, 20000, 35000)
PLACES = [("the server's core", SERVER_CORE), ("the load's core", LOAD_CORE)]
ROUNDS, SECONDS = 3, 3.0
BARE_BATCHES = (64, 256, 1024)
READERS = 1000
FLUSHES = 200


def disk_flush_us(folder):
    """(p50, p99) of one 8 KiB write with fdatasync where the database is."""
    times = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for i in range(FLUSHES):
            began = time.perf_counter()
            os.pwrite(file.fileno(), os.urandom(8192), i * 8192)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]


def fill_rooms(hall, rooms, members):
    pairs = []
    for _ in range(rooms):
        community = hall.town.community(hall.station)
        people = hall.town.residents(community, members)
        pairs += [(person.token, community.hall_id) for person in people]
    hall.database.rows("VACUUM ANALYZE")
    hall.people = hall.write_people(pairs)
    return len(pairs)


def row_of(figures, **more):
    row = {name: figures.get(name) for name in (
        "messages_per_s", "deliveries_per_s", "cpu_us_per_message", "database_us_per_message",
        "server_busy", "database_busy", "load_busy", "refused")}
    for share in ("p50", "p99", "p999"):
        row[f"{share}_us"] = figures.get(f"ack_{share}_us")
    return {"who": "hall", **more, **row}


def middle_row(rows):
    """Figure by figure the median of rows of the same thing."""
    return {name: median([row[name] for row in rows if row[name] is not None])
            if isinstance(value, (int, float)) else value for name, value in rows[0].items()}


def measure_rooms(stage, report, where):
    options = stage.options
    seconds = options.seconds or (0.5 if options.quick else SECONDS)
    rounds = options.rounds or (1 if options.quick else ROUNDS)
    jobs = [(0, window) for window in WINDOWS[:1 if options.quick else None]]
    jobs += [(rate, 0) for rate in RATES[:1 if options.quick else None]]
    kept, problems = {job: [] for job in jobs}, {}
    with stage.scene() as scene:
        hall = scene.hall()
        count = fill_rooms(hall, 10 if options.quick else ROOMS, MEMBERS)
        fan = scene.fan(hall, count)
        fan.ask(f"open {count}")
        fan.ask("greet")
        for _ in range(rounds):
            for rate, window in jobs:
                hall.database.rows("CHECKPOINT")
                try:
                    kept[rate, window].append(row_of(
                        fan.ask(f"write {seconds} {rate} {window}"), database_core=where,
                        how=f"{rate}/s" if rate else f"{window} unanswered", rate=rate,
                        in_flight=window))
                except BenchError as problem:
                    problems[rate, window] = str(problem)
                    break  # the load client has no figures any more
    for job in jobs:
        if kept[job]:
            report.add(**middle_row(kept[job]))
        elif job in problems:
            report.add(who="hall", database_core=where, how=f"{job[0]}/s", problem=problems[job])


def measure_lone(stage, report, where):
    """One message at a time to a room of a thousand."""
    options = stage.options
    readers = 100 if options.quick else READERS
    with stage.scene() as scene:
        hall = scene.hall()
        _, hall.people = hall.fill_room(readers + 1)
        fan = scene.fan(hall, readers + 1)
        fan.ask(f"open {readers + 1}")
        fan.ask("greet")
        figures = fan.ask(f"fanout {options.seconds or (0.5 if options.quick else SECONDS)} 1")
    report.add(who="hall", database_core=where, how=f"1, {readers} readers", subscribers=readers,
               messages_per_s=figures["messages_per_s"],
               deliveries_per_s=figures["deliveries_per_s"],
               first_us=figures["first_p50_us"], last_us=figures["last_p50_us"],
               server_busy=figures["server_busy"], load_busy=figures["load_busy"],
               database_busy=figures["database_busy"])


def measure_bare(stage, report, where):
    """What this machine's PostgreSQL gives a program that does nothing but write batches."""
    options, cluster = stage.options, stage.cluster
    seconds = 1 if options.quick else int(options.seconds or SECONDS)
    other = LOAD_CORE if where == PLACES[0][0] else SERVER_CORE
    for batch in BARE_BATCHES[-1:] if options.quick else BARE_BATCHES:
        name = f"bare_write_{batch}"
        cluster.create_database(name)
        Database(cluster, name).rows("CHECKPOINT")
        before, began = cluster.cpu_seconds(), time.monotonic()
        with on_core(other):
            done = json.loads(subprocess.run(
                [stage.programs / "bench_bare_write", "--database", cluster.url(name), "--sql",
                 ROOT / "tests/bench/bare/write.sql", "--batch", str(batch), "--seconds",
                 str(seconds)], check=True, capture_output=True, text=True).stdout)
        used, took = cluster.cpu_seconds() - before, time.monotonic() - began
        cluster.drop_database(name)
        report.add(who="bare write", database_core=where, how=f"batches of {batch}", batch=batch,
                   messages_per_s=done["durable_per_s"], database_busy=used / took,
                   database_us_per_message=used * 1e6 / max(done["durable"], 1))


def compare_with_bare(report):
    """What a message costs the database, by what it costs in the largest bare batches there."""
    for bare in [row for row in report.rows if row.get("batch") == BARE_BATCHES[-1]]:
        for row in report.rows:
            if row["database_core"] == bare["database_core"] and row.get("database_us_per_message"):
                row["database_vs_bare"] = (row["database_us_per_message"]
                                           / bare["database_us_per_message"])


def run(stage):
    report = Report("write", COLUMNS)
    for where, core in PLACES[:1 if stage.options.quick else None]:
        cluster = stage.start_cluster(core)
        measure_bare(stage, report, where)
        measure_rooms(stage, report, where)
        measure_lone(stage, report, where)
    compare_with_bare(report)
    p50, p99 = disk_flush_us(cluster.dir)
    print(f"the disk's own flush: p50 {p50 / 1000:.2f} ms, p99 {p99 / 1000:.2f} ms")
    hold_goals(report, p50, p99)
    return report


def hold_goals(report, flush_p50, flush_p99):
    closed = [row for row in report.rows if row.get("in_flight")]
    if closed:
        best = max(closed, key=lambda row: row["messages_per_s"])
        report.goal(f"durable messages per second, database on {best['database_core']}",
                    best["messages_per_s"], 35000, at_least=True)
    for row in report.rows:
        where = f"database on {row['database_core']}, "
        if row.get("rate") == 20000:
            report.goal(where + "20000/s: p50 over the flush, ms",
                        (row["p50_us"] - flush_p50) / 1000, 1)
            report.goal(where + "20000/s: p99 over the flush, ms",
                        (row["p99_us"] - flush_p99) / 1000, 4)
        if row.get("subscribers"):
            report.goal(where + "one lone message, at the first reader, ms",
                        row["first_us"] / 1000, 0.8)
            report.goal(where + "one lone message, at the last reader, ms",
                        row["last_us"] / 1000, 4)
