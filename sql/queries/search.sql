-- Finding messages; the index is described in 0009_search.sql.

-- name: search_find
-- Messages of one's own rooms (room_id 0: all of them) that contain the needle, which must be folded
-- as the texts are; newest first. before_at NULL: from the newest, else where the page before ended.
-- args: account_id bigint, room_id bigint, needle text, before_at timestamptz,
--       before_room_id bigint, before_seq bigint, page_size integer
-- row:  room_id bigint, seq bigint, sender_id bigint, sender_name text, badge smallint,
--       kind smallint, state smallint, sent_at timestamptz, body text, quote_seq bigint,
--       official boolean, notice_id bigint, public_reason text, client_key bytea,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[],
--       media_durations integer[], person_id bigint
SELECT m.room_id, m.seq, m.sender_id, m.sender_name, m.badge, m.kind, m.state, m.sent_at, m.body,
       m.quote_seq, m.official, m.notice_id, m.public_reason,
       CASE WHEN m.sender_id = $1 THEN m.client_key END AS client_key,
       m.media_ids, m.media_widths, m.media_heights, m.media_alts, m.media_durations,
       m.person_id
FROM search_in_rooms(
    (SELECT coalesce(array_agg(x.room_id), '{}') FROM membership x
     WHERE x.account_id = $1 AND x.left_at IS NULL AND ($2 = 0 OR x.room_id = $2)),
    $3, $4, $5, $6, $7) WITH ORDINALITY AS h (room_id, seq, place)
CROSS JOIN LATERAL (SELECT s.* FROM message_shown s
                    WHERE s.room_id = h.room_id AND s.seq = h.seq LIMIT 1) m
ORDER BY h.place

-- name: search_build
-- One step of building the index: messages it was about, 0 when there is nothing to do. A merge may
-- take a second: run it where nobody waits.
-- row:  built integer
SELECT search_build() AS built
