"""Every statement fits the migrated schema, answers what its header says, and is allowed."""
import psycopg
import pytest

from harness.statements import ALL, QUERY_FILES, generate

APP = [s for s in ALL.values() if s.role == "app"]
OWNER = [s for s in ALL.values() if s.role == "owner"]


def describe(link, statement):
    oids = [generate.OIDS[kind] for _, kind in statement.args]
    made = link.pgconn.prepare(statement.name.encode(), statement.text.encode(), oids)
    assert made.status == psycopg.pq.ExecStatus.COMMAND_OK, made.error_message.decode()
    told = link.pgconn.describe_prepared(statement.name.encode())
    return [(told.fname(i).decode(), told.ftype(i)) for i in range(told.nfields)]


@pytest.mark.parametrize("statements, as_app", [(APP, True), (OWNER, False)],
                         ids=["server", "hallctl"])
def test_every_statement_answers_the_row_of_its_header(still, statements, as_app):
    wrong = {}
    with still.link(as_app=as_app) as link:
        for statement in statements:
            row = [(name, generate.OIDS[kind]) for name, kind in statement.row]
            try:
                if (told := describe(link, statement)) != row:
                    wrong[statement.name] = f"header {row}, still {told}"
            except AssertionError as problem:
                wrong[statement.name] = str(problem)
    assert not wrong


@pytest.mark.parametrize("statements, role", [(APP, "hall_app"), (OWNER, "hall_owner")],
                         ids=["server", "hallctl"])
def test_every_statement_is_allowed_to_its_role(still, statements, role):
    """Rights are checked when a plan is started, so EXPLAIN shows them without doing anything."""
    refused = {}
    with still.link() as link:
        link.execute(f"SET ROLE {role}")
        for statement in statements:
            if not statement.text.upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE",
                                                      "DELETE")):
                continue
            describe(link, statement)
            nulls = ", ".join("NULL" for _ in statement.args)
            try:
                link.execute(f"EXPLAIN EXECUTE {statement.name}{f'({nulls})' if nulls else ''}")
            except psycopg.errors.InsufficientPrivilege as problem:
                refused[statement.name] = str(problem)
    assert not refused


def test_no_statement_of_the_server_may_be_run_by_hallctl_only(still):
    """Owner statements really need the owner: else they could be the server's."""
    with still.link(as_app=True) as link:
        for name in ("place_create", "source_create", "invite_create", "operator_account_create"):
            describe(link, ALL[name])
            nulls = ", ".join("NULL" for _ in ALL[name].args)
            if name == "operator_account_create":
                continue  # the server makes accounts too, at the first login
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(f"EXPLAIN EXECUTE {name}({nulls})")


def test_statements_that_run_as_the_system_are_few_and_known():
    """The policies do not hold for these; whoever adds one has to say so here."""
    subjects = {s.where.split(".")[0] for s in APP if s.principal == "system"}
    assert subjects <= {"login", "account", "access", "alert", "alert_answer", "timer", "outbox",
                        "receipt", "notice", "work", "person", "dispute",
                        "dispute_choice", "audit"}


def test_no_statement_uses_star_of_a_table():
    import re
    for path in QUERY_FILES:
        for statement in generate.parse_file(path):
            assert not re.search(r"^SELECT \*", statement.text), statement.name


BAD = {
    "an argument is not used": "-- name: a\n-- Does.\n-- args: id bigint, x text\nSELECT $1",
    "an argument is not declared": "-- name: a\n-- Does.\n-- args: id bigint\nSELECT $1, $2",
    "an unknown type": "-- name: a\n-- Does.\n-- args: id money\nSELECT $1",
    "two statements": "-- name: a\n-- Does.\nSELECT 1; SELECT 2",
    "no words": "-- name: a\nSELECT 1",
    "a name in capitals": "-- name: A\n-- Does.\nSELECT 1",
    "text outside": "SELECT 1\n-- name: a\n-- Does.\nSELECT 1",
    "an unknown principal": "-- name: a\n-- Does.\n-- principal: root\nSELECT 1",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_the_generator_refuses(tmp_path, text):
    (tmp_path / "a.sql").write_text(text, encoding="utf-8")
    with pytest.raises(generate.Problem):
        generate.load(tmp_path)


def test_the_generator_refuses_one_name_twice(tmp_path):
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text("-- name: same\n-- Does.\nSELECT 1", encoding="utf-8")
    with pytest.raises(generate.Problem, match="exists already"):
        generate.load(tmp_path)


def test_a_dollar_in_a_string_is_no_argument(tmp_path):
    (tmp_path / "a.sql").write_text(
        "-- name: a\n-- Does.\n-- args: x text\nSELECT '$2; --', $1", encoding="utf-8")
    assert generate.load(tmp_path)[0].text == "SELECT '$2; --', $1"
