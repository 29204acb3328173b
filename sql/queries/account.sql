-- A person's own name and devices; her address, confirmed by somebody else.

-- name: account_rename
-- The name the others see.
-- args: account_id bigint, display_name text
-- row:  account_id bigint
UPDATE account SET display_name = $2 WHERE id = $1 AND disabled_at IS NULL
RETURNING id AS account_id

-- name: account_devices
-- Where she is logged in, most recently seen first.
-- args: account_id bigint, most integer
-- row:  session_id bigint, client text, created_at timestamptz, seen_at timestamptz
SELECT id AS session_id, client, created_at, seen_at
FROM login_session
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now()
ORDER BY seen_at DESC, id DESC LIMIT $2

-- name: account_logout
-- Ends one of her sessions, or all but the one kept (session_id 0). Triggers close the sockets.
-- args: account_id bigint, session_id bigint, keep_session_id bigint
-- row:  session_id bigint
UPDATE login_session SET revoked_at = now(), revoke_reason = 'logout'
WHERE account_id = $1 AND revoked_at IS NULL
  AND CASE WHEN $2 = 0 THEN id <> $3 ELSE id = $2 END
RETURNING id AS session_id

-- name: account_place
-- Where somebody belongs, to decide who may confirm her address.
-- args: account_id bigint
-- row:  account_id bigint, community_id bigint, station_id bigint, level smallint
SELECT id AS account_id, community_id, station_id, level FROM account
WHERE id = $1 AND disabled_at IS NULL

-- name: account_verify
-- She lives at this door (V2). No row: the unit is not in her community.
-- args: account_id bigint, unit_id bigint, door text, actor_id bigint, role_used smallint
-- row:  account_id bigint
WITH unit AS (
    SELECT p.id, p.station_id FROM place p JOIN account a ON a.id = $1
    WHERE p.id = $2 AND p.kind = 5 AND p.closed_at IS NULL AND p.community_id = a.community_id
), moved_out AS (
    UPDATE residence SET ended_at = now()
    WHERE account_id = $1 AND ended_at IS NULL AND EXISTS (SELECT FROM unit)
      AND (unit_id <> $2 OR door IS DISTINCT FROM $3)
    RETURNING unit_id
), lives AS (
    INSERT INTO residence (account_id, unit_id, door, verified_by)
    SELECT $1, u.id, $3, $4 FROM unit u
    WHERE (SELECT count(*) FROM moved_out) >= 0 -- before this row, for the unique index
      AND NOT EXISTS (SELECT FROM residence r
                      WHERE r.account_id = $1 AND r.unit_id = u.id AND r.ended_at IS NULL
                        AND r.door IS NOT DISTINCT FROM $3)
), raised AS (
    UPDATE account SET level = greatest(level, 3) FROM unit WHERE account.id = $1
), logged AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id)
    SELECT 'address.verify', $4, $5, 'account', $1, u.station_id FROM unit u
)
SELECT $1 AS account_id FROM unit
