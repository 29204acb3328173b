-- What waits for whom (0012_work.sql). Who may see an item is decided three times: here by the
-- viewer's roles and parts, by the policy of the table, and by rules/work_audience.

-- name: work_list
-- A page of what the viewer may see, what is due first: by next_due_at, urgency, kind, id, after
-- the place where the page before ended (after_due in the past of everything: from the beginning).
-- mine: only what she leads or has a part in. roles and role_kinds, place by place: which role lets
-- one see what one was given of which kind. One walk per scope, kind and urgency, each along an
-- index that is in this order already, each ended after page_size.
-- principal: account
-- args: account_id bigint, kinds smallint[], urgencies smallint[], mine boolean,
--       after_due timestamptz, after_urgency smallint, after_kind smallint, after_id bigint,
--       page_size integer, roles smallint[], role_kinds smallint[]
-- row:  work_kind smallint, entity_id bigint, no text, state smallint, state_version integer,
--       station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       urgency smallint, title_code smallint, title_detail smallint, waiting_for smallint,
--       lead_account_id bigint, next_due_at timestamptz, created_at timestamptz,
--       updated_at timestamptz, lead_name text, community_name text, part smallint
WITH scope AS MATERIALIZED (
    SELECT DISTINCT g.scope_id AS id, g.scope_kind AS kind FROM role_grant_current g
    WHERE g.account_id = $1 AND g.role IN (6, 7, 8, 9) AND NOT $4
), hers AS MATERIALIZED (
    SELECT DISTINCT s.station_id, r.kind FROM role_grant_current g
    JOIN place s ON s.id = g.scope_id
    JOIN unnest($10, $11) AS r (role, kind) ON r.role = g.role
    WHERE g.account_id = $1
), cell AS MATERIALIZED (
    -- In a cell that comes before the last one seen, what is due at that moment was seen already.
    SELECT k.kind, u.urgency,
           CASE WHEN (u.urgency, k.kind) > ($6, $7) THEN -1
                WHEN (u.urgency, k.kind) = ($6, $7) THEN $8 ELSE 9223372036854775807 END AS after_id
    FROM unnest($2) AS k (kind), unnest($3) AS u (urgency)
), key AS (
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 1 AND x.station_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency
          AND (x.next_due_at, x.entity_id) > ($5, c.after_id)
        ORDER BY x.next_due_at, x.entity_id LIMIT $9) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 2 AND x.community_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency
          AND (x.next_due_at, x.entity_id) > ($5, c.after_id)
        ORDER BY x.next_due_at, x.entity_id LIMIT $9) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 3 AND x.grid_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency
          AND (x.next_due_at, x.entity_id) > ($5, c.after_id)
        ORDER BY x.next_due_at, x.entity_id LIMIT $9) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 4 AND x.building_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency
          AND (x.next_due_at, x.entity_id) > ($5, c.after_id)
        ORDER BY x.next_due_at, x.entity_id LIMIT $9) w
    UNION
    SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id
    FROM (SELECT m.work_kind, m.entity_id FROM work_member m
          WHERE m.account_id = $1 AND m.part <> 3
          UNION
          SELECT l.work_kind, l.entity_id FROM work_item l WHERE l.lead_account_id = $1) own
    JOIN cell c ON c.kind = own.work_kind
    CROSS JOIN LATERAL (SELECT y.* FROM work_item y
                        WHERE y.work_kind = own.work_kind AND y.entity_id = own.entity_id
                        LIMIT 1) x
    JOIN hers h ON h.station_id = x.station_id AND h.kind = x.work_kind
    WHERE x.urgency = c.urgency AND (x.next_due_at, x.entity_id) > ($5, c.after_id)
), page AS (
    SELECT * FROM key ORDER BY next_due_at, urgency, work_kind, entity_id LIMIT $9
)
SELECT w.work_kind, w.entity_id, w.no, w.state, w.state_version, w.station_id, w.community_id,
       w.grid_id, w.building_id, w.urgency, w.title_code, w.title_detail, w.waiting_for,
       w.lead_account_id, w.next_due_at, w.created_at, w.updated_at, lead.display_name AS lead_name,
       pc.name AS community_name, m.part
FROM page p
CROSS JOIN LATERAL (SELECT x.* FROM work_item x
                    WHERE x.work_kind = p.work_kind AND x.entity_id = p.entity_id LIMIT 1) w
LEFT JOIN LATERAL (SELECT x.display_name FROM account x
                   WHERE x.id = w.lead_account_id LIMIT 1) lead ON true
