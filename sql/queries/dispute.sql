-- Disputes: what a report means, the ticket and its moves, who is told, what each may read. A move
-- is one segment of these statements, one transaction; dispute_move is the one that is guarded.

-- name: dispute_resolve
-- Everything that decides what a report means; one row always. said_*: the visible message of a hall
-- it is made from. place_id NULL: no such place, or the message is of another community.
-- principal: system
-- args: reporter_id bigint, client_key bytea, place_id bigint, place_code text, room_id bigint,
--       seq bigint, media_ids text[]
-- row:  known_id bigint, known_no text, known_state smallint, known_due_at timestamptz,
--       known_hash bytea, place_id bigint, station_id bigint, community_id bigint,
--       grid_id bigint, building_id bigint, earlier_count bigint, said_by bigint, said_body text,
--       home_community_id bigint, media_free boolean, policy_names text[],
--       policy_colours smallint[], policy_clocks smallint[], policy_budgets bigint[],
--       policy_off_duty bigint[]
WITH me AS (SELECT community_id FROM account WHERE id = $1),
said AS (
    SELECT m.sender_id, m.body, r.community_id
    FROM message m JOIN room r ON r.id = m.room_id AND r.kind = 1 AND r.closed_at IS NULL
    WHERE m.room_id = $5 AND m.seq = $6 AND m.kind = 1 AND m.state = 1),
spot AS (
    SELECT p.id, p.kind, p.station_id, p.community_id, p.grid_id, p.building_id FROM place p
    JOIN place c ON c.id = p.community_id AND c.closed_at IS NULL
    WHERE p.closed_at IS NULL AND p.kind BETWEEN 2 AND 5
      AND CASE WHEN $3 IS NOT NULL THEN p.id = $3
               WHEN $4 IS NOT NULL THEN p.code = $4
               WHEN $5 IS NOT NULL THEN p.id = (SELECT community_id FROM said)
               ELSE p.id = (SELECT community_id FROM me) END
      AND ($5 IS NULL OR p.community_id = (SELECT community_id FROM said))),
known AS (
    SELECT d.id, d.no, d.state, d.next_due_at, r.request_hash
    FROM dispute_restricted r JOIN dispute d ON d.id = r.dispute_id
    WHERE r.reporter_id = $1 AND r.client_key = $2)
SELECT (SELECT id FROM known) AS known_id, (SELECT no FROM known) AS known_no,
       (SELECT state FROM known) AS known_state, (SELECT next_due_at FROM known) AS known_due_at,
       (SELECT request_hash FROM known) AS known_hash,
       (SELECT id FROM spot) AS place_id, (SELECT station_id FROM spot) AS station_id,
       (SELECT community_id FROM spot) AS community_id, (SELECT grid_id FROM spot) AS grid_id,
       (SELECT building_id FROM spot) AS building_id,
       (SELECT count(*) FROM dispute d, spot s
        WHERE s.kind >= 4 AND d.place_id = s.id AND d.state <> 16
          AND d.created_at > now() - interval '180 days') AS earlier_count,
       (SELECT sender_id FROM said) AS said_by, (SELECT body FROM said) AS said_body,
       (SELECT community_id FROM me) AS home_community_id,
       (SELECT count(*) FROM media m
        WHERE m.id = ANY ($7::text[]) AND m.owner_id = $1 AND m.state = 1
          AND m.duration_ms IS NULL
          AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id))
           = cardinality($7::text[]) AS media_free,
       y.names AS policy_names, y.colours AS policy_colours, y.clocks AS policy_clocks,
       y.budgets AS policy_budgets, y.off_duty AS policy_off_duty
FROM (SELECT array_agg(o.name ORDER BY o.station_id NULLS FIRST, o.colour) AS names,
             array_agg(o.colour ORDER BY o.station_id NULLS FIRST, o.colour) AS colours,
             array_agg(o.clock ORDER BY o.station_id NULLS FIRST, o.colour) AS clocks,
             array_agg(o.budget_ms ORDER BY o.station_id NULLS FIRST, o.colour) AS budgets,
             array_agg(o.off_duty_ms ORDER BY o.station_id NULLS FIRST, o.colour) AS off_duty
      FROM dispute_policy o
      WHERE o.station_id IS NULL OR o.station_id = (SELECT station_id FROM spot)) y

