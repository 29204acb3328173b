"""hallctl: what an operator does takes effect in the running server, and is audited."""
import json
import re
import subprocess

import pytest

from integration.talk import Closed, enter, refused, scenario, until


def actions(database):
    return [row["action"] for row in database.rows("SELECT action FROM audit ORDER BY seq")]


@pytest.fixture
def station(server):
    """A station with a community, made by hallctl alone."""
    server.hallctl("place", "create", "station", "ST", "月湖派出所")
    server.hallctl("place", "create", "community", "CO", "江东社区", "--in", "ST")
    server.hallctl("place", "create", "building", "CO-3", "3号楼", "--in", "CO")
    server.hallctl("place", "create", "unit", "CO-3-1", "1单元", "--in", "CO-3")
    return server


def make_staff(server, name, username):
    told = server.hallctl("account", "create", name, "--station", "ST", "--username", username)
    return int(re.search(r"^account\s+(\d+)", told, re.M)[1])


def refuses(server, *args):
    """The command fails, says why, and prints nothing else."""
    done = server.hallctl(*args, check=False)
    assert done.returncode != 0 and done.stderr.startswith(("hallctl: ", "usage: ")), done
    assert done.stdout == ""
    return done.stderr


def test_the_tree_of_places(station, database):
    listed = station.hallctl("place", "list")
    assert re.findall(r"^( *)(\w+) +(\S+)", listed, re.M) == [
        ("", "station", "ST"), ("  ", "community", "CO"), ("      ", "building", "CO-3"),
        ("        ", "unit", "CO-3-1")]
    assert database.value("SELECT name FROM room WHERE kind = 1") == "江东社区议事厅"
    nowhere = refuses(station, "place", "create", "unit", "X", "x", "--in", "NO")
    assert "there is no place NO" in nowhere
    refuses(station, "place", "create", "station", "ST", "again")
    refuses(station, "place", "create", "unit", "U", "a unit in a station", "--in", "ST")
    refuses(station, "place", "create", "castle", "C", "c")
    assert actions(database) == ["place.create"] * 4


def test_a_role_needs_two_leaders_or_a_note(station, database):
    for name, username in (("李所长", "li"), ("王副所长", "wang"), ("陈警官", "chen")):
        make_staff(station, name, username)
    grant = ("role", "grant", "chen", "officer", "CO")
    refuses(station, *grant)
    refuses(station, *grant, "--by", "li")
    assert "leads no station" in refuses(station, *grant, "--by", "li", "--approver", "wang")
    for leader in ("li", "wang"):
        station.hallctl("role", "grant", leader, "station_leader", "ST", "--note", "the first two")
    refuses(station, *grant, "--by", "li", "--approver", "li")
    refuses(station, *grant, "--by", "li", "--approver", "chen")
    refuses(station, *grant, "--by", "li", "--approver", "wang", "--days", "366")
    refuses(station, "role", "grant", "chen", "king", "CO", "--note", "x")
    refuses(station, *grant, "--by", "li", "--approver", "wang", "--note", "and a note")
    station.hallctl(*grant, "--by", "li", "--approver", "wang", "--days", "100")
    [given] = database.rows("SELECT role, granted_by <> approved_by AS two, operator_note"
                            " FROM role_grant WHERE role = 7")
    assert given == {"role": 7, "two": True, "operator_note": None}
    assert actions(database).count("role.grant") == 3


@scenario
async def test_taking_a_role_closes_the_open_socket(server, town, database):
    community = town.community()
    officer = town.staff("officer", community)
    async with enter(server, officer) as hall:
        server.hallctl("role", "revoke", officer.id, "officer", community.code, "--reason", "moved")
        closed = await hall.closed()
        assert isinstance(closed, Closed)
    assert "role.revoke" in actions(database)
    async with enter(server, officer) as hall:
        assert hall.welcome["grants"] == [] and hall.welcome["rooms"] == []
        with refused("not_found"):
            await hall.post(community.hall_id, "还在吗")


