-- Disputes: the ticket in codes and times (dispute), what was reported and by whom
-- (dispute_restricted), what was written since (dispute_entry), who works on it (dispute_member),
-- the lowering of a colour that waits for a second person (dispute_proposal), and the times that
-- differ from the usual ones (dispute_policy). Deadlines are rows of `timer`, pauses of
-- `pause_ledger`, the time line rows of `timeline`.

CREATE TABLE dispute (
    id bigint PRIMARY KEY DEFAULT random_id(), -- drawn by the node
    no text NOT NULL UNIQUE,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 16),
    state_version integer NOT NULL DEFAULT 1,
    state_since timestamptz NOT NULL DEFAULT now(),
    station_id bigint NOT NULL REFERENCES place,
    community_id bigint NOT NULL REFERENCES place,
    grid_id bigint REFERENCES place,
    building_id bigint REFERENCES place,
    place_id bigint NOT NULL REFERENCES place,
    class smallint CHECK (class BETWEEN 1 AND 5),
    subclass smallint CHECK (subclass BETWEEN 1 AND 19),
    grade smallint CHECK (grade BETWEEN 1 AND 5),
    channel smallint CHECK (channel BETWEEN 1 AND 4),
    colour smallint NOT NULL CHECK (colour BETWEEN 1 AND 3),
    colour_reasons smallint[] NOT NULL DEFAULT '{}',
    excused_reasons smallint[] NOT NULL DEFAULT '{}', -- known when two people lowered the colour
    signs smallint[] NOT NULL DEFAULT '{}',
    guard_answered smallint[] NOT NULL DEFAULT '{}',
    guard_yes smallint[] NOT NULL DEFAULT '{}',
    people_count integer NOT NULL DEFAULT 0 CHECK (people_count >= 0),
    claim_yuan integer NOT NULL DEFAULT 0 CHECK (claim_yuan >= 0),
    earlier_count integer NOT NULL DEFAULT 0, -- others of this place in 180 days, when it came
    failed_sessions smallint NOT NULL DEFAULT 0,
    officer_id bigint REFERENCES account,
    lead_id bigint REFERENCES account,
    lead_spoke boolean NOT NULL DEFAULT false, -- since it was given to her
    merged_into bigint REFERENCES dispute,
    refer_target smallint CHECK (refer_target BETWEEN 1 AND 7),
    reject_code smallint CHECK (reject_code BETWEEN 1 AND 6),
    public_reason text CHECK (char_length(public_reason) <= 200),
    rung smallint NOT NULL DEFAULT 0 CHECK (rung BETWEEN 0 AND 4), -- who was told last
    waits_for_reporter boolean NOT NULL DEFAULT false,
    revisit_n smallint NOT NULL DEFAULT 0,
    accepted_at timestamptz,
    first_answer_at timestamptz,
    next_due_at timestamptz, -- the earliest deadline
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    -- What the law wants stands in the table too: nothing is taken up with a question open.
    CHECK (state NOT IN (3, 4, 5, 6, 7, 8) OR cardinality(guard_answered) = 9),
    CHECK ((ended_at IS NOT NULL) = (state BETWEEN 12 AND 16)),
    CHECK ((merged_into IS NOT NULL) = (state = 16))
);
COMMENT ON TABLE dispute IS 'personal: one dispute, in codes and times. impersonal=id,no,state,state_version,state_since,station_id,community_id,grid_id,class,subclass,grade,channel,colour,colour_reasons,excused_reasons,signs,guard_answered,guard_yes,people_count,claim_yuan,earlier_count,failed_sessions,lead_spoke,merged_into,refer_target,reject_code,rung,waits_for_reporter,revisit_n,accepted_at,first_answer_at,next_due_at,created_at,updated_at,ended_at';
COMMENT ON COLUMN dispute.building_id IS 'purpose=where it happens; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute.place_id IS 'purpose=where it happens; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute.officer_id IS 'purpose=who is in charge; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute.lead_id IS 'purpose=who leads it; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute.public_reason IS 'purpose=why, in words for the reporter; audience=self,officers; ttl=P3Y after end';
CREATE INDEX dispute_open ON dispute (station_id, next_due_at) WHERE ended_at IS NULL;
CREATE INDEX dispute_place ON dispute (place_id, created_at);
CREATE INDEX dispute_merged ON dispute (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX dispute_updated ON dispute (updated_at);

-- One report: the reporter, her words. A merged dispute keeps its own.
CREATE TABLE dispute_restricted (
    dispute_id bigint PRIMARY KEY REFERENCES dispute,
    reporter_id bigint NOT NULL REFERENCES account,
    client_key bytea NOT NULL CHECK (octet_length(client_key) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    description text NOT NULL CHECK (octet_length(description) <= 16000),
    place_note text CHECK (char_length(place_note) <= 100),
    concerned text CHECK (char_length(concerned) <= 500),
    media_ids text[] NOT NULL DEFAULT '{}' CHECK (cardinality(media_ids) <= 18),
    room_id bigint, -- the message it was made from
    message_seq bigint,
    UNIQUE (reporter_id, client_key)
);
COMMENT ON TABLE dispute_restricted IS 'personal: who reported what. impersonal=dispute_id,room_id,message_seq';
COMMENT ON COLUMN dispute_restricted.reporter_id IS 'purpose=she is answered; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.client_key IS 'purpose=a repeat is one dispute; audience=system; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.request_hash IS 'purpose=a repeat is one dispute; audience=system; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.description IS 'purpose=what happened; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.place_note IS 'purpose=where exactly; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.concerned IS 'purpose=whom to talk to; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_restricted.media_ids IS 'purpose=what happened; audience=self,officers; ttl=P3Y after end';
CREATE INDEX dispute_restricted_reporter ON dispute_restricted (reporter_id, dispute_id);

CREATE TABLE dispute_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES dispute,
    state_version integer NOT NULL, -- that of the line it stands at
    reporter_id bigint NOT NULL REFERENCES account, -- a copy, for the policy
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4), -- note to_reporter question by_reporter
    author_id bigint NOT NULL REFERENCES account,
    client_key bytea CHECK (octet_length(client_key) = 16),
    body text NOT NULL CHECK (octet_length(body) <= 16000),
    media_ids text[] NOT NULL DEFAULT '{}' CHECK (cardinality(media_ids) <= 9),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (author_id, client_key)
);
COMMENT ON TABLE dispute_entry IS 'personal: what was written to and of a dispute. impersonal=id,dispute_id,state_version,kind,created_at';
COMMENT ON COLUMN dispute_entry.reporter_id IS 'purpose=whose dispute; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_entry.author_id IS 'purpose=who wrote it; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_entry.client_key IS 'purpose=a repeat is stored once; audience=system; ttl=P3Y after end';
COMMENT ON COLUMN dispute_entry.body IS 'purpose=the file; audience=self,officers; ttl=P3Y after end';
COMMENT ON COLUMN dispute_entry.media_ids IS 'purpose=the file; audience=self,officers; ttl=P3Y after end';
CREATE INDEX dispute_entry_dispute ON dispute_entry (dispute_id, state_version, id);

