-- What is said in rooms. Reading goes through the view message_shown, the one projection.

-- name: message_add
-- Stores a batch of messages, each once, and gives them their places in their rooms. One row comes
-- back per row that went in. outcome: 0 stored, 1 was stored before (same seq and time as then),
-- 2 no such room or quoted message, or left the room, 3 muted or room frozen, 4 the key was used
-- for something else, 5 a picture is not the sender's to show. media_ids: ids joined by ',' or ''.
-- Whether the sender may write here at all was decided before, from her roles and rooms.
-- key_seen is what the caller knows of the key. -1: nothing, so it is not looked for, because that
-- is the dearest look-up of all; if it was there after all, on another node or long ago, the unique
-- index fails the batch, and it is sent again with 0. 0: it may have been used. n > 0: row n of
-- this batch has it too, and this row gets that row's answer. A batch of one is always looked up.
-- The rooms are moved, and by that locked until the commit, in the order of their ids: so seq has
-- no gaps, and commits have the order of seq. What the room itself refuses then takes no place
-- either: a frozen room is moved by what may still be said in it, a closed one not at all.
-- args: room_id bigint[], sender_id bigint[], client_key bytea[], request_hash bigint[],
--       kind smallint[], badge smallint[], official boolean[], body text[], folded text[],
--       media_ids text[], quote_seq bigint[], notice_id bigint[], key_seen integer[]
-- row:  ord integer, outcome smallint, room_id bigint, seq bigint, sent_at timestamptz,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[],
--       media_durations integer[]
WITH pictures AS MATERIALIZED (
    -- Of rows that claim the same picture the first has it.
    SELECT * FROM (
    SELECT r.ord, w.place, m.id, m.width, m.height, coalesce(m.alt, '') AS alt,
           coalesce(m.duration_ms, 0) AS duration_ms,
           min(r.ord) OVER (PARTITION BY m.id) AS first_ord
    FROM (SELECT generate_series(1, cardinality($10)) AS ord, unnest($10) AS media_ids,
                 unnest($2) AS sender_id) r,
         unnest(string_to_array(r.media_ids, ',')) WITH ORDINALITY AS w (id, place)
    CROSS JOIN LATERAL (SELECT x.* FROM media x
                        WHERE x.id = w.id AND x.owner_id = r.sender_id AND x.state = 1
                          AND x.person_id IS NULL
                        LIMIT 1 FOR UPDATE) m
    WHERE r.media_ids <> '') claim
    WHERE claim.ord = claim.first_ord
), shown AS MATERIALIZED (
    SELECT ord, array_agg(id ORDER BY place) AS ids, array_agg(width ORDER BY place) AS widths,
           array_agg(height ORDER BY place) AS heights, array_agg(alt ORDER BY place) AS alts,
           array_agg(duration_ms ORDER BY place) AS durations
    FROM pictures GROUP BY ord
), judged AS MATERIALIZED (
    SELECT i.*, i.official OR i.sender_id = 0 AS through_frost,
           known.seq AS known_seq, known.at AS known_at,
           CASE WHEN known.seq IS NOT NULL
                    THEN CASE WHEN known.request_hash = i.request_hash THEN 1 ELSE 4 END
                WHEN i.key_seen BETWEEN 1 AND i.ord - 1 THEN -1 -- as that row
                -- Who quotes has read: it was committed before this statement began.
                WHEN i.quote_seq IS NOT NULL AND i.quote_seq NOT BETWEEN 1 AND
                     (SELECT r.last_seq FROM room r WHERE r.id = i.room_id) THEN 2
                WHEN i.sender_id = 0 THEN 0
                WHEN member.left_at IS NOT NULL THEN 2
                WHEN member.muted_until > now() THEN 3
                WHEN i.media_ids <> '' AND cardinality(string_to_array(i.media_ids, ','))
                     IS DISTINCT FROM (SELECT cardinality(s.ids) FROM shown s WHERE s.ord = i.ord)
                    THEN 5
                ELSE 0 END AS outcome
    -- In the select list these walk side by side and are kept nowhere, which FROM would do with
    -- each. generate_series gives ord, and lets the planner expect many rows, not ten.
    FROM (SELECT generate_series(1, cardinality($1)) AS ord, unnest($1) AS room_id,
                 unnest($2) AS sender_id, unnest($3) AS client_key, unnest($4) AS request_hash,
                 unnest($5) AS kind, unnest($6) AS badge, unnest($7) AS official,
                 unnest($8) AS body, unnest($9) AS folded, unnest($10) AS media_ids,
                 unnest($11) AS quote_seq, unnest($12) AS notice_id, unnest($13) AS key_seen) i
    -- LIMIT keeps these from becoming joins over whole tables.
    LEFT JOIN LATERAL (
        SELECT k.seq, k.created_at AS at, k.request_hash FROM message k
        WHERE (i.key_seen >= 0 OR cardinality($1) = 1)
          AND k.sender_id = i.sender_id AND k.client_key = i.client_key LIMIT 1) known ON true
    LEFT JOIN LATERAL (
        SELECT m.left_at, m.muted_until FROM membership m
        WHERE m.room_id = i.room_id AND m.account_id = i.sender_id LIMIT 1) member ON true
), moved AS (
    UPDATE room SET
        last_seq = last_seq + CASE WHEN frozen_until > now() THEN n.through_frost ELSE n.all END,
        last_at = greatest(last_at, date_trunc('milliseconds', now()))
    FROM (SELECT room_id, count(*) AS all, count(*) FILTER (WHERE through_frost) AS through_frost
          FROM judged WHERE outcome = 0 GROUP BY room_id ORDER BY room_id) n
    WHERE room.id = n.room_id AND closed_at IS NULL
    RETURNING room.id, last_at AS at, coalesce(frozen_until > now(), false) AS is_frozen,
        last_seq - CASE WHEN frozen_until > now() THEN n.through_frost ELSE n.all END AS before_seq
), placed AS MATERIALIZED (
    SELECT p.*, CASE WHEN p.at IS NULL THEN 2 WHEN p.stopped THEN 3 ELSE 0 END AS verdict,
           p.before_seq
               + row_number() OVER (PARTITION BY p.room_id ORDER BY p.stopped, p.ord) AS seq
    FROM (SELECT j.*, m.at, m.before_seq, m.is_frozen AND NOT j.through_frost AS stopped
          FROM judged j LEFT JOIN moved m ON m.id = j.room_id
          WHERE j.outcome = 0) p
), added AS (
    INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, quote_seq, notice_id,
                         kind, badge, official, client_key, body, folded, media_ids)
    SELECT room_id, seq, sender_id, at, request_hash, quote_seq, notice_id, kind, badge, official,
           client_key, body, folded, string_to_array(nullif(media_ids, ''), ',')
    FROM placed WHERE verdict = 0
), attached AS (
    UPDATE media SET state = 2, room_id = p.room_id, message_seq = p.seq
    FROM pictures w JOIN placed p ON p.ord = w.ord AND p.verdict = 0
    WHERE media.id = w.id AND media.id = ANY (ARRAY(SELECT id FROM pictures))
), told AS (
    SELECT ord, room_id, request_hash, key_seen, verdict AS outcome,
           CASE verdict WHEN 0 THEN seq END AS seq, CASE verdict WHEN 0 THEN at END AS at
    FROM placed
    UNION ALL
    SELECT ord, room_id, request_hash, key_seen, outcome, known_seq, known_at
    FROM judged WHERE outcome <> 0
)
SELECT t.ord, (CASE WHEN t.outcome >= 0 THEN t.outcome
                    WHEN f.outcome > 1 THEN f.outcome
                    WHEN f.request_hash = t.request_hash THEN 1 ELSE 4 END)::smallint AS outcome,
       t.room_id, coalesce(t.seq, f.seq) AS seq, coalesce(t.at, f.at) AS sent_at,
       shown.ids AS media_ids, shown.widths AS media_widths, shown.heights AS media_heights,
       shown.alts AS media_alts, shown.durations AS media_durations
