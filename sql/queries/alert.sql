-- Fraud alerts: what an injected message is about, the alert and its notice, who gets them, how
-- they move, how far they came. An injection is one segment of these statements, one transaction.

-- name: alert_resolve
-- Everything that decides what an injected message means; one row always.
-- place_known: the codes exist, each within the one before, all within the source's station.
-- principal: system
-- args: source_id bigint, identifier text, community_code text, building_code text,
--       unit_code text, target_hash bytea, scam_type smallint, reference_senders text[],
--       reference_identifiers text[]
-- row:  known_alert_id bigint, known_hash bytea, known_merged boolean, known_no text,
--       known_state smallint, place_known boolean, station_id bigint, community_id bigint,
--       community_name text, grid_id bigint, building_id bigint, unit_id bigint, room_id bigint,
--       resident_count bigint, target_account_id bigint, open_alert_id bigint,
--       references_current bigint, referenced_alert_id bigint
WITH source AS (SELECT station_id FROM service_source WHERE id = $1),
community AS (
    SELECT p.* FROM place p, source s
    WHERE p.code = $3 AND p.kind = 2 AND p.station_id = s.station_id AND p.closed_at IS NULL),
building AS (
    SELECT p.* FROM place p, community c
    WHERE p.code = $4 AND p.kind = 4 AND p.community_id = c.id AND p.closed_at IS NULL),
unit AS (
    SELECT p.* FROM place p, building b
    WHERE p.code = $5 AND p.kind = 5 AND p.building_id = b.id AND p.closed_at IS NULL),
known AS (
    SELECT m.alert_id, m.content_hash, m.merged, a.no, a.state
    FROM alert_message m JOIN alert a ON a.id = m.alert_id
    WHERE m.source_id = $1 AND m.identifier = $2),
referenced AS (
    SELECT DISTINCT m.id, m.alert_id
    FROM unnest($8::text[], $9::text[]) AS r (sender, identifier)
    JOIN alert_message m ON m.source_id = $1 AND m.sender = r.sender
                        AND m.identifier = r.identifier AND m.chain_state = 1),
hall AS (
    SELECT r.id FROM room r, community c
    WHERE r.community_id = c.id AND r.kind = 1 AND r.closed_at IS NULL),
open_alert AS (
    SELECT a.id FROM alert_restricted t JOIN alert a ON a.id = t.alert_id
    WHERE t.target_hash = $6 AND a.scam_type = $7 AND a.ended_at IS NULL AND a.status = 1
      AND a.source_id = $1 AND a.created_at > now() - interval '24 hours'
    ORDER BY a.created_at DESC LIMIT 1)
SELECT (SELECT alert_id FROM known) AS known_alert_id,
       (SELECT content_hash FROM known) AS known_hash,
       (SELECT merged FROM known) AS known_merged,
       (SELECT no FROM known) AS known_no,
       (SELECT state FROM known) AS known_state,
       EXISTS (SELECT FROM community) AND ($4 IS NULL OR EXISTS (SELECT FROM building))
           AND ($5 IS NULL OR EXISTS (SELECT FROM unit)) AS place_known,
       (SELECT station_id FROM source) AS station_id,
       (SELECT id FROM community) AS community_id,
       (SELECT name FROM community) AS community_name,
       coalesce((SELECT grid_id FROM unit), (SELECT grid_id FROM building)) AS grid_id,
       (SELECT id FROM building) AS building_id,
       (SELECT id FROM unit) AS unit_id,
       (SELECT id FROM hall) AS room_id,
       (SELECT count(*) FROM membership m, hall h
        WHERE m.room_id = h.id AND m.left_at IS NULL) AS resident_count,
       (SELECT p.account_id FROM identity.person p JOIN account a ON a.id = p.account_id
        WHERE p.phone_hash = $6 AND a.disabled_at IS NULL) AS target_account_id,
       (SELECT id FROM open_alert) AS open_alert_id,
       (SELECT count(*) FROM referenced) AS references_current,
       (SELECT min(alert_id) FROM referenced) AS referenced_alert_id

