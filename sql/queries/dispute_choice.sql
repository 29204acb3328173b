-- Disputes: whom one can be given to, and into which other it can be merged.

-- name: dispute_assignable
-- Who works with disputes (grid_worker grid_chief cadre auxiliary officer dispatcher station_leader
-- mediator) in the station and did not report it, each once: those whose role is for its community first.
-- principal: system
-- args: dispute_id bigint, name_part text, most integer
-- row:  account_id bigint, display_name text, role smallint, place_name text
SELECT a.account_id, a.display_name, one.role, one.place_name
FROM (SELECT DISTINCT ON (g.account_id) g.account_id, g.role, p.name AS place_name,
             p.community_id IS NOT DISTINCT FROM d.community_id AS is_near
      FROM dispute d
      JOIN place p ON p.station_id = d.station_id
      JOIN role_grant_current g ON g.scope_id = p.id AND g.role IN (3, 5, 6, 7, 8, 9, 13, 14)
      WHERE d.id = $1
        AND g.account_id NOT IN (SELECT r.reporter_id FROM dispute_restricted r
                                 JOIN dispute x ON x.id = r.dispute_id
                                 WHERE x.id = d.id OR x.merged_into = d.id)
      ORDER BY g.account_id, p.community_id IS NOT DISTINCT FROM d.community_id DESC,
               array_position(ARRAY[13, 7, 6, 14, 3, 5, 8, 9]::smallint[], g.role)) one
CROSS JOIN LATERAL (
    -- OFFSET 0: one by one through the key, never along all accounts.
    SELECT b.id AS account_id, b.display_name FROM account b
    WHERE b.id = one.account_id AND b.disabled_at IS NULL OFFSET 0) a
WHERE $2 IS NULL OR position($2 IN a.display_name) > 0
ORDER BY one.is_near DESC, a.display_name, a.account_id LIMIT $3

-- name: dispute_alike
-- Candidates for a merge in the same community, or the one with this number.
-- principal: system
-- args: dispute_id bigint, no text, most integer
-- row:  dispute_id bigint, no text, state smallint, subclass smallint, place_name text,
--       created_at timestamptz, is_same boolean, is_open boolean
SELECT t.id AS dispute_id, t.no, t.state, t.subclass,
       concat_ws(' ', c.name, b.name, CASE WHEN p.kind = 5 THEN p.name END) AS place_name,
       t.created_at, s.is_same, t.ended_at IS NULL AS is_open
FROM dispute d
CROSS JOIN LATERAL (
    SELECT o.id, o.no, o.state, o.subclass, o.place_id, o.community_id, o.created_at, o.ended_at
    FROM dispute o
    WHERE $2 IS NULL AND o.station_id = d.station_id AND o.ended_at IS NULL
      AND o.created_at > now() - interval '180 days'
    UNION ALL
    SELECT n.id, n.no, n.state, n.subclass, n.place_id, n.community_id, n.created_at, n.ended_at
    FROM dispute n WHERE n.no = upper($2)) t
CROSS JOIN LATERAL (
    SELECT place_covers(d.place_id, t.place_id) OR place_covers(t.place_id, d.place_id)
               OR EXISTS (SELECT FROM dispute_restricted a
                          JOIN dispute_restricted b ON b.reporter_id = a.reporter_id
                          WHERE a.dispute_id = d.id AND b.dispute_id = t.id) AS is_same) s
JOIN place p ON p.id = t.place_id
JOIN place c ON c.id = t.community_id
LEFT JOIN place b ON b.id = p.building_id
WHERE d.id = $1 AND t.community_id = d.community_id AND t.id <> d.id
  AND ($2 IS NOT NULL OR s.is_same)
ORDER BY t.created_at DESC, t.id DESC LIMIT $3
