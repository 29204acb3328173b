-- Fraud alerts: the object (alert), what sources sent (alert_message), what only responders and
-- officers may see (alert_restricted), who was to get it and how far it came (alert_recipient); and
-- the public notice, whose own number leads nowhere, with its link to the alert under lock.

CREATE TABLE alert (
    -- Drawn by the node, so that an alert taken into the spool has its number before its row.
    id bigint PRIMARY KEY DEFAULT random_id(),
    no text NOT NULL UNIQUE,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 9),
    state_version integer NOT NULL DEFAULT 1,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
    scam_type smallint NOT NULL CHECK (scam_type BETWEEN 1 AND 10),
    status smallint NOT NULL CHECK (status BETWEEN 1 AND 4), -- actual exercise system test
    source_id bigint REFERENCES service_source, -- NULL: made by staff
    created_by bigint REFERENCES account,
    station_id bigint NOT NULL REFERENCES place,
    community_id bigint REFERENCES place, -- NULL: no place was found, the dispatcher decides
    claimed_by bigint REFERENCES account,
    claimed_at timestamptz,
    ack_by timestamptz,
    outcome smallint,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
COMMENT ON TABLE alert IS 'personal: one alert. impersonal=id,no,state,state_version,level,scam_type,status,source_id,station_id,community_id,claimed_at,ack_by,outcome,created_at,updated_at,expires_at,ended_at';
COMMENT ON COLUMN alert.created_by IS 'purpose=who made it; audience=officers,audit; ttl=P3Y after end';
COMMENT ON COLUMN alert.claimed_by IS 'purpose=who goes; audience=target,volunteers,responders,officers; ttl=P3Y after end';
CREATE INDEX alert_open ON alert (station_id, created_at) WHERE ended_at IS NULL;
CREATE INDEX alert_community ON alert (community_id, created_at);

CREATE TABLE alert_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES alert,
    source_id bigint REFERENCES service_source,
    sender text NOT NULL CHECK (char_length(sender) <= 80),
    identifier text NOT NULL CHECK (char_length(identifier) BETWEEN 1 AND 80),
    sent_at timestamptz NOT NULL,
    msg_type smallint NOT NULL CHECK (msg_type BETWEEN 1 AND 3), -- alert update cancel
    status smallint NOT NULL CHECK (status BETWEEN 1 AND 4),
    -- current superseded cancelled expired
    chain_state smallint NOT NULL DEFAULT 1 CHECK (chain_state BETWEEN 1 AND 4),
    supersedes_id bigint REFERENCES alert_message,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32), -- of the request's fields
    merged boolean NOT NULL DEFAULT false, -- joined an open alert for the same person and kind
    spooled boolean NOT NULL DEFAULT false, -- was taken while the database was away
    expires_at timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, identifier)
);
COMMENT ON TABLE alert_message IS 'impersonal: what sources sent, without what it says of the person; a chain per alert';
CREATE INDEX alert_message_alert ON alert_message (alert_id, id);
CREATE INDEX alert_message_quota ON alert_message (source_id, received_at);

CREATE TABLE alert_restricted (
    alert_id bigint PRIMARY KEY REFERENCES alert,
    station_id bigint NOT NULL REFERENCES place, -- copies of the alert's, for the policy
    community_id bigint REFERENCES place,
    grid_id bigint REFERENCES place,
    building_id bigint REFERENCES place,
    unit_id bigint REFERENCES place,
    door text CHECK (char_length(door) <= 40),
    target_account_id bigint REFERENCES account,
    target_hash bytea CHECK (octet_length(target_hash) = 32), -- keyed; same person, same hash
    name_sealed bytea CHECK (octet_length(name_sealed) BETWEEN 17 AND 512),
    phone_sealed bytea CHECK (octet_length(phone_sealed) BETWEEN 17 AND 512),
    situation text CHECK (char_length(situation) <= 1000),
    features smallint[] CHECK (cardinality(features) <= 15),
    amount_range text CHECK (char_length(amount_range) <= 40)
);
COMMENT ON TABLE alert_restricted IS 'personal: who, where, what is happening. impersonal=alert_id,station_id,community_id,grid_id,features';
COMMENT ON COLUMN alert_restricted.building_id IS 'purpose=find the person; audience=target,volunteers,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.unit_id IS 'purpose=find the person; audience=target,volunteers,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.door IS 'purpose=find the person; audience=target,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.target_account_id IS 'purpose=her own message; audience=target,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.target_hash IS 'purpose=a second warning for the same person joins the first; audience=system; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.name_sealed IS 'purpose=find the person; audience=target,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.phone_sealed IS 'purpose=call the person; audience=target,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.situation IS 'purpose=what to stop; audience=responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.amount_range IS 'purpose=how urgent; audience=target,officers; ttl=P6M after close';
CREATE INDEX alert_restricted_target ON alert_restricted (target_hash);

