"""G6: timers are rows. No restart, frozen node, clock step or second node loses or doubles one."""
import random
import signal
import time

import pytest

from harness.timers import left, let_claims_end, make_silent, wrong

PATIENCE_S = 60


@pytest.fixture
def silent(database, town):
    """silent(count, due): so many timers that are due then."""
    community = town.community()
    officer = town.staff("officer", community, station=community.station)

    def make(count, due="now()", **more):
        make_silent(database, community, officer, count, due, **more)
    return make


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def drain(database):
    wait_until(lambda: left(database) == 0, "timers are left")


def fired(server):
    return server.metrics()["hall_timers_fired_total"]


def test_killed_again_and_again_while_timers_are_due(make_server, silent, database, deep):
    count = 10000 if deep else 600
    silent(count)
    server = make_server()
    kills = 0
    while left(database) > 0:
        before = left(database)
        server.start()
        wait_until(lambda: left(database) < before, "nothing fires")
        time.sleep(random.uniform(0, 0.05))
        if kills < 3 or left(database) > count / 4:
            server.kill()
            kills += 1
            let_claims_end(database)
        else:
            drain(database)
    assert kills >= 3
    assert wrong(database) == []


def test_a_claim_of_a_dead_node_ends_by_itself(make_server, silent, database):
    silent(300)
    server = make_server()
    server.start()
    wait_until(lambda: left(database) < 300, "nothing fires")
    server.kill()
    server.start()
    wait_until(lambda: database.value("SELECT count(*) FROM timer WHERE fired_at IS NULL"
                                      " AND claimed_until < now()") == 0, "nobody took them up")
    drain(database)
    assert wrong(database) == []


def test_two_servers_share_what_is_due(make_server, silent, database, deep):
    count = 10000 if deep else 800
    silent(count, due="now() + interval '3 seconds'")
    servers = [make_server(name).start() for name in ("one", "two")]
    drain(database)
    assert wrong(database) == []
    shares = [fired(server) for server in servers]
    assert sum(shares) == count
    assert min(shares) > sum(shares) / 10, shares


def test_a_frozen_node_that_wakes_has_no_second_effect(make_server, silent, database):
    """Its claims have run out and another node did its work; then it goes on where it stood."""
    silent(600)
    frozen = make_server("frozen").start()
    wait_until(lambda: left(database) < 600, "nothing fires")
    frozen.signal(signal.SIGSTOP)
    let_claims_end(database)
    other = make_server("other").start()
    drain(database)
    frozen.signal(signal.SIGCONT)
    wait_until(lambda: fired(frozen) + fired(other) >= 1, "nobody answers")
    time.sleep(0.5)
    assert wrong(database) == []


def test_a_clock_that_steps(make_server, silent, database):
    """The database's clock is the one that counts, so a step is every due time moved at once."""
    silent(200, due="now() - interval '1 second' * (id % 100)")
    database.rows("UPDATE timer SET due_at = due_at + interval '1 hour'")  # the clock went back
    server = make_server().start()
    time.sleep(2.5)  # longer than the runner ever sleeps
    assert left(database) == 200 and fired(server) == 0
    database.rows("UPDATE timer SET due_at = due_at - interval '2 hours'")  # and forward
    drain(database)
    assert wrong(database) == []
    assert server.metrics()["hall_timers_late_total"] == 200
    assert server.log().count("jobs.timers_late") == 1  # not a line for each


def test_after_an_outage_the_oldest_comes_first(make_server, silent, database):
    silent(400, due="now() - interval '1 second' * (id % 1000)")
    make_server().start()
    drain(database)
    assert wrong(database) == []
    order = [row["rank"] for row in database.rows(
        "SELECT rank() OVER (ORDER BY t.due_at) FROM timeline l"
        " JOIN timer t ON t.entity_id = l.entity_id AND t.entity_type = 'alert'"
        " WHERE l.event = 'fraud.ack_timeout' ORDER BY l.id")]
    # Sixteen are under way at a time, so a timer overtakes few others.
    assert max(abs(rank - place) for place, rank in enumerate(order, 1)) < 64


def test_a_server_that_ends_gives_back_what_it_claimed(make_server, silent, database):
    silent(500)
    server = make_server().start()
    wait_until(lambda: left(database) < 500, "nothing fires")
    server.stop()
    assert left(database) > 0
    assert database.value("SELECT count(*) FROM timer WHERE fired_at IS NULL"
                          " AND claimed_until > now()") == 0
    make_server("next").start()
    drain(database)
    assert wrong(database) == []


@pytest.mark.parametrize("mistake", [
    "INSERT INTO timeline (entity_type, entity_id, event)"
    " VALUES ('alert', 1000001, 'fraud.ack_timeout')",
    "UPDATE timer SET fired_at = NULL WHERE entity_id = 1000003",
    "UPDATE alert SET state_version = 4 WHERE id = 1000002",
])
def test_the_check_sees_what_must_not_be(make_server, silent, database, mistake):
    silent(5)
    make_server().start()
    drain(database)
    assert wrong(database) == []
    database.rows(mistake)
    assert len(wrong(database)) == 1
