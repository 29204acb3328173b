-- Rooms that are no halls (the duty room of a station, the rooms of an object), what the system
-- says in a room, and what waits for whom: one row of work_item per open object that needs a hand.

-- Duty rooms -------------------------------------------------------------------------------------

ALTER TABLE room DROP CONSTRAINT room_kind_check,
    ADD CONSTRAINT room_kind_check CHECK (kind BETWEEN 1 AND 8),
    ALTER COLUMN community_id DROP NOT NULL, -- a room of the whole station is in none
    ADD COLUMN entity_type text CHECK (entity_type ~ '^[a-z_]{2,30}$'), -- the object it belongs to
    ADD COLUMN entity_id bigint,
    ADD CONSTRAINT room_of_community CHECK (community_id IS NOT NULL OR kind IN (5, 6, 8)),
    ADD CONSTRAINT room_of_object CHECK ((entity_type IS NULL) = (entity_id IS NULL)
                                         AND (kind IN (6, 8)) = (entity_id IS NOT NULL));
CREATE UNIQUE INDEX room_duty ON room (station_id) WHERE kind = 5 AND closed_at IS NULL;
-- One of a kind per object, for ever: an object that is opened again goes on in its old room.
CREATE UNIQUE INDEX room_object ON room (entity_type, entity_id, kind)
    WHERE entity_id IS NOT NULL;

