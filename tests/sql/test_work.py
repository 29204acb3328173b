"""What waits for whom: kept by the subjects' own tables, seen by those it is for."""
import psycopg
import pytest

from harness.statements import SYSTEM

ALL = ([1, 2, 3], [1, 2, 3, 4])
FIRST = ("1970-01-01", 0, 0, 0)
# Which role sees what it was given of which kind: server/rules/work_audience.c.
GIVEN = [(role, kind) for role in (2, 4) for kind in (1, 3)]
GIVEN += [(role, kind) for role in (3, 5, 6, 7, 8, 9) for kind in (1, 2, 3)] + [(13, 2)]
PAIRS = ([role for role, _ in GIVEN], [kind for _, kind in GIVEN])
PUT = """
SELECT work_put(ROW(%(kind)s, %(id)s, %(no)s, 1, 1, %(station)s, %(community)s, %(grid)s,
                    %(building)s, %(urgency)s, 1, NULL, 1, %(lead)s, %(due)s, now(), NULL
                   )::work_item)
"""


class Desk:
    """A station with two communities, somebody of every role in the first, and one far away."""

    def __init__(self, database, town, app):
        self.database, self.town, self.app = database, town, app
        self.station = town.station()
        self.community, self.other = (town.community(self.station) for _ in range(2))
        self.far = town.community()
        self.grid = town.grid(self.community)
        self.building = town.building(self.grid)
        self.leader = town.staff("station_leader", self.station)
        self.officer = town.staff("officer", self.community)
        self.worker = town.staff("grid_worker", self.grid)
        self.stranger = town.staff("officer", self.far)

    def put(self, entity_id, kind=2, place=None, lead=None, due="2030-01-01", urgency=3):
        place = place or self.building
        row = self.database.rows("SELECT * FROM place WHERE id = %s", place.id)[0]
        with self.app.link.cursor() as cursor:
            cursor.execute(PUT, {
                "kind": kind, "id": entity_id, "no": f"X-{entity_id}", "urgency": urgency,
                "station": row["station_id"], "community": row["community_id"],
                "grid": row["grid_id"], "building": row["building_id"],
                "lead": lead.id if lead else None, "due": due})

    def assign(self, entity_id, person, part, kind=2):
        self.app.link.execute("SELECT work_assign(%s::smallint, %s, %s::bigint[], %s::smallint)",
                              (kind, entity_id, [person.id], part))

    def unassign(self, entity_id, person):
        self.app.link.execute("SELECT work_unassign(2::smallint, %s, %s::bigint[])",
                              (entity_id, [person.id]))

    def sees(self, person, kinds=(1, 2, 3), urgencies=(1, 2, 3, 4), mine=False, after=FIRST, n=50):
        rows = self.page(person, after, n, (list(kinds), list(urgencies)), mine)
        return [row["entity_id"] for row in rows]

    def page(self, person, after=FIRST, n=50, filters=ALL, mine=False):
        """Without filters both statements are asked: they are to say the same."""
        rows = self.app.run("work_list", person.id, *filters, mine, *after, n, *PAIRS,
                            who=person.id)
        if filters == ALL:
            assert rows == self.app.run("work_list_due", person.id, mine, *after, n, *PAIRS,
                                        who=person.id)
        return rows


@pytest.fixture
def desk(database, town, app):
    return Desk(database, town, app)


def test_who_is_in_charge_sees_her_scope_and_the_others_what_they_were_given(desk):
    town = desk.town
    desk.put(1)
    desk.put(2, place=desk.other)
    desk.put(3, place=desk.far)
    desk.put(4, place=desk.station)  # nobody knows where
    grid_officer = town.staff("officer", desk.grid)
    house = town.staff("auxiliary", desk.building)
    assert desk.sees(desk.leader) == [1, 2, 4]
    assert desk.sees(desk.officer) == desk.sees(grid_officer) == desk.sees(house) == [1]
    assert desk.sees(desk.stranger) == [3]
    for role, place in (("grid_worker", desk.grid), ("volunteer", desk.community),
                        ("cadre", desk.community), ("mediator", desk.community),
                        ("unit_leader", desk.building), ("unit_rep", desk.community),
                        ("auditor", desk.station), ("sysadmin", desk.station)):
        assert desk.sees(town.staff(role, place)) == [], role
    assert desk.sees(town.resident(desk.community)) == []
    desk.assign(2, desk.worker, 1)
    desk.assign(1, desk.worker, 2)
    assert desk.sees(desk.worker) == [1, 2]


