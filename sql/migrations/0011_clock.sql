-- The clocks that deadlines run by, and the timers' side of them. A duty time is never computed
-- here: rules/duty_calendar and rules/deadline do it, and statements are handed the result.

-- When a station is on duty, every week; station NULL: stations that name no spans of their own.
CREATE TABLE duty_span (
    station_id bigint REFERENCES place,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- Monday … Sunday
    from_minute smallint NOT NULL CHECK (from_minute >= 0),
    to_minute smallint NOT NULL CHECK (to_minute BETWEEN 1 AND 1440),
    UNIQUE NULLS NOT DISTINCT (station_id, weekday, from_minute),
    CHECK (from_minute < to_minute)
);
COMMENT ON TABLE duty_span IS 'impersonal: weekly duty of stations, in minutes of the day in Shanghai';
INSERT INTO duty_span (weekday, from_minute, to_minute)
SELECT weekday, from_minute, to_minute
FROM generate_series(1, 5) AS weekday, (VALUES (510, 720), (840, 1050)) AS t (from_minute, to_minute);

-- The national holiday table, as the State Council publishes it each year: days that are off, weekend
-- days that are worked. Loaded by an operator; a year without rows has plain weeks.
CREATE TABLE duty_holiday (
    day date PRIMARY KEY CHECK (day BETWEEN '1992-01-01' AND '2199-12-31'),
    is_worked boolean NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40)
);
COMMENT ON TABLE duty_holiday IS 'impersonal: national holidays and worked weekend days';

-- Extra duty of a station: a night, a weekend, a festival.
CREATE TABLE duty_rota (
    station_id bigint NOT NULL REFERENCES place,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (station_id, starts_at),
    CHECK (starts_at < ends_at AND ends_at < '2200-01-01')
);
COMMENT ON TABLE duty_rota IS 'impersonal: when a station is on duty beside its weekly spans';
CREATE INDEX duty_rota_end ON duty_rota (ends_at);

CREATE FUNCTION notify_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hall', 'calendar_changed 0');
    RETURN NULL;
END $$;
CREATE TRIGGER notify_calendar AFTER INSERT OR UPDATE OR DELETE ON duty_span
    FOR EACH STATEMENT EXECUTE FUNCTION notify_calendar();
CREATE TRIGGER notify_calendar AFTER INSERT OR UPDATE OR DELETE ON duty_holiday
    FOR EACH STATEMENT EXECUTE FUNCTION notify_calendar();
CREATE TRIGGER notify_calendar AFTER INSERT OR UPDATE OR DELETE ON duty_rota
    FOR EACH STATEMENT EXECUTE FUNCTION notify_calendar();

-- ---- timers ----

ALTER TABLE timer
    -- 1 belongs to a state: stale once state_version moved on. 2 belongs to the object: lives until
    -- it is cancelled, over many states, and stands still while the object is paused. 3 the same, but
    -- runs on through pauses (the limit of the pause itself).
    ADD COLUMN life smallint NOT NULL DEFAULT 1 CHECK (life BETWEEN 1 AND 3),
    ADD COLUMN started_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN budget_ms bigint CHECK (budget_ms >= 0), -- NULL: due_at was named, not counted
    ADD COLUMN station_id bigint REFERENCES place;      -- whose calendar duty and wd count by
UPDATE timer SET life = 2, started_at = created_at WHERE name = 'expire';
GRANT UPDATE (life, clock, started_at, budget_ms, station_id) ON timer TO hall_app;
-- Claiming a row changes no index, if its page has room for the new version.
ALTER TABLE timer SET (fillfactor = 70);
-- What a changed calendar may move.
CREATE INDEX timer_counted ON timer (entity_type, entity_id, name, state_version)
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND clock > 1;

