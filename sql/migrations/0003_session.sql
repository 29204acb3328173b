-- Logging in: codes to phones, sessions of devices, tickets for sockets, sources that inject.
-- Of every secret only a hash is kept (BLAKE2b-256).

CREATE TABLE login_code (
    phone_hash bytea PRIMARY KEY CHECK (octet_length(phone_hash) = 32),
    code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    tries smallint NOT NULL DEFAULT 0,
    sends smallint NOT NULL DEFAULT 1,        -- since first_sent_at
    first_sent_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE login_code IS 'personal: a code sent to a phone. impersonal=tries,sends,first_sent_at,sent_at,expires_at';
COMMENT ON COLUMN login_code.phone_hash IS 'purpose=which phone proved itself; audience=system; ttl=P1D';
COMMENT ON COLUMN login_code.code_hash IS 'purpose=compare what comes back; audience=system; ttl=P1D';

CREATE TABLE login_session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES account,
    client text NOT NULL DEFAULT '' CHECK (char_length(client) <= 120),
    second_factor boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(), -- coarse: moved at most once in ten minutes
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoke_reason text CHECK (char_length(revoke_reason) <= 80),
    revocation_seq bigint NOT NULL DEFAULT 0 -- the device has applied the journal up to here
);
COMMENT ON TABLE login_session IS 'personal: a device that is logged in; with its end, the log of logins. impersonal=id,second_factor,expires_at,revoked_at,revoke_reason,revocation_seq';
COMMENT ON COLUMN login_session.token_hash IS 'purpose=recognise the device; audience=system; ttl=P183D after end';
COMMENT ON COLUMN login_session.account_id IS 'purpose=whose device; audience=self,audit; ttl=P183D after end';
COMMENT ON COLUMN login_session.client IS 'purpose=she recognises her devices; audience=self,audit; ttl=P183D after end';
COMMENT ON COLUMN login_session.created_at IS 'purpose=log of logins (six months by law); audience=self,audit; ttl=P183D after end';
COMMENT ON COLUMN login_session.seen_at IS 'purpose=she sees which device is in use; audience=self,audit; ttl=P183D after end';
CREATE INDEX login_session_account ON login_session (account_id) WHERE revoked_at IS NULL;

-- Logins that did not succeed, lockouts, refused tickets: the security log. No names, no numbers.
CREATE TABLE login_failure (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    way smallint NOT NULL CHECK (way BETWEEN 1 AND 4), -- phone staff ticket source
    account_id bigint,
    outcome text NOT NULL CHECK (char_length(outcome) <= 40),
    peer_prefix text CHECK (char_length(peer_prefix) <= 43) -- /24 or /48, never the address
);
COMMENT ON TABLE login_failure IS 'personal: failed logins. impersonal=id,at,way,outcome';
COMMENT ON COLUMN login_failure.account_id IS 'purpose=security log; audience=self,audit; ttl=P183D';
COMMENT ON COLUMN login_failure.peer_prefix IS 'purpose=security log, truncated; audience=audit; ttl=P183D';
CREATE INDEX login_failure_at ON login_failure (at);

CREATE TABLE ws_ticket (
    ticket_hash bytea PRIMARY KEY CHECK (octet_length(ticket_hash) = 32),
    login_session_id bigint NOT NULL REFERENCES login_session ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE ws_ticket IS 'impersonal: opens one socket; the row goes when it is used';

CREATE TABLE service_source (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{1,39}$'),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 80),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32), -- Ed25519
    station_id bigint NOT NULL REFERENCES place,
    quota_per_hour integer NOT NULL DEFAULT 600 CHECK (quota_per_hour > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    key_changed_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);
COMMENT ON TABLE service_source IS 'impersonal: a system that may inject alerts';

CREATE TABLE source_nonce (
    source_id bigint NOT NULL REFERENCES service_source,
    nonce text NOT NULL CHECK (char_length(nonce) BETWEEN 1 AND 120),
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, nonce)
);
COMMENT ON TABLE source_nonce IS 'impersonal: requests already taken, for ten minutes';
CREATE INDEX source_nonce_seen ON source_nonce (seen_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON login_code TO hall_app;
GRANT SELECT, INSERT ON login_session TO hall_app;
GRANT UPDATE (client, seen_at, expires_at, revoked_at, revoke_reason, revocation_seq)
    ON login_session TO hall_app;
GRANT INSERT ON login_failure TO hall_app;
GRANT SELECT, INSERT, DELETE ON ws_ticket, source_nonce TO hall_app;
GRANT SELECT ON service_source TO hall_app;
