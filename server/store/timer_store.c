#include "store/timer_store.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

static struct wire_text text_of(const char *text)
{
    return (struct wire_text){text, (uint32_t)strlen(text)};
}

void args_timer_put(struct store_args *args, const struct timer_plan *plan)
{
    struct wire_text names[TIMER_PLAN_MAX];
    int64_t lives[TIMER_PLAN_MAX];
    int64_t clocks[TIMER_PLAN_MAX];
    int64_t starts[TIMER_PLAN_MAX];
    int64_t budgets[TIMER_PLAN_MAX];
    int64_t dues[TIMER_PLAN_MAX];
    for (uint32_t i = 0; i < plan->count; i++) {
        const struct timer_draft *draft = &plan->items[i];
        names[i] = text_of(draft->name);
        lives[i] = draft->life;
        clocks[i] = draft->deadline.clock;
        starts[i] = draft->deadline.started_at;
        budgets[i] = draft->deadline.budget_ms;
        dues[i] = draft->due_at;
    }
    args_id_or_null(args, plan->station_id);
    args_text_array(args, names, plan->count);
    args_int_array(args, lives, plan->count);
    args_int_array(args, clocks, plan->count);
    args_time_array(args, starts, plan->count);
    args_int_array(args, budgets, plan->count);
    args_time_array(args, dues, plan->count);
}

void args_timer_dues(struct store_args *args, const struct timer_plan *plan)
{
    struct wire_text names[TIMER_PLAN_MAX];
    int64_t dues[TIMER_PLAN_MAX];
    for (uint32_t i = 0; i < plan->count; i++) {
        names[i] = text_of(plan->items[i].name);
        dues[i] = plan->items[i].due_at;
    }
    args_text_array(args, names, plan->count);
    args_time_array(args, dues, plan->count);
}

/* ---- what runs for one object ---- */

struct set_wait {
    timer_set_fn fn;
    void *ctx;
};

static void read_open(const struct store_rows *rows, int row, struct timer_set *set)
{
    enum column { NAME, LIFE, CLOCK, STARTED_AT, BUDGET_MS, DUE_AT };
    struct wire_text name = rows_text(rows, row, NAME);
    if (name.len > TIMER_NAME_MAX || rows_is_null(rows, row, BUDGET_MS) ||
        set->count == TIMER_PLAN_MAX)
        return;
    struct timer_draft *draft = &set->items[set->count++];
    memcpy(draft->name, name.data, name.len);
    draft->life = (enum timer_life)rows_int(rows, row, LIFE);
    draft->deadline = (struct deadline){
        .clock = (enum duty_clock)rows_int(rows, row, CLOCK),
        .started_at = rows_time(rows, row, STARTED_AT),
        .budget_ms = rows_int(rows, row, BUDGET_MS),
    };
    draft->due_at = rows_time(rows, row, DUE_AT);
}

static void on_set(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct set_wait wait = *(struct set_wait *)ctx;
    struct timer_set set = {0};
    mem_free(ctx);
    if (status != STATUS_OK) {
        wait.fn(wait.ctx, status, NULL);
        return;
    }
    const struct store_rows *open = &result->rows[0];
    const struct store_rows *pauses = &result->rows[1];
    for (int row = 0; row < open->count; row++)
        read_open(open, row, &set);
    for (int row = 0; row < pauses->count && set.pauses.count < PAUSES_MAX; row++)
        set.pauses.items[set.pauses.count++] =
            (struct pause){rows_time(pauses, row, 0), rows_time(pauses, row, 1)};
    wait.fn(wait.ctx, STATUS_OK, &set);
}

void timer_store_load(struct store *store, const char *entity_type, uint64_t entity_id,
                      timer_set_fn fn, void *ctx)
{
    struct set_wait *wait = mem_alloc(sizeof(*wait));
    struct store_segment *segment = store_segment_create(store);
    struct store_args args = {0};
    *wait = (struct set_wait){fn, ctx};
    args_string(&args, entity_type);
    args_id(&args, entity_id);
    store_segment_add(segment, SQL_TIMER_OPEN, &args);
    args_string(&args, entity_type);
    args_id(&args, entity_id);
    args_int(&args, PAUSES_MAX);
    store_segment_add(segment, SQL_TIMER_PAUSES, &args);
    store_segment_read(segment, on_set, wait);
}

/* ---- the runner's side ---- */

struct done_wait {
    timer_done_fn fn;
    void *ctx;
};

