-- Somebody is missing: the search (person_search), who it is and who reported it
-- (person_restricted, the only place of any detail), whom it concerns by role (person_member), where
-- it is shown (person_hall), what was seen (person_sighting), who objects (person_claim), to whom
-- she was handed over (person_handover), how far showing and taking down came.
--
-- The card in a hall is a message of kind 4 whose text names nobody; name, looks, clothes, place and
-- picture are never in a message, an outbox row or a revocation.

CREATE TABLE person_search (
    id bigint PRIMARY KEY DEFAULT random_id(), -- drawn, not counted: its order says nothing
    no text NOT NULL UNIQUE,
    kind smallint NOT NULL DEFAULT 1 CHECK (kind = 1), -- missing; found_unaccompanied is to come
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 8),
    state_version integer NOT NULL DEFAULT 1,
    station_id bigint NOT NULL REFERENCES place,
    community_id bigint NOT NULL REFERENCES place,
    ring smallint NOT NULL DEFAULT 1 CHECK (ring BETWEEN 1 AND 4),
    frozen boolean NOT NULL DEFAULT false, -- the clock widens no more
    high_risk boolean NOT NULL, -- as the report says: units go before the check
    risk_class smallint CHECK (risk_class BETWEEN 1 AND 2), -- set by the check
    rung smallint NOT NULL DEFAULT 0, -- how many were told since the state began
    due_at timestamptz,
    outcome smallint CHECK (outcome BETWEEN 1 AND 3), -- of closed_other, or as proposed
    proposed_by bigint REFERENCES account, -- who wants to close it
    proposed_role smallint,
    proposed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    shown_at timestamptz, -- first shown to a hall
    ended_at timestamptz
);
COMMENT ON TABLE person_search IS 'personal: one search, without anything about the person. impersonal=id,no,kind,state,state_version,station_id,community_id,ring,frozen,high_risk,risk_class,rung,due_at,outcome,proposed_role,proposed_until,created_at,updated_at,shown_at,ended_at';
COMMENT ON COLUMN person_search.proposed_by IS 'purpose=two-person rule; audience=officers,audit; ttl=P3Y after end';
CREATE INDEX person_search_station ON person_search (station_id, created_at) WHERE ended_at IS NULL;
CREATE INDEX person_search_ended ON person_search (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE person_restricted (
    person_id bigint PRIMARY KEY REFERENCES person_search,
    station_id bigint NOT NULL REFERENCES place, -- copies of the search's, for the policy
    community_id bigint NOT NULL REFERENCES place,
    name_sealed bytea NOT NULL CHECK (octet_length(name_sealed) BETWEEN 17 AND 512),
    age_band smallint NOT NULL CHECK (age_band BETWEEN 1 AND 8),
    sex smallint NOT NULL CHECK (sex BETWEEN 1 AND 3),
    looks text NOT NULL CHECK (char_length(looks) <= 400),
    clothes text NOT NULL CHECK (char_length(clothes) <= 400),
    last_seen_at timestamptz NOT NULL,
    last_seen_place text NOT NULL CHECK (char_length(last_seen_place) BETWEEN 1 AND 200),
    risks smallint[] NOT NULL CHECK (cardinality(risks) <= 8),
    reporter_id bigint NOT NULL REFERENCES account,
    relation smallint NOT NULL CHECK (relation BETWEEN 1 AND 12),
    contact_sealed bytea CHECK (octet_length(contact_sealed) BETWEEN 17 AND 512),
    consent_version text NOT NULL CHECK (char_length(consent_version) BETWEEN 1 AND 20),
    client_key bytea NOT NULL CHECK (octet_length(client_key) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    consent smallint CHECK (consent BETWEEN 1 AND 3),
    duty_note text CHECK (char_length(duty_note) <= 400),
    found_place text CHECK (char_length(found_place) <= 200),
    found_note text CHECK (char_length(found_note) <= 400),
    public_reason text CHECK (char_length(public_reason) <= 200),
    UNIQUE (reporter_id, client_key)
);
COMMENT ON TABLE person_restricted IS 'personal: who is missing, who reported it. impersonal=person_id,station_id,community_id,consent_version,consent';
COMMENT ON COLUMN person_restricted.name_sealed IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.age_band IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.sex IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.looks IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.clothes IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.last_seen_at IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.last_seen_place IS 'purpose=find the person; audience=residents,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.risks IS 'purpose=how to look and how to speak to her; audience=self,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.reporter_id IS 'purpose=ask back, tell her; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.relation IS 'purpose=who may report and take home; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.contact_sealed IS 'purpose=call the reporter; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.client_key IS 'purpose=a repeat is stored once; audience=system; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.request_hash IS 'purpose=tell a repeat from a reused key; audience=system; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.duty_note IS 'purpose=why it is shown without consent; audience=officers,audit; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.found_place IS 'purpose=hand over; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.found_note IS 'purpose=hand over; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_restricted.public_reason IS 'purpose=the reporter is told why; audience=self,officers; ttl=P30D after end';

-- By role: who is called, and as what. A role that ended gives nothing any more.
CREATE TABLE person_member (
    person_id bigint NOT NULL REFERENCES person_search,
    account_id bigint NOT NULL REFERENCES account,
    audience smallint NOT NULL CHECK (audience BETWEEN 3 AND 4), -- team officers
    called_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, account_id)
);
COMMENT ON TABLE person_member IS 'personal: who was called to a search. impersonal=person_id,audience';
COMMENT ON COLUMN person_member.account_id IS 'purpose=who looks for her; audience=self,responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_member.called_at IS 'purpose=proof of reach; audience=officers,audit; ttl=P30D after end';
CREATE INDEX person_member_account ON person_member (account_id);

CREATE TABLE person_hall (
    person_id bigint NOT NULL REFERENCES person_search,
    room_id bigint NOT NULL REFERENCES room,
    card_seq bigint NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, room_id)
);
COMMENT ON TABLE person_hall IS 'impersonal: in which halls a search is shown';
CREATE INDEX person_hall_room ON person_hall (room_id);

