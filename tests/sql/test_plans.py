"""No statement of the server reads a table that grows from one end to the other."""
import re

import pytest

from harness.statements import ALL, Statements

GROWS = {"message", "membership", "account", "media", "media_blob", "revocation", "timeline",
         "audit", "alert", "alert_message", "alert_recipient", "alert_restricted",
         "notice", "notice_receipt", "login_session", "login_failure", "search_posting",
         "search_block", "search_segment", "residence", "person", "timer", "outbox",
         "access_mark", "access_subject", "pause_ledger", "rung_told", "work_item", "work_member",
         "dispute", "dispute_restricted", "dispute_entry", "dispute_member", "dispute_proposal",
         "media_hold"}
# Partial indexes that hold only what is open or due: reading one of them whole is what is meant.
SMALL = {"alert_open", "notice_open", "timer_due", "outbox_due", "media_held"}
# All that one person said, and no more, is what she takes along.
MEANT = {"export_page": {"message: all of a room"}}
READS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


def walk(node):
    yield node
    for below in node.get("Plans", ()):
        yield from walk(below)


def whole(plan):
    """Nodes that read a growing table from one end to the other."""
    for node in walk(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if table not in GROWS:
            continue
        if kind == "Seq Scan":
            yield f"{table}: Seq Scan"
        elif kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node \
                and node["Index Name"] not in SMALL:
            yield f"{table}: all of {node['Index Name']}"
        elif table == "message" and kind.startswith("Index") \
                and not re.search("seq|client_key|notice_id", node.get("Index Cond", "")):
            yield "message: all of a room"


def plans(database):
    """(name, what it reads whole) of every statement of the server."""
    with database.link(as_app=True) as link:
        statements = Statements(link)
        for name, statement in ALL.items():
            if statement.role != "app" or not statement.text.startswith(READS):
                continue
            statements.prepare(name)
            nulls = ", ".join("NULL" for _ in statement.args)
            plan = link.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name}"
                                + (f"({nulls})" if nulls else "")).fetchone()["QUERY PLAN"]
            yield name, sorted(set(whole(plan[0]["Plan"])) - MEANT.get(name, set()))


# The roads that are walked thousands of times a second: their plans are made at connect, on
# whatever is there then, and must be right for what comes.
HOT = {"message_add", "message_page", "message_range", "message_heads", "message_recall",
       "message_hide", "room_read", "room_load", "room_memberships", "session_open",
       "session_grants", "session_alive", "revocation_range", "revocation_feed", "search_find",
       "work_list", "work_list_due", "work_load",
       "access_add", "access_log"}

