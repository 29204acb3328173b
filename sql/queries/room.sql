-- Rooms and who is in them.

-- name: room_load
-- What a node needs to hold a room.
-- args: room_id bigint
-- row:  room_id bigint, kind smallint, name text, station_id bigint, community_id bigint,
--       place_id bigint, head_seq bigint, first_seq bigint, member_count integer, closed boolean
SELECT id AS room_id, kind, name, station_id, community_id, place_id, last_seq AS head_seq,
       first_seq, member_count, closed_at IS NOT NULL AS closed
FROM room WHERE id = $1

-- name: room_memberships
-- The rooms somebody is in, or one of them (room_id 0: all), with what is hers: how far she read,
-- until when she is muted, how many visible messages of others wait (counted to 100).
-- args: account_id bigint, room_id bigint, page_size integer
-- row:  room_id bigint, kind smallint, name text, station_id bigint, community_id bigint,
--       place_id bigint, head_seq bigint, first_seq bigint, member_count integer, closed boolean,
--       read_seq bigint, muted_until timestamptz, unread integer, may_post boolean
SELECT r.id AS room_id, r.kind, r.name, r.station_id, r.community_id, r.place_id,
       r.last_seq AS head_seq, r.first_seq, r.member_count, r.closed_at IS NOT NULL AS closed,
       m.read_seq, CASE WHEN m.muted_until > now() THEN m.muted_until END AS muted_until,
       coalesce(u.unread, 0)::integer AS unread,
       r.kind <> 7 AND r.closed_at IS NULL AND coalesce(r.frozen_until <= now(), true)
           AND coalesce(m.muted_until <= now(), true) AS may_post
FROM membership m
JOIN room r ON r.id = m.room_id
LEFT JOIN LATERAL (
    SELECT count(*) AS unread
    FROM (SELECT FROM message x
          WHERE x.room_id = r.id AND x.state = 1 AND x.sender_id <> m.account_id
            AND x.seq > greatest(m.read_seq, r.last_seq - 1000) LIMIT 100) few
    ) u ON r.last_seq > m.read_seq
WHERE m.account_id = $1 AND m.left_at IS NULL AND ($2 = 0 OR m.room_id = $2)
ORDER BY r.kind, r.id LIMIT $3

-- name: room_left
-- Which of these people are not in these rooms (any more), pair by pair; to catch up after
-- notifications were missed.
-- args: account_ids bigint[], room_ids bigint[]
-- row:  account_id bigint, room_id bigint
SELECT given.account_id, given.room_id
FROM unnest($1, $2) AS given (account_id, room_id)
LEFT JOIN LATERAL (SELECT true AS is_in FROM membership m
                   WHERE m.room_id = given.room_id AND m.account_id = given.account_id
                     AND m.left_at IS NULL LIMIT 1) x ON true
WHERE x.is_in IS NULL

-- name: room_read
-- Moves read cursors forward, in a batch. outcome: 0 it is there now or was further, 2 no member.
-- args: account_id bigint[], room_id bigint[], seq bigint[]
-- row:  ord integer, outcome smallint
SELECT ord, outcome FROM room_read($1, $2, $3)

-- name: room_mute
-- Somebody may read but not write in a room until a time; NULL lifts it. With timeline and audit.
-- No row: she is no member.
-- args: room_id bigint, account_id bigint, actor_id bigint, role_used smallint,
--       until timestamptz, reason text
-- row:  account_id bigint, muted_until timestamptz
WITH changed AS (
    UPDATE membership m
    SET muted_until = $5, muted_by = $3, mute_reason = CASE WHEN $5 IS NULL THEN NULL ELSE $6 END
    FROM room r
    WHERE m.room_id = $1 AND m.account_id = $2 AND m.left_at IS NULL AND r.id = m.room_id
    RETURNING m.room_id, m.account_id, m.muted_until, r.station_id
), told AS (
    INSERT INTO timeline (entity_type, entity_id, event, actor_id, role_used, reason, detail)
    SELECT 'room', room_id, CASE WHEN $5 IS NULL THEN 'member.unmute' ELSE 'member.mute' END, $3,
           $4, $6, jsonb_build_object('account_id', account_id)
    FROM changed
), audited AS (
    INSERT INTO audit (action, actor_id, role_used, entity_type, entity_id, station_id, reason,
                       detail)
    SELECT CASE WHEN $5 IS NULL THEN 'member.unmute' ELSE 'member.mute' END, $3, $4, 'account',
           account_id, station_id, $6,
           jsonb_build_object('room_id', room_id, 'until_ms',
                              (extract(epoch FROM muted_until) * 1000)::bigint)
    FROM changed
)
SELECT account_id, muted_until FROM changed

-- name: room_silence
-- How long she may not write here, because she is muted or the room is frozen; at least 1.
-- args: room_id bigint, account_id bigint
-- row:  left_ms bigint
SELECT greatest(1, ceil(extract(epoch FROM greatest(m.muted_until, r.frozen_until) - now())
                        * 1000))::bigint AS left_ms
FROM room r LEFT JOIN membership m ON m.room_id = r.id AND m.account_id = $2
WHERE r.id = $1
