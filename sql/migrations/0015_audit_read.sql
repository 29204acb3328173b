-- Readings of restricted data. Each is an entry of the audit (action `<entity>.read`), in the chain
-- like every decision. What is pushed to a person without her asking is entered once per person,
-- object, version and projection, however often she reconnects: access_mark remembers that it was.

CREATE TABLE access_mark (
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL,
    account_id bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    audience smallint NOT NULL,
    PRIMARY KEY (entity_type, entity_id, account_id, version, audience)
);
COMMENT ON TABLE access_mark IS 'personal: which reading is in the audit already. impersonal=entity_type,entity_id,version,audience';
COMMENT ON COLUMN access_mark.account_id IS 'purpose=one entry per person and version; audience=system; ttl=P6M after close';

-- Whom an object is about: she may ask who read it (account_access_log). Written with the object, in
-- its transaction, and only where she may know of the object at all; it goes when the object's own
-- word of her goes.
CREATE TABLE access_subject (
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL,
    account_id bigint NOT NULL,
    PRIMARY KEY (entity_type, entity_id, account_id)
);
COMMENT ON TABLE access_subject IS 'personal: whom a restricted object is about. impersonal=entity_type,entity_id';
COMMENT ON COLUMN access_subject.account_id IS 'purpose=she learns who read about her; audience=self,audit; ttl=P6M after close';
CREATE INDEX access_subject_account ON access_subject (account_id);

ALTER TABLE access_mark ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_mark FORCE ROW LEVEL SECURITY;
CREATE POLICY system_only ON access_mark USING (principal_is_system());
ALTER TABLE access_subject ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_subject FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON access_subject
    USING (principal_is_system() OR account_id = principal_account())
    WITH CHECK (principal_is_system());

-- The readings of one object, newest first.
CREATE INDEX audit_read ON audit (entity_type, entity_id, seq) WHERE action LIKE '%.read';

GRANT SELECT, INSERT ON access_mark, access_subject TO hall_app;

-- The alerts that are there.
SET LOCAL hall.system = 'on';
INSERT INTO access_subject (entity_type, entity_id, account_id)
SELECT 'alert', alert_id, target_account_id FROM alert_restricted
WHERE target_account_id IS NOT NULL;

-- For whoever forgets a person behind an object: what was remembered of its readers goes too. The
-- audit itself stays. Runs inside the retention functions, as their owner.
CREATE FUNCTION access_forget(kind text, ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM access_mark WHERE entity_type = kind AND entity_id = ANY (ids);
    DELETE FROM access_subject WHERE entity_type = kind AND entity_id = ANY (ids);
$$;

CREATE OR REPLACE FUNCTION retention_alerts(keep_days integer, most integer) RETURNS integer
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
    PERFORM access_forget('alert', old);
    PERFORM set_config('hall.system', before, true);
    RETURN coalesce(cardinality(old), 0);
END $$;
