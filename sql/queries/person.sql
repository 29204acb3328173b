-- Somebody is missing: the report, what moves the search, whom it is shown to, what was seen, how
-- far showing and taking down came. A transition is one segment of these statements, one
-- transaction; details stand in person_restricted alone.

-- name: person_place
-- Where a report is about: a community that is there.
-- args: community_id bigint
-- row:  community_id bigint, station_id bigint
SELECT id AS community_id, station_id FROM place
WHERE id = $1 AND kind = 2 AND closed_at IS NULL

-- name: person_report_add
-- A new report, already being checked (P1 and P2 in one), with its pictures, deadline, timeline and
-- audit. The same key gives what was stored then, and whether the content was the same. No row: the
-- community is unknown. Fails (invalid_field) when a picture is not the reporter's to show.
-- principal: system
-- args: id bigint, community_id bigint, reporter_id bigint, client_key bytea, request_hash bytea,
--       name_sealed bytea, age_band smallint, sex smallint, looks text, clothes text,
--       last_seen_at timestamptz, last_seen_place text, relation smallint, risks smallint[],
--       media_ids text[], contact_sealed bytea, consent_version text, high_risk boolean,
--       role_used smallint, timer_name text, due_at timestamptz
-- row:  id bigint, no text, state smallint, state_version integer, is_new boolean,
--       is_same boolean, pictures integer
WITH known AS (
    SELECT r.person_id, r.request_hash FROM person_restricted r
    WHERE r.reporter_id = $3 AND r.client_key = $4),
added AS (
    INSERT INTO person_search (id, no, state, station_id, community_id, high_risk, due_at)
    SELECT $1, object_no('P', c.station_id), 2, c.station_id, c.id, $18, $21
    FROM place c
    WHERE c.id = $2 AND c.kind = 2 AND c.closed_at IS NULL AND NOT EXISTS (SELECT FROM known)
    RETURNING *),
restricted AS (
    INSERT INTO person_restricted (person_id, station_id, community_id, name_sealed, age_band, sex,
                                   looks, clothes, last_seen_at, last_seen_place, risks,
                                   reporter_id, relation, contact_sealed, consent_version,
                                   client_key, request_hash)
    SELECT id, station_id, community_id, $6, $7, $8, $9, $10, $11, $12, $14, $3, $13, $16, $17, $4,
           $5
    FROM added),
pictures AS (
    UPDATE media SET person_id = a.id, person_part = 1 FROM added a
    WHERE media.id = ANY ($15::text[]) AND media.owner_id = $3 AND media.state = 1
      AND media.room_id IS NULL AND media.person_id IS NULL
      AND media.duration_ms IS NULL
      AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = media.id)
    RETURNING media.id),
reader AS (
    INSERT INTO access_subject (entity_type, entity_id, account_id)
    SELECT 'person_search', id, $3 FROM added),
due AS (
    INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)
    SELECT 'person_search', id, $20, state_version, $21 FROM added),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, from_state, to_state, state_version,
                          actor_id, role_used)
    SELECT 'person_search', a.id, l.event, l.from_state, l.to_state, a.state_version, l.actor_id,
           l.role_used
    FROM added a,
         (VALUES (1, 'person.report', NULL, 1::smallint, $3, $19),
                 (2, 'person.verify', 1::smallint, 2::smallint, NULL, NULL))
             AS l (place, event, from_state, to_state, actor_id, role_used)
    ORDER BY l.place),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id)
    SELECT 'person.report', $3, $19, 'person_search', id, station_id FROM added)
SELECT id, no, state, state_version, true AS is_new, true AS is_same,
       expect_pictures(cardinality($15), (SELECT count(*) FROM pictures)) AS pictures
FROM added
UNION ALL
SELECT p.id, p.no, p.state, p.state_version, false, k.request_hash = $5, 0
FROM known k JOIN person_search p ON p.id = k.person_id

