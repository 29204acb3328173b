-- A take-down of a search says with which version of it everything before went: those who see more
-- than the halls are told that version itself at the same moment, and keep it.

ALTER TABLE revocation ADD COLUMN person_version integer;
GRANT INSERT (person_version) ON revocation TO hall_app;

CREATE OR REPLACE FUNCTION person_hide(of_id bigint, of_version integer, tombstone text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    picture media;
    renamed text;
    gone text[] := '{}';
    hall record;
    last bigint;
BEGIN
    FOR picture IN
        SELECT * FROM media WHERE person_id = of_id AND person_part = 1 AND state = 2 ORDER BY id
    LOOP
        renamed := replace(gen_random_uuid()::text, '-', '');
        INSERT INTO media (id, owner_id, width, height, alt, person_id, person_part)
        VALUES (renamed, picture.owner_id, picture.width, picture.height, picture.alt, of_id, 1);
        UPDATE media_blob SET media_id = renamed WHERE media_id = picture.id;
        UPDATE media SET state = 3, revoked_at = now(), alt = NULL WHERE id = picture.id;
        gone := gone || picture.id;
    END LOOP;
    FOR hall IN
        SELECT room_id, card_seq FROM person_hall WHERE person_id = of_id ORDER BY room_id
    LOOP
        IF tombstone IS NOT NULL THEN
            UPDATE message SET state = 3, public_reason = tombstone, body = NULL, folded = NULL
            WHERE room_id = hall.room_id AND seq = hall.card_seq AND state = 1;
            INSERT INTO revocation (kind, room_id, seq, state, public_reason, person_id)
            VALUES (1, hall.room_id, hall.card_seq, 3, tombstone, of_id);
        END IF;
        INSERT INTO revocation (kind, room_id, media_id, person_id)
        SELECT 2, hall.room_id, g.id, of_id FROM unnest(gone) AS g (id);
        INSERT INTO revocation (kind, room_id, person_id, person_version)
        VALUES (4, hall.room_id, of_id, of_version)
        RETURNING revocation_seq INTO last;
    END LOOP;
    IF last IS NOT NULL THEN
        INSERT INTO person_take_down (person_id, state_version, revocation_seq)
        VALUES (of_id, of_version, last);
    END IF;
    RETURN last;
END $$;
