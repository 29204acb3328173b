"""The timers' functions: what subjects call in the one statement that moves their object."""
import datetime
import threading

import psycopg
import pytest

from harness.statements import Statements

UTC = datetime.timezone.utc
NOON = datetime.datetime(2030, 1, 7, 12, tzinfo=UTC)
HOUR = datetime.timedelta(hours=1)
STATE, OBJECT, THROUGH = 1, 2, 3
Conflict = psycopg.errors.UniqueViolation


class Case:
    """One object with timers, spoken to as the server speaks."""

    def __init__(self, link, number=1):
        self.link = link
        self.number = number

    def call(self, function, *args):
        marks = ", ".join(["%s"] * (len(args) + 2))
        row = self.link.execute(f"SELECT {function}({marks}) AS x",
                                ("dispute", self.number, *args)).fetchone()
        return row["x"]

    def put(self, version, *timers, starts=NOON):
        """timers: (name, life, hours)."""
        return self.link.execute(
            "SELECT timer_put('dispute', %s, %s, NULL, %s::text[], %s::smallint[], %s::smallint[],"
            " %s::timestamptz[], %s::bigint[], %s::timestamptz[]) AS put",
            (self.number, version, [t[0] for t in timers], [t[1] for t in timers],
             [1] * len(timers), [starts] * len(timers), [t[2] * 3600000 for t in timers],
             [starts + t[2] * HOUR for t in timers])).fetchone()["put"]

    def pause(self, at=NOON, why="appraisal"):
        return self.call("timer_pause", why, None, at)

    def resume(self, until, **dues):
        return self.link.execute(
            "SELECT timer_resume('dispute', %s, %s, %s::text[], %s::timestamptz[]) AS x",
            (self.number, until, list(dues), list(dues.values()))).fetchone()["x"]

    def cancel(self, *names):
        return self.link.execute("SELECT timer_cancel('dispute', %s, %s::text[]) AS x",
                                 (self.number, list(names) or None)).fetchone()["x"]

    def fire(self, name, version):
        return self.call("timer_fire", name, version)

    def running(self):
        """name → (version, due) of what can still fire."""
        return {r["name"]: (r["state_version"], r["due_at"]) for r in self.link.execute(
            "SELECT name, state_version, due_at FROM timer WHERE entity_id = %s"
            " AND fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL",
            (self.number,))}

    def column(self, name, column):
        return self.link.execute(
            f"SELECT {column} AS x FROM timer WHERE entity_id = %s AND name = %s"
            " ORDER BY state_version DESC LIMIT 1", (self.number, name)).fetchone()["x"]


@pytest.fixture
def case(database):
    with database.link(as_app=True) as link:
        yield Case(link)


def test_a_timer_is_put_in_the_place_of_what_runs_under_its_name(case):
    case.put(1, ("accept_by", STATE, 4), ("accept_by.75", STATE, 3), ("settle", OBJECT, 72))
    other = Case(case.link, 2)
    other.put(1, ("accept_by", STATE, 4))
    assert case.put(2, ("accept_by", STATE, 2)) == 1
    assert case.running() == {"accept_by": (2, NOON + 2 * HOUR), "settle": (1, NOON + 72 * HOUR)}
    assert other.running() == {"accept_by": (1, NOON + 4 * HOUR)}


def test_put_again_under_its_version_it_begins_anew(case, database):
    case.put(1, ("settle", OBJECT, 1))
    database.rows("UPDATE timer SET due_at = now() - interval '1 hour', attempts = 3")
    case.fire("settle", 1)
    assert not case.running()
    case.put(1, ("settle", OBJECT, 5))
    assert case.running() == {"settle": (1, NOON + 5 * HOUR)}
    assert case.column("settle", "attempts") == 0