-- name: alert_add
-- A new alert, already dispatched (F1 and F2 in one): object, message, restricted half, whom it is
-- about, expiry, timeline, audit.
-- principal: system
-- args: id bigint, source_id bigint, station_id bigint, community_id bigint, level smallint,
--       scam_type smallint, status smallint, expires_at timestamptz, sender text, identifier text,
--       sent_at timestamptz, content_hash bytea, spooled boolean, grid_id bigint,
--       building_id bigint, unit_id bigint, door text, target_account_id bigint,
--       target_hash bytea, name_sealed bytea, phone_sealed bytea, situation text,
--       features smallint[], amount_range text, received_at timestamptz
-- row:  no text, state smallint
WITH added AS (
    INSERT INTO alert (id, no, state, level, scam_type, status, source_id, station_id,
                       community_id, expires_at, created_at)
    VALUES ($1, object_no('F', $3), 2, $5, $6, $7, $2, $3, $4, $8, $25)
    RETURNING id, no, state),
said AS (
    INSERT INTO alert_message (alert_id, source_id, sender, identifier, sent_at, msg_type, status,
                               content_hash, spooled, expires_at, received_at)
    VALUES ($1, $2, $9, $10, $11, 1, $7, $12, $13, $8, $25)),
restricted AS (
    INSERT INTO alert_restricted (alert_id, station_id, community_id, grid_id, building_id, unit_id,
                                  door, target_account_id, target_hash, name_sealed, phone_sealed,
                                  situation, features, amount_range)
    VALUES ($1, $3, $4, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)),
about AS (
    INSERT INTO access_subject (entity_type, entity_id, account_id)
    SELECT 'alert', $1, $18 WHERE $18 IS NOT NULL),
expiry AS (
    INSERT INTO timer (entity_type, entity_id, name, state_version, life, due_at)
    VALUES ('alert', $1, 'expire', 1, 2, $8)),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, source_id)
    VALUES ('alert', $1, 'fraud.inject', 2, 1, $2)),
entry AS (
    INSERT INTO audit (action, source_id, entity_type, entity_id, station_id)
    VALUES ('fraud.inject', $2, 'alert', $1, $3))
SELECT no, state FROM added

-- name: alert_address
-- To whom the order goes: holders of the roles named whose scope covers the place, each with the
-- widest projection one of her roles gives, and the person herself, who gets nothing but her own
-- message (nobody decides on an alert about herself). Accounts that are there already stay.
-- principal: system
-- args: alert_id bigint, roles smallint[], audiences smallint[], scopes bigint[],
--       target_account_id bigint
-- row:  account_id bigint, audience smallint
INSERT INTO alert_recipient (alert_id, account_id, audience)
SELECT $1, g.account_id, max(r.audience)
FROM role_grant_current g
JOIN unnest($2::smallint[], $3::smallint[]) AS r (role, audience) ON r.role = g.role
JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
WHERE g.scope_id = ANY ($4::bigint[]) AND g.account_id IS DISTINCT FROM $5
GROUP BY g.account_id
UNION ALL
SELECT $1, $5, 2::smallint WHERE $5 IS NOT NULL
ON CONFLICT (alert_id, account_id) DO NOTHING
RETURNING account_id, audience

-- name: alert_text_target
-- Her own message by text message as well, once.
-- principal: system
-- args: alert_id bigint, target_account_id bigint, phone_sealed bytea
INSERT INTO outbox (channel, once_key, recipient_account_id, recipient_sealed, template)
VALUES ('sms', 'alert.target ' || $1, $2, $3, 'alert.target')
ON CONFLICT (once_key) DO NOTHING

-- name: alert_tell
-- Tells the other nodes (and this one) that an alert is to be read again, when this commits.
-- args: alert_id bigint
-- row:  told text
SELECT pg_notify('hall', 'alert_changed ' || $1)::text AS told

-- name: notice_add
-- The public notice and its card in the hall, which takes the room's next place.
-- principal: system
-- args: id bigint, alert_id bigint, room_id bigint, scam_type smallint, level smallint,
--       title text, body text, advice text, hotline text, expires_at timestamptz,
--       client_key bytea, folded text, published_at timestamptz
-- row:  seq bigint
WITH added AS (
    INSERT INTO notice (id, state, room_id, scam_type, level, title, body, advice, hotline,
                        published_at, expires_at)
    VALUES ($1, 1, $3, $4, $5, $6, $7, $8, $9, $13, $10)),
linked AS (INSERT INTO notice_link (notice_id, alert_id) VALUES ($1, $2)),
expiry AS (
    INSERT INTO timer (entity_type, entity_id, name, state_version, life, due_at)
    VALUES ('notice', $1, 'expire', 1, 2, $10)),
