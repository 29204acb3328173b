-- What a team said while it looked for somebody goes with the search: a month after the end, like
-- everything else about her. The rows stay for the order of the room.

CREATE FUNCTION retention_person_rooms(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rooms bigint[];
    taken text[];
BEGIN
    SELECT array_agg(r.id) INTO rooms FROM room r
    WHERE r.entity_type = 'person_search' AND r.entity_id = ANY (ids);
    SELECT array_agg(p.id) INTO taken FROM message m, unnest(m.media_ids) AS p (id)
    WHERE m.room_id = ANY (rooms);
    UPDATE message SET state = 4, body = NULL, folded = NULL, media_ids = NULL, quote_seq = NULL,
                       public_reason = NULL
    WHERE room_id = ANY (rooms);
    DELETE FROM media_blob WHERE media_id = ANY (taken);
    DELETE FROM media WHERE id = ANY (taken);
    DELETE FROM search_posting WHERE room_id = ANY (rooms);
    UPDATE room SET first_seq = last_seq + 1 WHERE id = ANY (rooms);
END $$;

CREATE OR REPLACE FUNCTION retention_persons(keep_days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old bigint[];
    before text := coalesce(current_setting('hall.system', true), '');
BEGIN
    IF keep_days < 1 THEN
        RAISE EXCEPTION 'keep_days is at least 1' USING ERRCODE = '22023';
    END IF;
    PERFORM set_config('hall.system', 'on', true);
    SELECT array_agg(person_id) INTO old FROM (
        SELECT r.person_id FROM person_restricted r JOIN person_search p ON p.id = r.person_id
        WHERE p.ended_at < now() - make_interval(days => keep_days) LIMIT most) o;
    PERFORM retention_person_rooms(old);
    DELETE FROM media_blob WHERE media_id IN (SELECT id FROM media WHERE person_id = ANY (old));
    DELETE FROM media WHERE person_id = ANY (old);
    DELETE FROM person_sighting WHERE person_id = ANY (old);
    DELETE FROM person_claim WHERE person_id = ANY (old);
    DELETE FROM person_receipt WHERE person_id = ANY (old);
    DELETE FROM person_member WHERE person_id = ANY (old);
    DELETE FROM person_take_down_device WHERE person_id = ANY (old);
    UPDATE person_handover SET recipient_sealed = NULL, note = NULL WHERE person_id = ANY (old);
    DELETE FROM person_restricted WHERE person_id = ANY (old);
    PERFORM access_forget('person_search', old);
    PERFORM set_config('hall.system', before, true);
    RETURN coalesce(cardinality(old), 0);
END $$;