-- name: dispute_add
-- A new dispute (D1), with time line and audit. Who reported it comes with dispute_add_report.
-- args: id bigint, station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       place_id bigint, class smallint, subclass smallint, colour smallint,
--       colour_reasons smallint[], signs smallint[], people_count integer, claim_yuan integer,
--       earlier_count integer, rung smallint, next_due_at timestamptz, actor_id bigint,
--       role_used smallint, at timestamptz
-- row:  no text
WITH added AS (
    INSERT INTO dispute (id, no, state, station_id, community_id, grid_id, building_id, place_id,
                         class, subclass, colour, colour_reasons, signs, people_count, claim_yuan,
                         earlier_count, rung, next_due_at, state_since, created_at, updated_at)
    VALUES ($1, object_no('D', $2), 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
            $16, $19, $19, $19)
    RETURNING no),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, to_state, state_version, actor_id,
                          role_used, at)
    VALUES ('dispute', $1, 'dispute.submit', 1, 1, $17, $18, $19)),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id)
    VALUES ('dispute.submit', $17, $18, 'dispute', $1, $2))
SELECT no FROM added

-- name: dispute_add_report
-- The words of a report, and its pictures: the reporter's own that no message shows, and those of the
-- message it is made from. Fails as a conflict if one of the pictures is not hers to give any more.
-- principal: system
-- args: dispute_id bigint, reporter_id bigint, client_key bytea, request_hash bytea,
--       description text, place_note text, concerned text, media_ids text[], room_id bigint,
--       seq bigint
-- row:  dispute_id bigint
WITH given AS (
    SELECT m.id FROM media m
    WHERE m.id = ANY ($8::text[]) AND m.owner_id = $2 AND m.state = 1
      AND m.duration_ms IS NULL
      AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id)),
shown AS (
    SELECT p.id FROM message s, unnest(s.media_ids) AS p (id)
    WHERE s.room_id = $9 AND s.seq = $10
      AND EXISTS (SELECT FROM media m WHERE m.id = p.id AND m.duration_ms IS NULL)),
held AS (
    INSERT INTO media_hold (media_id, entity_type, entity_id)
    SELECT id, 'dispute', $1 FROM given
    UNION
    SELECT id, 'dispute', $1 FROM shown
    ON CONFLICT (media_id) DO NOTHING
    RETURNING media_id),
subject AS (
    INSERT INTO access_subject (entity_type, entity_id, account_id) VALUES ('dispute', $1, $2)
    ON CONFLICT DO NOTHING),
report AS (
    INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash, description,
                                    place_note, concerned, media_ids, room_id, message_seq)
    SELECT $1, $2, $3, $4, $5, $6, $7,
           (SELECT coalesce(array_agg(media_id), '{}') FROM held), $9, $10
    WHERE (SELECT count(*) FROM given) = cardinality($8::text[])
    RETURNING dispute_id)
SELECT dispute_id FROM (SELECT (SELECT dispute_id FROM report) AS dispute_id) AS one
WHERE expect_moved((SELECT 1 FROM report)) = 1

-- name: dispute_mask
-- The message it was made from leaves everyone's sight, with journal and audit, and a card of the
-- system stands beside it. Fails as a conflict if it was out of sight already.
-- args: dispute_id bigint, room_id bigint, seq bigint, actor_id bigint, role_used smallint,
--       stub text, card text
-- row:  revocation_seq bigint, card_seq bigint
WITH masked AS (
    UPDATE message SET state = 3, public_reason = $6
    WHERE room_id = $2 AND seq = $3 AND kind = 1 AND state = 1
    RETURNING room_id, seq),
journal AS (
    INSERT INTO revocation (kind, room_id, seq, state, public_reason)
    SELECT 1, room_id, seq, 3, $6 FROM masked
    RETURNING revocation_seq),
line AS (
    INSERT INTO timeline (entity_type, entity_id, entity_seq, event, from_state, to_state, actor_id,
                          role_used, detail)
    SELECT 'message', room_id, seq, 'message.convert', 1, 3, $4, $5,
           jsonb_build_object('dispute_id', $1) FROM masked),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, entity_seq, station_id,
                       detail)
    SELECT 'message.convert', $4, $5, 'message', m.room_id, m.seq, r.station_id,
           jsonb_build_object('dispute_id', $1)
    FROM masked m JOIN room r ON r.id = m.room_id),
card AS (SELECT room_say(room_id, $7) AS seq FROM masked)
SELECT (SELECT revocation_seq FROM journal) AS revocation_seq, (SELECT seq FROM card) AS card_seq
WHERE expect_moved((SELECT 1 FROM masked)) = 1

