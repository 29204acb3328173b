"""The demo town on a real server with the built clients, for a browser."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def web():
    """The clients' workspace, installed and built."""
    folder = pathlib.Path(os.environ.get("HALL_WEB", ROOT / "clients"))
    assert (folder / "dist/desk/index.html").exists(), f"{folder}: the clients are not built"
    assert (folder / "node_modules/playwright-core").exists(), f"{folder}: npm ci was not run"
    return folder


# The stories begin with empty queues and make their own disputes.
NO_DISPUTES = """
DELETE FROM timer WHERE entity_type = 'dispute';
DELETE FROM work_item WHERE work_kind = 2;
TRUNCATE dispute CASCADE"""


@pytest.fixture
def demo(make_server, web, database):
    """A server with the demo town; `demo.keys` is the folder with the source's key."""
    server = make_server(web_dir=web / "dist", demo="on", sms_adapter="demo",
                         address_rate=0, account_rate=0, room_rate=0)
    server.keys = server.folder / "keys"
    server.keys.mkdir()
    server.printed = server.hallctl("demo", "--keys", server.keys, "--url", server.http)
    for statement in NO_DISPUTES.split(";"):
        database.rows(statement)
    return server.start()


@pytest.fixture
def browse(demo, web, tmp_path):
    """browse("story.mjs", …) runs one story in Chromium and fails with what it printed."""
    shots = pathlib.Path(os.environ.get("HALL_SHOTS", tmp_path / "shots"))
    shots.mkdir(parents=True, exist_ok=True)

    def run(story, timeout_s=240, **environment):
        own = {"HALL_URL": demo.http, "HALL_WEB": str(web), "HALL_SHOTS": str(shots),
               "HALL_DEMO_TEXT": demo.printed, "HALLCTL": str(demo.programs / "hallctl"),
               "HALL_KEYS": str(demo.keys), "HALL_SERVER_PID": str(demo.process.pid),
               "HALL_LOOK": "1" if "HALL_SHOTS" in os.environ else "0"}
        done = subprocess.run(["node", HERE / story], check=False, capture_output=True, text=True,
                              timeout=timeout_s, env={**os.environ, **own, **environment})
        assert done.returncode == 0, f"{story}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return done.stdout

    return run
