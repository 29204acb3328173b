"""Promises of the schema: who may do what, and what is known about every column about people."""
import re
import subprocess

import psycopg
import pytest

from harness.database import ROOT
from harness.statements import MIGRATIONS

TABLES = """
SELECT n.nspname AS schema, c.relname AS name, c.oid, obj_description(c.oid, 'pg_class') AS said
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'identity')"""
AUDIENCES = set("public residents self target proxy volunteers responders officers duty leaders "
                "audit system".split())
LIFETIME = re.compile(r"(account|P\d+[DMY])( after (end|close))?")


def columns(still, table):
    return {row["attname"]: row["said"] for row in still.rows(
        "SELECT attname, col_description(attrelid, attnum) AS said FROM pg_attribute"
        " WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped", table["oid"])}


def test_every_table_says_whether_it_is_about_people(still):
    silent = [t["name"] for t in still.rows(TABLES)
              if not (t["said"] or "").startswith(("personal: ", "impersonal: "))]
    assert not silent


def test_every_personal_column_has_purpose_audience_and_time_to_live(still):
    wrong = []
    for table in still.rows(TABLES):
        if table["said"].startswith("impersonal: "):
            continue
        named = re.search(r"impersonal=([a-z0-9_,]+)$", table["said"])
        impersonal = set(named.group(1).split(",")) if named else set()
        there = columns(still, table)
        if not impersonal <= set(there):
            wrong.append(f"{table['name']}: no such column {impersonal - set(there)}")
        for name, said in there.items():
            where = f"{table['name']}.{name}"
            if name in impersonal:
                if said is not None:
                    wrong.append(f"{where}: is called impersonal and yet described")
                continue
            found = re.fullmatch(r"purpose=([^;]+); audience=([a-z,]+); ttl=([^;]+)", said or "")
            if not found:
                wrong.append(f"{where}: {said!r}")
            elif not set(found.group(2).split(",")) <= AUDIENCES:
                wrong.append(f"{where}: audience {found.group(2)}")
            elif not LIFETIME.fullmatch(found.group(3)):
                wrong.append(f"{where}: ttl {found.group(3)}")
    assert not wrong


def test_no_impersonal_table_has_a_column_that_looks_personal(still):
    suspicious = re.compile(r"phone|legal|display_name|password|account_id|_by$|door|body|sealed")
    # Public text from templates, and the time of a public notice's publication.
    known = {("notice", "body")}
    found = {(t["name"], c) for t in still.rows(TABLES) if t["said"].startswith("impersonal: ")
             for c in columns(still, t) if suspicious.search(c)}
    assert found <= known


def refused(link, sql):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        link.execute(sql)


@pytest.mark.parametrize("sql", [
    "CREATE TABLE own (id int)", "CREATE SCHEMA own", "CREATE FUNCTION f() RETURNS int LANGUAGE sql"
    " AS 'SELECT 1'", "ALTER TABLE message ADD COLUMN x int", "DROP TABLE message",
    "ALTER TABLE message DISABLE TRIGGER ALL", "CREATE INDEX ON message (body)",
    "ALTER TABLE identity.person DISABLE ROW LEVEL SECURITY", "SET ROLE hall_owner",
    "SET session_replication_role = replica", "ALTER ROLE hall_app SUPERUSER",
    "CREATE ROLE x", "TRUNCATE message", "COPY message TO PROGRAM 'cat'",
])
def test_the_server_cannot_change_the_schema(still, sql):
    with still.link(as_app=True) as link:
        refused(link, sql)


@pytest.mark.parametrize("sql", [
    "UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit",
    "INSERT INTO audit (seq, action) VALUES (7, 'x')",
    "INSERT INTO audit (action, at) VALUES ('x', now())",
    "INSERT INTO audit (action, hash) VALUES ('x', '')",
    "UPDATE audit_head SET last_seq = 0", "INSERT INTO audit_head VALUES (true, 0, '')",
    "DELETE FROM message", "UPDATE message SET sender_id = 1", "UPDATE message SET seq = 1",
    "UPDATE message SET created_at = now()", "UPDATE message SET client_key = ''",
    "DELETE FROM timeline", "UPDATE timeline SET reason = 'x'",
    "DELETE FROM revocation", "UPDATE revocation SET kind = 1",
    "UPDATE revocation_head SET last_seq = 0",
    "INSERT INTO revocation (revocation_seq, kind, room_id, seq) VALUES (1, 1, 1, 1)",
    "DELETE FROM alert", "DELETE FROM alert_recipient", "DELETE FROM login_session",
    "DELETE FROM login_failure", "SELECT * FROM login_failure", "DELETE FROM role_grant",
    "UPDATE role_grant SET expires_at = now()", "UPDATE account SET is_staff = true",
    "INSERT INTO place (kind, code, name) VALUES (1, 'X', 'X')",
    "INSERT INTO service_source (name, title, public_key, station_id) VALUES ('a', 'a', '', 1)",
    "UPDATE service_source SET public_key = ''",
    "INSERT INTO identity.staff_credential (account_id, username, password_hash)"
    " VALUES (1, 'ab', '$argon2id$')", "UPDATE identity.staff_credential SET totp_sealed = ''",
    "UPDATE hall_state SET epoch = 1", "INSERT INTO schema_version VALUES (99, 'x', 'x')",
    "SELECT * FROM pg_authid",
])
def test_the_server_cannot_touch(still, sql):
    with still.link(as_app=True) as link:
        refused(link, sql)


