/*
 * message_read: pages, ranges, heads and the journal (message_store.h).
 */
#include "base/mem.h"
#include "store/message_rows.h"
#include "store/message_store.h"

struct run_reader {
    message_run_fn fn;
    void *ctx;
};

/* After the message's own columns. */
enum { RUN_FIRST_SEQ = MESSAGE_COLUMNS, RUN_HEAD_SEQ };

/* No row: no such room. One row without a seq: nothing in this range. */
static void on_run(void *ctx, enum status status, const struct store_rows *rows)
{
    struct run_reader *reader = ctx;
    struct arena arena = {NULL};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        const struct message_run run = {
            .messages = message_rows_views(rows, &arena),
            .first_seq = rows_id(rows, 0, RUN_FIRST_SEQ),
            .head_seq = rows_id(rows, 0, RUN_HEAD_SEQ),
        };
        reader->fn(reader->ctx, STATUS_OK, &run);
    } else {
        reader->fn(reader->ctx, status, NULL);
    }
    arena_clear(&arena);
    mem_free(reader);
}

static struct run_reader *wait_for_run(message_run_fn fn, void *ctx)
{
    struct run_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct run_reader){fn, ctx};
    return reader;
}

static uint32_t cut_limit(uint32_t limit)
{
    return limit >= 1 && limit <= MESSAGE_PAGE_MAX ? limit : MESSAGE_PAGE_MAX;
}

void message_store_page(struct store *store, const struct message_page_query *query,
                        message_run_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_id(&args, query->room_id);
    args_id(&args, query->viewer_id);
    args_id(&args, query->before_seq);
    args_id(&args, query->after_seq);
    args_id(&args, query->around_seq);
    args_int(&args, cut_limit(query->limit));
    store_read(store, SQL_MESSAGE_PAGE, &args, on_run, wait_for_run(fn, ctx));
}

void message_store_range(struct store *store, const struct message_range_query *query,
                         message_run_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_id(&args, query->room_id);
    args_id(&args, query->viewer_id);
    args_id(&args, query->from_seq);
    args_id(&args, query->to_seq);
    args_int(&args, MESSAGE_PAGE_MAX);
    store_read(store, SQL_MESSAGE_RANGE, &args, on_run, wait_for_run(fn, ctx));
}

/* --- heads --- */

struct heads_reader {
    room_heads_fn fn;
    void *ctx;
};

enum { HEAD_ROOM_ID, HEAD_SEQ };

static void on_heads(void *ctx, enum status status, const struct store_rows *rows)
{
    struct heads_reader *reader = ctx;
    struct arena arena = {NULL};
    struct wire_list_room_head heads = {0, NULL};
    if (status != STATUS_OK) {
        reader->fn(reader->ctx, status, NULL);
        mem_free(reader);
        return;
    }
    if (rows->count > 0)
        heads.items = arena_alloc(&arena, (size_t)rows->count * sizeof(heads.items[0]));
    for (int row = 0; row < rows->count; row++) {
        struct wire_room_head *head = &heads.items[heads.count++];
        head->room_id = rows_id(rows, row, HEAD_ROOM_ID);
        head->head_seq = rows_id(rows, row, HEAD_SEQ);
    }
    reader->fn(reader->ctx, STATUS_OK, &heads);
    arena_clear(&arena);
    mem_free(reader);
}

void message_store_heads(struct store *store, const struct wire_list_id *room_ids, room_heads_fn fn,
                         void *ctx)
{
    struct store_args args = {0};
    struct heads_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct heads_reader){fn, ctx};
    args_id_array(&args, room_ids->items, room_ids->count);
    store_read(store, SQL_MESSAGE_HEADS, &args, on_heads, reader);
}

/* --- the journal --- */

struct journal_reader {
    revocation_run_fn fn;
    void *ctx;
};

enum {
    JOURNAL_HEAD_SEQ,
    JOURNAL_SEQ,
    JOURNAL_KIND,
    JOURNAL_ROOM_ID,
    JOURNAL_MESSAGE_SEQ,
    JOURNAL_MEDIA_ID,
    JOURNAL_NOTICE_ID,
    JOURNAL_STATE,
    JOURNAL_PUBLIC_REASON,
    JOURNAL_PERSON_ID,
    JOURNAL_PERSON_VERSION,
};

static void read_revocation(const struct store_rows *rows, int row, struct wire_revocation *out)
{
    *out = (struct wire_revocation){
        .revocation_seq = rows_id(rows, row, JOURNAL_SEQ),
        .kind = (enum wire_revoked_kind)rows_int(rows, row, JOURNAL_KIND),
        .has_room_id = !rows_is_null(rows, row, JOURNAL_ROOM_ID),
        .room_id = rows_id(rows, row, JOURNAL_ROOM_ID),
        .has_seq = !rows_is_null(rows, row, JOURNAL_MESSAGE_SEQ),
        .seq = rows_id(rows, row, JOURNAL_MESSAGE_SEQ),
        .has_media_id = !rows_is_null(rows, row, JOURNAL_MEDIA_ID),
        .media_id = rows_text(rows, row, JOURNAL_MEDIA_ID),
        .has_notice_id = !rows_is_null(rows, row, JOURNAL_NOTICE_ID),
        .notice_id = rows_id(rows, row, JOURNAL_NOTICE_ID),
        .has_state = !rows_is_null(rows, row, JOURNAL_STATE),
        .state = (enum wire_message_state)rows_int(rows, row, JOURNAL_STATE),
        .has_public_reason = !rows_is_null(rows, row, JOURNAL_PUBLIC_REASON),
        .public_reason = rows_text(rows, row, JOURNAL_PUBLIC_REASON),
        .has_person_id = !rows_is_null(rows, row, JOURNAL_PERSON_ID),
        .person_id = rows_id(rows, row, JOURNAL_PERSON_ID),
        .has_person_version = !rows_is_null(rows, row, JOURNAL_PERSON_VERSION),
        .person_version = (uint32_t)rows_int(rows, row, JOURNAL_PERSON_VERSION),
    };
}

/* There is always a row with the journal's head. */
static void on_journal(void *ctx, enum status status, const struct store_rows *rows)
{
    struct journal_reader *reader = ctx;
    struct arena arena = {NULL};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_INTERNAL;
    if (status != STATUS_OK) {
        reader->fn(reader->ctx, status, NULL);
        mem_free(reader);
        return;
    }
    struct revocation_run run = {.head_seq = rows_id(rows, 0, JOURNAL_HEAD_SEQ)};
    run.revocations.items =
        arena_alloc(&arena, (size_t)rows->count * sizeof(run.revocations.items[0]));
    for (int row = 0; row < rows->count; row++)
        if (!rows_is_null(rows, row, JOURNAL_SEQ))
            read_revocation(rows, row, &run.revocations.items[run.revocations.count++]);
    reader->fn(reader->ctx, STATUS_OK, &run);
    arena_clear(&arena);
    mem_free(reader);
}

void message_store_revocations(struct store *store, const struct revocation_query *query,
                               revocation_run_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct journal_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct journal_reader){fn, ctx};
    args_id(&args, query->account_id);
    args_id(&args, query->after_seq);
    args_int(&args, cut_limit(query->limit));
    store_read(store, SQL_REVOCATION_RANGE, &args, on_journal, reader);
}
