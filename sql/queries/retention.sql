-- What has had its time goes; for a job, a bounded step at a time, until all of them say 0.

-- name: retention_messages
-- Deletes texts and pictures older than keep_days, of one room, at most so many messages.
-- args: keep_days integer, most integer
-- row:  removed integer
SELECT retention_messages($1, $2) AS removed

-- name: retention_security_log
-- Deletes ended sessions and failed logins. Fewer than 183 days are refused (invalid_field).
-- args: keep_days integer, most integer
-- row:  removed integer
SELECT retention_security_log($1, $2) AS removed

-- name: retention_alerts
-- Forgets who was meant by alerts that ended keep_days ago.
-- args: keep_days integer, most integer
-- row:  removed integer
SELECT retention_alerts($1, $2) AS removed

-- name: retention_persons
-- Forgets who was missing, keep_days after the search ended.
-- args: keep_days integer, most integer
-- row:  removed integer
SELECT retention_persons($1, $2) AS removed

-- name: retention_rest
-- Reasons of old mutes, what was sent outside, timers that are over, the oldest of the journal.
-- args: most integer
-- row:  removed integer
SELECT retention_rest($1) AS removed
