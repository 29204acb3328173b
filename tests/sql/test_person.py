"""A search as the database keeps it: who is what to it, showing, taking down, forgetting."""
import datetime
import os

import psycopg
import pytest

from harness.statements import SYSTEM

PUBLIC, FAMILY, TEAM, OFFICERS = 1, 2, 3, 4
VERIFYING, ACTIVE, SUSPENDED, LOCATED, REUNITED = 2, 3, 4, 5, 6
TABLES = ("person_restricted", "person_member", "person_sighting", "person_claim",
          "person_handover", "person_receipt", "person_take_down_device")
NOW = datetime.datetime.now(datetime.UTC)


class Lake:
    """A station with two communities, everybody a search concerns, and some it does not."""

    def __init__(self, town, database, app):
        self.town, self.database, self.app = town, database, app
        self.station = town.station()
        self.here, self.there = town.community(self.station), town.community(self.station)
        far = town.community()
        self.people = {
            "reporter": town.resident(self.here), "neighbour": town.resident(self.here),
            "beyond": town.resident(self.there), "stranger": town.resident(far),
            "officer": town.staff("officer", self.here, station=self.station),
            "dispatcher": town.staff("dispatcher", self.station, station=self.station),
            "leader": town.staff("station_leader", self.station, station=self.station),
            "auxiliary": town.staff("auxiliary", self.here, station=self.station),
            "worker": town.staff("grid_worker", self.there, station=self.station),
            "other officer": town.staff("officer", self.there, station=self.station),
            "far officer": town.staff("officer", far, station=far.station)}
        self.media = self.picture("reporter")
        self.id = database.value("SELECT random_id()")

    def run(self, name, *args):
        return self.app.run(name, *args, who=SYSTEM)

    def one(self, name, *args):
        return self.app.one(name, *args, who=SYSTEM)

    def picture(self, owner):
        media_id = os.urandom(11).hex()
        self.town.one("INSERT INTO media (id, owner_id, width, height, alt) VALUES (%s, %s, 1, 1,"
                      " 'a') RETURNING 1", media_id, self.people[owner].id)
        self.town.one("INSERT INTO media_blob VALUES (%s, 320, 'face') RETURNING 1", media_id)
        return media_id

    def report(self, key=b"k" * 16, request=b"r" * 32, media=None, person_id=None):
        return self.run(
            "person_report_add", person_id or self.id, self.here.id, self.people["reporter"].id,
            key, request, b"n" * 40, 8, 1, "looks", "clothes", NOW, "the lake", 1, [2],
            [self.media] if media is None else media, None, "v1", True, 1, "verify_by",
            NOW + datetime.timedelta(minutes=5))

    def move(self, version, state, ends=False, ring=1, names=(), dues=()):
        return self.one("person_move", self.id, version, state, ends, ring, False, 2, None,
                        NOW + datetime.timedelta(minutes=5), list(names), list(dues), "person.x",
                        self.people["officer"].id, 7, None, None, None)["state_version"]

    def call_people(self):
        self.run("person_address", self.id, [7, 8, 9, 6, 3], [4, 4, 4, 3, 3])

    def show(self, ring=1):
        version = self.move(1, ACTIVE, ring=ring)
        self.call_people()
        self.one("person_show", self.id, "card")
        return version

    def audiences(self):
        return {name: self.database.value("SELECT person_audience(%s, %s)", self.id, person.id)
                for name, person in self.people.items()}

    def see(self, media_id):
        """What each gets at the media door: 0 the picture, 1 nothing, 2 taken down."""
        return {name: (self.app.run("media_read", media_id, 320, person.id) or [{"outcome": 1}])[0]
                ["outcome"] for name, person in self.people.items()}


@pytest.fixture
def lake(town, database, app):
    lake = Lake(town, database, app)
    lake.report()
    return lake


def test_a_report_is_stored_once(lake, database):
    again = lake.report(person_id=lake.id + 1)
    assert [(r["id"], r["is_new"], r["is_same"]) for r in again] == [(lake.id, False, True)]
    other = lake.report(request=b"x" * 32, person_id=lake.id + 1)
    assert [(r["is_new"], r["is_same"]) for r in other] == [(False, False)]
    assert database.value("SELECT count(*) FROM person_search") == 1
    assert database.value("SELECT count(*) FROM timer WHERE entity_type = 'person_search'") == 1
    assert database.value("SELECT string_agg(event, ' ' ORDER BY id) FROM timeline"
                          " WHERE entity_type = 'person_search'") == "person.report person.verify"


