-- Coming in: codes to phones, staff credentials, tickets, sources. Only hashes of secrets come here.

-- name: login_code_add
-- A code for a phone, known or not: at least a minute after the last one, ten a day at most. With a
-- sealed number it also goes to the outbox. retry_after_ms: when the next one may be asked for.
-- principal: system
-- args: phone_hash bytea, code_hash bytea, phone_sealed bytea, payload jsonb
-- row:  sent boolean, retry_after_ms bigint
WITH made AS (
    INSERT INTO login_code AS c (phone_hash, code_hash, expires_at)
    VALUES ($1, $2, now() + interval '5 minutes')
    ON CONFLICT (phone_hash) DO UPDATE
    SET code_hash = EXCLUDED.code_hash, tries = 0, sent_at = now(), expires_at = EXCLUDED.expires_at,
        sends = CASE WHEN c.first_sent_at < now() - interval '1 day' THEN 1 ELSE c.sends + 1 END,
        first_sent_at = CASE WHEN c.first_sent_at < now() - interval '1 day' THEN now()
                             ELSE c.first_sent_at END
    WHERE c.sent_at <= now() - interval '1 minute'
      AND (c.sends < 10 OR c.first_sent_at < now() - interval '1 day')
    RETURNING c.phone_hash
), handed_over AS (
    INSERT INTO outbox (channel, template, recipient_sealed, payload)
    SELECT 'sms', 'login.code', $3, coalesce($4, '{}') FROM made WHERE $3 IS NOT NULL
)
SELECT true AS sent, 60000::bigint AS retry_after_ms FROM made
UNION ALL
SELECT false, greatest(1000, (extract(epoch FROM
    CASE WHEN c.sends >= 10 AND c.sent_at <= now() - interval '1 minute'
         THEN c.first_sent_at + interval '1 day' ELSE c.sent_at + interval '1 minute' END
    - now()) * 1000)::bigint)
FROM login_code c WHERE c.phone_hash = $1 AND NOT EXISTS (SELECT FROM made)

-- name: login_phone
-- A phone shows its code. With a right code the account is found, or made with an invite, and a
-- session begins; only then the code is used up. Every other showing counts as a try, of which
-- there are five. Accounts with a staff credential come in through the other door.
-- outcome: 0 granted, 1 wrong code, 2 too many tries, 3 no invite, 4 invite not good, 5 disabled.
-- principal: system
-- args: phone_hash bytea, code_hash bytea, token_hash bytea, phone_sealed bytea, invite text,
--       display_name text, client text, session_ms bigint, peer_prefix text
-- row:  outcome smallint, account_id bigint, session_id bigint, display_name text,
--       expires_at timestamptz, is_staff boolean, is_new boolean
WITH shown AS MATERIALIZED (
    SELECT c.code_hash = $2 AND c.tries < 5 AS is_right, c.tries
    FROM login_code c WHERE c.phone_hash = $1 AND c.expires_at > now() FOR UPDATE
), known AS MATERIALIZED (
    SELECT a.id, a.display_name, a.is_staff, a.disabled_at IS NOT NULL AS is_disabled,
           EXISTS (SELECT FROM identity.staff_credential s WHERE s.account_id = a.id) AS has_password
    FROM identity.person p JOIN account a ON a.id = p.account_id
    WHERE p.phone_hash = $1
), used AS (
    UPDATE invite i SET uses_left = uses_left - 1
    WHERE i.code = upper($5) AND i.uses_left > 0 AND i.expires_at > now() AND i.revoked_at IS NULL
      AND EXISTS (SELECT FROM shown WHERE is_right) AND NOT EXISTS (SELECT FROM known)
    RETURNING i.community_id
), born AS (
    INSERT INTO account (level, display_name, community_id, station_id)
    SELECT 2, $6, u.community_id, p.station_id FROM used u JOIN place p ON p.id = u.community_id
    RETURNING id, display_name, is_staff
), named AS (
    INSERT INTO identity.person (account_id, phone_hash, phone_sealed)
    SELECT id, $1, $4 FROM born
    RETURNING account_id
), joined AS MATERIALIZED (
    SELECT n.account_id, membership_derive(n.account_id) AS halls FROM named n
), let_in AS (
    SELECT k.id, k.display_name, k.is_staff, false AS is_new FROM known k
    WHERE NOT k.is_disabled AND NOT k.has_password AND EXISTS (SELECT FROM shown WHERE is_right)
    UNION ALL
    SELECT b.id, b.display_name, b.is_staff, true FROM born b JOIN joined j ON j.account_id = b.id
), opened AS (
    INSERT INTO login_session (token_hash, account_id, client, expires_at)
    SELECT $3, id, $7, now() + $8 * interval '1 millisecond' FROM let_in
    RETURNING id, account_id, expires_at
), counted AS (
    UPDATE login_code SET tries = tries + 1,
        expires_at = CASE WHEN EXISTS (SELECT FROM opened) THEN now() ELSE expires_at END
    WHERE phone_hash = $1 AND EXISTS (SELECT FROM shown)
), judged AS (
    SELECT CASE WHEN EXISTS (SELECT FROM opened) THEN 0
                WHEN EXISTS (SELECT FROM shown WHERE tries >= 5) THEN 2
                WHEN NOT EXISTS (SELECT FROM shown WHERE is_right) THEN 1
                WHEN EXISTS (SELECT FROM known WHERE has_password) THEN 1
                WHEN EXISTS (SELECT FROM known WHERE is_disabled) THEN 5
                WHEN $5 IS NULL THEN 3
                ELSE 4 END AS outcome
), refused AS (
    INSERT INTO login_failure (way, account_id, outcome, peer_prefix)
    SELECT 1, (SELECT id FROM known),
           (ARRAY['wrong_code', 'too_many_tries', 'no_invite', 'bad_invite', 'disabled'])[outcome], $9
    FROM judged WHERE outcome > 0
)
SELECT judged.outcome::smallint AS outcome, l.id AS account_id, o.id AS session_id, l.display_name,
       o.expires_at, l.is_staff, l.is_new
