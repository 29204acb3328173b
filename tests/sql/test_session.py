"""session_open: many sockets in one statement, tickets once, nobody who may not."""
import hashlib
import secrets
import threading

import pytest

from harness.statements import Statements

TOKEN, TICKET = 1, 2


@pytest.fixture
def device(database, town):
    """device(person): (session id, hash of its token)"""
    def make(person):
        row = database.rows("SELECT id, token_hash FROM login_session WHERE id = %s",
                            person.session_id)[0]
        return row["id"], row["token_hash"]
    return make


@pytest.fixture
def ticket(database):
    def make(session_id, lasts="30 seconds"):
        value = hashlib.blake2b(secrets.token_bytes(32), digest_size=32).digest()
        database.rows("INSERT INTO ws_ticket (ticket_hash, login_session_id, expires_at)"
                      " VALUES (%s, %s, now() + %s::interval)", value, session_id, lasts)
        return value
    return make


def test_many_are_looked_up_at_once_each_with_roles_and_rooms(town, app, say, device):
    community = town.community()
    ann = town.resident(community, "安")
    officer = town.staff("officer", community, "警")
    leader = town.staff("station_leader", community.station, "长")
    say(community.hall_id, ann.id)
    hashes = [device(p)[1] for p in (ann, officer, leader)] + [secrets.token_bytes(32)]
    rows = app.run("session_open", [TOKEN] * 4, hashes)
    assert [r["ord"] for r in rows] == [1, 2, 3]
    assert [r["display_name"] for r in rows] == ["安", "警", "长"]
    duty = town.one("SELECT id FROM room WHERE kind = 5")
    hall = community.hall_id  # halls come first
    assert [r["room_ids"] for r in rows] == [[hall], [hall, duty], [hall, duty]]
    assert [r["room_head_seqs"] for r in rows] == [[1], [1, 0], [1, 0]]
    assert [r["room_unreads"] for r in rows] == [[0], [1, 0], [1, 0]]
    assert [r["room_member_counts"] for r in rows] == [[3], [3, 2], [3, 2]]
    assert [r["room_community_ids"] for r in rows][1] == [community.id, None]
    assert [(r["grant_roles"], r["grant_scope_kinds"], r["grant_scope_ids"]) for r in rows] == [
        (None, None, None), ([7], [2], [community.id]), ([9], [1], [community.station.id])]
    assert [r["station_id"] for r in rows] == [community.station.id, None, None]


def test_a_ticket_opens_one_socket(town, app, device, ticket):
    ann = town.resident(town.community())
    session_id, _ = device(ann)
    value = ticket(session_id)
    rows = app.run("session_open", [TICKET, TICKET], [value, value])
    assert [(r["ord"], r["session_id"]) for r in rows] == [(1, session_id)]
    assert app.run("session_open", [TICKET], [value]) == []


def test_a_ticket_opens_one_socket_on_two_nodes(database, town, device, ticket):
    session_id, _ = device(town.resident(town.community()))
    values = [ticket(session_id) for _ in range(200)]
    opened, start = [], threading.Barrier(2)

    def node():
        with database.link(as_app=True) as link:
            statements = Statements(link)
            statements.prepare("session_open")
            start.wait()
            for value in values:
                opened.extend(statements.run("session_open", [TICKET], [value]))

    nodes = [threading.Thread(target=node) for _ in range(2)]
    for thread in nodes:
        thread.start()
    for thread in nodes:
        thread.join()
    assert len(opened) == len(values)


def test_a_ticket_that_is_too_old_is_used_up_all_the_same(database, town, app, device, ticket):
    value = ticket(device(town.resident(town.community()))[0], "-1 second")
    assert app.run("session_open", [TICKET], [value]) == []
    assert database.value("SELECT count(*) FROM ws_ticket") == 0


def test_a_token_is_no_ticket_and_a_ticket_no_token(town, app, device, ticket):
    session_id, token = device(town.resident(town.community()))
    assert app.run("session_open", [TICKET], [token]) == []
    value = ticket(session_id)
    assert app.run("session_open", [TOKEN], [value]) == []
    assert len(app.run("session_open", [TICKET], [value])) == 1