-- name: person_address
-- Who is called by role: officers of the place, the team of the ring. Those who are there stay.
-- principal: system
-- args: person_id bigint, roles smallint[], audiences smallint[]
INSERT INTO person_member AS m (person_id, account_id, audience)
SELECT p.id, g.account_id, max(r.audience)
FROM person_search p
JOIN person_restricted t ON t.person_id = p.id
JOIN unnest($2::smallint[], $3::smallint[]) AS r (role, audience) ON true
JOIN role_grant_current g ON g.role = r.role
JOIN place s ON s.id = g.scope_id AND s.station_id = p.station_id
JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
WHERE p.id = $1 AND g.account_id <> t.reporter_id
  AND (s.kind = 1 OR s.community_id = p.community_id OR (p.ring > 1 AND r.audience = 3))
GROUP BY p.id, g.account_id
ON CONFLICT (person_id, account_id) DO UPDATE SET audience = excluded.audience
WHERE m.audience < excluded.audience

-- name: person_rooms_lock
-- All rooms this transaction may speak in, in the order of their ids, before any of it does.
-- principal: system
-- args: person_id bigint
-- row:  id bigint
SELECT r.id FROM person_search p JOIN room r ON r.station_id = p.station_id
WHERE p.id = $1 AND r.closed_at IS NULL
  AND (r.kind = 5 OR (r.entity_type = 'person_search' AND r.entity_id = p.id)
       OR (r.kind = 1 AND (p.ring > 1 OR r.community_id = p.community_id)))
ORDER BY r.id FOR UPDATE OF r

-- name: person_say
-- A word of the system in the station's duty room: a template with the search's number.
-- principal: system
-- args: person_id bigint, template text
-- row:  seq bigint
SELECT room_say(r.id, replace($2, '{no}', p.no)) AS seq
FROM person_search p
JOIN room r ON r.station_id = p.station_id AND r.kind = 5 AND r.closed_at IS NULL
WHERE p.id = $1

-- name: person_thank
-- A word of thanks in the halls that looked; in the order of the rooms.
-- principal: system
-- args: person_id bigint, words text
-- row:  seq bigint
SELECT room_say(h.room_id, $2) AS seq
FROM (SELECT room_id FROM person_hall WHERE person_id = $1 ORDER BY room_id) h

-- name: person_tell
-- Tells all nodes that a search is to be read again, when this commits.
-- args: person_id bigint
-- row:  told text
SELECT pg_notify('hall', 'person_changed ' || $1)::text AS told

-- name: person_move
-- One transition, if nobody moved it since it was read: the new state with its timers; those of the
-- state before are ended, but a take-down that is being watched is watched on. Fails as a conflict,
-- and the whole segment with it, if somebody was faster.
-- principal: system
-- args: id bigint, seen_version integer, next_state smallint, ends boolean, ring smallint,
--       frozen boolean, risk_class smallint, outcome smallint, due_at timestamptz,
--       timer_names text[], timer_dues timestamptz[], event text, actor_id bigint,
--       role_used smallint, reason text, fired_name text, fired_version integer
-- row:  state_version integer
WITH moved AS (
    UPDATE person_search
    SET state = $3, state_version = state_version + 1, ring = $5, frozen = $6,
        risk_class = coalesce($7, risk_class), rung = 0, due_at = $9, outcome = $8,
        proposed_by = NULL, proposed_role = NULL, proposed_until = NULL, updated_at = now(),
        shown_at = CASE WHEN $3 = 3 THEN coalesce(shown_at, now()) ELSE shown_at END,
        ended_at = CASE WHEN $4 THEN now() END
    WHERE id = $1 AND state_version = $2 AND ended_at IS NULL
    RETURNING state, state_version, station_id),
ended AS (
    UPDATE timer
    SET fired_at = CASE WHEN name = $16 AND state_version = $17 THEN now() END,
        cancelled_at = CASE WHEN name = $16 AND state_version = $17 THEN NULL ELSE now() END
    WHERE entity_type = 'person_search' AND entity_id = $1 AND fired_at IS NULL
      AND cancelled_at IS NULL AND name <> 'take_down' AND EXISTS (SELECT FROM moved)),
due AS (
    INSERT INTO timer (entity_type, entity_id, name, state_version, due_at)
    SELECT 'person_search', $1, t.name, m.state_version, t.due_at
    FROM moved m, unnest($10::text[], $11::timestamptz[]) AS t (name, due_at)),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, actor_id,
                          role_used, reason)
    SELECT 'person_search', $1, $12, state, state_version, $13, $14, $15 FROM moved),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id, reason)
    SELECT $12, $13, $14, 'person_search', $1, station_id, $15 FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: person_show
