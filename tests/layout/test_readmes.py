"""Each folder of the map says in at most a page what it is."""
PAGE_LINES = 90
FOLDERS = """
    . proto sql server clients tests
    server/app server/net server/ops server/jobs server/hub server/store server/media server/rules
    server/wire server/base server/ctl
    clients/wire clients/link clients/ui clients/resident
    tests/unit tests/integration tests/sql tests/fuzz tests/fault tests/bench tests/layout tests/e2e
""".split()

# Tests of a folder as a whole.
OF_A_FOLDER = {"vectors"}


def test_each_folder_has_a_readme_of_a_page(root):
    problems = []
    for folder in FOLDERS:
        path = root / folder / "README.md"
        if not path.is_file():
            problems.append(f"{folder} has no README.md")
        elif folder != "." and path.read_text(encoding="utf-8").count("\n") > PAGE_LINES:
            problems.append(f"{folder}/README.md is longer than a page")
    assert not problems, "\n".join(problems)


def test_folders_are_those_of_the_map(root, files):
    known = {"proto", "sql", "server", "clients", "tests", ".github", ".ci"}
    folders = {p.relative_to(root).parts[0] for p in files if len(p.relative_to(root).parts) > 1}
    assert folders <= known, f"not on the map: {folders - known}"
    server = {f.split(":")[0] for f in (root / "server/LAYERS").read_text().splitlines()
              if ":" in f and not f.startswith("#")} - {"main.c"}
    found = {p.relative_to(root).parts[1] for p in files
             if p.relative_to(root).parts[0] == "server" and len(p.relative_to(root).parts) > 2}
    assert found - {"deploy"} <= server, f"not in LAYERS: {found - server}"


def test_unit_tests_mirror_the_server(root, files):
    """tests/unit/<folder>/test_<file>.c is about server/<folder>/<file>."""
    problems = []
    unit = root / "tests/unit"
    for path in files:
        if unit in path.parents and path.name.startswith("test_") and path.suffix == ".c":
            folder = path.parent.relative_to(unit)
            stem = path.stem.removeprefix("test_")
            place = root / "server" / folder
            if stem in OF_A_FOLDER:
                continue
            # test_fanout_random.c is one more of fanout's.
            names = {p.stem for p in place.rglob("*.[ch]")}
            if not any(stem == name or stem.startswith(f"{name}_") for name in names):
                problems.append(str(path.relative_to(root)))
    assert not problems, "tests of no file: " + ", ".join(problems)
