#include "store/revocation_store.h"

#include "base/mem.h"
#include "store/message_rows.h"

enum feed_column {
    FEED_REVOCATION_SEQ = MESSAGE_COLUMNS,
    FEED_KIND,
    FEED_ROOM_ID,
    FEED_SEQ,
    FEED_MEDIA_ID,
    FEED_NOTICE_ID,
    FEED_STATE,
    FEED_REASON,
    FEED_PERSON_ID,
    FEED_PERSON_VERSION,
};

struct feed_reader {
    revocation_feed_fn fn;
    void *ctx;
};

struct state_reader {
    journal_state_fn fn;
    void *ctx;
};

struct acker {
    revocation_acked_fn fn;
    void *ctx;
};

static void read_entry(const struct store_rows *rows, int row, struct arena *arena,
                       struct revocation_entry *out)
{
    out->room_id = rows_id(rows, row, FEED_ROOM_ID);
    out->revocation = (struct wire_revocation){
        .revocation_seq = rows_id(rows, row, FEED_REVOCATION_SEQ),
        .kind = (enum wire_revoked_kind)rows_int(rows, row, FEED_KIND),
        .has_room_id = out->room_id != 0,
        .room_id = out->room_id,
        .has_seq = !rows_is_null(rows, row, FEED_SEQ),
        .seq = rows_id(rows, row, FEED_SEQ),
        .has_media_id = !rows_is_null(rows, row, FEED_MEDIA_ID),
        .media_id = rows_text(rows, row, FEED_MEDIA_ID),
        .has_notice_id = !rows_is_null(rows, row, FEED_NOTICE_ID),
        .notice_id = rows_id(rows, row, FEED_NOTICE_ID),
        .has_state = !rows_is_null(rows, row, FEED_STATE),
        .state = (enum wire_message_state)rows_int(rows, row, FEED_STATE),
        .has_public_reason = !rows_is_null(rows, row, FEED_REASON),
        .public_reason = rows_text(rows, row, FEED_REASON),
        .has_person_id = !rows_is_null(rows, row, FEED_PERSON_ID),
        .person_id = rows_id(rows, row, FEED_PERSON_ID),
        .has_person_version = !rows_is_null(rows, row, FEED_PERSON_VERSION),
        .person_version = (uint32_t)rows_int(rows, row, FEED_PERSON_VERSION),
    };
    out->has_message = !rows_is_null(rows, row, MESSAGE_SEQ);
    if (out->has_message)
        message_row_view(rows, row, arena, &out->message);
}

static void on_feed(void *ctx, enum status status, const struct store_rows *rows)
{
    struct feed_reader reader = *(struct feed_reader *)ctx;
    mem_free(ctx);
    if (status != STATUS_OK) {
        reader.fn(reader.ctx, status, NULL, 0);
        return;
    }
    struct arena arena = {0};
    struct revocation_entry *entries =
        arena_alloc(&arena, (size_t)rows->count * sizeof(*entries));
    for (int row = 0; row < rows->count; row++)
        read_entry(rows, row, &arena, &entries[row]);
    reader.fn(reader.ctx, STATUS_OK, entries, (uint32_t)rows->count);
    arena_clear(&arena);
}

void revocation_store_feed(struct store *store, uint64_t after_seq, revocation_feed_fn fn,
                           void *ctx)
{
    struct feed_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct feed_reader){fn, ctx};
    struct store_args args = {0};
    args_id(&args, after_seq);
    args_int(&args, REVOCATION_PAGE_MAX);
    store_read(store, SQL_REVOCATION_FEED, &args, on_feed, reader);
}

static void on_state(void *ctx, enum status status, const struct store_rows *rows)
{
    struct state_reader reader = *(struct state_reader *)ctx;
    mem_free(ctx);
    if (status == STATUS_OK && rows->count != 1)
        status = STATUS_INTERNAL;
    struct journal_state state = {0};
    if (status == STATUS_OK)
        state = (struct journal_state){rows_id(rows, 0, 0), rows_id(rows, 0, 1)};
    reader.fn(reader.ctx, status, status == STATUS_OK ? &state : NULL);
}

void revocation_store_state(struct store *store, journal_state_fn fn, void *ctx)
{
    struct state_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct state_reader){fn, ctx};
    store_read(store, SQL_STORE_STATE, NULL, on_state, reader);
}

static void on_acked(void *ctx, enum status status, const struct store_rows *rows)
{
    struct acker acker = *(struct acker *)ctx;
    (void)rows;
    mem_free(ctx);
    acker.fn(acker.ctx, status);
}

void revocation_store_acked(struct store *store, const struct revocation_ack *ack,
                            revocation_acked_fn fn, void *ctx)
{
    struct acker *acker = mem_alloc(sizeof(*acker));
    *acker = (struct acker){fn, ctx};
    struct store_args args = {0};
    args_id(&args, ack->login_session_id);
    args_id(&args, ack->revocation_seq);
    store_write(store, SQL_REVOCATION_ACKED, &args, on_acked, acker);
}