-- name: dispute_move
-- One change, if nobody made another since it was read: all that a move may change, with time line
-- and audit. Fails as a conflict, and the whole segment with it, if somebody was faster.
-- args: id bigint, seen_version integer, state smallint, class smallint, subclass smallint,
--       grade smallint, channel smallint, colour smallint, colour_reasons smallint[],
--       excused_reasons smallint[], signs smallint[], guard_answered smallint[],
--       guard_yes smallint[], people_count integer, claim_yuan integer,
--       failed_sessions smallint, officer_id bigint, lead_id bigint, lead_spoke boolean,
--       merged_into bigint, refer_target smallint, reject_code smallint, public_reason text,
--       rung smallint, waits_for_reporter boolean, revisit_n smallint, state_since timestamptz,
--       accepted_at timestamptz, first_answer_at timestamptz, next_due_at timestamptz,
--       ends boolean, event text, from_state smallint, actor_id bigint, role_used smallint,
--       reason text, code smallint, at timestamptz
-- row:  state_version integer
WITH moved AS (
    UPDATE dispute
    SET state = $3, class = $4, subclass = $5, grade = $6, channel = $7, colour = $8,
        colour_reasons = $9, excused_reasons = $10, signs = $11, guard_answered = $12,
        guard_yes = $13, people_count = $14, claim_yuan = $15, failed_sessions = $16,
        officer_id = $17, lead_id = $18, lead_spoke = $19, merged_into = $20, refer_target = $21,
        reject_code = $22, public_reason = $23, rung = $24, waits_for_reporter = $25,
        revisit_n = $26, state_since = $27, accepted_at = $28, first_answer_at = $29,
        next_due_at = $30, ended_at = CASE WHEN $31 THEN $27 END,
        state_version = state_version + 1, updated_at = $38
    WHERE id = $1 AND state_version = $2
    RETURNING state, state_version, station_id),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, from_state, to_state, state_version,
                          actor_id, role_used, reason, detail, at)
    SELECT 'dispute', $1, $32, $33, state, state_version, $34, $35, $36,
           CASE WHEN $37 IS NOT NULL THEN jsonb_build_object('code', $37) END, $38 FROM moved),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id, reason,
                       detail)
    SELECT $32, $34, $35, 'dispute', $1, station_id, $36,
           CASE WHEN $37 IS NOT NULL THEN jsonb_build_object('code', $37) END FROM moved)
SELECT expect_moved((SELECT state_version FROM moved)) AS state_version

-- name: dispute_timer_fire
-- The timer that caused a change has its effect now, and only now.
-- args: id bigint, name text, state_version integer
-- row:  fired integer
SELECT timer_fire('dispute', $1, $2, $3) AS fired

-- name: dispute_timer_cancel
-- Deadlines, with their warnings, that do not matter any more.
-- args: id bigint, names text[]
-- row:  cancelled integer
SELECT timer_cancel('dispute', $1, $2) AS cancelled

-- name: dispute_timer_pause
-- It waits for somebody else from now on.
-- args: id bigint, reason text, actor_id bigint, at timestamptz
-- row:  paused integer
SELECT timer_pause('dispute', $1, $2, $3, $4) AS paused

-- name: dispute_timer_resume
-- It waits no longer; what stood still is due then.
-- args: id bigint, at timestamptz, names text[], dues timestamptz[]
-- row:  resumed integer
SELECT timer_resume('dispute', $1, $2, $3, $4) AS resumed

-- name: dispute_timer_put
-- Deadlines that begin or are counted anew.
-- args: id bigint, state_version integer, station_id bigint, names text[], lives smallint[],
--       clocks smallint[], starts timestamptz[], budgets bigint[], dues timestamptz[]
-- row:  put integer
SELECT timer_put('dispute', $1, $2, $3, $4, $5, $6, $7, $8, $9) AS put

-- name: dispute_warn
-- A deadline is near: the duty room reads it, the time line keeps it, the dispute stays as it is.
-- args: id bigint, name text, state_version integer, station_id bigint, body text, code smallint
-- row:  fired integer
WITH fired AS (SELECT timer_fire('dispute', $1, $2, $3) AS fired),
said AS (
    SELECT room_say(r.id, $5) AS seq FROM room r, fired
    WHERE r.station_id = $4 AND r.kind = 5 AND r.closed_at IS NULL),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, detail)
    SELECT 'dispute', $1, 'dispute.warning', jsonb_build_object('code', $6) FROM fired)
