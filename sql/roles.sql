-- Who there is in the database. Run by migrate.sh before the migrations, every time.
-- hall_owner: owns every object and migrates; nobody logs in as it, operators SET ROLE to it.
-- hall_app:   the server. It can change neither the schema nor what is in the audit.
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hall_owner') AS no_owner,
       NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hall_app') AS no_app \gset
\if :no_owner
    CREATE ROLE hall_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
\endif
\if :no_app
    CREATE ROLE hall_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
\endif
SELECT NOT pg_has_role(current_user, 'hall_owner', 'MEMBER') AS no_member \gset
\if :no_member
    GRANT hall_owner TO CURRENT_USER;
\endif

-- What every connection of the server runs with. Plans are made once and do not depend on how full
-- a table was then: a plan made on an empty table would read it whole when it has grown. Nothing
-- waits for ever.
ALTER ROLE hall_app SET plan_cache_mode = force_generic_plan;
ALTER ROLE hall_app SET enable_seqscan = off;
ALTER ROLE hall_app SET enable_mergejoin = off;
ALTER ROLE hall_app SET jit = off;
ALTER ROLE hall_app SET statement_timeout = '10s';
ALTER ROLE hall_app SET lock_timeout = '5s';
ALTER ROLE hall_app SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE hall_app SET timezone = 'UTC';
ALTER ROLE hall_app SET search_path = public;

ALTER SCHEMA public OWNER TO hall_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hall_app;
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO hall_app', current_database());
    EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO hall_owner', current_database());
    -- A function is nobody's until somebody is given it.
    EXECUTE 'ALTER DEFAULT PRIVILEGES FOR ROLE hall_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC';
END $$;

CREATE TABLE IF NOT EXISTS schema_version (
    version integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_version IS 'impersonal: which migrations were applied';
ALTER TABLE schema_version OWNER TO hall_owner;
GRANT SELECT ON schema_version TO hall_app;