@pytest.mark.parametrize("whose", ["neighbour", "shown", "unknown"])
def test_a_picture_that_is_not_hers_makes_no_report(town, database, app, whose):
    lake = Lake(town, database, app)
    media = {"unknown": "x" * 22}.get(whose) or lake.picture(
        "neighbour" if whose == "neighbour" else "reporter")
    if whose == "shown":
        database.rows("UPDATE media SET state = 2, room_id = 1 WHERE id = %s", media)
    with pytest.raises(psycopg.errors.CheckViolation):
        lake.report(media=[media])
    assert database.value("SELECT count(*) FROM person_search") == 0


def test_what_somebody_is_to_a_search(lake):
    officers = {"officer": OFFICERS, "dispatcher": OFFICERS, "leader": OFFICERS}
    nobody = dict.fromkeys(lake.people, 0)
    assert lake.audiences() == {**nobody, **officers, "reporter": FAMILY}
    lake.show()
    team = {"auxiliary": TEAM}
    # Whoever is in the hall and nothing else is the public; so are those who come later.
    assert lake.audiences() == {**nobody, **officers, **team, "reporter": FAMILY,
                                "neighbour": PUBLIC}
    late = lake.people["late"] = lake.town.resident(lake.here)
    assert lake.audiences()["late"] == PUBLIC, late
    lake.move(2, ACTIVE, ring=2)
    lake.call_people()
    lake.one("person_show", lake.id, "card")
    assert lake.audiences() == {**nobody, **officers, **team, "reporter": FAMILY,
                                "neighbour": PUBLIC, "late": PUBLIC, "beyond": PUBLIC,
                                "worker": TEAM, "other officer": PUBLIC}
    lake.database.rows("UPDATE role_grant SET revoked_at = now() WHERE account_id = %s",
                       lake.people["worker"].id)
    assert lake.audiences()["worker"] == PUBLIC  # still in the hall until derived anew


def test_a_role_given_to_the_reporter_makes_her_no_officer(lake):
    lake.town.grant(lake.people["reporter"].id, "officer", lake.here)
    assert lake.audiences()["reporter"] == FAMILY


def test_the_card_names_nobody_and_comes_once_per_hall(lake, database):
    lake.show(ring=2)
    assert lake.one("person_show", lake.id, "card")["halls"] == 0
    cards = database.rows("SELECT room_id, kind, body, person_id, media_ids FROM message"
                          " WHERE kind = 4 ORDER BY room_id")
    assert [(c["room_id"], c["body"], c["person_id"]) for c in cards] == [
        (room, "card", lake.id) for room in sorted((lake.here.hall_id, lake.there.hall_id))]
    assert [c["media_ids"] for c in cards] == [None, None]


def test_who_sees_the_picture_while_it_is_checked_shown_and_hidden(lake, database):
    nobody = dict.fromkeys(lake.people, 1)
    officers = dict.fromkeys(("officer", "dispatcher", "leader"), 0)
    assert lake.see(lake.media) == {**nobody, **officers, "reporter": 0}
    lake.show()
    seen = {**nobody, **officers, "reporter": 0, "neighbour": 0, "auxiliary": 0}
    assert lake.see(lake.media) == seen
    lake.run("person_hide", lake.id, 3, None)
    lake.move(2, LOCATED)
    gone = {name: 2 if outcome == 0 else 1 for name, outcome in seen.items()}
    assert lake.see(lake.media) == gone  # the old name is gone for everybody, officers too
    held = database.value("SELECT id FROM media WHERE person_id = %s AND state = 1", lake.id)
    assert held != lake.media
    assert lake.see(held) == {**nobody, **officers}
    assert database.value("SELECT count(*) FROM media_blob WHERE media_id = %s", lake.media) == 0
    lake.move(3, ACTIVE)  # it was somebody else: shown again, under the new name
    lake.one("person_show", lake.id, "card")
    assert lake.see(held) == seen and lake.see(lake.media) == gone


