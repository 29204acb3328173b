"""Fixtures every suite may use. Suites have a conftest.py of their own for what only they need.

cluster    a PostgreSQL, once per session
database   a migrated database of its own for the test
town       a factory of places and people in it
server     a running server on it; its log is checked at the end
programs   the folder with hall-server and hallctl
"""
import pathlib
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import database as databases  # noqa: E402
from harness.postgres import Cluster  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.town import Town  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]


def pytest_addoption(parser):
    parser.addoption("--build-dir", default=str(ROOT / "var/build/asan"),
                     help="where the programs were built (its bin/ is used)")
    parser.addoption("--deep", action="store_true", help="the long form of every test")


@pytest.fixture(scope="session")
def deep(request):
    return request.config.getoption("--deep")


@pytest.fixture(scope="session")
def programs(request):
    folder = pathlib.Path(request.config.getoption("--build-dir")).resolve() / "bin"
    assert (folder / "hallctl").exists(), f"nothing is built in {folder}"
    return folder


@pytest.fixture(scope="session")
def cluster():
    cluster = Cluster()
    try:
        cluster.start()
        databases.make_template(cluster)
        yield cluster
    finally:
        cluster.destroy()


@pytest.fixture
def database(cluster):
    database = databases.make_database(cluster)
    yield database
    database.drop()


@pytest.fixture
def town(database):
    town = Town(database)
    yield town
    town.close()


@pytest.fixture
def make_server(tmp_path, programs, database):
    """make_server(name="a", **settings) gives one more Server on the test's database, not started.
    All are stopped and their logs checked at the end."""
    made = []

    def make(name="server", **settings):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        if made:  # one installation, one key
            (folder / "key").write_bytes(made[0].key_file.read_bytes())
            (folder / "key").chmod(0o600)
        made.append(Server(folder, programs, database.app_url, **settings))
        return made[-1]

    yield make
    problems = []
    for server in made:
        for step in (server.stop, server.check_log):
            try:
                step()
            except AssertionError as problem:
                problems.append(str(problem))
    assert not problems, "\n".join(problems)


@pytest.fixture
def server(make_server):
    return make_server().start()
