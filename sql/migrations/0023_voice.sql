-- Voice messages: they live, are shown and are taken down as pictures are, with one blob of their own
-- size, 0. A picture has no duration, a voice neither width nor height.

ALTER TABLE media ADD COLUMN duration_ms integer;
ALTER TABLE media DROP CONSTRAINT media_width_check, DROP CONSTRAINT media_height_check,
    ADD CONSTRAINT media_measures CHECK (
        CASE WHEN duration_ms IS NULL
             THEN width BETWEEN 1 AND 20000 AND height BETWEEN 1 AND 20000
             ELSE duration_ms BETWEEN 300 AND 60500 AND width = 0 AND height = 0
                  AND person_id IS NULL END);
COMMENT ON TABLE media IS 'personal: pictures and voices. impersonal=id,state,room_id,message_seq,width,height,duration_ms,created_at,revoked_at,person_id,person_part,sighting_id';
ALTER TABLE media_blob DROP CONSTRAINT media_blob_size_check,
    ADD CONSTRAINT media_blob_size_check CHECK (size IN (0, 320, 1600));
COMMENT ON TABLE media_blob IS 'personal: the bytes of pictures and voices. impersonal=media_id,size';
COMMENT ON COLUMN media_blob.content IS 'purpose=the picture or voice, without its metadata; audience=residents; ttl=P12M';

CREATE OR REPLACE VIEW message_shown AS
SELECT m.room_id, m.seq, m.sender_id, coalesce(a.display_name, '') AS sender_name, m.badge, m.kind,
       m.state, m.created_at AS sent_at,
       CASE WHEN m.state = 1 THEN m.body END AS body,
       m.quote_seq, m.official, m.notice_id,
       CASE WHEN m.state = 3 THEN m.public_reason END AS public_reason, m.client_key,
       p.ids AS media_ids, p.widths AS media_widths, p.heights AS media_heights,
       p.alts AS media_alts, m.person_id, p.durations AS media_durations
FROM message m
LEFT JOIN account a ON a.id = m.sender_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY w.place) AS ids, array_agg(x.width ORDER BY w.place) AS widths,
           array_agg(x.height ORDER BY w.place) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY w.place) AS alts,
           array_agg(coalesce(x.duration_ms, 0) ORDER BY w.place) AS durations
    FROM unnest(m.media_ids) WITH ORDINALITY AS w (id, place)
    CROSS JOIN LATERAL (SELECT y.* FROM media y WHERE y.id = w.id AND y.state = 2 LIMIT 1) x
    WHERE m.state = 1) p ON m.media_ids IS NOT NULL;
