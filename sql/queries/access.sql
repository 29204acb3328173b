-- Readings of restricted data: written down, and shown to whom they are about.

-- name: access_add
-- Readings by many people at once, each an entry of the audit. One with a version was pushed and is
-- entered once per person and projection; one with version 0 was asked for and is always entered.
-- All marks are set before the chain's head is locked (the ORDER BY), so that two nodes cannot
-- wait for each other.
-- principal: system
-- args: entity_types text[], entity_ids bigint[], station_ids bigint[], actor_ids bigint[],
--       audiences smallint[], versions integer[], reasons text[]
-- row:  ord integer
WITH input AS (
    SELECT i.ord::integer AS ord, i.entity_type, i.entity_id, i.station_id, i.actor_id, i.audience,
           NULLIF(i.version, 0) AS version, i.reason
    FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::integer[],
                $7::text[])
         WITH ORDINALITY AS i (entity_type, entity_id, station_id, actor_id, audience, version,
                               reason, ord)),
marked AS (
    INSERT INTO access_mark (entity_type, entity_id, account_id, version, audience)
    SELECT DISTINCT i.entity_type, i.entity_id, i.actor_id, i.version, i.audience
    FROM input i WHERE i.version IS NOT NULL
    ORDER BY i.entity_type, i.entity_id, i.actor_id, i.version, i.audience
    ON CONFLICT DO NOTHING
    RETURNING entity_type, entity_id, account_id, version, audience),
fresh AS (
    SELECT ord FROM input WHERE version IS NULL
    UNION ALL
    SELECT min(i.ord) FROM marked m
    JOIN input i ON i.entity_type = m.entity_type AND i.entity_id = m.entity_id
                AND i.actor_id = m.account_id AND i.version = m.version
                AND i.audience = m.audience
    GROUP BY m.entity_type, m.entity_id, m.account_id, m.version, m.audience),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, entity_seq, station_id,
                       reason, detail)
    SELECT i.entity_type || '.read', i.actor_id, held.role, i.entity_type, i.entity_id, i.version,
           i.station_id, i.reason, jsonb_build_object('audience', i.audience)
    FROM fresh f JOIN input i ON i.ord = f.ord
    LEFT JOIN LATERAL (
        -- station_leader officer dispatcher auxiliary cadre grid_chief grid_worker unit_leader volunteer
        SELECT g.role FROM role_grant_current g WHERE g.account_id = i.actor_id
        ORDER BY array_position(ARRAY[9, 7, 8, 6, 5, 14, 3, 2, 4, 13, 10]::smallint[], g.role)
        LIMIT 1) held ON true
    ORDER BY i.ord)
SELECT ord FROM input ORDER BY ord

-- name: access_log
-- Who read restricted data about one person, newest first: when, in which role, and the name where
-- it was read in a police role (auxiliary officer dispatcher station_leader auditor); of neighbours
-- with a role only the role. What is kept about herself counts too. before_seq 0: from the newest.
-- principal: account
-- args: account_id bigint, before_seq bigint, most integer
-- row:  seq bigint, at timestamptz, entity_type text, entity_id bigint, role smallint,
--       staff_name text, reason text
SELECT r.seq, r.at, r.entity_type, r.entity_id, r.role,
       CASE WHEN r.role BETWEEN 6 AND 10
            THEN (SELECT a.display_name FROM account a WHERE a.id = r.actor_id) END AS staff_name,
       r.reason
FROM (SELECT s.entity_type, s.entity_id, e.seq, e.at, e.role_used AS role, e.actor_id, e.reason
      FROM (SELECT x.entity_type, x.entity_id FROM access_subject x WHERE x.account_id = $1
            UNION ALL
            SELECT 'account', $1 WHERE $1 = principal_account()) s
      CROSS JOIN LATERAL (
          -- OFFSET 0: object by object through its index, never along the whole audit.
          SELECT x.seq, x.at, x.role_used, x.actor_id, x.reason FROM audit x
          WHERE x.entity_type = s.entity_type AND x.entity_id = s.entity_id
            AND x.action LIKE '%.read' OFFSET 0) e
      WHERE ($2 = 0 OR e.seq < $2) AND e.actor_id IS DISTINCT FROM $1
      OFFSET 0) r
ORDER BY r.seq DESC LIMIT $3