SELECT (SELECT fired FROM fired) AS fired FROM (SELECT count(seq) FROM said) AS s

-- name: dispute_tell
-- The duty room reads what is to be done ({no} in it is the number); the people of a rung get a
-- message beside (template NULL: none), each once, and nobody more often than once a minute.
-- args: id bigint, body text, roles smallint[], scopes bigint[], people bigint[], rung text,
--       template text, once text, to_district boolean
-- row:  seq bigint
WITH it AS (SELECT no, station_id FROM dispute WHERE id = $1),
said AS (
    SELECT room_say(r.id, replace($2, '{no}', it.no)) AS seq
    FROM it JOIN room r ON r.station_id = it.station_id AND r.kind = 5 AND r.closed_at IS NULL),
people AS (
    SELECT g.account_id FROM role_grant_current g
    JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
    WHERE $7 IS NOT NULL AND g.role = ANY ($3::smallint[]) AND g.scope_id = ANY ($4::bigint[])
    UNION
    SELECT p.id FROM unnest($5::bigint[]) AS p (id) WHERE $7 IS NOT NULL),
told AS (
    SELECT r.account_id, r.tell_at
    FROM rung_reserve($6, (SELECT array_agg(account_id ORDER BY account_id) FROM people)) r),
letters AS (
    INSERT INTO outbox (channel, once_key, recipient_account_id, template, payload, next_at)
    SELECT 'sms', $8 || ' ' || t.account_id, t.account_id, $7, jsonb_build_object('code', it.no),
           t.tell_at
    FROM told t, it
    ON CONFLICT (once_key) DO NOTHING),
district AS (
    INSERT INTO outbox (channel, once_key, recipient_ref, template, payload)
    SELECT 'webhook', $8 || ' district', 'district', 'dispute.district',
           jsonb_build_object('code', it.no)
    FROM it WHERE $9
    ON CONFLICT (once_key) DO NOTHING)
SELECT (SELECT seq FROM said) AS seq

-- name: dispute_entry_add
-- Something that was written, at the line of this version. Fails as a conflict if one of the pictures
-- is not the author's to give any more.
-- principal: system
-- args: dispute_id bigint, state_version integer, kind smallint, author_id bigint,
--       client_key bytea, body text, media_ids text[]
-- row:  id bigint
WITH given AS (
    SELECT m.id FROM media m
    WHERE m.id = ANY ($7::text[]) AND m.owner_id = $4 AND m.state = 1
      AND m.duration_ms IS NULL
      AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id)),
held AS (
    INSERT INTO media_hold (media_id, entity_type, entity_id)
    SELECT id, 'dispute', $1 FROM given),
written AS (
    INSERT INTO dispute_entry (dispute_id, state_version, reporter_id, kind, author_id, client_key,
                               body, media_ids)
    SELECT $1, $2, r.reporter_id, $3, $4, $5, $6, $7::text[]
    FROM dispute_restricted r
    WHERE r.dispute_id = $1 AND (SELECT count(*) FROM given) = cardinality($7::text[])
    RETURNING id)
SELECT id FROM (SELECT (SELECT id FROM written) AS id) AS one
WHERE expect_moved((SELECT 1 FROM written)) = 1

-- name: dispute_entry_known
-- Whether this was written before (a repeat is stored once), and whether the pictures are the author's
-- to give.
-- principal: system
-- args: author_id bigint, client_key bytea, media_ids text[]
-- row:  state_version integer, media_free boolean
SELECT (SELECT e.state_version FROM dispute_entry e
        WHERE e.author_id = $1 AND e.client_key = $2) AS state_version,
       (SELECT count(*) FROM media m
        WHERE m.id = ANY ($3::text[]) AND m.owner_id = $1 AND m.state = 1
          AND m.duration_ms IS NULL
          AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id))
           = cardinality($3::text[]) AS media_free

-- name: dispute_members
-- Who works on it now; who does no longer leaves its room.
-- args: dispute_id bigint, account_ids bigint[], parts smallint[]
-- row:  gone bigint, removed integer
WITH wanted AS (
    SELECT w.account_id, w.part FROM unnest($2::bigint[], $3::smallint[]) AS w (account_id, part)),
gone AS (
    UPDATE dispute_member SET ended_at = now()
    WHERE dispute_id = $1 AND ended_at IS NULL
      AND account_id NOT IN (SELECT account_id FROM wanted)
    RETURNING account_id),