-- When an object waited for somebody else. One pause at a time; its timers of life 2 stand still.
CREATE TABLE pause_ledger (
    entity_type text NOT NULL CHECK (entity_type ~ '^[a-z_]{2,30}$'),
    entity_id bigint NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= started_at), -- NULL: it still waits
    reason text NOT NULL CHECK (reason ~ '^[a-z_.]{2,40}$'),
    actor_id bigint, -- NULL: the system
    PRIMARY KEY (entity_type, entity_id, started_at)
);
COMMENT ON TABLE pause_ledger IS 'personal: who let an object wait, when and why. impersonal=entity_type,entity_id,started_at,ended_at,reason';
COMMENT ON COLUMN pause_ledger.actor_id IS 'purpose=every decision has a name; audience=officers,audit; ttl=P3Y after close';
CREATE UNIQUE INDEX pause_ledger_open ON pause_ledger (entity_type, entity_id)
    WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE (ended_at) ON pause_ledger TO hall_app;
GRANT SELECT ON duty_span, duty_holiday, duty_rota TO hall_app;

-- The functions below are called inside the one statement that moves an object. Where that is a
-- SELECT in WITH, the last SELECT must read it, or it does not run:
--
--   WITH moved AS (UPDATE … RETURNING …),
--   timers AS (SELECT timer_put(…) AS put FROM moved)
--   SELECT expect_moved((SELECT state_version FROM moved)) AS state_version,
--          (SELECT put FROM timers) AS timers
--
-- They may be called in any order in one statement, but no other part of it may write `timer`.

