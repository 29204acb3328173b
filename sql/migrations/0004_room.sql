-- Rooms, who is in them, what is said in them, what may no longer be shown.

CREATE TABLE room (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 7),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    station_id bigint NOT NULL REFERENCES place,
    community_id bigint NOT NULL REFERENCES place,
    place_id bigint NOT NULL REFERENCES place,
    -- The row lock on these gives messages their order: no gaps, no duplicates, time never back.
    last_seq bigint NOT NULL DEFAULT 0,
    last_at timestamptz(3) NOT NULL DEFAULT '-infinity', -- whole milliseconds, as on the wire
    first_seq bigint NOT NULL DEFAULT 1, -- the oldest that can still be read
    member_count integer NOT NULL DEFAULT 0, -- kept by membership_count
    frozen_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
) WITH (fillfactor = 40); -- every message updates its room: keep it in its page
COMMENT ON TABLE room IS 'impersonal: rooms and where their messages stand';
CREATE UNIQUE INDEX room_hall ON room (community_id) WHERE kind = 1 AND closed_at IS NULL;
CREATE INDEX room_place ON room (place_id);

CREATE TABLE membership (
    room_id bigint NOT NULL REFERENCES room,
    account_id bigint NOT NULL REFERENCES account,
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    read_seq bigint NOT NULL DEFAULT 0,
    muted_until timestamptz,
    muted_by bigint REFERENCES account,
    mute_reason text CHECK (char_length(mute_reason) <= 200),
    PRIMARY KEY (room_id, account_id)
) WITH (fillfactor = 80);
COMMENT ON TABLE membership IS 'personal: who is in which room. impersonal=room_id,joined_at,left_at';
COMMENT ON COLUMN membership.account_id IS 'purpose=who gets the messages; audience=residents; ttl=account';
COMMENT ON COLUMN membership.read_seq IS 'purpose=where she goes on reading; audience=self; ttl=account';
COMMENT ON COLUMN membership.muted_until IS 'purpose=order in the room; audience=self,officers; ttl=P6M';
COMMENT ON COLUMN membership.muted_by IS 'purpose=order in the room; audience=officers,audit; ttl=P6M';
COMMENT ON COLUMN membership.mute_reason IS 'purpose=she is told why; audience=self,officers; ttl=P6M';
CREATE INDEX membership_account ON membership (account_id) WHERE left_at IS NULL;

-- Counts members: who joins per statement, so that ten thousand at once are one update; who leaves
-- or comes back one by one. Neither costs a read cursor anything.
CREATE FUNCTION membership_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE room SET member_count = member_count + c.n
    FROM (SELECT room_id, count(*) AS n FROM new_rows WHERE left_at IS NULL
          GROUP BY room_id ORDER BY room_id) c
    WHERE room.id = c.room_id;
    RETURN NULL;
END $$;
CREATE TRIGGER membership_joined AFTER INSERT ON membership
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION membership_joined();

CREATE FUNCTION membership_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE room SET member_count = member_count + CASE WHEN NEW.left_at IS NULL THEN 1 ELSE -1 END
    WHERE id = NEW.room_id;
    RETURN NULL;
END $$;
CREATE TRIGGER membership_left AFTER UPDATE OF left_at ON membership
    FOR EACH ROW WHEN ((OLD.left_at IS NULL) <> (NEW.left_at IS NULL))
    EXECUTE FUNCTION membership_left();

