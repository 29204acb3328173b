-- Places: as operators make them, and as people choose among them.

-- name: place_create
-- role: owner
-- A place under another. A community gets its hall with it. No row: there is no such parent.
-- args: kind smallint, code text, name text, street text, parent_code text
-- row:  id bigint, hall_id bigint
WITH made AS (
    INSERT INTO place (kind, code, name, street, parent_id)
    SELECT $1, $2, $3, $4, p.id FROM (SELECT) AS one LEFT JOIN place p ON p.code = $5
    WHERE $5 IS NULL OR p.id IS NOT NULL
    RETURNING id, kind, name, station_id
), hall AS (
    INSERT INTO room (kind, name, station_id, community_id, place_id)
    SELECT 1, name || '议事厅', station_id, id, id FROM made WHERE kind = 2
    RETURNING id
)
SELECT made.id, hall.id AS hall_id FROM made LEFT JOIN hall ON true

-- name: place_list
-- role: owner
-- The tree, parents before children.
-- row:  kind smallint, code text, name text, parent_code text, hall_id bigint
SELECT p.kind, p.code, p.name, a.code AS parent_code, r.id AS hall_id
FROM place p
LEFT JOIN place a ON a.id = p.parent_id
LEFT JOIN room r ON r.community_id = p.id AND p.kind = 2 AND r.kind = 1 AND r.closed_at IS NULL
WHERE p.closed_at IS NULL
ORDER BY p.station_id, p.community_id NULLS FIRST, p.grid_id NULLS FIRST,
         p.building_id NULLS FIRST, p.id

-- name: place_children
-- The buildings of a community, or the units of a building in it, as people count: by length, then
-- letter by letter. after_id NULL: from the first.
-- args: community_id bigint, building_id bigint, after_id bigint, most integer
-- row:  id bigint, name text
SELECT p.id, p.name FROM place p
WHERE p.community_id = $1 AND p.closed_at IS NULL
  AND CASE WHEN $2 IS NULL THEN p.kind = 4 ELSE p.kind = 5 AND p.building_id = $2 END
  AND ($3 IS NULL OR (char_length(p.name), p.name, p.id) >
                     (SELECT char_length(a.name), a.name, a.id FROM place a WHERE a.id = $3))
ORDER BY char_length(p.name), p.name, p.id LIMIT $4