def test_what_the_server_may_delete_is_known(still):
    may = {row["name"] for row in still.rows(
        "SELECT table_name AS name FROM information_schema.role_table_grants"
        " WHERE grantee = 'hall_app' AND privilege_type IN ('DELETE', 'TRUNCATE')")}
    assert may == {"login_code", "ws_ticket", "source_nonce", "media_blob", "search_posting"}


def test_nobody_else_has_rights(still):
    assert not still.rows(
        "SELECT table_name, grantee FROM information_schema.role_table_grants"
        " WHERE table_schema IN ('public', 'identity')"
        " AND grantee NOT IN ('hall_owner', 'hall_app')")
    assert not still.rows(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " WHERE n.nspname IN ('public', 'identity') AND a.grantee = 0")


def test_the_server_role_is_nothing_but_itself(still):
    row = still.rows("SELECT * FROM pg_roles WHERE rolname = 'hall_app'")[0]
    assert not any(row[f"rol{what}"] for what in
                   ("super", "createrole", "createdb", "replication", "bypassrls"))
    assert not still.rows("SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
                             " WHERE r.rolname = 'hall_app'")
    owner = still.rows("SELECT * FROM pg_roles WHERE rolname = 'hall_owner'")[0]
    assert not owner["rolcanlogin"] and not owner["rolsuper"] and not owner["rolbypassrls"]


def test_functions_that_run_as_the_owner_are_few_and_name_their_schema(still):
    made = {row["proname"]: row["proconfig"] for row in still.rows(
        "SELECT proname, proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE prosecdef AND nspname IN ('public', 'identity')")}
    assert set(made) == {"audit_append", "revocation_fill", "retention_messages",
                         "retention_security_log", "retention_alerts", "retention_rest",
                         "work_put", "work_drop", "work_assign", "work_unassign",
                         "alert_work_keep", "alert_work_members", "media_hold_shows",
                         "person_work_keep", "person_work_members", "person_audience",
                         "person_hide", "retention_persons"}
    assert all("search_path=public, pg_temp" in config for config in made.values())


def test_connections_of_the_server_plan_once_and_never_wait_for_ever(still):
    with still.link(as_app=True) as link:
        settings = {name: link.execute(f"SHOW {name}").fetchone()[name] for name in
                    ("plan_cache_mode", "enable_seqscan", "jit", "statement_timeout",
                     "lock_timeout", "synchronous_commit", "search_path")}
    assert settings == {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off",
                        "jit": "off", "statement_timeout": "10s", "lock_timeout": "5s",
                        "synchronous_commit": "on", "search_path": "public"}


def migrate(database, expect=0):
    done = subprocess.run([ROOT / "sql/migrate.sh", database.url], check=False,
                          capture_output=True, text=True)
    assert done.returncode == expect or expect and done.returncode, done.stderr
    return done


def test_migrating_again_changes_nothing(database):
    before = database.rows("SELECT * FROM schema_version ORDER BY version")
    assert len(before) == len(MIGRATIONS)
    assert migrate(database).stdout == ""
    assert database.rows("SELECT * FROM schema_version ORDER BY version") == before


def test_a_changed_migration_is_refused(database):
    database.rows("UPDATE schema_version SET sha256 = 'x' WHERE version = 2")
    assert "0002_account.sql was changed" in migrate(database, expect=1).stderr


def test_a_missing_migration_is_applied_and_a_failing_one_leaves_nothing(database, tmp_path):
    copy = tmp_path / "sql"
    subprocess.run(["cp", "-r", ROOT / "sql", copy], check=True)
    number = int(MIGRATIONS[-1].name[:4]) + 1
    (copy / f"migrations/{number:04}_more.sql").write_text(
        "CREATE TABLE more (id int);\nCOMMENT ON TABLE more IS 'impersonal: x';\n")
    (copy / f"migrations/{number + 1:04}_broken.sql").write_text(
        "CREATE TABLE half (id int);\nSELECT 1 / 0;\n")
    done = subprocess.run([copy / "migrate.sh", database.url], check=False, capture_output=True,
                          text=True)
    assert done.returncode != 0
    assert f"applied {number:04}_more.sql" in done.stdout
    assert database.value("SELECT count(*) FROM schema_version") == len(MIGRATIONS) + 1
    assert database.value("SELECT max(version) FROM schema_version") == number
    assert database.value("SELECT to_regclass('more')::text") == "more"
    assert database.value("SELECT to_regclass('half')::text") is None


def test_two_migrations_at_once_apply_everything_once(cluster, database):
    from harness.database import Database
    fresh = Database(cluster, "hall_fresh")
    cluster.create_database(fresh.name)
    try:
        runs = [subprocess.Popen([ROOT / "sql/migrate.sh", fresh.url], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True) for _ in range(3)]
        outputs = [run.communicate() for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0], outputs
        applied = "".join(out for out, _ in outputs).split("\n")
        assert len([line for line in applied if line]) == len(MIGRATIONS)
    finally:
        fresh.drop()
