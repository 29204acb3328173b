"""G1, G2: kill -9 of the server or of PostgreSQL at any moment loses nothing acknowledged."""
import asyncio
import random

from ledger import check


async def rounds_of_kills(load, server, cluster, rounds):
    load.start()
    for number in range(rounds):
        await asyncio.sleep(random.uniform(0.6, 1.6))
        victim = ("server", "database", "both")[number % 3]
        if victim in ("server", "both"):
            server.kill()
        if victim in ("database", "both"):
            await asyncio.to_thread(cluster.kill)
            await asyncio.to_thread(cluster.start)
        if victim in ("server", "both"):
            await asyncio.to_thread(server.start)
    await load.finish()


def test_nothing_acknowledged_is_lost_by_kills(make_server, make_load, database, cluster, deep,
                                               no_limits, record_property):
    server = make_server(**no_limits).start()
    load = make_load([server.http], rooms=3, writers=6, readers=2)
    asyncio.run(rounds_of_kills(load, server, cluster, 200 if deep else 6))
    record_property("acknowledged", len(load.ledger.acknowledged))
    assert check(load, database) == []
    assert len(load.ledger.acknowledged) > 500
    assert load.ledger.reconnects > 0 and load.ledger.retries > 0
    print(f"\nacknowledged {len(load.ledger.acknowledged)}, reconnects {load.ledger.reconnects},"
          f" repeated {load.ledger.retries}")