LEFT JOIN LATERAL (SELECT x.name FROM place x WHERE x.id = w.community_id LIMIT 1) pc ON true
LEFT JOIN LATERAL (SELECT x.part FROM work_member x
                   WHERE x.work_kind = w.work_kind AND x.entity_id = w.entity_id
                     AND x.account_id = $1 LIMIT 1) m ON true
ORDER BY p.next_due_at, p.urgency, p.work_kind, p.entity_id

-- name: work_list_due
-- The same page when neither kinds nor urgencies are wished for: one walk per scope, along an index
-- in the order of the page.
-- principal: account
-- args: account_id bigint, mine boolean, after_due timestamptz, after_urgency smallint,
--       after_kind smallint, after_id bigint, page_size integer, roles smallint[],
--       role_kinds smallint[]
-- row:  work_kind smallint, entity_id bigint, no text, state smallint, state_version integer,
--       station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       urgency smallint, title_code smallint, title_detail smallint, waiting_for smallint,
--       lead_account_id bigint, next_due_at timestamptz, created_at timestamptz,
--       updated_at timestamptz, lead_name text, community_name text, part smallint
WITH scope AS MATERIALIZED (
    SELECT DISTINCT g.scope_id AS id, g.scope_kind AS kind FROM role_grant_current g
    WHERE g.account_id = $1 AND g.role IN (6, 7, 8, 9) AND NOT $2
), hers AS MATERIALIZED (
    SELECT DISTINCT s.station_id, r.kind FROM role_grant_current g
    JOIN place s ON s.id = g.scope_id
    JOIN unnest($8, $9) AS r (role, kind) ON r.role = g.role
    WHERE g.account_id = $1
), key AS (
    SELECT w.* FROM scope s CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 1 AND x.station_id = s.id
          AND (x.next_due_at, x.urgency, x.work_kind, x.entity_id) > ($3, $4, $5, $6)
        ORDER BY x.next_due_at, x.urgency, x.work_kind, x.entity_id LIMIT $7) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 2 AND x.community_id = s.id
          AND (x.next_due_at, x.urgency, x.work_kind, x.entity_id) > ($3, $4, $5, $6)
        ORDER BY x.next_due_at, x.urgency, x.work_kind, x.entity_id LIMIT $7) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 3 AND x.grid_id = s.id
          AND (x.next_due_at, x.urgency, x.work_kind, x.entity_id) > ($3, $4, $5, $6)
        ORDER BY x.next_due_at, x.urgency, x.work_kind, x.entity_id LIMIT $7) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN LATERAL (
        SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id FROM work_item x
        WHERE s.kind = 4 AND x.building_id = s.id
          AND (x.next_due_at, x.urgency, x.work_kind, x.entity_id) > ($3, $4, $5, $6)
        ORDER BY x.next_due_at, x.urgency, x.work_kind, x.entity_id LIMIT $7) w
    UNION
    SELECT x.next_due_at, x.urgency, x.work_kind, x.entity_id
    FROM (SELECT m.work_kind, m.entity_id FROM work_member m
          WHERE m.account_id = $1 AND m.part <> 3
          UNION
          SELECT l.work_kind, l.entity_id FROM work_item l WHERE l.lead_account_id = $1) own
    CROSS JOIN LATERAL (SELECT y.* FROM work_item y
                        WHERE y.work_kind = own.work_kind AND y.entity_id = own.entity_id
                        LIMIT 1) x
    JOIN hers h ON h.station_id = x.station_id AND h.kind = x.work_kind
    WHERE (x.next_due_at, x.urgency, x.work_kind, x.entity_id) > ($3, $4, $5, $6)
), page AS (
    SELECT * FROM key ORDER BY next_due_at, urgency, work_kind, entity_id LIMIT $7
)
SELECT w.work_kind, w.entity_id, w.no, w.state, w.state_version, w.station_id, w.community_id,
       w.grid_id, w.building_id, w.urgency, w.title_code, w.title_detail, w.waiting_for,
       w.lead_account_id, w.next_due_at, w.created_at, w.updated_at, lead.display_name AS lead_name,
       pc.name AS community_name, m.part
FROM page p
CROSS JOIN LATERAL (SELECT x.* FROM work_item x
                    WHERE x.work_kind = p.work_kind AND x.entity_id = p.entity_id LIMIT 1) w
LEFT JOIN LATERAL (SELECT x.display_name FROM account x
                   WHERE x.id = w.lead_account_id LIMIT 1) lead ON true
