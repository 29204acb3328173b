-- What happened and what is to happen: timelines of objects, timers, messages that leave the house.

CREATE TABLE timeline (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL, -- of a message: its room
    entity_seq bigint,         -- of a message: its seq
    at timestamptz NOT NULL DEFAULT now(),
    event text NOT NULL CHECK (event ~ '^[a-z_.]{2,40}$'),
    from_state smallint,
    to_state smallint,
    state_version integer,
    actor_id bigint, -- NULL: the system or a source
    source_id bigint REFERENCES service_source,
    role_used smallint,
    on_behalf_of bigint,
    client text CHECK (char_length(client) <= 120),
    reason text CHECK (char_length(reason) <= 200),
    detail jsonb
);
COMMENT ON TABLE timeline IS 'personal: who did what with an object. impersonal=id,entity_type,entity_id,entity_seq,at,event,from_state,to_state,state_version,source_id,role_used';
COMMENT ON COLUMN timeline.actor_id IS 'purpose=every decision has a name; audience=officers,audit; ttl=P3Y after close';
COMMENT ON COLUMN timeline.on_behalf_of IS 'purpose=acting for another is visible; audience=officers,audit; ttl=P3Y after close';
COMMENT ON COLUMN timeline.client IS 'purpose=from which device; audience=audit; ttl=P3Y after close';
COMMENT ON COLUMN timeline.reason IS 'purpose=why; audience=officers,audit; ttl=P3Y after close';
COMMENT ON COLUMN timeline.detail IS 'purpose=codes that say more, never free text about a person; audience=officers,audit; ttl=P3Y after close';
CREATE INDEX timeline_entity ON timeline (entity_type, entity_id, entity_seq, id);

-- Deadlines are rows: no restart loses one, no second node doubles one. A timer fires at least
-- once; whoever handles it checks that the object still has this state_version.
CREATE TABLE timer (
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL,
    name text NOT NULL CHECK (name ~ '^[a-z_0-9.]{2,40}$'),
    state_version integer NOT NULL,
    clock smallint NOT NULL DEFAULT 1 CHECK (clock BETWEEN 1 AND 3), -- cal duty wd
    due_at timestamptz NOT NULL,
    paused_at timestamptz,
    accrued_pause_ms bigint NOT NULL DEFAULT 0,
    fired_at timestamptz,
    cancelled_at timestamptz,
    claimed_until timestamptz, -- a runner works on it; after this another may
    attempts smallint NOT NULL DEFAULT 0,
    payload jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entity_type, entity_id, name, state_version)
);
COMMENT ON TABLE timer IS 'impersonal: when something is due';
CREATE INDEX timer_due ON timer (due_at)
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL;

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL CHECK (channel ~ '^[a-z_]{2,20}$'), -- sms voice webhook wecom dingtalk …
    once_key text UNIQUE CHECK (char_length(once_key) <= 120), -- said once however often asked
    recipient_account_id bigint REFERENCES account,
    recipient_ref text CHECK (char_length(recipient_ref) <= 200), -- an endpoint's name, never a number
    recipient_sealed bytea CHECK (octet_length(recipient_sealed) BETWEEN 17 AND 512),
    template text NOT NULL CHECK (template ~ '^[a-z_.]{2,60}$'),
    payload jsonb NOT NULL DEFAULT '{}',
    attempts smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz NOT NULL DEFAULT now(),
    claimed_until timestamptz,
    done_at timestamptz,
    dead_at timestamptz,
    last_error text CHECK (char_length(last_error) <= 200)
);
COMMENT ON TABLE outbox IS 'personal: what is to be sent outside. impersonal=id,channel,once_key,recipient_ref,template,attempts,created_at,next_at,claimed_until,done_at,dead_at,last_error';
COMMENT ON COLUMN outbox.recipient_account_id IS 'purpose=to whom; audience=system; ttl=P7D after end';
COMMENT ON COLUMN outbox.recipient_sealed IS 'purpose=a number that has no account yet; audience=system; ttl=P7D after end';
COMMENT ON COLUMN outbox.payload IS 'purpose=what the template needs; audience=system; ttl=P7D after end';
CREATE INDEX outbox_due ON outbox (next_at) WHERE done_at IS NULL AND dead_at IS NULL;

GRANT SELECT, INSERT ON timeline, timer, outbox TO hall_app;
GRANT UPDATE (due_at, paused_at, accrued_pause_ms, fired_at, cancelled_at, claimed_until, attempts,
    payload) ON timer TO hall_app;
GRANT UPDATE (attempts, next_at, claimed_until, done_at, dead_at, last_error, payload)
    ON outbox TO hall_app;