place AS (
    UPDATE room SET last_seq = last_seq + 1, last_at = greatest(last_at, date_trunc('milliseconds', now()))
    WHERE id = $3
    RETURNING last_seq, last_at)
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, notice_id, kind, badge,
                     client_key, body, folded)
SELECT $3, last_seq, 0, last_at, 0, $1, 2, 10, $11, $6 || E'\n' || $7 || E'\n' || $8, $12
FROM place
RETURNING seq

-- name: alert_supersede
-- A further message of the chain: what was current is superseded (2) or cancelled (3).
-- args: alert_id bigint, source_id bigint, sender text, identifier text, sent_at timestamptz,
--       msg_type smallint, status smallint, content_hash bytea, merged boolean,
--       expires_at timestamptz, old_chain_state smallint, new_chain_state smallint
WITH old AS (
    UPDATE alert_message SET chain_state = $11
    WHERE alert_id = $1 AND chain_state = 1
    RETURNING id)
INSERT INTO alert_message (alert_id, source_id, sender, identifier, sent_at, msg_type, status,
                           chain_state, supersedes_id, content_hash, merged, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $12, (SELECT max(id) FROM old), $8, $9, $10)

-- name: alert_revise
-- What an update says anew; what it does not say stays. Fails as a conflict, and the whole segment
-- with it, if somebody moved it meanwhile.
-- principal: system
-- args: id bigint, seen_version integer, level smallint, scam_type smallint,
--       expires_at timestamptz, situation text, features smallint[], amount_range text,
--       source_id bigint, event text
-- row:  state_version integer
WITH moved AS (
    UPDATE alert
    SET level = coalesce($3, level), scam_type = coalesce($4, scam_type),
        expires_at = coalesce($5, expires_at), state_version = state_version + 1, updated_at = now()
    WHERE id = $1 AND state_version = $2 AND ended_at IS NULL
    RETURNING state, state_version, station_id, expires_at),
restricted AS (
    UPDATE alert_restricted
    SET situation = coalesce($6, situation), features = coalesce($7, features),
        amount_range = coalesce($8, amount_range)
    WHERE alert_id = $1 AND EXISTS (SELECT FROM moved)),
expiry AS (
    UPDATE timer SET due_at = (SELECT expires_at FROM moved)
    WHERE entity_type = 'alert' AND entity_id = $1 AND name = 'expire' AND fired_at IS NULL
      AND EXISTS (SELECT FROM moved)),
claim AS ( -- goes on: what was said anew is no sign of life of who has taken it
    UPDATE timer SET state_version = (SELECT state_version FROM moved)
    WHERE entity_type = 'alert' AND entity_id = $1 AND name = 'ack_timeout' AND fired_at IS NULL
      AND cancelled_at IS NULL AND EXISTS (SELECT FROM moved)),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, from_state, to_state, state_version,
                          source_id)
    SELECT 'alert', $1, $10, state, state, state_version, $9 FROM moved),
entry AS (
    INSERT INTO audit (action, source_id, entity_type, entity_id, station_id)
    SELECT $10, $9, 'alert', $1, station_id FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: alert_move
-- One transition, if nobody moved it since it was read: the new state, who has taken it, what is
-- due next; the timer that caused it is ended, a claim's timer never outlives its claim, and an
-- alert that ended has none at all. Fails as a conflict, and the whole segment with it, if somebody
-- was faster.
-- principal: system
-- args: id bigint, seen_version integer, next_state smallint, ends boolean, claimed_by bigint,
--       ack_by timestamptz, event text, actor_id bigint, source_id bigint, role_used smallint,
--       reason text, fired_name text, fired_version integer
-- row:  state_version integer
WITH moved AS (
    UPDATE alert
    SET state = $3, state_version = state_version + 1, claimed_by = $5,
        claimed_at = CASE WHEN $5 IS NOT NULL THEN now() END, ack_by = $6, updated_at = now(),
        ended_at = CASE WHEN $4 THEN now() END
    WHERE id = $1 AND state_version = $2 AND ended_at IS NULL
    RETURNING state, state_version, station_id),
ended AS (
    UPDATE timer
    SET fired_at = CASE WHEN name = $12 AND state_version = $13 THEN now() END,
        cancelled_at = CASE WHEN name = $12 AND state_version = $13 THEN NULL ELSE now() END
    WHERE entity_type = 'alert' AND entity_id = $1 AND fired_at IS NULL AND cancelled_at IS NULL
      AND (name = 'ack_timeout' OR $4 OR name = $12) AND EXISTS (SELECT FROM moved)),
due AS (
    INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)
    SELECT 'alert', $1, 'ack_timeout', state_version, $6 FROM moved WHERE $6 IS NOT NULL),
