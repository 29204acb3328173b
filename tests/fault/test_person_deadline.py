"""A search nobody answers climbs by exactly one rung, whatever becomes of the server meanwhile."""
import random
import time

import pytest

from harness.timers import let_claims_end

PATIENCE_S = 60


@pytest.fixture
def waiting(database, town):
    """waiting(count): so many reports whose five minutes are over."""
    station = town.station()
    community = town.community(station)
    reporter = town.resident(community)
    town.staff("dispatcher", station, station=station)

    def make(count):
        database.rows(
            "WITH made AS (INSERT INTO person_search (no, state, station_id, community_id,"
            " high_risk, due_at) SELECT 'P-' || n, 2, %s, %s, false, now()"
            " FROM generate_series(1, %s) n RETURNING id),"
            " who AS (INSERT INTO person_restricted (person_id, station_id, community_id,"
            " name_sealed, age_band, sex, looks, clothes, last_seen_at, last_seen_place, risks,"
            " reporter_id, relation, consent_version, client_key, request_hash)"
            " SELECT id, %s, %s, '\\x00'::bytea || sha256('n'), 7, 1, '', '', now(), 'x', '{}', %s,"
            " 1, '1', uuid_send(gen_random_uuid()), sha256('r') FROM made)"
            " INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)"
            " SELECT 'person_search', id, 'verify_by', 1, now() FROM made", station.id,
            community.id, count, station.id, community.id, reporter.id)
    return make


def unanswered(database):
    return database.value("SELECT count(*) FROM person_search WHERE rung = 0")


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def assert_one_rung_each(database, count):
    assert database.value("SELECT count(*) FROM person_search WHERE rung = 1") == count
    for table, where in (("outbox", "template = 'person.verify_by'"),
                         ("timeline", "event = 'person.verify_by'"),
                         ("message", "body LIKE '寻人 P-%%'"),
                         ("timer", "name = 'verify_by' AND fired_at IS NULL AND due_at > now()")):
        assert database.value(f"SELECT count(*) FROM {table} WHERE {where}") == count, table


def test_killed_while_it_climbs(make_server, waiting, database, deep):
    count = 2000 if deep else 200
    waiting(count)
    server = make_server()
    for _ in range(3):
        before = unanswered(database)
        server.start()
        wait_until(lambda b=before: unanswered(database) < b, "nobody is told")
        time.sleep(random.uniform(0, 0.02))
        server.kill()
        let_claims_end(database)
        if unanswered(database) == 0:
            break
    server.start()
    wait_until(lambda: unanswered(database) == 0, "some are left")
    assert_one_rung_each(database, count)


def test_two_servers_tell_it_once(make_server, waiting, database):
    servers = [make_server(name) for name in ("one", "two")]
    waiting(120)
    for server in servers:
        server.start()
    wait_until(lambda: unanswered(database) == 0, "some are left")
    assert_one_rung_each(database, 120)