-- One row per person and projection; the stages only go forward.
CREATE TABLE alert_recipient (
    alert_id bigint NOT NULL REFERENCES alert,
    account_id bigint NOT NULL REFERENCES account,
    audience smallint NOT NULL CHECK (audience BETWEEN 2 AND 5), -- target volunteers responders officers
    rung smallint NOT NULL DEFAULT 0,
    queued_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    displayed_at timestamptz,
    acknowledged_at timestamptz,
    PRIMARY KEY (alert_id, account_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE alert_recipient IS 'personal: to whom it went. impersonal=alert_id,audience,rung';
COMMENT ON COLUMN alert_recipient.account_id IS 'purpose=who was to get it; audience=self,officers,audit; ttl=P6M after close';
COMMENT ON COLUMN alert_recipient.queued_at IS 'purpose=proof of reach; audience=officers,audit; ttl=P6M after close';
COMMENT ON COLUMN alert_recipient.delivered_at IS 'purpose=proof of reach; audience=officers,audit; ttl=P6M after close';
COMMENT ON COLUMN alert_recipient.displayed_at IS 'purpose=proof of reach; audience=officers,audit; ttl=P6M after close';
COMMENT ON COLUMN alert_recipient.acknowledged_at IS 'purpose=proof of reach; audience=officers,audit; ttl=P6M after close';
CREATE INDEX alert_recipient_account ON alert_recipient (account_id, alert_id);

CREATE TABLE notice (
    id bigint PRIMARY KEY DEFAULT random_id(), -- drawn, not counted: its order says nothing
    version integer NOT NULL DEFAULT 1,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
    room_id bigint NOT NULL REFERENCES room,
    scam_type smallint NOT NULL CHECK (scam_type BETWEEN 1 AND 10),
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
    exercise boolean NOT NULL DEFAULT false,
    title text NOT NULL CHECK (char_length(title) <= 120),
    body text NOT NULL CHECK (char_length(body) <= 1000),
    advice text NOT NULL CHECK (char_length(advice) <= 400),
    hotline text NOT NULL CHECK (char_length(hotline) <= 20),
    publish_at timestamptz NOT NULL DEFAULT now(), -- pushed then; may lie some seconds ahead
    published_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
COMMENT ON TABLE notice IS 'impersonal: public text from a template with whitelisted codes';
CREATE INDEX notice_room ON notice (room_id, published_at);
CREATE INDEX notice_open ON notice (room_id, published_at) WHERE ended_at IS NULL;

CREATE TABLE notice_link (
    notice_id bigint PRIMARY KEY REFERENCES notice,
    alert_id bigint NOT NULL REFERENCES alert
);
COMMENT ON TABLE notice_link IS 'personal: which alert is behind a notice. impersonal=notice_id';
COMMENT ON COLUMN notice_link.alert_id IS 'purpose=update and withdraw the notice; audience=system; ttl=P6M after close';
CREATE INDEX notice_link_alert ON notice_link (alert_id);

CREATE TABLE notice_receipt (
    notice_id bigint NOT NULL REFERENCES notice,
    account_id bigint NOT NULL REFERENCES account,
    notice_version integer NOT NULL DEFAULT 1, -- the version the stages are about
    queued_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    displayed_at timestamptz,
    acknowledged_at timestamptz,
    PRIMARY KEY (notice_id, account_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE notice_receipt IS 'personal: how far a notice came. impersonal=notice_id,notice_version';
COMMENT ON COLUMN notice_receipt.account_id IS 'purpose=reach, and corrections go to who saw it; audience=self,officers; ttl=P6M after close';
COMMENT ON COLUMN notice_receipt.queued_at IS 'purpose=reach; audience=officers; ttl=P6M after close';
COMMENT ON COLUMN notice_receipt.delivered_at IS 'purpose=reach; audience=officers; ttl=P6M after close';
COMMENT ON COLUMN notice_receipt.displayed_at IS 'purpose=reach; audience=officers; ttl=P6M after close';
COMMENT ON COLUMN notice_receipt.acknowledged_at IS 'purpose=reach; audience=officers; ttl=P6M after close';
CREATE INDEX notice_receipt_account ON notice_receipt (account_id, notice_id);

-- The second wall: whoever forgets a condition in a statement gets no rows.
ALTER TABLE alert_recipient ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_recipient FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON alert_recipient
    USING (principal_is_system() OR account_id = principal_account());
ALTER TABLE alert_restricted ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_restricted FORCE ROW LEVEL SECURITY;
CREATE POLICY addressed_or_in_charge ON alert_restricted
    USING (principal_is_system()
           OR EXISTS (SELECT FROM alert_recipient r
                      WHERE r.alert_id = alert_restricted.alert_id
                        AND r.account_id = principal_account())
           OR EXISTS (SELECT FROM role_grant_current g -- officer dispatcher leader auditor
                      WHERE g.account_id = principal_account() AND g.role IN (7, 8, 9, 10)
                        AND g.scope_id IN (alert_restricted.station_id,
                                           alert_restricted.community_id,
                                           alert_restricted.grid_id)))
    WITH CHECK (principal_is_system());
ALTER TABLE notice_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_link FORCE ROW LEVEL SECURITY;
CREATE POLICY system_only ON notice_link USING (principal_is_system());

-- A transition that found nothing to move ends its transaction as a conflict, so that nothing that
-- was to go with it stays.
CREATE FUNCTION expect_moved(state_version integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF state_version IS NULL THEN
        RAISE EXCEPTION 'somebody moved it first' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN state_version;
END $$;
GRANT EXECUTE ON FUNCTION expect_moved TO hall_app;

GRANT SELECT, INSERT ON alert, alert_message, alert_restricted, alert_recipient, notice, notice_link,
    notice_receipt TO hall_app;
GRANT UPDATE (state, state_version, level, scam_type, community_id, claimed_by, claimed_at, ack_by,
    outcome, updated_at, expires_at, ended_at) ON alert TO hall_app;
GRANT UPDATE (chain_state) ON alert_message TO hall_app;
GRANT UPDATE ON alert_restricted TO hall_app;
GRANT UPDATE (audience, rung, delivered_at, displayed_at, acknowledged_at)
    ON alert_recipient TO hall_app;
GRANT UPDATE (version, state, scam_type, level, title, body, advice, hotline, publish_at,
    published_at, expires_at, ended_at) ON notice TO hall_app;
GRANT UPDATE (notice_version, queued_at, delivered_at, displayed_at, acknowledged_at)
    ON notice_receipt TO hall_app;