kept AS (
    INSERT INTO dispute_member AS m (dispute_id, account_id, part)
    SELECT $1, account_id, part FROM wanted
    ON CONFLICT (dispute_id, account_id) DO UPDATE
    SET part = excluded.part, since = now(), ended_at = NULL
    WHERE m.ended_at IS NOT NULL OR m.part <> excluded.part),
removed AS (
    SELECT object_room_remove(r.id, (SELECT array_agg(account_id) FROM gone)) AS n FROM room r
    WHERE r.entity_type = 'dispute' AND r.entity_id = $1 AND r.kind = 8)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT n FROM removed) AS removed

-- name: dispute_room_open
-- The room of those who work on it.
-- args: dispute_id bigint, name text, station_id bigint, community_id bigint,
--       members bigint[]
-- row:  room_id bigint
SELECT object_room_open(8::smallint, 'dispute', $1, $2, $3, $4, $5) AS room_id

-- name: dispute_room_close
-- It is over: nobody writes there any more.
-- args: dispute_id bigint
-- row:  closed integer
SELECT object_room_close('dispute', $1) AS closed

-- name: dispute_load
-- Disputes with everything the rules decide on, and the names that are shown; nothing that anybody
-- wrote. Policies: of all, then of the station.
-- principal: system
-- args: ids bigint[]
-- row:  id bigint, no text, state smallint, state_version integer, state_since timestamptz,
--       station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       place_id bigint, class smallint, subclass smallint, grade smallint, channel smallint,
--       colour smallint, colour_reasons smallint[], excused_reasons smallint[],
--       signs smallint[], guard_answered smallint[], guard_yes smallint[],
--       people_count integer, claim_yuan integer, earlier_count integer,
--       failed_sessions smallint, officer_id bigint, lead_id bigint, lead_spoke boolean,
--       merged_into bigint, refer_target smallint, reject_code smallint, public_reason text,
--       rung smallint, waits_for_reporter boolean, revisit_n smallint, accepted_at timestamptz,
--       first_answer_at timestamptz, next_due_at timestamptz, created_at timestamptz,
--       updated_at timestamptz, reporter_id bigint, timer_names text[],
--       timer_versions integer[], timer_lives smallint[], timer_clocks smallint[],
--       timer_starts timestamptz[], timer_budgets bigint[], timer_dues timestamptz[],
--       pause_starts timestamptz[], pause_ends timestamptz[], pause_reasons text[],
--       member_ids bigint[], member_parts smallint[], policy_names text[],
--       policy_colours smallint[], policy_clocks smallint[], policy_budgets bigint[],
--       policy_off_duty bigint[], community_name text, building_name text, place_name text,
--       in_charge_name text, in_charge_role smallint, into_state smallint
SELECT d.id, d.no, d.state, d.state_version, d.state_since, d.station_id, d.community_id, d.grid_id,
       d.building_id, d.place_id, d.class, d.subclass, d.grade, d.channel, d.colour,
       d.colour_reasons, d.excused_reasons, d.signs, d.guard_answered, d.guard_yes, d.people_count,
       d.claim_yuan, d.earlier_count, d.failed_sessions, d.officer_id, d.lead_id, d.lead_spoke,
       d.merged_into, d.refer_target, d.reject_code, d.public_reason, d.rung, d.waits_for_reporter,
       d.revisit_n, d.accepted_at, d.first_answer_at, d.next_due_at, d.created_at, d.updated_at,
       r.reporter_id, t.names AS timer_names, t.versions AS timer_versions, t.lives AS timer_lives,
       t.clocks AS timer_clocks, t.starts AS timer_starts, t.budgets AS timer_budgets,
       t.dues AS timer_dues, l.starts AS pause_starts, l.ends AS pause_ends,
       l.reasons AS pause_reasons, m.ids AS member_ids, m.parts AS member_parts,
       y.names AS policy_names, y.colours AS policy_colours, y.clocks AS policy_clocks,
       y.budgets AS policy_budgets, y.off_duty AS policy_off_duty, pc.name AS community_name,
       pb.name AS building_name, CASE WHEN pp.kind = 5 THEN pp.name END AS place_name,
       c.display_name AS in_charge_name, held.role AS in_charge_role, x.state AS into_state
