#include "store/session_store.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/batch.h"

#define OPEN_BATCH_ROWS 512
#define RENAME_BATCH_ROWS 512

struct session_store {
    struct batch *opens;   /* owned by the store, both */
    struct batch *renames;
};

struct open_waiter {
    session_opened_fn fn;
    void *ctx;
};

static const struct batch_kind open_kind = {
    .name = "session_open",
    .statement = SQL_SESSION_OPEN,
    .max_rows = OPEN_BATCH_ROWS,
    .column_count = 2,
    .types = {BATCH_INT2, BATCH_BIN},
};

static const struct batch_kind rename_kind = {
    .name = "session_rename",
    .statement = SQL_SESSION_RENAME,
    .max_rows = RENAME_BATCH_ROWS,
    .column_count = 2,
    .types = {BATCH_INT8, BATCH_TEXT},
};

/* Columns of session_open's rows. */
enum {
    OPEN_ORD,
    OPEN_SESSION_ID,
    OPEN_ACCOUNT_ID,
    OPEN_DISPLAY_NAME,
    OPEN_LEVEL,
    OPEN_STATION_ID,
    OPEN_COMMUNITY_ID,
    OPEN_IS_STAFF,
    OPEN_EXPIRES_AT,
    OPEN_GRANT_ROLES,
    OPEN_GRANT_SCOPE_KINDS,
    OPEN_GRANT_SCOPE_IDS,
    OPEN_GRANT_EXPIRES,
    OPEN_ROOM_IDS,
    OPEN_ROOM_KINDS,
    OPEN_ROOM_NAMES,
    OPEN_ROOM_STATION_IDS,
    OPEN_ROOM_COMMUNITY_IDS,
    OPEN_ROOM_PLACE_IDS,
    OPEN_ROOM_HEAD_SEQS,
    OPEN_ROOM_FIRST_SEQS,
    OPEN_ROOM_MEMBER_COUNTS,
    OPEN_ROOM_READ_SEQS,
    OPEN_ROOM_MUTED_UNTILS,
    OPEN_ROOM_UNREADS,
    OPEN_ROOM_MAY_POSTS,
    OPEN_GRANT_STATION_IDS,
    OPEN_GRANT_COMMUNITY_IDS,
    OPEN_CLIENT,
};

struct session_store *session_store_create(struct store *store)
{
    struct session_store *sessions = mem_alloc(sizeof(*sessions));
    sessions->opens = batch_create(store, &open_kind);
    sessions->renames = batch_create(store, &rename_kind);
    return sessions;
}

void session_store_destroy(struct session_store *sessions)
{
    mem_free(sessions);
}

/* --- reading --- */

/* One row being read; lists go into the arena. */
struct open_row {
    const struct store_rows *rows;
    int row;
    struct arena *arena;
};

static const int64_t *numbers(const struct open_row *from, int column, uint32_t count)
{
    struct rows_int_list list = rows_int_array(from->rows, from->row, column, from->arena);
    /* Parallel arrays are made by one aggregate; if one is shorter, the statement is wrong. */
    if (list.count >= count)
        return list.items;
    return arena_alloc(from->arena, (count + 1) * sizeof(int64_t));
}

static void read_grants(const struct open_row *from, struct session_opened *out)
{
    struct rows_int_list roles =
        rows_int_array(from->rows, from->row, OPEN_GRANT_ROLES, from->arena);
    uint32_t count = roles.count < SESSION_GRANTS_MAX ? roles.count : SESSION_GRANTS_MAX;
    const int64_t *kinds = numbers(from, OPEN_GRANT_SCOPE_KINDS, count);
    const int64_t *scopes = numbers(from, OPEN_GRANT_SCOPE_IDS, count);
    const int64_t *expires = numbers(from, OPEN_GRANT_EXPIRES, count);
    out->grants.items = arena_alloc(from->arena, (count + 1) * sizeof(out->grants.items[0]));
    out->grants.count = count;
    for (uint32_t i = 0; i < count; i++)
        out->grants.items[i] = (struct wire_role_grant){
            .role = (enum wire_role)roles.items[i],
            .scope_kind = (enum wire_scope_kind)kinds[i],
            .scope_id = (uint64_t)scopes[i],
            .expires_at = expires[i],
        };
    out->grant_station_ids =
        (struct wire_list_id){count, (uint64_t *)numbers(from, OPEN_GRANT_STATION_IDS, count)};
    out->grant_community_ids =
        (struct wire_list_id){count, (uint64_t *)numbers(from, OPEN_GRANT_COMMUNITY_IDS, count)};
}