-- Puts somebody into the halls she belongs to by address and by role, and out of those she no longer
-- does. Called by every statement that changes either. Returns how many halls she is in.
CREATE FUNCTION membership_derive(who bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    halls bigint[];
BEGIN
    SELECT coalesce(array_agg(r.id), '{}') INTO halls
    FROM room r JOIN place p ON p.id = r.community_id
    WHERE r.kind = 1 AND r.closed_at IS NULL
      AND (EXISTS (SELECT FROM account a WHERE a.id = who AND a.level >= 2
                                           AND a.community_id = r.community_id)
           OR EXISTS (SELECT FROM role_grant_current g JOIN place s ON s.id = g.scope_id
                      WHERE g.account_id = who AND g.role NOT IN (10, 11) -- auditor sysadmin
                        AND (s.community_id = p.id OR s.id = p.station_id)));
    INSERT INTO membership AS m (room_id, account_id, read_seq)
    SELECT r.id, who, r.last_seq FROM room r WHERE r.id = ANY (halls) ORDER BY r.id
    ON CONFLICT (room_id, account_id) DO UPDATE SET left_at = NULL, joined_at = now()
    WHERE m.left_at IS NOT NULL;
    UPDATE membership m SET left_at = now()
    FROM room r
    WHERE m.account_id = who AND m.left_at IS NULL AND r.id = m.room_id AND r.kind = 1
      AND m.room_id <> ALL (halls);
    RETURN cardinality(halls);
END $$;

-- Moves read cursors forward, never beyond the room's end. A loop of single look-ups: a join would be
-- planned on how many members there were when the server started.
CREATE FUNCTION room_read(account_ids bigint[], room_ids bigint[], seqs bigint[])
RETURNS TABLE (ord integer, outcome smallint) LANGUAGE plpgsql AS $$
DECLARE
    wish record;
    head bigint;
BEGIN
    FOR wish IN
        SELECT w.* FROM ROWS FROM (unnest(account_ids, room_ids, seqs),
                                   generate_series(1, cardinality(account_ids)))
            AS w (account_id, room_id, seq, place)
        ORDER BY w.room_id, w.account_id -- the same order on every node: no deadlock
    LOOP
        SELECT r.last_seq INTO head FROM room r WHERE r.id = wish.room_id;
        UPDATE membership m SET read_seq = least(wish.seq, head)
        WHERE m.room_id = wish.room_id AND m.account_id = wish.account_id AND m.left_at IS NULL
          AND m.read_seq < least(wish.seq, head);
        ord := wish.place;
        outcome := CASE WHEN FOUND OR EXISTS (
            SELECT FROM membership m WHERE m.room_id = wish.room_id
                AND m.account_id = wish.account_id AND m.left_at IS NULL) THEN 0 ELSE 2 END;
        RETURN NEXT;
    END LOOP;
END $$;

-- Identity of a message is (room_id, seq). No foreign keys on this table: they would cost a fifth
-- of the write road; message_add checks what they would.
CREATE TABLE message (
    room_id bigint NOT NULL,
    seq bigint NOT NULL,
    sender_id bigint NOT NULL, -- 0: the system
    created_at timestamptz(3) NOT NULL,
    request_hash bigint NOT NULL, -- of what was asked, to tell a repeat from a reused key
    quote_seq bigint,
    notice_id bigint,
    kind smallint NOT NULL,
    state smallint NOT NULL DEFAULT 1,
    badge smallint NOT NULL,
    official boolean NOT NULL DEFAULT false,
    client_key bytea NOT NULL,
    body text,   -- NULL: deleted
    folded text, -- the form that is searched, where it differs from body
    media_ids text[],
    public_reason text
);
COMMENT ON TABLE message IS 'personal: what was said. impersonal=room_id,seq,request_hash,notice_id,kind,state,badge,official';
COMMENT ON COLUMN message.sender_id IS 'purpose=who said it; audience=residents; ttl=account';
COMMENT ON COLUMN message.created_at IS 'purpose=when it was said; audience=residents; ttl=account';
COMMENT ON COLUMN message.quote_seq IS 'purpose=what it answers; audience=residents; ttl=P12M';
COMMENT ON COLUMN message.client_key IS 'purpose=a repeat is stored once; audience=self; ttl=account';
COMMENT ON COLUMN message.body IS 'purpose=the message; audience=residents; ttl=P12M';
COMMENT ON COLUMN message.folded IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON COLUMN message.media_ids IS 'purpose=the message; audience=residents; ttl=P12M';
COMMENT ON COLUMN message.public_reason IS 'purpose=why it was hidden, for everyone; audience=residents; ttl=P12M';
ALTER TABLE message ADD CONSTRAINT message_pkey PRIMARY KEY (room_id, seq);
ALTER TABLE message ADD CONSTRAINT message_once UNIQUE (sender_id, client_key);
ALTER TABLE message
    ADD CONSTRAINT message_key_length CHECK (octet_length(client_key) = 16),
    ADD CONSTRAINT message_body_length CHECK (octet_length(body) <= 16000);
CREATE INDEX message_notice ON message (notice_id) WHERE notice_id IS NOT NULL;
-- Only inserts, and few updates: freeze early, so that the great wrap-around never comes at once.
ALTER TABLE message SET (autovacuum_vacuum_insert_scale_factor = 0.05,
                         autovacuum_analyze_scale_factor = 0.02);

CREATE TABLE media (
    id text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{16,32}$'),
    owner_id bigint NOT NULL REFERENCES account,
    state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3), -- held published revoked
    room_id bigint, -- once a message shows it
    message_seq bigint,
    width integer NOT NULL CHECK (width BETWEEN 1 AND 20000),
    height integer NOT NULL CHECK (height BETWEEN 1 AND 20000),
    alt text CHECK (char_length(alt) <= 400),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
COMMENT ON TABLE media IS 'personal: pictures. impersonal=id,state,room_id,message_seq,width,height,created_at,revoked_at';
COMMENT ON COLUMN media.owner_id IS 'purpose=who may attach it; audience=self; ttl=P12M';
COMMENT ON COLUMN media.alt IS 'purpose=said instead of the picture; audience=residents; ttl=P12M';
CREATE INDEX media_held ON media (created_at) WHERE state = 1;
CREATE INDEX media_message ON media (room_id, message_seq) WHERE room_id IS NOT NULL;

CREATE TABLE media_blob (
    media_id text NOT NULL REFERENCES media,
    size smallint NOT NULL CHECK (size IN (320, 1600)),
    content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 4194304),
    PRIMARY KEY (media_id, size)
);
ALTER TABLE media_blob ALTER COLUMN content SET STORAGE EXTERNAL; -- JPEG does not shrink
COMMENT ON TABLE media_blob IS 'personal: the bytes of pictures. impersonal=media_id,size';
COMMENT ON COLUMN media_blob.content IS 'purpose=the picture, without its metadata; audience=residents; ttl=P12M';

