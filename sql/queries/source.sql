-- Systems that may inject alerts, as operators keep them.

-- name: source_create
-- role: owner
-- A source with its public key. No row: no such station.
-- args: name text, title text, public_key bytea, station_code text, quota_per_hour integer
-- row:  id bigint
INSERT INTO service_source (name, title, public_key, station_id, quota_per_hour)
SELECT $1, $2, $3, p.id, $5 FROM place p WHERE p.code = $4 AND p.kind = 1
RETURNING id

-- name: source_rotate
-- role: owner
-- A new key; the old one is good for nothing from now on.
-- args: name text, public_key bytea
-- row:  id bigint
UPDATE service_source SET public_key = $2, key_changed_at = now() WHERE name = $1 RETURNING id

-- name: source_enable
-- role: owner
-- Lets a source in, or no longer.
-- args: name text, enabled boolean
-- row:  id bigint
UPDATE service_source SET disabled_at = CASE WHEN NOT $2 THEN now() END WHERE name = $1 RETURNING id

-- name: source_list
-- role: owner
-- Every source.
-- row:  id bigint, name text, title text, station_code text, quota_per_hour integer, state text,
--       key_changed_at text
SELECT s.id, s.name, s.title, p.code AS station_code, s.quota_per_hour,
       CASE WHEN s.disabled_at IS NULL THEN 'enabled' ELSE 'disabled' END AS state,
       to_char(s.key_changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"') AS key_changed_at
FROM service_source s JOIN place p ON p.id = s.station_id
ORDER BY s.id
