"""Planted bugs: each must turn the checks red. A check that cannot fail proves nothing."""
import asyncio
import os

from client.hall_client import HallClient
from ledger import check


def findings_of(findings, words):
    return [finding for finding in findings if words in finding]


async def kill_database_under_load(load, cluster, rounds):
    load.start()
    for _ in range(rounds):
        await asyncio.sleep(1)
        await asyncio.to_thread(cluster.kill)
        await asyncio.to_thread(cluster.start)
    await load.finish()


def test_a_database_that_does_not_flush_is_found(make_server, make_load, cluster, database,
                                                 no_limits):
    database.rows(f'ALTER DATABASE "{database.name}" SET synchronous_commit = off')
    server = make_server(unsafe_durability=1, **no_limits)
    server.allow_error("store.not_durable")
    server.start()
    found = []
    for _ in range(5):
        load = make_load([server.http], writers=8)
        asyncio.run(kill_database_under_load(load, cluster, 2))
        found = findings_of(check(load, database), "acknowledged and ")
        if found:
            break
    assert found, "synchronous_commit = off lost nothing that the check would have seen"


def test_a_server_refuses_a_database_that_does_not_flush(make_server, database):
    database.rows(f'ALTER DATABASE "{database.name}" SET synchronous_commit = off')
    server = make_server()
    server.allow_error("store.not_durable")
    server.allow_error("store.database_refused")
    server.allow_error("app.database_refused")
    server.start(wait=False)
    assert server.wait() != 0


def test_acknowledging_before_the_sync_is_found(make_server, make_load, cluster, database,
                                                no_limits):
    # The row's answer comes before its commit. A trigger that fires at the commit makes some
    # commits fail, as a full disk or a deferred constraint would.
    database.rows("""
        CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF random() < 0.05 THEN
                RAISE EXCEPTION 'no commit this time' USING ERRCODE = 'serialization_failure';
            END IF;
            RETURN NULL;
        END $$""")
    database.rows("""CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER INSERT ON message
                     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                     EXECUTE FUNCTION refuse_at_commit()""")

    def findings_with(name, **settings):
        server = make_server(name, **no_limits, **settings)
        for event in ("store.planted_bug", "store.plant"):
            server.allow_error(event)
        server.start()
        load = make_load([server.http])

        async def run():
            load.start()
            await asyncio.sleep(3)
            await load.finish()

        asyncio.run(run())
        server.stop()
        assert len(load.ledger.acknowledged) > 100
        findings = check(load, database)
        return [f for f in findings if "acknowledged and " in f]

    assert findings_with("honest") == []
    assert findings_with("planted", plant="ack_on_command_ok")


def test_a_missing_unique_index_is_found(make_server, town, database, no_limits):
    """The same keys on two servers at once: stored once with the index, twice without."""
    servers = [make_server(name, **no_limits).start() for name in ("one", "two")]
    hall = town.community()
    person = town.resident(hall)

    async def storm():
        async with HallClient(servers[0].http, person.token) as one, \
                HallClient(servers[1].http, person.token) as two:
            await one.hello()
            await two.hello()
            for _ in range(60):
                keys = [os.urandom(16) for _ in range(8)]
                await asyncio.gather(*(client.post(hall.hall_id, "一次", key)
                                       for key in keys for client in (one, two)),
                                     return_exceptions=True)

    def doubled():
        return database.value("SELECT count(*) FROM (SELECT FROM message"
                              " GROUP BY sender_id, client_key HAVING count(*) > 1) d")

    asyncio.run(storm())
    assert doubled() == 0
    database.rows("ALTER TABLE message DROP CONSTRAINT message_once")
    for _ in range(10):
        asyncio.run(storm())
        if doubled():
            break
    assert doubled() > 0


def test_the_check_itself_finds_what_is_altered(make_server, make_load, database, no_limits):
    """Losing, doubling, overwriting and skipping by hand: each is named."""
    server = make_server(**no_limits).start()
    load = make_load([server.http], rooms=1)

    async def run():
        load.start()
        await asyncio.sleep(2)
        await load.finish()

    asyncio.run(run())
    assert check(load, database) == []
    room = load.readers[0].room_id
    last = database.value("SELECT last_seq FROM room WHERE id = %s", room)
    database.rows("UPDATE message SET body = 'x' WHERE room_id = %s AND seq = %s", room, last)
    assert findings_of(check(load, database), "overwritten")
    database.rows("DELETE FROM message WHERE room_id = %s AND seq = %s", room, last - 5)
    found = check(load, database)
    assert findings_of(found, "acknowledged and lost") and findings_of(found, "gap in room")
    load.readers[0].state.rooms[room].messages.pop(2)
    assert findings_of(check(load, database), "never saw 2")