-- The card into the halls of the ring that do not have it; the pictures are published.
-- principal: system
-- args: person_id bigint, card_text text
-- row:  halls integer
SELECT person_show($1, $2) AS halls

-- name: person_hide
-- Card and pictures out of sight everywhere; with a tombstone for good. No journal: NULL.
-- principal: system
-- args: person_id bigint, state_version integer, tombstone text
-- row:  revocation_seq bigint
SELECT person_hide($1, $2, $3) AS revocation_seq

-- name: person_room_open
-- The room where the team talks: made, or with those who were called since.
-- principal: system
-- args: person_id bigint
-- row:  room_id bigint
SELECT object_room_open(6::smallint, 'person_search', p.id, '寻人 ' || p.no, p.station_id,
                        p.community_id,
                        (SELECT array_agg(m.account_id ORDER BY m.account_id) FROM person_member m
                         WHERE m.person_id = p.id)) AS room_id
FROM person_search p WHERE p.id = $1

-- name: person_room_close
-- The search has ended: nobody talks there any more.
-- principal: system
-- args: person_id bigint
-- row:  rooms integer
SELECT object_room_close('person_search', $1) AS rooms

-- name: person_consent_set
-- On what ground it is shown.
-- principal: system
-- args: person_id bigint, consent smallint, duty_note text
UPDATE person_restricted SET consent = $2, duty_note = $3 WHERE person_id = $1

-- name: person_found_set
-- Where she was found; forgotten when it was somebody else (NULL).
-- principal: system
-- args: person_id bigint, place text, note text
UPDATE person_restricted SET found_place = $2, found_note = $3 WHERE person_id = $1

-- name: person_reason_set
-- What the reporter is told of the end.
-- principal: system
-- args: person_id bigint, public_reason text
UPDATE person_restricted SET public_reason = $2 WHERE person_id = $1

-- name: person_claim_add
-- Somebody says: this is me, or: it is not true.
-- principal: system
-- args: person_id bigint, account_id bigint, claim smallint, note text
INSERT INTO person_claim (person_id, account_id, claim, note) VALUES ($1, $2, $3, $4)

-- name: person_handover_add
-- To whom she was given, and how it was made sure who that is.
-- principal: system
-- args: person_id bigint, recipient_sealed bytea, recipient_relation smallint,
--       identity_check smallint, note text, handed_by bigint
INSERT INTO person_handover (person_id, recipient_sealed, recipient_relation, identity_check, note,
                             handed_by)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: person_propose
-- The first of the two who close it. The state is as it was.
-- principal: system
-- args: id bigint, seen_version integer, outcome smallint, actor_id bigint, role_used smallint,
--       proposed_until timestamptz, reason text
-- row:  state_version integer
WITH moved AS (
    UPDATE person_search
    SET outcome = $3, proposed_by = $4, proposed_role = $5, proposed_until = $6, updated_at = now()
    WHERE id = $1 AND state_version = $2 AND ended_at IS NULL
    RETURNING state, state_version, station_id),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, actor_id,
                          role_used, reason)
    SELECT 'person_search', $1, 'person.propose', state, state_version, $4, $5, $7 FROM moved),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id, reason)
    SELECT 'person.propose', $4, $5, 'person_search', $1, station_id, $7 FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: person_climb
-- Nobody acted in time: the next ones are told, by text message without any detail, and the same
-- timer waits for the rung after. Fails as a conflict when it was moved or climbed meanwhile: the
-- second of two that fire it changes nothing.
-- principal: system
-- args: id bigint, seen_version integer, rung smallint, timer_name text, next_due timestamptz,
--       tells smallint, event text, template text
-- row:  state_version integer
WITH fired AS (
    UPDATE timer SET due_at = $5, claimed_until = NULL, attempts = 0
    WHERE entity_type = 'person_search' AND entity_id = $1 AND name = $4 AND state_version = $2
      AND fired_at IS NULL AND cancelled_at IS NULL AND due_at <= now()
    RETURNING name),
