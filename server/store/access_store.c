#include "store/access_store.h"

#include <string.h>

#include "base/mem.h"
#include "store/batch.h"

/* An entry is dear beside other rows: it locks and moves the chain's head. */
#define ACCESS_BATCH_ROWS 256

struct access_store {
    struct store *store; /* borrowed */
    struct batch *batch; /* owned by the store */
};

struct access_wait {
    union {
        access_done_fn done;
        access_log_fn log;
    } fn;
    void *ctx; /* borrowed */
};

static const struct batch_kind access_kind = {
    .name = "access",
    .statement = SQL_ACCESS_ADD,
    .max_rows = ACCESS_BATCH_ROWS,
    .column_count = 7,
    .types = {BATCH_TEXT, BATCH_INT8, BATCH_INT8, BATCH_INT8, BATCH_INT2, BATCH_INT4, BATCH_TEXT},
};

/* As the timeline, timers and the audit call it. */
static const char *const entity_types[] = {
    [WIRE_ACCESS_KIND_ALERT] = "alert",
    [WIRE_ACCESS_KIND_DISPUTE] = "dispute",
    [WIRE_ACCESS_KIND_PERSON_SEARCH] = "person_search",
    [WIRE_ACCESS_KIND_ACCOUNT] = "account",
};

struct access_store *access_store_create(struct store *store)
{
    struct access_store *access = mem_alloc(sizeof(*access));
    access->store = store;
    access->batch = batch_create(store, &access_kind);
    return access;
}

void access_store_destroy(struct access_store *access)
{
    mem_free(access);
}

static struct access_wait *wait_create(void *ctx)
{
    struct access_wait *wait = mem_alloc(sizeof(*wait));
    wait->ctx = ctx;
    return wait;
}

static void on_added(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct access_wait *wait = ctx;
    (void)answer;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

void access_store_add(struct access_store *access, const struct access_reading *reading,
                      access_done_fn fn, void *ctx)
{
    struct access_wait *wait = wait_create(ctx);
    wait->fn.done = fn;
    enum status status = batch_begin_row(access->batch, on_added, wait);
    if (status != STATUS_OK) {
        batch_answer_later(access->batch, on_added, wait, status);
        return;
    }
    const char *entity_type = entity_types[reading->kind];
    batch_put_text(access->batch, entity_type, strlen(entity_type));
    batch_put_id(access->batch, reading->entity_id);
    if (reading->station_id != 0)
        batch_put_id(access->batch, reading->station_id);
    else
        batch_put_null(access->batch);
    batch_put_id(access->batch, reading->actor_id);
    batch_put_int(access->batch, reading->audience);
    batch_put_int(access->batch, reading->version);
    if (reading->reason.len > 0)
        batch_put_text(access->batch, reading->reason.data, reading->reason.len);
    else
        batch_put_null(access->batch);
    batch_end_row(access->batch);
}

enum log_column {
    LOG_SEQ,
    LOG_AT,
    LOG_ENTITY_TYPE,
    LOG_ENTITY_ID,
    LOG_ROLE,
    LOG_STAFF_NAME,
    LOG_REASON
};

/* 0: of a kind this program does not know. */
static enum wire_access_kind kind_of(struct wire_text entity_type)
{
    for (size_t i = 1; i < ARRAY_LEN(entity_types); i++)
        if (strcmp(entity_types[i], entity_type.data) == 0)
            return (enum wire_access_kind)i;
    return 0;
}

static void read_entry(const struct store_rows *rows, int row, struct wire_access_entry *entry)
{
    *entry = (struct wire_access_entry){
        .seq = rows_id(rows, row, LOG_SEQ),
        .at = rows_time(rows, row, LOG_AT),
        .kind = kind_of(rows_text(rows, row, LOG_ENTITY_TYPE)),
        .object_id = rows_id(rows, row, LOG_ENTITY_ID),
        .has_role = !rows_is_null(rows, row, LOG_ROLE),
        .role = (enum wire_role)rows_int(rows, row, LOG_ROLE),
        .has_staff_name = !rows_is_null(rows, row, LOG_STAFF_NAME),
        .staff_name = rows_text(rows, row, LOG_STAFF_NAME),
        .has_reason = !rows_is_null(rows, row, LOG_REASON),
        .reason = rows_text(rows, row, LOG_REASON),
    };
}

static void on_log(void *ctx, enum status status, const struct store_rows *rows)
{
    struct access_wait *wait = ctx;
    struct wire_access_entry items[ACCESS_LOG_MAX];
    struct wire_list_access_entry entries = {0, items};
    for (int row = 0; status == STATUS_OK && row < rows->count && row < ACCESS_LOG_MAX; row++) {
        read_entry(rows, row, &items[entries.count]);
        if (items[entries.count].kind != 0)
            entries.count++;
    }
    wait->fn.log(wait->ctx, status, status == STATUS_OK ? &entries : NULL);
    mem_free(wait);
}

void access_store_log(struct access_store *access, const struct access_query *query,
                      access_log_fn fn, void *ctx)
{
    struct access_wait *wait = wait_create(ctx);
    struct store_args args = {0};
    wait->fn.log = fn;
    args_id(&args, query->account_id);
    args_id(&args, query->before_seq);
    args_int(&args, query->limit < ACCESS_LOG_MAX ? query->limit : ACCESS_LOG_MAX);
    store_read_as(access->store, (struct store_principal){query->account_id},
                  (struct store_call){SQL_ACCESS_LOG, &args, on_log, wait});
}
