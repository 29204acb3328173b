-- Finding messages by any one or more characters. Per room, an index from grams (each character and
-- each pair of neighbours) to the messages that contain them; no word splitting, which for Chinese
-- would decide what can be found. A hit in the index is a candidate only: the text decides.
--
-- The newest messages (fewer than 2048) are not indexed but read. Blocks of 2048 are indexed as they
-- fill, so that a step of building stays short; sixteen blocks become one segment of 32768, so that
-- ten million messages are some hundred places to look. offsets count from the block's or segment's
-- first message, hence smallint.

CREATE TABLE search_room (
    room_id bigint PRIMARY KEY REFERENCES room,
    indexed_seq bigint NOT NULL DEFAULT 0 CHECK (indexed_seq % 2048 = 0),
    merged_seq bigint NOT NULL DEFAULT 0 CHECK (merged_seq % 32768 = 0),
    CHECK (merged_seq <= indexed_seq)
);
COMMENT ON TABLE search_room IS 'impersonal: how far a room is indexed';

CREATE TABLE search_posting (
    level smallint NOT NULL, -- 0: blocks of 2048, 1: segments of 32768
    room_id bigint NOT NULL,
    gram text COLLATE "C" NOT NULL,
    segment integer NOT NULL,
    offsets smallint[] NOT NULL,
    PRIMARY KEY (level, room_id, gram, segment)
) PARTITION BY LIST (level);
CREATE TABLE search_block PARTITION OF search_posting FOR VALUES IN (0);
CREATE TABLE search_segment PARTITION OF search_posting FOR VALUES IN (1);
COMMENT ON TABLE search_posting IS 'personal: which characters stand in which messages. impersonal=level,room_id,segment';
COMMENT ON COLUMN search_posting.gram IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON COLUMN search_posting.offsets IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON TABLE search_block IS 'personal: part of search_posting. impersonal=level,room_id,segment';
COMMENT ON COLUMN search_block.gram IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON COLUMN search_block.offsets IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON TABLE search_segment IS 'personal: part of search_posting. impersonal=level,room_id,segment';
COMMENT ON COLUMN search_segment.gram IS 'purpose=search; audience=system; ttl=P12M';
COMMENT ON COLUMN search_segment.offsets IS 'purpose=search; audience=system; ttl=P12M';

-- The grams of a text.
CREATE FUNCTION search_grams(text_of text) RETURNS TABLE (gram text) LANGUAGE sql IMMUTABLE
ROWS 30 AS $$
    SELECT DISTINCT g FROM (
        SELECT c.a, c.b FROM ROWS FROM (string_to_table(text_of, NULL),
                                        string_to_table(substr(text_of, 2), NULL)) AS c (a, b)
    ) pairs, LATERAL (VALUES (a), (a || b)) AS v (g)
    WHERE g IS NOT NULL
$$;

-- One step of building: one block indexed, or sixteen merged. Returns how many messages the step was
-- about, 0 when there is nothing to do or another node is at it.
CREATE FUNCTION search_build() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    target record;
    number integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'48535243'::int) THEN -- HSRC
        RETURN 0;
    END IF;
    INSERT INTO search_room (room_id)
    SELECT id FROM room r WHERE last_seq >= 2048
      AND NOT EXISTS (SELECT FROM search_room s WHERE s.room_id = r.id);
    SELECT s.* INTO target FROM search_room s JOIN room r ON r.id = s.room_id
    WHERE r.last_seq - s.indexed_seq >= 2048 OR s.indexed_seq - s.merged_seq >= 32768
    ORDER BY s.indexed_seq - s.merged_seq >= 32768 DESC, s.room_id
    LIMIT 1;
    IF target IS NULL THEN
        RETURN 0;
    END IF;
    IF target.indexed_seq - target.merged_seq >= 32768 THEN
        number := target.merged_seq / 32768;
        INSERT INTO search_posting (level, room_id, gram, segment, offsets)
        SELECT 1, target.room_id, p.gram, number,
               array_agg((o + (p.segment - number * 16) * 2048)::smallint
                         ORDER BY p.segment, o)
        FROM search_posting p, unnest(p.offsets) o
        WHERE p.level = 0 AND p.room_id = target.room_id
          AND p.segment >= number * 16 AND p.segment < number * 16 + 16
        GROUP BY p.gram;
        DELETE FROM search_posting p
        WHERE p.level = 0 AND p.room_id = target.room_id
          AND p.segment >= number * 16 AND p.segment < number * 16 + 16;
        UPDATE search_room SET merged_seq = merged_seq + 32768 WHERE room_id = target.room_id;
        RETURN 32768;
    END IF;
    number := target.indexed_seq / 2048;
    -- Sorted first and then gathered: a third of the time of gathering with an order of its own.
    INSERT INTO search_posting (level, room_id, gram, segment, offsets)
    SELECT 0, target.room_id, d.gram, number, array_agg(d.o)
    FROM (SELECT DISTINCT (v.gram COLLATE "C") AS gram, t.o
          FROM (SELECT (m.seq - 1 - target.indexed_seq)::smallint AS o,
                       coalesce(m.folded, m.body) AS text_of
                FROM message m
                WHERE m.room_id = target.room_id AND m.state = 1 AND m.body IS NOT NULL
                  AND m.seq > target.indexed_seq AND m.seq <= target.indexed_seq + 2048) t,
               ROWS FROM (string_to_table(t.text_of, NULL),
                          string_to_table(substr(t.text_of, 2), NULL)) AS c (a, b),
               LATERAL (VALUES (c.a), (c.a || c.b)) AS v (gram)
          WHERE v.gram IS NOT NULL
          ORDER BY 1, 2) d
    GROUP BY d.gram;
    UPDATE search_room SET indexed_seq = indexed_seq + 2048 WHERE room_id = target.room_id;
    RETURN 2048;