moved AS (
    UPDATE person_search SET rung = rung + 1, due_at = $5, updated_at = now()
    WHERE id = $1 AND state_version = $2 AND rung = $3 AND ended_at IS NULL
      AND EXISTS (SELECT FROM fired)
    RETURNING state, state_version, rung, station_id),
told AS (
    INSERT INTO outbox (channel, once_key, recipient_account_id, template)
    SELECT DISTINCT 'sms', concat_ws(' ', $7, $1, m.state_version, m.rung, g.account_id),
           g.account_id, $8
    FROM moved m
    JOIN role_grant_current g ON g.role = $6 AND g.scope_id = m.station_id
    JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
    ON CONFLICT (once_key) DO NOTHING),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, detail)
    SELECT 'person_search', $1, $7, state, state_version,
           jsonb_build_object('rung', rung, 'tells', $6)
    FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: person_load
-- One search with everything that hangs on it: pictures as they are called now, everybody called by
-- role who still has such a role, the halls; and what the viewer is to it (0: nobody asked).
-- principal: system
-- args: id bigint, viewer_id bigint
-- row:  id bigint, no text, state smallint, state_version integer, station_id bigint,
--       community_id bigint, community_name text, ring smallint, frozen boolean,
--       high_risk boolean, risk_class smallint, rung smallint, due_at timestamptz,
--       outcome smallint, proposed_by bigint, proposed_role smallint,
--       proposed_until timestamptz, created_at timestamptz, updated_at timestamptz,
--       has_card boolean, name_sealed bytea, age_band smallint, sex smallint, looks text,
--       clothes text, last_seen_at timestamptz, last_seen_place text, risks smallint[],
--       reporter_id bigint, reporter_name text, relation smallint, contact_sealed bytea,
--       account_phone_sealed bytea, found_place text, public_reason text, consent smallint,
--       duty_note text, sighting_count bigint, room_id bigint, media_ids text[],
--       media_widths integer[], media_heights integer[], media_alts text[],
--       account_ids bigint[], audiences smallint[], hall_ids bigint[],
--       viewer_audience smallint
SELECT p.id, p.no, p.state, p.state_version, p.station_id, p.community_id,
       c.name AS community_name, p.ring, p.frozen, p.high_risk, p.risk_class, p.rung, p.due_at,
       p.outcome, p.proposed_by, p.proposed_role, p.proposed_until, p.created_at, p.updated_at,
       t.person_id IS NOT NULL AS has_card, t.name_sealed, t.age_band, t.sex, t.looks, t.clothes,
       t.last_seen_at, t.last_seen_place, t.risks, t.reporter_id,
       a.display_name AS reporter_name, t.relation, t.contact_sealed,
       i.phone_sealed AS account_phone_sealed, t.found_place, t.public_reason, t.consent,
       t.duty_note,
       (SELECT count(*) FROM person_sighting s WHERE s.person_id = p.id) AS sighting_count,
       (SELECT r.id FROM room r WHERE r.entity_type = 'person_search' AND r.entity_id = p.id
        AND r.kind = 6 AND r.closed_at IS NULL) AS room_id,
       m.ids AS media_ids, m.widths AS media_widths, m.heights AS media_heights,
       m.alts AS media_alts, y.account_ids, y.audiences, h.hall_ids,
       CASE WHEN $2 > 0 THEN person_audience(p.id, $2) ELSE 0::smallint END AS viewer_audience
FROM person_search p
JOIN place c ON c.id = p.community_id
LEFT JOIN person_restricted t ON t.person_id = p.id
LEFT JOIN account a ON a.id = t.reporter_id
LEFT JOIN identity.person i ON i.account_id = t.reporter_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY x.created_at, x.id) AS ids,
           array_agg(x.width ORDER BY x.created_at, x.id) AS widths,
           array_agg(x.height ORDER BY x.created_at, x.id) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY x.created_at, x.id) AS alts
    FROM media x WHERE x.person_id = p.id AND x.person_part = 1 AND x.state IN (1, 2)) m ON true
