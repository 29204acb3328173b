-- The audit: as operators check its chain, and as the auditor reads it.

-- name: audit_check
-- role: owner
-- The first thing wrong with the chain, or no row. anchor_seq 0: no anchor to hold it against.
-- args: anchor_seq bigint, anchor_hash bytea
-- row:  bad_seq bigint, what text
SELECT bad_seq, what FROM audit_verify(NULLIF($1, 0), $2)

-- name: audit_anchor
-- role: owner
-- The end of the chain: kept outside, it proves later that nothing before it was changed or lost.
-- row:  last_seq bigint, last_hash bytea
SELECT last_seq, last_hash FROM audit_head

-- name: audit_span
-- Part of the chain computed anew: checked_seq, up to where it is as it was written; bad_seq and
-- fault (1 missing, 2 changed, 3 the end is missing) if something is not. after_seq 0: from the
-- beginning.
-- args: after_seq bigint, most integer
-- row:  checked_seq bigint, head_seq bigint, bad_seq bigint, fault smallint
WITH span AS MATERIALIZED (
    SELECT a.seq, a.hash, row_number() OVER (ORDER BY a.seq) AS nth,
           a.hash = audit_hash(a.prev_hash, a)
               AND a.prev_hash = coalesce(lag(a.hash) OVER (ORDER BY a.seq), b.hash) AS is_whole
    FROM audit a
    LEFT JOIN LATERAL (
        SELECT sha256('hall audit 1') AS hash WHERE $1 = 0
        UNION ALL
        SELECT x.hash FROM audit x WHERE x.seq = $1) b ON true
    WHERE a.seq > $1 AND a.seq <= $1 + $2),
last AS (
    SELECT h.last_seq, h.last_hash, coalesce((SELECT max(s.seq) FROM span s), $1) AS seq,
           coalesce((SELECT s.hash FROM span s ORDER BY s.seq DESC LIMIT 1),
                    (SELECT x.hash FROM audit x WHERE x.seq = $1), sha256('hall audit 1')) AS hash
    FROM audit_head h),
bad AS (
    SELECT $1 + s.nth AS seq, CASE WHEN s.seq <> $1 + s.nth THEN 1 ELSE 2 END AS fault
    FROM span s WHERE s.seq <> $1 + s.nth OR s.is_whole IS NOT TRUE
    UNION ALL
    SELECT l.seq + 1, CASE WHEN EXISTS (SELECT FROM audit x WHERE x.seq > l.seq) THEN 1 ELSE 3 END
    FROM last l
    WHERE CASE WHEN l.last_seq > $1 + $2 THEN l.seq < $1 + $2
               ELSE l.seq <> l.last_seq OR l.hash <> l.last_hash END)
SELECT coalesce(b.seq - 1, l.seq) AS checked_seq, l.last_seq AS head_seq, b.seq AS bad_seq,
       b.fault::smallint AS fault
FROM last l LEFT JOIN (SELECT x.seq, x.fault FROM bad x ORDER BY x.seq LIMIT 1) b ON true

-- name: audit_list
-- What the auditor looks for, newest first, out of at most `window` entries: of her stations, and of
-- none (operators) unless they are about somebody of another station. That she read is entered in
-- the same transaction. The first row counts for next_seq, where looking goes on (NULL: no more
-- before it); its seq is NULL.
-- principal: system
-- args: actor_id bigint, before_seq bigint, most integer, span integer, from_at timestamptz,
--       until_at timestamptz, actor_name text, action text, object text, is_readings boolean
-- row:  next_seq bigint, seq bigint, at timestamptz, action text, actor_name text, role smallint,
--       operator text, source_name text, entity_type text, object_name text, reason text
WITH RECURSIVE hers AS MATERIALIZED (
    SELECT p.station_id FROM role_grant_current g JOIN place p ON p.id = g.scope_id
    WHERE g.account_id = $1 AND g.role = 10),
-- Times in the chain only grow: the place of until_at is found by halving.
half AS (
    SELECT 0::bigint AS low, (SELECT last_seq + 1 FROM audit_head) AS high
    UNION ALL
    SELECT CASE WHEN m.at < $6 THEN m.seq ELSE h.low END,
           CASE WHEN m.at < $6 THEN h.high ELSE m.seq END
    FROM half h
    CROSS JOIN LATERAL (SELECT x.seq, x.at FROM audit x WHERE x.seq = (h.low + h.high) / 2) m
    WHERE $6 IS NOT NULL AND h.high - h.low > 1),
start AS MATERIALIZED (
    SELECT least(NULLIF($2, 0), min(h.high)) AS seq FROM half h),