chain AS (
    UPDATE alert_message SET chain_state = 4
    WHERE alert_id = $1 AND chain_state = 1 AND $3 = 9 AND EXISTS (SELECT FROM moved)),
taken AS (
    UPDATE alert_recipient
    SET delivered_at = coalesce(delivered_at, now()), displayed_at = coalesce(displayed_at, now()),
        acknowledged_at = coalesce(acknowledged_at, now())
    WHERE alert_id = $1 AND account_id = $5 AND EXISTS (SELECT FROM moved)),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, actor_id,
                          source_id, role_used, reason)
    SELECT 'alert', $1, $7, state, state_version, $8, $9, $10, $11 FROM moved),
entry AS (
    INSERT INTO audit (action, actor_id, source_id, role_used, entity_type, entity_id, station_id,
                       reason)
    SELECT $7, $8, $9, $10, 'alert', $1, station_id, $11 FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: alert_outlast
-- The expiry of an alert that does not end by the clock: its chain is no longer current.
-- principal: system
-- args: id bigint
WITH chain AS (
    UPDATE alert_message SET chain_state = 4 WHERE alert_id = $1 AND chain_state = 1)
UPDATE timer SET fired_at = now()
WHERE entity_type = 'alert' AND entity_id = $1 AND name = 'expire' AND fired_at IS NULL

-- name: notice_revise
-- The notice of an alert with new words, or withdrawn (3) or expired (4). An ended notice's card
-- leaves the hall through the journal, so that devices that come late drop it too.
-- principal: system
-- args: alert_id bigint, notice_id bigint, state smallint, scam_type smallint, level smallint,
--       title text, body text, advice text, expires_at timestamptz, public_reason text
-- row:  notice_id bigint, room_id bigint, version integer, card_seq bigint, revocation_seq bigint
WITH chosen AS (
    SELECT n.id FROM notice n
    WHERE n.ended_at IS NULL
      AND (n.id = $2 OR ($2 IS NULL AND n.id IN (SELECT l.notice_id FROM notice_link l
                                                 WHERE l.alert_id = $1)))),
revised AS (
    UPDATE notice n
    SET state = $3, version = n.version + 1, scam_type = coalesce($4, n.scam_type),
        level = coalesce($5, n.level), title = coalesce($6, n.title), body = coalesce($7, n.body),
        advice = coalesce($8, n.advice), expires_at = coalesce($9, n.expires_at),
        ended_at = CASE WHEN $3 IN (3, 4) THEN now() END, changed_at = now()
    FROM chosen c WHERE n.id = c.id
    RETURNING n.id, n.room_id, n.version, n.state, n.expires_at),
expiry AS (
    UPDATE timer t
    SET fired_at = CASE WHEN r.state IN (3, 4) THEN now() END, due_at = r.expires_at
    FROM revised r
    WHERE t.entity_type = 'notice' AND t.entity_id = r.id AND t.name = 'expire'
      AND t.fired_at IS NULL),
card AS (
    UPDATE message m SET state = 3, public_reason = $10
    FROM revised r
    WHERE r.state IN (3, 4) AND m.room_id = r.room_id AND m.notice_id = r.id AND m.state = 1
    RETURNING m.room_id, m.seq, m.notice_id),
journal AS (
    INSERT INTO revocation (kind, room_id, seq, notice_id, state, public_reason)
    SELECT 1, room_id, seq, notice_id, 3, $10 FROM card
    RETURNING revocation_seq, notice_id)
SELECT r.id AS notice_id, r.room_id, r.version, c.seq AS card_seq, j.revocation_seq
FROM revised r LEFT JOIN card c ON c.notice_id = r.id LEFT JOIN journal j ON j.notice_id = r.id

-- name: alert_load
-- One alert with both halves, its notice and everyone it is addressed to and who may still see it:
-- an order is for a role, so nobody sees more of it than one of her roles gives her now.
-- principal: system
-- args: id bigint, roles smallint[], audiences smallint[]
-- row:  id bigint, no text, state smallint, state_version integer, level smallint,
--       scam_type smallint, status smallint, station_id bigint, community_id bigint,
--       grid_id bigint, building_id bigint, unit_id bigint, target_account_id bigint,
--       created_at timestamptz, expires_at timestamptz, ack_by timestamptz, claimed_by bigint,
--       claimed_at timestamptz, claimed_by_name text, community_name text, building text,
--       unit text, door text, name_sealed bytea, phone_sealed bytea, situation text,
--       amount_range text, source_name text, identifier text, features smallint[],
--       account_ids bigint[], audiences smallint[], notice_id bigint, notice_version integer,
--       notice_state smallint, room_id bigint, notice_scam_type smallint, notice_level smallint,
--       title text, body text, advice text, hotline text, published_at timestamptz,
--       notice_expires_at timestamptz, source_id bigint, resident_count bigint,
--       target_answer smallint, target_answered_at timestamptz
SELECT a.id, a.no, a.state, a.state_version, a.level, a.scam_type, a.status, a.station_id,
       a.community_id, t.grid_id, t.building_id, t.unit_id, t.target_account_id, a.created_at,
       a.expires_at, a.ack_by, a.claimed_by, a.claimed_at, c.display_name AS claimed_by_name,
       pc.name AS community_name, pb.name AS building, pu.name AS unit, t.door, t.name_sealed,
       t.phone_sealed, t.situation, t.amount_range, s.title AS source_name,
       (SELECT m.identifier FROM alert_message m WHERE m.alert_id = a.id
        ORDER BY m.id DESC LIMIT 1) AS identifier,
       t.features, r.account_ids, r.audiences, n.id AS notice_id, n.version AS notice_version,
       n.state AS notice_state, n.room_id, n.scam_type AS notice_scam_type,
       n.level AS notice_level, n.title, n.body, n.advice, n.hotline, n.published_at,
       n.expires_at AS notice_expires_at, a.source_id,
       (SELECT count(*) FROM membership m WHERE m.room_id = n.room_id
        AND m.left_at IS NULL) AS resident_count,
       t.target_answer, t.target_answered_at
FROM alert a
LEFT JOIN alert_restricted t ON t.alert_id = a.id
LEFT JOIN account c ON c.id = a.claimed_by
LEFT JOIN place pc ON pc.id = a.community_id
LEFT JOIN place pb ON pb.id = t.building_id
LEFT JOIN place pu ON pu.id = t.unit_id
LEFT JOIN service_source s ON s.id = a.source_id
LEFT JOIN notice_link l ON l.alert_id = a.id
LEFT JOIN notice n ON n.id = l.notice_id
LEFT JOIN LATERAL (
    SELECT array_agg(y.account_id ORDER BY y.account_id) AS account_ids,
           array_agg(y.audience ORDER BY y.account_id) AS audiences
    FROM (SELECT x.account_id, CASE x.audience WHEN 2 THEN x.audience
                                    ELSE least(x.audience, now_is.audience) END AS audience
          FROM alert_recipient x
          LEFT JOIN LATERAL (
              SELECT max(w.audience) AS audience
              FROM role_grant_current g
              JOIN unnest($2::smallint[], $3::smallint[]) AS w (role, audience) ON w.role = g.role
              WHERE g.account_id = x.account_id
                AND g.scope_id IN (a.station_id, a.community_id, t.grid_id, t.building_id,
                                   t.unit_id)) now_is ON x.audience <> 2
          WHERE x.alert_id = a.id AND (x.audience = 2 OR now_is.audience IS NOT NULL)) y) r ON true
WHERE a.id = $1

-- name: alert_current
-- The alerts and notices that a node holds in memory: everything not ended, oldest first.
-- principal: system
-- args: after_id bigint, most integer
-- row:  id bigint
SELECT a.id FROM alert a
WHERE a.id > $1
  AND (a.ended_at IS NULL
       OR EXISTS (SELECT FROM notice_link l JOIN notice n ON n.id = l.notice_id
                  WHERE l.alert_id = a.id AND n.ended_at IS NULL))
ORDER BY a.id LIMIT $2

-- name: alert_of_notice
-- Which alert is behind a notice; for its expiry only.
-- principal: system
-- args: notice_id bigint
-- row:  alert_id bigint
SELECT alert_id FROM notice_link WHERE notice_id = $1

-- name: alert_mine
-- Alerts addressed to one person, open ones first, each with the projection that her roles give her
-- now (an order is for a role: without it she does not see it any more) and her own receipt.
-- principal: system
-- args: account_id bigint, include_ended boolean, most integer, roles smallint[],
--       audiences smallint[]
-- row:  alert_id bigint, audience smallint, stage smallint
SELECT r.alert_id,
       CASE r.audience WHEN 2 THEN r.audience ELSE least(r.audience, now_is.audience) END AS audience,
       CASE WHEN r.acknowledged_at IS NOT NULL THEN 4 WHEN r.displayed_at IS NOT NULL THEN 3
            WHEN r.delivered_at IS NOT NULL THEN 2 ELSE 1 END::smallint AS stage
FROM alert_recipient r
JOIN alert a ON a.id = r.alert_id
JOIN alert_restricted t ON t.alert_id = r.alert_id
LEFT JOIN LATERAL (
    SELECT max(w.audience) AS audience
    FROM role_grant_current g
    JOIN unnest($4::smallint[], $5::smallint[]) AS w (role, audience) ON w.role = g.role
    WHERE g.account_id = r.account_id
      AND g.scope_id IN (a.station_id, a.community_id, t.grid_id, t.building_id, t.unit_id)
    ) now_is ON r.audience <> 2
WHERE r.account_id = $1 AND ($2 OR a.ended_at IS NULL)
  AND (r.audience = 2 OR now_is.audience IS NOT NULL)
ORDER BY a.ended_at IS NOT NULL, a.level, a.created_at DESC LIMIT $3

-- name: notice_mine
-- Notices of the halls a person is in, current ones first, with her own receipt.
-- args: account_id bigint, include_ended boolean, most integer
-- row:  notice_id bigint, version integer, state smallint, room_id bigint, scam_type smallint,
--       level smallint, title text, body text, advice text, hotline text,
--       published_at timestamptz, expires_at timestamptz, stage smallint
SELECT n.id AS notice_id, n.version, n.state, n.room_id, n.scam_type, n.level, n.title, n.body,
       n.advice, n.hotline, n.published_at, n.expires_at,
       CASE WHEN r.acknowledged_at IS NOT NULL THEN 4 WHEN r.displayed_at IS NOT NULL THEN 3
            WHEN r.delivered_at IS NOT NULL THEN 2 ELSE 1 END::smallint AS stage
FROM membership m
JOIN notice n ON n.room_id = m.room_id
LEFT JOIN notice_receipt r ON r.notice_id = n.id AND r.account_id = m.account_id
WHERE m.account_id = $1 AND m.left_at IS NULL AND ($2 OR n.ended_at IS NULL)
ORDER BY n.ended_at IS NOT NULL, n.published_at DESC LIMIT $3

-- name: alert_receipt_add
-- Receipts of many people at once; a stage that was reached stays reached. Of alerts only one's
-- own copy, of notices only of halls one is in, of searches only those one may see; anything else
-- has no effect.
-- principal: system
-- args: account_ids bigint[], alert_ids bigint[], notice_ids bigint[], person_ids bigint[],
--       stages smallint[], ats timestamptz[]
-- row:  ord integer
WITH input AS (
    SELECT i.ord::integer AS ord, i.account_id, i.alert_id, i.notice_id, i.person_id, i.stage, i.at
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[],
                $6::timestamptz[])
         WITH ORDINALITY AS i (account_id, alert_id, notice_id, person_id, stage, at, ord)),
