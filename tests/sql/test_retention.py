"""What has had its time goes, and nothing before it."""
import psycopg
import pytest

YEAR = 365


@pytest.fixture
def hall(town):
    community = town.community()
    return community.hall_id, town.resident(community)


def age(database, table, column, where, days):
    database.rows(f"UPDATE {table} SET {column} = {column} - make_interval(days => {days})"
                  f" WHERE {where}")


def test_old_texts_and_pictures_go_and_the_order_stays(database, hall, say, app):
    room, ann = hall
    database.rows("INSERT INTO media (id, owner_id, width, height) VALUES"
                  " ('a234567890123456', %s, 1, 1), ('b234567890123456', %s, 1, 1)", ann.id, ann.id)
    database.rows("INSERT INTO media_blob SELECT id, 320, 'x' FROM media")
    for number, media in enumerate(["a234567890123456", "", "", "b234567890123456", ""]):
        say(room, ann.id, f"第{number}", media_ids=media)
    age(database, "message", "created_at", "seq <= 3", 400)
    assert app.one("retention_messages", YEAR, 2)["removed"] == 2  # a bounded step
    assert app.one("retention_messages", YEAR, 2)["removed"] == 1
    assert app.one("retention_messages", YEAR, 2)["removed"] == 0
    rows = database.rows("SELECT seq, state, body, media_ids FROM message ORDER BY seq")
    assert [(r["seq"], r["state"], r["body"]) for r in rows] == [
        (1, 4, None), (2, 4, None), (3, 4, None), (4, 1, "第3"), (5, 1, "第4")]
    assert [r["id"] for r in database.rows("SELECT id FROM media")] == ["b234567890123456"]
    assert database.value("SELECT count(*) FROM media_blob") == 1
    assert database.value("SELECT first_seq FROM room WHERE id = %s", room) == 4
    assert app.run("message_page", room, 0, 0, 0, 0, 10)[0]["seq"] == 4


def test_an_old_key_is_still_known(database, hall, say, app):
    room, ann = hall
    first = say(room, ann.id, client_key=b"k" * 16)
    age(database, "message", "created_at", "true", 400)
    app.one("retention_messages", YEAR, 10)
    again = say(room, ann.id, client_key=b"k" * 16)
    assert (again["outcome"], again["seq"]) == (1, first["seq"])


def test_the_index_of_old_texts_goes(database, hall, app):
    room, ann = hall
    database.rows(
        "INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge,"
        " client_key, body) SELECT %s, n, %s, now() - interval '400 days', 0, 1, 1,"
        " uuid_send(gen_random_uuid()), '旧闻' FROM generate_series(1, 4096) n", room, ann.id)
    database.rows("UPDATE room SET last_seq = 4096 WHERE id = %s", room)
    while app.one("search_build")["built"]:
        pass
    assert database.value("SELECT count(DISTINCT segment) FROM search_posting") == 2
    app.one("retention_messages", YEAR, 3000)
    assert database.rows("SELECT DISTINCT segment FROM search_posting") == [{"segment": 1}]
    app.one("retention_messages", YEAR, 3000)
    assert database.value("SELECT count(*) FROM search_posting") == 0
    assert app.run("search_find", ann.id, 0, "旧", None, 0, 0, 10) == []


def test_security_logs_are_kept_as_long_as_the_law_wants(database, hall, app):
    _, ann = hall
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="183"):
        app.run("retention_security_log", 182, 10)
    database.rows("INSERT INTO login_failure (at, way, outcome) VALUES"
                  " (now() - interval '200 days', 1, 'wrong_code'),"
                  " (now() - interval '150 days', 1, 'wrong_code')")
    database.rows("INSERT INTO login_session (token_hash, account_id, expires_at, revoked_at)"
                  " VALUES (sha256('a'), %s, now(), now() - interval '184 days'),"
                  " (sha256('b'), %s, now() - interval '182 days', NULL)", ann.id, ann.id)
    assert app.one("retention_security_log", 183, 10)["removed"] == 2
    assert app.one("retention_security_log", 183, 10)["removed"] == 0
    assert database.value("SELECT count(*) FROM login_failure") == 1
    assert database.value("SELECT count(*) FROM login_session") == 2  # her device, the newer one


def test_who_was_meant_by_an_alert_is_forgotten_and_the_outcome_stays(database, town, app):
    community = town.community()
    ann = town.resident(community)
    ids = [database.value(
        "INSERT INTO alert (no, state, level, scam_type, status, station_id, expires_at, ended_at)"
        " VALUES (%s, 7, 1, 1, 1, %s, now(), now() - make_interval(days => %s)) RETURNING id",
        f"F-{days}", community.station.id, days) for days in (200, 100)]
    for alert_id in ids:
        database.rows("INSERT INTO alert_restricted (alert_id, station_id, situation)"
                      " VALUES (%s, %s, '事')", alert_id, community.station.id)
        database.rows("INSERT INTO alert_recipient (alert_id, account_id, audience)"
                      " VALUES (%s, %s, 2)", alert_id, ann.id)
    assert app.one("retention_alerts", 183, 10)["removed"] == 1
    for table in ("alert_restricted", "alert_recipient"):
        assert [r["alert_id"] for r in database.rows(f"SELECT alert_id FROM {table}")] == [ids[1]]
    assert database.value("SELECT count(*) FROM alert") == 2
    # The step borrowed the system's eyes only for itself.
    assert app.link.execute("SELECT count(*) AS n FROM alert_restricted").fetchone()["n"] == 0


def test_the_rest(database, hall, app):
    room, ann = hall
    database.rows("UPDATE membership SET muted_until = now() - interval '7 months',"
                  " mute_reason = 'x'")
    database.rows("INSERT INTO outbox (channel, template, done_at) VALUES"
                  " ('sms', 'a.b', now() - interval '8 days'), ('sms', 'a.b', now())")
    database.rows("INSERT INTO timer (entity_type, entity_id, name, state_version, due_at,"
                  " fired_at) VALUES ('alert', 1, 'ladder', 1, now(), now() - interval '31 days'),"
                  " ('alert', 2, 'ladder', 1, now(), NULL)")
    database.rows("INSERT INTO revocation (kind, room_id, seq) VALUES (1, %s, 1), (1, %s, 2)",
                  room, room)
    age(database, "revocation", "created_at", "revocation_seq = 1", 800)
    assert app.one("retention_rest", 100)["removed"] == 4
    assert app.one("retention_rest", 100)["removed"] == 0
    assert database.value("SELECT mute_reason FROM membership") is None
    assert [database.value(f"SELECT count(*) FROM {t}") for t in ("outbox", "timer", "revocation")
            ] == [1, 1, 1]


def test_a_role_whose_term_is_over_ends(database, town, app):
    community = town.community()
    officer, other = town.staff("officer", community), town.staff("officer", community)
    database.rows("UPDATE role_grant SET granted_at = now() - interval '2 days',"
                  " expires_at = now() - interval '1 day' WHERE account_id = %s", officer.id)
    assert app.one("retention_rest", 10)["removed"] == 1
    assert database.rows("SELECT DISTINCT account_id FROM membership WHERE left_at IS NULL") == [
        {"account_id": other.id}]
    assert database.value("SELECT revoke_reason FROM role_grant WHERE account_id = %s",
                          officer.id) == "expired"
    assert app.one("retention_rest", 10)["removed"] == 0