FROM told t
LEFT JOIN LATERAL (SELECT x.outcome, x.seq, x.at, x.request_hash FROM told x
                   WHERE x.ord = t.key_seen AND t.outcome = -1 LIMIT 1) f ON true
LEFT JOIN shown ON shown.ord = t.ord

-- name: message_recall
-- Takes back one's own message while the window is open: text and pictures are deleted, the journal
-- and the timeline say so. outcome: 0 done, 1 not found, 2 too late, 3 was no longer visible.
-- args: room_id bigint, seq bigint, account_id bigint, window_ms bigint
-- row:  outcome smallint, sender_id bigint, revocation_seq bigint, state smallint, at timestamptz
WITH target AS MATERIALIZED (
    SELECT m.room_id, m.seq, m.sender_id, m.media_ids,
           CASE WHEN m.sender_id <> $3 OR m.kind <> 1 THEN 1
                WHEN m.state <> 1 THEN 3
                WHEN m.created_at < now() - $4 * interval '1 millisecond' THEN 2
                ELSE 0 END AS outcome
    FROM message m WHERE m.room_id = $1 AND m.seq = $2 FOR UPDATE
), changed AS (
    UPDATE message m SET state = 2, body = NULL, folded = NULL, media_ids = NULL
    FROM target t WHERE t.outcome = 0 AND m.room_id = t.room_id AND m.seq = t.seq
), pictures AS (
    UPDATE media SET state = 3, revoked_at = now()
    FROM target t WHERE t.outcome = 0 AND media.id = ANY (t.media_ids)
), bytes AS (
    DELETE FROM media_blob USING target t WHERE t.outcome = 0 AND media_id = ANY (t.media_ids)
), journalled AS (
    INSERT INTO revocation (kind, room_id, seq, state)
    SELECT 1, t.room_id, t.seq, 2 FROM target t WHERE t.outcome = 0
    RETURNING revocation_seq, state, created_at
), told AS (
    INSERT INTO timeline (entity_type, entity_id, entity_seq, event, from_state, to_state, actor_id)
    SELECT 'message', t.room_id, t.seq, 'message.recall', 1, 2, $3 FROM target t
    WHERE t.outcome = 0
)
SELECT coalesce(t.outcome, 1)::smallint AS outcome, t.sender_id, j.revocation_seq, j.state,
       j.created_at AS at