best AS (
    SELECT account_id, alert_id, notice_id, person_id, max(stage) AS stage, min(at) AS at
    FROM input GROUP BY account_id, alert_id, notice_id, person_id),
orders AS (
    UPDATE alert_recipient r
    SET delivered_at = CASE WHEN b.stage >= 2 THEN coalesce(r.delivered_at, b.at)
                            ELSE r.delivered_at END,
        displayed_at = CASE WHEN b.stage >= 3 THEN coalesce(r.displayed_at, b.at)
                            ELSE r.displayed_at END,
        acknowledged_at = CASE WHEN b.stage >= 4 THEN coalesce(r.acknowledged_at, b.at)
                               ELSE r.acknowledged_at END
    FROM best b
    WHERE b.alert_id IS NOT NULL AND r.alert_id = b.alert_id AND r.account_id = b.account_id),
notices AS (
    INSERT INTO notice_receipt AS r (notice_id, account_id, notice_version, delivered_at,
                                     displayed_at, acknowledged_at)
    SELECT n.id, b.account_id, n.version, CASE WHEN b.stage >= 2 THEN b.at END,
           CASE WHEN b.stage >= 3 THEN b.at END, CASE WHEN b.stage >= 4 THEN b.at END
    FROM best b
    JOIN notice n ON n.id = b.notice_id
    JOIN membership m ON m.room_id = n.room_id AND m.account_id = b.account_id
                     AND m.left_at IS NULL
    ORDER BY n.id, b.account_id
    ON CONFLICT (notice_id, account_id) DO UPDATE
    SET delivered_at = coalesce(r.delivered_at, excluded.delivered_at),
        displayed_at = coalesce(r.displayed_at, excluded.displayed_at),
        acknowledged_at = coalesce(r.acknowledged_at, excluded.acknowledged_at),
        notice_version = excluded.notice_version),
