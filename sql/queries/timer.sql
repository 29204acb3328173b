-- Deadlines that are rows. The handler of a timer ends it in the statement that does its work.

-- name: timer_due
-- Timers that are due, oldest first, and the next one to come as the last row, if there is room.
-- args: most integer
-- row:  entity_type text, entity_id bigint, name text, state_version integer, due_at timestamptz
(SELECT entity_type, entity_id, name, state_version, due_at
 FROM timer
 WHERE fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL AND due_at <= now()
 ORDER BY due_at LIMIT $1)
UNION ALL
(SELECT entity_type, entity_id, name, state_version, due_at
 FROM timer
 WHERE fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL AND due_at > now()
 ORDER BY due_at LIMIT 1)
ORDER BY due_at

-- name: timer_end
-- This timer is done with; it had no effect, or its effect stands already.
-- args: entity_type text, entity_id bigint, name text, state_version integer
UPDATE timer SET fired_at = now()
WHERE entity_type = $1 AND entity_id = $2 AND name = $3 AND state_version = $4
  AND fired_at IS NULL
