#include "store/pg_pool.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"

static void list_init(struct pg_request_list *list)
{
    list->head = NULL;
    list->tail = &list->head;
    list->count = 0;
}

static void list_push(struct pg_request_list *list, struct pg_request *request)
{
    request->next = NULL;
    *list->tail = request;
    list->tail = &request->next;
    list->count++;
}

static struct pg_request *list_pop(struct pg_request_list *list)
{
    struct pg_request *request = list->head;
    if (!request)
        return NULL;
    list->head = request->next;
    if (!list->head)
        list->tail = &list->head;
    list->count--;
    return request;
}

static void answer(struct pg_request *request, enum status status)
{
    if (request->answered)
        return;
    request->answered = true;
    request->answer(request, status);
}

/* --- requests that are told on the next turn --- */

static void on_tell(uv_idle_t *idle)
{
    struct pg_pool *pool = idle->data;
    struct pg_request_list told = pool->refused;
    if (!told.head)
        return;
    list_init(&pool->refused);
    uv_idle_stop(idle);
    while (told.head) {
        struct pg_request *request = told.head;
        told.head = request->next;
        answer(request, request->verdict);
        request->release(request);
    }
}

void pg_pool_refuse(struct pg_pool *pool, struct pg_request *request, enum status status)
{
    request->verdict = status;
    request->pool = pool;
    list_push(&pool->refused, request);
    if (!pool->is_closed)
        uv_idle_start(&pool->teller, on_tell);
}

static void refuse_waiting(struct pg_pool *pool)
{
    struct pg_request *request;
    while ((request = list_pop(&pool->waiting)) != NULL)
        pg_pool_refuse(pool, request, STATUS_UNAVAILABLE);
}

/* --- sending --- */

static struct pg_link *choose_link(struct pg_pool *pool)
{
    struct pg_link *best = NULL;
    for (unsigned i = 0; i < pool->plan.links; i++) {
        struct pg_link *link = &pool->links[i];
        if (!pg_link_is_ready(link) || link->sent_count >= pool->plan.depth)
            continue;
        if (!best || link->sent_count < best->sent_count)
            best = link;
    }
    return best;
}

static void send_waiting(struct pg_pool *pool)
{
    struct pg_link *link;
    while (pool->waiting.head && (link = choose_link(pool)) != NULL) {
        struct pg_request *request = list_pop(&pool->waiting);
        pool->in_flight++;
        pg_link_send(link, &request->unit);
    }
}

static void on_unit_done(struct pg_unit *unit, enum status status)
{
    struct pg_request *request = (struct pg_request *)unit;
    struct pg_pool *pool = request->pool;
    pool->in_flight--;
    send_waiting(pool); /* before the callback: the database need not wait for it */
    answer(request, status);
    request->release(request);
}

void pg_pool_submit(struct pg_pool *pool, struct pg_request *request)
{
    request->pool = pool;
    request->unit.done = on_unit_done;
    request->since_ms = clock_mono_ms();
    bool away =
        pool->down_since_ms && request->since_ms - pool->down_since_ms > PG_POOL_PATIENCE_MS;
    if (away || pool->is_closed) {
        pg_pool_refuse(pool, request, STATUS_UNAVAILABLE);
        return;
    }
    if (pool->waiting.count >= STORE_WAITING_MAX) {
        pg_pool_refuse(pool, request, STATUS_BUSY);
        return;
    }
    list_push(&pool->waiting, request);
    send_waiting(pool);
}

/* --- time --- */

static struct pg_request *find_overdue(const struct pg_link *link, int64_t before_ms)
{
    if (!pg_link_is_ready(link))
        return NULL;
    for (struct pg_unit *unit = link->sent; unit; unit = unit->next) {
        struct pg_request *request = (struct pg_request *)unit;
        if (request->since_ms <= before_ms && !request->answered)
            return request;
    }
    return NULL;
}

/* What was sent stays on its link; only its owner stops waiting. */
static void give_up_sent(const struct pg_link *link, int64_t before_ms)
{
    struct pg_request *request;
    while ((request = find_overdue(link, before_ms)) != NULL)
        answer(request, STATUS_UNAVAILABLE); /* may change the list */
}

