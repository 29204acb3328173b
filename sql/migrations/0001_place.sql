-- Places: one tree of stations, communities, grids, buildings and units. Each place knows all its
-- ancestors, so that "is this in her scope" is one comparison.
--
-- Numbers of kinds and states are those of proto/schema/types.toml, everywhere in this schema.
--
-- Every table says in its comment whether it is about people. `personal:` tables name the columns
-- that are not (impersonal=…); every other column carries a comment of the form
-- `purpose=…; audience=…; ttl=…`. tests/sql holds every column against this.

CREATE TABLE place (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 5), -- station community grid building unit
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    street text CHECK (char_length(street) <= 80), -- named in public where the place is too small
    parent_id bigint REFERENCES place,
    -- Its ancestors and itself; filled by place_fill from the parent, never by hand.
    station_id bigint NOT NULL REFERENCES place DEFERRABLE INITIALLY DEFERRED,
    community_id bigint REFERENCES place DEFERRABLE INITIALLY DEFERRED,
    grid_id bigint REFERENCES place DEFERRABLE INITIALLY DEFERRED,
    building_id bigint REFERENCES place DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    CHECK ((kind = 1) = (parent_id IS NULL)),
    CHECK ((kind = 1) = (community_id IS NULL)),
    CHECK (kind < 5 OR building_id IS NOT NULL)
);
COMMENT ON TABLE place IS 'impersonal: the tree of places';
CREATE INDEX place_parent ON place (parent_id);
CREATE INDEX place_community ON place (community_id, kind);
CREATE INDEX place_station ON place (station_id, kind);

CREATE FUNCTION place_fill() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above place;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.kind, NEW.code, NEW.parent_id, NEW.station_id)
           IS DISTINCT FROM (OLD.kind, OLD.code, OLD.parent_id, OLD.station_id) THEN
            RAISE EXCEPTION 'a place keeps its kind, code and parent' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO STRICT above FROM place WHERE id = NEW.parent_id;
        -- A grid and a building may be missing on the way down, a community may not.
        IF above.kind >= NEW.kind OR (NEW.kind > 2 AND above.kind = 1) THEN
            RAISE EXCEPTION 'a place of kind % cannot be in one of kind %', NEW.kind, above.kind
                USING ERRCODE = '23514';
        END IF;
    END IF;
    NEW.station_id := CASE WHEN NEW.kind = 1 THEN NEW.id ELSE above.station_id END;
    NEW.community_id := CASE WHEN NEW.kind = 2 THEN NEW.id ELSE above.community_id END;
    NEW.grid_id := CASE WHEN NEW.kind = 3 THEN NEW.id ELSE above.grid_id END;
    NEW.building_id := CASE WHEN NEW.kind = 4 THEN NEW.id ELSE above.building_id END;
    RETURN NEW;
END $$;
CREATE TRIGGER place_fill BEFORE INSERT OR UPDATE ON place
    FOR EACH ROW EXECUTE FUNCTION place_fill();

-- Whether a scope (the place a role was given for) covers a place.
CREATE FUNCTION place_covers(scope_id bigint, place_id bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM place p
        WHERE p.id = $2 AND $1 IN (p.id, p.station_id, p.community_id, p.grid_id, p.building_id))
$$;

-- Numbers people use for objects: <letter>-<station>-<yyyymm>-<nnnn>, counted per month.
CREATE TABLE object_counter (
    letter text NOT NULL CHECK (letter ~ '^[A-Z]$'),
    station_id bigint NOT NULL REFERENCES place,
    month text NOT NULL CHECK (month ~ '^[0-9]{6}$'),
    last_number integer NOT NULL CHECK (last_number > 0),
    PRIMARY KEY (letter, station_id, month)
);
COMMENT ON TABLE object_counter IS 'impersonal: the last number given to an object';

CREATE FUNCTION object_no(of_letter text, of_station_id bigint) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    of_month text := to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMM');
    station_code text;
    number integer;
BEGIN
    SELECT code INTO STRICT station_code FROM place WHERE id = of_station_id AND kind = 1;
    INSERT INTO object_counter AS c (letter, station_id, month, last_number)
    VALUES (of_letter, of_station_id, of_month, 1)
    ON CONFLICT (letter, station_id, month) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number INTO number;
    RETURN format('%s-%s-%s-%s', of_letter, station_code, of_month,
                  lpad(number::text, greatest(4, length(number::text)), '0'));
END $$;

-- Which run of history this is. A restore from a backup gives a new epoch: seqs of another epoch
-- mean nothing to clients.
CREATE TABLE hall_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE hall_state IS 'impersonal: the epoch of the history';

-- A random number that leads nowhere: 48 bits, so it stays below 2^53. Never 0.
CREATE FUNCTION random_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT greatest(1, ('x' || left(replace(gen_random_uuid()::text, '-', ''), 12))::bit(48)::bigint)
$$;
INSERT INTO hall_state (epoch) VALUES (random_id());

GRANT SELECT ON place, hall_state TO hall_app;
GRANT SELECT, INSERT, UPDATE ON object_counter TO hall_app;
GRANT EXECUTE ON FUNCTION place_covers, object_no, random_id TO hall_app;