def test_a_timer_is_cancelled_with_its_warnings(case):
    case.put(1, ("accept_by", STATE, 4), ("accept_by.75", STATE, 3), ("settle", OBJECT, 72),
             ("settle.50", OBJECT, 36), ("settle.75", OBJECT, 54))
    assert case.cancel("accept_by") == 2
    assert case.cancel("settle.50") == 1
    assert set(case.running()) == {"settle", "settle.75"}
    assert case.cancel() == 2
    assert not case.running()
    assert case.cancel() == 0


def test_a_pause_holds_what_belongs_to_the_object(case):
    case.put(1, ("settle", OBJECT, 72), ("settle.75", OBJECT, 54), ("return", STATE, 4),
             ("revisit", THROUGH, 9))
    assert case.pause(NOON + HOUR) == 2
    assert set(case.running()) == {"return", "revisit"}
    late = NOON + 100 * HOUR
    assert case.resume(NOON + 11 * HOUR, **{"settle": late, "settle.75": late - HOUR}) == 2
    assert case.running()["settle"] == (1, late)
    assert case.running()["settle.75"] == (1, late - HOUR)
    assert case.column("settle", "accrued_pause_ms") == 10 * 3600000
    assert case.pause(NOON + 12 * HOUR) == 2
    case.resume(NOON + 13 * HOUR, **{"settle": late, "settle.75": late})
    assert case.column("settle", "accrued_pause_ms") == 11 * 3600000


def test_what_is_put_while_it_waits_waits_too(case):
    case.pause()
    case.put(2, ("settle", OBJECT, 72), ("pause_limit", THROUGH, 9))
    assert set(case.running()) == {"pause_limit"}
    case.resume(NOON + HOUR, settle=NOON + 73 * HOUR)
    assert case.running()["settle"] == (2, NOON + 73 * HOUR)


def test_one_pause_at_a_time(case, database):
    case.pause()
    with pytest.raises(Conflict):
        case.pause(NOON + HOUR)
    case.resume(NOON + HOUR)
    with pytest.raises(Conflict):
        case.resume(NOON + 2 * HOUR)
    case.pause(NOON + 3 * HOUR, "consented")
    assert [(r["reason"], r["started_at"], r["ended_at"]) for r in database.rows(
        "SELECT * FROM pause_ledger ORDER BY started_at")] == [
            ("appraisal", NOON, NOON + HOUR), ("consented", NOON + 3 * HOUR, None)]


def test_resuming_forgets_no_timer(case):
    case.put(1, ("settle", OBJECT, 72), ("settle.75", OBJECT, 54))
    case.pause()
    with pytest.raises(psycopg.errors.RaiseException, match="was left standing"):
        case.resume(NOON + HOUR, settle=NOON + 73 * HOUR)
    assert not case.running()  # nothing of it happened


def test_a_timer_fires_once(case, database):
    case.put(1, ("accept_by", STATE, 4))
    with pytest.raises(Conflict):
        case.fire("accept_by", 1)  # not due
    database.rows("UPDATE timer SET due_at = now() - interval '1 second'")
    with pytest.raises(Conflict):
        case.fire("accept_by", 2)  # of another state
    assert case.fire("accept_by", 1) == 1
    with pytest.raises(Conflict):
        case.fire("accept_by", 1)


@pytest.mark.parametrize("end", ["cancel", "pause"])
def test_what_was_cancelled_or_stands_still_does_not_fire(case, database, end):
    case.put(1, ("settle", OBJECT, 4))
    database.rows("UPDATE timer SET due_at = now() - interval '1 second'")
    getattr(case, end)()
    with pytest.raises(Conflict):
        case.fire("settle", 1)


