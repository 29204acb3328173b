"""A dispute nobody answers climbs exactly once per passed time, whatever happens to the servers."""
import random
import time

import pytest

from harness.timers import let_claims_end

PATIENCE_S = 60
COUNT = 120

# What one passed first_response does: the colour rises, one line, one word in the duty room, one
# letter to the dispatcher, the next deadline put. Anything else is a loss or a double.
WRONG = """
SELECT d.id, d.colour, d.rung, d.state_version FROM dispute d
WHERE (d.colour, d.rung, d.state_version) <> (2, 3, 2)
   OR (SELECT count(*) FROM timeline t WHERE t.entity_type = 'dispute' AND t.entity_id = d.id
       AND t.event = 'dispute.deadline') <> 1
   OR (SELECT count(*) FROM outbox o WHERE o.once_key LIKE 'dispute ' || d.id || ' %') <> 1
   OR (SELECT count(*) FROM message m WHERE m.kind = 3 AND m.body LIKE '%' || d.no || '（%') <> 1
   OR (SELECT count(*) FROM timer t WHERE t.entity_type = 'dispute' AND t.entity_id = d.id
       AND t.name = 'first_response' AND t.fired_at IS NULL AND t.cancelled_at IS NULL) <> 1"""


@pytest.fixture
def unanswered(database, town):
    """So many disputes whose first_response has just passed, and a dispatcher who is told."""
    community = town.community()
    town.staff("dispatcher", community.station, station=community.station)
    reporter = town.resident(community)
    link = town.link
    link.execute(
        "INSERT INTO dispute (no, state, station_id, community_id, place_id, colour, rung)"
        " SELECT 'D-' || n || '-x', 1, %s, %s, %s, 1, 2 FROM generate_series(1, %s) n",
        (community.station.id, community.id, community.id, COUNT))
    link.execute(
        "INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash,"
        " description) SELECT id, %s, substr(sha256(no::bytea), 1, 16), sha256(no::bytea), 'x'"
        " FROM dispute", (reporter.id,))
    link.execute(
        "SELECT timer_put('dispute', id, 1, station_id, ARRAY['first_response', 'accept_by'],"
        " ARRAY[2, 2]::smallint[], ARRAY[1, 2]::smallint[],"
        " ARRAY[now() - interval '30 minutes', now()], ARRAY[1800000, 14400000]::bigint[],"
        " ARRAY[now(), now() + interval '4 hours']) FROM dispute")
    return link


def open_count(database):
    return database.value("SELECT count(*) FROM dispute WHERE state_version = 1")


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_kill_9_around_a_due_deadline_neither_loses_nor_doubles_it(make_server, unanswered,
                                                                  database):
    server = make_server()
    kills = 0
    while open_count(database) > 0:
        before = open_count(database)
        server.start()
        wait_until(lambda: open_count(database) < before, "nothing escalates")
        if kills < 3:
            time.sleep(random.uniform(0, 0.05))
            server.kill()
            kills += 1
            let_claims_end(database)
        else:
            wait_until(lambda: open_count(database) == 0, "some are left")
    assert database.rows(WRONG) == []


def test_two_servers_escalate_each_of_them_once(make_server, unanswered, database):
    servers = [make_server(name).start() for name in ("one", "two")]
    wait_until(lambda: open_count(database) == 0, "some are left")
    time.sleep(1)
    assert database.rows(WRONG) == []
    assert all(server.request("GET", "/healthz")[0] == 200 for server in servers)


def test_the_check_sees_an_escalation_that_came_twice(make_server, unanswered, database):
    make_server().start()
    wait_until(lambda: open_count(database) == 0, "some are left")
    database.rows("INSERT INTO timeline (entity_type, entity_id, event)"
                  " SELECT 'dispute', min(id), 'dispute.deadline' FROM dispute")
    assert len(database.rows(WRONG)) == 1