CREATE TABLE person_sighting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person_search,
    state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4), -- new useful duplicate wrong
    account_id bigint NOT NULL REFERENCES account,
    client_key bytea NOT NULL CHECK (octet_length(client_key) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    seen_at timestamptz NOT NULL,
    place text NOT NULL CHECK (char_length(place) BETWEEN 1 AND 200),
    direction text CHECK (char_length(direction) <= 80),
    body text CHECK (char_length(body) <= 1000),
    created_at timestamptz NOT NULL DEFAULT now(),
    marked_by bigint REFERENCES account,
    marked_at timestamptz,
    UNIQUE (account_id, client_key)
);
COMMENT ON TABLE person_sighting IS 'personal: who saw her, when and where. impersonal=id,person_id,state,created_at,marked_at';
COMMENT ON COLUMN person_sighting.account_id IS 'purpose=ask back; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.client_key IS 'purpose=a repeat is stored once; audience=system; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.request_hash IS 'purpose=tell a repeat from a reused key; audience=system; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.seen_at IS 'purpose=find the person; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.place IS 'purpose=find the person; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.direction IS 'purpose=find the person; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.body IS 'purpose=find the person; audience=responders,officers; ttl=P30D after end';
COMMENT ON COLUMN person_sighting.marked_by IS 'purpose=who weighed it; audience=responders,officers; ttl=P30D after end';
CREATE INDEX person_sighting_person ON person_sighting (person_id, id);

