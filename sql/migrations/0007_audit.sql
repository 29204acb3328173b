-- The audit: every decision and every reading of restricted data, in a chain of hashes. Rows are
-- only added. The server may not choose number, time or hash of a row, and may change none.
-- Whoever rules the database itself could write the chain anew from some row on: against that the
-- operator keeps anchors (number and hash) outside, and verification compares them.

CREATE TABLE audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_seq bigint NOT NULL,
    last_hash bytea NOT NULL
);
COMMENT ON TABLE audit_head IS 'impersonal: the end of the chain; its lock gives the order';
INSERT INTO audit_head (last_seq, last_hash) VALUES (0, sha256('hall audit 1'));

CREATE TABLE audit (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    action text NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)*$' AND char_length(action) <= 60),
    actor_id bigint,
    source_id bigint,
    operator text CHECK (char_length(operator) <= 80), -- hallctl: the system user
    role_used smallint,
    on_behalf_of bigint,
    entity_type text CHECK (char_length(entity_type) <= 30),
    entity_id bigint,
    entity_seq bigint,
    station_id bigint,
    reason text CHECK (char_length(reason) <= 200),
    detail jsonb,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL
);
COMMENT ON TABLE audit IS 'personal: who decided and who read what. impersonal=seq,at,action,source_id,role_used,entity_type,entity_id,entity_seq,station_id,prev_hash,hash';
COMMENT ON COLUMN audit.actor_id IS 'purpose=accountability; audience=audit; ttl=P3Y';
COMMENT ON COLUMN audit.operator IS 'purpose=accountability; audience=audit; ttl=P3Y';
COMMENT ON COLUMN audit.on_behalf_of IS 'purpose=accountability; audience=audit; ttl=P3Y';
COMMENT ON COLUMN audit.reason IS 'purpose=accountability; audience=audit; ttl=P3Y';
COMMENT ON COLUMN audit.detail IS 'purpose=codes and ids that say more; audience=audit; ttl=P3Y';
CREATE INDEX audit_actor ON audit (actor_id, seq);
CREATE INDEX audit_entity ON audit (entity_type, entity_id, seq);

-- One field of the canonical form: its length and its bytes, so that no two rows look alike.
CREATE FUNCTION audit_field(value text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '\x2d'::bytea -- "-"
                ELSE convert_to(octet_length(convert_to(value, 'UTF8')) || ':' || value, 'UTF8') END
$$;
CREATE FUNCTION audit_hash(prev bytea, row_of audit) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(prev || audit_field(row_of.seq::text)
        || audit_field((extract(epoch FROM row_of.at) * 1000000)::bigint::text)
        || audit_field(row_of.action) || audit_field(row_of.actor_id::text)
        || audit_field(row_of.source_id::text) || audit_field(row_of.operator)
        || audit_field(row_of.role_used::text) || audit_field(row_of.on_behalf_of::text)
        || audit_field(row_of.entity_type) || audit_field(row_of.entity_id::text)
        || audit_field(row_of.entity_seq::text) || audit_field(row_of.station_id::text)
        || audit_field(row_of.reason) || audit_field(row_of.detail::text))
$$;

CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE audit_head SET last_seq = last_seq + 1
    RETURNING last_seq, last_hash INTO NEW.seq, NEW.prev_hash;
    NEW.at := clock_timestamp();
    NEW.hash := audit_hash(NEW.prev_hash, NEW);
    UPDATE audit_head SET last_hash = NEW.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_append BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_append();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only added to' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- The first thing wrong with the chain, if any: rows missing or changed, or not the anchor that was
-- kept. No row: everything is as it was written.
CREATE FUNCTION audit_verify(anchor_seq bigint, anchor_hash bytea)
RETURNS TABLE (bad_seq bigint, what text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    entry audit;
    expected bytea := sha256('hall audit 1');
    next_seq bigint := 1;
    head audit_head;
BEGIN
    FOR entry IN SELECT * FROM audit a ORDER BY a.seq LOOP
        IF entry.seq <> next_seq THEN
            RETURN QUERY SELECT next_seq, 'missing'::text;
            RETURN;
        END IF;
        IF entry.prev_hash <> expected OR entry.hash <> audit_hash(expected, entry) THEN
            RETURN QUERY SELECT entry.seq, 'changed'::text;
            RETURN;
        END IF;
        IF entry.seq = anchor_seq AND entry.hash <> anchor_hash THEN
            RETURN QUERY SELECT entry.seq, 'not_the_anchor'::text;
            RETURN;
        END IF;
        expected := entry.hash;
        next_seq := entry.seq + 1;
    END LOOP;
    SELECT * INTO head FROM audit_head;
    IF head.last_seq <> next_seq - 1 OR head.last_hash <> expected THEN
        RETURN QUERY SELECT next_seq, 'end_is_missing'::text;
    ELSIF anchor_seq >= next_seq THEN
        RETURN QUERY SELECT next_seq, 'end_is_missing'::text;
    END IF;
END $$;

GRANT SELECT ON audit, audit_head TO hall_app;
GRANT INSERT (action, actor_id, source_id, operator, role_used, on_behalf_of, entity_type, entity_id,
    entity_seq, station_id, reason, detail) ON audit TO hall_app;
GRANT EXECUTE ON FUNCTION audit_field, audit_hash, audit_verify TO hall_app;