def test_a_party_never_finds_it_among_her_work(desk):
    desk.put(1)
    desk.put(2, lead=desk.officer)
    desk.assign(1, desk.officer, 3)
    desk.assign(2, desk.officer, 3)
    desk.assign(1, desk.officer, 1)  # who is a party stays one
    assert desk.sees(desk.officer) == desk.sees(desk.officer, mine=True) == []
    assert desk.sees(desk.leader) == [1, 2]
    desk.unassign(1, desk.officer)
    assert desk.sees(desk.officer) == []


def test_what_was_given_to_a_role_that_has_no_business_with_it_is_not_shown(desk):
    town = desk.town
    desk.put(1, kind=1)
    desk.put(2, kind=2)
    desk.put(3, kind=3)
    expected = {"unit_leader": [1, 3], "grid_worker": [1, 2, 3], "volunteer": [1, 3],
                "cadre": [1, 2, 3], "mediator": [2], "unit_rep": [], "auditor": [], "sysadmin": []}
    for role, seen in expected.items():
        here, elsewhere = town.staff(role, desk.community), town.staff(role, desk.far)
        for person in (here, elsewhere):
            for n in (1, 2, 3):
                desk.assign(n, person, 1, kind=n)
        assert desk.sees(here) == seen, role
        assert desk.sees(elsewhere) == [], role


def test_mine_is_what_she_leads_or_was_given(desk):
    desk.put(1)
    desk.put(2, lead=desk.officer)
    desk.put(3)
    desk.assign(3, desk.officer, 2)
    assert desk.sees(desk.officer, mine=True) == [2, 3]
    desk.unassign(3, desk.officer)
    assert desk.sees(desk.officer, mine=True) == [2]


def test_what_is_due_first_comes_first_and_pages_meet_without_gaps(desk):
    for n in range(60):  # many due at one moment, some never
        due = [None, "2030-01-01", "2029-01-01"][n % 3]
        desk.put(100 + n, kind=1 + n % 3, due=due, urgency=1 + n % 4,
                 place=[desk.building, desk.other][n % 2])
    desk.town.grant(desk.leader.id, "officer", desk.community)  # sees some of them twice over
    whole = desk.page(desk.leader, n=100)
    keys = [(r["next_due_at"], r["urgency"], r["work_kind"], r["entity_id"]) for r in whole]
    assert keys == sorted(keys) and len(set(keys)) == 60
    for size in (1, 7, 25):
        found, after = [], FIRST
        while page := desk.page(desk.leader, after, size):
            last = page[-1]
            after = (last["next_due_at"], last["urgency"], last["work_kind"], last["entity_id"])
            found += [(r["next_due_at"], *after[1:3], r["entity_id"]) if r is last else
                      (r["next_due_at"], r["urgency"], r["work_kind"], r["entity_id"])
                      for r in page]
        assert found == keys
    some = desk.sees(desk.leader, kinds=[2], urgencies=[1, 4], n=100)
    assert some == [k[3] for k in keys if k[2] == 2 and k[1] in (1, 4)] and some


def test_counts_say_the_same_as_the_list(desk):
    for n in range(30):
        desk.put(n, kind=1 + n % 3, urgency=1 + n % 4, place=[desk.grid, desk.other][n % 2])
    desk.assign(1, desk.worker, 1)
    desk.assign(2, desk.leader, 3, kind=3)
    for person in (desk.leader, desk.officer, desk.worker, desk.stranger):
        rows = desk.app.run("work_counts", person.id, 1000, *PAIRS, who=person.id)
        for row in rows:
            assert row["items"] == len(desk.sees(person, [row["work_kind"]], [row["urgency"]]))
        assert sum(row["items"] for row in rows) == len(desk.sees(person))
    capped = desk.app.run("work_counts", desk.leader.id, 2, *PAIRS, who=desk.leader.id)
    assert {row["items"] for row in capped} == {2}


