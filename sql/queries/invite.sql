-- Join codes of communities, as operators make them.

-- name: invite_create
-- role: owner
-- A code for so many people and days. No row: no such community.
-- args: code text, community_code text, uses integer, days integer
-- row:  code text, expires_at text
INSERT INTO invite (code, community_id, uses_left, expires_at)
SELECT $1, p.id, $3, now() + make_interval(days => $4) FROM place p WHERE p.code = $2 AND p.kind = 2
RETURNING code, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS expires_at

-- name: invite_revoke
-- role: owner
-- It opens nothing any more.
-- args: code text
-- row:  code text
UPDATE invite SET revoked_at = now() WHERE code = $1 AND revoked_at IS NULL RETURNING code