FROM (SELECT) one LEFT JOIN target t ON true LEFT JOIN journalled j ON true

-- name: message_hide
-- Takes a message out of everyone's sight. The text stays in the row as evidence until its time is
-- over; nothing shows it. With journal, timeline and audit. outcome: 0 done, 1 not found, 3 was no
-- longer visible. hide_reason: a number of the schema; public_reason: words for everyone.
-- args: room_id bigint, seq bigint, actor_id bigint, role_used smallint, hide_reason smallint,
--       public_reason text
-- row:  outcome smallint, sender_id bigint, revocation_seq bigint, state smallint, at timestamptz
WITH target AS MATERIALIZED (
    SELECT m.room_id, m.seq, m.sender_id, m.media_ids, r.station_id,
           CASE WHEN m.kind <> 1 THEN 1 WHEN m.state <> 1 THEN 3 ELSE 0 END AS outcome
    FROM message m JOIN room r ON r.id = m.room_id
    WHERE m.room_id = $1 AND m.seq = $2 FOR UPDATE OF m
), changed AS (
    UPDATE message m SET state = 3, public_reason = $6
    FROM target t WHERE t.outcome = 0 AND m.room_id = t.room_id AND m.seq = t.seq
), pictures AS (
    UPDATE media SET state = 3, revoked_at = now()
    FROM target t WHERE t.outcome = 0 AND media.id = ANY (t.media_ids)
), journalled AS (
    INSERT INTO revocation (kind, room_id, seq, state, public_reason)
    SELECT 1, t.room_id, t.seq, 3, $6 FROM target t WHERE t.outcome = 0
    RETURNING revocation_seq, state, created_at
), told AS (
    INSERT INTO timeline (entity_type, entity_id, entity_seq, event, from_state, to_state, actor_id,
                          role_used, reason, detail)
    SELECT 'message', t.room_id, t.seq, 'message.hide', 1, 3, $3, $4, $6,
           jsonb_build_object('hide_reason', $5)
    FROM target t WHERE t.outcome = 0
), audited AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, entity_seq, station_id,
                       reason, detail)
    SELECT 'message.hide', $3, $4, 'message', t.room_id, t.seq, t.station_id, $6,
           jsonb_build_object('hide_reason', $5)
    FROM target t WHERE t.outcome = 0
)
SELECT coalesce(t.outcome, 1)::smallint AS outcome, t.sender_id, j.revocation_seq, j.state,
       j.created_at AS at
FROM (SELECT) one LEFT JOIN target t ON true LEFT JOIN journalled j ON true