CREATE TABLE dispute_member (
    dispute_id bigint NOT NULL REFERENCES dispute,
    account_id bigint NOT NULL REFERENCES account,
    part smallint NOT NULL CHECK (part BETWEEN 1 AND 3), -- lead panel officer
    since timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (dispute_id, account_id)
);
COMMENT ON TABLE dispute_member IS 'personal: who works on it. impersonal=dispute_id,part,since,ended_at';
COMMENT ON COLUMN dispute_member.account_id IS 'purpose=to whom it was given; audience=officers; ttl=P3Y after end';
CREATE INDEX dispute_member_account ON dispute_member (account_id) WHERE ended_at IS NULL;

CREATE TABLE dispute_proposal (
    id bigint PRIMARY KEY DEFAULT random_id(),
    dispute_id bigint NOT NULL REFERENCES dispute,
    colour smallint NOT NULL CHECK (colour BETWEEN 1 AND 2),
    reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 200),
    proposed_by bigint NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    approved_by bigint REFERENCES account,
    decided_at timestamptz,
    CHECK (approved_by <> proposed_by),
    CHECK ((approved_by IS NULL) = (decided_at IS NULL))
);
COMMENT ON TABLE dispute_proposal IS 'personal: what waits for a second person. impersonal=id,dispute_id,colour,created_at,expires_at,decided_at';
COMMENT ON COLUMN dispute_proposal.reason IS 'purpose=why; audience=officers,audit; ttl=P3Y after end';
COMMENT ON COLUMN dispute_proposal.proposed_by IS 'purpose=two-person rule; audience=officers,audit; ttl=P3Y after end';
COMMENT ON COLUMN dispute_proposal.approved_by IS 'purpose=two-person rule; audience=officers,audit; ttl=P3Y after end';
CREATE INDEX dispute_proposal_dispute ON dispute_proposal (dispute_id, created_at);

