#include "store/source_store.h"

#include "base/mem.h"

struct source_wait {
    source_record_fn record_fn; /* one of the two */
    source_done_fn done_fn;
    void *ctx; /* borrowed */
};

static void on_record(void *ctx, enum status status, const struct store_rows *rows)
{
    struct source_wait *wait = ctx;
    struct source_record source = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        source.source_id = rows_id(rows, 0, 0);
        source.station_id = rows_id(rows, 0, 1);
        source.quota_per_hour = (uint32_t)rows_int(rows, 0, 3);
        source.disabled = rows_bool(rows, 0, 4);
        if (!rows_copy_bin(rows, 0, 2, source.public_key, SOURCE_KEY_BYTES))
            status = STATUS_INTERNAL;
    }
    wait->record_fn(wait->ctx, status, status == STATUS_OK ? &source : NULL);
    mem_free(wait);
}

void source_store_find(struct store *store, const char *name, source_record_fn fn, void *ctx)
{
    struct source_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    wait->record_fn = fn;
    wait->ctx = ctx;
    args_string(&args, name);
    store_read(store, SQL_LOGIN_SOURCE, &args, on_record, wait);
}

static void on_nonce(void *ctx, enum status status, const struct store_rows *rows)
{
    struct source_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_REPLAYED;
    wait->done_fn(wait->ctx, status);
    mem_free(wait);
}

void source_store_nonce(struct store *store, uint64_t source_id, const char *nonce,
                        source_done_fn fn, void *ctx)
{
    struct source_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    wait->done_fn = fn;
    wait->ctx = ctx;
    args_id(&args, source_id);
    args_string(&args, nonce);
    store_write(store, SQL_LOGIN_NONCE_ADD, &args, on_nonce, wait);
}
