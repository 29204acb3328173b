"""The benches still run and their figures can be true. How fast anything is, is not tested here."""
import json
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(programs, tmp_path):
    """bench("fanout", …) runs it in its quick form; the object of --json."""
    def run(*argv):
        file = tmp_path / "figures.json"
        done = subprocess.run(
            ["/usr/bin/python3", "-B", ROOT / "tests/bench/run.py", *argv, "--quick", "--no-build",
             "--build-dir", programs.parent, "--json", file],
            check=False, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "!!" not in done.stderr, done.stderr  # a server that ended badly
        return json.loads(file.read_text())

    return run


def by_name(figures):
    return {row["who"]: row for row in figures["rows"]}


def test_fanout_reaches_everybody_and_is_counted(bench):
    figures = bench("fanout", "--subscribers", "150")
    assert figures["bench"] == "fanout"
    rows = by_name(figures)
    assert {"hall", "hall, plain send", "bare send", "bare joined"} <= rows.keys()
    for who, row in rows.items():
        if row.get("problem") and who == "bare uring":
            continue  # a kernel or container without io_uring
        assert not row.get("problem"), row
        assert row["subscribers"] == 150 and row["in_flight"] == 1
        # A send takes longer than a hundredth of a microsecond and less than ten milliseconds.
        assert 0.01 < row["cpu_us_per_delivery"] < 10000
        assert row["deliveries_per_s"] == pytest.approx(150 * row["messages_per_s"])
        assert 0 < row["first_us"] <= row["median_us"] <= row["last_us"]
        assert 0 < row["server_busy"] <= 1.1 and 0 < row["load_busy"] <= 1.1
        assert row["frame_bytes"] >= 202, "the body is in every frame"
    assert 0 < rows["hall"]["commit_us"] < rows["hall"]["last_us"] * 10
    assert rows["hall"]["ack_us"] > 0
    assert rows["hall"]["frame_bytes"] < 400, "the frame is the body and little else"
    assert any("CPU per delivery" in goal["what"] for goal in figures["goals"])


def test_sixteen_on_their_way_share_sends(bench):
    rows = by_name(bench("fanout", "--burst", "--subscribers", "150"))
    assert rows["hall"]["in_flight"] == 16
    assert rows["hall"]["deliveries_per_s"] > 0 and not rows["hall"].get("problem")
    # Joining is a matter of what is done, not of how fast the machine is.
    assert rows["bare joined"]["cpu_us_per_delivery"] < rows["bare send"]["cpu_us_per_delivery"]


def test_an_alert_reaches_everybody_in_a_flood(bench):
    row = by_name(bench("alert", "--subscribers", "100"))["hall"]
    assert row["alerts"] == 3 and 0 < row["first_us"] <= row["last_us"] <= row["last_p99_us"]


def test_writing_connecting_coming_back(bench):
    figures = bench("write", "connect", "storm", "memory")
    assert [report["bench"] for report in figures] == ["write", "connect", "storm", "memory"]
    write, connect, storm, memory = (report["rows"] for report in figures)
    assert all(row["messages_per_s"] > 0 and not row.get("refused") for row in write)
    bare = [row for row in write if row["who"] == "bare write"]
    assert bare and all(row["database_us_per_message"] > 0 for row in bare)
    assert all(row["database_vs_bare"] > 0 for row in write if row.get("rate"))
    assert all(0 < row["p50_us"] <= row["p99_us"] for row in write if row.get("rate"))
    assert all(row["accept_us"] > 0 and row["hello_us"] > 0
               for row in connect if row["who"] == "hall")
    assert storm[0]["all_s"] > 0 and storm[0]["queries"] > 0
    assert all(0 < row["kib_per_session"] < 200 for row in memory if row["who"] == "hall")


def test_timers_are_drained_and_others_are_answered(bench):
    row = by_name(bench("timers"))["hall"]
    assert row["timers"] == 300 and row["seconds"] > 0
    assert 0 < row["p50_us"] <= row["p99_us"] <= row["max_us"]
    assert row["probes"] > 0 and row["write_p99_us"] > 0


def test_pages_and_searches_find_what_is_there(bench):
    history, search = bench("history", "search")
    assert all(row["asked"] > 0 and 0 < row["p50_us"] <= row["p99_us"] for row in history["rows"])
    hits = {row["what"]: row["hits"] for row in search["rows"]}
    assert hits["2 frequent, in the great hall"] > 0 and hits["1 frequent, in her rooms"] > 0
    assert hits["5–8 of a message, in her rooms"] > 0
    assert hits["nowhere, in her rooms"] == 0


def test_what_waits_is_paged_and_pushed(bench):
    figures = bench("work")
    assert all(0 < row["p50_us"] <= row["p99_us"] for row in figures["rows"])
    assert {"counts", "leader, first page", "a change, at 5 watchers"} <= {
        row["what"] for row in figures["rows"]}
    assert figures["goals"]