-- 'settle_target' of 'settle_target.75', its warning after 75 percent. What is done with a timer is
-- done with its warnings.
CREATE FUNCTION timer_base(name text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN split_part(name, '.', 1);

-- Timers as rules/timer_plan made them, in the place of whatever of these names still runs. Of an
-- object that is paused, what belongs to the object (2) waits for its resume. A timer put again
-- under the version it already has begins anew.
CREATE FUNCTION timer_put(of_type text, of_id bigint, of_version integer, of_station bigint,
    names text[], lives smallint[], clocks smallint[], starts timestamptz[], budgets bigint[],
    dues timestamptz[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    stands_since timestamptz;
    put integer;
BEGIN
    SELECT started_at INTO stands_since FROM pause_ledger
    WHERE entity_type = of_type AND entity_id = of_id AND ended_at IS NULL;
    UPDATE timer t SET cancelled_at = now()
    WHERE t.entity_type = of_type AND t.entity_id = of_id
      AND t.fired_at IS NULL AND t.cancelled_at IS NULL
      AND timer_base(t.name) IN (SELECT timer_base(n) FROM unnest(names) AS n);
    INSERT INTO timer (entity_type, entity_id, name, state_version, station_id, life, clock,
                       started_at, budget_ms, due_at, paused_at)
    SELECT of_type, of_id, p.name, of_version, of_station, p.life, p.clock, p.starts, p.budget, p.due,
           CASE WHEN p.life = 2 THEN stands_since END
    FROM unnest(names, lives, clocks, starts, budgets, dues)
         AS p (name, life, clock, starts, budget, due)
    ON CONFLICT (entity_type, entity_id, name, state_version) DO UPDATE
    SET station_id = excluded.station_id, life = excluded.life, clock = excluded.clock,
        started_at = excluded.started_at, budget_ms = excluded.budget_ms, due_at = excluded.due_at,
        paused_at = excluded.paused_at, accrued_pause_ms = 0, fired_at = NULL, cancelled_at = NULL,
        claimed_until = NULL, attempts = 0;
    GET DIAGNOSTICS put = ROW_COUNT;
    RETURN put;
END $$;

-- These timers and their warnings will not fire any more; names NULL: none of this object will.
CREATE FUNCTION timer_cancel(of_type text, of_id bigint, names text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    cancelled integer;
BEGIN
    UPDATE timer t SET cancelled_at = now()
    WHERE t.entity_type = of_type AND t.entity_id = of_id
      AND t.fired_at IS NULL AND t.cancelled_at IS NULL
      AND (names IS NULL OR timer_base(t.name) = ANY (names) OR t.name = ANY (names));
    GET DIAGNOSTICS cancelled = ROW_COUNT;
    RETURN cancelled;
END $$;

-- The object waits for somebody else from `since` on. A conflict if it does so already.
CREATE FUNCTION timer_pause(of_type text, of_id bigint, why text, actor bigint,
    since timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    paused integer;
BEGIN
    INSERT INTO pause_ledger (entity_type, entity_id, started_at, reason, actor_id)
    VALUES (of_type, of_id, since, why, actor);
    UPDATE timer t SET paused_at = since
    WHERE t.entity_type = of_type AND t.entity_id = of_id AND t.life = 2
      AND t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.paused_at IS NULL;
    GET DIAGNOSTICS paused = ROW_COUNT;
    RETURN paused;
END $$;

-- It waits no longer. For every timer that stood still its new due time, as rules/deadline says; one
-- that is left out is a mistake of the caller. A conflict if it did not wait.
CREATE FUNCTION timer_resume(of_type text, of_id bigint, until timestamptz, names text[],
    dues timestamptz[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    resumed integer;
BEGIN
    UPDATE pause_ledger SET ended_at = greatest(started_at, until)
    WHERE entity_type = of_type AND entity_id = of_id AND ended_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'it did not wait' USING ERRCODE = 'unique_violation';
    END IF;
    UPDATE timer t
    SET due_at = p.due, paused_at = NULL,
        accrued_pause_ms = t.accrued_pause_ms
            + greatest(0, (extract(epoch FROM until - t.paused_at) * 1000)::bigint)
    FROM unnest(names, dues) AS p (name, due)
    WHERE t.entity_type = of_type AND t.entity_id = of_id AND t.name = p.name
      AND t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.paused_at IS NOT NULL;
    GET DIAGNOSTICS resumed = ROW_COUNT;
    IF EXISTS (SELECT FROM timer t
               WHERE t.entity_type = of_type AND t.entity_id = of_id AND t.paused_at IS NOT NULL
                 AND t.fired_at IS NULL AND t.cancelled_at IS NULL) THEN
        RAISE EXCEPTION 'a timer of % % was left standing', of_type, of_id;
    END IF;
    RETURN resumed;
END $$;

-- A timer has its effect, in this transaction. A conflict, and with it the whole transaction, if it
-- had one already, was cancelled, stands still or is due later now: the second of two that fire it
-- changes nothing. (What the same statement cancelled or put anew it may have fired all the same.)
CREATE FUNCTION timer_fire(of_type text, of_id bigint, of_name text, of_version integer)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    UPDATE timer SET fired_at = now(), cancelled_at = NULL
    WHERE entity_type = of_type AND entity_id = of_id AND name = of_name
      AND state_version = of_version AND fired_at IS NULL
      AND (cancelled_at IS NULL OR cancelled_at = now()) AND due_at <= now()
      AND (paused_at IS NULL OR cancelled_at = now());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'it fired already' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN of_version;
END $$;

-- ---- rungs ----

-- When each person is told by a rung, at the latest: nobody more often than once a minute, however
-- many timers became due while nothing ran.
CREATE TABLE rung_told (
    account_id bigint NOT NULL REFERENCES account,
    rung text NOT NULL CHECK (rung ~ '^[a-z_.]{2,60}$'),
    tell_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, rung)
) WITH (fillfactor = 70);
COMMENT ON TABLE rung_told IS 'personal: when somebody was told by a rung. impersonal=rung';
COMMENT ON COLUMN rung_told.account_id IS 'purpose=not more than once a minute; audience=system; ttl=account';
COMMENT ON COLUMN rung_told.tell_at IS 'purpose=not more than once a minute; audience=system; ttl=account';

-- Takes the next free minute of each of these people for one rung: outbox.next_at of what she is told
-- (rung_next in rules/rung says the same).
CREATE FUNCTION rung_reserve(of_rung text, account_ids bigint[])
RETURNS TABLE (account_id bigint, tell_at timestamptz) LANGUAGE sql VOLATILE AS $$
    INSERT INTO rung_told AS t (account_id, rung, tell_at)
    SELECT DISTINCT a.id, of_rung, now() FROM unnest(account_ids) AS a (id) ORDER BY a.id
    ON CONFLICT (account_id, rung) DO UPDATE
    SET tell_at = greatest(now(), t.tell_at + interval '1 minute')
    RETURNING t.account_id, t.tell_at
$$;

GRANT SELECT, INSERT, UPDATE (tell_at) ON rung_told TO hall_app;
GRANT EXECUTE ON FUNCTION timer_base, timer_put, timer_cancel, timer_pause, timer_resume, timer_fire,
    rung_reserve TO hall_app;