def test_taking_down_tells_every_hall_and_leaves_a_tombstone(lake, database, app):
    lake.show(ring=2)
    last = lake.one("person_hide", lake.id, 3, "found")["revocation_seq"]
    lake.move(2, REUNITED, ends=True)
    for hall in (lake.here.hall_id, lake.there.hall_id):
        rows = database.rows("SELECT kind, media_id, person_id, person_version FROM revocation"
                             " WHERE room_id = %s ORDER BY revocation_seq", hall)
        assert [tuple(r.values()) for r in rows] == [
            (1, None, lake.id, None), (2, lake.media, lake.id, None), (4, None, lake.id, 3)]
        page = app.run("message_page", hall, 0, 0, 0, 0, 10)
        assert [(m["state"], m["body"], m["public_reason"]) for m in page] == [(3, None, "found")]
    assert database.value("SELECT max(revocation_seq) FROM revocation") == last
    assert database.value("SELECT alt FROM media WHERE id = %s", lake.media) is None
    journal = app.run("revocation_range", lake.people["neighbour"].id, 0, 10)
    assert [r["kind"] for r in journal] == [1, 2, 4]


def test_what_was_never_shown_is_not_taken_down(lake, database):
    assert lake.one("person_hide", lake.id, 2, "ended")["revocation_seq"] is None
    assert database.value("SELECT count(*) FROM revocation") == 0
    assert database.value("SELECT count(*) FROM person_take_down") == 0


def test_whoever_moves_second_changes_nothing(lake, database):
    assert lake.move(1, ACTIVE, names=["review_by"], dues=[NOW]) == 2
    before = database.rows("SELECT * FROM timer ORDER BY name")
    with pytest.raises(psycopg.errors.UniqueViolation):
        lake.move(1, SUSPENDED, names=["decide_by"], dues=[NOW])
    assert database.rows("SELECT * FROM timer ORDER BY name") == before
    lake.move(2, REUNITED, ends=True, names=["take_down"], dues=[NOW])
    with pytest.raises(psycopg.errors.UniqueViolation):
        lake.move(3, ACTIVE)
    open_timers = database.rows("SELECT name FROM timer WHERE fired_at IS NULL"
                                " AND cancelled_at IS NULL")
    assert [t["name"] for t in open_timers] == ["take_down"]


def test_nobody_answers_and_the_next_is_told_once(lake, database):
    def climb(rung, tells):
        return lake.run("person_climb", lake.id, 1, rung, "verify_by",
                        NOW + datetime.timedelta(minutes=10), tells, "person.verify_by",
                        "person.verify")
    with pytest.raises(psycopg.errors.UniqueViolation):
        climb(0, 8)  # not due yet
    database.rows("UPDATE timer SET due_at = now()")
    climb(0, 8)
    with pytest.raises(psycopg.errors.UniqueViolation):
        climb(0, 8)  # the second of two that fired it
    told = database.rows("SELECT recipient_account_id, template, payload::text FROM outbox")
    assert [(t["recipient_account_id"], t["template"], t["payload"]) for t in told] == [
        (lake.people["dispatcher"].id, "person.verify", "{}")]
    database.rows("UPDATE timer SET due_at = now()")
    climb(1, 9)
    assert database.value("SELECT count(*) FROM outbox WHERE recipient_account_id = %s",
                          lake.people["leader"].id) == 1
    assert database.value("SELECT rung FROM person_search") == 2


def test_a_take_down_is_counted_after_its_minute_and_once(lake, database):
    lake.show()
    lake.run("person_hide", lake.id, 3, None)
    lake.move(2, LOCATED)
    devices = [lake.people[name].session_id for name in ("neighbour", "reporter", "auxiliary")]
    lake.run("person_take_down_told", lake.id, 3, devices)
    lake.run("person_take_down_told", lake.id, 3, devices[:1])  # another node saw it too
    database.rows("UPDATE login_session SET revocation_seq = 9999 WHERE id = %s", devices[0])
    now = lake.one("person_take_downs", lake.id, 10)
    assert (now["told"], now["confirmed"], now["checked"]) == (3, 1, False)
    done = lake.one("person_take_down_check", lake.id, 3, 99, "person.take_down", "{no}")
    assert (done["told"], done["confirmed"], done["is_short"]) == (3, 1, True)
    assert done["said"] is not None  # in the duty room
    assert database.value("SELECT count(*) FROM outbox WHERE template = 'person.take_down'") == 1
    assert lake.run("person_take_down_check", lake.id, 3, 99, "person.take_down", "{no}") == []