persons AS (
    INSERT INTO person_receipt AS r (person_id, account_id, delivered_at, displayed_at,
                                     acknowledged_at)
    SELECT p.id, b.account_id, CASE WHEN b.stage >= 2 THEN b.at END,
           CASE WHEN b.stage >= 3 THEN b.at END, CASE WHEN b.stage >= 4 THEN b.at END
    FROM best b
    JOIN person_search p ON p.id = b.person_id AND p.ended_at IS NULL
    WHERE EXISTS (SELECT FROM person_hall h
                  JOIN membership m ON m.room_id = h.room_id AND m.account_id = b.account_id
                                   AND m.left_at IS NULL
                  WHERE h.person_id = p.id)
       OR EXISTS (SELECT FROM person_member m
                  WHERE m.person_id = p.id AND m.account_id = b.account_id)
       OR EXISTS (SELECT FROM person_restricted t
                  WHERE t.person_id = p.id AND t.reporter_id = b.account_id)
    ORDER BY p.id, b.account_id
    ON CONFLICT (person_id, account_id) DO UPDATE
    SET delivered_at = coalesce(r.delivered_at, excluded.delivered_at),
        displayed_at = coalesce(r.displayed_at, excluded.displayed_at),
        acknowledged_at = coalesce(r.acknowledged_at, excluded.acknowledged_at))
