-- What the store itself needs: who asks, what the database is, what it tells.

-- name: store_become
-- Says to the row-level policies who asks, until the end of the transaction. 0: the system.
-- args: account_id bigint
-- row:  account text, system text
SELECT set_config('hall.account_id', CASE WHEN $1 > 0 THEN $1::text ELSE '' END, true) AS account,
       set_config('hall.system', CASE WHEN $1 = 0 THEN 'on' ELSE '' END, true) AS system

-- name: store_listen
-- What other processes did: see 0008_notify.sql for the texts.
LISTEN hall

-- name: store_durability
-- The server starts only if all three are on (synchronous_commit: on, remote_write, remote_apply).
-- row:  fsync text, full_page_writes text, synchronous_commit text
SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit

-- name: store_schema_version
-- The newest migration that was applied; the server refuses any but its own.
-- row:  version integer
SELECT coalesce(max(version), 0)::integer AS version FROM schema_version

-- name: store_state
-- What a node must know at start: epoch of the history, end of the revocation journal, the time.
-- row:  epoch bigint, revocation_seq bigint, now timestamptz
SELECT s.epoch, r.last_seq AS revocation_seq, now() AS now FROM hall_state s, revocation_head r