CREATE TABLE person_claim (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person_search,
    account_id bigint NOT NULL REFERENCES account,
    claim smallint NOT NULL CHECK (claim BETWEEN 1 AND 3), -- this_is_me not_true found
    note text CHECK (char_length(note) <= 400),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE person_claim IS 'personal: who objected. impersonal=id,person_id,claim,created_at';
COMMENT ON COLUMN person_claim.account_id IS 'purpose=decide on it, answer her; audience=officers; ttl=P30D after end';
COMMENT ON COLUMN person_claim.note IS 'purpose=decide on it; audience=officers; ttl=P30D after end';
CREATE INDEX person_claim_person ON person_claim (person_id, id);

CREATE TABLE person_handover (
    person_id bigint PRIMARY KEY REFERENCES person_search,
    recipient_sealed bytea CHECK (octet_length(recipient_sealed) BETWEEN 17 AND 512),
    recipient_relation smallint NOT NULL CHECK (recipient_relation BETWEEN 1 AND 13),
    identity_check smallint NOT NULL CHECK (identity_check BETWEEN 1 AND 4),
    note text CHECK (char_length(note) <= 400),
    handed_by bigint NOT NULL REFERENCES account,
    at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE person_handover IS 'personal: to whom she was handed over. impersonal=person_id,identity_check,at';
COMMENT ON COLUMN person_handover.recipient_sealed IS 'purpose=proof that she came to the right people; audience=officers; ttl=P30D after end';
COMMENT ON COLUMN person_handover.recipient_relation IS 'purpose=proof that she came to the right people; audience=officers; ttl=P3Y after end';
COMMENT ON COLUMN person_handover.note IS 'purpose=proof that she came to the right people; audience=officers; ttl=P30D after end';
COMMENT ON COLUMN person_handover.handed_by IS 'purpose=every decision has a name; audience=officers,audit; ttl=P3Y after end';

-- How far it came, per person; the stages only go forward.
CREATE TABLE person_receipt (
    person_id bigint NOT NULL REFERENCES person_search,
    account_id bigint NOT NULL REFERENCES account,
    delivered_at timestamptz,
    displayed_at timestamptz,
    acknowledged_at timestamptz,
    PRIMARY KEY (person_id, account_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE person_receipt IS 'personal: how far a search came. impersonal=person_id';
COMMENT ON COLUMN person_receipt.account_id IS 'purpose=reach; audience=self,officers; ttl=P30D after end';
COMMENT ON COLUMN person_receipt.delivered_at IS 'purpose=reach; audience=officers; ttl=P30D after end';
COMMENT ON COLUMN person_receipt.displayed_at IS 'purpose=reach; audience=officers; ttl=P30D after end';
COMMENT ON COLUMN person_receipt.acknowledged_at IS 'purpose=reach; audience=officers; ttl=P30D after end';

-- Every time card and picture go out of sight: up to which place of the journal a device must have
-- come, and, when the minute is over, what was counted.
CREATE TABLE person_take_down (
    person_id bigint NOT NULL REFERENCES person_search,
    state_version integer NOT NULL, -- of the transition that did it
    revocation_seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    checked_at timestamptz,
    told integer,
    confirmed integer,
    PRIMARY KEY (person_id, state_version)
);
COMMENT ON TABLE person_take_down IS 'impersonal: when a search went out of sight, and whether it did so everywhere';

-- The devices that were connected then, as each node saw them.
CREATE TABLE person_take_down_device (
    person_id bigint NOT NULL,
    state_version integer NOT NULL,
    login_session_id bigint NOT NULL,
    PRIMARY KEY (person_id, state_version, login_session_id),
    FOREIGN KEY (person_id, state_version) REFERENCES person_take_down
);
COMMENT ON TABLE person_take_down_device IS 'personal: which devices had to drop it. impersonal=person_id,state_version';
COMMENT ON COLUMN person_take_down_device.login_session_id IS 'purpose=is it gone everywhere; audience=system; ttl=P30D after end';

-- What other tables know of a search -------------------------------------------------------------

ALTER TABLE message ADD COLUMN person_id bigint;
COMMENT ON TABLE message IS 'personal: what was said. impersonal=room_id,seq,request_hash,notice_id,person_id,kind,state,badge,official';
CREATE OR REPLACE VIEW message_shown AS
SELECT m.room_id, m.seq, m.sender_id, coalesce(a.display_name, '') AS sender_name, m.badge, m.kind,
       m.state, m.created_at AS sent_at,
       CASE WHEN m.state = 1 THEN m.body END AS body,
       m.quote_seq, m.official, m.notice_id,
       CASE WHEN m.state = 3 THEN m.public_reason END AS public_reason, m.client_key,
       p.ids AS media_ids, p.widths AS media_widths, p.heights AS media_heights,
       p.alts AS media_alts, m.person_id
FROM message m
LEFT JOIN account a ON a.id = m.sender_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY w.place) AS ids, array_agg(x.width ORDER BY w.place) AS widths,
           array_agg(x.height ORDER BY w.place) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY w.place) AS alts
    FROM unnest(m.media_ids) WITH ORDINALITY AS w (id, place)
    CROSS JOIN LATERAL (SELECT y.* FROM media y WHERE y.id = w.id AND y.state = 2 LIMIT 1) x
    WHERE m.state = 1) p ON m.media_ids IS NOT NULL;

ALTER TABLE revocation ADD COLUMN person_id bigint;
ALTER TABLE revocation DROP CONSTRAINT revocation_kind_check,
    ADD CONSTRAINT revocation_kind_check CHECK (kind BETWEEN 1 AND 4), -- … person
    ADD CONSTRAINT revocation_person CHECK (kind <> 4 OR person_id IS NOT NULL);
GRANT INSERT (person_id) ON revocation TO hall_app;

-- A picture of a search: of the card (1), or sent with a sighting (2).
ALTER TABLE media ADD COLUMN person_id bigint REFERENCES person_search,
    ADD COLUMN person_part smallint CHECK (person_part BETWEEN 1 AND 2),
    ADD COLUMN sighting_id bigint REFERENCES person_sighting,
    ADD CONSTRAINT media_person CHECK ((person_id IS NULL) = (person_part IS NULL)
                                       AND (person_id IS NULL OR room_id IS NULL));
COMMENT ON TABLE media IS 'personal: pictures. impersonal=id,state,room_id,message_seq,width,height,created_at,revoked_at,person_id,person_part,sighting_id';
CREATE INDEX media_person ON media (person_id) WHERE person_id IS NOT NULL;
GRANT UPDATE (person_id, person_part, sighting_id) ON media TO hall_app;

-- Who sees it as what ----------------------------------------------------------------------------

-- The projection somebody gets of a search now: 1 public, 2 family, 3 team, 4 officers, 0 none. Who
-- reported it is family whatever roles she has: nobody decides on an object of her own. Officers by
-- the place; the team by having been called and still holding such a role; the public by the halls,
-- once it was shown. (rules/person_audience says which role is what; a test holds both together.)
CREATE FUNCTION person_audience(of_id bigint, who bigint) RETURNS smallint LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('hall.system', true), '');
    search person_search;
    seen smallint := 0;