SELECT ord FROM input ORDER BY ord

-- name: alert_reach
-- People per audience and stage; of the notice (audience 1) everyone in the hall counts as queued.
-- principal: system
-- args: alert_id bigint
-- row:  audience smallint, queued bigint, delivered bigint, displayed bigint, acknowledged bigint
SELECT audience, count(*) AS queued, count(delivered_at) AS delivered,
       count(displayed_at) AS displayed, count(acknowledged_at) AS acknowledged
FROM alert_recipient WHERE alert_id = $1 GROUP BY audience
UNION ALL
SELECT 1::smallint, count(*), count(r.delivered_at), count(r.displayed_at),
       count(r.acknowledged_at)
FROM notice_link l
JOIN notice n ON n.id = l.notice_id
JOIN membership m ON m.room_id = n.room_id AND m.left_at IS NULL
LEFT JOIN notice_receipt r ON r.notice_id = n.id AND r.account_id = m.account_id
WHERE l.alert_id = $1
HAVING count(*) > 0
ORDER BY audience

-- name: alert_places
-- Every place with its code, and the hall of a community: what a node must know by itself to
-- deliver an alert while the database is away.
-- row:  id bigint, kind smallint, code text, name text, station_id bigint, community_id bigint,
--       grid_id bigint, building_id bigint, room_id bigint, resident_count bigint
SELECT p.id, p.kind, p.code, p.name, p.station_id, p.community_id, p.grid_id, p.building_id,
       r.id AS room_id,
       (SELECT count(*) FROM membership m WHERE m.room_id = r.id
        AND m.left_at IS NULL) AS resident_count
FROM place p
LEFT JOIN room r ON r.community_id = p.id AND r.kind = 1 AND r.closed_at IS NULL
WHERE p.closed_at IS NULL AND p.kind <> 1
ORDER BY p.id
