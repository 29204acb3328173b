"""Readings of restricted data: each an entry of the chain, pushed ones once, and shown to whom
they are about."""
import threading

import pytest

from harness.statements import SYSTEM, Statements

READINGS = "SELECT actor_id, role_used, entity_seq, detail, reason FROM audit" \
           " WHERE action = 'alert.read' ORDER BY seq"


def rows(*readings, entity="alert", entity_id=77, station=None):
    """Arguments of access_add: (actor, audience, version, reason) each."""
    return [[entity] * len(readings), [entity_id] * len(readings), [station] * len(readings),
            *(list(column) for column in zip(*readings))]


@pytest.fixture
def people(town):
    community = town.community()
    return {"officer": town.staff("officer", community), "ann": town.resident(community, "安安"),
            "leader": town.staff("unit_leader", town.unit(town.building(town.grid(community)))),
            "eve": town.resident(community, "伊芙")}


def chain_is_whole(database):
    return database.rows("SELECT * FROM audit_verify(NULL::bigint, NULL::bytea)") == []


def test_what_was_pushed_is_entered_once_per_person_version_and_projection(app, database, people):
    officer, leader = people["officer"].id, people["leader"].id
    first = rows((officer, 5, 1, None), (leader, 3, 1, None), (officer, 5, 1, None))
    assert [r["ord"] for r in app.run("access_add", *first, who=SYSTEM)] == [1, 2, 3]
    app.run("access_add", *first, who=SYSTEM)  # she reconnects
    app.run("access_add", *rows((officer, 5, 2, None), (leader, 4, 1, None)), who=SYSTEM)
    assert database.rows(READINGS) == [
        {"actor_id": officer, "role_used": 7, "entity_seq": 1, "detail": {"audience": 5},
         "reason": None},
        {"actor_id": leader, "role_used": 2, "entity_seq": 1, "detail": {"audience": 3},
         "reason": None},
        {"actor_id": officer, "role_used": 7, "entity_seq": 2, "detail": {"audience": 5},
         "reason": None},
        {"actor_id": leader, "role_used": 2, "entity_seq": 1, "detail": {"audience": 4},
         "reason": None}]
    assert chain_is_whole(database)


def test_what_was_asked_for_is_entered_each_time(app, database, people):
    asked = rows((people["officer"].id, 5, 0, "核对"), (people["officer"].id, 5, 0, "核对"))
    app.run("access_add", *asked, who=SYSTEM)
    app.run("access_add", *asked, who=SYSTEM)
    assert [r["reason"] for r in database.rows(READINGS)] == ["核对"] * 4
    assert database.value("SELECT count(*) FROM access_mark") == 0
    assert chain_is_whole(database)


def test_two_nodes_enter_the_same_push_once_and_never_wait_for_each_other(database, people):
    officer, leader = people["officer"].id, people["leader"].id

    def node(order):
        with database.link(as_app=True) as link:
            node_app = Statements(link)
            for version in range(1, 60):
                pushed = [(officer, 5, version, None), (leader, 3, version, None)]
                node_app.run("access_add", *rows(*pushed[::order]), who=SYSTEM)

    nodes = [threading.Thread(target=node, args=(order,)) for order in (1, -1, 1)]
    for thread in nodes:
        thread.start()
    for thread in nodes:
        thread.join()
    assert database.value("SELECT count(*) FROM audit WHERE action = 'alert.read'") == 2 * 59
    assert chain_is_whole(database)


def test_she_learns_who_read_about_her_and_nobody_else_does(app, database, people):
    ann, eve = people["ann"], people["eve"]
    database.rows("INSERT INTO access_subject (entity_type, entity_id, account_id)"
                  " VALUES ('alert', 77, %s), ('alert', 78, %s)", ann.id, eve.id)
    app.run("access_add", *rows((people["officer"].id, 5, 1, None), (people["leader"].id, 3, 1,
            None), (ann.id, 2, 1, None)), who=SYSTEM)
    app.run("access_add", *rows((people["officer"].id, 5, 0, "复核")), who=SYSTEM)
    log = app.run("access_log", ann.id, 0, 50, who=ann.id)
    officer_name = database.value("SELECT display_name FROM account WHERE id = %s",
                                  people["officer"].id)
    assert [(r["entity_id"], r["role"], r["staff_name"], r["reason"]) for r in log] == [
        (77, 7, officer_name, "复核"), (77, 2, None, None), (77, 7, officer_name, None)]
    assert app.run("access_log", ann.id, log[0]["seq"], 1, who=ann.id) == log[1:2]
    assert app.run("access_log", eve.id, 0, 50, who=eve.id) == []
    # The second wall: asking about somebody else gives nothing.
    assert app.run("access_log", ann.id, 0, 50, who=eve.id) == []


def test_what_is_remembered_of_readers_goes_with_the_person(app, database, town, people):
    community = town.community()
    alert_id = town.one(
        "INSERT INTO alert (no, state, level, scam_type, status, station_id, expires_at, ended_at)"
        " VALUES ('F-9', 7, 1, 4, 1, %s, now(), now() - interval '1 year') RETURNING id",
        community.station.id)
    town.one("INSERT INTO alert_restricted (alert_id, station_id) VALUES (%s, %s) RETURNING 1",
             alert_id, community.station.id)
    town.one("INSERT INTO access_subject (entity_type, entity_id, account_id)"
             " VALUES ('alert', %s, %s), ('dispute', %s, %s) RETURNING 1", alert_id,
             people["ann"].id, alert_id, people["ann"].id)
    app.run("access_add", *rows((people["officer"].id, 5, 1, None), entity_id=alert_id),
            who=SYSTEM)
    assert database.value("SELECT retention_alerts(183, 10)") == 1
    assert database.value("SELECT count(*) FROM access_mark") == 0
    assert database.rows("SELECT entity_type FROM access_subject") == [{"entity_type": "dispute"}]
    assert database.value("SELECT count(*) FROM audit WHERE action = 'alert.read'") == 1
