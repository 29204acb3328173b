"""The generator: what is committed is fresh, and a schema that cannot be is refused."""
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def generate(proto, *arguments):
    return subprocess.run([sys.executable, "-B", str(proto / "generate"), *arguments],
                          capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def proto(tmp_path):
    """A copy that a test may spoil."""
    copy = tmp_path / "proto"
    shutil.copytree(PROTO, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def spoil(proto, file, old, new):
    path = proto / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r} any more"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(proto, *arguments):
    result = generate(proto, *(arguments or ("--check",)))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_what_is_committed_is_fresh():
    result = generate(PROTO, "--check")
    assert (result.returncode, result.stderr) == (0, "")


def test_two_runs_make_the_same_bytes(tmp_path):
    for run in ("one", "two"):
        out = str(tmp_path / run)
        assert generate(PROTO, "--c", out, "--ts", out).returncode == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "wire_schema.h" in names and "tables.ts" in names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("schema/room.toml", 'type = "id"', 'type = "ident"', "unknown type ident"),
    ("schema/room.toml", "code = 23", "code = 22", "code 22 is room_backlog's"),
    ("schema/room.toml", '{ id = 2, name = "seq"', '{ id = 1, name = "seq"', "used twice"),
    ("schema/room.toml", '{ id = 2, name = "seq"', '{ id = 200, name = "seq"', "out of range"),
    ("schema/room.toml", 'reply = "done"', 'reply = "finished"', "no reply finished"),
    ("schema/room.toml", 'scope = "room"', 'scope = "street"', "unknown scope street"),
    ("schema/room.toml", 'scope = "room"', 'scope = "alert"', "names the scope comes first"),
    ("schema/room.toml", 'scope = "room"', 'scop = "room"', "unknown keys ['scop']"),
    ("schema/room.toml", 'of = "resume_view"', 'of = "nothing"', "unknown struct nothing"),
    ("schema/member.toml", 'type = "text", max = 200', 'type = "text"', "max is for"),
    ("schema/member.toml", 'type = "text", max = 200', 'type = "text", max = 20000',
     "can exceed a frame"),
    ("schema/session.toml", 'of = "id", max = 64', 'of = "id", max = 1022', "too many values"),
    ("schema/types.toml", "resident = 1\n", "resident = 0\n", "0 is never a value"),
    ("schema/types.toml", "unit_leader = 2", "unit_leader = 1", "used twice"),
    ("schema/types.toml", "[struct.resume_view]", "[struct.room_resume]",
     "room_resume: names two things"),
])
def test_a_schema_that_cannot_be_is_refused(proto, file, old, new, says):
    spoil(proto, file, old, new)
    assert says in refused(proto, "--c", str(proto / "out"))
    assert not (proto / "out").exists()


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("schema/room.toml", '{ id = 2, name = "seq"', '{ id = 3, name = "seq"',
     "field room_resume 2 (seq id) is gone"),
    ("schema/room.toml", '{ id = 2, name = "seq"', '{ id = 2, name = "sequence"',
     "was `seq id` and is now `sequence id`"),
    ("schema/room.toml", 'name = "seq", type = "id"', 'name = "seq", type = "time"',
     "was `seq id` and is now `seq time`"),
    ("schema/types.toml", "cadre = 5", "cadre = 50", "value role 5 (cadre) is gone"),
    ("schema/errors.toml", "code = 26", "code = 99", "value error_code 26 (already_done) is gone"),
    ("numbers.lock", "field room_read 2 seq id", "field room_read 2 seq id retired",
     "field room_read 2 is retired"),
])
def test_a_number_never_changes_its_meaning(proto, file, old, new, says):
    """Not even when the lock is to be updated."""
    spoil(proto, file, old, new)
    for how in ("--check", "--update-lock", "--committed"):
        assert says in refused(proto, how)


def test_a_new_number_needs_the_lock_and_a_retired_one_keeps_its_line(proto):
    spoil(proto, "schema/room.toml", '{ id = 2, name = "seq", type = "id" },\n]\n',
          '{ id = 2, name = "seq", type = "id" },\n'
          '  { id = 9, name = "extra", type = "bool", optional = true },\n]\n')
    assert "9 is not in numbers.lock" in refused(proto)
    assert generate(proto, "--update-lock", "--committed").returncode == 0
    assert generate(proto, "--check").returncode == 0
    lock = (proto / "numbers.lock").read_text(encoding="utf-8")
    line = re.search(r"^field \w+ 9 extra bool$", lock, re.MULTILINE)[0]
    spoil(proto, "schema/room.toml",
          '  { id = 9, name = "extra", type = "bool", optional = true },\n', "")
    assert "is gone from the schema" in refused(proto)
    spoil(proto, "numbers.lock", line, f"{line} retired")
    assert generate(proto, "--update-lock", "--committed").returncode == 0
    assert f"{line} retired" in (proto / "numbers.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", ["PROTOCOL.md", "vectors/room.json"])
def test_a_stale_file_is_noticed(proto, file):
    (proto / file).write_text("old\n", encoding="utf-8")
    assert f"{pathlib.Path(file).name} is stale" in refused(proto)


def test_every_name_of_the_schema_is_in_the_protocol():
    text = (PROTO / "PROTOCOL.md").read_text(encoding="utf-8")
    for path in (PROTO / "schema").glob("*.toml"):
        for name in re.findall(r'^\[(?:struct\.|enum\.)?(\w+)\]|name = "(\w+)"',
                               path.read_text(encoding="utf-8"), re.MULTILINE):
            assert f"`{name[0] or name[1]}`" in text or f"#### {name[0]}\n" in text, name
