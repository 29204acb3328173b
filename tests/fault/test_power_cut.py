"""G1, G2 when the power goes: what was not synced is forgotten, in whole or in part."""
import asyncio
import os
import subprocess
import sys

import power
import psycopg
import pytest
from harness import database as databases
from ledger import check


@pytest.fixture
def cluster():
    """Another PostgreSQL than the other tests have: its power can be cut."""
    fragile = power.FragileCluster()
    try:
        fragile.start()
        databases.make_template(fragile)
        yield fragile
    finally:
        fragile.destroy()


@pytest.fixture(autouse=True)
def healed():
    """Nothing to heal: each test has its own."""


async def rounds_of_cuts(load, server, cluster, rounds):
    """How many files lost something, in each round."""
    lost = []
    load.start()
    for number in range(rounds):
        await asyncio.sleep(1.5)
        server.kill()
        lost.append(await asyncio.to_thread(cluster.cut, keep=number % 2 * 0.5, seed=number))
        await asyncio.to_thread(cluster.start)
        await asyncio.to_thread(server.start)
    await load.finish()
    return lost


def test_nothing_acknowledged_is_lost_by_power_cuts(make_server, make_load, database, cluster, deep,
                                                    no_limits):
    server = make_server(**no_limits).start()
    load = make_load([server.http], rooms=3, writers=6, readers=2)
    lost = asyncio.run(rounds_of_cuts(load, server, cluster, 20 if deep else 3))
    print(f"\nacknowledged {len(load.ledger.acknowledged)}, files that lost something {lost}")
    assert all(lost), "a cut that takes nothing away proves nothing"
    assert check(load, database) == []
    assert len(load.ledger.acknowledged) > 300 and load.ledger.retries > 0


def test_a_database_that_never_syncs_is_found(make_server, make_load, database, cluster, no_limits):
    cluster.configure(fsync="off")
    server = make_server(unsafe_durability=1, **no_limits)
    server.allow_error("store.not_durable")
    server.start()
    load = make_load([server.http])

    async def run():
        load.start()
        await asyncio.sleep(3)
        server.kill()
        await asyncio.to_thread(cluster.cut)
        load.stopping.set()
        for task in load.tasks:
            task.cancel()
        await asyncio.gather(*load.tasks, return_exceptions=True)

    asyncio.run(run())
    assert len(load.ledger.acknowledged) > 100
    try:
        cluster.start()
        found = [f for f in check(load, database) if "acknowledged and lost" in f]
    except (RuntimeError, psycopg.Error):
        found = ["it does not even start again"]
        databases.make_template(rebuild(cluster))
        cluster.create_database(database.name, databases.TEMPLATE)
    assert found, "fsync = off lost nothing that the check would have seen"


def rebuild(cluster):
    """What is left cannot be used: the same cluster, empty, for who clears up after the test."""
    cluster.make()
    cluster.start()
    return cluster


def test_the_layer_forgets_what_was_not_synced_and_nothing_else(tmp_path):
    library, log, folder = power.build(tmp_path), tmp_path / "log", tmp_path / "data"
    folder.mkdir()
    (folder / "old").write_bytes(b"a" * 10000)
    script = """if True:
        import os
        old = os.open("old", os.O_WRONLY)
        os.pwrite(old, b"b" * 100, 0)
        os.fsync(old)
        os.pwrite(old, b"c" * 5000, 4000)
        os.pwrite(old, b"d" * 50, 4100)
        os.lseek(old, 9990, os.SEEK_SET)
        os.write(old, b"e" * 20)
        new = os.open("new", os.O_RDWR | os.O_CREAT)
        os.pwrite(new, b"f" * 6000, 0)
        kept = os.open("kept", os.O_RDWR | os.O_CREAT)
        os.write(kept, b"h" * 70000)
        os.fdatasync(kept)
    """
    subprocess.run([sys.executable, "-c", script], check=True, cwd=folder,
                   env={**os.environ, "LD_PRELOAD": str(library), "FORGETFUL_LOG": str(log)})
    assert (folder / "old").read_bytes()[4100:4150] == b"d" * 50
    assert power.forget(log, folder) == 2
    assert (folder / "old").read_bytes() == b"b" * 100 + b"a" * 9900
    assert (folder / "new").read_bytes() == b""
    assert (folder / "kept").read_bytes() == b"h" * 70000