LEFT JOIN LATERAL (
    SELECT array_agg(z.account_id ORDER BY z.account_id) AS account_ids,
           array_agg(z.audience ORDER BY z.account_id) AS audiences
    FROM (SELECT q.account_id, person_audience(p.id, q.account_id) AS audience
          FROM (SELECT account_id FROM person_member WHERE person_id = p.id
                UNION SELECT t.reporter_id WHERE t.reporter_id IS NOT NULL) q) z
    WHERE z.audience > 1) y ON true
LEFT JOIN LATERAL (
    SELECT array_agg(g.room_id ORDER BY g.room_id) AS hall_ids
    FROM person_hall g WHERE g.person_id = p.id) h ON true
WHERE p.id = $1

-- name: person_facts
-- What a permission needs to know: where the search is, what the viewer is to it, and in which
-- communities it is, or was, shown.
-- principal: system
-- args: id bigint, viewer_id bigint
-- row:  station_id bigint, community_id bigint, viewer_audience smallint,
--       hall_community_ids bigint[]
SELECT p.station_id, p.community_id, person_audience(p.id, $2) AS viewer_audience,
       (SELECT array_agg(DISTINCT o.community_id) FROM person_hall g
        JOIN room o ON o.id = g.room_id WHERE g.person_id = p.id) AS hall_community_ids
FROM person_search p WHERE p.id = $1

-- name: person_current
-- The searches that a node holds in memory: everything not ended.
-- principal: system
-- args: after_id bigint, most integer
-- row:  id bigint
SELECT id FROM person_search WHERE id > $1 AND ended_at IS NULL ORDER BY id LIMIT $2

-- name: person_mine
-- Searches somebody may see now, open ones first: shown in her halls, reported by her, hers by role;
-- what she is to each, and her own receipt. The public sees only what is shown.
-- principal: system
-- args: account_id bigint, include_ended boolean, most integer
-- row:  person_id bigint, audience smallint, stage smallint
SELECT p.id AS person_id, v.audience,
       CASE WHEN r.acknowledged_at IS NOT NULL THEN 4 WHEN r.displayed_at IS NOT NULL THEN 3
            WHEN r.delivered_at IS NOT NULL THEN 2 ELSE 1 END::smallint AS stage
FROM person_search p
CROSS JOIN LATERAL (SELECT person_audience(p.id, $1) AS audience) v
LEFT JOIN person_receipt r ON r.person_id = p.id AND r.account_id = $1
WHERE (p.ended_at IS NULL OR ($2 AND p.ended_at > now() - interval '31 days'))
  AND p.station_id IN (
      SELECT g.station_id FROM role_grant_current c JOIN place g ON g.id = c.scope_id
      WHERE c.account_id = $1
      UNION SELECT o.station_id FROM membership m JOIN room o ON o.id = m.room_id
      WHERE m.account_id = $1 AND m.left_at IS NULL
      UNION SELECT t.station_id FROM person_restricted t WHERE t.reporter_id = $1)
  AND (v.audience > 1 OR (v.audience = 1 AND p.state = 3))
ORDER BY p.ended_at IS NOT NULL, p.created_at DESC LIMIT $3

-- name: person_events
-- What happened with a search, newest first.
-- principal: system
-- args: person_id bigint, most integer
-- row:  at timestamptz, event text, state smallint, actor_name text, reason text
SELECT l.at, l.event, l.to_state AS state, a.display_name AS actor_name, l.reason
FROM timeline l LEFT JOIN account a ON a.id = l.actor_id
WHERE l.entity_type = 'person_search' AND l.entity_id = $1
ORDER BY l.id DESC LIMIT $2

-- name: person_sightings
-- Sightings of a search, newest first; only_id: that one alone (0: all).
-- principal: system
-- args: person_id bigint, only_id bigint, most integer
-- row:  id bigint, person_id bigint, state smallint, created_at timestamptz, seen_at timestamptz,
--       place text, direction text, body text, account_id bigint, account_name text,
--       media_id text, media_width integer, media_height integer
SELECT s.id, s.person_id, s.state, s.created_at, s.seen_at, s.place, s.direction, s.body,
       s.account_id, a.display_name AS account_name, m.id AS media_id, m.width AS media_width,
       m.height AS media_height
