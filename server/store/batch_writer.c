#include "store/batch_writer.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/batch_inside.h"
#include "store/store_inside.h"

bool batch_writer_is_away(const struct batch_writer *writer)
{
    if (writer->is_closed)
        return true;
    return writer->down_since_ms && clock_mono_ms() - writer->down_since_ms > PG_POOL_PATIENCE_MS;
}

/* The next kind that has rows, beginning after the one served last. */
static struct batch *choose(struct batch_writer *writer)
{
    for (unsigned i = 0; i < writer->kind_count; i++) {
        unsigned at = (writer->turn + i) % writer->kind_count;
        if (writer->kinds[at]->waiting_rows > 0) {
            writer->turn = at + 1;
            return writer->kinds[at];
        }
    }
    return NULL;
}

void batch_writer_next(struct batch_writer *writer)
{
    writer->in_flight = false;
    if (!pg_link_is_ready(&writer->link))
        return;
    struct batch *batch = choose(writer);
    if (batch)
        batch_send(batch);
}

/* --- rows that were not taken --- */

struct batch_refusal {
    struct batch_refusal *next;
    batch_row_fn fn;
    void *ctx;
    enum status status;
};

void batch_answer_later(struct batch *batch, batch_row_fn fn, void *ctx, enum status status)
{
    struct batch_writer *writer = batch->writer;
    struct batch_refusal *refusal = mem_alloc(sizeof(*refusal));
    refusal->fn = fn;
    refusal->ctx = ctx;
    refusal->status = status;
    *writer->refusals_tail = refusal;
    writer->refusals_tail = &refusal->next;
    batch_writer_wake(writer);
}

static void tell_refusals(struct batch_writer *writer)
{
    struct batch_refusal *refusal = writer->refusals;
    const struct batch_answer nothing = {NULL, -1, 0};
    writer->refusals = NULL;
    writer->refusals_tail = &writer->refusals;
    while (refusal) {
        struct batch_refusal *next = refusal->next;
        refusal->fn(refusal->ctx, refusal->status, &nothing);
        mem_free(refusal);
        refusal = next;
    }
}

static void on_wake(uv_idle_t *idle)
{
    struct batch_writer *writer = idle->data;
    uv_idle_stop(idle);
    tell_refusals(writer);
    if (!writer->in_flight)
        batch_writer_next(writer);
}

void batch_writer_wake(struct batch_writer *writer)
{
    if (!writer->is_closed)
        uv_idle_start(&writer->wake, on_wake);
}

static void refuse_before(struct batch_writer *writer, int64_t before_us)
{
    for (unsigned i = 0; i < writer->kind_count; i++)
        batch_refuse_before(writer->kinds[i], before_us);
}

void batch_writer_tick(struct batch_writer *writer, int64_t now_ms)
{
    unsigned timeout_ms = writer->store->address.answer_timeout_ms;
    pg_link_tick(&writer->link, now_ms);
    if (batch_writer_is_away(writer))
        refuse_before(writer, INT64_MAX);
    else
        refuse_before(writer, clock_mono_us() - (int64_t)timeout_ms * 1000);
}

bool batch_writer_is_idle(const struct batch_writer *writer)
{
    if (writer->in_flight || writer->refusals)
        return false;
    for (unsigned i = 0; i < writer->kind_count; i++)
        if (writer->kinds[i]->loads)
            return false;
    return true;
}

/* --- life --- */

static void on_ready(void *ctx, struct pg_link *link)
{
    struct batch_writer *writer = ctx;
    (void)link;
    writer->down_since_ms = 0;
    store_links_changed(writer->store);
    batch_writer_wake(writer);
}

/* The load in flight is answered by the link after this. */
static void on_lost(void *ctx, struct pg_link *link)
{
    struct batch_writer *writer = ctx;
    (void)link;
    writer->down_since_ms = clock_mono_ms();
    store_links_changed(writer->store);
}

static void on_refused(void *ctx, const char *why)
{
    struct batch_writer *writer = ctx;
    store_link_refused(writer->store, why);
}

void batch_writer_init(struct batch_writer *writer, struct store *store)
{
    memset(writer, 0, sizeof(*writer));
    writer->store = store;
    writer->refusals_tail = &writer->refusals;
    writer->down_since_ms = clock_mono_ms() - PG_POOL_PATIENCE_MS - 1;
    const struct pg_link_plan plan = {
        .loop = store->loop,
        .address = &store->address,
        .wanted = &store->wanted,
        .use = PG_LINK_BATCH,
        .events = {writer, on_ready, on_lost, NULL, on_refused},
    };
    pg_link_init(&writer->link, &plan);
    uv_idle_init(store->loop, &writer->wake);
    writer->wake.data = writer;
}

void batch_writer_open(struct batch_writer *writer)
{
    pg_link_open(&writer->link);
}

static void on_part_closed(void *ctx)
{
    struct batch_writer *writer = ctx;
    if (--writer->closing == 0)
        writer->closed(writer->closed_ctx);
}

static void on_wake_closed(uv_handle_t *handle)
{
    struct batch_writer *writer = handle->data;
    while (writer->refusals)
        tell_refusals(writer);
    on_part_closed(writer);
}

void batch_writer_close(struct batch_writer *writer, void (*fn)(void *ctx), void *ctx)
{
    writer->is_closed = true;
    writer->closed = fn;
    writer->closed_ctx = ctx;
    writer->closing = 2;
    pg_link_close(&writer->link, on_part_closed, writer);
    refuse_before(writer, INT64_MAX);
    uv_close((uv_handle_t *)&writer->wake, on_wake_closed);
}

void batch_writer_deinit(struct batch_writer *writer)
{
    for (unsigned i = 0; i < writer->kind_count; i++)
        batch_destroy(writer->kinds[i]);
    writer->kind_count = 0;
}