END $$;

-- The last seq of a room that is not after a time (or is before it). Time never goes back in a room.
CREATE FUNCTION room_seq_at(of_room bigint, at timestamptz, inclusive boolean) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
    found boolean;
BEGIN
    SELECT last_seq INTO high FROM room WHERE id = of_room;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        SELECT m.created_at < at OR (inclusive AND m.created_at = at) INTO found
        FROM message m WHERE m.room_id = of_room AND m.seq = middle;
        IF found THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    RETURN low;
END $$;

-- Hits in one room with seq <= upto, newest first, at most `most`.
CREATE FUNCTION search_in_room(of_room bigint, needle text, upto bigint, most integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    state record;
    grams text[];
    left_over integer := most;
    given integer;
    place record;
BEGIN
    SELECT least(upto, r.last_seq) AS upto, r.first_seq, coalesce(s.indexed_seq, 0) AS indexed_seq,
           coalesce(s.merged_seq, 0) AS merged_seq
    INTO state FROM room r LEFT JOIN search_room s ON s.room_id = r.id WHERE r.id = of_room;
    -- The newest, not indexed yet.
    RETURN QUERY
        SELECT m.seq FROM message m
        WHERE m.room_id = of_room AND m.seq > state.indexed_seq AND m.seq <= state.upto
          AND m.seq >= state.first_seq
          AND m.state = 1 AND strpos(coalesce(m.folded, m.body), needle) > 0
        ORDER BY m.seq DESC LIMIT left_over;
    GET DIAGNOSTICS given = ROW_COUNT;
    left_over := left_over - given;
    IF left_over <= 0 OR state.indexed_seq = 0 THEN
        RETURN;
    END IF;
    -- Pairs say more than single characters; eight of them are enough to narrow it down.
    SELECT array_agg(gram) INTO grams FROM (
        SELECT gram FROM search_grams(needle)
        WHERE char_length(gram) = CASE WHEN char_length(needle) = 1 THEN 1 ELSE 2 END
        ORDER BY gram LIMIT 8) g;
    -- Blocks, then segments, newest first, only those that have every gram.
    FOR place IN
        SELECT p.level, p.segment,
               p.segment::bigint * CASE p.level WHEN 0 THEN 2048 ELSE 32768 END AS base
        FROM search_posting p
        WHERE p.room_id = of_room AND p.gram = ANY (grams)
          AND ((p.level = 0 AND p.segment <= (state.upto - 1) / 2048)
               OR (p.level = 1 AND p.segment <= (state.upto - 1) / 32768))
        GROUP BY p.level, p.segment HAVING count(*) = cardinality(grams)
        ORDER BY p.level, p.segment DESC
    LOOP
        -- The rarest gram alone if it leaves few to look at, else what the three rarest share.
        RETURN QUERY
            WITH p AS MATERIALIZED (
                SELECT q.offsets, row_number() OVER (ORDER BY cardinality(q.offsets)) AS nth,
                       least(CASE WHEN min(cardinality(q.offsets)) OVER () <= 48 THEN 1 ELSE 3 END,
                             cardinality(grams)) AS needed
                FROM search_posting q
                WHERE q.level = place.level AND q.room_id = of_room
                  AND q.segment = place.segment AND q.gram = ANY (grams)
            )
            SELECT m.seq
            FROM (SELECT o.o FROM p, unnest(p.offsets) AS o (o) WHERE p.nth <= p.needed
                  GROUP BY o.o, p.needed HAVING count(*) = p.needed
                  ORDER BY o.o DESC) c
            CROSS JOIN LATERAL (
                SELECT x.seq FROM message x
                WHERE x.room_id = of_room AND x.seq = place.base + c.o + 1
                  AND x.seq <= state.upto AND x.seq >= state.first_seq AND x.state = 1
                  AND strpos(coalesce(x.folded, x.body), needle) > 0 LIMIT 1) m
            LIMIT left_over;
        GET DIAGNOSTICS given = ROW_COUNT;
        left_over := left_over - given;
        EXIT WHEN left_over <= 0;
    END LOOP;
END $$;

-- Hits in many rooms, newest first. The page before ended at (before_at, before_room, before_seq);
-- before_at NULL: from the newest. The needle is folded as the texts are.
CREATE FUNCTION search_in_rooms(rooms bigint[], needle text, before_at timestamptz,
                                before_room bigint, before_seq bigint, most integer)
RETURNS TABLE (room_id bigint, seq bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF needle = '' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT h.room_id, h.seq FROM (
            SELECT r.id AS room_id, s.seq, m.created_at
            FROM unnest(rooms) AS r (id)
            CROSS JOIN LATERAL search_in_room(
                r.id, needle,
                CASE WHEN before_at IS NULL THEN 9223372036854775807
                     WHEN r.id = before_room THEN before_seq - 1
                     ELSE room_seq_at(r.id, before_at, r.id < before_room) END,
                most) AS s (seq)
            CROSS JOIN LATERAL (SELECT x.created_at FROM message x
                                WHERE x.room_id = r.id AND x.seq = s.seq LIMIT 1) m
        ) h
        ORDER BY h.created_at DESC, h.room_id DESC, h.seq DESC LIMIT most;
END $$;

GRANT SELECT, INSERT, UPDATE ON search_room TO hall_app;
GRANT SELECT, INSERT, DELETE ON search_posting TO hall_app;
GRANT EXECUTE ON FUNCTION search_grams, search_build, room_seq_at, search_in_room, search_in_rooms
    TO hall_app;