FROM person_sighting s
JOIN account a ON a.id = s.account_id
LEFT JOIN media m ON m.sighting_id = s.id AND m.state = 1
WHERE s.person_id = $1 AND ($2 = 0 OR s.id = $2)
ORDER BY s.id DESC LIMIT $3

-- name: person_claims
-- Who objected, newest first.
-- principal: system
-- args: person_id bigint, most integer
-- row:  at timestamptz, claim smallint, account_id bigint, account_name text, note text
SELECT c.created_at AS at, c.claim, c.account_id, a.display_name AS account_name, c.note
FROM person_claim c JOIN account a ON a.id = c.account_id
WHERE c.person_id = $1 ORDER BY c.id DESC LIMIT $2

-- name: person_handover_read
-- To whom she was handed over.
-- principal: system
-- args: person_id bigint
-- row:  at timestamptz, recipient_sealed bytea, recipient_relation smallint,
--       identity_check smallint, note text, handed_by_name text
SELECT h.at, h.recipient_sealed, h.recipient_relation, h.identity_check, h.note,
       a.display_name AS handed_by_name
FROM person_handover h JOIN account a ON a.id = h.handed_by
WHERE h.person_id = $1

-- name: person_sighting_add
-- A sighting of somebody who is being looked for, with its picture; the same key stores once. No
-- row: the search is not shown (any more). Tells all nodes.
-- principal: system
-- args: person_id bigint, account_id bigint, client_key bytea, request_hash bytea,
--       seen_at timestamptz, place text, direction text, body text, media_ids text[]
-- row:  id bigint, is_new boolean, is_same boolean, pictures integer, told text
WITH known AS (
    SELECT id, request_hash FROM person_sighting WHERE account_id = $2 AND client_key = $3),
added AS (
    INSERT INTO person_sighting (person_id, account_id, client_key, request_hash, seen_at, place,
                                 direction, body)
    SELECT p.id, $2, $3, $4, $5, $6, $7, $8 FROM person_search p
    WHERE p.id = $1 AND p.state = 3 AND NOT EXISTS (SELECT FROM known)
    RETURNING id),
pictures AS (
    UPDATE media SET person_id = $1, person_part = 2, sighting_id = a.id FROM added a
    WHERE media.id = ANY ($9::text[]) AND media.owner_id = $2 AND media.state = 1
      AND media.room_id IS NULL AND media.person_id IS NULL
      AND media.duration_ms IS NULL
      AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = media.id)
    RETURNING media.id),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, actor_id)
    SELECT 'person_search', $1, 'person.sighting', $2 FROM added)
SELECT id, true AS is_new, true AS is_same,
       expect_pictures(cardinality($9), (SELECT count(*) FROM pictures)) AS pictures,
       pg_notify('hall', 'person_sighted ' || $1 || ' ' || id)::text AS told
FROM added
UNION ALL
SELECT id, false, request_hash = $4, 0, NULL FROM known

-- name: person_sighting_mark
-- What it is worth. No row: there is no such sighting of this search.
-- principal: system
-- args: person_id bigint, sighting_id bigint, state smallint, actor_id bigint, role_used smallint
-- row:  id bigint, told text
WITH marked AS (
    UPDATE person_sighting SET state = $3, marked_by = $4, marked_at = now()
    WHERE id = $2 AND person_id = $1
    RETURNING id),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, actor_id, role_used, detail)
    SELECT 'person_search', $1, 'person.sighting_mark', $4, $5,
           jsonb_build_object('sighting', id, 'state', $3)
    FROM marked)
SELECT id, pg_notify('hall', 'person_sighted ' || $1 || ' ' || id)::text AS told FROM marked

-- name: person_reach
-- How far the search came: people of its halls, and of these those whose device had it, showed it.
-- principal: system
-- args: person_id bigint
-- row:  ring smallint, halls bigint, audience bigint, delivered bigint, displayed bigint
SELECT p.ring, (SELECT count(*) FROM person_hall h WHERE h.person_id = p.id) AS halls,
       r.audience, r.delivered, r.displayed
