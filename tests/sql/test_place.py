"""Places, roles, memberships, object numbers, and what other processes are told."""
import psycopg
import pytest

from harness.town import KIND


def test_a_place_knows_all_above_it(database, town):
    community = town.community()
    grid = town.grid(community)
    building = town.building(grid)
    unit = town.unit(building)
    row = database.rows("SELECT * FROM place WHERE id = %s", unit.id)[0]
    assert (row["station_id"], row["community_id"], row["grid_id"], row["building_id"]) == (
        community.station.id, community.id, grid.id, building.id)
    row = database.rows("SELECT * FROM place WHERE id = %s", community.id)[0]
    assert (row["community_id"], row["grid_id"]) == (community.id, None)


def test_scopes_cover_what_is_in_them(database, town):
    community, other = town.community(), town.community()
    unit = town.unit(town.building(town.grid(community)))

    def covers(scope, place):
        return database.value("SELECT place_covers(%s, %s)", scope.id, place.id)

    assert covers(community.station, unit) and covers(community, unit) and covers(unit, unit)
    assert not covers(other, unit) and not covers(unit, community)
    assert not covers(other.station, community)


@pytest.mark.parametrize("kind, parent", [
    ("station", "station"), ("station", "community"), ("community", "community"),
    ("grid", "station"), ("building", "station"), ("unit", "community"), ("unit", "unit"),
    ("grid", "building"), ("community", None)])
def test_a_place_in_the_wrong_place_is_refused(town, kind, parent):
    community = town.community()
    building = town.building(community)
    above = {"station": community.station, "community": community, "building": building,
             "unit": town.unit(building), None: None}[parent]
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NotNullViolation)):
        town.one("INSERT INTO place (kind, code, name, parent_id) VALUES (%s, 'X', 'X', %s)"
                 " RETURNING id", KIND[kind], above.id if above else None)


def test_a_place_is_not_moved(town, database):
    community = town.community()
    with pytest.raises(psycopg.errors.CheckViolation, match="keeps its"):
        database.rows("UPDATE place SET parent_id = %s WHERE id = %s",
                      town.station().id, community.id)


def grant(town, **given):
    people = [town.resident(town.community()).id for _ in range(3)]
    row = {"account_id": people[0], "role": 7, "scope_id": town.community().id,
           "granted_by": people[1], "approved_by": people[2], "operator_note": None,
           "months": 12} | {k: people[v] if k in ("granted_by", "approved_by") and v is not None
                            else v for k, v in given.items()}
    return town.one(
        "INSERT INTO role_grant (account_id, role, scope_id, granted_by, approved_by,"
        " operator_note, expires_at) VALUES (%(account_id)s, %(role)s, %(scope_id)s,"
        " %(granted_by)s, %(approved_by)s, %(operator_note)s,"
        " now() + make_interval(months => %(months)s)) RETURNING id"
        % {k: "NULL" if v is None else repr(v) for k, v in row.items()})


@pytest.mark.parametrize("given", [
    {}, {"granted_by": None, "approved_by": None, "operator_note": "first leader"}],
    ids=["two people", "an operator who says why"])
def test_a_role_that_is_given_properly(town, given):
    assert grant(town, **given) > 0


@pytest.mark.parametrize("given", [
    {"approved_by": 1}, {"granted_by": 0}, {"approved_by": 0}, {"approved_by": None},
    {"granted_by": None}, {"granted_by": None, "approved_by": None}, {"months": 13},
    {"months": 0}, {"role": 1}, {"operator_note": "me too"}],
    ids=["one person twice", "to herself", "approved herself", "nobody approved", "nobody gave",
         "nobody at all", "too long", "no time", "resident is no role", "operator beside people"])
def test_a_role_that_is_not(town, given):
    with pytest.raises(psycopg.errors.CheckViolation):
        grant(town, **given)


def rooms(database, person, kind):
    return {r["room_id"] for r in database.rows(
        "SELECT room_id FROM membership m JOIN room r ON r.id = m.room_id AND r.kind = %s"
        " WHERE account_id = %s AND left_at IS NULL", kind, person.id)}


def halls(database, person):
    return rooms(database, person, 1)


def test_halls_follow_address_and_roles(database, town):
    station = town.station()
    a, b = town.community(station), town.community(station)
    building = town.building(town.grid(a))
    assert halls(database, town.resident(a)) == {a.hall_id}
    assert halls(database, town.resident(a, level=1)) == set()  # V0
    assert halls(database, town.staff("officer", b)) == {b.hall_id}
    assert halls(database, town.staff("dispatcher", station)) == {a.hall_id, b.hall_id}
    assert halls(database, town.staff("unit_leader", building)) == {a.hall_id}
    assert halls(database, town.staff("auditor", station)) == set()
    assert halls(database, town.staff("sysadmin", station)) == set()


