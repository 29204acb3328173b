-- Pictures and voices: the row, a picture's two sizes or a voice's one (0), and who may see them.

-- name: media_add
-- A picture made anew, with both sizes, held for its owner. No row: she holds too many that no
-- message shows yet.
-- args: id text, owner_id bigint, width integer, height integer, alt text, small bytea, large bytea
-- row:  id text
WITH kept AS (
    INSERT INTO media (id, owner_id, width, height, alt)
    SELECT $1, $2, $3, $4, $5
    WHERE (SELECT count(*) FROM media m WHERE m.owner_id = $2 AND m.state = 1
             AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id)) < 60
    RETURNING id
), stored AS (
    INSERT INTO media_blob (media_id, size, content)
    SELECT k.id, b.size, b.content FROM kept k, (VALUES (320, $6), (1600, $7)) AS b (size, content)
)
SELECT id FROM kept

-- name: media_read
-- One size of a picture, or a voice (size 0), for those who are in the room of the visible message
-- that shows it, for its owner while nothing shows it, for who may read the object that keeps it, or
-- may see the search it belongs to. outcome: 0 here it is, 1 not found, 2 taken down.
-- args: id text, size integer, account_id bigint
-- row:  outcome smallint, content bytea
WITH kept AS MATERIALIZED (
    SELECT media_hold_shows(h.entity_type, h.entity_id, $3) AS shows FROM media_hold h
    WHERE h.media_id = $1
), asked AS MATERIALIZED (
    SELECT m.id, m.state,
           CASE WHEN m.person_id IS NOT NULL THEN p.outcome <> 1
                ELSE coalesce((SELECT shows FROM kept), false)
                     OR CASE WHEN m.room_id IS NULL THEN m.owner_id = $3
                             ELSE EXISTS (SELECT FROM membership b
                                          WHERE b.room_id = m.room_id AND b.account_id = $3
                                            AND b.left_at IS NULL) END
           END AS may_see,
           CASE WHEN m.person_id IS NOT NULL THEN p.outcome = 0
                ELSE m.room_id IS NULL OR coalesce((SELECT shows FROM kept), false)
                     OR EXISTS (SELECT FROM message s
                                WHERE s.room_id = m.room_id AND s.seq = m.message_seq
                                  AND s.state = 1)
           END AS is_shown
    FROM media m
    LEFT JOIN LATERAL (SELECT person_picture(m, $3) AS outcome) p ON m.person_id IS NOT NULL
    WHERE m.id = $1
)
SELECT (CASE WHEN NOT a.may_see THEN 1
             WHEN a.state = 3 OR NOT a.is_shown THEN 2
             WHEN b.content IS NULL THEN 1 ELSE 0 END)::smallint AS outcome,
       CASE WHEN a.may_see AND a.state <> 3 AND a.is_shown THEN b.content END AS content
FROM asked a LEFT JOIN media_blob b ON b.media_id = a.id AND b.size = $2

-- name: media_orphans_remove
-- Pictures that no message shows after a day: their bytes go, the row stays as revoked. For the
-- hourly job; a few at a time.
-- args: most integer
-- row:  id text
WITH old AS (
    SELECT id FROM media
    WHERE state = 1 AND person_id IS NULL AND created_at < now() - interval '1 day'
      AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = media.id)
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
), emptied AS (
    DELETE FROM media_blob WHERE media_id IN (SELECT id FROM old)
)
UPDATE media SET state = 3, revoked_at = now() WHERE id IN (SELECT id FROM old)
RETURNING id