-- name: message_page
-- A page of a room, oldest first, without gaps: below before_seq, above after_seq, or around
-- around_seq; all 0: the newest. No row: there is no such room. A row with seq NULL: an empty page.
-- args: room_id bigint, viewer_id bigint, before_seq bigint, after_seq bigint, around_seq bigint,
--       page_size integer
-- row:  room_id bigint, seq bigint, sender_id bigint, sender_name text, badge smallint,
--       kind smallint, state smallint, sent_at timestamptz, body text, quote_seq bigint,
--       official boolean, notice_id bigint, public_reason text, client_key bytea,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[],
--       media_durations integer[], person_id bigint, first_seq bigint, head_seq bigint
WITH bounds AS MATERIALIZED (
    SELECT r.id, r.first_seq, r.last_seq,
           CASE WHEN $4 > 0 THEN $4 + 1
                WHEN $5 > 0 THEN $5 - $6 / 2
                WHEN $3 > 0 THEN least($3, r.last_seq + 1) - $6
                ELSE r.last_seq + 1 - $6 END AS from_seq
    FROM room r WHERE r.id = $1
)
SELECT b.id AS room_id, m.seq, m.sender_id, m.sender_name, m.badge, m.kind, m.state, m.sent_at,
       m.body, m.quote_seq, m.official, m.notice_id, m.public_reason,
       CASE WHEN m.sender_id = $2 THEN m.client_key END AS client_key,
       m.media_ids, m.media_widths, m.media_heights, m.media_alts, m.media_durations,
       m.person_id, b.first_seq, b.last_seq AS head_seq
FROM bounds b
LEFT JOIN LATERAL (
    SELECT s.* FROM message_shown s
    WHERE s.room_id = b.id AND s.seq >= greatest(b.from_seq, b.first_seq)
      AND s.seq < b.from_seq + $6 AND s.seq <= b.last_seq
    ORDER BY s.seq LIMIT $6) m ON true
ORDER BY m.seq

-- name: message_range
-- The messages from_seq to to_seq of a room, oldest first, at most page_size; viewer_id 0: nobody's
-- keys are given. No row: there is no such room. A row with seq NULL: nothing in this range.
-- args: room_id bigint, viewer_id bigint, from_seq bigint, to_seq bigint, page_size integer
-- row:  room_id bigint, seq bigint, sender_id bigint, sender_name text, badge smallint,
--       kind smallint, state smallint, sent_at timestamptz, body text, quote_seq bigint,
--       official boolean, notice_id bigint, public_reason text, client_key bytea,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[],
--       media_durations integer[], person_id bigint, first_seq bigint, head_seq bigint
SELECT r.id AS room_id, m.seq, m.sender_id, m.sender_name, m.badge, m.kind, m.state, m.sent_at,
       m.body, m.quote_seq, m.official, m.notice_id, m.public_reason,
       CASE WHEN m.sender_id = $2 AND $2 > 0 THEN m.client_key END AS client_key,
       m.media_ids, m.media_widths, m.media_heights, m.media_alts, m.media_durations,
       m.person_id, r.first_seq, r.last_seq AS head_seq
FROM room r
LEFT JOIN LATERAL (
    SELECT s.* FROM message_shown s
    WHERE s.room_id = r.id AND s.seq >= greatest($3, r.first_seq) AND s.seq <= least($4, r.last_seq)
    ORDER BY s.seq LIMIT $5) m ON true
WHERE r.id = $1
ORDER BY m.seq

-- name: message_heads
-- How far rooms have come.
-- args: room_ids bigint[]
-- row:  room_id bigint, head_seq bigint, first_seq bigint
SELECT id AS room_id, last_seq AS head_seq, first_seq FROM room WHERE id = ANY ($1)

-- name: revocation_range
-- The journal after a position, in the rooms this person is in, oldest first. One row with
-- revocation_seq NULL when there is nothing. head_seq: of the whole journal.
-- args: account_id bigint, after_seq bigint, page_size integer
-- row:  head_seq bigint, revocation_seq bigint, kind smallint, room_id bigint, seq bigint,
--       media_id text, notice_id bigint, state smallint, public_reason text, person_id bigint,
--       person_version integer
SELECT h.last_seq AS head_seq, j.revocation_seq, j.kind, j.room_id, j.seq, j.media_id, j.notice_id,
       j.state, j.public_reason, j.person_id, j.person_version
FROM revocation_head h
LEFT JOIN LATERAL (
    SELECT r.* FROM revocation r
    WHERE r.revocation_seq > $2 AND r.revocation_seq <= h.last_seq
      AND EXISTS (SELECT FROM membership m WHERE m.room_id = r.room_id AND m.account_id = $1
                                             AND m.left_at IS NULL)
    ORDER BY r.revocation_seq LIMIT $3) j ON true
ORDER BY j.revocation_seq

-- name: revocation_acked
-- A device has applied the journal up to here; only goes forward.
-- args: session_id bigint, revocation_seq bigint
UPDATE login_session SET revocation_seq = $2 WHERE id = $1 AND revocation_seq < $2