FROM unnest($1::bigint[]) AS wanted (id)
JOIN dispute d ON d.id = wanted.id
LEFT JOIN dispute_restricted r ON r.dispute_id = d.id
LEFT JOIN place pc ON pc.id = d.community_id
LEFT JOIN place pb ON pb.id = d.building_id
LEFT JOIN place pp ON pp.id = d.place_id
LEFT JOIN account c ON c.id = coalesce(d.lead_id, d.officer_id)
LEFT JOIN dispute x ON x.id = d.merged_into
LEFT JOIN LATERAL (
    SELECT g.role FROM role_grant_current g JOIN place s ON s.id = g.scope_id
    WHERE g.account_id = c.id AND s.station_id = d.station_id
    -- officer station_leader dispatcher mediator auxiliary cadre grid_chief grid_worker
    ORDER BY array_position(ARRAY[7, 9, 8, 13, 6, 5, 14, 3]::smallint[], g.role) LIMIT 1) held ON true
LEFT JOIN LATERAL (
    SELECT array_agg(n.name ORDER BY n.name) AS names,
           array_agg(n.state_version ORDER BY n.name) AS versions,
           array_agg(n.life ORDER BY n.name) AS lives,
           array_agg(n.clock ORDER BY n.name) AS clocks,
           array_agg(n.started_at ORDER BY n.name) AS starts,
           array_agg(n.budget_ms ORDER BY n.name) AS budgets,
           array_agg(n.due_at ORDER BY n.name) AS dues
    FROM timer n WHERE n.entity_type = 'dispute' AND n.entity_id = d.id
                   AND n.fired_at IS NULL AND n.cancelled_at IS NULL) t ON true
LEFT JOIN LATERAL (
    SELECT array_agg(p.started_at ORDER BY p.started_at) AS starts,
           array_agg(coalesce(p.ended_at, to_timestamp(0)) ORDER BY p.started_at) AS ends,
           array_agg(p.reason ORDER BY p.started_at) AS reasons
    FROM pause_ledger p WHERE p.entity_type = 'dispute' AND p.entity_id = d.id) l ON true
LEFT JOIN LATERAL (
    SELECT array_agg(k.account_id ORDER BY k.part, k.account_id) AS ids,
           array_agg(k.part ORDER BY k.part, k.account_id) AS parts
    FROM dispute_member k WHERE k.dispute_id = d.id AND k.ended_at IS NULL) m ON true
LEFT JOIN LATERAL (
    SELECT array_agg(o.name ORDER BY o.station_id NULLS FIRST, o.colour) AS names,
           array_agg(o.colour ORDER BY o.station_id NULLS FIRST, o.colour) AS colours,
           array_agg(o.clock ORDER BY o.station_id NULLS FIRST, o.colour) AS clocks,
           array_agg(o.budget_ms ORDER BY o.station_id NULLS FIRST, o.colour) AS budgets,
           array_agg(o.off_duty_ms ORDER BY o.station_id NULLS FIRST, o.colour) AS off_duty
    FROM dispute_policy o
    WHERE o.station_id IS NULL OR o.station_id = d.station_id) y ON true
ORDER BY d.id DESC

-- name: dispute_facts
-- What the permission needs to know of a dispute and of whoever asks.
-- principal: system
-- args: id bigint, account_id bigint
-- row:  station_id bigint, community_id bigint, grid_id bigint, building_id bigint,
--       reporter_id bigint, is_member boolean
SELECT d.station_id, d.community_id, d.grid_id, d.building_id, r.reporter_id,
       EXISTS (SELECT FROM dispute_member m WHERE m.dispute_id = d.id AND m.account_id = $2
                                              AND m.ended_at IS NULL) AS is_member
FROM dispute d JOIN dispute_restricted r ON r.dispute_id = d.id
WHERE d.id = $1

-- name: dispute_mine
-- What one person reported, newest first.
-- principal: account
-- args: account_id bigint, before_id bigint, most integer
-- row:  id bigint
SELECT d.id FROM dispute_restricted r JOIN dispute d ON d.id = r.dispute_id
WHERE r.reporter_id = $1
  AND ($2 = 0 OR (d.created_at, d.id) < (SELECT b.created_at, b.id FROM dispute b WHERE b.id = $2))
ORDER BY d.created_at DESC, d.id DESC LIMIT $3

-- name: dispute_words
-- What was reported, for who may read it: herself, or those who work on it or answer for the place.
-- principal: account
-- args: id bigint
-- row:  description text, place_note text, concerned text, media_ids text[],
--       media_widths integer[], media_heights integer[], media_alts text[], room_id bigint
SELECT r.description, r.place_note, r.concerned, p.ids AS media_ids, p.widths AS media_widths,
       p.heights AS media_heights, p.alts AS media_alts,
       (SELECT m.id FROM room m WHERE m.entity_type = 'dispute' AND m.entity_id = $1 AND m.kind = 8
                                  AND m.closed_at IS NULL) AS room_id