@pytest.mark.parametrize("order", [
    "SELECT timer_fire('dispute', 1, 'settle', 1), {put}",
    "SELECT {put}, timer_fire('dispute', 1, 'settle', 1)",
    "SELECT timer_cancel('dispute', 1, NULL), {put}, timer_fire('dispute', 1, 'settle', 1)",
])
def test_a_timer_that_fires_may_be_followed_by_the_next_of_its_name(case, database, order):
    case.put(1, ("settle", OBJECT, 4), ("settle.75", OBJECT, 3))
    database.rows("UPDATE timer SET due_at = now() - interval '1 second' WHERE name = 'settle'")
    put = ("timer_put('dispute', 1, 2, NULL, '{settle}', '{2}', '{1}', ARRAY[now()],"
           " '{3600000}', ARRAY[timestamptz '2030-01-07 13:00Z'])")
    case.link.execute(order.format(put=put))
    assert case.running() == {"settle": (2, NOON + HOUR)}
    fired = database.rows(
        "SELECT state_version, cancelled_at FROM timer WHERE fired_at IS NOT NULL")
    assert fired == [{"state_version": 1, "cancelled_at": None}]


def test_of_two_that_fire_one_timer_one_has_an_effect(case, database):
    """Both have claimed it, one too late: whoever is second changes nothing else either."""
    case.put(1, ("settle", OBJECT, 4))
    database.rows("UPDATE timer SET due_at = now() - interval '1 second'")
    answers = []

    def run():
        with database.link(as_app=True) as link:
            try:
                link.execute(
                    "WITH line AS (INSERT INTO timeline (entity_type, entity_id, event)"
                    " VALUES ('dispute', 1, 'dispute.escalate'))"
                    " SELECT timer_fire('dispute', 1, 'settle', 1), pg_sleep(0.05)")
                answers.append("fired")
            except Conflict:
                answers.append("conflict")
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["conflict", "conflict", "conflict", "fired"]
    assert database.value("SELECT count(*) FROM timeline WHERE entity_type = 'dispute'") == 1


def test_a_rung_tells_a_person_once_a_minute(case, town):
    community = town.community()
    ann, bob = town.resident(community), town.resident(community)

    def reserve(rung, *people):
        rows = case.link.execute(
            "SELECT account_id, extract(epoch FROM tell_at - now()) AS wait"
            " FROM rung_reserve(%s, %s::bigint[])", (rung, [p.id for p in people])).fetchall()
        return {r["account_id"]: round(float(r["wait"])) for r in rows}
    assert reserve("dispute.officer", ann, bob) == {ann.id: 0, bob.id: 0}
    assert reserve("dispute.officer", ann, ann) == {ann.id: 60}
    assert reserve("dispute.officer", ann, bob) == {ann.id: 120, bob.id: 60}
    assert reserve("dispute.leader", ann) == {ann.id: 0}
    case.link.execute("UPDATE rung_told SET tell_at = now() - interval '61 seconds'")
    assert reserve("dispute.officer", ann) == {ann.id: 0}


@pytest.mark.parametrize("change", [
    "INSERT INTO duty_holiday (day, is_worked, name) VALUES ('2030-10-01', false, '国庆节')",
    "UPDATE duty_span SET to_minute = 1080 WHERE from_minute = 840",
    "DELETE FROM duty_span",
])
def test_nodes_hear_of_a_changed_calendar(database, change):
    heard = []
    with database.link() as listener:
        listener.add_notify_handler(lambda notice: heard.append(notice.payload))
        listener.execute("LISTEN hall")
        database.rows(change)
        listener.execute("SELECT 1")  # what has come is handed over with the next answer
    assert heard == ["calendar_changed 0"]


# -- the runner's side

KINDS = ["dispute.accept_by", "dispute.settle"]


def claim(app, most=10, kinds=KINDS):
    """([(name, attempts, life)], late_ms of the next one or None)"""
    rows = app.run("timer_claim", kinds, most, 15000)
    taken = [(r["name"], r["attempts"], r["life"]) for r in rows if r["claimed"]]
    ahead = [r["late_ms"] for r in rows if not r["claimed"]]
    return taken, ahead[0] if ahead else None


@pytest.fixture
def overdue(case, database):
    """Five timers, a minute apart, all due; the fifth oldest."""
    for number in range(1, 6):
        name, life = [("settle.75", STATE), ("accept_by", OBJECT)][number % 2]
        Case(case.link, number).put(1, (name, life, 1))
    database.rows("UPDATE timer SET due_at = now() - entity_id * interval '1 minute'")


