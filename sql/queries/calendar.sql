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
