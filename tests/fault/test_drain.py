"""G9: SIGTERM under load: no answer is lost, clients are told to come back, the exit code is 0."""
import asyncio
import signal

from client.hall_client import Closed, HallClient
from ledger import check


async def drain_under_load(load, server, rounds):
    load.start()
    for _ in range(rounds):
        await asyncio.sleep(1)
        server.signal(signal.SIGTERM)
        code = await asyncio.to_thread(server.wait)
        assert code == 0, f"ended with {code}"
        await asyncio.to_thread(server.start)
    await load.finish()


def test_rolling_restarts_lose_nothing(make_server, make_load, database, deep, no_limits):
    server = make_server(drain_spread_ms=500, **no_limits).start()
    load = make_load([server.http])
    asyncio.run(drain_under_load(load, server, 100 if deep else 4))
    assert check(load, database) == []
    assert len(load.ledger.acknowledged) > 200


def test_clients_are_told_to_come_back_at_different_times(make_server, town):
    server = make_server(drain_spread_ms=4000, address_connections=1000).start()
    people = town.residents(town.community(), 40)

    async def listen(person, ready):
        async with HallClient(server.http, person.token) as client:
            await client.hello()
            ready.release()
            told = await client.next_event("closing", timeout=20)
            try:
                end = await client.closed(timeout=20)
            except Closed as closed:
                end = closed
            return told.body, end.code

    async def run():
        ready = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(listen(person, ready)) for person in people]
        for _ in people:
            await ready.acquire()
        server.signal(signal.SIGTERM)
        told = await asyncio.gather(*tasks)
        assert await asyncio.to_thread(server.wait) == 0
        return told

    told = asyncio.run(run())
    waits = sorted(body["retry_after_ms"] for body, _ in told)
    assert all(body["reason"] == "going_away" for body, _ in told)
    assert waits[0] < 1000 and 3000 < waits[-1] <= 4000
    assert len(set(waits)) > 30
