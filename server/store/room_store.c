#include "store/room_store.h"

#include "base/mem.h"
#include "store/batch.h"
#include "store/room_rows.h"

#define CURSOR_BATCH_ROWS 1024

void room_row_facts(const struct store_rows *rows, int row, struct room_facts *out)
{
    *out = (struct room_facts){
        .id = rows_id(rows, row, ROOM_ID),
        .kind = (enum wire_room_kind)rows_int(rows, row, ROOM_KIND),
        .name = rows_text(rows, row, ROOM_NAME),
        .station_id = rows_id(rows, row, ROOM_STATION_ID),
        .community_id = rows_id(rows, row, ROOM_COMMUNITY_ID),
        .place_id = rows_id(rows, row, ROOM_PLACE_ID),
        .head_seq = rows_id(rows, row, ROOM_HEAD_SEQ),
        .first_seq = rows_id(rows, row, ROOM_FIRST_SEQ),
        .member_count = (uint32_t)rows_int(rows, row, ROOM_MEMBER_COUNT),
        .closed = rows_bool(rows, row, ROOM_CLOSED),
    };
}

void room_row_membership(const struct store_rows *rows, int row, struct room_membership *out)
{
    room_row_facts(rows, row, &out->room);
    out->read_seq = rows_id(rows, row, ROOM_READ_SEQ);
    out->muted_until = rows_time(rows, row, ROOM_MUTED_UNTIL);
    out->unread = (uint32_t)rows_int(rows, row, ROOM_UNREAD);
    out->may_post = rows_bool(rows, row, ROOM_MAY_POST);
}

/* --- one room --- */

struct facts_reader {
    room_facts_fn fn;
    void *ctx;
};

static void on_facts(void *ctx, enum status status, const struct store_rows *rows)
{
    struct facts_reader *reader = ctx;
    struct room_facts facts;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        room_row_facts(rows, 0, &facts);
    reader->fn(reader->ctx, status, status == STATUS_OK ? &facts : NULL);
    mem_free(reader);
}

void room_store_load(struct store *store, uint64_t room_id, room_facts_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct facts_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct facts_reader){fn, ctx};
    args_id(&args, room_id);
    store_read(store, SQL_ROOM_LOAD, &args, on_facts, reader);
}

/* --- the rooms of one person --- */

struct memberships_reader {
    room_memberships_fn all_fn; /* one of the two */
    room_membership_fn one_fn;
    void *ctx;
};

static void tell_memberships(const struct memberships_reader *reader, const struct store_rows *rows)
{
    struct room_membership items[ROOMS_OF_ACCOUNT_MAX];
    struct room_membership_list list = {0, items};
    for (int row = 0; row < rows->count && row < ROOMS_OF_ACCOUNT_MAX; row++)
        room_row_membership(rows, row, &items[list.count++]);
    if (reader->all_fn)
        reader->all_fn(reader->ctx, STATUS_OK, &list);
    else if (list.count > 0)
        reader->one_fn(reader->ctx, STATUS_OK, &items[0]);
    else
        reader->one_fn(reader->ctx, STATUS_NOT_FOUND, NULL);
}

static void on_memberships(void *ctx, enum status status, const struct store_rows *rows)
{
    struct memberships_reader *reader = ctx;
    if (status == STATUS_OK)
        tell_memberships(reader, rows);
    else if (reader->all_fn)
        reader->all_fn(reader->ctx, status, NULL);
    else
        reader->one_fn(reader->ctx, status, NULL);
    mem_free(reader);
}

static void read_memberships(struct store *store, uint64_t account_id, uint64_t room_id,
                             struct memberships_reader reader)
{
    struct store_args args = {0};
    struct memberships_reader *kept = mem_alloc(sizeof(*kept));
    *kept = reader;
    args_id(&args, account_id);
    args_id(&args, room_id);
    args_int(&args, ROOMS_OF_ACCOUNT_MAX);
    store_read(store, SQL_ROOM_MEMBERSHIPS, &args, on_memberships, kept);
}

void room_store_of_account(struct store *store, uint64_t account_id, room_memberships_fn fn,
                           void *ctx)
{
    read_memberships(store, account_id, 0, (struct memberships_reader){fn, NULL, ctx});
}

void room_store_membership(struct store *store, uint64_t account_id, uint64_t room_id,
                           room_membership_fn fn, void *ctx)
{
    read_memberships(store, account_id, room_id, (struct memberships_reader){NULL, fn, ctx});
}