about AS MATERIALIZED (
    SELECT 'alert' AS entity_type, id AS entity_id FROM alert WHERE no = upper($9)
    UNION ALL SELECT 'dispute', id FROM dispute WHERE no = upper($9)
    UNION ALL SELECT 'person_search', id FROM person_search WHERE no = upper($9)),
looked AS MATERIALIZED (
    SELECT a.seq, a.at, a.action, a.actor_id, a.role_used, a.operator, a.source_id, a.entity_type,
           a.entity_id, a.station_id, a.reason
    FROM start s CROSS JOIN LATERAL (
        SELECT x.seq, x.at, x.action, x.actor_id, x.role_used, x.operator, x.source_id,
               x.entity_type, x.entity_id, x.station_id, x.reason
        FROM audit x WHERE x.seq < s.seq AND x.seq >= s.seq - $4 ORDER BY x.seq DESC) a),
fits AS MATERIALIZED (
    SELECT l.seq, l.at, l.action, w.display_name AS actor_name, l.role_used, l.operator, l.source_id,
           l.entity_type, l.entity_id, l.reason, o.display_name AS person_name
    FROM looked l
    LEFT JOIN LATERAL (SELECT x.display_name FROM account x WHERE x.id = l.actor_id OFFSET 0) w
        ON true
    LEFT JOIN LATERAL (
        SELECT x.display_name, coalesce(x.station_id, home.station_id) AS station_id
        FROM account x LEFT JOIN place home ON home.id = x.community_id
        WHERE l.entity_type = 'account' AND x.id = l.entity_id OFFSET 0) o ON true
    WHERE (l.station_id IN (SELECT station_id FROM hers)
           OR l.station_id IS NULL
              AND (o.station_id IS NULL OR o.station_id IN (SELECT station_id FROM hers)))
      AND ($5 IS NULL OR l.at >= $5)
      AND ($7 IS NULL OR w.display_name = $7)
      AND ($8 IS NULL OR l.action = $8 OR right($8, 1) = '.' AND starts_with(l.action, $8))
      AND ($9 IS NULL OR o.display_name = $9
           OR (l.entity_type, l.entity_id) IN (SELECT b.entity_type, b.entity_id FROM about b))
      AND ($10 IS NOT TRUE OR l.action LIKE '%.read')
    ORDER BY l.seq DESC LIMIT $3),
-- A full page goes on after its last; else after what was looked through, unless that was all.
going AS (
    SELECT CASE WHEN (SELECT count(*) FROM fits) = $3 THEN (SELECT min(f.seq) FROM fits f)
                WHEN low.seq > 1 AND ($5 IS NULL OR low.at >= $5) THEN low.seq END AS next_seq
    FROM (SELECT) one LEFT JOIN (SELECT l.seq, l.at FROM looked l ORDER BY l.seq LIMIT 1) low ON true),
entered AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, station_id, detail)
    SELECT 'audit.read', $1, 10, 'audit', (SELECT min(station_id) FROM hers),
           jsonb_build_object('from_seq', (SELECT max(seq) FROM looked),
                              'shown', (SELECT count(*) FROM fits)))
SELECT g.next_seq, NULL::bigint AS seq, NULL::timestamptz AS at, NULL AS action, NULL AS actor_name,
       NULL::smallint AS role, NULL AS operator, NULL AS source_name, NULL AS entity_type,
       NULL AS object_name, NULL AS reason
FROM going g
UNION ALL
(SELECT NULL, f.seq, f.at, f.action, f.actor_name, f.role_used, f.operator,
        (SELECT s.title FROM service_source s WHERE s.id = f.source_id), f.entity_type,
        CASE f.entity_type
            WHEN 'account' THEN f.person_name
            WHEN 'alert' THEN (SELECT x.no FROM alert x WHERE x.id = f.entity_id)
            WHEN 'dispute' THEN (SELECT x.no FROM dispute x WHERE x.id = f.entity_id)
            WHEN 'person_search' THEN (SELECT x.no FROM person_search x WHERE x.id = f.entity_id)
            WHEN 'message' THEN (SELECT x.name FROM room x WHERE x.id = f.entity_id)
            WHEN 'room' THEN (SELECT x.name FROM room x WHERE x.id = f.entity_id)
            WHEN 'place' THEN (SELECT x.name FROM place x WHERE x.id = f.entity_id)
            WHEN 'source' THEN (SELECT x.title FROM service_source x WHERE x.id = f.entity_id)
        END, f.reason
 FROM fits f ORDER BY f.seq DESC)
