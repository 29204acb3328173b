-- Deadlines that are rows. The handler of a timer ends it in the statement that does its work.

-- name: timer_claim
-- Takes timers of these kinds that are due, oldest first, for claim_ms (longer after each try in
-- vain): meanwhile another node leaves them alone, and if this one dies it takes them up. The last
-- row, claimed false, says how long until the next one is due.
-- args: kinds text[], most integer, claim_ms integer
-- row:  entity_type text, entity_id bigint, name text, state_version integer, life smallint,
--       attempts smallint, late_ms bigint, claimed boolean
WITH due AS (
    SELECT entity_type, entity_id, name, state_version
    FROM timer
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL AND due_at <= now()
      AND (claimed_until IS NULL OR claimed_until < now())
      AND entity_type || '.' || timer_base(name) = ANY ($1::text[])
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED),
taken AS (
    UPDATE timer t
    SET claimed_until = now() + $3 * interval '1 millisecond' * power(2, least(t.attempts, 8)),
        attempts = least(t.attempts + 1, 1000)
    FROM due d
    WHERE t.entity_type = d.entity_type AND t.entity_id = d.entity_id AND t.name = d.name
      AND t.state_version = d.state_version
    RETURNING t.entity_type, t.entity_id, t.name, t.state_version, t.life, t.attempts, t.due_at),
next AS (
    SELECT due_at FROM timer
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL AND due_at > now()
    ORDER BY due_at LIMIT 1)
SELECT entity_type, entity_id, name, state_version, life, attempts,
       (extract(epoch FROM now() - due_at) * 1000)::bigint AS late_ms, true AS claimed
FROM taken
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL,
       (extract(epoch FROM now() - due_at) * 1000)::bigint, false
FROM next
ORDER BY late_ms DESC

-- name: timer_release
-- Claimed, but not begun: another node may have them at once.
-- args: entity_types text[], entity_ids bigint[], names text[], state_versions integer[]
UPDATE timer t SET claimed_until = NULL, attempts = greatest(t.attempts - 1, 0)
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[])
     AS r (entity_type, entity_id, name, state_version)
WHERE t.entity_type = r.entity_type AND t.entity_id = r.entity_id AND t.name = r.name
  AND t.state_version = r.state_version AND t.fired_at IS NULL AND t.cancelled_at IS NULL

-- name: timer_end
-- This timer is done with; it had no effect, or its effect stands already.
-- args: entity_type text, entity_id bigint, name text, state_version integer
UPDATE timer SET fired_at = now()
WHERE entity_type = $1 AND entity_id = $2 AND name = $3 AND state_version = $4
  AND fired_at IS NULL

-- name: timer_open
-- What of one object may still fire, standing still or not.
-- args: entity_type text, entity_id bigint
-- row:  name text, life smallint, clock smallint, started_at timestamptz, budget_ms bigint,
--       due_at timestamptz
SELECT name, life, clock, started_at, budget_ms, due_at
FROM timer
WHERE entity_type = $1 AND entity_id = $2 AND fired_at IS NULL AND cancelled_at IS NULL
ORDER BY name

-- name: timer_pauses
-- When one object stood still, oldest first; the newest when there are too many.
-- args: entity_type text, entity_id bigint, most integer
-- row:  started_at timestamptz, ended_at timestamptz
SELECT started_at, ended_at
FROM (SELECT started_at, ended_at FROM pause_ledger
      WHERE entity_type = $1 AND entity_id = $2 ORDER BY started_at DESC LIMIT $3) AS newest
ORDER BY started_at

-- name: timer_counted
-- Timers still to come that a calendar decides, a page after the one named, with their pauses.
-- args: after_type text, after_id bigint, after_name text, after_version integer, most integer
-- row:  entity_type text, entity_id bigint, name text, state_version integer, life smallint,
--       clock smallint, station_id bigint, started_at timestamptz, budget_ms bigint,
--       due_at timestamptz, pause_starts timestamptz[], pause_ends timestamptz[]
SELECT t.entity_type, t.entity_id, t.name, t.state_version, t.life, t.clock, t.station_id,
       t.started_at, t.budget_ms, t.due_at, p.starts AS pause_starts, p.ends AS pause_ends
FROM timer t
LEFT JOIN LATERAL (
    SELECT array_agg(l.started_at ORDER BY l.started_at) AS starts,
           array_agg(l.ended_at ORDER BY l.started_at) AS ends
    FROM pause_ledger l
    WHERE l.entity_type = t.entity_type AND l.entity_id = t.entity_id
      AND l.ended_at IS NOT NULL) AS p ON true
WHERE t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.clock > 1
  AND t.paused_at IS NULL AND t.budget_ms IS NOT NULL AND t.due_at > now()
  AND (t.entity_type, t.entity_id, t.name, t.state_version) > ($1, $2, $3, $4)
ORDER BY t.entity_type, t.entity_id, t.name, t.state_version LIMIT $5

-- name: timer_recount
-- New due times by a changed calendar, for those that nobody touched since they were read.
-- args: entity_types text[], entity_ids bigint[], names text[], state_versions integer[],
--       seen_dues timestamptz[], dues timestamptz[]
UPDATE timer t SET due_at = r.due
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::timestamptz[],
            $6::timestamptz[])
     AS r (entity_type, entity_id, name, state_version, seen_due, due)
WHERE t.entity_type = r.entity_type AND t.entity_id = r.entity_id AND t.name = r.name
  AND t.state_version = r.state_version AND t.due_at = r.seen_due
  AND t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.paused_at IS NULL

-- name: timer_recount_dispute
-- After timer_recount, in its transaction: what these disputes name as due next follows their
-- timers. Whom it concerns hears of it by the dispute's own trigger.
-- principal: system
-- args: ids bigint[]
UPDATE dispute d SET next_due_at = n.due_at
FROM (SELECT t.entity_id, min(t.due_at) AS due_at
      FROM timer t
      WHERE t.entity_type = 'dispute' AND t.entity_id = ANY ($1::bigint[])
        AND t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.paused_at IS NULL
        AND t.name = timer_base(t.name) AND t.due_at < '2199-12-31'
      GROUP BY t.entity_id) n
WHERE d.id = n.entity_id AND d.ended_at IS NULL AND d.next_due_at IS DISTINCT FROM n.due_at
