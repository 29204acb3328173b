"""Rooms of an object: opened, filled, closed with it; and what the system says in a room."""
import psycopg
import pytest

OPEN = "SELECT object_room_open(%s::smallint, 'dispute', 7, %s, %s, %s, %s::bigint[])"


@pytest.fixture
def crew(town):
    community = town.community()
    return community, {role: town.staff(role, community)
                       for role in ("officer", "grid_worker", "mediator")}


def open_room(link, community, people, kind=8, name="D-1 专班"):
    row = link.execute(OPEN, (kind, name, community.station.id, community.id,
                              [p.id for p in people])).fetchone()
    return next(iter(row.values()))


def members(database, room_id):
    return {row["account_id"] for row in database.rows(
        "SELECT account_id FROM membership WHERE room_id = %s AND left_at IS NULL", room_id)}


def test_a_room_is_opened_once_however_often_it_is_asked_for(database, app, crew):
    community, people = crew
    officer, worker = people["officer"], people["grid_worker"]
    room = open_room(app.link, community, [officer])
    assert open_room(app.link, community, [officer, worker], name="D-1 新名字") == room
    assert members(database, room) == {officer.id, worker.id}
    row = database.rows("SELECT kind, name, member_count, community_id FROM room WHERE id = %s",
                        room)[0]
    assert row == {"kind": 8, "name": "D-1 新名字", "member_count": 2,
                   "community_id": community.id}
    assert open_room(app.link, community, [], kind=6) != room  # another kind, another room


def test_members_come_and_go(database, app, crew):
    community, people = crew
    officer, worker = people["officer"], people["grid_worker"]
    room = open_room(app.link, community, [officer])

    def change(what, *who):
        return next(iter(app.link.execute(f"SELECT object_room_{what}(%s, %s::bigint[])", (
            room, [p.id for p in who])).fetchone().values()))

    assert change("add", worker, officer) == 1
    assert change("add", worker) == 0
    assert change("remove", worker) == 1 and change("remove", worker) == 0
    assert members(database, room) == {officer.id}
    assert change("add", worker) == 1
    assert members(database, room) == {officer.id, worker.id}


def test_only_who_works_in_the_station_comes_in(database, town, app, crew):
    community, people = crew
    strangers = [town.resident(community), town.staff("officer", town.community()),
                 town.staff("auditor", community.station),
                 town.staff("sysadmin", community.station)]
    room = open_room(app.link, community, [*people.values(), *strangers])
    assert members(database, room) == {p.id for p in people.values()}
    database.rows("UPDATE account SET disabled_at = now() WHERE id = %s", people["mediator"].id)
    app.link.execute("SELECT object_room_remove(%s, %s::bigint[])", (room, [people["mediator"].id]))
    open_room(app.link, community, [people["mediator"]])
    assert people["mediator"].id not in members(database, room)


def test_who_stops_working_there_leaves(database, town, app, crew):
    community, people = crew
    officer = people["officer"]
    room = open_room(app.link, community, [officer, people["mediator"]])
    town.grant(officer.id, "auxiliary", community)
    database.rows("UPDATE role_grant SET revoked_at = now() WHERE account_id = %s AND role = 7",
                  officer.id)
    town.derive(officer.id)
    assert officer.id in members(database, room)  # she still works there, in another role
    database.rows("UPDATE role_grant SET revoked_at = now() WHERE account_id = %s", officer.id)
    town.derive(officer.id)
    assert members(database, room) == {people["mediator"].id}


def test_closing_empties_and_shuts_it_and_opening_again_goes_on_in_it(database, app, crew, say):
    community, people = crew
    officer = people["officer"]
    rooms = [open_room(app.link, community, [officer], kind) for kind in (6, 8)]
    say(rooms[1], officer.id, "记一笔")
    close = "SELECT object_room_close('dispute', 7) AS n"
    assert database.value(close) == 2 and database.value(close) == 0
    assert members(database, rooms[0]) == members(database, rooms[1]) == set()
    assert say(rooms[1], officer.id)["outcome"] == 2
    assert database.value("SELECT room_say(%s, '还在吗')", rooms[1]) is None
    assert database.value("SELECT object_room_add(%s, %s::bigint[])", rooms[1],
                          [officer.id]) == 0
    assert app.run("search_find", officer.id, 0, "记一笔", None, 0, 0, 10) == []
    assert open_room(app.link, community, [officer]) == rooms[1]
    page = app.run("message_page", rooms[1], officer.id, 0, 0, 0, 10)
    assert [m["body"] for m in page] == ["记一笔"]