FROM dispute_restricted r
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY w.place) AS ids, array_agg(x.width ORDER BY w.place) AS widths,
           array_agg(x.height ORDER BY w.place) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY w.place) AS alts
    FROM unnest(r.media_ids) WITH ORDINALITY AS w (id, place)
    JOIN media x ON x.id = w.id AND x.state <> 3) p ON true
WHERE r.dispute_id = $1

-- name: dispute_lines
-- The time line with what was written at each line, oldest first; the newest when there are too many.
-- What the policies hide of the writings is not in it.
-- principal: account
-- args: id bigint, most integer
-- row:  at timestamptz, event text, to_state smallint, from_state smallint, code smallint,
--       actor_id bigint, by_name text, role_used smallint, reason text, kind smallint, body text,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[]
SELECT t.at, t.event, t.to_state, t.from_state, t.code, t.actor_id, t.by_name, t.role_used, t.reason,
       e.kind, e.body, p.ids AS media_ids, p.widths AS media_widths, p.heights AS media_heights,
       p.alts AS media_alts
FROM (SELECT l.id, l.at, l.event, l.to_state, l.from_state, l.state_version,
             (l.detail ->> 'code')::smallint AS code, l.actor_id, a.display_name AS by_name,
             l.role_used, l.reason
      FROM timeline l LEFT JOIN account a ON a.id = l.actor_id
      WHERE l.entity_type = 'dispute' AND l.entity_id = $1
      ORDER BY l.id DESC LIMIT $2) t
LEFT JOIN dispute_entry e ON e.dispute_id = $1 AND e.state_version = t.state_version
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY w.place) AS ids, array_agg(x.width ORDER BY w.place) AS widths,
           array_agg(x.height ORDER BY w.place) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY w.place) AS alts
    FROM unnest(e.media_ids) WITH ORDINALITY AS w (id, place)
    JOIN media x ON x.id = w.id AND x.state <> 3) p ON e.id IS NOT NULL
ORDER BY t.id, e.id

-- name: dispute_reports
-- Who reported it, also what was merged into it; for who may read it.
-- principal: account
-- args: id bigint, most integer
-- row:  id bigint, no text, reporter_id bigint, reporter_name text
SELECT d.id, d.no, r.reporter_id, a.display_name AS reporter_name
FROM (SELECT id, no FROM dispute WHERE id = $1
      UNION ALL
      SELECT id, no FROM dispute WHERE merged_into = $1) d
JOIN dispute_restricted r ON r.dispute_id = d.id
JOIN account a ON a.id = r.reporter_id
ORDER BY d.id LIMIT $2

-- name: dispute_member_names
-- Who works on it, by name.
-- args: id bigint
-- row:  account_id bigint, name text, part smallint
SELECT m.account_id, a.display_name AS name, m.part
FROM dispute_member m JOIN account a ON a.id = m.account_id
WHERE m.dispute_id = $1 AND m.ended_at IS NULL
ORDER BY m.part, m.account_id

-- name: dispute_audience
-- Whom a change of a dispute concerns, and which dispute each of them is shown: the reporter her own
-- (also of one that was merged into it), those who work on it, and officers, dispatchers and leaders
-- of the place. audience: as in the schema.
-- principal: system
-- args: id bigint
-- row:  account_id bigint, audience smallint, shown_id bigint
WITH it AS (
    SELECT id, station_id, community_id, grid_id, building_id FROM dispute WHERE id = $1),
reporters AS (
    SELECT r.reporter_id, 1::smallint AS audience, r.dispute_id FROM dispute_restricted r
    WHERE r.dispute_id = $1
    UNION ALL
    SELECT r.reporter_id, 1::smallint, r.dispute_id
    FROM dispute d JOIN dispute_restricted r ON r.dispute_id = d.id WHERE d.merged_into = $1),
staff AS (
    SELECT g.account_id, 4::smallint AS audience FROM it
    JOIN place s ON s.id IN (it.station_id, it.community_id, it.grid_id, it.building_id)
    JOIN role_grant_current g ON g.scope_id = s.id AND g.role IN (7, 8, 9)
    UNION
    SELECT g.account_id, 4::smallint FROM it
    JOIN place s ON s.community_id = it.community_id
    JOIN role_grant_current g ON g.scope_id = s.id AND g.role = 7),