BEGIN
    PERFORM set_config('hall.system', 'on', true);
    SELECT * INTO search FROM person_search WHERE id = of_id;
    IF FOUND THEN
        seen := CASE
            WHEN EXISTS (SELECT FROM person_restricted r
                         WHERE r.person_id = of_id AND r.reporter_id = who) THEN 2
            WHEN EXISTS (SELECT FROM role_grant_current g JOIN place s ON s.id = g.scope_id
                         WHERE g.account_id = who AND g.role IN (7, 8, 9)
                           AND (g.scope_id = search.station_id
                                OR s.community_id = search.community_id)) THEN 4
            WHEN EXISTS (SELECT FROM person_member m
                         JOIN role_grant_current g ON g.account_id = m.account_id
                                                  AND g.role BETWEEN 2 AND 9
                         JOIN place s ON s.id = g.scope_id
                         WHERE m.person_id = of_id AND m.account_id = who
                           AND s.station_id = search.station_id
                           AND (search.ring > 1 OR s.kind = 1
                                OR s.community_id = search.community_id)) THEN 3
            WHEN EXISTS (SELECT FROM person_hall h
                         JOIN membership m ON m.room_id = h.room_id AND m.account_id = who
                                          AND m.left_at IS NULL
                         WHERE h.person_id = of_id) THEN 1
            ELSE 0 END;
    END IF;
    PERFORM set_config('hall.system', before, true);
    RETURN seen;
END $$;

-- Whether somebody may see a picture of a search: 0 yes, 1 there is none for her, 2 taken down.
-- A card's picture: published, for everybody who sees the search; held, for officers, and for the
-- family while it is being checked. A sighting's: for who sent it, the team and officers.
CREATE FUNCTION person_picture(of_media media, who bigint) RETURNS smallint LANGUAGE plpgsql STABLE
AS $$
DECLARE
    seen smallint := person_audience(of_media.person_id, who);
    phase smallint := (SELECT state FROM person_search WHERE id = of_media.person_id);
BEGIN
    IF of_media.person_part = 2 THEN
        RETURN CASE WHEN of_media.state = 3 THEN CASE WHEN seen >= 3 THEN 2 ELSE 1 END
                    WHEN seen = 4 OR (phase < 6 AND (seen = 3 OR of_media.owner_id = who)) THEN 0
                    ELSE 1 END;
    END IF;
    RETURN CASE WHEN of_media.state = 3 THEN CASE WHEN seen > 0 THEN 2 ELSE 1 END
                WHEN of_media.state = 2 AND phase = 3 AND seen > 0 THEN 0
                WHEN seen = 4 OR (seen = 2 AND phase IN (1, 2)) THEN 0
                ELSE 1 END;
END $$;

-- Showing and taking down ------------------------------------------------------------------------

