#include "ops/alert/alert_refresh.h"

#include <uthash.h>
#include <utlist.h>

#include "base/log.h"
#include "hub/alert_board.h"
#include "ops/alert/alert_env.h"

struct waiter {
    alert_refreshed_fn fn;
    void *ctx;
    struct waiter *next;
};

/* One alert being read. Reads of one alert go one after another: two at once could answer in the
 * wrong order, and the board would go back to what was, or to what had ended. */
struct alert_refreshing {
    struct ops_env *env; /* borrowed */
    uint64_t alert_id;
    struct waiter *waiters; /* list, owned: for this read */
    struct waiter *later;   /* list, owned: for the next one */
    bool again;             /* something changed since this read was sent */
    UT_hash_handle hh;
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_page(void *ctx, enum status status, const uint64_t *ids, uint32_t count);

static void wait_for(struct waiter **waiters, alert_refreshed_fn fn, void *ctx)
{
    if (fn == NULL)
        return;
    struct waiter *waiter = mem_alloc(sizeof(*waiter));
    waiter->fn = fn;
    waiter->ctx = ctx;
    LL_APPEND(*waiters, waiter);
}

static void read_now(struct alert_refreshing *refreshing)
{
    alert_store_load(refreshing->env->alert->store, refreshing->alert_id, on_loaded, refreshing);
}

void alert_refresh(struct ops_env *env, uint64_t alert_id, alert_refreshed_fn fn, void *ctx)
{
    struct alert_refreshing *refreshing = NULL;
    HASH_FIND(hh, env->alert->refreshing, &alert_id, sizeof(alert_id), refreshing);
    if (refreshing != NULL) {
        refreshing->again = true;
        wait_for(&refreshing->later, fn, ctx);
        return;
    }
    refreshing = mem_alloc(sizeof(*refreshing));
    refreshing->env = env;
    refreshing->alert_id = alert_id;
    wait_for(&refreshing->waiters, fn, ctx);
    HASH_ADD(hh, env->alert->refreshing, alert_id, sizeof(refreshing->alert_id), refreshing);
    read_now(refreshing);
}

static void put_on_board(struct alert_board *board, struct arena *arena,
                         const struct alert_loaded *loaded)
{
    struct board_recipient *recipients =
        arena_alloc(arena, loaded->recipient_count * sizeof(*recipients));
    for (uint32_t i = 0; i < loaded->recipient_count; i++) {
        recipients[i].account_id = loaded->recipients[i].account_id;
        recipients[i].audience = loaded->recipients[i].audience;
    }
    enum status status =
        alert_board_put(board, &loaded->record, recipients, loaded->recipient_count);
    if (status == STATUS_OK && loaded->has_notice)
        status = alert_board_put_notice(board, &loaded->notice);
    if (status != STATUS_OK)
        log_error("ops.alert_not_kept", "alert=%llu status=%s",
                  (unsigned long long)loaded->record.id, status_name(status));
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct alert_refreshing *refreshing = ctx;
    struct alert_env *alert = refreshing->env->alert;
    struct waiter *waiter, *next;
    if (status == STATUS_OK)
        put_on_board(alert->board, arena, loaded);
    else if (status != STATUS_NOT_FOUND)
        refreshing->env->alerts_missed = true;
    LL_FOREACH_SAFE(refreshing->waiters, waiter, next) {
        waiter->fn(waiter->ctx, status);
        mem_free(waiter);
    }
    refreshing->waiters = refreshing->later;
    refreshing->later = NULL;
    if (refreshing->again) {
        refreshing->again = false;
        read_now(refreshing);
        return;
    }
    HASH_DEL(alert->refreshing, refreshing);
    mem_free(refreshing);
}

static void on_order(void *ctx, uint64_t alert_id)
{
    alert_refresh(ctx, alert_id, NULL, NULL);
}

/* What is on the board may have ended unheard; what is not there may have begun. */
void alert_refresh_all(struct ops_env *env)
{
    env->alerts_missed = false;
    alert_board_each(env->alert->board, on_order, env);
    alert_store_current(env->alert->store, 0, on_page, env);
}

/* One page of ids: read them all, then the page after the last. */
static void on_page(void *ctx, enum status status, const uint64_t *ids, uint32_t count)
{
    struct ops_env *env = ctx;
    if (status != STATUS_OK) {
        log_warn("ops.alerts_not_read", "status=%s", status_name(status));
        env->alerts_missed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        alert_refresh(env, ids[i], NULL, NULL);
    if (count == ALERT_PAGE_MAX)
        alert_store_current(env->alert->store, ids[count - 1], on_page, env);
}