-- What may no longer be shown or kept, in one order for everybody, without gaps: devices apply it
-- before anything else. The head row's lock gives the order.
CREATE TABLE revocation_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_seq bigint NOT NULL
);
COMMENT ON TABLE revocation_head IS 'impersonal: the end of the journal';
INSERT INTO revocation_head (last_seq) VALUES (0);

CREATE TABLE revocation (
    revocation_seq bigint PRIMARY KEY,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 3), -- message media notice
    room_id bigint NOT NULL,
    seq bigint,
    media_id text,
    notice_id bigint,
    state smallint,
    public_reason text CHECK (char_length(public_reason) <= 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 1 OR seq IS NOT NULL),
    CHECK (kind <> 2 OR media_id IS NOT NULL),
    CHECK (kind <> 3 OR notice_id IS NOT NULL)
);
COMMENT ON TABLE revocation IS 'impersonal: what was taken back, hidden or taken down; kept 24 months';
CREATE INDEX revocation_room ON revocation (room_id, revocation_seq);

CREATE FUNCTION revocation_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE revocation_head SET last_seq = last_seq + 1 RETURNING last_seq INTO NEW.revocation_seq;
    NEW.created_at := now();
    PERFORM pg_notify('hall', 'revoked ' || NEW.revocation_seq);
    RETURN NEW;
END $$;
CREATE TRIGGER revocation_fill BEFORE INSERT ON revocation
    FOR EACH ROW EXECUTE FUNCTION revocation_fill();

-- The one projection of a message: every statement that reads messages reads this. A text that is
-- not visible does not exist here.
CREATE VIEW message_shown AS
SELECT m.room_id, m.seq, m.sender_id, coalesce(a.display_name, '') AS sender_name, m.badge, m.kind,
       m.state, m.created_at AS sent_at,
       CASE WHEN m.state = 1 THEN m.body END AS body,
       m.quote_seq, m.official, m.notice_id,
       CASE WHEN m.state = 3 THEN m.public_reason END AS public_reason, m.client_key,
       p.ids AS media_ids, p.widths AS media_widths, p.heights AS media_heights,
       p.alts AS media_alts
FROM message m
LEFT JOIN account a ON a.id = m.sender_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY w.place) AS ids, array_agg(x.width ORDER BY w.place) AS widths,
           array_agg(x.height ORDER BY w.place) AS heights,
           array_agg(coalesce(x.alt, '') ORDER BY w.place) AS alts
    FROM unnest(m.media_ids) WITH ORDINALITY AS w (id, place)
    CROSS JOIN LATERAL (SELECT y.* FROM media y WHERE y.id = w.id AND y.state = 2 LIMIT 1) x
    WHERE m.state = 1) p ON m.media_ids IS NOT NULL;

GRANT SELECT ON room, membership, message, media, media_blob, revocation, revocation_head,
    message_shown TO hall_app;
GRANT INSERT ON room, membership, message, media, media_blob TO hall_app;
GRANT INSERT (kind, room_id, seq, media_id, notice_id, state, public_reason)
    ON revocation TO hall_app;
GRANT UPDATE (name, last_seq, last_at, member_count, frozen_until, closed_at)
    ON room TO hall_app;
GRANT UPDATE (joined_at, left_at, read_seq, muted_until, muted_by, mute_reason)
    ON membership TO hall_app;
GRANT UPDATE (state, body, folded, media_ids, public_reason) ON message TO hall_app;
GRANT UPDATE (state, room_id, message_seq, revoked_at) ON media TO hall_app;
GRANT DELETE ON media_blob TO hall_app;
GRANT EXECUTE ON FUNCTION membership_derive, room_read TO hall_app;
