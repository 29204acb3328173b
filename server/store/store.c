#include "store/store.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/store_inside.h"

#define READ_LINKS_DEFAULT        3
#define ANSWER_TIMEOUT_MS_DEFAULT 2000
#define WAITING_ROWS_DEFAULT      10000
/* Requests in flight per link: enough to hide the round trip, few enough to hold nobody up long. */
#define READ_DEPTH                8
#define CONTROL_DEPTH             32
#define TICK_MS                   100
/* A silent server is found on a tick, so the last one must come before the time is up. */
#define TICK_MARGIN_MS            (TICK_MS + 50)

static void on_links_changed(void *ctx);
static void on_refused(void *ctx, const char *why);
static void on_notify(void *ctx, const char *text);
static void on_listener_changed(void *ctx);
static void on_slow_changed(void *ctx);

static void fill_defaults(struct store_settings *settings)
{
    if (!settings->read_links)
        settings->read_links = READ_LINKS_DEFAULT;
    if (settings->read_links > STORE_READ_LINKS_MAX)
        settings->read_links = STORE_READ_LINKS_MAX;
    if (!settings->answer_timeout_ms)
        settings->answer_timeout_ms = ANSWER_TIMEOUT_MS_DEFAULT;
    if (!settings->waiting_rows_max)
        settings->waiting_rows_max = WAITING_ROWS_DEFAULT;
    if (!settings->statements) {
        settings->statements = sql_statements;
        settings->statement_count = SQL_STATEMENT_COUNT;
    }
}

static void init_pool(struct store *store, struct pg_pool *pool, struct pg_pool_plan plan)
{
    plan.loop = store->loop;
    plan.address = plan.use == PG_LINK_SLOW ? &store->slow_address : &store->address;
    plan.wanted = &store->wanted;
    plan.owner = store;
    plan.on_refused = on_refused;
    pg_pool_init(pool, &plan);
}

static void init_pools(struct store *store)
{
    const struct pg_pool_plan read = {.use = PG_LINK_READ,
                                      .links = store->settings.read_links,
                                      .depth = READ_DEPTH,
                                      .on_change = on_links_changed};
    const struct pg_pool_plan control = {
        .use = PG_LINK_CONTROL, .links = 1, .depth = CONTROL_DEPTH, .on_change = on_links_changed};
    const struct pg_pool_plan slow = {
        .use = PG_LINK_SLOW, .links = 1, .depth = 1, .on_change = on_slow_changed};
    const struct pg_pool_plan listen = {.use = PG_LINK_LISTEN,
                                        .links = 1,
                                        .on_change = on_listener_changed,
                                        .on_notify = on_notify};
    init_pool(store, &store->readers, read);
    init_pool(store, &store->control, control);
    init_pool(store, &store->slow, slow);
    init_pool(store, &store->listener, listen);
}

struct store *store_create(uv_loop_t *loop, const struct store_settings *settings,
                           const struct store_watch *watch)
{
    struct store *store = mem_alloc(sizeof(*store));
    store->loop = loop;
    store->settings = *settings;
    if (watch)
        store->watch = *watch;
    fill_defaults(&store->settings);
    store->wanted = (struct pg_setup_wanted){
        .statements = store->settings.statements,
        .count = store->settings.statement_count,
        .schema_version = settings->schema_version,
        .unsafe_durability = settings->unsafe_durability,
    };
    unsigned timeout_ms = store->settings.answer_timeout_ms;
    if (timeout_ms > 2 * TICK_MARGIN_MS)
        timeout_ms -= TICK_MARGIN_MS;
    store->address_is_bad = !pg_address_init(&store->address, settings->database, timeout_ms) ||
                            !pg_setup_find(&store->wanted);
    store->slow_address = store->address;
    store->slow_address.answer_timeout_ms = STORE_SLOW_MS;
    init_pools(store);
    batch_writer_init(&store->writer, store);
    uv_timer_init(loop, &store->tick);
    store->tick.data = store;
    if (settings->plant_ack_on_command_ok)
        log_error("store.planted_bug", "acknowledging before the commit: messages WILL be lost");
    return store;
}

