/*
 * session_read: who somebody is now, which sessions still stand (session_store.h).
 */
#include "base/mem.h"
#include "store/session_store.h"

struct person_reader {
    session_opened_fn fn;
    void *ctx;
    uint64_t account_id;
};

/* Columns of session_grants' rows: the person in each, one grant per row. */
enum {
    PERSON_DISPLAY_NAME,
    PERSON_LEVEL,
    PERSON_STATION_ID,
    PERSON_COMMUNITY_ID,
    PERSON_ROLE,
    PERSON_SCOPE_KIND,
    PERSON_SCOPE_ID,
    PERSON_EXPIRES_AT,
    PERSON_GRANT_STATION_ID,
    PERSON_GRANT_COMMUNITY_ID,
};

static void tell_person(const struct person_reader *reader, const struct store_rows *rows)
{
    struct wire_role_grant grants[SESSION_GRANTS_MAX];
    uint64_t stations[SESSION_GRANTS_MAX];
    uint64_t communities[SESSION_GRANTS_MAX];
    uint32_t count = 0;
    for (int row = 0; row < rows->count && count < SESSION_GRANTS_MAX; row++) {
        if (rows_is_null(rows, row, PERSON_ROLE))
            continue;
        stations[count] = rows_id(rows, row, PERSON_GRANT_STATION_ID);
        communities[count] = rows_id(rows, row, PERSON_GRANT_COMMUNITY_ID);
        grants[count++] = (struct wire_role_grant){
            .role = (enum wire_role)rows_int(rows, row, PERSON_ROLE),
            .scope_kind = (enum wire_scope_kind)rows_int(rows, row, PERSON_SCOPE_KIND),
            .scope_id = rows_id(rows, row, PERSON_SCOPE_ID),
            .expires_at = rows_time(rows, row, PERSON_EXPIRES_AT),
        };
    }
    const struct session_opened person = {
        .account_id = reader->account_id,
        .display_name = rows_text(rows, 0, PERSON_DISPLAY_NAME),
        .level = (enum wire_verification_level)rows_int(rows, 0, PERSON_LEVEL),
        .station_id = rows_id(rows, 0, PERSON_STATION_ID),
        .home_community_id = rows_id(rows, 0, PERSON_COMMUNITY_ID),
        .grants = {count, grants},
        .grant_station_ids = {count, stations},
        .grant_community_ids = {count, communities},
    };
    reader->fn(reader->ctx, STATUS_OK, &person);
}

static void on_person(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_reader *reader = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        tell_person(reader, rows);
    else
        reader->fn(reader->ctx, status, NULL);
    mem_free(reader);
}

void session_store_person(struct store *store, uint64_t account_id, session_opened_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct person_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct person_reader){fn, ctx, account_id};
    args_id(&args, account_id);
    store_read(store, SQL_SESSION_GRANTS, &args, on_person, reader);
}

struct alive_reader {
    session_alive_fn fn;
    void *ctx;
};

static void on_alive(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alive_reader *reader = ctx;
    struct arena arena = {NULL};
    struct wire_list_id alive = {0, NULL};
    if (status == STATUS_OK && rows->count > 0)
        alive.items = arena_alloc(&arena, (size_t)rows->count * sizeof(alive.items[0]));
    for (int row = 0; status == STATUS_OK && row < rows->count; row++)
        alive.items[alive.count++] = rows_id(rows, row, 0);
    reader->fn(reader->ctx, status, status == STATUS_OK ? &alive : NULL);
    arena_clear(&arena);
    mem_free(reader);
}

void session_store_alive(struct store *store, const struct wire_list_id *login_session_ids,
                         session_alive_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct alive_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct alive_reader){fn, ctx};
    args_id_array(&args, login_session_ids->items, login_session_ids->count);
    store_read(store, SQL_SESSION_ALIVE, &args, on_alive, reader);
}