struct left_reader {
    room_left_fn fn;
    void *ctx;
};

static void on_left(void *ctx, enum status status, const struct store_rows *rows)
{
    struct left_reader reader = *(struct left_reader *)ctx;
    mem_free(ctx);
    for (int i = 0; status == STATUS_OK && i < rows->count; i++)
        reader.fn(reader.ctx, STATUS_OK, rows_id(rows, i, 0), rows_id(rows, i, 1));
    reader.fn(reader.ctx, status, 0, 0);
}

void room_store_left(struct store *store, const struct wire_list_id *account_ids,
                     const struct wire_list_id *room_ids, room_left_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct left_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct left_reader){fn, ctx};
    args_id_array(&args, account_ids->items, account_ids->count);
    args_id_array(&args, room_ids->items, room_ids->count);
    store_read(store, SQL_ROOM_LEFT, &args, on_left, reader);
}

/* --- read cursors and mutes --- */

struct room_store {
    struct batch *cursors;
};

struct done_waiter {
    room_done_fn fn;
    void *ctx;
};

static const struct batch_kind cursor_kind = {
    .name = "read_cursor",
    .statement = SQL_ROOM_READ,
    .max_rows = CURSOR_BATCH_ROWS,
    .column_count = 3,
    .types = {BATCH_INT8, BATCH_INT8, BATCH_INT8},
};

enum { CURSOR_ORD, CURSOR_OUTCOME };

struct room_store *room_store_create(struct store *store)
{
    struct room_store *rooms = mem_alloc(sizeof(*rooms));
    rooms->cursors = batch_create(store, &cursor_kind);
    return rooms;
}

void room_store_destroy(struct room_store *rooms)
{
    mem_free(rooms);
}

static struct done_waiter *wait_for_done(room_done_fn fn, void *ctx)
{
    struct done_waiter *waiter = mem_alloc(sizeof(*waiter));
    *waiter = (struct done_waiter){fn, ctx};
    return waiter;
}

static void on_moved(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct done_waiter *waiter = ctx;
    if (status == STATUS_OK &&
        (answer->first < 0 || rows_int(answer->rows, answer->first, CURSOR_OUTCOME) != 0))
        status = STATUS_NOT_FOUND;
    waiter->fn(waiter->ctx, status);
    mem_free(waiter);
}

void room_store_read(struct room_store *rooms, const struct room_cursor_move *move, room_done_fn fn,
                     void *ctx)
{
    struct done_waiter *waiter = wait_for_done(fn, ctx);
    enum status status = batch_begin_row(rooms->cursors, on_moved, waiter);
    if (status != STATUS_OK) {
        batch_answer_later(rooms->cursors, on_moved, waiter, status);
        return;
    }
    batch_put_id(rooms->cursors, move->account_id);
    batch_put_id(rooms->cursors, move->room_id);
    batch_put_id(rooms->cursors, move->seq);
    batch_end_row(rooms->cursors);
}

static void on_muted(void *ctx, enum status status, const struct store_rows *rows)
{
    struct done_waiter *waiter = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    waiter->fn(waiter->ctx, status);
    mem_free(waiter);
}

void room_store_mute(struct store *store, const struct member_mute *mute, room_done_fn fn,
                     void *ctx)
{
    struct store_args args = {0};
    args_id(&args, mute->room_id);
    args_id(&args, mute->account_id);
    args_id(&args, mute->actor_id);
    args_int(&args, mute->role_used);
    args_time_or_null(&args, mute->until);
    args_text(&args, mute->reason.data, mute->reason.len);
    store_write(store, SQL_ROOM_MUTE, &args, on_muted, wait_for_done(fn, ctx));
}

struct silence_waiter {
    room_silence_fn fn;
    void *ctx;
};

static void on_silence(void *ctx, enum status status, const struct store_rows *rows)
{
    struct silence_waiter *waiter = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    waiter->fn(waiter->ctx, status, status == STATUS_OK ? rows_id(rows, 0, 0) : 0);
    mem_free(waiter);
}

void room_store_silence(struct store *store, uint64_t room_id, uint64_t account_id,
                        room_silence_fn fn, void *ctx)
{
    struct silence_waiter *waiter = mem_alloc(sizeof(*waiter));
    struct store_args args = {0};
    *waiter = (struct silence_waiter){fn, ctx};
    args_id(&args, room_id);
    args_id(&args, account_id);
    store_read(store, SQL_ROOM_SILENCE, &args, on_silence, waiter);
}
