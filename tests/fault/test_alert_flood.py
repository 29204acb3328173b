"""G5: during a flood of chat a critical alert reaches every connected person at least once, before
the chat that was said after it, and every receipt is kept."""
import asyncio
import itertools
import os
import time

from client.hall_client import HallClient
from client.hall_source import Source
from ledger import LOST

numbers = itertools.count(1)


async def flood(server, person, hall_id, stopping):
    """Says as much as it can until told to stop."""
    said = 0
    async with HallClient(server.http, person.token) as client:
        await client.hello()
        while not stopping.is_set():
            await asyncio.gather(*(client.post(hall_id, f"闲话{os.urandom(8).hex()}")
                                   for _ in range(16)))
            said += 16
    return said


async def listen(server, person, ready, seen):
    """Connected from before the alert until its receipt is durable."""
    try:
        async with HallClient(server.http, person.token) as client:
            await client.hello()
            await client.live()
            ready.release()
            event = await client.next_event("notice_pushed", timeout=30)
            seen[person.id] = (event.body["notice"]["notice_id"], time.monotonic())
            await client.request("alert_receipts", {"items": [
                {"notice_id": event.body["notice"]["notice_id"], "stage": "displayed"}]})
            await asyncio.sleep(1)
            pushed = [e for e in client.received if e.name == "notice_pushed"]
            return len(pushed), {e.body["notice"]["notice_id"] for e in pushed}
    except LOST as problem:
        return repr(problem), set()


def test_an_alert_overtakes_a_flood_of_chat(make_server, town, database, deep, no_limits, tmp_path):
    server = make_server(**no_limits).start()
    hall = town.community()
    people = town.residents(hall, 1000 if deep else 150)
    writers = town.residents(hall, 3)
    source = Source(server.http, f"flood{next(numbers)}", tmp_path)
    town.one("INSERT INTO service_source (name, title, public_key, station_id)"
             " VALUES (%s, '反诈中心', %s, %s) RETURNING id", source.name, source.public_key,
             hall.station.id)

    async def run():
        stopping, ready, seen = asyncio.Event(), asyncio.Semaphore(0), {}
        listeners = [asyncio.create_task(listen(server, p, ready, seen)) for p in people]
        for _ in people:
            await ready.acquire()
        floods = [asyncio.create_task(flood(server, w, hall.hall_id, stopping)) for w in writers]
        await asyncio.sleep(1)
        status, _ = await asyncio.to_thread(source.send, {
            "identifier": "flood", "sender": "x", "sent": int(time.time() * 1000),
            "msg_type": "alert", "status": "actual", "level": "critical", "scam_type": "loan",
            "target": {"community_code": hall.code}})
        assert status == 201
        counts = await asyncio.gather(*listeners)
        stopping.set()
        said = sum(await asyncio.gather(*floods))
        return counts, seen, said

    counts, seen, said = asyncio.run(run())
    assert said > 100 and len(seen) == len(people)
    assert {count for count, _ in counts} == {1}, "each person is told, and only once"
    assert len(set.union(*(ids for _, ids in counts))) == 1
    kept = database.value("SELECT count(*) FROM notice_receipt WHERE displayed_at IS NOT NULL")
    assert kept == len(people)
    spread = max(at for _, at in seen.values()) - min(at for _, at in seen.values())
    print(f"\n{len(people)} people, {said} messages meanwhile,"
          f" first to last {spread * 1000:.0f} ms")
