#!/bin/sh
# Applies the migrations that are missing, in order, each in one transaction, under a lock.
#
#   sql/migrate.sh [URL]     connection by URL, or by the usual PGHOST, PGDATABASE, …
#   sql/migrate.sh --list    only says which ones there are
#
# Connect as a superuser, or as the database's owner with CREATEROLE. Two roles are made if they
# are missing: hall_owner owns everything and cannot log in; hall_app is who the server is.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
migrations=$(ls "$here/migrations" | grep -E '^[0-9]{4}_[a-z_]+\.sql$' | sort)

if [ "${1-}" = "--list" ]; then
    echo "$migrations"
    exit 0
fi

script() {
    cat <<'SQL'
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
-- 4849414c is HALL in ASCII. The lock is the session's: it covers all of what follows.
SELECT pg_advisory_lock(x'48414c4c'::int) \g /dev/null
BEGIN;
SQL
    cat "$here/roles.sql"
    echo 'COMMIT;'
    for file in $migrations; do
        version=$(echo "$file" | sed 's/_.*//; s/^0*//')
        sum=$(sha256sum "$here/migrations/$file" | cut -c1-64)
        cat <<SQL
SELECT count(*) = 0 AS missing, coalesce(bool_or(sha256 <> '$sum'), false) AS changed
FROM schema_version WHERE version = $version \gset
\if :changed
    \warn '$file was changed after it had been applied; migrations only go forward'
    SELECT 1 / 0 AS migration_was_changed;
\endif
\if :missing
    BEGIN;
    SET LOCAL ROLE hall_owner;
    SET LOCAL search_path = public;
    \i '$here/migrations/$file'
    INSERT INTO schema_version (version, name, sha256)
    VALUES ($version, '${file%.sql}', '$sum');
    COMMIT;
    \echo 'applied $file'
\endif
SQL
    done
}

script | psql --no-psqlrc --quiet --no-password ${1:+"$1"}
