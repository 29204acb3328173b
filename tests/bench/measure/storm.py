"""storm: the server was killed and comes back; so do all sessions, at once."""
import time

from .report import Column, Report
from .stage import LOAD_CORE

COLUMNS = [
    Column("who", "server"),
    Column("subscribers", "sessions"),
    Column("ready_s", "ready s", "{:.2f}"),
    Column("half_s", "half back s", "{:.2f}"),
    Column("most_s", "99 of 100 back s", "{:.2f}"),
    Column("all_s", "all back s", "{:.2f}"),
    Column("queries", "queries"),
    Column("queries_per_s", "queries/s"),
    Column("room_queries_per_s", "of them for rooms/s"),
    Column("database_us", "database µs/session", "{:.1f}"),
]
SIZES, SIZES_QUICK = (19000,), (200,)
PATIENCE_S = 60
COUNTING = "shared_preload_libraries = 'pg_stat_statements'\n"
# What the server's role asked; the batch that looks up who the sockets are is not for rooms.
ASKED = """
SELECT calls::bigint, left(regexp_replace(query, '\\s+', ' ', 'g'), 120) AS query,
       query LIKE '%ws_ticket%' AS is_session
FROM pg_stat_statements WHERE userid = 'hall_app'::regrole ORDER BY calls DESC"""


def measure(stage, report, sessions):
    with stage.scene() as scene:
        hall = scene.hall()
        hall.database.rows("CREATE EXTENSION pg_stat_statements")
        _, hall.people = hall.fill_room(sessions)
        fan = scene.fan(hall, sessions)
        fan.ask(f"open {sessions}")
        fan.ask("greet")
        fan.ask("fanout 0.2 1")  # so that there is something to resume
        hall.server.kill()
        began = time.monotonic()
        hall.start()
        ready_s = time.monotonic() - began
        hall.database.rows("SELECT pg_stat_statements_reset()")
        figures = fan.ask(f"storm {PATIENCE_S}")
        asked = hall.database.rows(ASKED)
        queries = sum(row["calls"] for row in asked)
        people = sum(row["calls"] for row in asked if row["is_session"])
        report.add(who="hall", subscribers=sessions, ready_s=ready_s,
                   half_s=figures["half_seconds"], most_s=figures["most_seconds"],
                   all_s=figures["all_seconds"], queries=queries,
                   queries_per_s=queries / figures["all_seconds"],
                   room_queries_per_s=(queries - people) / figures["all_seconds"],
                   database_us=figures["database_cpu_us"] / sessions,
                   most_asked=[[row["calls"], row["query"]] for row in asked[:5]])


def run(stage):
    report = Report("storm", COLUMNS)
    stage.start_cluster(LOAD_CORE, conf=COUNTING)
    for sessions in stage.options.subscribers or (SIZES_QUICK if stage.options.quick else SIZES):
        measure(stage, report, sessions)
    for row in report.rows:
        # 50,000 in 30 s is promised; one process opens fewer, so the pace is held against it.
        report.goal(f"{row['subscribers']} sessions back, each second",
                    row["subscribers"] / row["all_s"], 50000 / 30, at_least=True)
        report.goal(f"{row['subscribers']} sessions: database queries/s for rooms",
                    row["room_queries_per_s"], 100)
        report.goal("server ready after its start, s", row["ready_s"], 1)
    return report