-- Puts the card into every hall of the ring that does not have it, in the order of the rooms, and
-- publishes the pictures. Repeatable. Returns in how many halls it came now.
CREATE FUNCTION person_show(of_id bigint, card_text text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    search person_search;
    hall record;
    place record;
    came integer := 0;
BEGIN
    SELECT * INTO STRICT search FROM person_search WHERE id = of_id;
    UPDATE media SET state = 2 WHERE person_id = of_id AND person_part = 1 AND state = 1;
    FOR hall IN
        SELECT r.id FROM room r
        WHERE r.kind = 1 AND r.closed_at IS NULL AND r.station_id = search.station_id
          AND (search.ring > 1 OR r.community_id = search.community_id)
          AND NOT EXISTS (SELECT FROM person_hall h WHERE h.person_id = of_id AND h.room_id = r.id)
        ORDER BY r.id
    LOOP
        UPDATE room SET last_seq = last_seq + 1,
                        last_at = greatest(last_at, date_trunc('milliseconds', now()))
        WHERE id = hall.id RETURNING last_seq, last_at INTO place;
        INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge,
                             client_key, body, person_id)
        VALUES (hall.id, place.last_seq, 0, place.last_at, 0, 4, 10,
                uuid_send(gen_random_uuid()), card_text, of_id);
        INSERT INTO person_hall (person_id, room_id, card_seq)
        VALUES (of_id, hall.id, place.last_seq);
        PERFORM pg_notify('hall', 'room_moved ' || hall.id || ' ' || place.last_seq);
        came := came + 1;
    END LOOP;
    RETURN came;
END $$;

