-- Voices are rows of media, read by media_read.

-- name: voice_add
-- A voice made anew, held for its owner. No row: she holds too much that no message shows yet.
-- args: id text, owner_id bigint, duration_ms integer, sound bytea
-- row:  id text
WITH kept AS (
    INSERT INTO media (id, owner_id, width, height, duration_ms)
    SELECT $1, $2, 0, 0, $3
    WHERE (SELECT count(*) FROM media m WHERE m.owner_id = $2 AND m.state = 1
             AND NOT EXISTS (SELECT FROM media_hold h WHERE h.media_id = m.id)) < 60
    RETURNING id
), stored AS (
    INSERT INTO media_blob (media_id, size, content) SELECT id, 0, $4 FROM kept
)
SELECT id FROM kept