void pg_pool_tick(struct pg_pool *pool, int64_t now_ms)
{
    int64_t before_ms = now_ms - pool->plan.address->answer_timeout_ms;
    for (unsigned i = 0; i < pool->plan.links; i++) {
        pg_link_tick(&pool->links[i], now_ms);
        give_up_sent(&pool->links[i], before_ms);
    }
    while (pool->waiting.head && pool->waiting.head->since_ms <= before_ms)
        pg_pool_refuse(pool, list_pop(&pool->waiting), STATUS_UNAVAILABLE);
    if (pool->down_since_ms && now_ms - pool->down_since_ms > PG_POOL_PATIENCE_MS)
        refuse_waiting(pool);
}

/* --- life --- */

static void on_link_ready(void *ctx, struct pg_link *link)
{
    struct pg_pool *pool = ctx;
    (void)link;
    pool->down_since_ms = 0;
    send_waiting(pool);
    pool->plan.on_change(pool->plan.owner);
}

static void on_link_lost(void *ctx, struct pg_link *link)
{
    struct pg_pool *pool = ctx;
    (void)link;
    if (!pg_pool_is_ready(pool))
        pool->down_since_ms = clock_mono_ms();
    pool->plan.on_change(pool->plan.owner);
}

static void on_link_notify(void *ctx, const char *text)
{
    struct pg_pool *pool = ctx;
    if (pool->plan.on_notify)
        pool->plan.on_notify(pool->plan.owner, text);
}

static void on_link_refused(void *ctx, const char *why)
{
    struct pg_pool *pool = ctx;
    pool->plan.on_refused(pool->plan.owner, why);
}

void pg_pool_init(struct pg_pool *pool, const struct pg_pool_plan *plan)
{
    assert(plan->links <= PG_POOL_LINKS_MAX);
    memset(pool, 0, sizeof(*pool));
    pool->plan = *plan;
    list_init(&pool->waiting);
    list_init(&pool->refused);
    uv_idle_init(plan->loop, &pool->teller);
    pool->teller.data = pool;
    pool->down_since_ms = clock_mono_ms() - PG_POOL_PATIENCE_MS - 1;
    const struct pg_link_plan link_plan = {
        .loop = plan->loop,
        .address = plan->address,
        .wanted = plan->wanted,
        .use = plan->use,
        .events = {pool, on_link_ready, on_link_lost, on_link_notify, on_link_refused},
    };
    for (unsigned i = 0; i < plan->links; i++)
        pg_link_init(&pool->links[i], &link_plan);
}

void pg_pool_open(struct pg_pool *pool)
{
    for (unsigned i = 0; i < pool->plan.links; i++)
        pg_link_open(&pool->links[i]);
}

bool pg_pool_is_ready(const struct pg_pool *pool)
{
    for (unsigned i = 0; i < pool->plan.links; i++)
        if (pg_link_is_ready(&pool->links[i]))
            return true;
    return false;
}

bool pg_pool_is_idle(const struct pg_pool *pool)
{
    return !pool->waiting.head && !pool->refused.head && pool->in_flight == 0;
}

static void on_part_closed(void *ctx)
{
    struct pg_pool *pool = ctx;
    if (--pool->closing == 0)
        pool->closed(pool->closed_ctx);
}

/* Whoever is still on the list is told here: we are called from the loop. */
static void on_teller_closed(uv_handle_t *handle)
{
    struct pg_pool *pool = handle->data;
    while (pool->refused.head)
        on_tell(&pool->teller);
    on_part_closed(pool);
}

void pg_pool_close(struct pg_pool *pool, void (*fn)(void *ctx), void *ctx)
{
    pool->closed = fn;
    pool->closed_ctx = ctx;
    pool->closing = pool->plan.links + 1;
    pool->is_closed = true;
    refuse_waiting(pool);
    for (unsigned i = 0; i < pool->plan.links; i++)
        pg_link_close(&pool->links[i], on_part_closed, pool);
    uv_close((uv_handle_t *)&pool->teller, on_teller_closed);
}