def test_a_role_that_ended_shows_nothing(desk):
    desk.put(1, lead=desk.officer)
    desk.put(2)
    desk.assign(2, desk.worker, 1)
    assert desk.sees(desk.officer) == [1, 2]
    desk.database.rows("UPDATE role_grant SET revoked_at = now()")
    for person in (desk.leader, desk.officer, desk.worker):
        assert desk.sees(person) == desk.sees(person, mine=True) == []
        assert desk.app.run("work_counts", person.id, 1000, *PAIRS, who=person.id) == []


def test_without_the_conditions_of_the_statement_the_policy_says_the_same(desk):
    desk.put(1)
    desk.put(2, place=desk.far)
    desk.put(3, place=desk.other)
    desk.assign(3, desk.worker, 1)
    desk.assign(1, desk.leader, 3)
    link, app = desk.app.link, desk.app
    app.prepare("store_become")

    def all_of(table, who):
        with link.transaction():
            app._execute("store_become", (who,))
            return [r["entity_id"] for r in link.execute(
                f"SELECT entity_id FROM {table} ORDER BY entity_id")]

    assert all_of("work_item", desk.leader.id) == [3]
    assert all_of("work_item", desk.officer.id) == [1]
    assert all_of("work_item", desk.worker.id) == [3]
    assert all_of("work_item", desk.stranger.id) == [2]
    assert all_of("work_item", SYSTEM) == [1, 2, 3]
    assert all_of("work_member", desk.worker.id) == [3]
    assert all_of("work_member", desk.officer.id) == []
    assert link.execute("SELECT * FROM work_item").fetchall() == []


