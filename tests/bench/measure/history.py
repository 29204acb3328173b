"""history: pages of rooms in an archive of 10 million messages."""
import asyncio
import random
import time

from client.hall_client import HallClient

from .archive import Archive
from .report import Column, Report

LONG = True
COLUMNS = [
    Column("who", "server"),
    Column("messages", "messages"),
    Column("what", "asked for"),
    Column("asked", "times"),
    Column("p50_us", "p50 ms", "{:.2f}", 0.001),
    Column("p95_us", "p95 ms", "{:.2f}", 0.001),
    Column("p99_us", "p99 ms", "{:.2f}", 0.001),
    Column("max_us", "max ms", "{:.2f}", 0.001),
]
PAGES, PAGES_QUICK, LIMIT = 1000, 50, 50


def percentiles(times_us):
    ordered = sorted(times_us)

    def at(share):
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {"p50_us": at(0.5), "p95_us": at(0.95), "p99_us": at(0.99), "max_us": ordered[-1]}


async def timed(request):
    """(microseconds, answer)"""
    began = time.perf_counter()
    answer = await request
    return (time.perf_counter() - began) * 1e6, answer


def where_of(kind, head, draw):
    if kind == "newest":
        return {}
    seq = draw.randrange(1, head + 1)
    return {"before_seq": seq} if kind == "before" else {"around_seq": seq}


async def read_pages(archive, times):
    """Each page by somebody who is in the room, and on her own connection."""
    draw = random.Random(2)
    kept = {"newest": [], "before": [], "around": []}
    for token, rooms in archive.readers:
        async with HallClient(archive.server.http, token) as client:
            await client.hello()
            await client.live()
            for _ in range(times // len(archive.readers) + 1):
                for kind, values in kept.items():
                    room = draw.choice(rooms)
                    us, page = await timed(client.history(
                        room, LIMIT, **where_of(kind, archive.heads[room], draw)))
                    assert page["messages"] or kind == "before", page
                    values.append(us)
    return kept


def run(stage):
    report = Report("history", COLUMNS)
    archive = stage.enter_context(stage.scene()).take(Archive(stage))
    times = PAGES_QUICK if stage.options.quick else PAGES
    kept = asyncio.run(read_pages(archive, times))
    for kind, values in kept.items():
        report.add(who="hall", messages=archive.count, what=f"{LIMIT} messages, {kind}",
                   asked=len(values), **percentiles(values))
    everything = percentiles([us for values in kept.values() for us in values])
    report.goal(f"{archive.count} messages: a page's p99, ms", everything["p99_us"] / 1000, 10)
    return report
