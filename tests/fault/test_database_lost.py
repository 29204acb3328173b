"""G8: with the database away clients stay connected, posts get a clear "try again" within two
seconds and are never acknowledged; afterwards everything goes on by itself."""
import asyncio
import time

import pytest
from client.hall_client import HallClient
from client.hall_doors import Refused
from ledger import check


async def refused_clearly(client, hall_id, text):
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        await client.post(hall_id, text)
    assert refusal.value.code in ("unavailable", "busy")
    return time.monotonic() - began


async def back_again(client, hall_id, seconds):
    """Posts until one is taken; how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            await client.post(hall_id, "又可以了")
            return time.monotonic() - began
        except Refused as refusal:
            assert refusal.code in ("unavailable", "busy")
            await asyncio.sleep(0.1)
    raise AssertionError(f"no message was taken {seconds} s after the database was back")


@pytest.mark.parametrize("way", ["frozen", "killed"])
def test_the_hall_waits_for_its_database(way, make_server, town, cluster, database, deep):
    server = make_server().start()
    hall = town.community()
    writer, reader = town.residents(hall, 2)
    away_s = 30 if deep else 6

    async def run():
        async with HallClient(server.http, writer.token) as client, \
                HallClient(server.http, reader.token) as other:
            await client.hello()
            await other.hello()
            await client.post(hall.hall_id, "之前")
            if way == "frozen":
                cluster.pause()
            else:
                await asyncio.to_thread(cluster.kill)
            began = time.monotonic()
            slowest = 0.0
            while time.monotonic() - began < away_s:
                slowest = max(slowest, await refused_clearly(client, hall.hall_id, "不会存下"))
                await other.ping([hall.hall_id])  # connected, and answered from memory
                assert server.get("/healthz")[0] == 200
                # Still of use, for reading and for critical alerts; and it says what is missing.
                assert b'"database":"down"' in server.get("/readyz")[2]
                await asyncio.sleep(0.3)
            if way == "frozen":
                cluster.resume()
            else:
                await asyncio.to_thread(cluster.start)
            waited = await back_again(client, hall.hall_id, 10)
            return slowest, waited

    slowest, waited = asyncio.run(run())
    bodies = [row["body"] for row in database.rows("SELECT body FROM message ORDER BY seq")]
    assert bodies[0] == "之前" and bodies[-1] == "又可以了"
    assert slowest < 4 and waited < 10
    print(f"\n{way}: refused within {slowest:.2f} s, back after {waited:.2f} s")


def test_nothing_is_lost_when_the_database_freezes_under_load(make_server, make_load, cluster,
                                                              database, deep, no_limits):
    server = make_server(**no_limits).start()
    load = make_load([server.http])

    async def run():
        load.start()
        for _ in range(10 if deep else 2):
            await asyncio.sleep(1)
            cluster.pause()
            await asyncio.sleep(3)
            cluster.resume()
        await load.finish()

    asyncio.run(run())
    assert check(load, database) == []
    assert len(load.ledger.acknowledged) > 200