@pytest.mark.parametrize("change", [
    "UPDATE login_session SET revoked_at = now()",
    "UPDATE login_session SET expires_at = now() - interval '1 second'",
    "UPDATE account SET disabled_at = now()",
])
def test_whoever_may_not_does_not_come_back(database, town, app, device, ticket, change):
    session_id, token = device(town.resident(town.community()))
    value = ticket(session_id)
    database.rows(change)
    assert app.run("session_open", [TOKEN, TICKET], [token, value]) == []
    assert app.run("session_alive", [session_id]) == []


def test_roles_that_ended_do_not_come_back(database, town, app, device):
    community = town.community()
    officer = town.staff("officer", community)
    token = device(officer)[1]
    database.rows("UPDATE role_grant SET granted_at = now() - interval '2 days',"
                  " expires_at = now() - interval '1 day'")
    assert app.one("session_open", [TOKEN], [token])["grant_roles"] is None


def test_a_residents_device_in_use_stays_logged_in_and_that_of_staff_does_not(
        database, town, app, device):
    community = town.community()
    ann, officer = town.resident(community), town.staff("officer", community)
    database.rows("UPDATE login_session SET seen_at = now() - interval '1 hour',"
                  " expires_at = now() + interval '1 day'")
    before = database.value("SELECT now() + interval '2 days'")
    mine, staff = app.run("session_open", [TOKEN, TOKEN], [device(ann)[1], device(officer)[1]])
    assert mine["expires_at"] > before > staff["expires_at"]
    kept = database.rows("SELECT expires_at, seen_at > now() - interval '1 minute' AS seen"
                         " FROM login_session ORDER BY id")
    assert [k["expires_at"] for k in kept] == [mine["expires_at"], staff["expires_at"]]
    assert all(k["seen"] for k in kept)


def test_read_cursors_go_forward_only_and_not_beyond_the_head(database, town, app, say):
    community = town.community()
    room = community.hall_id
    ann, bob = town.resident(community), town.resident(community)
    for _ in range(5):
        say(room, ann.id)
    stranger = town.resident(town.community())
    rows = app.run("room_read", [ann.id, ann.id, bob.id, stranger.id], [room] * 4, [2, 4, 99, 1])
    assert sorted((r["ord"], r["outcome"]) for r in rows) == [(1, 0), (2, 0), (3, 0), (4, 2)]
    app.run("room_read", [ann.id], [room], [1])
    cursors = {r["account_id"]: r["read_seq"] for r in database.rows("SELECT * FROM membership")}
    assert (cursors[ann.id], cursors[bob.id]) == (4, 5)


def test_unread_counts_visible_messages_of_others_to_a_hundred(town, app, say):
    community = town.community()
    room = community.hall_id
    ann, bob = town.resident(community), town.resident(community)
    for _ in range(3):
        say(room, ann.id)
    say(room, bob.id)
    app.one("message_recall", room, 2, ann.id, 120000)
    assert app.one("room_memberships", bob.id, 0, 64)["unread"] == 2
    assert app.one("room_memberships", ann.id, room, 64)["unread"] == 1
    for _ in range(110):
        say(room, ann.id)
    assert app.one("room_memberships", bob.id, room, 64)["unread"] == 100


def test_a_mute_is_told_audited_and_lifted(database, town, app, say):
    community = town.community()
    ann, officer = town.resident(community), town.staff("officer", community)
    until = database.value("SELECT now() + interval '1 hour'")
    room = community.hall_id
    told = app.one("room_mute", room, ann.id, officer.id, 7, until, "刷屏")
    assert (told["account_id"], told["muted_until"]) == (ann.id, until)
    assert not app.one("room_memberships", ann.id, room, 9)["may_post"]
    assert say(room, ann.id)["outcome"] == 3
    app.one("room_mute", room, ann.id, officer.id, 7, None, "够了")
    assert say(room, ann.id)["outcome"] == 0
    assert [r["action"] for r in database.rows("SELECT action FROM audit ORDER BY seq")] == [
        "member.mute", "member.unmute"]
    assert app.run("room_mute", room, 10**9, officer.id, 7, until, "x") == []