def test_a_sighting_goes_to_who_is_called_and_is_stored_once(lake, database, app):
    args = (lake.id, lake.people["neighbour"].id, b"s" * 16, b"h" * 32, NOW, "gate", "east", "text",
            [])
    assert lake.run("person_sighting_add", *args) == []  # not shown yet
    lake.show()
    first = lake.one("person_sighting_add", *args)
    again = lake.one("person_sighting_add", *args)
    assert (first["is_new"], again["is_new"], again["id"]) == (True, False, first["id"])
    assert {name for name, p in lake.people.items() if _count(app, "person_sighting", p.id)} == {
        "neighbour", "officer", "dispatcher", "leader", "auxiliary"}
    marked = lake.one("person_sighting_mark", lake.id, first["id"], 2, lake.people["officer"].id, 7)
    assert marked["id"] == first["id"]
    assert lake.run("person_sighting_mark", lake.id + 1, first["id"], 2, 1, 7) == []


def _count(app, table, who=None):
    with app.link.transaction():
        if who is not None:
            app.prepare("store_become")
            app._execute("store_become", (who,))
        return app.link.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"]


def test_the_second_wall(lake, app):
    lake.show()
    lake.run("person_claim_add", lake.id, lake.people["neighbour"].id, 2, "note")
    lake.run("person_handover_add", lake.id, b"n" * 40, 1, 1, None, lake.people["officer"].id)
    for table in TABLES:
        assert _count(app, table) == 0, table
    seen = {name: tuple(_count(app, table, person.id) for table in (
        "person_restricted", "person_claim", "person_handover"))
        for name, person in lake.people.items()}
    nobody = dict.fromkeys(lake.people, (0, 0, 0))
    assert seen == {**nobody, "reporter": (1, 0, 0), "neighbour": (0, 1, 0),
                    "auxiliary": (1, 0, 0), "officer": (1, 1, 1), "dispatcher": (1, 1, 1),
                    "leader": (1, 1, 1)}


def test_it_waits_for_somebody_until_it_ends(lake, database):
    row = database.rows("SELECT * FROM work_item WHERE work_kind = 3")[0]
    assert (row["entity_id"], row["state"], row["urgency"], row["waiting_for"], row["title_code"]) \
        == (lake.id, VERIFYING, 1, 1, 8)
    lake.show()
    parts = {(r["account_id"], r["part"]) for r in database.rows("SELECT * FROM work_member")}
    assert parts == {(lake.people["reporter"].id, 3), (lake.people["auxiliary"].id, 2)}
    lake.move(2, REUNITED, ends=True)
    assert database.value("SELECT count(*) FROM work_item") == 0


def test_a_month_after_its_end_nobody_knows_who_it_was(lake, database, app, say):
    lake.show()
    lake.run("person_claim_add", lake.id, lake.people["neighbour"].id, 2, "note")
    lake.run("person_sighting_add", lake.id, lake.people["neighbour"].id, b"s" * 16, b"h" * 32, NOW,
             "gate", None, None, [lake.picture("neighbour")])
    room = lake.one("person_room_open", lake.id)["room_id"]
    say(room, lake.people["auxiliary"].id, "秘密码头")
    lake.run("person_hide", lake.id, 3, "found")
    lake.run("person_take_down_told", lake.id, 3, [lake.people["neighbour"].session_id])
    lake.run("person_handover_add", lake.id, b"n" * 40, 1, 1, "note", lake.people["officer"].id)
    lake.move(2, REUNITED, ends=True)
    assert app.one("retention_persons", 30, 10)["removed"] == 0
    database.rows("UPDATE person_search SET ended_at = now() - interval '31 days'")
    assert app.one("retention_persons", 30, 10)["removed"] == 1
    for table in set(TABLES) - {"person_handover"}:
        assert database.value(f"SELECT count(*) FROM {table}") == 0, table
    assert database.value("SELECT count(*) FROM media WHERE person_id IS NOT NULL") == 0
    assert database.value("SELECT body IS NULL AND state = 4 FROM message WHERE room_id = %s", room)
    assert database.value("SELECT recipient_sealed IS NULL AND note IS NULL FROM person_handover")
    assert database.value("SELECT count(*) FROM person_search") == 1
