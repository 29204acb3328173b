"""The statements of disputes: one change at a time, a report once, letters once, pictures held."""
import datetime
import os

import psycopg
import pytest

from harness.statements import SYSTEM

NOW = datetime.datetime.now(datetime.timezone.utc)


class Desk:
    """A community with a reporter and staff, and the statements of disputes by name."""

    def __init__(self, app, town):
        self.app, self.town = app, town
        self.community = town.community()
        self.reporter = town.resident(self.community)
        self.officer = town.staff("officer", self.community, station=self.community.station)
        self.dispatcher = town.staff("dispatcher", self.community.station,
                                     station=self.community.station)

    def add(self, dispute_id=1001, key=None, media=(), room=None, seq=None):
        """What dispute_submit writes, in one transaction; its number."""
        link = self.app.link
        place = self.community.id
        for name in ("store_become", "dispute_add", "dispute_add_report", "dispute_mask"):
            self.app.prepare(name)
        with link.transaction():
            self.app._execute("store_become", (SYSTEM,))
            no = self.app._execute("dispute_add", (
                dispute_id, self.community.station.id, place, None, None, place, 5, None, 1, [], [],
                0, 0, 0, 2, None, self.reporter.id, 1, NOW))[0]["no"]
            self.app._execute("dispute_add_report", (
                dispute_id, self.reporter.id, key or os.urandom(16), bytes(32), "太吵", None, None,
                list(media), room, seq))
            if room:
                self.app._execute("dispute_mask", (dispute_id, room, seq, self.reporter.id, 1,
                                                   "已转为事项", "已转为事项"))
        return no

    def move(self, dispute_id=1001, seen=1, state=2, event="dispute.accept", **more):
        case = {"class": 5, "subclass": None, "grade": 1, "channel": 2, "colour": 1,
                "colour_reasons": [], "excused_reasons": [], "signs": [], "guard_answered": [],
                "guard_yes": [], "people_count": 0, "claim_yuan": 0, "failed_sessions": 0,
                "officer_id": self.officer.id, "lead_id": None, "lead_spoke": False,
                "merged_into": None, "refer_target": None, "reject_code": None,
                "public_reason": None, "rung": 0, "waits_for_reporter": False, "revisit_n": 0,
                "state_since": NOW, "accepted_at": None, "first_answer_at": None,
                "next_due_at": None, "ends": False, **more}
        return self.app.one("dispute_move", dispute_id, seen, state, *case.values(), event, 1,
                            self.officer.id, 7, None, None, NOW)["state_version"]

    def tell(self, once="dispute 1 2", template="dispute.overdue", district=False):
        return self.app.one("dispute_tell", 1001, "【纠纷】{no}", [8],
                            [self.community.station.id], [], "dispute.dispatcher", template, once,
                            district)["seq"]


@pytest.fixture
def desk(app, town):
    return Desk(app, town)


def test_a_report_has_its_number_its_line_and_its_place_in_the_queue(desk, database):
    no = desk.add()
    assert no.startswith(f"D-{desk.community.station.code}-") and no.endswith("-0001")
    assert database.value("SELECT event FROM timeline WHERE entity_type = 'dispute'") \
        == "dispute.submit"
    item = database.rows("SELECT no, urgency, waiting_for FROM work_item WHERE work_kind = 2")
    assert item == [{"no": no, "urgency": 3, "waiting_for": 1}]
    part = database.rows("SELECT account_id, part FROM work_member WHERE work_kind = 2")
    assert part == [{"account_id": desk.reporter.id, "part": 3}]


def test_the_same_key_is_one_report_and_the_second_leaves_nothing(desk, database):
    key = os.urandom(16)
    desk.add(key=key)
    with pytest.raises(psycopg.errors.UniqueViolation):
        desk.add(1002, key=key)
    assert database.value("SELECT count(*) FROM dispute") == 1


def test_of_two_who_move_it_one_wins_and_the_other_leaves_nothing(desk, other_app, town, database):
    desk.add()
    assert desk.move() == 2
    other = Desk.__new__(Desk)
    other.app, other.officer = other_app, desk.officer
    with pytest.raises(psycopg.errors.UniqueViolation):
        other.move(event="dispute.reject", state=14, reject_code=1, ends=True)
    assert database.value("SELECT state FROM dispute") == 2
    events = [row["event"] for row in database.rows(
        "SELECT event FROM timeline WHERE entity_type = 'dispute' ORDER BY id")]
    assert events == ["dispute.submit", "dispute.accept"]


def test_nothing_is_taken_up_with_a_legal_question_open(desk, database):
    desk.add()
    desk.move()
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.move(seen=2, state=3, event="dispute.assign")
    assert desk.move(seen=2, state=3, event="dispute.assign",
                     guard_answered=list(range(1, 10))) == 3
    assert database.value("SELECT state FROM dispute") == 3


def test_what_ended_leaves_the_queue(desk, database):
    desk.add()
    desk.move(state=14, event="dispute.reject", reject_code=1, ends=True)
    assert database.value("SELECT count(*) FROM work_item WHERE work_kind = 2") == 0
    assert database.value("SELECT ended_at IS NOT NULL FROM dispute")