def test_the_server_writes_only_through_the_functions(desk):
    desk.put(1)
    for sql in ("UPDATE work_item SET urgency = 1", "DELETE FROM work_item",
                "INSERT INTO work_member VALUES (2, 1, 1, 1)", "DELETE FROM work_member",
                "SELECT principal_raise()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.app.link.execute(sql)
    # The functions leave nobody as the system.
    assert desk.app.link.execute("SELECT count(*) AS n FROM work_item").fetchone()["n"] == 0
    with desk.app.link.transaction():
        desk.put(2)
        assert desk.app.link.execute("SELECT count(*) AS n FROM work_item").fetchone()["n"] == 0


def test_an_alert_is_in_it_while_it_is_open(desk, database):
    community, town = desk.community, desk.town
    target = town.resident(community)
    alert_id = town.one(
        "WITH a AS (INSERT INTO alert (no, state, level, scam_type, status, station_id,"
        " community_id, expires_at) VALUES ('F-1', 2, 1, 4, 1, %s, %s, now() + interval '6 hours')"
        " RETURNING id), r AS (INSERT INTO alert_restricted (alert_id, station_id, community_id,"
        " grid_id, building_id, situation) SELECT id, %s, %s, %s, %s, '秘密' FROM a)"
        " SELECT id FROM a", desk.station.id, community.id, desk.station.id, community.id,
        desk.grid.id, desk.building.id)
    town.link.execute("INSERT INTO alert_recipient (alert_id, account_id, audience)"
                      " VALUES (%s, %s, 4), (%s, %s, 2)",
                      (alert_id, desk.worker.id, alert_id, target.id))

    def item():
        return desk.app.one("work_load", 1, alert_id, who=SYSTEM)

    row = item()
    assert (row["no"], row["state"], row["urgency"], row["title_code"], row["waiting_for"]) == (
        "F-1", 2, 1, 4, 4)
    assert (row["grid_id"], row["building_id"]) == (desk.grid.id, desk.building.id)
    assert (row["next_due_at"] - row["created_at"]).total_seconds() == 60
    assert dict(zip(row["account_ids"], row["parts"])) == {desk.worker.id: 2, target.id: 3}
    assert "秘密" not in repr(row)
    assert desk.sees(desk.leader) == desk.sees(desk.worker) == [alert_id]
    assert desk.sees(target) == []
    database.rows("UPDATE alert SET state = 3, state_version = 2, claimed_by = %s,"
                  " ack_by = now() + interval '5 minutes'", desk.worker.id)
    row = item()
    assert (row["waiting_for"], row["lead_account_id"], row["state_version"]) == (
        3, desk.worker.id, 2)
    assert row["next_due_at"] == database.value("SELECT ack_by FROM alert")
    database.rows("UPDATE alert SET state = 8, ended_at = now()")
    assert desk.app.run("work_load", 1, alert_id, who=SYSTEM) == []
    assert database.value("SELECT count(*) FROM work_member") == 0


def test_every_change_is_told_once_per_transaction(desk, database):
    with database.link() as link:
        heard = []
        link.add_notify_handler(lambda notice: heard.append(notice.payload))
        link.execute("LISTEN hall")
        with desk.app.link.transaction():
            desk.put(5)
            desk.assign(5, desk.worker, 1)
        desk.assign(5, desk.worker, 1)  # nothing new
        desk.app.link.execute("SELECT work_drop(2::smallint, 5), work_drop(2::smallint, 6)")
        link.execute("SELECT 1")
        link.execute("SELECT 1")
        assert [h for h in heard if h.startswith("work")] == ["work_changed 2 5"] * 2


def rows_read(plan, table):
    """Rows of a table that a plan looked at, those it threw away included."""
    total = 0
    if plan.get("Relation Name") == table:
        total = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return total + sum(rows_read(below, table) for below in plan.get("Plans", ()))


def test_a_page_costs_the_same_however_much_is_open(desk, database):
    """What it reads is bounded by the page, the kinds and urgencies, and the scopes of the viewer;
    ./hall bench work measures how long that takes."""
    database.rows(
        "INSERT INTO work_item (work_kind, entity_id, no, state, state_version, station_id,"
        " community_id, grid_id, urgency, title_code, waiting_for, next_due_at, created_at,"
        " updated_at) SELECT 1 + n %% 3, n, 'X', 1, 1, %s, %s, %s, 1 + n / 3 %% 4, 1, 1,"
        " now() + n %% 977 * interval '1 hour', now(), now() FROM generate_series(1, 20000) n",
        desk.station.id, desk.community.id, desk.grid.id)
    database.rows("INSERT INTO work_member SELECT work_kind, entity_id, %s, 1 FROM work_item"
                  " WHERE entity_id %% 400 = 0", desk.worker.id)
    database.rows("ANALYZE")
    app, link = desk.app, desk.app.link
    app.prepare("store_become")
    app.prepare("work_list")
    app.prepare("work_list_due")
    pairs = [f"'{{{','.join(map(str, numbers))}}}'" for numbers in PAIRS]
    order = "next_due_at, urgency, work_kind, entity_id"
    after = database.rows(f"SELECT {order} FROM work_item ORDER BY {order} OFFSET 9000 LIMIT 1")
    places = ["'1970-01-01', 0::smallint, 0::smallint, 0",
              "'{next_due_at}', {urgency}::smallint, {work_kind}::smallint, {entity_id}".format(
                  **after[0])]
    asked = [("work_list", "'{1,2,3}', '{1,2,3,4}', ", 12), ("work_list", "'{3}', '{1}', ", 1),
             ("work_list_due", "", 1)]
    for person, scopes in ((desk.leader, 1), (desk.officer, 1), (desk.worker, 0)):
        for statement, filters, walks in asked:
            for place in places:
                with link.transaction():
                    app._execute("store_become", (person.id,))
                    plan = link.execute(
                        f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {statement}({person.id},"
                        f" {filters}false, {place}, 51, {', '.join(pairs)})"
                    ).fetchone()["QUERY PLAN"][0]["Plan"]
                given = 3 * 50 if person is desk.worker else 0
                most = 51 * (scopes * walks + 1) + given
                assert rows_read(plan, "work_item") <= most, (person.name, statement, filters)
