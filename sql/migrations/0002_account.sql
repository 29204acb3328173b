-- People: what the others see of them (account), who they are (schema identity, sealed), where they
-- live, what they may do and until when.

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    level smallint NOT NULL DEFAULT 1 CHECK (level BETWEEN 1 AND 4), -- v0 v1 v2 v3
    display_name text NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 80),
    community_id bigint REFERENCES place, -- home; none for staff of a station
    station_id bigint REFERENCES place,
    is_staff boolean NOT NULL DEFAULT false,
    badge_no text CHECK (char_length(badge_no) <= 20),
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    disabled_reason text CHECK (char_length(disabled_reason) <= 200)
);
COMMENT ON TABLE account IS 'personal: a person as the others see her. impersonal=id,is_staff,created_at,disabled_at';
COMMENT ON COLUMN account.level IS 'purpose=what she may do by how well she is known; audience=self,officers; ttl=account';
COMMENT ON COLUMN account.display_name IS 'purpose=the name beside what she says; audience=residents; ttl=account';
COMMENT ON COLUMN account.community_id IS 'purpose=which hall is hers; audience=self,officers; ttl=account';
COMMENT ON COLUMN account.station_id IS 'purpose=which station answers for her; audience=self,officers; ttl=account';
COMMENT ON COLUMN account.badge_no IS 'purpose=residents can check who an officer is; audience=residents; ttl=account';
COMMENT ON COLUMN account.disabled_reason IS 'purpose=why she can no longer log in; audience=self,leaders; ttl=account';
CREATE INDEX account_community ON account (community_id);

-- Who is asking, for the policies below. Set per transaction by the server (store_become). When
-- nothing was set there is nobody, and nobody sees nothing.
CREATE FUNCTION principal_account() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT NULLIF(current_setting('hall.account_id', true), '')::bigint
$$;
CREATE FUNCTION principal_is_system() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('hall.system', true), '') = 'on'
$$;
GRANT EXECUTE ON FUNCTION principal_account, principal_is_system TO hall_app;

CREATE SCHEMA identity;
COMMENT ON SCHEMA identity IS 'real names behind the display names; sealed, and hidden by policies';

CREATE TABLE identity.person (
    account_id bigint PRIMARY KEY REFERENCES public.account,
    phone_hash bytea UNIQUE CHECK (octet_length(phone_hash) = 32),
    phone_sealed bytea CHECK (octet_length(phone_sealed) BETWEEN 17 AND 512),
    legal_name_sealed bytea CHECK (octet_length(legal_name_sealed) BETWEEN 17 AND 1024),
    verified_by bigint REFERENCES public.account,
    verified_at timestamptz
);
COMMENT ON TABLE identity.person IS 'personal: the person behind an account. impersonal=account_id,verified_at';
COMMENT ON COLUMN identity.person.phone_hash IS 'purpose=find the account at login and for an alert, without the number; audience=system; ttl=account';
COMMENT ON COLUMN identity.person.phone_sealed IS 'purpose=call or text the person; audience=self,officers; ttl=account';
COMMENT ON COLUMN identity.person.legal_name_sealed IS 'purpose=identity document checked by an officer (V3); audience=self,officers; ttl=account';
COMMENT ON COLUMN identity.person.verified_by IS 'purpose=who checked the document; audience=leaders,audit; ttl=account';