static struct done_wait *wait_done(timer_done_fn fn, void *ctx)
{
    struct done_wait *wait = mem_alloc(sizeof(*wait));
    *wait = (struct done_wait){fn, ctx};
    return wait;
}

static void on_done(void *ctx, enum status status, const struct store_rows *rows)
{
    struct done_wait wait = *(struct done_wait *)ctx;
    (void)rows;
    mem_free(ctx);
    wait.fn(wait.ctx, status);
}

void timer_store_end(struct store *store, const struct timer_key *key, timer_done_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_string(&args, key->entity_type);
    args_id(&args, key->entity_id);
    args_string(&args, key->name);
    args_int(&args, key->state_version);
    store_write(store, SQL_TIMER_END, &args, on_done, wait_done(fn, ctx));
}

struct claim_wait {
    timer_claimed_fn fn;
    void *ctx;
};

/* False: a name that does not fit; the row is ours and wrong. */
static bool read_due(const struct store_rows *rows, int row, struct due_timer *timer)
{
    enum column { ENTITY_TYPE, ENTITY_ID, NAME, STATE_VERSION, LIFE, ATTEMPTS, LATE_MS };
    struct wire_text entity_type = rows_text(rows, row, ENTITY_TYPE);
    struct wire_text name = rows_text(rows, row, NAME);
    memset(timer, 0, sizeof(*timer));
    if (entity_type.len > TIMER_NAME_MAX || name.len > TIMER_NAME_MAX) {
        log_error("store.bad_timer", "id=%llu", (unsigned long long)rows_id(rows, row, ENTITY_ID));
        return false;
    }
    memcpy(timer->entity_type, entity_type.data, entity_type.len);
    memcpy(timer->name, name.data, name.len);
    timer->entity_id = rows_id(rows, row, ENTITY_ID);
    timer->state_version = (uint32_t)rows_int(rows, row, STATE_VERSION);
    timer->life = (enum timer_life)rows_int(rows, row, LIFE);
    timer->attempts = (uint32_t)rows_int(rows, row, ATTEMPTS);
    timer->late_ms = rows_int(rows, row, LATE_MS);
    return true;
}

static void on_claimed(void *ctx, enum status status, const struct store_rows *rows)
{
    enum column { LATE_MS = 6, CLAIMED };
    struct claim_wait wait = *(struct claim_wait *)ctx;
    struct due_timer timers[TIMER_CLAIM_MAX];
    uint32_t count = 0;
    int64_t wait_ms = -1;
    mem_free(ctx);
    for (int row = 0; status == STATUS_OK && row < rows->count; row++) {
        if (!rows_bool(rows, row, CLAIMED))
            wait_ms = -rows_int(rows, row, LATE_MS);
        else if (count < TIMER_CLAIM_MAX && read_due(rows, row, &timers[count]))
            count++;
    }
    wait.fn(wait.ctx, status, timers, count, wait_ms);
}

void timer_store_claim(struct store *store, const struct timer_claim *claim, timer_claimed_fn fn,
                       void *ctx)
{
    assert(claim->most <= TIMER_CLAIM_MAX);
    struct claim_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct claim_wait){fn, ctx};
    args_text_array(&args, claim->kinds, claim->kind_count);
    args_int(&args, claim->most);
    args_int(&args, claim->claim_ms);
    store_write(store, SQL_TIMER_CLAIM, &args, on_claimed, wait);
}

void timer_store_release(struct store *store, const struct due_timer *timers, uint32_t count,
                         timer_done_fn fn, void *ctx)
{
    assert(count <= TIMER_CLAIM_MAX);
    struct wire_text types[TIMER_CLAIM_MAX];
    struct wire_text names[TIMER_CLAIM_MAX];
    uint64_t ids[TIMER_CLAIM_MAX];
    int64_t versions[TIMER_CLAIM_MAX];
    struct store_args args = {0};
    for (uint32_t i = 0; i < count; i++) {
        types[i] = text_of(timers[i].entity_type);
        names[i] = text_of(timers[i].name);
        ids[i] = timers[i].entity_id;
        versions[i] = timers[i].state_version;
    }
    args_text_array(&args, types, count);
    args_id_array(&args, ids, count);
    args_text_array(&args, names, count);
    args_int_array(&args, versions, count);
    store_write(store, SQL_TIMER_RELEASE, &args, on_done, wait_done(fn, ctx));
}
