"""An operation is in every place at once: row, file, vector, documentation, integration test."""
import json
import re


def handler_files(root):
    """op_<name> → the file that defines it."""
    found = {}
    for path in (root / "server/ops").rglob("*.c"):
        for name in re.findall(r"^void op_(\w+)\(struct call \*call\)\n\{",
                               path.read_text(encoding="utf-8"), re.M):
            found.setdefault(name, []).append(path)
    return found


def test_every_request_has_one_row(root, requests):
    table = (root / "server/ops/command_table.c").read_text(encoding="utf-8")
    rows = re.findall(r"\bWIRE_([A-Z0-9_]+),.*?\bop_(\w+)", table, re.S)
    by_name = [code.lower() for code, _ in rows]
    assert sorted(by_name) == sorted(requests), \
        f"rows without operation: {set(by_name) - set(requests)}; " \
        f"operations without row: {set(requests) - set(by_name)}; or a row twice"
    wrong = [f"{code.lower()} is handled by op_{handler}" for code, handler in rows
             if code.lower() != handler]
    assert not wrong, wrong


def test_every_request_has_its_own_file(root, requests):
    handlers = handler_files(root)
    problems = []
    for name, table in requests.items():
        places = handlers.get(name, [])
        if len(places) != 1:
            problems.append(f"op_{name} is defined {len(places)} times")
            continue
        path = places[0]
        # message/post.c; or session/hello.c where the subject is not part of the name.
        if f"{path.parent.name}_{path.stem}" != name and \
                (path.stem != name or path.parent.name != table["subject"]):
            problems.append(f"op_{name} stands in {path.relative_to(root)}")
    assert not problems, "\n".join(problems)


def test_a_file_holds_one_operation(root):
    counts = {}
    for places in handler_files(root).values():
        for path in places:
            counts[path] = counts.get(path, 0) + 1
    assert not [str(p.relative_to(root)) for p, n in counts.items() if n > 1]


def test_every_message_has_vectors(root, operations):
    covered = set()
    for path in (root / "proto/vectors").glob("*.json"):
        text = json.dumps(json.loads(path.read_text(encoding="utf-8")))
        covered |= {name for name in operations if f'"{name}"' in text}
    missing = set(operations) - covered
    assert not missing, f"no vector: {sorted(missing)}"


def test_every_message_is_documented(root, operations):
    text = (root / "proto/PROTOCOL.md").read_text(encoding="utf-8")
    missing = [name for name in operations if not re.search(rf"\b{name}\b", text)]
    assert not missing, f"not in PROTOCOL.md: {missing}"


def test_every_request_has_an_integration_test(root, requests):
    """By its name on the socket, by its path on the doors."""
    text = "\n".join(p.read_text(encoding="utf-8")
                     for p in (root / "tests/integration").rglob("*.py"))
    missing = []
    for name, table in requests.items():
        by_path = table.get("path", "").split("{")[0].rstrip("/")
        if not re.search(rf"\b{name}\b", text) and not (by_path and by_path in text):
            missing.append(name)
    assert not missing, f"no integration test: {missing}"


def test_doors_are_described_for_strangers(root, requests):
    text = (root / "proto/openapi.yaml").read_text(encoding="utf-8")
    missing = [table["path"] for table in requests.values()
               if table.get("door") == "http" and f"{table['path']}:" not in text]
    assert not missing, f"not in openapi.yaml: {missing}"