-- Takes card and pictures out of sight, on every device, within the transaction that makes it
-- necessary. Each picture goes on under a new name, held for officers; the old name is gone for
-- good. With a tombstone, the search has ended: the cards become it. The journal tells all halls.
-- Nothing, when it was never shown. Runs as the owner, who alone may rename bytes.
CREATE FUNCTION person_hide(of_id bigint, of_version integer, tombstone text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
        INSERT INTO revocation (kind, room_id, person_id) VALUES (4, hall.room_id, of_id)
        RETURNING revocation_seq INTO last;
    END LOOP;
    IF last IS NOT NULL THEN
        INSERT INTO person_take_down (person_id, state_version, revocation_seq)
        VALUES (of_id, of_version, last);
    END IF;
    RETURN last;
END $$;

-- A report with pictures that are not hers to show is no report: the transaction ends.
CREATE FUNCTION expect_pictures(wanted integer, got bigint) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF wanted <> got THEN
        RAISE EXCEPTION 'a picture is not hers' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'media_owner';
    END IF;
    RETURN wanted;
END $$;

-- Who was missing, a month after it ended: forgotten; that there was a search, and how it ended, stays.
CREATE FUNCTION retention_persons(keep_days integer, most integer) RETURNS integer
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
    DELETE FROM media_blob WHERE media_id IN (SELECT id FROM media WHERE person_id = ANY (old));
    DELETE FROM media WHERE person_id = ANY (old);
    DELETE FROM person_sighting WHERE person_id = ANY (old);
    DELETE FROM person_claim WHERE person_id = ANY (old);
    DELETE FROM person_receipt WHERE person_id = ANY (old);
    DELETE FROM person_member WHERE person_id = ANY (old);
    DELETE FROM person_take_down_device WHERE person_id = ANY (old);
    UPDATE person_handover SET recipient_sealed = NULL, note = NULL WHERE person_id = ANY (old);
    DELETE FROM person_restricted WHERE person_id = ANY (old);
    PERFORM access_forget('person_search', old); -- of 0015
    PERFORM set_config('hall.system', before, true);
    RETURN coalesce(cardinality(old), 0);
END $$;

-- What waits for whom: who must act next, by the state and by how many were told in vain. The title
-- is the age band and whether the risk is high: never who it is.
CREATE FUNCTION person_work_keep(of_id bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p person_search;
    item work_item;
    before text := principal_raise();
BEGIN
    SELECT * INTO p FROM person_search WHERE id = of_id;
    SELECT t.age_band INTO item.title_code FROM person_restricted t WHERE t.person_id = of_id;
    IF p.ended_at IS NOT NULL THEN
        PERFORM work_drop(3::smallint, of_id);
    ELSIF item.title_code IS NOT NULL THEN -- else the report is still being written
        item.work_kind := 3;
        item.entity_id := p.id;
        item.no := p.no;
        item.state := p.state;
        item.state_version := p.state_version;
        item.station_id := p.station_id;
        item.community_id := p.community_id;
        item.urgency := CASE WHEN coalesce(p.risk_class = 2, p.high_risk) OR p.state = 4 THEN 1
                             ELSE 2 END;
        item.title_detail := coalesce(p.risk_class, CASE WHEN p.high_risk THEN 2 ELSE 1 END);
        item.waiting_for := CASE WHEN p.state = 3 THEN 4 -- responder
                                 WHEN p.rung > 0 THEN 2  -- dispatcher
                                 ELSE 1 END;             -- officer
        item.next_due_at := p.due_at;
        item.created_at := p.created_at;
        PERFORM work_put(item);
    END IF;
    PERFORM principal_restore(before);
END $$;

-- Who reported it never finds it among her work; who was called does.
CREATE FUNCTION person_work_members(of_id bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    PERFORM work_assign(3::smallint, of_id, ARRAY[t.reporter_id], 3::smallint)
    FROM person_restricted t WHERE t.person_id = of_id;
    PERFORM work_assign(3::smallint, of_id, array_agg(m.account_id), 2::smallint)
    FROM person_member m WHERE m.person_id = of_id AND m.audience = 3;
    PERFORM principal_restore(before);
END $$;

CREATE FUNCTION person_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'person_search' THEN
        PERFORM person_work_keep(NEW.id);
    ELSE -- who it is came
        PERFORM person_work_keep(NEW.person_id), person_work_members(NEW.person_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER person_work AFTER INSERT OR UPDATE ON person_search
    FOR EACH ROW EXECUTE FUNCTION person_work();
CREATE TRIGGER person_work AFTER INSERT ON person_restricted
    FOR EACH ROW EXECUTE FUNCTION person_work();

CREATE FUNCTION person_work_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM person_work_members(n.person_id) FROM (SELECT DISTINCT person_id FROM new_rows) n;
    RETURN NULL;
END $$;
CREATE TRIGGER person_work_called AFTER INSERT ON person_member
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION person_work_called();

-- The second wall ---------------------------------------------------------------------------------

ALTER TABLE person_restricted ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_restricted FORCE ROW LEVEL SECURITY;
CREATE POLICY reported_or_called ON person_restricted
    USING (principal_is_system() OR reporter_id = principal_account()
           OR person_audience(person_id, principal_account()) >= 3)
    WITH CHECK (principal_is_system());
ALTER TABLE person_sighting ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_sighting FORCE ROW LEVEL SECURITY;
CREATE POLICY seen_or_called ON person_sighting
    USING (principal_is_system() OR account_id = principal_account()
           OR person_audience(person_id, principal_account()) >= 3)
    WITH CHECK (principal_is_system());
ALTER TABLE person_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_claim FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_officers ON person_claim
    USING (principal_is_system() OR account_id = principal_account()
           OR person_audience(person_id, principal_account()) = 4)
    WITH CHECK (principal_is_system());
ALTER TABLE person_handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_handover FORCE ROW LEVEL SECURITY;
CREATE POLICY officers ON person_handover
    USING (principal_is_system() OR person_audience(person_id, principal_account()) = 4)
    WITH CHECK (principal_is_system());
ALTER TABLE person_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_member FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON person_member
    USING (principal_is_system() OR account_id = principal_account());
ALTER TABLE person_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON person_receipt
    USING (principal_is_system() OR account_id = principal_account());
ALTER TABLE person_take_down_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_take_down_device FORCE ROW LEVEL SECURITY;
CREATE POLICY system_only ON person_take_down_device USING (principal_is_system());

GRANT SELECT, INSERT ON person_search, person_restricted, person_member, person_hall,
    person_sighting, person_claim, person_handover, person_receipt, person_take_down,
    person_take_down_device TO hall_app;
GRANT UPDATE (state, state_version, ring, frozen, risk_class, rung, due_at, outcome, proposed_by,
    proposed_role, proposed_until, updated_at, shown_at, ended_at) ON person_search TO hall_app;
GRANT UPDATE (consent, duty_note, found_place, found_note, public_reason)
    ON person_restricted TO hall_app;
GRANT UPDATE (audience) ON person_member TO hall_app;
GRANT UPDATE (state, marked_by, marked_at) ON person_sighting TO hall_app;
GRANT UPDATE (delivered_at, displayed_at, acknowledged_at) ON person_receipt TO hall_app;
GRANT UPDATE (checked_at, told, confirmed) ON person_take_down TO hall_app;
GRANT EXECUTE ON FUNCTION person_audience, person_picture, person_show, person_hide,
    expect_pictures, retention_persons, person_work_keep, person_work_members TO hall_app;
