"""Row-level security, the second wall: without a principal there is nothing, with one her own."""
import psycopg
import pytest

from harness.statements import SYSTEM

RESTRICTED = ("identity.person", "identity.staff_credential", "alert_restricted", "alert_recipient",
              "notice_link", "work_item", "work_member", "access_mark", "access_subject",
              "dispute_restricted", "dispute_entry")
# Looked at in test_person.py.
OF_SEARCHES = ("person_restricted", "person_member", "person_sighting", "person_claim",
               "person_handover", "person_receipt", "person_take_down_device")


def report_dispute(one, community, reporter):
    """A dispute with an answer to the reporter and a note for the file."""
    dispute_id = one(
        "INSERT INTO dispute (no, state, station_id, community_id, place_id, colour)"
        " VALUES ('D-1', 1, %s, %s, %s, 1) RETURNING id",
        community.station.id, community.id, community.id)
    one("INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash,"
        " description) VALUES (%s, %s, %s, %s, '楼上太吵') RETURNING 1",
        dispute_id, reporter.id, bytes(16), bytes(32))
    for kind in (1, 2):  # a note, an answer
        one("INSERT INTO dispute_entry (dispute_id, state_version, reporter_id, kind, author_id,"
            " body) VALUES (%s, 2, %s, %s, %s, '话') RETURNING 1",
            dispute_id, reporter.id, kind, reporter.id)
    return dispute_id


@pytest.fixture
def alert(database, town):
    """An alert about ann in her community; bob is a responder, eve a neighbour."""
    community = town.community()
    people = {name: town.resident(community, name) for name in ("ann", "bob", "eve")}
    people["officer"] = town.staff("officer", community)
    people["dispatcher"] = town.staff("dispatcher", community.station)
    people["elsewhere"] = town.staff("officer", town.community())
    people["worker"] = town.staff("grid_worker", community)
    one = town.one
    alert_id = one(
        "INSERT INTO alert (no, state, level, scam_type, status, station_id, community_id,"
        " expires_at) VALUES ('F-1', 2, 1, 4, 1, %s, %s, now() + interval '1 day') RETURNING id",
        community.station.id, community.id)
    one("INSERT INTO alert_restricted (alert_id, station_id, community_id, situation)"
        " VALUES (%s, %s, %s, '正在转账') RETURNING 1",
        alert_id, community.station.id, community.id)
    for name, audience in (("ann", 2), ("bob", 4)):
        one("INSERT INTO alert_recipient (alert_id, account_id, audience) VALUES (%s, %s, %s)"
            " RETURNING 1", alert_id, people[name].id, audience)
    notice_id = one(
        "INSERT INTO notice (state, room_id, scam_type, level, title, body, advice, hotline,"
        " published_at, expires_at) VALUES (1, %s, 4, 1, 't', 'b', 'a', '96110', now(), now())"
        " RETURNING id", community.hall_id)
    one("INSERT INTO notice_link (notice_id, alert_id) VALUES (%s, %s) RETURNING 1",
        notice_id, alert_id)
    one("INSERT INTO access_subject (entity_type, entity_id, account_id) VALUES ('alert', %s, %s)"
        " RETURNING 1", alert_id, people["ann"].id)
    one("INSERT INTO access_mark (entity_type, entity_id, account_id, version, audience)"
        " VALUES ('alert', %s, %s, 1, 4) RETURNING 1", alert_id, people["bob"].id)
    report_dispute(one, community, people["ann"])
    for person in people.values():
        one("INSERT INTO identity.person (account_id, phone_hash)"
            " VALUES (%s, sha256(%s::text::bytea)) RETURNING 1", person.id, str(person.id))
    one("INSERT INTO identity.staff_credential (account_id, username, password_hash)"
        " VALUES (%s, 'officer', '$argon2id$x') RETURNING 1", people["officer"].id)
    return alert_id, people


def count(app, table, who=None):
    """Rows of a table this principal sees; None: nothing was set at all."""
    with app.link.transaction():
        if who is not None:
            app.prepare("store_become")
            app._execute("store_become", (who,))
        return app.link.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"]


def test_every_restricted_table_is_behind_a_forced_policy(database):
    found = {row["name"] for row in database.rows(
        "SELECT c.oid::regclass::text AS name FROM pg_class c"
        " WHERE c.relrowsecurity AND c.relforcerowsecurity")}
    assert found == set(RESTRICTED) | set(OF_SEARCHES)


