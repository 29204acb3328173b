"""The demo town can be made, holds together, and is the one hallctl knows the people of."""
import re
import subprocess

import pytest

from harness.database import ROOT
from harness.statements import Statements


@pytest.fixture
def seeded(database):
    done = subprocess.run(
        ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
         "--no-password", f"--file={ROOT / 'sql/seed/town.sql'}", f"--dbname={database.url}"],
        check=False, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "", done.stderr + done.stdout
    return database


def test_everybody_hallctl_gives_a_login_to_is_there_once(seeded):
    text = (ROOT / "server/ctl/demo_command.c").read_text(encoding="utf-8")
    known = re.findall(r'^ {4}\{"([^"]+)", (?:"1\d{10}", NULL|NULL, "[a-z]+"), "', text, re.M)
    assert len(known) >= 12
    names = [r["display_name"] for r in seeded.rows("SELECT display_name FROM account")]
    assert set(known) <= set(names) and len(names) == len(set(names))


def test_the_halls_have_a_past_without_gaps_and_everybody_is_in_hers(seeded):
    for room in seeded.rows("SELECT id, last_seq FROM room WHERE kind = 1"):
        seqs = [r["seq"] for r in seeded.rows(
            "SELECT seq FROM message WHERE room_id = %s ORDER BY seq", room["id"])]
        assert seqs == list(range(1, room["last_seq"] + 1)) and len(seqs) >= 8
        assert seeded.value("SELECT bool_and(created_at >= before) FROM (SELECT created_at,"
                            " lag(created_at) OVER (ORDER BY seq) AS before FROM message"
                            " WHERE room_id = %s) x", room["id"])
    assert not seeded.rows(  # whoever spoke in a hall is in it
        "SELECT FROM message m WHERE NOT EXISTS (SELECT FROM membership s"
        " WHERE s.room_id = m.room_id AND s.account_id = m.sender_id)")


def test_texts_are_found_as_they_are_written(seeded):
    """Nothing in them changes by folding, so folded may stay empty."""
    for row in seeded.rows("SELECT body FROM message"):
        assert not re.search("[A-ZＡ-Ｚａ-ｚ０-９]", row["body"])
    pensioner = seeded.value("SELECT id FROM account WHERE display_name = '王桂兰'")
    with seeded.link(as_app=True) as link:
        rows = Statements(link).run("search_find", pensioner, 0, "广场舞", None, 0, 0, 10)
    assert len(rows) == 1


def test_the_example_alert_is_about_somebody_who_lives_there(seeded):
    import json
    target = json.loads((ROOT / "sql/seed/alert.json").read_text(encoding="utf-8"))["target"]
    assert seeded.value(
        "SELECT a.display_name FROM residence r JOIN account a ON a.id = r.account_id"
        " JOIN place u ON u.id = r.unit_id JOIN place b ON b.id = u.building_id"
        " JOIN place c ON c.id = u.community_id WHERE u.code = %s AND b.code = %s AND c.code = %s"
        " AND r.door = %s", target["unit_code"], target["building_code"], target["community_code"],
        target["door_code"]) == target["name"]


def test_joining_is_possible_in_both_communities(seeded):
    assert seeded.value("SELECT count(*) FROM invite"
                        " WHERE uses_left > 0 AND expires_at > now()") == 2


def test_two_disputes_wait_for_whom_they_should(seeded):
    found = seeded.rows("SELECT d.state, a.display_name FROM dispute d"
                        " JOIN dispute_restricted r ON r.dispute_id = d.id"
                        " JOIN account a ON a.id = r.reporter_id ORDER BY d.state")
    assert [(row["state"], row["display_name"]) for row in found] == [(1, "吴海燕"), (2, "李建军")]
    # Every one of them has deadlines still to come, and stands in the queue with the next of them.
    assert not seeded.rows(
        "SELECT FROM dispute d LEFT JOIN LATERAL (SELECT min(due_at) AS due FROM timer t"
        " WHERE t.entity_type = 'dispute' AND t.entity_id = d.id AND t.fired_at IS NULL) t ON true"
        " JOIN work_item w ON w.work_kind = 2 AND w.entity_id = d.id"
        " WHERE t.due IS NULL OR t.due < now()"
        " OR abs(extract(epoch FROM t.due - w.next_due_at)) > 1")
    assert seeded.value("SELECT count(*) FROM work_item WHERE work_kind = 2") == 2
