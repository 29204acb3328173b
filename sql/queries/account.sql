-- A person's own name and devices; her address, confirmed by somebody else; who looks her up.

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

-- name: account_find
-- People of the places where somebody is officer, dispatcher or station_leader: by the phone, by the
-- name in full, or by part of it in one building. That it was looked for is entered in the same
-- transaction; the phone itself is nowhere.
-- principal: system
-- args: actor_id bigint, role_used smallint, phone_hash bytea, name text, building_id bigint,
--       most integer
-- row:  account_id bigint, display_name text, level smallint, is_staff boolean, place_name text
WITH held AS MATERIALIZED (
    SELECT DISTINCT p.id, p.kind, p.station_id
    FROM role_grant_current g JOIN place p ON p.id = g.scope_id
    WHERE g.account_id = $1 AND g.role IN (7, 8, 9)),
likely AS MATERIALIZED (
    SELECT i.account_id FROM identity.person i WHERE i.phone_hash = $3
    UNION
    -- Who lives there …
    SELECT a.id FROM held h
    JOIN place c ON c.station_id = h.station_id AND c.kind = 2 AND (h.kind = 1 OR h.id = c.id)
    CROSS JOIN LATERAL (SELECT x.id, x.display_name FROM account x
                        WHERE x.community_id = c.id OFFSET 0) a
    WHERE $5 IS NULL AND a.display_name = $4
    UNION
    -- … who works there …
    SELECT a.id FROM held h
    JOIN place p ON p.station_id = h.station_id
    JOIN role_grant_current g ON g.scope_id = p.id
    CROSS JOIN LATERAL (SELECT x.id, x.display_name FROM account x
                        WHERE x.id = g.account_id OFFSET 0) a
    WHERE h.kind = 1 AND $5 IS NULL AND a.display_name = $4
    UNION
    -- … or has her door in that building.
    SELECT a.id FROM place u
    JOIN residence r ON r.unit_id = u.id AND r.ended_at IS NULL
    CROSS JOIN LATERAL (SELECT x.id, x.display_name FROM account x
                        WHERE x.id = r.account_id OFFSET 0) a
    WHERE u.building_id = $5 AND position($4 IN a.display_name) > 0),
found AS MATERIALIZED (
    SELECT a.id, a.display_name, a.level, a.is_staff, h.name AS home,
           coalesce(h.station_id, a.station_id) AS station_id
    FROM likely l
    CROSS JOIN LATERAL (SELECT x.id, x.display_name, x.level, x.is_staff, x.community_id,
                               x.station_id, x.disabled_at
                        FROM account x WHERE x.id = l.account_id OFFSET 0) a
    LEFT JOIN place h ON h.id = a.community_id
    WHERE a.disabled_at IS NULL
      AND EXISTS (SELECT FROM held s WHERE s.id = a.community_id
                                        OR s.id = coalesce(h.station_id, a.station_id))
    ORDER BY a.display_name, a.id LIMIT $6),
entered AS (
    INSERT INTO audit (action, actor_id, role_used, station_id, entity_type, entity_id, detail)
    SELECT 'account.find', $1, $2, (SELECT min(station_id) FROM held), 'account',
           CASE WHEN (SELECT count(*) FROM found) = 1 THEN (SELECT id FROM found) END,
           jsonb_build_object('by', CASE WHEN $3 IS NULL THEN 'name' ELSE 'phone' END,
                              'found', (SELECT count(*) FROM found)))
SELECT f.id AS account_id, f.display_name, f.level, f.is_staff,
       coalesce(concat_ws(' ', f.home, d.name), s.name) AS place_name
FROM found f
LEFT JOIN LATERAL (
    SELECT b.name FROM residence r JOIN place u ON u.id = r.unit_id
    JOIN place b ON b.id = u.building_id
    WHERE r.account_id = f.id AND r.ended_at IS NULL AND r.expires_at > now()
    ORDER BY r.verified_at DESC LIMIT 1) d ON true
LEFT JOIN place s ON s.id = f.station_id AND f.home IS NULL
ORDER BY f.display_name, f.id

-- name: account_file
-- Who somebody is, as far as those in charge of her place may know; the halls are those where the
-- asker (officer, dispatcher, station_leader there) may mute her. In the arrays 0 and '' are none.
-- args: account_id bigint, actor_id bigint
-- row:  display_name text, level smallint, is_staff boolean, badge_no text, created_at timestamptz,
--       community_id bigint, station_id bigint, place_name text, address_until timestamptz,
--       devices integer, grant_roles smallint[], grant_places text[], grant_expires bigint[],
--       hall_ids bigint[], hall_names text[], hall_muted_untils bigint[], hall_mute_reasons text[]
SELECT a.display_name, a.level, a.is_staff, a.badge_no, a.created_at, a.community_id,
       coalesce(h.station_id, a.station_id) AS station_id,
       CASE WHEN h.id IS NULL THEN s.name ELSE concat_ws(' ', h.name, d.building, d.unit) END
           AS place_name,
       d.expires_at AS address_until,
       (SELECT count(*)::integer FROM login_session x
        WHERE x.account_id = a.id AND x.revoked_at IS NULL AND x.expires_at > now()) AS devices,
       g.roles AS grant_roles, g.places AS grant_places, g.expires AS grant_expires,
       m.ids AS hall_ids, m.names AS hall_names, m.untils AS hall_muted_untils,
       m.reasons AS hall_mute_reasons
FROM account a
LEFT JOIN place h ON h.id = a.community_id
LEFT JOIN place s ON s.id = a.station_id
LEFT JOIN LATERAL (
    SELECT b.name AS building, u.name AS unit, r.expires_at
    FROM residence r JOIN place u ON u.id = r.unit_id JOIN place b ON b.id = u.building_id
    WHERE r.account_id = a.id AND r.ended_at IS NULL AND r.expires_at > now()
    ORDER BY r.verified_at DESC LIMIT 1) d ON true
CROSS JOIN LATERAL (
    SELECT array_agg(x.role) AS roles, array_agg(x.name) AS places,
           array_agg((extract(epoch FROM x.expires_at) * 1000)::bigint) AS expires
    FROM (SELECT c.role, p.name, c.expires_at
          FROM role_grant_current c JOIN place p ON p.id = c.scope_id
          WHERE c.account_id = a.id ORDER BY c.expires_at, c.id LIMIT 32) x) g
CROSS JOIN LATERAL (
    SELECT array_agg(x.id) AS ids, array_agg(x.name) AS names, array_agg(x.until_ms) AS untils,
           array_agg(x.reason) AS reasons
    FROM (SELECT o.id, o.name,
                 CASE WHEN b.muted_until > now()
                      THEN (extract(epoch FROM b.muted_until) * 1000)::bigint ELSE 0 END AS until_ms,
                 CASE WHEN b.muted_until > now() THEN coalesce(b.mute_reason, '') ELSE '' END
                     AS reason
          FROM membership b JOIN room o ON o.id = b.room_id
          WHERE b.account_id = a.id AND b.left_at IS NULL AND o.kind = 1 AND o.closed_at IS NULL
            AND EXISTS (SELECT FROM role_grant_current c
                        WHERE c.account_id = $2 AND c.role IN (7, 8, 9)
                          AND c.scope_id IN (o.community_id, o.station_id))
          ORDER BY o.id LIMIT 64) x) m
WHERE a.id = $1 AND a.disabled_at IS NULL
