"""timers: 100,000 timers come due at the same moment; how long the loop keeps others waiting."""
import asyncio
import time

from client.hall_client import HallClient
from harness.timers import left, make_silent, wrong

from .history import percentiles
from .report import Column, Report
from .stage import SERVER_CORE, BenchError

LONG = True
COLUMNS = [
    Column("who", "server"),
    Column("timers", "timers"),
    Column("seconds", "drained in s", "{:.1f}"),
    Column("per_second", "timers/s"),
    Column("server_us", "server µs/timer", "{:.0f}"),
    Column("rest_p99_us", "ping p99 at rest ms", "{:.2f}", 0.001),
    Column("p50_us", "while draining p50 ms", "{:.2f}", 0.001),
    Column("p99_us", "p99 ms", "{:.2f}", 0.001),
    Column("max_us", "max ms", "{:.2f}", 0.001),
    Column("write_p99_us", "a message's p99 ms", "{:.2f}", 0.001),
    Column("probes", "pings"),
]
TIMERS, TIMERS_QUICK = 100_000, 300
PROBERS, PAUSE_S, REST_S = 4, 0.005, 3
AHEAD_S = 2
PATIENCE_S = 1800


class Probes:
    """Sockets that ask the loop the shortest question there is, a few hundred times a second, and
    somebody who talks: a ping needs only the loop, a message also the database."""

    def __init__(self, server, people, room):
        self.server, self.people, self.room = server, people, room
        self.pings, self.posts = [], []
        self.stop = asyncio.Event()

    async def ping(self, token):
        async with HallClient(self.server.http, token) as client:
            await client.hello()
            while not self.stop.is_set():
                began = time.perf_counter()
                await client.ping()
                self.pings.append((time.perf_counter() - began) * 1e6)
                await asyncio.sleep(PAUSE_S)

    async def talk(self, token):
        async with HallClient(self.server.http, token) as client:
            await client.hello()
            await client.live()
            while not self.stop.is_set():
                began = time.perf_counter()
                await client.post(self.room, "在吗")
                self.posts.append((time.perf_counter() - began) * 1e6)
                await asyncio.sleep(0.1)

    def start(self):
        first, *rest = self.people
        return [asyncio.create_task(self.talk(first.token)),
                *(asyncio.create_task(self.ping(p.token)) for p in rest)]

    def take(self):
        """What came since the last take."""
        taken = self.pings, self.posts
        self.pings, self.posts = [], []
        return taken


async def drain(hall):
    deadline = time.monotonic() + PATIENCE_S
    while await asyncio.to_thread(left, hall.database):
        if time.monotonic() > deadline:
            raise BenchError("timers are left")
        await asyncio.sleep(0.2)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def measure(hall, people, room, make_due):
    probes = Probes(hall.server, people, room)
    tasks = probes.start()
    try:
        await asyncio.sleep(REST_S)
        rest, _ = probes.take()
        await asyncio.to_thread(make_due)
        await asyncio.sleep(AHEAD_S)
        probes.take()
        used, began = cpu_seconds(hall.pids[0]), time.monotonic()
        await drain(hall)
        seconds, used = time.monotonic() - began, cpu_seconds(hall.pids[0]) - used
        pings, posts = probes.take()
    finally:
        probes.stop.set()
        await asyncio.gather(*tasks)
    return {"seconds": seconds, "used": used, "rest": rest, "pings": pings, "posts": posts}


def run(stage):
    report = Report("timers", COLUMNS)
    count = stage.options.messages or (TIMERS_QUICK if stage.options.quick else TIMERS)
    with stage.scene() as scene:
        hall = scene.hall()
        hall.server.allow_error("hub.board_full")  # no town has so many open alerts
        town = hall.town
        community = town.community(hall.station)
        officer = town.staff("officer", community, station=hall.station)
        people = town.residents(community, PROBERS + 1)
        hall.database.rows("VACUUM ANALYZE")

        def make_due():
            # Made far ahead, then moved at once: making them is not what is measured.
            make_silent(hall.database, community, officer, count, due="now() + interval '1 day'")
            hall.database.rows("VACUUM ANALYZE")
            hall.database.rows("UPDATE timer SET due_at = now() + %s * interval '1 second'"
                               " WHERE name = 'ack_timeout'", AHEAD_S)
        figures = asyncio.run(measure(hall, people, community.hall_id, make_due))
        if not stage.options.quick and wrong(hall.database):
            raise BenchError(f"not once each: {wrong(hall.database)}")
        draining = percentiles(figures["pings"])
        report.add(who="hall", timers=count, seconds=figures["seconds"],
                   per_second=count / figures["seconds"], server_core=SERVER_CORE,
                   server_us=figures["used"] / count * 1e6, probes=len(figures["pings"]),
                   rest_p99_us=percentiles(figures["rest"])["p99_us"],
                   p50_us=draining["p50_us"], p99_us=draining["p99_us"],
                   max_us=draining["max_us"],
                   write_p99_us=percentiles(figures["posts"])["p99_us"])
        report.goal(f"{count} due timers: a ping's p99 while they are drained, ms",
                    draining["p99_us"] / 1000, 20)
    return report
