-- What has had its time goes. One function per kind of data, each a bounded step that says how much
-- it did; the job calls them until all say 0. They run as the owner, so the server itself needs no
-- right to delete. What the law wants kept cannot be deleted early: they refuse.

-- Texts and pictures of messages older than keep_days: the rows stay for the order of the room, and
-- so that a late repeat is still answered. first_seq moves on behind them.
CREATE FUNCTION retention_messages(keep_days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    cutoff timestamptz := now() - make_interval(days => keep_days);
    target record;
    upto bigint;
    taken text[];
BEGIN
    IF keep_days < 1 OR most < 1 THEN
        RAISE EXCEPTION 'keep_days and most are at least 1' USING ERRCODE = '22023';
    END IF;
    SELECT r.id, r.first_seq INTO target FROM room r
    JOIN message m ON m.room_id = r.id AND m.seq = r.first_seq
    WHERE m.created_at < cutoff ORDER BY r.id LIMIT 1;
    IF target IS NULL THEN
        RETURN 0;
    END IF;
    upto := least(target.first_seq + most - 1, room_seq_at(target.id, cutoff, false));
    SELECT array_agg(p.id) INTO taken FROM message m, unnest(m.media_ids) AS p (id)
    WHERE m.room_id = target.id AND m.seq BETWEEN target.first_seq AND upto;
    UPDATE message SET state = 4, body = NULL, folded = NULL, media_ids = NULL, quote_seq = NULL,
                       public_reason = NULL
    WHERE room_id = target.id AND seq BETWEEN target.first_seq AND upto;
    DELETE FROM media_blob WHERE media_id = ANY (taken);
    DELETE FROM media WHERE id = ANY (taken);
    -- Whole places of the index; what is left of them goes with the rest of the place.
    DELETE FROM search_posting WHERE room_id = target.id
        AND ((level = 0 AND (segment + 1)::bigint * 2048 <= upto)
             OR (level = 1 AND (segment + 1)::bigint * 32768 <= upto));
    UPDATE room SET first_seq = upto + 1 WHERE id = target.id;
    RETURN upto - target.first_seq + 1;
END $$;

-- Devices that ended, and failed logins. Six months by law (183 days); less is refused.
CREATE FUNCTION retention_security_log(keep_days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    cutoff timestamptz := now() - make_interval(days => keep_days);
    sessions integer;
    failures integer;
BEGIN
    IF keep_days < 183 THEN
        RAISE EXCEPTION 'security logs are kept 183 days at least' USING ERRCODE = '22023';
    END IF;
    DELETE FROM login_session WHERE id IN (
        SELECT id FROM login_session WHERE least(revoked_at, expires_at) < cutoff LIMIT most);
    GET DIAGNOSTICS sessions = ROW_COUNT;
    DELETE FROM login_failure WHERE id IN (
        SELECT id FROM login_failure WHERE at < cutoff LIMIT most);
    GET DIAGNOSTICS failures = ROW_COUNT;
    RETURN sessions + failures;
END $$;

-- Who was meant, six months after an alert ended: the person is forgotten, the outcome stays.
CREATE FUNCTION retention_alerts(keep_days integer, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old bigint[];
    before text := coalesce(current_setting('hall.system', true), '');
BEGIN
    IF keep_days < 1 THEN
        RAISE EXCEPTION 'keep_days is at least 1' USING ERRCODE = '22023';
    END IF;
    PERFORM set_config('hall.system', 'on', true);
    SELECT array_agg(alert_id) INTO old FROM (
        SELECT r.alert_id FROM alert_restricted r JOIN alert a ON a.id = r.alert_id
        WHERE a.ended_at < now() - make_interval(days => keep_days) LIMIT most) o;
    DELETE FROM notice_receipt WHERE notice_id IN (
        SELECT notice_id FROM notice_link WHERE alert_id = ANY (old));
    DELETE FROM notice_link WHERE alert_id = ANY (old);
    DELETE FROM alert_recipient WHERE alert_id = ANY (old);
    DELETE FROM alert_restricted WHERE alert_id = ANY (old);
    PERFORM set_config('hall.system', before, true);
    RETURN coalesce(cardinality(old), 0);
END $$;

-- Small things: roles whose term is over (sockets are closed, halls left), why somebody was muted (six
-- months), what was sent outside (seven days), timers that are over (thirty days), the journal (24
-- months, longer than any device keeps a copy).
CREATE FUNCTION retention_rest(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    total integer;
    step integer;
BEGIN
    -- First all of them, then the halls: a function sees what the whole statement before it did.
    WITH ended AS (
        UPDATE role_grant SET revoked_at = expires_at, revoke_reason = 'expired'
        WHERE id IN (SELECT id FROM role_grant WHERE revoked_at IS NULL AND expires_at <= now()
                     ORDER BY id LIMIT most)
        RETURNING account_id
    )
    SELECT count(*), count(membership_derive(account_id)) INTO total, step
    FROM (SELECT DISTINCT account_id FROM ended) e;
    UPDATE membership SET muted_until = NULL, muted_by = NULL, mute_reason = NULL
    WHERE (room_id, account_id) IN (
        SELECT room_id, account_id FROM membership
        WHERE muted_until < now() - interval '6 months' LIMIT most);
    GET DIAGNOSTICS step = ROW_COUNT;
    total := total + step;
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE least(done_at, dead_at) < now() - interval '7 days' LIMIT most);
    GET DIAGNOSTICS step = ROW_COUNT;
    total := total + step;
    DELETE FROM timer WHERE (entity_type, entity_id, name, state_version) IN (
        SELECT entity_type, entity_id, name, state_version FROM timer
        WHERE least(fired_at, cancelled_at) < now() - interval '30 days' LIMIT most);
    GET DIAGNOSTICS step = ROW_COUNT;
    total := total + step;
    DELETE FROM revocation WHERE revocation_seq IN (
        SELECT revocation_seq FROM revocation WHERE created_at < now() - interval '24 months'
        ORDER BY revocation_seq LIMIT most);
    GET DIAGNOSTICS step = ROW_COUNT;
    RETURN total + step;
END $$;

GRANT EXECUTE ON FUNCTION retention_messages, retention_security_log, retention_alerts,
    retention_rest TO hall_app;