LEFT JOIN LATERAL (SELECT x.name FROM place x WHERE x.id = w.community_id LIMIT 1) pc ON true
LEFT JOIN LATERAL (SELECT x.part FROM work_member x
                   WHERE x.work_kind = w.work_kind AND x.entity_id = w.entity_id
                     AND x.account_id = $1 LIMIT 1) m ON true
ORDER BY p.next_due_at, p.urgency, p.work_kind, p.entity_id

-- name: work_counts
-- How many items of each kind and urgency the viewer may see, each counted to `most`.
-- principal: account
-- args: account_id bigint, most integer, roles smallint[], role_kinds smallint[]
-- row:  work_kind smallint, urgency smallint, items integer
WITH scope AS MATERIALIZED (
    SELECT DISTINCT g.scope_id AS id, g.scope_kind AS kind FROM role_grant_current g
    WHERE g.account_id = $1 AND g.role IN (6, 7, 8, 9)
), hers AS MATERIALIZED (
    SELECT DISTINCT s.station_id, r.kind FROM role_grant_current g
    JOIN place s ON s.id = g.scope_id
    JOIN unnest($3, $4) AS r (role, kind) ON r.role = g.role
    WHERE g.account_id = $1
), cell AS MATERIALIZED (
    SELECT k::smallint AS kind, u::smallint AS urgency
    FROM generate_series(1, 3) k, generate_series(1, 4) u
), key AS (
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.work_kind, x.urgency, x.entity_id FROM work_item x
        WHERE s.kind = 1 AND x.station_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency LIMIT $2) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.work_kind, x.urgency, x.entity_id FROM work_item x
        WHERE s.kind = 2 AND x.community_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency LIMIT $2) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.work_kind, x.urgency, x.entity_id FROM work_item x
        WHERE s.kind = 3 AND x.grid_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency LIMIT $2) w
    UNION
    SELECT w.* FROM scope s CROSS JOIN cell c CROSS JOIN LATERAL (
        SELECT x.work_kind, x.urgency, x.entity_id FROM work_item x
        WHERE s.kind = 4 AND x.building_id = s.id
          AND x.work_kind = c.kind AND x.urgency = c.urgency LIMIT $2) w
    UNION
    SELECT x.work_kind, x.urgency, x.entity_id
    FROM (SELECT m.work_kind, m.entity_id FROM work_member m
          WHERE m.account_id = $1 AND m.part <> 3
          UNION
          SELECT l.work_kind, l.entity_id FROM work_item l WHERE l.lead_account_id = $1) own
    CROSS JOIN LATERAL (SELECT y.* FROM work_item y
                        WHERE y.work_kind = own.work_kind AND y.entity_id = own.entity_id
                        LIMIT 1) x
    JOIN hers h ON h.station_id = x.station_id AND h.kind = x.work_kind
)
SELECT work_kind, urgency, least(count(*), $2)::integer AS items
FROM key GROUP BY work_kind, urgency ORDER BY work_kind, urgency

-- name: work_load
-- One open item and everybody with a part in it, to be shown to those who may see it. No row: it
-- is not open any more.
-- principal: system
-- args: work_kind smallint, entity_id bigint
-- row:  work_kind smallint, entity_id bigint, no text, state smallint, state_version integer,
--       station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       urgency smallint, title_code smallint, title_detail smallint, waiting_for smallint,
--       lead_account_id bigint, next_due_at timestamptz, created_at timestamptz,
--       updated_at timestamptz, lead_name text, community_name text, account_ids bigint[],
--       parts smallint[]
SELECT w.work_kind, w.entity_id, w.no, w.state, w.state_version, w.station_id, w.community_id,
       w.grid_id, w.building_id, w.urgency, w.title_code, w.title_detail, w.waiting_for,
       w.lead_account_id, w.next_due_at, w.created_at, w.updated_at, lead.display_name AS lead_name,
       pc.name AS community_name, m.account_ids, m.parts
FROM work_item w
LEFT JOIN LATERAL (SELECT x.display_name FROM account x
                   WHERE x.id = w.lead_account_id LIMIT 1) lead ON true
LEFT JOIN LATERAL (SELECT x.name FROM place x WHERE x.id = w.community_id LIMIT 1) pc ON true
LEFT JOIN LATERAL (
    SELECT array_agg(x.account_id ORDER BY x.account_id) AS account_ids,
           array_agg(x.part ORDER BY x.account_id) AS parts
    FROM work_member x WHERE x.work_kind = w.work_kind AND x.entity_id = w.entity_id) m ON true
WHERE w.work_kind = $1 AND w.entity_id = $2
