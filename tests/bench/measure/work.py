"""work: pages of what waits for somebody, of 100,000 open objects; how soon a change is there."""
import asyncio
import contextlib
import random
import time

from client.hall_client import HallClient

from .history import percentiles, timed
from .report import Column, Report

COLUMNS = [
    Column("who", "server"),
    Column("items", "open objects"),
    Column("what", "asked for"),
    Column("asked", "times"),
    Column("p50_us", "p50 ms", "{:.2f}", 0.001),
    Column("p95_us", "p95 ms", "{:.2f}", 0.001),
    Column("p99_us", "p99 ms", "{:.2f}", 0.001),
    Column("max_us", "max ms", "{:.2f}", 0.001),
]
ITEMS, ITEMS_QUICK = 100_000, 3_000
PAGES, PAGES_QUICK, LIMIT = 300, 20, 50
CHANGES, CHANGES_QUICK, WATCHERS, WATCHERS_QUICK = 200, 10, 100, 5
COMMUNITIES = 20
# All of one station, whose leader may see every one of them; due over two months, some never.
FILL = """
INSERT INTO work_item (work_kind, entity_id, no, state, state_version, station_id, community_id,
                       grid_id, urgency, title_code, waiting_for, next_due_at, created_at,
                       updated_at)
SELECT 1 + n % 3, n, 'X-' || n, 2, 1, g.station_id, g.community_id, g.id, 1 + (n / 3) % 4, 1, 1,
       CASE WHEN n % 10 = 0 THEN '9999-01-01' ELSE
            now() + (n * 7919 % 86400 - 8640) * interval '1 minute' END, now(), now()
FROM generate_series(1, {items}) n
JOIN (SELECT p.*, row_number() OVER (ORDER BY id) - 1 AS nth FROM place p WHERE kind = 3) g
  ON g.nth = n * 31 % {grids};
"""
GIVE = """
INSERT INTO work_member SELECT work_kind, entity_id, {who}, 1 FROM work_item
WHERE entity_id % {every} = 0
"""
PUT = """
SELECT work_put(ROW(w.work_kind, w.entity_id, w.no, w.state, w.state_version, w.station_id,
                    w.community_id, w.grid_id, NULL, w.urgency, w.title_code, NULL, 1, NULL,
                    w.next_due_at, w.created_at, NULL)::work_item)
FROM work_item w WHERE w.work_kind = %s AND w.entity_id = %s
"""


class Desks:
    """A station with everything in it, and people who look at it in different ways."""

    def __init__(self, hall, items):
        self.hall, town = hall, hall.town
        self.communities = [town.community(hall.station) for _ in range(COMMUNITIES)]
        grids = [town.grid(c) for c in self.communities for _ in range(3)]
        self.leader = town.staff("station_leader", hall.station)
        self.officer = town.staff("officer", self.communities[0])
        self.many = town.staff("officer", self.communities[0])
        for community in self.communities[1:8]:
            town.grant(self.many.id, "officer", community)
        self.worker = town.staff("grid_worker", grids[0])
        town.link.execute(FILL.format(items=items, grids=len(grids)))
        town.link.execute(GIVE.format(who=self.worker.id, every=max(1, items // 200)))
        town.link.execute("VACUUM ANALYZE")

    def client(self, person):
        return HallClient(self.hall.server.http, person.token)


async def read_pages(desks, times):
    draw = random.Random(3)
    kept = {}
    ways = [("leader, first page", desks.leader, {}),
            ("leader, only red disputes", desks.leader,
             {"kinds": ["dispute"], "urgencies": ["red"]}),
            ("officer, first page", desks.officer, {}),
            ("officer of 8 communities", desks.many, {}),
            ("grid worker, given to her", desks.worker, {}),
            ("officer, only hers", desks.officer, {"mine": True})]
    for what, person, filters in ways:
        async with desks.client(person) as client:
            await client.hello()
            values = kept.setdefault(what, [])
            for _ in range(times):
                us, page = await timed(client.request("work_list", {"limit": LIMIT, **filters}))
                assert page["items"] or "hers" in what, what
                values.append(us)
    async with desks.client(desks.leader) as client:
        await client.hello()
        values, cursor = kept.setdefault("leader, somewhere on the way", []), None
        for _ in range(times):
            more = {"cursor": cursor} if cursor and draw.random() < 0.98 else {}
            us, page = await timed(client.request("work_list", {"limit": LIMIT, **more}))
            values.append(us)
            cursor = page.get("next_cursor")
    return kept


async def count(desks, times):
    async with desks.client(desks.leader) as client:
        await client.hello()
        return [(await timed(client.request("work_counts")))[0] for _ in range(times)]


async def push(desks, watchers, times):
    """From the commit of a change until the last of the watchers has it."""
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(desks.client(desks.leader))
                   for _ in range(watchers)]
        for client in clients:
            await client.hello()
            await client.request("work_watch")
        values = []
        for n in range(1, times + 1):
            began = time.perf_counter()
            await asyncio.to_thread(desks.hall.town.link.execute, PUT, (1 + n % 3, n))
            await asyncio.gather(*(c.next_event("work_changed") for c in clients))
            values.append((time.perf_counter() - began) * 1e6)
        return values


def run(stage):
    report = Report("work", COLUMNS)
    quick = stage.options.quick
    items = ITEMS_QUICK if quick else ITEMS
    times = PAGES_QUICK if quick else PAGES
    with stage.scene() as scene:
        desks = Desks(scene.hall(), items)
        pages = []
        for what, values in asyncio.run(read_pages(desks, times)).items():
            report.add(who="hall", items=items, what=what, asked=len(values),
                       **percentiles(values))
            pages += values
        counted = asyncio.run(count(desks, times // 5))
        report.add(who="hall", items=items, what="counts", asked=len(counted),
                   **percentiles(counted))
        for watchers in (1, WATCHERS_QUICK if quick else WATCHERS):
            values = asyncio.run(push(desks, watchers, CHANGES_QUICK if quick else CHANGES))
            report.add(who="hall", items=items, what=f"a change, at {watchers} watchers",
                       asked=len(values), **percentiles(values))
    report.goal(f"{items} open objects: a page's p99, ms", percentiles(pages)["p99_us"] / 1000, 10)
    return report