def test_a_message_is_masked_once_and_the_hall_keeps_a_stub(desk, say, database):
    hall = desk.community.hall_id
    seq = say(hall, desk.reporter.id, "陈老板家太吵")["seq"]
    desk.add(room=hall, seq=seq)
    rows = database.rows("SELECT seq, kind, state, body FROM message WHERE room_id = %s"
                         " ORDER BY seq", hall)
    assert [(row["kind"], row["state"]) for row in rows] == [(1, 3), (3, 1)]
    assert "陈老板" not in rows[1]["body"]
    assert database.value("SELECT count(*) FROM revocation WHERE room_id = %s", hall) == 1
    with pytest.raises(psycopg.errors.UniqueViolation):
        desk.add(1002, room=hall, seq=seq)
    assert database.value("SELECT count(*) FROM dispute") == 1


def test_a_rung_is_told_once_however_often_it_is_asked_for(desk, database):
    no = desk.add()
    assert desk.tell() and desk.tell()
    letters = database.rows("SELECT recipient_account_id, payload FROM outbox")
    assert letters == [{"recipient_account_id": desk.dispatcher.id, "payload": {"code": no}}]
    assert desk.tell(template=None)  # the duty room alone
    assert database.value("SELECT count(*) FROM outbox") == 1
    desk.tell(once="dispute 1 3", district=True)
    assert database.value("SELECT count(*) FROM outbox WHERE recipient_ref = 'district'") == 1
    words = database.rows("SELECT DISTINCT body FROM message WHERE kind = 3")
    assert words == [{"body": f"【纠纷】{no}"}]


def held(database, town, person, number=1):
    name = f"{number:022}"
    town.one("INSERT INTO media (id, owner_id, width, height) VALUES (%s, %s, 4, 3)"
             " RETURNING 1", name, person.id)
    town.one("INSERT INTO media_blob VALUES (%s, 320, 'x') RETURNING 1", name)
    return name


def test_a_picture_is_held_by_the_case_and_seen_by_those_who_read_it(desk, app, town, database):
    picture = held(database, town, desk.reporter)
    desk.add(media=[picture])
    seen = {person.id: app.one("media_read", picture, 320, person.id)["outcome"]
            for person in (desk.reporter, desk.officer, desk.dispatcher)}
    assert set(seen.values()) == {0}
    stranger = town.resident(desk.community)
    assert app.one("media_read", picture, 320, stranger.id)["outcome"] == 1
    database.rows("UPDATE media SET created_at = now() - interval '2 days'")
    assert app.run("media_orphans_remove", 10) == []
    with pytest.raises(psycopg.errors.UniqueViolation):  # it is given already
        desk.add(1002, media=[picture])
    with pytest.raises(psycopg.errors.UniqueViolation):  # somebody else's
        desk.add(1003, media=[held(database, town, stranger, 2)])


def test_a_proposal_is_for_somebody_else_and_for_half_an_hour(desk, app, town, database):
    desk.add()
    desk.move(state=1, colour=2, event="dispute.colour")
    second = town.staff("officer", desk.community, station=desk.community.station)
    later = NOW + datetime.timedelta(minutes=30)

    def propose(seen=2, colour=1, expires=later):
        return app.run("dispute_propose", 1001, seen, colour, "缓和", desk.officer.id, 7, expires)

    assert propose(seen=1) == [] and propose(colour=2) == []
    proposal = propose()[0]["proposal_id"]
    assert app.one("dispute_proposal_open", 1001)["proposed_by"] == desk.officer.id
    with pytest.raises(psycopg.errors.UniqueViolation):
        app.one("dispute_approve", proposal, 1001, desk.officer.id)
    assert app.one("dispute_approve", proposal, 1001, second.id)["done"] == 1
    with pytest.raises(psycopg.errors.UniqueViolation):
        app.one("dispute_approve", proposal, 1001, second.id)
    late = propose(expires=NOW)[0]["proposal_id"]
    assert app.run("dispute_proposal_open", 1001) == []
    with pytest.raises(psycopg.errors.UniqueViolation):
        app.one("dispute_approve", late, 1001, second.id)


def test_a_warning_has_its_effect_once_and_moves_nothing(desk, app, database):
    desk.add()
    app.one("dispute_timer_put", 1001, 1, desk.community.station.id, ["accept_by", "accept_by.75"],
            [2, 2], [1, 1], [NOW, NOW], [4000, 3000],
            [NOW + datetime.timedelta(hours=1), NOW - datetime.timedelta(seconds=1)])
    station = desk.community.station.id
    assert app.one("dispute_warn", 1001, "accept_by.75", 1, station, "快到了", 2)["fired"] == 1
    with pytest.raises(psycopg.errors.UniqueViolation):
        app.one("dispute_warn", 1001, "accept_by.75", 1, station, "快到了", 2)
    assert database.value("SELECT count(*) FROM message WHERE body = '快到了'") == 1
    assert database.value("SELECT state_version FROM dispute") == 1


def test_whoever_leaves_the_case_leaves_its_room(desk, app, town, database):
    desk.add()
    lead = town.staff("mediator", desk.community, station=desk.community.station)
    app.one("dispute_members", 1001, [lead.id, desk.officer.id], [1, 3])
    room = app.one("dispute_room_open", 1001, "纠纷", desk.community.station.id, desk.community.id,
                   [lead.id, desk.officer.id])["room_id"]
    inside = "SELECT count(*) FROM membership WHERE room_id = %s AND left_at IS NULL"
    assert database.value(inside, room) == 2
    assert app.one("dispute_members", 1001, [desk.officer.id], [3])["gone"] == 1
    assert database.value(inside, room) == 1
    parts = database.rows("SELECT account_id FROM work_member WHERE work_kind = 2 AND part = 1")
    assert parts == [{"account_id": desk.officer.id}]
    assert app.one("dispute_room_close", 1001)["closed"] == 1
    assert database.value(inside, room) == 0