-- Times of a station that differ from the usual ones (rules/dispute_policy); station NULL: of all.
CREATE TABLE dispute_policy (
    station_id bigint REFERENCES place,
    name text NOT NULL CHECK (name ~ '^[a-z_]{2,30}$'), -- a timer's, or that of a single value
    colour smallint NOT NULL DEFAULT 0 CHECK (colour BETWEEN 0 AND 3), -- 0: all
    clock smallint NOT NULL DEFAULT 0 CHECK (clock BETWEEN 0 AND 3),   -- 0: as it is
    budget_ms bigint NOT NULL CHECK (budget_ms > 0),
    off_duty_ms bigint NOT NULL DEFAULT 0 CHECK (off_duty_ms >= 0),
    UNIQUE NULLS NOT DISTINCT (station_id, name, colour)
);
COMMENT ON TABLE dispute_policy IS 'impersonal: how much time there is for what, where it is not the usual';

-- Pictures that an object keeps: they are not forgotten, and whoever may read the object may see them.
CREATE TABLE media_hold (
    media_id text PRIMARY KEY REFERENCES media,
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL
);
COMMENT ON TABLE media_hold IS 'impersonal: which object keeps a picture';
CREATE INDEX media_hold_entity ON media_hold (entity_type, entity_id);

-- Who may read the whole file: those it was given to, and officers, dispatchers, leaders and auditors
-- of the place. The same as rules/permission says, as the second wall.
CREATE FUNCTION dispute_reads(of_id bigint, who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM dispute_member m
                   WHERE m.dispute_id = of_id AND m.account_id = who AND m.ended_at IS NULL)
        OR EXISTS (SELECT FROM dispute d
                   JOIN role_grant_current g ON g.account_id = who AND g.role IN (7, 8, 9, 10)
                   JOIN place s ON s.id = g.scope_id
                   WHERE d.id = of_id
                     AND (s.id IN (d.station_id, d.community_id, d.grid_id, d.building_id)
                          OR (g.role = 7 AND s.community_id = d.community_id)))
$$;

ALTER TABLE dispute_restricted ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute_restricted FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_in_charge ON dispute_restricted
    USING (principal_is_system() OR reporter_id = principal_account()
           OR dispute_reads(dispute_id, principal_account()))
    WITH CHECK (principal_is_system());
-- What is for the file is never the reporter's, whoever she is.
ALTER TABLE dispute_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_in_charge ON dispute_entry
    USING (principal_is_system()
           OR CASE WHEN reporter_id = principal_account() THEN kind <> 1
                   ELSE dispute_reads(dispute_id, principal_account()) END)
    WITH CHECK (principal_is_system());

