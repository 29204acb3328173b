/*
 * hall_fixture: the store over the real schema, as the server's own role, in a database that is
 * made for the test program and dropped after it. One hall, its people: Alice (id alice), Bob,
 * and Carol who is in no hall.
 */
#ifndef TESTS_UNIT_STORE_HALL_FIXTURE_H
#define TESTS_UNIT_STORE_HALL_FIXTURE_H

#include "store_fixture.h"

struct hall_people {
    uint64_t hall;
    uint64_t station;
    uint64_t community;
    uint64_t alice;
    uint64_t bob;
    uint64_t carol;
};

static struct hall_people hall;
static char hall_database[64];

/* The test database's string with another database and, for the store, another user. */
SHARED void hall_address(char *out, size_t size, const char *database, const char *user)
{
    PQconninfoOption *options = PQconninfoParse(getenv("HALL_TEST_DB"), NULL);
    size_t at = 0;
    for (PQconninfoOption *o = options; o->keyword; o++) {
        bool replaced =
            strcmp(o->keyword, "dbname") == 0 || (user && strcmp(o->keyword, "user") == 0);
        if (o->val && o->val[0] && !replaced)
            at += (size_t)snprintf(out + at, size - at, "%s='%s' ", o->keyword, o->val);
    }
    snprintf(out + at, size - at, "dbname='%s' %s%s", database, user ? "user=" : "",
             user ? user : "");
    PQconninfoFree(options);
}

SHARED void hall_fill(void)
{
    hall.station = (uint64_t)fixture_number(
        "INSERT INTO place (kind, code, name) VALUES (1, 'S1', 'station') RETURNING id");
    hall.community =
        (uint64_t)fixture_number("INSERT INTO place (kind, code, name, parent_id)"
                                 " SELECT 2, 'C1', 'community', id FROM place RETURNING id");
    hall.hall = (uint64_t)fixture_number(
        "INSERT INTO room (kind, name, station_id, community_id, place_id)"
        " SELECT 1, '议事厅', station_id, id, id FROM place WHERE kind = 2 RETURNING id");
    const char *const insert =
        "INSERT INTO account (level, display_name, community_id, station_id)"
        " SELECT 2, 'person', id, station_id FROM place WHERE kind = 2 RETURNING id";
    hall.alice = (uint64_t)fixture_number(insert);
    hall.bob = (uint64_t)fixture_number(insert);
    hall.carol = (uint64_t)fixture_number(insert);
    fixture_admin("UPDATE account SET display_name = '甲' WHERE id = 1");
    fixture_admin("SELECT membership_derive(id) FROM account ORDER BY id LIMIT 2");
}

/* cmocka group set-up; the program runs in the source folder. */
SHARED int hall_begin(void **state)
{
    char address[1024];
    char command[1200];
    (void)state;
    log_set_level(LOG_LEVEL_ERROR);
    if (!getenv("HALL_TEST_DB"))
        return 0;
    fixture.admin = PQconnectdb(getenv("HALL_TEST_DB"));
    snprintf(hall_database, sizeof(hall_database), "hall_unit_%ld", (long)getpid());
    snprintf(command, sizeof(command), "CREATE DATABASE %s", hall_database);
    fixture_admin(command);
    PQfinish(fixture.admin);
    hall_address(address, sizeof(address), hall_database, NULL);
    /* Programs run side by side; the roles they all make belong to the whole cluster. */
    snprintf(command, sizeof(command), "flock sql/roles.sql sql/migrate.sh \"%s\" >/dev/null",
             address);
    if (system(command) != 0)
        return 1;
    fixture.admin = PQconnectdb(address);
    hall_fill();
    hall_address(fixture.database, sizeof(fixture.database), hall_database, "hall_app");
    return 0;
}

SHARED int hall_end(void **state)
{
    char command[128];
    (void)state;
    if (!fixture.admin)
        return 0;
    PQfinish(fixture.admin);
    fixture.admin = PQconnectdb(getenv("HALL_TEST_DB"));
    snprintf(command, sizeof(command), "DROP DATABASE %s WITH (FORCE)", hall_database);
    fixture_admin(command);
    PQfinish(fixture.admin);
    return 0;
}

/* The subject stores are made between create and open. */
SHARED void hall_create(void)
{
    if (!fixture.admin) {
        print_message("skipped: HALL_TEST_DB is not set\n");
        skip();
    }
    const struct store_watch watch = {
        .on_up = on_fixture_up,
        .on_listening = on_fixture_listening,
        .on_refused = on_fixture_refused,
    };
    fixture.settings.database = fixture.database;
    fixture.settings.schema_version = SQL_SCHEMA_VERSION;
    uv_loop_init(&fixture.loop);
    fixture.store = store_create(&fixture.loop, &fixture.settings, &watch);
}

SHARED long hall_number(const char *format, uint64_t id)
{
    char query[512];
    snprintf(query, sizeof(query), format, (unsigned long long)id);
    return fixture_number(query);
}

/* Columns are read by their place; the names say whether the place is still the same. */
SHARED void assert_columns(enum sql_statement statement, const char *names)
{
    char found[1024];
    size_t at = 0;
    const struct sql_statement_info *info = &sql_statements[statement];
    found[0] = 0;
    for (unsigned i = 0; i < info->column_count; i++)
        at += (size_t)snprintf(found + at, sizeof(found) - at, "%s%s", i ? " " : "",
                               info->columns[i]);
    assert_string_equal(found, names);
}

#endif