@scenario
async def test_disabling_an_account_ends_it_everywhere(server, town):
    wang = town.resident(town.community())
    async with enter(server, wang) as hall:
        refuses(server, "account", "disable", wang.id)  # without saying why
        server.hallctl("account", "disable", wang.id, "--reason", "冒用他人身份")
        await hall.closed()
    with pytest.raises((Closed, TimeoutError, AssertionError, OSError)):
        async with enter(server, wang):
            pass
    server.hallctl("account", "enable", wang.id)
    async with enter(server, wang) as hall:
        assert hall.welcome["account_id"] == wang.id


@scenario
async def test_devices_are_listed_and_logged_out(server, town):
    wang = town.resident(town.community())
    other = town.session(wang.id, client="老手机")[1]
    assert "老手机" in server.hallctl("session", "list", wang.id)
    async with enter(server, wang) as hall:
        assert server.hallctl("session", "revoke", wang.id, other) == "1 logged out\n"
        await hall.ping()
        assert server.hallctl("session", "revoke", wang.id) == "1 logged out\n"
        await hall.closed()
    refuses(server, "session", "list", 999999)


@scenario
async def test_a_new_community_has_its_station_in_it(server, town):
    station = town.station()
    dispatcher = town.staff("dispatcher", station)
    made = server.hallctl("place", "create", "community", "NEW", "新社区", "--in", station.code)
    hall_id = int(made.split()[-1])
    async with enter(server, dispatcher) as hall:
        await until(lambda: hall_id in [r["room_id"] for r in hall.welcome["rooms"]])
        await hall.post(hall_id, "新社区的邻居们好")


def test_secrets_are_told_once_and_kept_by_nobody(station, database):
    told = station.hallctl("account", "create", "陈警官", "--station", "ST", "--username", "chen")
    password = re.search(r"^password\s+(\S+)", told, re.M)[1]
    secret = re.search(r"^secret\s+(\S+)", told, re.M)[1]
    assert re.fullmatch(r"\d{6}\n", station.hallctl("totp", secret))
    dump = subprocess.run([database.cluster.bin / "pg_dump", database.url], check=True,
                          capture_output=True).stdout.decode()
    assert "chen" in dump and password not in dump and secret not in dump
    assert password not in station.log() and secret not in station.log()
    station.hallctl("account", "create", "张大妈", "--community", "CO", "--phone", "139 0013 9000",
                    "--unit", "CO-3-1", "--door", "301")
    assert "13900139000" not in subprocess.run(
        [database.cluster.bin / "pg_dump", database.url], check=True,
        capture_output=True).stdout.decode()
    refuses(station, "account", "create", "x", "--community", "CO", "--phone", "12345")
    refuses(station, "account", "create", "x")
    refuses(station, "account", "create", "x", "--community", "CO", "--level", "v9")


def test_sources_come_and_go(station, database, tmp_path):
    key = tmp_path / "source.key"
    create = ("source", "create", "fanzha", "反诈中心", "ST", "--secret-file", key)
    station.hallctl(*create)
    assert key.stat().st_mode & 0o777 == 0o600 and key.read_text().startswith("whsk_")
    refuses(station, *create)  # the file is there already, and stays what it is
    assert key.exists()
    again = tmp_path / "again.key"
    refuses(station, "source", "create", "fanzha", "x", "ST", "--secret-file", again)
    assert not again.exists(), "a key of no source is left behind"
    alert = tmp_path / "alert.json"
    alert.write_text(json.dumps({
        "sender": "test", "msg_type": "alert", "status": "actual", "level": "high",
        "scam_type": "refund", "target": {"name": "张某", "community_code": "CO"}}))
    inject = ("inject", alert, "--source", "fanzha", "--secret-file", key)
    answer = json.loads(station.hallctl(*inject))
    assert answer["is_new"] is True and answer["no"].startswith("F-ST-")
    station.hallctl("source", "disable", "fanzha")
    assert "403" in station.hallctl(*inject, check=False).stderr
    station.hallctl("source", "enable", "fanzha")
    station.hallctl("source", "rotate", "fanzha", "--secret-file", again)
    assert "401" in station.hallctl(*inject, check=False).stderr
    signed = station.hallctl("sign", alert, "--source", "fanzha", "--secret-file", again)
    done = subprocess.run(["curl", "-sS", "-K", "-"], input=signed, check=True, capture_output=True,
                          text=True)
    assert json.loads(done.stdout)["no"].startswith("F-ST-")
    assert "fanzha" in station.hallctl("source", "list")
    wanted = ["source.create", "source.disable", "source.enable", "source.rotate"]
    assert [a for a in actions(database) if a.startswith("source.")] == wanted


