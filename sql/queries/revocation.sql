-- The revocation journal as every node reads it: what is no longer to be shown, in one order.

-- name: revocation_feed
-- The journal after a position, oldest first. Beside an entry about a message stands that message
-- as it is shown now (without text), for the nodes' rings; NULL otherwise.
-- args: after_seq bigint, page_size integer
-- row:  room_id bigint, seq bigint, sender_id bigint, sender_name text, badge smallint,
--       kind smallint, state smallint, sent_at timestamptz, body text, quote_seq bigint,
--       official boolean, notice_id bigint, public_reason text, client_key bytea,
--       media_ids text[], media_widths integer[], media_heights integer[], media_alts text[],
--       media_durations integer[], person_id bigint, revocation_seq bigint,
--       revoked_kind smallint, revoked_room_id bigint, revoked_seq bigint,
--       revoked_media_id text, revoked_notice_id bigint, revoked_state smallint,
--       revoked_reason text, revoked_person_id bigint, revoked_person_version integer
SELECT m.room_id, m.seq, m.sender_id, m.sender_name, m.badge, m.kind, m.state, m.sent_at, m.body,
       m.quote_seq, m.official, m.notice_id, m.public_reason, NULL::bytea AS client_key,
       m.media_ids, m.media_widths, m.media_heights, m.media_alts, m.media_durations,
       m.person_id, r.revocation_seq, r.kind AS revoked_kind, r.room_id AS revoked_room_id,
       r.seq AS revoked_seq, r.media_id AS revoked_media_id, r.notice_id AS revoked_notice_id,
       r.state AS revoked_state, r.public_reason AS revoked_reason,
       r.person_id AS revoked_person_id, r.person_version AS revoked_person_version
FROM revocation r
LEFT JOIN message_shown m ON r.kind = 1 AND m.room_id = r.room_id AND m.seq = r.seq
WHERE r.revocation_seq > $1
ORDER BY r.revocation_seq LIMIT $2
