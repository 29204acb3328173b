"""What waits for whom: work_list, work_counts, work_watch, and what is pushed: work_changed,
work_reset."""
import asyncio

import pytest

from integration.alert_scene import MARKERS, PHONE, Scene
from integration.talk import enter, refused, scenario, until


@pytest.fixture
def scene(swift, town, tmp_path):
    return Scene(swift, town, tmp_path)


class Work:
    """Items of disputes and searches, as their subjects' triggers put them."""

    def __init__(self, town):
        self.town = town

    def put(self, entity_id, place, kind=2, lead=None, due="2030-01-01", urgency=3, state=1):
        row = self.town.link.execute("SELECT * FROM place WHERE id = %s", (place.id,)).fetchone()
        self.town.link.execute(
            "SELECT work_put(ROW(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, NULL, 1, %s, %s, now(),"
            " NULL)::work_item)", (
                kind, entity_id, f"D-{entity_id}", state, state, row["station_id"],
                row["community_id"], row["grid_id"], row["building_id"], urgency,
                lead.id if lead else None, due))

    def drop(self, entity_id, kind=2):
        self.town.link.execute("SELECT work_drop(%s::smallint, %s)", (kind, entity_id))

    def assign(self, entity_id, person, part=1, kind=2):
        self.town.link.execute("SELECT work_assign(%s::smallint, %s, %s::bigint[], %s::smallint)",
                               (kind, entity_id, [person.id], part))

    def unassign(self, entity_id, person, kind=2):
        self.town.link.execute("SELECT work_unassign(%s::smallint, %s, %s::bigint[])",
                               (kind, entity_id, [person.id]))


async def listed(client, **more):
    """Every page, as (kind, id)."""
    found, asked = [], {"limit": 50, **more}
    while True:
        page = await client.request("work_list", asked)
        found += [(item["work_kind"], item["entity_id"]) for item in page["items"]]
        if "next_cursor" not in page:
            return found
        asked["cursor"] = page["next_cursor"]


async def changed(client, timeout=3):
    return (await client.next_event("work_changed", timeout)).body


def work_events(client):
    return [e for e in client.received if e.name.startswith("work_")]


async def quiet(*clients):
    """Everything that was on its way is here."""
    await asyncio.sleep(0.3)
    for client in clients:
        await client.ping()


@scenario
async def test_an_alert_waits_for_those_it_is_for_until_it_ended(scene):
    async with enter(scene.server, scene.officer) as o, \
            enter(scene.server, scene.grid_worker) as g, \
            enter(scene.server, scene.other_officer) as x, \
            enter(scene.server, scene.dispatcher) as d:
        watching = (o, g, x, d)
        for client in watching:
            await client.request("work_watch", {})
            assert await listed(client) == []
        first = scene.alert()
        answer = await scene.inject(first)
        for client, part in ((o, "offered"), (g, "offered"), (d, "offered")):
            item = (await changed(client))["item"]
            while "my_part" not in item:  # first the alert, then to whom it goes, or both at once
                item = (await changed(client))["item"]
            assert (item["work_kind"], item["entity_id"], item["no"]) == (
                "alert", answer["alert_id"], answer["no"])
            assert (item["urgency"], item["title_code"], item["my_part"]) == ("red", 1, part)
            assert item["waiting_for"] == "responder" and item["community_name"] == "柳荫社区"
            assert item["next_due_at"] - item["created_at"] == 60000
            assert await listed(client) == [("alert", answer["alert_id"])]
        await g.request("alert_ack", {"alert_id": answer["alert_id"], "expected_version": 1})
        item = (await changed(o))["item"]
        assert (item["state_version"], item["waiting_for"]) == (2, "lead")
        assert item["lead_account_id"] == scene.grid_worker.id and item["lead_name"]
        assert abs(item["next_due_at"] - item["updated_at"] - 300000) < 5000  # ack_by
        assert (await changed(g))["item"]["my_part"] == "assigned"
        assert (await o.request("work_counts"))["counts"] == [
            {"work_kind": "alert", "urgency": "red", "items": 1}]
        await scene.inject(scene.follow_up("cancel", first, reason="误报"))
        for client in (o, g, d):
            event = await changed(client)
            while "item" in event:
                event = await changed(client)
            assert event == {"work_kind": "alert", "entity_id": answer["alert_id"]}
            assert await listed(client) == []
            assert (await client.request("work_counts"))["counts"] == []
        await quiet(x)
        assert work_events(x) == []
        for client in watching:
            seen = repr(work_events(client))
            assert not [m for m in (*MARKERS.values(), PHONE) if m in seen]