panel AS (
    SELECT m.account_id, 3::smallint AS audience FROM dispute_member m
    WHERE m.dispute_id = $1 AND m.ended_at IS NULL)
SELECT reporter_id AS account_id, audience, dispute_id AS shown_id FROM reporters
UNION ALL
SELECT p.account_id, max(p.audience), $1
FROM (SELECT account_id, audience FROM staff UNION ALL SELECT account_id, audience FROM panel) p
WHERE p.account_id NOT IN (SELECT reporter_id FROM reporters WHERE dispute_id = $1)
GROUP BY p.account_id

-- name: dispute_lead
-- Whether these people can be given it: all work in the station, and none of them reported it.
-- principal: system
-- args: dispute_id bigint, lead_id bigint, panel_ids bigint[]
-- row:  available boolean, is_party boolean
SELECT coalesce(bool_and(a.id IS NOT NULL AND a.disabled_at IS NULL
                         AND works_in_station(w.id, d.station_id)), false) AS available,
       coalesce(bool_or(w.id IN (SELECT r.reporter_id FROM dispute_restricted r
                                 JOIN dispute x ON x.id = r.dispute_id
                                 WHERE x.id = d.id OR x.merged_into = d.id)), false) AS is_party
FROM dispute d
CROSS JOIN unnest($2::bigint || $3::bigint[]) AS w (id)
LEFT JOIN account a ON a.id = w.id
WHERE d.id = $1

-- name: dispute_same
-- Whether two disputes can be one quarrel: one place lies in the other, or the same person reported
-- both; and whether the second is open. No row: there is no such dispute in this station.
-- principal: system
-- args: id bigint, into_id bigint
-- row:  same boolean, is_open boolean
SELECT place_covers(d.place_id, t.place_id) OR place_covers(t.place_id, d.place_id)
           OR EXISTS (SELECT FROM dispute_restricted a
                      JOIN dispute_restricted b ON b.reporter_id = a.reporter_id
                      WHERE a.dispute_id = d.id AND b.dispute_id = t.id) AS same,
       t.ended_at IS NULL AS is_open
FROM dispute d JOIN dispute t ON t.station_id = d.station_id AND t.id <> d.id
WHERE d.id = $1 AND t.id = $2

-- name: dispute_propose
-- The lowering of a colour waits for a second person, if nobody changed the dispute meanwhile.
-- args: id bigint, seen_version integer, colour smallint, reason text, proposed_by bigint,
--       role_used smallint, expires_at timestamptz
-- row:  proposal_id bigint
WITH seen AS (
    SELECT id, station_id FROM dispute WHERE id = $1 AND state_version = $2 AND colour > $3
      AND ended_at IS NULL),
proposed AS (
    INSERT INTO dispute_proposal (dispute_id, colour, reason, proposed_by, expires_at)
    SELECT id, $3, $4, $5, $7 FROM seen
    RETURNING id),
entry AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id, reason)
    SELECT 'dispute.propose', $5, $6, 'dispute', id, station_id, $4 FROM seen)
SELECT id AS proposal_id FROM proposed

-- name: dispute_proposal_open
-- What waits for a second person; the newest.
-- args: dispute_id bigint
-- row:  proposal_id bigint, colour smallint, proposed_by bigint, proposed_by_name text,
--       reason text, expires_at timestamptz
SELECT p.id AS proposal_id, p.colour, p.proposed_by, a.display_name AS proposed_by_name, p.reason,
       p.expires_at
FROM dispute_proposal p JOIN account a ON a.id = p.proposed_by
WHERE p.dispute_id = $1 AND p.decided_at IS NULL AND p.expires_at > now()
ORDER BY p.created_at DESC LIMIT 1

-- name: dispute_approve
-- The second person agrees, in time, and is somebody else. Fails as a conflict otherwise.
-- args: proposal_id bigint, dispute_id bigint, approved_by bigint
-- row:  done integer
WITH decided AS (
    UPDATE dispute_proposal SET approved_by = $3, decided_at = now()
    WHERE id = $1 AND dispute_id = $2 AND proposed_by <> $3 AND decided_at IS NULL
      AND expires_at > now()
    RETURNING 1 AS done)
SELECT expect_moved((SELECT done FROM decided)) AS done

-- name: dispute_changed_since
-- Disputes that changed since then, for a node that may have missed the news.
-- args: since timestamptz, most integer
-- row:  id bigint
SELECT id FROM dispute WHERE updated_at > $1 ORDER BY updated_at LIMIT $2