def test_a_role_that_ended_takes_the_hall_with_it_and_a_new_one_brings_it_back(database, town):
    community = town.community()
    officer = town.staff("officer", community)
    count = "SELECT member_count FROM room WHERE id = %s"
    assert database.value(count, community.hall_id) == 1
    database.rows("UPDATE role_grant SET revoked_at = now()")
    town.derive(officer.id)
    assert halls(database, officer) == set()
    assert database.value(count, community.hall_id) == 0
    town.grant(officer.id, "officer", community)
    assert halls(database, officer) == {community.hall_id}
    assert database.value(count, community.hall_id) == 1


def test_a_station_has_its_duty_room_and_those_who_serve_there_are_in_it(database, town):
    station, far = town.station(name="柳堤路派出所"), town.station()
    community = town.community(station)
    grid = town.grid(community)
    duty, other = (database.value("SELECT id FROM room WHERE kind = 5 AND station_id = %s", s.id)
                   for s in (station, far))
    row = database.rows("SELECT name, community_id, place_id FROM room WHERE id = %s", duty)[0]
    assert row == {"name": "柳堤路派出所值班室", "community_id": None, "place_id": station.id}
    for role, place in (("dispatcher", station), ("station_leader", station),
                        ("officer", community), ("officer", grid), ("auxiliary", community)):
        assert rooms(database, town.staff(role, place), 5) == {duty}, role
    for role, place in (("grid_worker", grid), ("volunteer", community), ("cadre", community),
                        ("mediator", community), ("unit_rep", community), ("auditor", station),
                        ("sysadmin", station), ("officer", far)):
        assert duty not in rooms(database, town.staff(role, place), 5), role
    assert rooms(database, town.resident(community), 5) == set()
    both = town.staff("officer", community)
    town.grant(both.id, "auxiliary", far)
    assert rooms(database, both, 5) == {duty, other}
    database.rows("UPDATE role_grant SET revoked_at = now() WHERE role = 6 AND account_id = %s",
                  both.id)
    town.derive(both.id)
    assert rooms(database, both, 5) == {duty}


def test_members_are_counted_however_they_come(database, town):
    community = town.community()
    town.residents(community, 25)
    town.resident(community)
    assert database.value("SELECT member_count FROM room WHERE id = %s", community.hall_id) == 26
    database.rows("UPDATE membership SET left_at = now() WHERE account_id % 2 = 0")
    assert (database.value("SELECT member_count FROM room WHERE id = %s", community.hall_id)
            == database.value("SELECT count(*) FROM membership WHERE left_at IS NULL"))


def test_who_joins_late_has_nothing_unread(database, town, say, app):
    community = town.community()
    ann = town.resident(community)
    for _ in range(3):
        say(community.hall_id, ann.id)
    late = town.resident(community)
    assert app.one("room_memberships", late.id, 0, 9)["unread"] == 0


def test_object_numbers_count_per_letter_station_and_month(database, town):
    one, two = town.station("YH"), town.station("LH")
    month = database.value("SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMM')")

    def number(letter, station):
        return database.value("SELECT object_no(%s, %s)", letter, station.id)

    assert number("F", one) == f"F-YH-{month}-0001"
    assert number("F", one) == f"F-YH-{month}-0002"
    assert number("D", one) == f"D-YH-{month}-0001"
    assert number("F", two) == f"F-LH-{month}-0001"
    database.rows("UPDATE object_counter SET last_number = 9999 WHERE letter = 'F'")
    assert number("F", one) == f"F-YH-{month}-10000"
    with pytest.raises(psycopg.errors.NoDataFound):
        number("F", town.community())


def test_notice_numbers_lead_nowhere(database):
    drawn = [row["id"] for row in database.rows(
        "SELECT random_id() AS id FROM generate_series(1, 200)")]
    assert len(set(drawn)) == 200
    assert all(0 < n < 2**53 for n in drawn)
    assert drawn != sorted(drawn)


def test_other_processes_are_told(database, town, app, say):
    community = town.community()
    ann, officer = town.resident(community), town.staff("officer", community)
    with database.link() as link:
        heard = []
        link.add_notify_handler(lambda notice: heard.append(notice.payload))
        link.execute("LISTEN hall")

        def told(sql, *args):
            database.rows(sql, *args)
            link.execute("SELECT 1")  # what was notified before comes with its answer
            link.execute("SELECT 1")
            new = sorted(heard)
            heard.clear()
            return new

        assert told("UPDATE role_grant SET revoked_at = now()") == [f"role_revoked {officer.id}"]
        assert told("UPDATE role_grant SET revoked_at = now()") == []
        assert told("UPDATE login_session SET revoked_at = now() WHERE id = %s",
                    ann.session_id) == [f"session_revoked {ann.session_id}"]
        assert told("UPDATE login_session SET seen_at = now()") == []
        assert told("UPDATE account SET disabled_at = now() WHERE id = %s",
                    ann.id) == [f"account_changed {ann.id}"]
        assert told("UPDATE membership SET muted_until = now() WHERE account_id = %s",
                    ann.id) == [f"membership_changed {community.hall_id} {ann.id}"]
        assert told("UPDATE membership SET read_seq = 0") == []
        assert told("INSERT INTO revocation (kind, room_id, seq) VALUES (1, 1, 1)") == ["revoked 1"]
        say(community.hall_id, officer.id)
        assert told("SELECT 1") == []  # messages do not go this way