@scenario
async def test_nobody_else_hears_of_it(swift, town):
    work = Work(town)
    station, far = town.station(), town.station()
    here, elsewhere = town.community(station), town.community(far)
    people = {
        "officer": town.staff("officer", here), "stranger": town.staff("officer", elsewhere),
        "far leader": town.staff("station_leader", far),
        "worker": town.staff("grid_worker", here), "volunteer": town.staff("volunteer", here),
    }
    async with enter(swift, people["officer"]) as officer, \
            enter(swift, people["stranger"]) as stranger, \
            enter(swift, people["far leader"]) as leader, \
            enter(swift, people["worker"]) as worker, \
            enter(swift, people["volunteer"]) as volunteer:
        others = (stranger, leader, worker, volunteer)
        for client in (officer, *others):
            await client.request("work_watch", {})
        work.put(424242, here)
        assert (await changed(officer))["item"]["entity_id"] == 424242
        work.drop(424242)
        assert await changed(officer) == {"work_kind": "dispute", "entity_id": 424242}
        await quiet(*others)
        for client in others:
            assert await listed(client) == [] and work_events(client) == []
            assert (await client.request("work_counts"))["counts"] == []
            assert "424242" not in repr(client.received)


@scenario
async def test_what_leaves_her_sight_is_told_to_her_alone(swift, town):
    work = Work(town)
    station = town.station()
    one, two = town.community(station), town.community(station)
    first, second = town.staff("officer", one), town.staff("officer", two)
    mediator = town.staff("mediator", one)
    work.put(1, one)
    async with enter(swift, first) as a, enter(swift, second) as b, enter(swift, mediator) as m:
        for client in (a, b, m):
            await client.request("work_watch", {})
        assert await listed(a) == [("dispute", 1)]  # shown by a page
        work.put(1, two)  # it is another community's after all
        assert "item" not in await changed(a)
        assert (await changed(b))["item"]["entity_id"] == 1
        work.assign(1, mediator, 2)
        assert (await changed(m))["item"]["my_part"] == "offered"
        assert "my_part" not in (await changed(b))["item"]
        work.unassign(1, mediator)
        assert "item" not in await changed(m)
        work.assign(1, second, 3)  # a party, as it turns out
        assert (await changed(b))["item"]["entity_id"] == 1
        assert "item" not in await changed(b)
        assert await listed(b) == []
        work.drop(1)
        await quiet(a, b, m)
        assert [len(work_events(c)) for c in (a, b, m)] == [1, 4, 2]


@scenario
async def test_pages_are_in_order_and_hold_what_the_filters_say(swift, town):
    work = Work(town)
    community = town.community()
    officer = town.staff("officer", community)
    for n in range(1, 61):
        work.put(n, community, kind=1 + n % 3, urgency=1 + n % 4,
                 due=[None, "2030-01-01", "2029-01-01"][n % 3],
                 lead=officer if n % 10 == 0 else None)
    async with enter(swift, officer) as o:
        whole = await o.request("work_list", {"limit": 50})
        keys = [(i.get("next_due_at", 2**53), ["red", "yellow", "blue", "low"].index(i["urgency"]))
                for i in whole["items"]]
        assert keys == sorted(keys) and len(keys) == 50 and "next_cursor" in whole
        everything = await listed(o)
        assert len(set(everything)) == 60
        for limit in (1, 7, 50):
            assert await listed(o, limit=limit) == everything
        assert {k for k, _ in await listed(o, kinds=["dispute"])} == {"dispute"}
        some = await listed(o, kinds=["alert", "dispute"], urgencies=["red"])
        assert some == [(k, n) for k, n in everything if n % 4 == 0 and n % 3 < 2]
        assert sorted(n for _, n in await listed(o, mine=True)) == [10, 20, 30, 40, 50, 60]
        counts = (await o.request("work_counts"))["counts"]
        assert sum(c["items"] for c in counts) == 60
        for bad in ("x", "1.2.3", "1.2.3.4.5", "1.9.1.1", "9007199254740991.1.1.1"):
            with refused("invalid_field", "cursor"):
                await o.request("work_list", {"limit": 10, "cursor": bad})
        with refused("invalid_field", "limit"):
            await o.request("work_list", {"limit": 0})
        with refused("invalid_field", "limit"):
            await o.request("work_list", {"limit": 51})