-- A station has its duty room from the beginning.
CREATE FUNCTION duty_room_make() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO room (kind, name, station_id, place_id)
    VALUES (5, left(NEW.name, 80) || '值班室', NEW.id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER duty_room_make AFTER INSERT ON place
    FOR EACH ROW WHEN (NEW.kind = 1) EXECUTE FUNCTION duty_room_make();

-- Whether somebody works in a station: holds a role there other than auditor and sysadmin, for the
-- station or for a place in it.
CREATE FUNCTION works_in_station(who bigint, of_station_id bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM role_grant_current g JOIN place s ON s.id = g.scope_id
                   WHERE g.account_id = who AND g.role NOT IN (10, 11)
                     AND s.station_id = of_station_id)
$$;

-- Puts somebody into the halls she belongs to by address and by role, and into the duty rooms of
-- stations where she serves; takes her out of those she no longer belongs to, and out of the rooms
-- of objects in stations where she no longer works. Called by every statement that changes address
-- or roles. Returns how many halls she is in.
CREATE OR REPLACE FUNCTION membership_derive(who bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    halls bigint[];
    rooms bigint[];
BEGIN
    SELECT coalesce(array_agg(h.id), '{}') INTO halls FROM (
        SELECT r.id FROM account a
        JOIN room r ON r.community_id = a.community_id AND r.kind = 1 AND r.closed_at IS NULL
        WHERE a.id = who AND a.level >= 2
        UNION
        SELECT r.id FROM role_grant_current g
        JOIN place s ON s.id = g.scope_id
        JOIN place c ON c.kind = 2 AND (c.id = s.community_id
                                        OR (s.kind = 1 AND c.station_id = s.id))
        JOIN room r ON r.community_id = c.id AND r.kind = 1 AND r.closed_at IS NULL
        WHERE g.account_id = who AND g.role NOT IN (10, 11)) h; -- auditor sysadmin
    SELECT coalesce(array_agg(d.id), '{}') || halls INTO rooms FROM (
        SELECT DISTINCT r.id FROM role_grant_current g
        JOIN place s ON s.id = g.scope_id
        JOIN room r ON r.station_id = s.station_id AND r.kind = 5 AND r.closed_at IS NULL
        WHERE g.account_id = who AND g.role IN (6, 7, 8, 9)) d; -- auxiliary … station_leader
    INSERT INTO membership AS m (room_id, account_id, read_seq)
    SELECT r.id, who, r.last_seq FROM room r WHERE r.id = ANY (rooms) ORDER BY r.id
    ON CONFLICT (room_id, account_id) DO UPDATE SET left_at = NULL, joined_at = now()
    WHERE m.left_at IS NOT NULL;
    UPDATE membership m SET left_at = now()
    FROM room r
    WHERE m.account_id = who AND m.left_at IS NULL AND r.id = m.room_id
      AND CASE WHEN r.kind IN (1, 5) THEN r.id <> ALL (rooms)
               WHEN r.kind IN (6, 8) THEN NOT works_in_station(who, r.station_id) END;
    RETURN cardinality(halls);
END $$;

INSERT INTO room (kind, name, station_id, place_id)
SELECT 5, left(name, 80) || '值班室', id, id FROM place WHERE kind = 1 ORDER BY id;
DO $$
BEGIN
    PERFORM membership_derive(w.account_id)
    FROM (SELECT DISTINCT account_id FROM role_grant_current ORDER BY account_id) w;
END $$;

-- Rooms of an object -----------------------------------------------------------------------------
-- response_room (6) and case_team (8): explicit members, opened and closed in the transaction of
-- their object. Nobody gets in by a role alone; but only who works in the station can be put in,
-- and who stops working there leaves (membership_derive). Connected sessions learn all of it from
-- the triggers on membership. All four functions may be repeated. Who writes into several rooms in
-- one transaction does it in the order of their ids.

-- Puts people in; those who are not disabled and work in the station. All that was said before is
-- there for them to read. Returns how many came in now.
CREATE FUNCTION object_room_add(of_room_id bigint, members bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    came integer;
BEGIN
    INSERT INTO membership AS m (room_id, account_id)
    SELECT r.id, a.id
    FROM room r, account a
    WHERE r.id = of_room_id AND r.entity_id IS NOT NULL AND r.closed_at IS NULL
      AND a.id = ANY (members) AND a.disabled_at IS NULL AND works_in_station(a.id, r.station_id)
    ORDER BY a.id
    ON CONFLICT (room_id, account_id) DO UPDATE SET left_at = NULL, joined_at = now()
    WHERE m.left_at IS NOT NULL;
    GET DIAGNOSTICS came = ROW_COUNT;
    RETURN came;
END $$;

-- Takes people out. Returns how many left now.
CREATE FUNCTION object_room_remove(of_room_id bigint, members bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE membership m SET left_at = now()
    FROM room r
    WHERE r.id = of_room_id AND r.entity_id IS NOT NULL AND m.room_id = r.id
      AND m.account_id = ANY (members) AND m.left_at IS NULL;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

-- The room of this kind of an object: made, or opened again, or as it is; with these people in it.
-- The name is shown to the members: the object's number and what it is, never a person's name.
CREATE FUNCTION object_room_open(of_kind smallint, of_entity_type text, of_entity_id bigint,
                                 of_name text, of_station_id bigint, of_community_id bigint,
                                 members bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    opened bigint;
BEGIN
    INSERT INTO room AS r (kind, name, station_id, community_id, place_id, entity_type, entity_id)
    VALUES (of_kind, of_name, of_station_id, of_community_id,
            coalesce(of_community_id, of_station_id), of_entity_type, of_entity_id)
    ON CONFLICT (entity_type, entity_id, kind) WHERE entity_id IS NOT NULL
        DO UPDATE SET name = excluded.name, closed_at = NULL
    RETURNING r.id INTO opened;
    PERFORM object_room_add(opened, members);
    RETURN opened;
END $$;

-- All rooms of an object: nobody can write, members lose them from their lists; the messages stay
-- for the file. Returns how many were closed now.
CREATE FUNCTION object_room_close(of_entity_type text, of_entity_id bigint) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    closed bigint[];
BEGIN
    WITH ended AS (
        UPDATE room SET closed_at = now()
        WHERE entity_type = of_entity_type AND entity_id = of_entity_id AND closed_at IS NULL
        RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO closed FROM ended;
    UPDATE membership SET left_at = now() WHERE room_id = ANY (closed) AND left_at IS NULL;
    RETURN cardinality(closed);
END $$;

-- A word of the system in a room, within the transaction of whatever it is about: it takes the next
-- place under the room's lock like every message, and every node shows it as soon as it is
-- committed. `body` is one of our templates, filled with codes, numbers and times: what people
-- wrote never goes through here. Returns its seq; NULL: there is no such room, or it is closed.
CREATE FUNCTION room_say(of_room_id bigint, body text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    place record;
BEGIN
    UPDATE room SET last_seq = last_seq + 1,
                    last_at = greatest(last_at, date_trunc('milliseconds', now()))
    WHERE id = of_room_id AND closed_at IS NULL
    RETURNING last_seq, last_at INTO place;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge,
                         client_key, body, folded)
    VALUES (of_room_id, place.last_seq, 0, place.last_at, 0, 3, 10, uuid_send(gen_random_uuid()),
            room_say.body, nullif(lower(room_say.body), room_say.body));
    PERFORM pg_notify('hall', 'room_moved ' || of_room_id || ' ' || place.last_seq);
    RETURN place.last_seq;
END $$;

-- As in 0010, but the rooms of an object are part of its file: a case team's texts stay with the
-- case, a response room's for keep_days after its end.
CREATE OR REPLACE FUNCTION retention_messages(keep_days integer, most integer) RETURNS integer
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
    WHERE m.created_at < cutoff
      AND (r.entity_id IS NULL OR (r.kind = 6 AND r.closed_at < cutoff))
    ORDER BY r.id LIMIT 1;
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
    DELETE FROM search_posting WHERE room_id = target.id
        AND ((level = 0 AND (segment + 1)::bigint * 2048 <= upto)
             OR (level = 1 AND (segment + 1)::bigint * 32768 <= upto));
    UPDATE room SET first_seq = upto + 1 WHERE id = target.id;
    RETURN upto - target.first_seq + 1;
END $$;

GRANT INSERT (entity_type, entity_id) ON room TO hall_app;
GRANT EXECUTE ON FUNCTION works_in_station, object_room_add, object_room_remove, object_room_open,
    object_room_close, room_say TO hall_app;

-- What waits for whom ----------------------------------------------------------------------------
-- One row per open object, whatever its kind; codes and numbers only, never a free text, never a
-- name. It is kept by triggers on the subjects' own tables, so that no statement can forget it:
--
--   CREATE FUNCTION dispute_work_keep() RETURNS trigger LANGUAGE plpgsql AS $x$
--   DECLARE
--       item work_item;
--   BEGIN
--       IF NEW.ended_at IS NOT NULL THEN
--           PERFORM work_drop(2::smallint, NEW.id);
--           RETURN NULL;
--       END IF;
--       item.work_kind := 2; item.entity_id := NEW.id; item.no := NEW.no; …
--       PERFORM work_put(item);
--       PERFORM work_assign(2::smallint, NEW.id, ARRAY[NEW.lead_account_id], 1::smallint);
--       RETURN NULL;
--   END $x$;
--   CREATE TRIGGER dispute_work_keep AFTER INSERT OR UPDATE ON dispute
--       FOR EACH ROW EXECUTE FUNCTION dispute_work_keep();
--
-- work_put, work_drop, work_assign and work_unassign need no principal: they are the only way to
-- write here, and each tells the nodes `work_changed <kind> <id>`.

CREATE TABLE work_item (
    work_kind smallint NOT NULL CHECK (work_kind BETWEEN 1 AND 3), -- alert dispute person_search
    entity_id bigint NOT NULL,
    no text NOT NULL CHECK (char_length(no) <= 32),
    state smallint NOT NULL,
    state_version integer NOT NULL,
    station_id bigint NOT NULL,
    community_id bigint,
    grid_id bigint,
    building_id bigint,
    urgency smallint NOT NULL CHECK (urgency BETWEEN 1 AND 4), -- red yellow blue low
    title_code smallint NOT NULL, -- what it is about: the kind's own code, and one that says more
    title_detail smallint,
    waiting_for smallint NOT NULL CHECK (waiting_for BETWEEN 1 AND 8), -- enum.work_waiting
    lead_account_id bigint,
    next_due_at timestamptz NOT NULL, -- year 9999 (work_put writes it for NULL): nothing is due
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (work_kind, entity_id)
) WITH (fillfactor = 80);
COMMENT ON TABLE work_item IS 'personal: what is open and who must act next. impersonal=work_kind,entity_id,no,state,state_version,station_id,community_id,grid_id,urgency,title_code,title_detail,waiting_for,next_due_at,created_at,updated_at';
COMMENT ON COLUMN work_item.building_id IS 'purpose=where a hand is needed; audience=volunteers,responders,officers; ttl=P1D after end';
COMMENT ON COLUMN work_item.lead_account_id IS 'purpose=who has it in hand; audience=volunteers,responders,officers; ttl=P1D after end';
-- A page is made of one walk per scope, kind and urgency, each already in the page's order.
CREATE INDEX work_item_station ON work_item
    (station_id, work_kind, urgency, next_due_at, entity_id);
CREATE INDEX work_item_community ON work_item
    (community_id, work_kind, urgency, next_due_at, entity_id) WHERE community_id IS NOT NULL;
CREATE INDEX work_item_grid ON work_item
    (grid_id, work_kind, urgency, next_due_at, entity_id) WHERE grid_id IS NOT NULL;
CREATE INDEX work_item_building ON work_item
    (building_id, work_kind, urgency, next_due_at, entity_id) WHERE building_id IS NOT NULL;
CREATE INDEX work_item_lead ON work_item (lead_account_id) WHERE lead_account_id IS NOT NULL;

-- People with a part in an open object. A party (the person an alert warns, a side of a dispute) is
-- here so that she never finds it among her work, whatever roles she holds.
CREATE TABLE work_member (
    work_kind smallint NOT NULL,
    entity_id bigint NOT NULL,
    account_id bigint NOT NULL REFERENCES account,
    part smallint NOT NULL CHECK (part BETWEEN 1 AND 3), -- assigned offered party
    PRIMARY KEY (work_kind, entity_id, account_id),
    FOREIGN KEY (work_kind, entity_id) REFERENCES work_item ON DELETE CASCADE
);
COMMENT ON TABLE work_member IS 'personal: to whom an open object was given or offered. impersonal=work_kind,entity_id,part';
COMMENT ON COLUMN work_member.account_id IS 'purpose=what waits for her; audience=self,officers; ttl=P1D after end';
CREATE INDEX work_member_account ON work_member (account_id, part);

-- Functions of the owner that work as the system begin and end with these; what the caller was is
-- restored, and by a rollback too. Nobody is given them: as hall_app they would be a way around.
CREATE FUNCTION principal_raise() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('hall.system', true), '');
BEGIN
    PERFORM set_config('hall.system', 'on', true);
    RETURN before;
END $$;
CREATE FUNCTION principal_restore(before text) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('hall.system', before, true)
$$;

CREATE FUNCTION work_tell(of_kind smallint, of_id bigint) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('hall', 'work_changed ' || of_kind || ' ' || of_id)
$$;

-- Keeps an open object as it is now. updated_at is set here; next_due_at may be NULL.
CREATE FUNCTION work_put(item work_item) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    item.next_due_at := coalesce(item.next_due_at, '9999-01-01 00:00:00+00');
    item.updated_at := clock_timestamp();
    INSERT INTO work_item VALUES (item.*)
    ON CONFLICT (work_kind, entity_id) DO UPDATE
    SET (no, state, state_version, station_id, community_id, grid_id, building_id, urgency,
         title_code, title_detail, waiting_for, lead_account_id, next_due_at, updated_at)
      = (item.no, item.state, item.state_version, item.station_id, item.community_id, item.grid_id,
         item.building_id, item.urgency, item.title_code, item.title_detail, item.waiting_for,
         item.lead_account_id, item.next_due_at, item.updated_at);
    PERFORM work_tell(item.work_kind, item.entity_id);
    PERFORM principal_restore(before);
END $$;

-- An object that ended needs no hand any more.
CREATE FUNCTION work_drop(of_kind smallint, of_id bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    DELETE FROM work_item WHERE work_kind = of_kind AND entity_id = of_id;
    IF FOUND THEN
        PERFORM work_tell(of_kind, of_id);
    END IF;
    PERFORM principal_restore(before);
END $$;

-- Gives people a part in an open object, or another one: 1 assigned, 2 offered, 3 party. Who is a
-- party stays one. NULL for people: nothing.
CREATE FUNCTION work_assign(of_kind smallint, of_id bigint, people bigint[], of_part smallint)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    INSERT INTO work_member AS m (work_kind, entity_id, account_id, part)
    SELECT w.work_kind, w.entity_id, a.id, of_part
    FROM work_item w, account a
    WHERE w.work_kind = of_kind AND w.entity_id = of_id AND a.id = ANY (people)
    ON CONFLICT (work_kind, entity_id, account_id) DO UPDATE SET part = excluded.part
    WHERE m.part NOT IN (excluded.part, 3);
    IF FOUND THEN
        PERFORM work_tell(of_kind, of_id);
    END IF;
    PERFORM principal_restore(before);
END $$;

-- Takes a part away again; never a party's.
CREATE FUNCTION work_unassign(of_kind smallint, of_id bigint, people bigint[]) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    DELETE FROM work_member
    WHERE work_kind = of_kind AND entity_id = of_id AND account_id = ANY (people) AND part <> 3;
    IF FOUND THEN
        PERFORM work_tell(of_kind, of_id);
    END IF;
    PERFORM principal_restore(before);
END $$;

-- The second wall. In charge: auxiliaries, officers, dispatchers and leaders whose role covers the
-- place; the others see what they have a part in; a party sees nothing.
CREATE FUNCTION work_scopes() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$ -- keeps its plan
BEGIN
    RETURN ARRAY(SELECT g.scope_id FROM role_grant_current g
                 WHERE g.account_id = principal_account() AND g.role IN (6, 7, 8, 9));
END $$;
ALTER TABLE work_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_member FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_system ON work_member
    USING ((SELECT principal_is_system()) OR account_id = (SELECT principal_account()));
ALTER TABLE work_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_item FORCE ROW LEVEL SECURITY;
CREATE POLICY in_charge_or_given ON work_item
    USING ((SELECT principal_is_system())
           OR ((ARRAY[station_id, community_id, grid_id, building_id] && (SELECT work_scopes())
                OR lead_account_id = (SELECT principal_account())
                OR EXISTS (SELECT FROM work_member m
                           WHERE m.work_kind = work_item.work_kind
                             AND m.entity_id = work_item.entity_id
                             AND m.account_id = (SELECT principal_account())))
               AND (work_kind, entity_id) NOT IN (
                   SELECT m.work_kind, m.entity_id FROM work_member m
                   WHERE m.account_id = (SELECT principal_account()) AND m.part = 3)))
    WITH CHECK ((SELECT principal_is_system()));

-- Alerts -----------------------------------------------------------------------------------------

-- Who must act next on an alert, and by when: the first rung of its ladder, then the claim, then
-- meeting the person (domain: the ladder of a fraud alert).
CREATE FUNCTION alert_work_due(a alert) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE a.state
        WHEN 3 THEN a.ack_by
        WHEN 4 THEN a.created_at + CASE a.level WHEN 1 THEN interval '10 minutes'
            WHEN 2 THEN interval '15 minutes' WHEN 3 THEN interval '60 minutes'
            ELSE interval '24 hours' END
        WHEN 5 THEN a.expires_at
        WHEN 6 THEN a.expires_at
        ELSE a.created_at + CASE a.level WHEN 1 THEN interval '1 minute'
            WHEN 2 THEN interval '2 minutes' WHEN 3 THEN interval '10 minutes'
            ELSE interval '24 hours' END END
$$;

-- Its place comes from the restricted half, which the policies hide from whoever asks: hence as the
-- system.
CREATE FUNCTION alert_work_keep(of_id bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a alert;
    item work_item;
    before text := principal_raise();
BEGIN
    SELECT * INTO a FROM alert WHERE id = of_id;
    IF a.id IS NULL OR a.ended_at IS NOT NULL THEN
        PERFORM work_drop(1::smallint, of_id), principal_restore(before);
        RETURN;
    END IF;
    item.work_kind := 1;
    item.entity_id := a.id;
    item.no := a.no;
    item.state := a.state;
    item.state_version := a.state_version;
    item.station_id := a.station_id;
    item.community_id := a.community_id;
    SELECT t.grid_id, t.building_id INTO item.grid_id, item.building_id
    FROM alert_restricted t WHERE t.alert_id = a.id;
    item.urgency := a.level;
    item.title_code := a.scam_type;
    item.waiting_for := CASE WHEN a.state = 1 OR a.community_id IS NULL THEN 2 -- dispatcher
                             WHEN a.state = 2 THEN 4                           -- responder
                             WHEN a.state = 6 THEN 1                           -- officer
                             ELSE 3 END;                                       -- lead
    item.lead_account_id := a.claimed_by;
    item.next_due_at := alert_work_due(a);
    item.created_at := a.created_at;
    PERFORM work_put(item);
    PERFORM principal_restore(before);
END $$;

CREATE FUNCTION alert_work_members(of_id bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text := principal_raise();
BEGIN
    PERFORM work_assign(1::smallint, of_id, array_agg(r.account_id),
                        (CASE WHEN r.audience = 2 THEN 3 ELSE 2 END)::smallint)
    FROM alert_recipient r WHERE r.alert_id = of_id GROUP BY r.audience = 2;
    PERFORM principal_restore(before);
END $$;

CREATE FUNCTION alert_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'alert' THEN
        PERFORM alert_work_keep(NEW.id);
    ELSE
        PERFORM alert_work_keep(NEW.alert_id); -- the restricted half came or moved
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_work AFTER INSERT OR UPDATE ON alert
    FOR EACH ROW EXECUTE FUNCTION alert_work();
CREATE TRIGGER alert_work AFTER INSERT OR UPDATE OF grid_id, building_id ON alert_restricted
    FOR EACH ROW EXECUTE FUNCTION alert_work();

CREATE FUNCTION alert_work_addressed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM alert_work_members(n.alert_id) FROM (SELECT DISTINCT alert_id FROM new_rows) n;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_work_addressed AFTER INSERT ON alert_recipient
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION alert_work_addressed();

DO $$
BEGIN
    PERFORM alert_work_keep(id), alert_work_members(id) FROM alert WHERE ended_at IS NULL;
END $$;

GRANT SELECT ON work_item, work_member TO hall_app;
GRANT EXECUTE ON FUNCTION work_scopes, work_tell, work_put, work_drop, work_assign, work_unassign,
    alert_work_due, alert_work_keep, alert_work_members TO hall_app;