CREATE TABLE identity.staff_credential (
    account_id bigint PRIMARY KEY REFERENCES public.account,
    username text NOT NULL UNIQUE CHECK (username ~ '^[a-z][a-z0-9._-]{1,39}$'),
    password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    totp_sealed bytea,
    totp_last_step bigint NOT NULL DEFAULT 0, -- a code is good once
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE identity.staff_credential IS 'personal: how staff log in. impersonal=account_id,changed_at';
COMMENT ON COLUMN identity.staff_credential.username IS 'purpose=login; audience=self; ttl=account';
COMMENT ON COLUMN identity.staff_credential.password_hash IS 'purpose=login; audience=system; ttl=account';
COMMENT ON COLUMN identity.staff_credential.totp_sealed IS 'purpose=second factor; audience=system; ttl=account';
COMMENT ON COLUMN identity.staff_credential.totp_last_step IS 'purpose=a code cannot be used twice; audience=system; ttl=account';
COMMENT ON COLUMN identity.staff_credential.failures IS 'purpose=lock after too many tries; audience=system; ttl=account';
COMMENT ON COLUMN identity.staff_credential.locked_until IS 'purpose=lock after too many tries; audience=system; ttl=account';

CREATE TABLE residence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    unit_id bigint NOT NULL REFERENCES place,
    door text CHECK (char_length(door) <= 40),
    verified_by bigint REFERENCES account,
    verified_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 year',
    ended_at timestamptz
);
COMMENT ON TABLE residence IS 'personal: who lives where (V2). impersonal=id,verified_at,expires_at,ended_at';
COMMENT ON COLUMN residence.account_id IS 'purpose=verified address; audience=self,officers; ttl=account';
COMMENT ON COLUMN residence.unit_id IS 'purpose=alerts and halls by address; audience=self,responders; ttl=account';
COMMENT ON COLUMN residence.door IS 'purpose=find the person when it matters; audience=self,responders; ttl=account';
COMMENT ON COLUMN residence.verified_by IS 'purpose=who confirmed it; audience=self,officers; ttl=account';
CREATE UNIQUE INDEX residence_current ON residence (account_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX residence_unit ON residence (unit_id) WHERE ended_at IS NULL;

-- A role in a place, for at most a year, given by one and approved by another. What an operator
-- gives with hallctl, when there is nobody yet who could, says so in operator_note and is audited.
CREATE TABLE role_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    role smallint NOT NULL CHECK (role BETWEEN 2 AND 13),
    scope_id bigint NOT NULL REFERENCES place,
    granted_by bigint REFERENCES account,
    approved_by bigint REFERENCES account,
    operator_note text CHECK (char_length(operator_note) BETWEEN 1 AND 200),
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by bigint REFERENCES account,
    revoke_reason text CHECK (char_length(revoke_reason) <= 200),
    CONSTRAINT role_grant_two_people CHECK (
        (granted_by IS NOT NULL AND approved_by IS NOT NULL AND granted_by <> approved_by
         AND account_id NOT IN (granted_by, approved_by) AND operator_note IS NULL)
        OR (granted_by IS NULL AND approved_by IS NULL AND operator_note IS NOT NULL)),
    CONSTRAINT role_grant_term CHECK (
        expires_at > granted_at AND expires_at <= granted_at + interval '12 months')
);
COMMENT ON TABLE role_grant IS 'personal: what somebody may do, where, until when. impersonal=id,scope_id,granted_at,expires_at,revoked_at,operator_note';
COMMENT ON COLUMN role_grant.account_id IS 'purpose=permission; audience=residents; ttl=P3Y after end';
COMMENT ON COLUMN role_grant.role IS 'purpose=permission and badge; audience=residents; ttl=P3Y after end';
COMMENT ON COLUMN role_grant.granted_by IS 'purpose=two-person rule; audience=leaders,audit; ttl=P3Y after end';
COMMENT ON COLUMN role_grant.approved_by IS 'purpose=two-person rule; audience=leaders,audit; ttl=P3Y after end';
COMMENT ON COLUMN role_grant.revoked_by IS 'purpose=who ended it; audience=leaders,audit; ttl=P3Y after end';
COMMENT ON COLUMN role_grant.revoke_reason IS 'purpose=why it ended; audience=self,leaders,audit; ttl=P3Y after end';
CREATE INDEX role_grant_account ON role_grant (account_id) WHERE revoked_at IS NULL;
CREATE INDEX role_grant_scope ON role_grant (scope_id, role) WHERE revoked_at IS NULL;

-- Roles that hold now. Read it, not the table.
CREATE VIEW role_grant_current AS
SELECT g.id, g.account_id, g.role, p.kind AS scope_kind, g.scope_id, g.expires_at
FROM role_grant g JOIN place p ON p.id = g.scope_id
WHERE g.revoked_at IS NULL AND g.expires_at > now();

CREATE TABLE invite (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9-]{6,32}$'),
    community_id bigint NOT NULL REFERENCES place,
    uses_left integer NOT NULL CHECK (uses_left >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON TABLE invite IS 'impersonal: the join code of a community, as it hangs in the stairwell';

ALTER TABLE identity.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.person FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON identity.person
    USING (principal_is_system() OR account_id = principal_account());
ALTER TABLE identity.staff_credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.staff_credential FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON identity.staff_credential
    USING (principal_is_system() OR account_id = principal_account());

GRANT SELECT, INSERT ON account, residence, role_grant TO hall_app;
GRANT UPDATE (level, display_name, community_id, station_id, disabled_at, disabled_reason)
    ON account TO hall_app;
GRANT UPDATE (door, expires_at, ended_at) ON residence TO hall_app;
GRANT UPDATE (revoked_at, revoked_by, revoke_reason) ON role_grant TO hall_app;
GRANT SELECT ON role_grant_current, invite TO hall_app;
GRANT UPDATE (uses_left) ON invite TO hall_app;
GRANT USAGE ON SCHEMA identity TO hall_app;
GRANT SELECT, INSERT ON identity.person TO hall_app;
GRANT UPDATE (phone_hash, phone_sealed, legal_name_sealed, verified_by, verified_at)
    ON identity.person TO hall_app;
GRANT SELECT, UPDATE (password_hash, totp_last_step, failures, locked_until, changed_at)
    ON identity.staff_credential TO hall_app;