def test_who_comes_in_finds_everything_unread(app, crew, say):
    community, people = crew
    room = open_room(app.link, community, [people["officer"]])
    for _ in range(3):
        say(room, people["officer"].id)
    open_room(app.link, community, [people["mediator"]])
    mine = [r for r in app.run("room_memberships", people["mediator"].id, 0, 64)
            if r["room_id"] == room]
    assert mine[0]["unread"] == 3 and mine[0]["may_post"]


@pytest.mark.parametrize("sql", [
    "INSERT INTO room (kind, name, station_id, community_id, place_id) VALUES (8, 'x', %s, %s, %s)",
    "INSERT INTO room (kind, name, station_id, community_id, place_id, entity_type, entity_id)"
    " VALUES (1, 'x', %s, %s, %s, 'alert', 1)",
    "INSERT INTO room (kind, name, station_id, community_id, place_id) VALUES (9, 'x', %s, %s, %s)",
], ids=["a case team without a case", "a hall of an alert", "an unknown kind"])
def test_rooms_that_cannot_be(database, town, sql):
    community = town.community()
    with pytest.raises(psycopg.errors.CheckViolation):
        database.rows(sql, community.station.id, community.id, community.id)


def test_the_system_says_something_in_order_and_everybody_is_told(database, app, crew, say):
    community, people = crew
    room = open_room(app.link, community, [people["officer"]])
    with database.link() as link:
        heard = []
        link.add_notify_handler(lambda notice: heard.append(notice.payload))
        link.execute("LISTEN hall")
        say(room, people["officer"].id, "先")
        assert database.value("SELECT room_say(%s, 'D-LY-1 已受理')", room) == 2
        say(room, people["officer"].id, "后")
        with app.link.transaction(force_rollback=True):  # what came to nothing is not said
            assert app.link.execute("SELECT room_say(%s, 'x') AS seq",
                                    (room,)).fetchone()["seq"] == 4
        link.execute("SELECT 1")
        link.execute("SELECT 1")
        assert [h for h in heard if h.startswith("room_moved")] == [f"room_moved {room} 2"]
    page = app.run("message_page", room, people["officer"].id, 0, 0, 0, 10)
    assert [(m["seq"], m["sender_id"], m["kind"], m["body"]) for m in page] == [
        (1, people["officer"].id, 1, "先"), (2, 0, 3, "D-LY-1 已受理"),
        (3, people["officer"].id, 1, "后")]
    found = app.run("search_find", people["officer"].id, room, "d-ly-1", None, 0, 0, 10)
    assert [m["seq"] for m in found] == [2]


def test_the_file_of_an_object_outlives_the_hall(database, app, crew, say):
    community, people = crew
    rooms = [community.hall_id] + [open_room(app.link, community, [people["officer"]], kind)
                                   for kind in (6, 8)]
    for room in rooms:
        say(room, people["officer"].id)
    old = "now() - interval '400 days'"
    database.rows(f"UPDATE message SET created_at = {old}")
    first = "SELECT array_agg(first_seq ORDER BY id) FROM room WHERE id = ANY (%s::bigint[])"

    def clean():
        while app.one("retention_messages", 365, 10)["removed"]:
            pass
        return database.value(first, rooms)

    assert clean() == [2, 1, 1]
    database.value("SELECT object_room_close('dispute', 7)")
    assert clean() == [2, 1, 1]
    database.rows(f"UPDATE room SET closed_at = {old} WHERE closed_at IS NOT NULL")
    assert clean() == [2, 2, 1]  # the response room; the case team stays with its case
