-- What an operator does with hallctl: always as hall_owner, always audited with her system user's
-- name. One command is one transaction of these.

-- name: operator_begin
-- Everything of one command, or nothing.
-- role: owner
BEGIN

-- name: operator_commit
-- role: owner
-- It is done.
COMMIT

-- name: operator_become_owner
-- role: owner
-- Whoever connects must be a member of hall_owner, and works as it.
SET ROLE hall_owner

-- name: operator_audit
-- role: owner
-- Who did what, in words of the command.
-- args: action text, operator text, entity_type text, entity_id bigint, reason text, detail jsonb
INSERT INTO audit (action, operator, entity_type, entity_id, reason, detail)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: operator_account_create
-- role: owner
-- A person as the others see her. community_code or station_code may be NULL.
-- args: level smallint, display_name text, community_code text, station_code text, is_staff boolean,
--       badge_no text
-- row:  id bigint
INSERT INTO account (level, display_name, community_id, station_id, is_staff, badge_no)
SELECT $1, $2, c.id, coalesce(s.id, c.station_id), $5, $6
FROM (SELECT) AS one
LEFT JOIN place c ON c.code = $3 AND c.kind = 2
LEFT JOIN place s ON s.code = $4 AND s.kind = 1
WHERE ($3 IS NULL OR c.id IS NOT NULL) AND ($4 IS NULL OR s.id IS NOT NULL)
RETURNING id

-- name: operator_person_set
-- role: owner
-- The phone behind an account, hashed and sealed.
-- principal: system
-- args: account_id bigint, phone_hash bytea, phone_sealed bytea
INSERT INTO identity.person (account_id, phone_hash, phone_sealed) VALUES ($1, $2, $3)
ON CONFLICT (account_id) DO UPDATE
SET phone_hash = excluded.phone_hash, phone_sealed = excluded.phone_sealed

-- name: operator_credential_set
-- role: owner
-- How staff log in: a new password and a new second factor; whatever was locked is open again.
-- principal: system
-- args: account_id bigint, username text, password_hash text, totp_sealed bytea
INSERT INTO identity.staff_credential (account_id, username, password_hash, totp_sealed)
VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) DO UPDATE
SET username = excluded.username, password_hash = excluded.password_hash,
    totp_sealed = excluded.totp_sealed, totp_last_step = 0, failures = 0, locked_until = NULL,
    changed_at = now()

-- name: operator_account_find
-- role: owner
-- An account by its number or by the username of staff.
-- principal: system
-- args: who text
-- row:  id bigint, display_name text, disabled boolean
SELECT a.id, a.display_name, a.disabled_at IS NOT NULL AS disabled
FROM account a LEFT JOIN identity.staff_credential c ON c.account_id = a.id
WHERE a.id::text = $1 OR c.username = $1

-- name: operator_account_list
-- role: owner
-- Accounts of a community or station (or all), with their roles that hold.
-- principal: system
-- args: place_code text
-- row:  id bigint, display_name text, level smallint, username text, place_code text, roles text
SELECT a.id, a.display_name, a.level, c.username, p.code AS place_code,
       (SELECT string_agg(g.role || '@' || gp.code, ',' ORDER BY g.role, gp.code)
        FROM role_grant_current g JOIN place gp ON gp.id = g.scope_id
        WHERE g.account_id = a.id) AS roles
FROM account a
LEFT JOIN identity.staff_credential c ON c.account_id = a.id
LEFT JOIN place p ON p.id = coalesce(a.community_id, a.station_id)
WHERE a.disabled_at IS NULL
  AND ($1 IS NULL OR EXISTS (SELECT FROM place w WHERE w.code = $1
                                                  AND w.id IN (a.community_id, a.station_id)))
ORDER BY a.id

-- name: operator_account_disable
-- role: owner
-- Nobody logs in with it any more; open sessions end by the notification. Empty reason: enable again.
-- args: account_id bigint, reason text
-- row:  id bigint
UPDATE account SET disabled_at = CASE WHEN $2 <> '' THEN now() END, disabled_reason = NULLIF($2, '')
WHERE id = $1
RETURNING id

-- name: operator_residence_add
-- role: owner
-- A verified address.
-- args: account_id bigint, unit_code text, door text
-- row:  id bigint
INSERT INTO residence (account_id, unit_id, door)
SELECT $1, p.id, $3 FROM place p WHERE p.code = $2 AND p.kind = 5
RETURNING id

-- name: operator_membership_derive
-- role: owner
-- Into the halls of her address and roles, out of the others.
-- args: account_id bigint
-- row:  halls integer
SELECT membership_derive($1) AS halls

-- name: operator_session_list
-- role: owner
-- The devices of an account that are logged in.
-- args: account_id bigint
-- row:  id bigint, client text, created_at text, seen_at text, second_factor boolean
SELECT id, client, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"') AS created_at,
       to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"') AS seen_at, second_factor
FROM login_session
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now()
ORDER BY id

-- name: operator_session_revoke
-- role: owner
-- Logs a device out (session), or all of an account's (session 0).
-- args: account_id bigint, session_id bigint, reason text
-- row:  id bigint
UPDATE login_session SET revoked_at = now(), revoke_reason = $3
WHERE revoked_at IS NULL AND account_id = $1 AND ($2 = 0 OR id = $2)
RETURNING id

-- name: operator_epoch_new
-- role: owner
-- Another run of history: after a restore, what clients hold of the old one means nothing.
-- row:  epoch bigint
UPDATE hall_state SET epoch = random_id(), changed_at = now() RETURNING epoch

-- name: operator_town_is_empty
-- role: owner
-- Whether there is any place yet.
-- row:  is_empty boolean
SELECT NOT EXISTS (SELECT FROM place) AS is_empty

-- name: operator_membership_derive_place
-- role: owner
-- A new community: everybody whose role covers it comes into its hall.
-- args: place_id bigint
-- row:  people bigint
SELECT count(membership_derive(g.account_id)) AS people
FROM (SELECT DISTINCT g.account_id FROM role_grant_current g JOIN place p ON p.station_id = g.scope_id
      WHERE p.id = $1) g

-- name: operator_account_by_name
-- role: owner
-- The account of a demo person.
-- args: display_name text
-- row:  id bigint
SELECT min(id) AS id FROM account WHERE display_name = $1 HAVING count(*) = 1

-- name: operator_schema_drop
-- role: owner
-- Before a restore: what migrating made, and nobody has used yet.
DROP SCHEMA public, identity CASCADE

-- name: operator_schema_create
-- role: owner
-- The backup brings what is in it.
CREATE SCHEMA public