FROM person_search p
CROSS JOIN LATERAL (
    SELECT count(*) AS audience, count(x.delivered_at) AS delivered,
           count(x.displayed_at) AS displayed
    FROM (SELECT DISTINCT m.account_id FROM person_hall h
          JOIN membership m ON m.room_id = h.room_id AND m.left_at IS NULL
          WHERE h.person_id = p.id) y
    LEFT JOIN person_receipt x ON x.person_id = p.id AND x.account_id = y.account_id) r
WHERE p.id = $1

-- name: person_take_downs
-- How far each take-down came, newest first: as it was counted after a minute, until then as it is.
-- principal: system
-- args: person_id bigint, most integer
-- row:  state_version integer, at timestamptz, told bigint, confirmed bigint, checked boolean
SELECT t.state_version, t.at, count(d.login_session_id) AS told,
       count(d.login_session_id) FILTER (WHERE s.revocation_seq >= t.revocation_seq) AS confirmed,
       t.checked_at IS NOT NULL AS checked
FROM person_take_down t
LEFT JOIN person_take_down_device d ON d.person_id = t.person_id
                                   AND d.state_version = t.state_version
LEFT JOIN login_session s ON s.id = d.login_session_id
WHERE t.person_id = $1
GROUP BY t.person_id, t.state_version
ORDER BY t.state_version DESC LIMIT $2

-- name: person_take_down_told
-- The devices connected to one node when the take-down came there.
-- principal: system
-- args: person_id bigint, state_version integer, login_session_ids bigint[]
INSERT INTO person_take_down_device (person_id, state_version, login_session_id)
SELECT t.person_id, t.state_version, d.id
FROM person_take_down t, unnest($3::bigint[]) AS d (id)
WHERE t.person_id = $1 AND t.state_version = $2
ON CONFLICT DO NOTHING

-- name: person_take_down_check
-- The minute is over: what was counted stays, and when too many devices still have it, the leaders
-- are told, and the duty room. No row: it was checked before.
-- principal: system
-- args: person_id bigint, state_version integer, percent integer, template text, words text
-- row:  told integer, confirmed integer, is_short boolean, said bigint
WITH counted AS (
    SELECT count(d.login_session_id)::integer AS told,
           count(d.login_session_id) FILTER (WHERE s.revocation_seq >= t.revocation_seq)::integer
               AS confirmed
    FROM person_take_down t
    LEFT JOIN person_take_down_device d ON d.person_id = t.person_id
                                       AND d.state_version = t.state_version
    LEFT JOIN login_session s ON s.id = d.login_session_id
    WHERE t.person_id = $1 AND t.state_version = $2),
checked AS (
    UPDATE person_take_down t SET checked_at = now(), told = c.told, confirmed = c.confirmed
    FROM counted c
    WHERE t.person_id = $1 AND t.state_version = $2 AND t.checked_at IS NULL
    RETURNING t.told, t.confirmed, t.confirmed::bigint * 100 < t.told::bigint * $3 AS is_short),
ended AS (
    UPDATE timer SET fired_at = now()
    WHERE entity_type = 'person_search' AND entity_id = $1 AND name = 'take_down'
      AND state_version = $2 AND fired_at IS NULL),
alarm AS (
    INSERT INTO outbox (channel, once_key, recipient_account_id, template)
    SELECT DISTINCT 'sms', concat_ws(' ', 'person.take_down', $1, $2, g.account_id), g.account_id,
           $4
    FROM checked k
    JOIN person_search p ON p.id = $1
    JOIN role_grant_current g ON g.role = 9 AND g.scope_id = p.station_id
    WHERE k.is_short
    ON CONFLICT (once_key) DO NOTHING),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, state_version, detail)
    SELECT 'person_search', $1, 'person.take_down', $2,
           jsonb_build_object('told', told, 'confirmed', confirmed)
    FROM checked)
SELECT k.told, k.confirmed, k.is_short,
       CASE WHEN k.is_short THEN (
           SELECT room_say(r.id, replace($5, '{no}', p.no))
           FROM person_search p
           JOIN room r ON r.station_id = p.station_id AND r.kind = 5 AND r.closed_at IS NULL
           WHERE p.id = $1) END AS said
FROM checked k