SMALL_TOWN = """
INSERT INTO place (kind, code, name) VALUES (1, 'S', 'S');
INSERT INTO place (kind, code, name, parent_id)
SELECT 2, 'C' || n, 'C', id FROM place, generate_series(1, 20) n;
INSERT INTO room (kind, name, station_id, community_id, place_id)
SELECT 1, name, station_id, id, id FROM place WHERE kind = 2;
INSERT INTO account (level, display_name, community_id)
SELECT 2, 'x', p.id FROM place p, generate_series(1, {people} / 20 + 1) WHERE p.kind = 2;
INSERT INTO membership (room_id, account_id)
SELECT r.id, a.id FROM room r JOIN account a USING (community_id);
INSERT INTO login_session (token_hash, account_id, expires_at)
SELECT sha256(id::text::bytea), id, now() + interval '1 day' FROM account;
INSERT INTO role_grant (account_id, role, scope_id, operator_note, expires_at)
SELECT a.id, 7, a.community_id, 'x', now() + interval '1 day' FROM account a
WHERE a.id % 400 = 0;
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge, client_key,
                     body)
SELECT r.id, n, 1 + n % {people}, now(), 0, 1, 1, uuid_send(gen_random_uuid()), 'x'
FROM room r, generate_series(1, {messages} / 20 + 1) n;
INSERT INTO media (id, owner_id, state, width, height)
SELECT md5(n::text), a.id, 1 + n % 3, 1, 1 FROM generate_series(1, {people}) n
JOIN account a ON a.id = n;
INSERT INTO media_blob SELECT id, 320, 'x' FROM media;
INSERT INTO revocation (kind, room_id, seq) SELECT 1, room_id, seq FROM message WHERE seq % 9 = 0;
INSERT INTO identity.person (account_id, phone_hash)
SELECT id, sha256(id::text::bytea) FROM account;
INSERT INTO residence (account_id, unit_id) SELECT a.id, a.community_id FROM account a;
INSERT INTO alert (no, state, level, scam_type, status, station_id, community_id, expires_at,
                   ended_at)
SELECT 'F' || n, 7, 1, 1, 1, p.station_id, p.id, now(), now()
FROM generate_series(1, {people}) n JOIN place p ON p.id = 2 + n % 20;
INSERT INTO alert_message (alert_id, sender, identifier, sent_at, msg_type, status, content_hash)
SELECT id, 'x', no, now(), 1, 1, sha256('x') FROM alert;
INSERT INTO alert_restricted (alert_id, station_id) SELECT id, station_id FROM alert;
INSERT INTO alert_recipient (alert_id, account_id, audience)
SELECT x.id, 1 + (x.nth * 7 + n) % {people}, 4
FROM (SELECT id, row_number() OVER () AS nth FROM alert) x, generate_series(1, 2) n;
INSERT INTO notice (state, room_id, scam_type, level, title, body, advice, hotline, published_at,
                    expires_at, ended_at)
SELECT 1, r.id, 1, 1, 'x', 'x', 'x', 'x', now(), now(), now()
FROM room r, generate_series(1, {people} / 20 + 1);
INSERT INTO notice_link SELECT n.id, a.id FROM
(SELECT id, row_number() OVER () AS nth FROM notice) n
JOIN (SELECT id, row_number() OVER () AS nth FROM alert) a USING (nth);
INSERT INTO notice_receipt (notice_id, account_id) SELECT n.id, a.id
FROM notice n JOIN room r ON r.id = n.room_id JOIN account a USING (community_id)
WHERE a.id % 100 = 0;
INSERT INTO outbox (channel, template, done_at) SELECT 'sms', 'a.b', now() FROM account;
INSERT INTO timer (entity_type, entity_id, name, state_version, due_at, fired_at)
SELECT 'alert', id, 'ladder', 1, now(), now() FROM alert;
INSERT INTO work_item (work_kind, entity_id, no, state, state_version, station_id, community_id,
                       urgency, title_code, waiting_for, next_due_at, created_at, updated_at)
SELECT 1 + n % 3, n, 'X' || n, 1, 1, p.station_id, p.id, 1 + n % 4, 1, 1, now(), now(), now()
FROM generate_series(1, {people}) n JOIN place p ON p.id = 2 + n % 20;
INSERT INTO work_member SELECT work_kind, entity_id, 1 + entity_id % {people}, 1 FROM work_item;
INSERT INTO timeline (entity_type, entity_id, event) SELECT 'alert', id, 'alert.add' FROM alert;
INSERT INTO audit (action, entity_type, entity_id) SELECT 'alert.read', 'alert', id
FROM alert LIMIT 1500;
INSERT INTO access_subject SELECT 'alert', entity_id, 1 + seq FROM audit;
INSERT INTO dispute (id, no, state, station_id, community_id, place_id, colour)
SELECT a.id, 'D-' || a.id, 1, p.station_id, p.id, p.id, 1
FROM account a JOIN place p ON p.id = a.community_id;
INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash, description)
SELECT id, id, substr(sha256(no::bytea), 1, 16), sha256(no::bytea), 'x' FROM dispute;
INSERT INTO dispute_entry (dispute_id, state_version, reporter_id, kind, author_id, body)
SELECT id, 1, id, 2, id, 'x' FROM dispute;
INSERT INTO dispute_member (dispute_id, account_id, part) SELECT id, id, 1 FROM dispute;
INSERT INTO dispute_proposal (dispute_id, colour, reason, proposed_by, expires_at)
SELECT id, 1, 'x', id, now() FROM dispute;
INSERT INTO media_hold SELECT id, 'dispute', 1 FROM media;
INSERT INTO timeline (entity_type, entity_id, event) SELECT 'dispute', id, 'dispute.x' FROM dispute;
UPDATE dispute SET state = 15, ended_at = now() WHERE id % 10 > 0;
UPDATE dispute SET merged_into = 10, state = 16 WHERE id % 10 = 1;
VACUUM ANALYZE;
"""


def fill(database, people, messages):
    with database.link() as link:
        for statement in SMALL_TOWN.format(people=people, messages=messages).split(";"):
            if statement.strip():
                link.execute(statement)


@pytest.mark.parametrize("people", [None, 3, 40], ids=["empty", "tiny", "small"])
def test_the_hot_roads_are_planned_well_however_little_there_is(database, people):
    if people:
        fill(database, people, people * 3)
    assert {name: bad for name, bad in plans(database) if bad and name in HOT} == {}


def test_no_statement_reads_a_growing_table_whole(database):
    fill(database, 12000, 20000)
    assert {name: bad for name, bad in plans(database) if bad} == {}
