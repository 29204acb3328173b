-- Duty calendars: weekly spans and rota of stations, the national holiday table. Servers read them
-- into memory and hear of every change; operators write them with hallctl.

-- name: calendar_spans
-- Weekly spans, Monday 1; station NULL: of all that name none.
-- row:  station_id bigint, weekday smallint, from_minute smallint, to_minute smallint
SELECT station_id, weekday, from_minute, to_minute FROM duty_span
ORDER BY station_id, weekday, from_minute

-- name: calendar_holidays
-- The national table, days counted from 1970-01-01.
-- row:  day integer, is_worked boolean
SELECT day - date '1970-01-01' AS day, is_worked FROM duty_holiday ORDER BY day

-- name: calendar_rota
-- Extra duty, as far back as a running deadline may have begun.
-- args: most integer
-- row:  station_id bigint, starts_at timestamptz, ends_at timestamptz
SELECT station_id, starts_at, ends_at FROM duty_rota
WHERE ends_at > now() - interval '2 years'
ORDER BY station_id, starts_at LIMIT $1

-- name: calendar_hours_clear
-- role: owner
-- A station's own weekly spans (station_code NULL: the usual ones) are no more. No row: there is no
-- such station.
-- args: station_code text
-- row:  station_id bigint
WITH named AS (
    SELECT id FROM place WHERE code = $1 AND kind = 1
    UNION ALL
    SELECT NULL WHERE $1 IS NULL),
gone AS (
    DELETE FROM duty_span s USING named n WHERE s.station_id IS NOT DISTINCT FROM n.id)
SELECT coalesce(id, 0) AS station_id FROM named

-- name: calendar_hours_add
-- role: owner
-- One weekly span; no row: there is no such station.
-- args: station_code text, weekday smallint, from_minute smallint, to_minute smallint
-- row:  weekday smallint
INSERT INTO duty_span (station_id, weekday, from_minute, to_minute)
SELECT p.id, $2, $3, $4 FROM (SELECT) AS one
LEFT JOIN place p ON p.code = $1 AND p.kind = 1
WHERE $1 IS NULL OR p.id IS NOT NULL
RETURNING weekday

-- name: calendar_hours_list
-- role: owner
-- Weekly spans of a station or of all.
-- args: station_code text
-- row:  station text, weekday smallint, hours text
SELECT coalesce(p.code, '-') AS station, s.weekday,
       string_agg(format('%s:%s-%s:%s', lpad((s.from_minute / 60)::text, 2, '0'),
                         lpad((s.from_minute % 60)::text, 2, '0'),
                         lpad((s.to_minute / 60)::text, 2, '0'),
                         lpad((s.to_minute % 60)::text, 2, '0')), ',' ORDER BY s.from_minute) AS hours
FROM duty_span s LEFT JOIN place p ON p.id = s.station_id
WHERE $1 IS NULL OR p.code = $1
GROUP BY p.code, s.weekday ORDER BY p.code NULLS FIRST, s.weekday

-- name: calendar_holiday_set
-- role: owner
-- One day of the national table, written again if it is there. No row: a day from Monday to Friday is
-- worked anyway.
-- args: day text, is_worked boolean, name text
-- row:  day text
INSERT INTO duty_holiday (day, is_worked, name)
SELECT $1::date, $2, $3 WHERE NOT $2 OR extract(isodow FROM $1::date) > 5
ON CONFLICT (day) DO UPDATE SET is_worked = excluded.is_worked, name = excluded.name
RETURNING day::text AS day

-- name: calendar_holiday_clear
-- role: owner
-- A day like any other of its weekday.
-- args: day text
-- row:  day text
DELETE FROM duty_holiday WHERE day = $1::date RETURNING day::text AS day

-- name: calendar_holiday_list
-- role: owner
-- What is known of each year.
-- row:  year integer, off bigint, worked bigint, first text, last text
SELECT extract(year FROM day)::integer AS year, count(*) FILTER (WHERE NOT is_worked) AS off,
       count(*) FILTER (WHERE is_worked) AS worked, min(day)::text AS first, max(day)::text AS last
FROM duty_holiday GROUP BY 1 ORDER BY 1

-- name: calendar_rota_add
-- role: owner
-- Extra duty, in the time of Shanghai; no row: there is no such station.
-- args: station_code text, starts text, ends text
-- row:  station_id bigint
INSERT INTO duty_rota (station_id, starts_at, ends_at)
SELECT id, $2::timestamp AT TIME ZONE 'Asia/Shanghai', $3::timestamp AT TIME ZONE 'Asia/Shanghai'
FROM place WHERE code = $1 AND kind = 1
ON CONFLICT (station_id, starts_at) DO UPDATE SET ends_at = excluded.ends_at
RETURNING station_id

-- name: calendar_rota_remove
-- role: owner
-- The extra duty that begins then.
-- args: station_code text, starts text
-- row:  station_id bigint
DELETE FROM duty_rota r USING place p
WHERE p.code = $1 AND p.kind = 1 AND r.station_id = p.id
  AND r.starts_at = $2::timestamp AT TIME ZONE 'Asia/Shanghai'
RETURNING r.station_id

-- name: calendar_rota_list
-- role: owner
-- Extra duty that is not over, of a station or of all.
-- args: station_code text
-- row:  station text, starts text, ends text
SELECT p.code AS station,
       to_char(r.starts_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') AS starts,
       to_char(r.ends_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') AS ends
FROM duty_rota r JOIN place p ON p.id = r.station_id
WHERE r.ends_at > now() AND ($1 IS NULL OR p.code = $1)
ORDER BY p.code, r.starts_at