-- Whether somebody may see a picture because of the object that keeps it. A new kind of object
-- replaces this function with one row more.
CREATE FUNCTION media_hold_shows(of_type text, of_id bigint, who bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
    shown boolean := false;
BEGIN
    IF of_type = 'dispute' THEN
        shown := dispute_reads(of_id, who)
            OR EXISTS (SELECT FROM dispute_restricted r
                       WHERE r.dispute_id = of_id AND r.reporter_id = who);
    END IF;
    PERFORM principal_restore(before);
    RETURN shown;
END $$;

-- Everybody it concerns is told (each node reads it again), and it waits for whom it waits.
CREATE FUNCTION dispute_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item work_item;
BEGIN
    PERFORM pg_notify('hall', 'dispute_changed ' || NEW.id);
    IF NEW.ended_at IS NOT NULL THEN
        PERFORM work_drop(2::smallint, NEW.id);
        RETURN NULL;
    END IF;
    item.work_kind := 2;
    item.entity_id := NEW.id;
    item.no := NEW.no;
    item.state := NEW.state;
    item.state_version := NEW.state_version;
    item.station_id := NEW.station_id;
    item.community_id := NEW.community_id;
    item.grid_id := NEW.grid_id;
    item.building_id := NEW.building_id;
    item.urgency := 4 - NEW.colour; -- red is 1
    item.title_code := coalesce(NEW.class, 5);
    item.title_detail := NEW.subclass;
    item.waiting_for := CASE WHEN NEW.waits_for_reporter THEN 5 -- reporter
                             WHEN NEW.state IN (3, 4) THEN 3    -- lead
                             WHEN NEW.state = 5 THEN 7          -- third party
                             WHEN NEW.rung = 4 THEN 6           -- leader
                             WHEN NEW.rung = 3 THEN 2           -- dispatcher
                             ELSE 1 END;                        -- officer
    item.lead_account_id := NEW.lead_id;
    item.next_due_at := NEW.next_due_at;
    item.created_at := NEW.created_at;
    PERFORM work_put(item);
    RETURN NULL;
END $$;
CREATE TRIGGER dispute_keep AFTER INSERT OR UPDATE ON dispute
    FOR EACH ROW EXECUTE FUNCTION dispute_keep();

-- A reporter never finds her own dispute among her work; who works on it does.
CREATE FUNCTION dispute_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'dispute_restricted' THEN
        PERFORM work_assign(2::smallint, NEW.dispute_id, ARRAY[NEW.reporter_id], 3::smallint);
    ELSIF NEW.ended_at IS NULL THEN
        PERFORM work_assign(2::smallint, NEW.dispute_id, ARRAY[NEW.account_id], 1::smallint);
    ELSE
        PERFORM work_unassign(2::smallint, NEW.dispute_id, ARRAY[NEW.account_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER dispute_people AFTER INSERT ON dispute_restricted
    FOR EACH ROW EXECUTE FUNCTION dispute_people();
CREATE TRIGGER dispute_people AFTER INSERT OR UPDATE ON dispute_member
    FOR EACH ROW EXECUTE FUNCTION dispute_people();

GRANT SELECT, INSERT ON dispute, dispute_restricted, dispute_entry, dispute_member,
    dispute_proposal, media_hold TO hall_app;
GRANT SELECT ON dispute_policy TO hall_app;
GRANT UPDATE (state, state_version, state_since, class, subclass, grade, channel, colour,
    colour_reasons, excused_reasons, signs, guard_answered, guard_yes, people_count, claim_yuan,
    failed_sessions, officer_id, lead_id, lead_spoke, merged_into, refer_target, reject_code,
    public_reason, rung, waits_for_reporter, revisit_n, accepted_at, first_answer_at, next_due_at,
    updated_at, ended_at) ON dispute TO hall_app;
GRANT UPDATE (part, since, ended_at) ON dispute_member TO hall_app;
GRANT UPDATE (approved_by, decided_at) ON dispute_proposal TO hall_app;
GRANT EXECUTE ON FUNCTION dispute_reads, media_hold_shows TO hall_app;