@scenario
async def test_who_may_not_see_any_work_cannot_ask(swift, town):
    community = town.community()
    for person in (town.resident(community), town.staff("unit_rep", community),
                   town.staff("auditor", community.station),
                   town.staff("sysadmin", community.station)):
        async with enter(swift, person) as client:
            for name, body in (("work_list", {"limit": 10}), ("work_counts", {}),
                               ("work_watch", {})):
                with refused("not_found"):
                    await client.request(name, body)


@scenario
async def test_every_node_tells(make_server, town):
    one = make_server("one", account_rate=0).start()
    two = make_server("two", account_rate=0).start()
    work = Work(town)
    community = town.community()
    first, second = town.staff("officer", community), town.staff("officer", community)
    async with enter(one, first) as a, enter(two, second) as b:
        for client in (a, b):
            await client.request("work_watch", {})
        for n in range(20):
            work.put(n + 1, community, urgency=1 + n % 4)
        for client in (a, b):
            await until(lambda c=client: len(work_events(c)) == 20)
            latest = {}
            for event in work_events(client):
                latest[event.body["entity_id"]] = event.body["item"]
            assert sorted(latest) == list(range(1, 21))


@scenario
async def test_of_many_changes_the_last_one_is_shown(swift, town):
    work = Work(town)
    community = town.community()
    officer = town.staff("officer", community)
    async with enter(swift, officer) as o:
        await o.request("work_watch", {})
        for state in range(1, 31):
            work.put(1, community, state=state)
        await until(lambda: work_events(o) and
                    work_events(o)[-1].body["item"]["state"] == 30)
        stamps = [e.body["item"]["updated_at"] for e in work_events(o)]
        assert stamps == sorted(stamps)


@scenario
async def test_a_page_and_what_happens_meanwhile_never_disagree(swift, town):
    """Items come and go while pages are read: in the end every client holds what is there."""
    work = Work(town)
    community = town.community()
    officers = [town.staff("officer", community) for _ in range(3)]
    for n in range(1, 41):
        work.put(n, community)

    async def follow(officer, stop):
        held = {}
        async with enter(swift, officer) as client:
            await client.request("work_watch", {})
            while not stop.is_set():
                await listed(client, limit=10)
            # What a client does: pages and pushes in the order of arrival, the later one holds.
            await quiet(client)
            held = set(await listed(client))
            gone = set()
            for event in work_events(client):
                key = (event.body["work_kind"], event.body["entity_id"])
                (gone.discard if "item" in event.body else gone.add)(key)
            return held, gone

    def churn():
        for n in range(1, 200):
            if n % 3 == 0:
                work.drop(n // 3)
            else:
                work.put(100 + n, community)

    stop = asyncio.Event()
    following = [asyncio.create_task(follow(o, stop)) for o in officers]
    await asyncio.sleep(0.3)
    await asyncio.to_thread(churn)
    stop.set()
    there = {("dispute", row["entity_id"]) for row in town.link.execute(
        "SELECT entity_id FROM work_item")}
    for task in following:
        held, gone = await task
        assert held == there and not gone & there
        assert gone == {("dispute", n) for n in range(1, 41)} - there


@scenario
async def test_other_roles_mean_another_list(swift, town):
    work = Work(town)
    station = town.station()
    one, two = town.community(station), town.community(station)
    officer = town.staff("officer", one)
    work.put(1, one)
    work.put(2, two)
    async with enter(swift, officer) as o:
        await o.request("work_watch", {})
        assert await listed(o) == [("dispute", 1)]
        town.grant(officer.id, "officer", two)
        await o.next_event("work_reset", 3)
        assert await listed(o) == [("dispute", 1), ("dispute", 2)]
        town.link.execute("UPDATE account SET display_name = '改名' WHERE id = %s", (officer.id,))
        await quiet(o)
        assert len([e for e in work_events(o) if e.name == "work_reset"]) == 1


@scenario
async def test_when_changes_may_have_been_missed_she_asks_again(swift, town, database):
    work = Work(town)
    community = town.community()
    officer = town.staff("officer", community)
    async with enter(swift, officer) as o:
        await o.request("work_watch", {})
        database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE query LIKE 'LISTEN%%' AND datname = current_database()")
        work.put(7, community)
        await o.next_event("work_reset", 10)
        assert await listed(o) == [("dispute", 7)]
        work.put(7, community, state=2)
        assert (await changed(o))["item"]["state"] == 2