/* --- time --- */

static void on_tick(uv_timer_t *timer)
{
    struct store *store = timer->data;
    int64_t now_ms = clock_mono_ms();
    pg_pool_tick(&store->readers, now_ms);
    pg_pool_tick(&store->control, now_ms);
    pg_pool_tick(&store->slow, now_ms);
    pg_pool_tick(&store->listener, now_ms);
    batch_writer_tick(&store->writer, now_ms);
}

void store_open(struct store *store)
{
    if (store->address_is_bad) {
        on_refused(store, "the address or the statements cannot be used");
        return;
    }
    pg_pool_open(&store->readers);
    pg_pool_open(&store->control);
    pg_pool_open(&store->slow);
    pg_pool_open(&store->listener);
    batch_writer_open(&store->writer);
    uv_timer_start(&store->tick, on_tick, TICK_MS, TICK_MS);
}

/* --- up and down --- */

void store_links_changed(struct store *store)
{
    bool up = pg_pool_is_ready(&store->readers) && pg_pool_is_ready(&store->control) &&
              pg_link_is_ready(&store->writer.link);
    if (up == store->is_up || store->is_closing)
        return;
    store->is_up = up;
    if (up)
        log_info("store.up", "read_links=%u", store->settings.read_links);
    else
        log_warn("store.down", "retrying=1");
    void (*tell)(void *) = up ? store->watch.on_up : store->watch.on_down;
    if (tell)
        tell(store->watch.ctx);
}

static void on_links_changed(void *ctx)
{
    store_links_changed(ctx);
}

static void on_listener_changed(void *ctx)
{
    struct store *store = ctx;
    if (!store->is_closing && pg_pool_is_ready(&store->listener) && store->watch.on_listening)
        store->watch.on_listening(store->watch.ctx);
}

/* Without it the store is up all the same. */
static void on_slow_changed(void *ctx)
{
    (void)ctx;
}

static void on_notify(void *ctx, const char *text)
{
    struct store *store = ctx;
    if (store->watch.on_notify && strlen(text) < STORE_NOTIFY_MAX)
        store->watch.on_notify(store->watch.ctx, text);
}

/* Every link may say it; the owner hears it once. */
static void on_refused(void *ctx, const char *why)
{
    struct store *store = ctx;
    if (store->is_refused)
        return;
    store->is_refused = true;
    if (store->watch.on_refused)
        store->watch.on_refused(store->watch.ctx, why);
}

void store_link_refused(struct store *store, const char *why)
{
    on_refused(store, why);
}

bool store_is_up(const struct store *store)
{
    return store->is_up;
}

bool store_is_idle(const struct store *store)
{
    return pg_pool_is_idle(&store->readers) && pg_pool_is_idle(&store->control) &&
           batch_writer_is_idle(&store->writer);
}

uv_loop_t *store_loop(struct store *store)
{
    return store->loop;
}

/* --- the end --- */

static void on_part_closed(void *ctx)
{
    struct store *store = ctx;
    if (--store->closing == 0)
        store->closed(store->closed_ctx);
}

static void on_tick_closed(uv_handle_t *handle)
{
    on_part_closed(handle->data);
}

void store_close(struct store *store, store_closed_fn fn, void *ctx)
{
    store->is_closing = true;
    store->is_up = false;
    store->closed = fn;
    store->closed_ctx = ctx;
    store->closing = 6;
    pg_pool_close(&store->readers, on_part_closed, store);
    pg_pool_close(&store->control, on_part_closed, store);
    pg_pool_close(&store->slow, on_part_closed, store);
    pg_pool_close(&store->listener, on_part_closed, store);
    batch_writer_close(&store->writer, on_part_closed, store);
    uv_close((uv_handle_t *)&store->tick, on_tick_closed);
}

void store_destroy(struct store *store)
{
    batch_writer_deinit(&store->writer);
    mem_free(store);
}
