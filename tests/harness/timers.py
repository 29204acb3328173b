"""Timers that become due: alerts that somebody took and was then silent about (F4). The one effect
of each is a line in the timeline, a state, a version: `effects` says what happened to each."""
ACKNOWLEDGED, DISPATCHED = 3, 2
FIRST_ID = 1_000_000
CHUNK = 500  # in one transaction: what triggers look up in it grows with it

MAKE = """
INSERT INTO alert (id, no, state, state_version, level, scam_type, status, station_id, community_id,
                   claimed_by, claimed_at, ack_by, expires_at)
SELECT {first} + n, 'F-' || {first} + n, 3, 2, 2, 1, 1, %s, %s, %s, now(), now(),
       now() + interval '1 day'
FROM generate_series(1, {count}) n;
"""
ADDRESS = """
INSERT INTO alert_restricted (alert_id, station_id, community_id)
SELECT id, station_id, community_id FROM alert WHERE id > {first} AND id <= {first} + {count};
INSERT INTO alert_recipient (alert_id, account_id, audience)
SELECT id, claimed_by, 5 FROM alert WHERE id > {first} AND id <= {first} + {count};
INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)
SELECT 'alert', id, 'ack_timeout', 2, {due} FROM alert
WHERE id > {first} AND id <= {first} + {count} ORDER BY {order};
"""
EFFECTS = """
WITH lines AS (
    SELECT entity_id AS id, count(*) AS lines FROM timeline
    WHERE entity_type = 'alert' AND event = 'fraud.ack_timeout' GROUP BY entity_id),
entries AS (
    SELECT entity_id AS id, count(*) AS entries FROM audit
    WHERE entity_type = 'alert' AND action = 'fraud.ack_timeout' GROUP BY entity_id),
open AS (
    SELECT entity_id AS id, count(*) AS open FROM timer
    WHERE entity_type = 'alert' AND fired_at IS NULL AND cancelled_at IS NULL GROUP BY entity_id)
SELECT a.id, a.state, a.state_version, coalesce(lines, 0) AS lines,
       coalesce(entries, 0) AS entries, coalesce(open, 0) AS open
FROM alert a LEFT JOIN lines USING (id) LEFT JOIN entries USING (id) LEFT JOIN open USING (id)
ORDER BY a.id
"""


def make_silent(database, community, officer, count, due="now()", first=FIRST_ID, order="random()"):
    """`count` alerts that `officer` took, whose timers are due then (SQL; `id` is the alert's)."""
    with database.link() as link:
        for begin in range(first, first + count, CHUNK):
            some = {"first": begin, "count": min(CHUNK, first + count - begin), "due": due,
                    "order": order}
            with link.transaction():
                link.execute(MAKE.format(**some),
                             (community.station.id, community.id, officer.id))
                for part in filter(str.strip, ADDRESS.format(**some).split(";")):
                    link.execute(part)


def left(database):
    """How many timers can still fire."""
    return database.value("SELECT count(*) FROM timer WHERE name = 'ack_timeout'"
                          " AND fired_at IS NULL AND cancelled_at IS NULL")


def wrong(database):
    """Alerts whose timer had no effect, or more than one; at most ten."""
    right = {"state": DISPATCHED, "state_version": 3, "lines": 1, "entries": 1, "open": 0}
    return [row for row in database.rows(EFFECTS)
            if {name: row[name] for name in right} != right][:10]


def let_claims_end(database):
    """As if the time of every claim had passed."""
    database.rows("UPDATE timer SET claimed_until = now() - interval '1 second'"
                  " WHERE claimed_until > now()")