@pytest.mark.parametrize("table", RESTRICTED)
def test_without_a_principal_there_is_nothing(alert, app, table):
    assert count(app, table) == 0


@pytest.mark.parametrize("table", RESTRICTED)
def test_what_a_transaction_set_is_over_with_it(alert, app, table):
    """Afterwards the setting is '' and not unset: that must not let anybody in, nor fail."""
    assert count(app, table, SYSTEM) > 0
    assert count(app, table) == 0


@pytest.mark.parametrize("table", RESTRICTED)
def test_the_owner_is_behind_the_policies_too(alert, database, table):
    with database.link() as link:
        link.execute("SET ROLE hall_owner")
        assert link.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"] == 0


def test_each_sees_her_own(alert, app):
    _, people = alert
    seen = {name: (count(app, "alert_restricted", p.id), count(app, "alert_recipient", p.id),
                   count(app, "identity.person", p.id), count(app, "notice_link", p.id),
                   count(app, "identity.staff_credential", p.id)) for name, p in people.items()}
    assert seen == {
        "ann": (1, 1, 1, 0, 0), "bob": (1, 1, 1, 0, 0), "eve": (0, 0, 1, 0, 0),
        "officer": (1, 0, 1, 0, 1), "dispatcher": (1, 0, 1, 0, 0), "elsewhere": (0, 0, 1, 0, 0),
        "worker": (0, 0, 1, 0, 0)}


def test_an_officer_whose_role_ended_sees_nothing(alert, app, database):
    _, people = alert
    database.rows("UPDATE role_grant SET revoked_at = now()")
    assert count(app, "alert_restricted", people["officer"].id) == 0


def test_nobody_writes_into_another_persons_rows(alert, app):
    alert_id, people = alert
    link = app.link
    app.prepare("store_become")
    with link.transaction():
        app._execute("store_become", (people["eve"].id,))
        done = link.execute("UPDATE alert_recipient SET displayed_at = now() WHERE alert_id = %s",
                            (alert_id,))
        assert done.rowcount == 0
        done = link.execute("UPDATE alert_restricted SET situation = 'x'")
        assert done.rowcount == 0
    for sql in ("INSERT INTO alert_recipient (alert_id, account_id, audience) VALUES (%s, %s, 4)",
                "INSERT INTO alert_restricted (alert_id, station_id) VALUES (%s + 1, %s)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), link.transaction():
            app._execute("store_become", (people["eve"].id,))
            link.execute(sql, (alert_id, people["bob"].id))


def test_a_recipient_reads_the_order_but_cannot_change_it(alert, app):
    _, people = alert
    app.prepare("store_become")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app.link.transaction():
        app._execute("store_become", (people["bob"].id,))
        app.link.execute("UPDATE alert_restricted SET situation = 'x'")


def test_a_negative_or_missing_principal_is_nobody(alert, app):
    assert count(app, "alert_restricted", -1) == 0
    app.prepare("store_become")
    with app.link.transaction():
        app._execute("store_become", (None,))
        assert app.link.execute("SELECT count(*) AS n FROM identity.person").fetchone()["n"] == 0


def test_a_dispute_is_its_reporters_and_of_those_in_charge(alert, app, town):
    _, people = alert
    dispute_id = town.one("SELECT id FROM dispute")
    # Whom it was given to; her neighbour, who was not, sees nothing.
    town.one("INSERT INTO dispute_member (dispute_id, account_id, part) VALUES (%s, %s, 2)"
             " RETURNING 1", dispute_id, people["worker"].id)
    seen = {name: (count(app, "dispute_restricted", p.id), count(app, "dispute_entry", p.id))
            for name, p in people.items()}
    assert seen == {"ann": (1, 1), "bob": (0, 0), "eve": (0, 0), "officer": (1, 2),
                    "dispatcher": (1, 2), "elsewhere": (0, 0), "worker": (1, 2)}
    town.one("UPDATE dispute_member SET ended_at = now() RETURNING 1")
    assert count(app, "dispute_restricted", people["worker"].id) == 0


def test_nobody_writes_a_dispute_in_her_own_name(alert, app):
    _, people = alert
    app.prepare("store_become")
    for sql in ("UPDATE dispute_restricted SET description = 'x'",
                "INSERT INTO dispute_entry (dispute_id, state_version, reporter_id, kind,"
                " author_id, body) SELECT dispute_id, 3, reporter_id, 2, reporter_id, 'x'"
                " FROM dispute_restricted"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.link.transaction():
            app._execute("store_become", (people["ann"].id,))
            app.link.execute(sql)