def test_the_oldest_is_claimed_first_and_nothing_twice(app, other_app, overdue):
    assert claim(app, 2) == ([("accept_by", 1, 2), ("settle.75", 1, 1)], None)
    taken, _ = claim(other_app)
    assert len(taken) == 3
    assert claim(app) == ([], None)


def test_what_a_dead_node_had_is_claimed_again_and_longer_each_time(app, database, overdue):
    for attempt in range(1, 4):
        taken, _ = claim(app)
        assert [t[1] for t in taken] == [attempt] * 5
        held = database.value("SELECT extract(epoch FROM max(claimed_until) - now()) FROM timer")
        assert 15 * 2 ** (attempt - 1) - 5 < held <= 15 * 2 ** (attempt - 1)
        database.rows("UPDATE timer SET claimed_until = now() - interval '1 second'")


def test_what_was_not_begun_is_given_back(app, other_app, overdue):
    claim(app, 2)
    app.run("timer_release", ["dispute", "dispute"], [5, 4], ["accept_by", "settle.75"], [1, 1])
    assert claim(other_app, 2)[0] == [("accept_by", 1, 2), ("settle.75", 1, 1)]


def test_kinds_this_program_does_not_know_are_left_alone(app, overdue):
    taken, _ = claim(app, kinds=["dispute.settle", "alert.accept_by"])
    assert {t[0] for t in taken} == {"settle.75"} and len(taken) == 2


def test_what_stands_still_is_over_or_is_not_due_is_not_claimed(app, case, database):
    case.put(1, ("accept_by", STATE, 1), ("settle", OBJECT, 1))
    database.rows("UPDATE timer SET due_at = now() + interval '90 seconds'")
    taken, late = claim(app)
    assert not taken and -90000 <= late < -80000
    database.rows("UPDATE timer SET due_at = now() - interval '1 second'")
    case.pause()
    case.cancel("accept_by")
    assert claim(app) == ([], None)


def test_two_that_claim_at_once_share_what_there_is(case, database):
    case.link.execute(
        "INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)"
        " SELECT 'dispute', n, 'settle', 1, now() - interval '1 s' FROM generate_series(1, 2000) n")
    taken = []

    def run():
        with database.link(as_app=True) as link:
            mine = Statements(link)
            while rows := [r["entity_id"] for r in mine.run("timer_claim", KINDS, 128, 15000)
                           if r["claimed"]]:
                taken.extend(rows)
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 2001))


def test_counting_again_pages_through_what_a_calendar_decides(app, case, database, town):
    station = town.station()
    for number in (1, 2, 3):
        Case(case.link, number).put(1, ("settle", OBJECT, 5), ("accept_by", STATE, 4))
    database.rows("UPDATE timer SET clock = 2, station_id = %s WHERE name = 'settle'", station.id)
    case.pause()
    case.resume(NOON + HOUR, settle=NOON + 6 * HOUR)
    Case(case.link, 3).pause()
    rows = app.run("timer_counted", "", 0, "", 0, 10)
    assert [(r["entity_id"], r["name"], r["station_id"]) for r in rows] == [
        (1, "settle", station.id), (2, "settle", station.id)]
    assert (rows[0]["pause_starts"], rows[0]["pause_ends"]) == ([NOON], [NOON + HOUR])
    assert app.run("timer_counted", "dispute", 1, "settle", 1, 10) == rows[1:]
    keys = (["dispute"] * 2, [1, 2], ["settle"] * 2, [1, 1])
    app.run("timer_recount", *keys, [NOON, NOON + 5 * HOUR], [NOON + 9 * HOUR] * 2)
    dues = {r["entity_id"]: r["due_at"] for r in app.run("timer_counted", "", 0, "", 0, 10)}
    assert dues == {1: NOON + 6 * HOUR, 2: NOON + 9 * HOUR}  # the first was touched meanwhile
