"""message_add gives places without gaps, once per key; taking back and hiding leave the journal."""
import os
import threading

import pytest

from harness.rows import message_rows
from harness.statements import Statements

STORED, REPEAT, NOT_FOUND, MUTED, KEY_REUSED, NO_MEDIA = range(6)
DONE, MISSING, TOO_LATE, ALREADY = range(4)


@pytest.fixture
def hall(town):
    community = town.community()
    return community.hall_id, town.resident(community), town.resident(community)


def seqs(database, room_id):
    return [r["seq"] for r in database.rows(
        "SELECT seq FROM message WHERE room_id = %s ORDER BY seq", room_id)]


def test_messages_get_the_next_places_in_the_order_of_the_batch(database, town, app):
    a, b = town.community(), town.community()
    ann, bob = town.resident(a), town.resident(b)
    rows = app.run("message_add", *message_rows(
        *[{"room_id": c.hall_id, "sender_id": p.id, "body": f"{i}"}
          for i in range(5) for c, p in ((a, ann), (b, bob))]))
    rows.sort(key=lambda r: r["ord"])
    assert [r["outcome"] for r in rows] == [STORED] * 10
    assert [r["seq"] for r in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    for community in (a, b):
        assert database.rows("SELECT body FROM message WHERE room_id = %s ORDER BY seq",
                             community.hall_id) == [{"body": str(i)} for i in range(5)]
        assert database.value("SELECT last_seq FROM room WHERE id = %s", community.hall_id) == 5


def test_a_repeat_gets_the_first_answer(database, hall, say):
    room, ann, _ = hall
    key = os.urandom(16)
    first = say(room, ann.id, "一", client_key=key)
    say(room, ann.id, "二")
    again = say(room, ann.id, "一", client_key=key)
    assert (first["outcome"], again["outcome"]) == (STORED, REPEAT)
    assert (again["seq"], again["sent_at"]) == (first["seq"], first["sent_at"])
    assert seqs(database, room) == [1, 2]


def test_the_same_key_twice_in_one_batch_is_stored_once(database, hall, app):
    room, ann, bob = hall
    key = os.urandom(16)
    rows = app.run("message_add", *message_rows(
        {"room_id": room, "sender_id": ann.id, "client_key": key},
        {"room_id": room, "sender_id": ann.id, "client_key": key},
        {"room_id": room, "sender_id": bob.id, "client_key": key},
        {"room_id": room, "sender_id": ann.id, "client_key": key, "request_hash": 2}))
    rows.sort(key=lambda r: r["ord"])
    assert [r["outcome"] for r in rows] == [STORED, REPEAT, STORED, KEY_REUSED]
    assert [r["seq"] for r in rows[:3]] == [1, 1, 2]
    assert rows[1]["sent_at"] == rows[0]["sent_at"]
    assert seqs(database, room) == [1, 2]


def test_a_key_used_for_something_else_is_told(hall, say):
    room, ann, _ = hall
    key = os.urandom(16)
    say(room, ann.id, client_key=key, request_hash=1)
    assert say(room, ann.id, client_key=key, request_hash=2)["outcome"] == KEY_REUSED


def test_a_repeat_in_one_batch_of_a_refused_message_is_refused(database, hall, app):
    room, ann, _ = hall
    database.rows("UPDATE membership SET muted_until = now() + interval '1 hour'")
    key = os.urandom(16)
    rows = app.run("message_add", *message_rows(
        *[{"room_id": room, "sender_id": ann.id, "client_key": key}] * 2))
    assert [r["outcome"] for r in rows] == [MUTED, MUTED]


@pytest.mark.parametrize("change, outcome", [
    ("UPDATE membership SET muted_until = now() + interval '1 hour'", MUTED),
    ("UPDATE membership SET muted_until = now() - interval '1 hour'", STORED),
    ("UPDATE room SET frozen_until = now() + interval '1 hour'", MUTED),
    ("UPDATE membership SET left_at = now()", NOT_FOUND),
    ("UPDATE room SET closed_at = now()", NOT_FOUND),
])
def test_guards(database, hall, say, change, outcome):
    room, ann, _ = hall
    database.rows(change)
    assert say(room, ann.id)["outcome"] == outcome
    assert len(seqs(database, room)) == (outcome == STORED)


def test_a_refused_row_takes_no_place_and_does_not_disturb_its_neighbours(database, hall, app):
    room, ann, bob = hall
    database.rows("UPDATE membership SET muted_until = now() + interval '1 hour'"
                  " WHERE account_id = %s", bob.id)
    rows = app.run("message_add", *message_rows(
        {"room_id": room, "sender_id": ann.id}, {"room_id": room, "sender_id": bob.id},
        {"room_id": room + 1000, "sender_id": ann.id}, {"room_id": room, "sender_id": ann.id}))
    rows.sort(key=lambda r: r["ord"])
    assert [r["outcome"] for r in rows] == [STORED, MUTED, NOT_FOUND, STORED]
    assert [r["seq"] for r in rows] == [1, None, None, 2]
    assert seqs(database, room) == [1, 2]


def test_the_office_writes_in_a_frozen_room(database, hall, say):
    room, ann, _ = hall
    database.rows("UPDATE room SET frozen_until = now() + interval '1 hour'")
    assert say(room, ann.id, official=True)["outcome"] == STORED


def test_a_quoted_message_must_be_there(hall, say):
    room, ann, _ = hall
    assert say(room, ann.id, quote_seq=1)["outcome"] == NOT_FOUND
    say(room, ann.id)
    assert say(room, ann.id, quote_seq=1)["outcome"] == STORED


def picture(database, owner_id, number=1):
    media_id = f"picture{number:016}"
    database.rows("INSERT INTO media (id, owner_id, width, height, alt)"
                  " VALUES (%s, %s, 320, %s, '图')", media_id, owner_id, 100 + number)
    database.rows("INSERT INTO media_blob VALUES (%s, 320, 'x'), (%s, 1600, 'y')",
                  media_id, media_id)
    return media_id


def test_of_rows_that_claim_one_picture_the_first_has_it(database, hall, app):
    room, ann, _ = hall
    one, two = picture(database, ann.id, 1), picture(database, ann.id, 2)
    told = app.run("message_add", *message_rows(*(
        {"room_id": room, "sender_id": ann.id, "media_ids": ids}
        for ids in (f"{one},{one}", one, two, f"{two},{one}"))))
    assert [(r["outcome"], r["media_ids"]) for r in sorted(told, key=lambda r: r["ord"])] == [
        (STORED, [one, one]), (NO_MEDIA, None), (STORED, [two]), (NO_MEDIA, None)]
    assert database.rows("SELECT seq, media_ids FROM message ORDER BY seq") == [
        {"seq": 1, "media_ids": [one, one]}, {"seq": 2, "media_ids": [two]}]
    assert {r["message_seq"] for r in database.rows("SELECT message_seq FROM media")} == {1, 2}


def test_pictures_are_shown_once_by_their_owner(database, hall, say, app):
    room, ann, bob = hall
    one, two = picture(database, ann.id, 1), picture(database, ann.id, 2)
    assert say(room, bob.id, media_ids=one)["outcome"] == NO_MEDIA
    assert say(room, ann.id, media_ids=f"{one},missing")["outcome"] == NO_MEDIA
    told = say(room, ann.id, "", media_ids=f"{two},{one}")
    assert told["outcome"] == STORED
    assert (told["media_ids"], told["media_heights"]) == ([two, one], [102, 101])
    assert database.rows("SELECT DISTINCT state, room_id, message_seq FROM media") == [
        {"state": 2, "room_id": room, "message_seq": told["seq"]}]
    assert say(room, ann.id, media_ids=one)["outcome"] == NO_MEDIA  # it is shown already
    shown = app.run("message_range", room, 0, 1, 9, 10)[0]
    assert shown["media_ids"] == [two, one] and shown["media_alts"] == ["图", "图"]


def test_time_never_goes_back_in_a_room(database, hall, say):
    room, ann, _ = hall
    database.rows("UPDATE room SET last_at = now() + interval '1 hour'")
    first, second = say(room, ann.id), say(room, ann.id)
    assert first["sent_at"] <= second["sent_at"]
    assert first["sent_at"] == database.value("SELECT last_at FROM room WHERE id = %s", room)


def test_two_writers_leave_no_gaps_and_commits_have_the_order_of_seq(database, town, deep):
    """Each writer reads after its commit: everything below what it was given must be there."""
    communities = [town.community() for _ in range(3)]
    people = [town.resident(c) for c in communities]
    rounds, wrong = (400 if deep else 80), []

    def write(number):
        with database.link(as_app=True) as link:
            statements = Statements(link)
            for _ in range(rounds):
                picks = [(c, p) for c, p in zip(communities, people)][:: 1 if number % 2 else -1]
                given = statements.run("message_add", *message_rows(
                    *[{"room_id": c.hall_id, "sender_id": p.id} for c, p in picks]))
                for row in given:
                    seen = link.execute(
                        "SELECT count(*) AS n, max(seq) AS top FROM message WHERE room_id = %s"
                        " AND seq <= %s", (row["room_id"], row["seq"])).fetchone()
                    if row["outcome"] or seen["n"] != row["seq"]:
                        wrong.append((row, seen))

    writers = [threading.Thread(target=write, args=(i,)) for i in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not wrong
    for community in communities:
        assert seqs(database, community.hall_id) == list(range(1, 3 * rounds + 1))


def test_a_repeat_on_another_node_in_the_same_moment_fails_there_and_is_found_by_the_replay(
        database, hall, app, other_app):
    room, ann, _ = hall
    key = os.urandom(16)
    args = message_rows({"room_id": room, "sender_id": ann.id, "client_key": key})
    other_app.prepare("message_add")
    problems, answers = [], []

    def later():
        try:
            answers.extend(other_app.run("message_add", *args))
        except Exception as problem:  # noqa: BLE001
            problems.append(type(problem).__name__)

    app.prepare("message_add")
    with app.link.transaction():
        first = app.run("message_add", *args)[0]
        thread = threading.Thread(target=later)
        thread.start()
        waiting = ("SELECT count(*) FROM pg_stat_activity"
                   " WHERE wait_event_type = 'Lock' AND datname = current_database()")
        while not database.value(waiting):
            pass
    thread.join()
    assert problems == ["UniqueViolation"] and not answers
    again = other_app.run("message_add", *args)[0]
    assert (again["outcome"], again["seq"]) == (REPEAT, first["seq"])
    assert seqs(database, room) == [1]


def test_recall_deletes_text_and_pictures_and_is_journalled(database, hall, say, app):
    room, ann, _ = hall
    media_id = picture(database, ann.id)
    say(room, ann.id, "别发了", media_ids=media_id)
    told = app.one("message_recall", room, 1, ann.id, 120000)
    assert (told["outcome"], told["revocation_seq"], told["state"]) == (DONE, 1, 2)
    row = database.rows("SELECT state, body, folded, media_ids FROM message")[0]
    assert row == {"state": 2, "body": None, "folded": None, "media_ids": None}
    assert database.value("SELECT count(*) FROM media_blob") == 0
    assert database.value("SELECT state FROM media") == 3
    assert database.value("SELECT event FROM timeline") == "message.recall"
    assert app.run("message_range", room, ann.id, 1, 1, 10)[0]["body"] is None


def test_recall_is_for_ones_own_in_time_and_once(database, hall, say, app):
    room, ann, bob = hall
    say(room, ann.id)
    assert app.one("message_recall", room, 1, bob.id, 120000)["outcome"] == MISSING
    assert app.one("message_recall", room, 9, ann.id, 120000)["outcome"] == MISSING
    database.rows("UPDATE message SET created_at = now() - interval '121 seconds'")
    assert app.one("message_recall", room, 1, ann.id, 120000)["outcome"] == TOO_LATE
    database.rows("UPDATE message SET created_at = now() - interval '119 seconds'")
    assert app.one("message_recall", room, 1, ann.id, 120000)["outcome"] == DONE
    assert app.one("message_recall", room, 1, ann.id, 120000)["outcome"] == ALREADY
    assert database.value("SELECT count(*) FROM revocation") == 1


def test_hide_keeps_the_text_as_evidence_shows_it_to_nobody_and_is_audited(
        database, town, hall, say, app):
    room, ann, bob = hall
    officer = town.staff("officer", town.community())
    say(room, ann.id, "骂人的话")
    args = (room, 1, officer.id, 7, 3, "不文明用语")
    told = app.one("message_hide", *args)
    assert (told["outcome"], told["sender_id"], told["state"]) == (DONE, ann.id, 3)
    assert app.one("message_hide", *args)["outcome"] == ALREADY
    assert database.value("SELECT body FROM message") == "骂人的话"
    for viewer in (ann, bob):
        shown = app.run("message_range", room, viewer.id, 1, 1, 10)[0]
        assert (shown["body"], shown["public_reason"], shown["state"]) == (None, "不文明用语", 3)
    entry = database.rows("SELECT action, actor_id, entity_id, entity_seq, reason FROM audit")
    assert entry == [{"action": "message.hide", "actor_id": officer.id, "entity_id": room,
                      "entity_seq": 1, "reason": "不文明用语"}]
    journal = app.run("revocation_range", bob.id, 0, 10)
    assert [(j["seq"], j["state"], j["public_reason"]) for j in journal] == [(1, 3, "不文明用语")]


def test_the_journal_is_gapless_under_concurrent_writers_and_a_failure(database, hall, say, app):
    room, ann, _ = hall
    for _ in range(60):
        say(room, ann.id)

    def recall(numbers):
        with database.link(as_app=True) as link:
            statements = Statements(link)
            for number in numbers:
                statements.run("message_recall", room, number, ann.id, 120000)

    with database.link(as_app=True) as link:  # a transaction that took a number and failed
        link.execute("BEGIN")
        link.execute("INSERT INTO revocation (kind, room_id, seq) VALUES (1, 1, 1)")
        link.execute("ROLLBACK")
    threads = [threading.Thread(target=recall, args=(range(1 + i, 61, 3),)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [r["revocation_seq"] for r in database.rows(
        "SELECT revocation_seq FROM revocation ORDER BY revocation_seq")]
    assert numbers == list(range(1, 61))


def test_the_journal_is_of_ones_own_rooms(town, app, say):
    a, b = town.community(), town.community()
    ann, bob = town.resident(a), town.resident(b)
    say(a.hall_id, ann.id)
    say(b.hall_id, bob.id)
    app.one("message_recall", a.hall_id, 1, ann.id, 120000)
    app.one("message_recall", b.hall_id, 1, bob.id, 120000)
    assert [(j["head_seq"], j["revocation_seq"]) for j in app.run("revocation_range", bob.id, 0, 9)
            ] == [(2, 2)]
    assert [(j["head_seq"], j["revocation_seq"]) for j in app.run("revocation_range", bob.id, 2, 9)
            ] == [(2, None)]


def page(app, room, viewer=0, before=0, after=0, around=0, size=4):
    rows = app.run("message_page", room, viewer, before, after, around, size)
    return [r["seq"] for r in rows], rows[0]["first_seq"], rows[0]["head_seq"]


def test_pages(hall, say, app):
    room, ann, _ = hall
    assert page(app, room) == ([None], 1, 0)
    for _ in range(10):
        say(room, ann.id)
    assert page(app, room)[0] == [7, 8, 9, 10]
    assert page(app, room, before=7)[0] == [3, 4, 5, 6]
    assert page(app, room, before=3)[0] == [1, 2]
    assert page(app, room, before=1)[0] == [None]
    assert page(app, room, before=1000)[0] == [7, 8, 9, 10]
    assert page(app, room, after=2)[0] == [3, 4, 5, 6]
    assert page(app, room, after=9)[0] == [10]
    assert page(app, room, after=10)[0] == [None]
    assert page(app, room, around=5)[0] == [3, 4, 5, 6]
    assert page(app, room, around=1)[0] == [1, 2]
    assert app.run("message_page", room + 999, 0, 0, 0, 0, 4) == []
    assert [r["seq"] for r in app.run("message_range", room, 0, 4, 6, 100)] == [4, 5, 6]
    assert [r["seq"] for r in app.run("message_range", room, 0, 1, 100, 3)] == [1, 2, 3]


def test_a_key_is_shown_to_its_sender_only(hall, say, app):
    room, ann, bob = hall
    key = os.urandom(16)
    say(room, ann.id, client_key=key)
    assert app.run("message_range", room, ann.id, 1, 1, 1)[0]["client_key"] == key
    assert app.run("message_range", room, bob.id, 1, 1, 1)[0]["client_key"] is None
    assert app.run("message_range", room, 0, 1, 1, 1)[0]["client_key"] is None
    assert app.run("message_page", room, bob.id, 0, 0, 0, 1)[0]["client_key"] is None
