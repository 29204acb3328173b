-- Roles given and taken by operators.

-- name: role_grant
-- role: owner
-- A role in a place. Either two people stand for it (granted_by, approved_by), or the operator does,
-- with a note, because there is nobody yet who could. No row: no such place.
-- args: account_id bigint, role smallint, place_code text, granted_by bigint, approved_by bigint,
--       operator_note text, days integer
-- row:  id bigint, expires_at text
INSERT INTO role_grant (account_id, role, scope_id, granted_by, approved_by, operator_note,
                        expires_at)
SELECT $1, $2, p.id, $4, $5, $6, now() + make_interval(days => $7)
FROM place p WHERE p.code = $3
RETURNING id, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS expires_at

-- name: role_revoke
-- role: owner
-- Ends what is held of a role in a place; sockets of the person close by the notification.
-- args: account_id bigint, role smallint, place_code text, reason text
-- row:  id bigint
UPDATE role_grant g SET revoked_at = now(), revoke_reason = $4
FROM place p
WHERE p.code = $3 AND g.scope_id = p.id AND g.account_id = $1 AND g.role = $2
  AND g.revoked_at IS NULL
RETURNING g.id

-- name: role_may_grant
-- role: owner
-- Whether an account leads the station of a place now, and so may propose or approve a role there.
-- args: account_id bigint, place_code text
-- row:  may boolean
SELECT EXISTS (
    SELECT FROM role_grant_current g JOIN place p ON p.station_id = g.scope_id
    WHERE g.account_id = $1 AND g.role = 9 AND p.code = $2) AS may