def test_invites(station):
    code = station.hallctl("invite", "create", "CO", "--uses", "2").split()[2]
    assert re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", code)
    station.hallctl("invite", "revoke", code)
    refuses(station, "invite", "revoke", code)
    refuses(station, "invite", "create", "NO")
    refuses(station, "invite", "create", "CO", "--uses", "0")


def test_tampering_with_the_audit_is_found(station, database, tmp_path):
    anchor = tmp_path / "anchor"
    anchor.write_text(station.hallctl("audit", "anchor"))
    station.hallctl("invite", "create", "CO")
    assert "as it was written" in station.hallctl("audit", "verify", "--anchor", anchor)
    database.rows("ALTER TABLE audit DISABLE TRIGGER audit_refuse")
    database.rows("UPDATE audit SET operator = 'somebody else' WHERE seq = 2")
    assert "row 2: changed" in refuses(station, "audit", "verify")
    database.rows("DELETE FROM audit WHERE seq = 2")
    assert "row 2: missing" in refuses(station, "audit", "verify")
    # The end cut off, and the head made to fit: only the anchor knows.
    database.rows("DELETE FROM audit WHERE seq > 1")
    database.rows("UPDATE audit_head SET last_seq = 1, last_hash = (SELECT hash FROM audit)")
    assert "as it was written" in station.hallctl("audit", "verify")
    assert "end_is_missing" in refuses(station, "audit", "verify", "--anchor", anchor)
    refuses(station, "audit", "verify", "--anchor", tmp_path / "none")


def test_a_restored_database_has_another_epoch(station, database, cluster, tmp_path):
    backup = tmp_path / "backup"
    station.hallctl("backup", backup)
    epoch = database.value("SELECT epoch FROM hall_state")
    assert "there is something in this database" in refuses(station, "restore", backup)
    cluster.create_database("restored")
    try:
        url = cluster.url("restored")
        station.hallctl("migrate", "--database", url)
        refuses(station, "restore", tmp_path / "no such file", "--database", url)
        station.hallctl("restore", backup, "--database", url)
        assert "CO-3-1" in station.hallctl("place", "list", "--database", url)
        assert "as it was written" in station.hallctl("audit", "verify", "--database", url)
        state = type(database)(cluster, "restored")
        assert state.value("SELECT epoch FROM hall_state") != epoch
        assert actions(state)[-1] == "node.restore"
    finally:
        cluster.drop_database("restored")


def test_drain_ends_the_server_in_order(make_server):
    server = make_server().start()
    server.hallctl("drain", server.process.pid)
    assert server.wait() == 0


def test_settings_and_help_are_printed(server):
    assert f"port = {server.port}" in server.hallctl("settings", HALL_PORT=str(server.port))
    printed = server.hallctl("help")
    for group in ("place create", "role grant", "source create", "audit verify", "inject"):
        assert f"hallctl {group}" in printed
    refuses(server, "key", "create", str(server.key_file))
    assert server.hallctl("app-url", "postgresql://op:geheim@db:1/hall").strip() == \
        "dbname='hall' host='db' port='1' user='hall_app'"
    refuses(server, "place", "create")
    assert server.hallctl("nonsense", check=False).returncode == 2


def test_the_key_must_be_its_owners_alone(server, tmp_path):
    loose = tmp_path / "loose"
    server.hallctl("key", "create", loose)
    loose.chmod(0o644)
    server.hallctl("place", "create", "station", "ST", "s")
    problem = refuses(server, "account", "create", "x", "--station", "ST", "--phone", "13900139000",
                      "--key-file", loose)
    assert "others may read it" in problem
