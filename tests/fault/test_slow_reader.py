"""G7: who does not read costs only herself: bounded, closed with a reason, and resumes."""
import asyncio
import pathlib
import time

import pytest
from client.hall_client import Closed, HallClient, State

TEXT = "慢" * 1000


def resident_kib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def stopped(server, person):
    """A client that greets and then never reads again."""
    client = HallClient(server.http, person.token)
    await client.__aenter__()
    await client.hello()
    client._socket.transport.pause_reading()  # pylint: disable=protected-access
    return client


@pytest.mark.slow
def test_a_stopped_reader_disturbs_nobody(make_server, town, no_limits):
    server = make_server(outbox_bytes=256 * 1024, outbox_frames=256, **no_limits).start()
    hall = town.community()
    writer, brisk, *slow = town.residents(hall, 12)
    told = {}

    async def run():
        reader = HallClient(server.http, brisk.token)
        async with reader, HallClient(server.http, writer.token) as client:
            await reader.hello()
            await client.hello()
            sleepers = [await stopped(server, person) for person in slow]
            before = resident_kib(server)
            slowest = 0.0
            for number in range(1500):  # 4.5 MB for each who reads
                began = time.monotonic()
                answer = await client.post(hall.hall_id, f"{number} {TEXT}")
                while reader.room(hall.hall_id).seq < answer["seq"]:
                    await reader.next_event()
                slowest = max(slowest, time.monotonic() - began)
            told["grown_kib"] = resident_kib(server) - before
            told["slowest_s"] = slowest
            for sleeper in sleepers:
                sleeper._socket.transport.resume_reading()  # pylint: disable=protected-access
                try:
                    end = await sleeper.closed(timeout=20)
                except Closed as closed:
                    end = closed
                told.setdefault("codes", []).append(end.code)
                sleeper.state.rooms[hall.hall_id].gaps.clear()
            state = sleepers[0].state
            told["held"] = state.rooms[hall.hall_id].seq
            async with HallClient(server.http, slow[0].token, state=state) as again:
                await again.hello()
                await again.live()
                room = again.room(hall.hall_id)
                told["resumed_to"], told["lost"] = room.seq, again.lost

    asyncio.run(run())
    metrics = server.metrics()
    # Closed for this reason, or cut while the reason was still queued behind what it did not read.
    assert all(code in (4002, 1006) for code in told["codes"])
    assert any(name.startswith("hall_sessions_closed") and "slow" in name and value >= 10
               for name, value in metrics.items()), metrics
    assert told["held"] < 1500 and told["resumed_to"] == 1500 and told["lost"] == []
    # Ten outboxes of 256 KiB and what the kernel does not count as ours, not ten times 4.5 MB.
    assert told["grown_kib"] < 20 * 1024
    print(f"\n{told}")


def test_what_a_new_client_holds_is_complete_after_being_closed(make_server, town, no_limits):
    server = make_server(outbox_bytes=64 * 1024, **no_limits).start()
    hall = town.community()
    writer, slow = town.residents(hall, 2)

    async def run():
        state = State()
        sleeper = await stopped(server, slow)
        sleeper.state = state
        async with HallClient(server.http, writer.token) as client:
            await client.hello()
            for number in range(800):
                await client.post(hall.hall_id, f"{number} {TEXT}")
        await sleeper.__aexit__()
        async with HallClient(server.http, slow.token, state=state) as again:
            await again.hello()
            await again.live(timeout=20)
            return again.room(hall.hall_id).seq, again.lost

    assert asyncio.run(run()) == (800, [])
