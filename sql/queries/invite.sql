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

-- name: invite_read
-- What a code leads to, with the community's officers, one per row (none: one row without). No row:
-- it opens nothing.
-- args: code text
-- row:  community_name text, station_name text, display_name text, badge_no text
SELECT p.name AS community_name, s.name AS station_name, a.display_name, a.badge_no
FROM invite i
JOIN place p ON p.id = i.community_id
JOIN place s ON s.id = p.station_id
LEFT JOIN LATERAL (
    SELECT c.display_name, c.badge_no FROM account c
    WHERE c.disabled_at IS NULL AND c.id IN (
        SELECT g.account_id FROM role_grant_current g JOIN place q ON q.id = g.scope_id
        WHERE g.role = 7 AND q.community_id = p.id)
    ORDER BY c.id LIMIT 3) a ON true
WHERE i.code = upper($1) AND i.uses_left > 0 AND i.expires_at > now() AND i.revoked_at IS NULL
