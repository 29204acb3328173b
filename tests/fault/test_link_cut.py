"""G3, G4: cut anywhere, repeat everything, on two servers at once: kept once, seen in order."""
import asyncio

from ledger import check
from proxy import CuttingProxy


async def cut_for(load, servers, seconds):
    async with CuttingProxy(servers[0].port) as one, CuttingProxy(servers[1].port) as two:
        load.bases = [one.base, two.base]
        load.start()
        await asyncio.sleep(seconds)
        one.cutting = two.cutting = False
        await load.finish()
        return one.cuts + two.cuts


def test_cuts_at_random_bytes_lose_double_and_reorder_nothing(make_server, make_load, database,
                                                              deep, no_limits):
    servers = [make_server(name, **no_limits).start() for name in ("one", "two")]
    load = make_load([], rooms=2, writers=6, readers=3)
    cuts = asyncio.run(cut_for(load, servers, 300 if deep else 12))
    assert check(load, database) == []
    assert cuts > 50
    assert load.ledger.retries > 50
    print(f"\ncuts {cuts}, acknowledged {len(load.ledger.acknowledged)},"
          f" repeated {load.ledger.retries}")
