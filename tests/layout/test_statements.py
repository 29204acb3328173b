"""SQL stands in sql/, every statement is used, and C never builds one."""
import re
import sys

STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
SQL = re.compile(r"^\s*(SELECT\s+.|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|WITH\s+\w+\s+AS"
                 r"|CREATE\s+(TABLE|INDEX|ROLE)|ALTER\s+(TABLE|ROLE)|DROP\s+|TRUNCATE\s+|GRANT\s+"
                 r"|REVOKE\s+|LISTEN\s+|NOTIFY\s+|SET\s+(LOCAL|ROLE|SESSION)|BEGIN\b|COMMIT\b"
                 r"|ROLLBACK\b|PREPARE\s+|EXECUTE\s+|COPY\s+\w)", re.I)
# Calls that take the text of a statement from C.
LITERAL_CALL = re.compile(r"\b(PQexec|PQsendQuery)\s*\(")


def strip_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def sql_in(text):
    """String literals that are SQL; adjacent ones are one."""
    joined = re.sub(r'"\s*\n\s*"', "", strip_comments(text))
    return [s for s in STRING.findall(joined) if SQL.match(s[1:-1])]


def statements(root):
    sys.path.insert(0, str(root / "sql"))
    try:
        import generate
        return generate.load(root / "sql/queries")
    finally:
        sys.path.pop(0)


def test_no_sql_in_c(c_files):
    problems = [f"{path}: {s[:60]}" for path, text in c_files.items() for s in sql_in(text)
                # What COMMIT answers is compared, not sent.
                if not (path == "ctl/ctl.c" and s == '"COMMIT"')]
    problems += [f"{path}: {call}" for path, text in c_files.items()
                 for call in LITERAL_CALL.findall(strip_comments(text))]
    assert not problems, "\n".join(problems)


def test_the_check_finds_sql():
    assert sql_in('x = "select id from t";')
    assert sql_in('x = "INSERT "\n    "INTO t VALUES (1)";')
    assert not sql_in('log_info("store.update", "updated=%d"); /* "SELECT 1" */')


def test_every_statement_is_used(root, c_files):
    text = "\n".join(c_files.values())
    unused = [s.name for s in statements(root)
              if not re.search(rf"\bSQL_{s.name.upper()}\b", text)]
    assert not unused, f"statements nobody uses: {unused}"


def test_only_hallctl_uses_the_owners_statements(root, c_files):
    owners = {f"SQL_{s.name.upper()}" for s in statements(root) if s.role == "owner"}
    problems = [f"{path}: {name}" for path, text in c_files.items() if not path.startswith("ctl/")
                for name in owners if re.search(rf"\b{name}\b", text)]
    assert not problems, "\n".join(problems)


def test_the_clients_and_tests_do_not_reach_around_the_queries(root, files):
    """The server's other languages hold no SQL either; tests may look into the database."""
    problems = []
    for path in files:
        if "clients" in path.parts and path.suffix in (".ts", ".vue", ".mjs"):
            if re.search(r"\b(SELECT .+ FROM|INSERT INTO) ", path.read_text(encoding="utf-8")):
                problems.append(str(path.relative_to(root)))
    assert not problems, "\n".join(problems)
