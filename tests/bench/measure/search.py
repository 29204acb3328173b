"""search: any one or more characters in an archive of 10 million messages."""
import asyncio
import random

from client.hall_client import HallClient

from . import corpus
from .archive import Archive
from .history import COLUMNS as PLAIN_COLUMNS
from .history import percentiles, timed
from .report import Column, Report

LONG = True
COLUMNS = PLAIN_COLUMNS[:4] + [Column("hits", "hits", "{:.1f}")] + PLAIN_COLUMNS[4:]
TIMES, TIMES_QUICK, LIMIT = 60, 5, 20


def needles(archive, draw):
    """(what, texts): by length, frequent and rare, whole phrases of real messages, and nothing."""
    for length, words in corpus.FREQUENT.items():
        yield f"{length} frequent", words
    for length, words in corpus.RARE.items():
        yield f"{length} rare", words
    bodies = archive.database.rows("SELECT body FROM message TABLESAMPLE SYSTEM (0.5) LIMIT 400")
    phrases = []
    for _ in range(20):
        body = draw.choice(bodies)["body"]
        at = draw.randrange(max(1, len(body) - 8))
        phrases.append(body[at:at + draw.randrange(5, 9)])
    yield "5–8 of a message", phrases
    yield "nowhere", corpus.NOWHERE


async def search_all(archive, times, report):
    draw = random.Random(3)
    everything = []
    jobs = list(needles(archive, draw))
    for what, words in jobs:
        for place in ("her rooms", "the great hall"):
            values, hits = [], 0
            for i in range(times):
                token, rooms = archive.readers[i % len(archive.readers)]
                where = {} if place == "her rooms" else {"room_id": rooms[0]}
                async with HallClient(archive.server.http, token) as client:
                    await client.hello()
                    await client.live()
                    us, page = await timed(client.search(words[i % len(words)], LIMIT, **where))
                values.append(us)
                hits += len(page["messages"])
            everything += values
            report.add(who="hall", messages=archive.count, what=f"{what}, in {place}",
                       asked=times, hits=hits / times, **percentiles(values))
    return everything


def run(stage):
    report = Report("search", COLUMNS)
    archive = stage.enter_context(stage.scene()).take(Archive(stage))
    times = TIMES_QUICK if stage.options.quick else TIMES
    everything = percentiles(asyncio.run(search_all(archive, times, report)))
    report.goal(f"{archive.count} messages: p95 of all searches, ms",
                everything["p95_us"] / 1000, 200)
    worst = max(report.rows, key=lambda row: row["p95_us"])
    report.goal(f"p95 of the slowest kind ({worst['what']}), ms", worst["p95_us"] / 1000, 200)
    return report