static void read_room_facts(const struct open_row *from, struct room_membership *items,
                            uint32_t count)
{
    const int64_t *kinds = numbers(from, OPEN_ROOM_KINDS, count);
    const int64_t *stations = numbers(from, OPEN_ROOM_STATION_IDS, count);
    const int64_t *communities = numbers(from, OPEN_ROOM_COMMUNITY_IDS, count);
    const int64_t *places = numbers(from, OPEN_ROOM_PLACE_IDS, count);
    const int64_t *heads = numbers(from, OPEN_ROOM_HEAD_SEQS, count);
    const int64_t *firsts = numbers(from, OPEN_ROOM_FIRST_SEQS, count);
    const int64_t *members = numbers(from, OPEN_ROOM_MEMBER_COUNTS, count);
    struct wire_list_text names =
        rows_text_array(from->rows, from->row, OPEN_ROOM_NAMES, from->arena);
    for (uint32_t i = 0; i < count; i++) {
        struct room_facts *room = &items[i].room;
        room->kind = (enum wire_room_kind)kinds[i];
        room->name = i < names.count ? names.items[i] : (struct wire_text){"", 0};
        room->station_id = (uint64_t)stations[i];
        room->community_id = (uint64_t)communities[i];
        room->place_id = (uint64_t)places[i];
        room->head_seq = (uint64_t)heads[i];
        room->first_seq = (uint64_t)firsts[i];
        room->member_count = (uint32_t)members[i];
    }
}

static struct room_membership_list read_rooms(const struct open_row *from)
{
    struct rows_int_list ids = rows_int_array(from->rows, from->row, OPEN_ROOM_IDS, from->arena);
    uint32_t count = ids.count < ROOMS_OF_ACCOUNT_MAX ? ids.count : ROOMS_OF_ACCOUNT_MAX;
    const int64_t *reads = numbers(from, OPEN_ROOM_READ_SEQS, count);
    const int64_t *mutes = numbers(from, OPEN_ROOM_MUTED_UNTILS, count);
    const int64_t *unreads = numbers(from, OPEN_ROOM_UNREADS, count);
    const int64_t *may_posts = numbers(from, OPEN_ROOM_MAY_POSTS, count);
    struct room_membership *items = arena_alloc(from->arena, (count + 1) * sizeof(*items));
    read_room_facts(from, items, count);
    for (uint32_t i = 0; i < count; i++) {
        items[i].room.id = (uint64_t)ids.items[i];
        items[i].read_seq = (uint64_t)reads[i];
        items[i].muted_until = mutes[i];
        items[i].unread = (uint32_t)unreads[i];
        items[i].may_post = may_posts[i] != 0;
    }
    return (struct room_membership_list){count, items};
}

static void read_opened(const struct open_row *from, struct session_opened *out)
{
    const struct store_rows *rows = from->rows;
    int row = from->row;
    *out = (struct session_opened){
        .login_session_id = rows_id(rows, row, OPEN_SESSION_ID),
        .account_id = rows_id(rows, row, OPEN_ACCOUNT_ID),
        .display_name = rows_text(rows, row, OPEN_DISPLAY_NAME),
        .level = (enum wire_verification_level)rows_int(rows, row, OPEN_LEVEL),
        .station_id = rows_id(rows, row, OPEN_STATION_ID),
        .home_community_id = rows_id(rows, row, OPEN_COMMUNITY_ID),
        .client = rows_text(rows, row, OPEN_CLIENT),
        .expires_at = rows_time(rows, row, OPEN_EXPIRES_AT),
        .rooms = read_rooms(from),
    };
    read_grants(from, out);
}

/* --- opening --- */

static void on_opened(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct open_waiter *waiter = ctx;
    struct arena arena = {NULL};
    struct session_opened opened;
    if (status == STATUS_OK && answer->first < 0)
        status = STATUS_UNAUTHENTICATED;
    if (status == STATUS_OK)
        read_opened(&(struct open_row){answer->rows, answer->first, &arena}, &opened);
    waiter->fn(waiter->ctx, status, status == STATUS_OK ? &opened : NULL);
    arena_clear(&arena);
    mem_free(waiter);
}

void session_store_open(struct session_store *sessions, const struct session_credential *credential,
                        session_opened_fn fn, void *ctx)
{
    struct open_waiter *waiter = mem_alloc(sizeof(*waiter));
    *waiter = (struct open_waiter){fn, ctx};
    enum status status = batch_begin_row(sessions->opens, on_opened, waiter);
    if (status != STATUS_OK) {
        batch_answer_later(sessions->opens, on_opened, waiter, status);
        return;
    }
    batch_put_int(sessions->opens, credential->kind);
    batch_put_bin(sessions->opens, credential->hash, sizeof(credential->hash));
    batch_end_row(sessions->opens);
}

/* --- the device's name --- */

static void on_renamed(void *ctx, enum status status, const struct batch_answer *answer)
{
    (void)ctx;
    (void)answer;
    if (status != STATUS_OK)
        log_info("store.device_not_renamed", "status=%s", status_name(status));
}

void session_store_rename(struct session_store *sessions, uint64_t login_session_id,
                          struct wire_text client)
{
    enum status status = batch_begin_row(sessions->renames, on_renamed, NULL);
    if (status != STATUS_OK) {
        on_renamed(NULL, status, NULL);
        return;
    }
    batch_put_id(sessions->renames, login_session_id);
    batch_put_text(sessions->renames, client.data, client.len);
    batch_end_row(sessions->renames);
}
