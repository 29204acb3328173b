"""What the checks of the layout read: the files of the repository."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked_files():
    """Every file git knows or would take: not what is ignored."""
    done = subprocess.run(["git", "-C", ROOT, "-c", f"safe.directory={ROOT}", "ls-files", "-z",
                           "--cached", "--others", "--exclude-standard"], check=False,
                          capture_output=True)
    if done.returncode == 0:
        names = done.stdout.decode().split("\0")
    else:  # an unpacked archive
        skipped = {"var", "node_modules", "dist", ".git", "__pycache__", "generated"}
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*")
                 if not skipped & set(p.relative_to(ROOT).parts)]
    return sorted(ROOT / n for n in names if n and (ROOT / n).is_file())


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def files():
    return tracked_files()


@pytest.fixture(scope="session")
def c_files(files):
    """Sources and headers of the server, by their path inside server/."""
    server = ROOT / "server"
    return {str(p.relative_to(server)): p.read_text(encoding="utf-8")
            for p in files if server in p.parents and p.suffix in (".c", ".h")}


@pytest.fixture(scope="session")
def operations():
    """Every message of proto/schema: name → its table, with its subject."""
    import tomllib
    found = {}
    for path in sorted((ROOT / "proto/schema").glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(table, dict) and "code" in table and "kind" in table:
                found[name] = {**table, "subject": path.stem}
    return found


@pytest.fixture(scope="session")
def requests(operations):
    """What the server serves; `planned` ones are described ahead of it."""
    return {name: table for name, table in operations.items()
            if table["kind"] == "request" and not table.get("planned")}
