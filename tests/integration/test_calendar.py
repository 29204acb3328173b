"""Duty calendars: what an operator changes is in the running server at once and moves due times."""
import datetime
import time

import pytest

from integration.test_hallctl import actions, refuses

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
DUTY, WORKING_DAYS = 2, 3
OBJECT, THROUGH = 2, 3
HOUR_MS = 3600000


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def timers(server, database):
    """put(id, clock, start, budget): a timer of station ST, due far too late; due(id) when."""
    server.hallctl("place", "create", "station", "ST", "月湖派出所")
    station = database.value("SELECT id FROM place WHERE code = 'ST'")

    def put(number, clock, start, budget_ms, life=OBJECT):
        database.rows(
            "INSERT INTO timer (entity_type, entity_id, name, state_version, clock, life,"
            " station_id, started_at, budget_ms, due_at)"
            " VALUES ('dispute', %s, 'settle', 1, %s, %s, %s, %s, %s, %s)",
            number, clock, life, station, at(start), budget_ms, at("2150-01-01 00:00"))

    def due(number):
        found = database.value("SELECT due_at FROM timer WHERE entity_id = %s", number)
        return found.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    put.due = due
    return put


def moves(timers, number, to):
    deadline = time.monotonic() + 10
    while timers.due(number) != to:
        assert time.monotonic() < deadline, f"it stays {timers.due(number)}, not {to}"
        time.sleep(0.05)


def test_what_an_operator_changes_moves_what_is_due(server, timers, database):
    # Friday, 2149-09-26
    timers(1, DUTY, "2149-09-26 16:30", 2 * HOUR_MS)
    timers(2, WORKING_DAYS, "2149-09-26 16:30", 24 * HOUR_MS)
    timers(3, DUTY, "2149-09-26 16:30", 2 * HOUR_MS, THROUGH)
    server.hallctl("calendar", "hours", "ST", "mon-fri=09:00-12:00,13:00-17:00", "sat=09:00-10:00")
    moves(timers, 1, "2149-09-29 09:30")
    assert timers.due(2) == "2149-09-30 00:00"
    server.hallctl("calendar", "rota", "ST", "2149-09-27T20:00", "2149-09-28T06:00")
    moves(timers, 1, "2149-09-27 20:30")
    server.hallctl("calendar", "rota", "ST", "2149-09-27T20:00")
    moves(timers, 1, "2149-09-29 09:30")
    server.hallctl("calendar", "hours", "ST")
    moves(timers, 1, "2149-09-29 09:30")
    server.hallctl("calendar", "hours", "-", "mon-fri=08:00-18:00")
    moves(timers, 1, "2149-09-29 08:30")
    assert timers.due(3) == timers.due(1)
    assert actions(database)[-5:] == ["calendar.hours", "calendar.rota", "calendar.rota",
                                      "calendar.hours", "calendar.hours"]


def test_holidays_are_loaded_from_a_file(server, timers, tmp_path):
    assert "jobs.holidays_unknown" in server.log()  # nobody loaded this year's
    timers(1, DUTY, "2149-09-26 17:00", HOUR_MS)
    timers(2, WORKING_DAYS, "2149-09-26 17:00", 24 * HOUR_MS)
    file = tmp_path / "2149.txt"
    file.write_text("# 2149\n2149-09-28 worked 调休\n2149-09-29 off 国庆节 # Monday\n\n",
                    encoding="utf-8")
    assert server.hallctl("calendar", "holidays", file) == "2 days\n"
    moves(timers, 1, "2149-09-28 09:00")
    assert timers.due(2) == "2149-09-29 00:00"
    assert server.metrics()["hall_holidays_known_year"] == 2149
    assert server.log().count("jobs.holidays_unknown") == 1
    file.write_text("2149-09-28 plain\n", encoding="utf-8")
    server.hallctl("calendar", "holidays", file)
    moves(timers, 1, "2149-09-30 09:00")
    assert "2149  1    0       2149-09-29  2149-09-29" in server.hallctl("calendar", "list")


def test_the_published_years_are_in_the_seed(make_server):
    server = make_server()
    assert server.hallctl("calendar", "holidays", "sql/seed/holidays.txt") == "69 days\n"
    listed = server.hallctl("calendar", "list", "ST")
    assert "2024  28   8" in listed and "2025  28   5" in listed


def test_a_timer_that_stands_still_is_left_alone(server, timers, database):
    timers(1, DUTY, "2149-09-26 16:30", 2 * HOUR_MS)
    database.rows("UPDATE timer SET paused_at = now()")
    timers(2, DUTY, "2149-09-26 16:30", 2 * HOUR_MS)
    database.rows("INSERT INTO pause_ledger (entity_type, entity_id, started_at, ended_at, reason)"
                  " VALUES ('dispute', 2, %s, %s, 'appraisal')",
                  at("2149-09-26 17:00"), at("2149-09-29 15:00"))
    server.hallctl("calendar", "hours", "ST", "mon-fri=08:30-12:00,14:00-17:30")
    moves(timers, 2, "2149-09-29 16:30")
    assert timers.due(1) == "2150-01-01 00:00"


REFUSED = [
    (["hours", "NO"], "there is no such thing"),
    (["hours", "-"], "cannot be left out"),
    (["hours", "ST", "mon-fri"], "hours are like"),
    (["hours", "ST", "fri-mon=08:00-09:00"], "hours are like"),
    (["hours", "ST", "mon=09:00-08:00"], "hours are like"),
    (["hours", "ST", "mon=08:00-24:01"], "hours are like"),
    (["hours", "ST", "mon=08:00-09:00;"], "hours are like"),
    (["hours", "ST", "mon="], "hours are like"),
    (["hours", "ST", "mon=" + ",".join(f"{h:02}:00-{h:02}:30" for h in range(9))],
     "hours are like"),
    (["rota", "NO", "2149-09-27T20:00", "2149-09-28T06:00"], "there is no such thing"),
    (["rota", "ST", "2149-09-28T06:00", "2149-09-27T20:00"], "duty_rota"),
    (["rota", "ST", "never"], "calendar_rota_remove"),
    (["holidays", "/nowhere"], "No such file"),
]


def test_what_cannot_be_is_refused_and_changes_nothing(make_server, database):
    operator = make_server()  # nobody needs it to run
    operator.hallctl("place", "create", "station", "ST", "月湖派出所")
    before = database.rows("SELECT * FROM duty_span ORDER BY weekday, from_minute")
    for command, says in REFUSED:
        assert says in refuses(operator, "calendar", *command), command
    assert database.rows("SELECT * FROM duty_span ORDER BY weekday, from_minute") == before
    assert not database.rows("SELECT * FROM duty_rota")


def test_a_line_that_is_no_day_loads_nothing(make_server, database, tmp_path):
    file = tmp_path / "bad.txt"
    for line in ("2149-09-29 worked 星期一", "2149-02-30 off 不存在", "2149-09-29 free 国庆",
                 "2149-09-29 off", "2149-09-29"):
        file.write_text(f"2149-10-01 off 国庆节\n{line}\n", encoding="utf-8")
        assert f"{file}:2" in refuses(make_server(), "calendar", "holidays", file)
    assert not database.rows("SELECT * FROM duty_holiday")