FROM judged
LEFT JOIN let_in l ON judged.outcome = 0
LEFT JOIN opened o ON o.account_id = l.id

-- name: login_credential
-- What is needed to check a member of the staff; locked_ms: how long the lock still lasts.
-- principal: system
-- args: username text
-- row:  account_id bigint, password_hash text, totp_sealed bytea, totp_last_step bigint,
--       locked_ms bigint, disabled boolean
SELECT s.account_id, s.password_hash, s.totp_sealed, s.totp_last_step,
       greatest(0, coalesce(extract(epoch FROM s.locked_until - now()) * 1000, 0))::bigint AS locked_ms,
       a.disabled_at IS NOT NULL AS disabled
FROM identity.staff_credential s JOIN account a ON a.id = s.account_id
WHERE s.username = $1

-- name: login_staff_open
-- Password and code were right. No row: the code's step was used, or the account locked, meanwhile.
-- principal: system
-- args: account_id bigint, totp_step bigint, token_hash bytea, client text, session_ms bigint
-- row:  account_id bigint, session_id bigint, display_name text, expires_at timestamptz,
--       is_staff boolean
WITH proven AS (
    UPDATE identity.staff_credential SET totp_last_step = $2, failures = 0, locked_until = NULL
    WHERE account_id = $1 AND totp_last_step < $2 AND coalesce(locked_until <= now(), true)
    RETURNING account_id
), opened AS (
    INSERT INTO login_session (token_hash, account_id, client, second_factor, expires_at)
    SELECT $3, p.account_id, $4, true, now() + $5 * interval '1 millisecond'
    FROM proven p JOIN account a ON a.id = p.account_id AND a.disabled_at IS NULL
    RETURNING id, account_id, expires_at
)
SELECT o.account_id, o.id AS session_id, a.display_name, o.expires_at, a.is_staff
FROM opened o JOIN account a ON a.id = o.account_id

-- name: login_staff_failed
-- A staff login that failed: the security log, and the fifth in a row locks for 15 minutes.
-- principal: system
-- args: account_id bigint, outcome text, peer_prefix text
WITH counted AS (
    UPDATE identity.staff_credential
    SET failures = CASE WHEN failures >= 4 THEN 0 ELSE failures + 1 END,
        locked_until = CASE WHEN failures >= 4 THEN now() + interval '15 minutes'
                            ELSE locked_until END
    WHERE account_id = $1 AND coalesce(locked_until <= now(), true)
)
INSERT INTO login_failure (way, account_id, outcome, peer_prefix) VALUES (2, $1, $2, $3)

-- name: login_ticket_add
-- A ticket that opens one socket for a session within half a minute. No row: the session is over.
-- args: ticket_hash bytea, session_id bigint
-- row:  session_id bigint
INSERT INTO ws_ticket (ticket_hash, login_session_id, expires_at)
SELECT $1, s.id, now() + interval '30 seconds'
FROM login_session s WHERE s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
RETURNING login_session_id AS session_id

-- name: login_end
-- This device is logged out; a trigger tells every node to close its sockets.
-- args: account_id bigint, session_id bigint
-- row:  session_id bigint
UPDATE login_session SET revoked_at = now(), revoke_reason = 'logout'
WHERE id = $2 AND account_id = $1 AND revoked_at IS NULL
RETURNING id AS session_id

-- name: login_source
-- A system that may inject alerts.
-- args: name text
-- row:  source_id bigint, station_id bigint, public_key bytea, quota_per_hour integer,
--       disabled boolean
SELECT id AS source_id, station_id, public_key, quota_per_hour, disabled_at IS NOT NULL AS disabled
FROM service_source WHERE name = $1

-- name: login_nonce_add
-- A signed request is taken once. No row: it was taken before.
-- args: source_id bigint, nonce text
-- row:  source_id bigint
INSERT INTO source_nonce (source_id, nonce) VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING source_id

-- name: login_sweep
-- What has had its time: codes after a day, tickets, requests remembered against replay. For the
-- hourly job.
-- principal: system
WITH codes AS (
    DELETE FROM login_code WHERE expires_at < now() - interval '1 day'
), tickets AS (
    DELETE FROM ws_ticket WHERE expires_at < now()
)
DELETE FROM source_nonce WHERE seen_at < now() - interval '10 minutes'
