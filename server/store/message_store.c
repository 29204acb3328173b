#include "store/message_store.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "store/batch.h"
#include "store/message_rows.h"
#include "store/pg_codec.h"
#include "store/seen_keys.h"

#define MESSAGE_BATCH_ROWS  1024
/* Ids of one message's media, joined by commas. */
#define MEDIA_IDS_BYTES_MAX (MESSAGE_MEDIA_MAX * 33)

/* Who waits for a row; kept in a list for reuse. */
struct adder {
    struct adder *next;
    struct message_store *messages;
    message_added_fn fn;
    void *ctx;
};

struct message_store {
    struct batch *batch;
    struct seen_keys *seen; /* owned */
    struct adder *spare;    /* owned */
};

static const struct batch_kind add_kind = {
    .name = "message",
    .statement = SQL_MESSAGE_ADD,
    .max_rows = MESSAGE_BATCH_ROWS,
    .column_count = 13,
    .doubt_column = 13,
    .types = {BATCH_INT8, BATCH_INT8, BATCH_BIN, BATCH_INT8, BATCH_INT2, BATCH_INT2, BATCH_BOOL,
              BATCH_TEXT, BATCH_TEXT, BATCH_TEXT, BATCH_INT8, BATCH_INT8, BATCH_INT4},
};

/* Columns of message_add's rows. */
enum { ADDED_ORD, ADDED_OUTCOME, ADDED_ROOM_ID, ADDED_SEQ, ADDED_SENT_AT, ADDED_MEDIA };

struct message_store *message_store_create(struct store *store)
{
    struct message_store *messages = mem_alloc(sizeof(*messages));
    messages->batch = batch_create(store, &add_kind);
    messages->seen = seen_keys_create();
    return messages;
}

void message_store_destroy(struct message_store *messages)
{
    while (messages->spare) {
        struct adder *adder = messages->spare;
        messages->spare = adder->next;
        mem_free(adder);
    }
    seen_keys_destroy(messages->seen);
    mem_free(messages);
}

static struct adder *take_adder(struct message_store *messages)
{
    struct adder *adder = messages->spare;
    if (adder)
        messages->spare = adder->next;
    else
        adder = mem_alloc(sizeof(*adder));
    return adder;
}

/* --- adding --- */

static const enum status add_outcomes[] = {
    STATUS_OK,    STATUS_OK,         STATUS_NOT_FOUND,
    STATUS_MUTED, STATUS_KEY_REUSED, STATUS_INVALID_FIELD,
};

static void tell_added(const struct adder *adder, const struct batch_answer *answer)
{
    const struct store_rows *rows = answer->rows;
    int row = answer->first;
    int64_t outcome = rows_int(rows, row, ADDED_OUTCOME);
    bool known = outcome >= 0 && outcome < (int64_t)ARRAY_LEN(add_outcomes);
    enum status status = known ? add_outcomes[outcome] : STATUS_INTERNAL;
    struct arena arena = {NULL};
    if (status != STATUS_OK) {
        adder->fn(adder->ctx, status, NULL);
        return;
    }
    const struct message_added added = {
        .room_id = rows_id(rows, row, ADDED_ROOM_ID),
        .seq = rows_id(rows, row, ADDED_SEQ),
        .sent_at = rows_time(rows, row, ADDED_SENT_AT),
        .is_new = outcome == 0,
        .media = message_row_sounds(rows, row, ADDED_MEDIA, &arena),
    };
    adder->fn(adder->ctx, STATUS_OK, &added);
    arena_clear(&arena);
}

static void on_added(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct adder *adder = ctx;
    struct message_store *messages = adder->messages;
    if (status != STATUS_OK)
        adder->fn(adder->ctx, status, NULL);
    else if (answer->first < 0)
        adder->fn(adder->ctx, STATUS_INTERNAL, NULL);
    else
        tell_added(adder, answer);
    adder->next = messages->spare;
    messages->spare = adder;
}

static void hash_number(crypto_generichash_state *state, uint64_t number)
{
    uint8_t bytes[8];
    pg_put64(bytes, number);
    crypto_generichash_update(state, bytes, sizeof(bytes));
}

/* What was asked, so that the same key with other content can be told from a repeat. */
static int64_t hash_request(const struct message_draft *draft, const char *media_ids,
                            size_t media_len)
{
    crypto_generichash_state state;
    uint8_t digest[crypto_generichash_BYTES_MIN];
    crypto_generichash_init(&state, NULL, 0, sizeof(digest));
    hash_number(&state, draft->room_id);
    hash_number(&state, draft->quote_seq);
    hash_number(&state, draft->official);
    hash_number(&state, (uint64_t)draft->kind);
    hash_number(&state, draft->notice_id);
    hash_number(&state, media_len);
    crypto_generichash_update(&state, (const uint8_t *)media_ids, media_len);
    crypto_generichash_update(&state, (const uint8_t *)draft->body.data, draft->body.len);
    crypto_generichash_final(&state, digest, sizeof(digest));
    return (int64_t)pg_get64(digest);
}

/* False: more or longer ids than there can be. */
static bool join_media_ids(const struct wire_list_text *ids, char *out, size_t *len)
{
    size_t at = 0;
    if (ids->count > MESSAGE_MEDIA_MAX)
        return false;
    for (uint32_t i = 0; i < ids->count; i++) {
        struct wire_text id = ids->items[i];
        if (id.len > 32 || memchr(id.data, ',', id.len))
            return false;
        if (i > 0)
            out[at++] = ',';
        memcpy(out + at, id.data, id.len);
        at += id.len;
    }
    *len = at;
    return true;
}

static void put_id_or_null(struct batch *batch, uint64_t id)
{
    if (id)
        batch_put_id(batch, id);
    else
        batch_put_null(batch);
}

static void put_draft(struct message_store *messages, const struct message_draft *draft,
                      const char *media_ids, size_t media_len)
{
    struct batch *batch = messages->batch;
    struct batch_place place = batch_place(batch);
    batch_put_id(batch, draft->room_id);
    batch_put_id(batch, draft->sender_id);
    batch_put_bin(batch, draft->client_key, sizeof(draft->client_key));
    batch_put_int(batch, hash_request(draft, media_ids, media_len));
    batch_put_int(batch, draft->kind);
    batch_put_int(batch, draft->badge);
    batch_put_bool(batch, draft->official);
    batch_put_text(batch, draft->body.data, draft->body.len);
    if (draft->folded.len)
        batch_put_text(batch, draft->folded.data, draft->folded.len);
    else
        batch_put_null(batch);
    batch_put_text(batch, media_ids, media_len);
    put_id_or_null(batch, draft->quote_seq);
    put_id_or_null(batch, draft->notice_id);
    batch_put_int(batch, seen_keys_put(messages->seen, draft->sender_id, draft->client_key,
                                       place.load, place.row));
    batch_end_row(batch);
}

void message_store_add(struct message_store *messages, const struct message_draft *draft,
                       message_added_fn fn, void *ctx)
{
    char media_ids[MEDIA_IDS_BYTES_MAX];
    size_t media_len = 0;
    struct adder *adder = take_adder(messages);
    *adder = (struct adder){NULL, messages, fn, ctx};
    enum status status = STATUS_NOT_FOUND;
    if (join_media_ids(&draft->media_ids, media_ids, &media_len))
        status = batch_begin_row(messages->batch, on_added, adder);
    if (status == STATUS_OK)
        put_draft(messages, draft, media_ids, media_len);
    else
        batch_answer_later(messages->batch, on_added, adder, status);
}
