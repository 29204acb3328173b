#include "ops/alert/alert_refresh.h"

#include "base/log.h"
#include "hub/alert_board.h"
#include "ops/alert/alert_env.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_page(void *ctx, enum status status, const uint64_t *ids, uint32_t count);

static void read_now(struct reread *reread)
{
    struct ops_env *env = reread->table->owner;
    alert_store_load(env->alert->store, reread->id, on_loaded, reread);
}

void alert_refresh(struct ops_env *env, uint64_t alert_id, alert_refreshed_fn fn, void *ctx)
{
    env->alert->reads.owner = env;
    env->alert->reads.start = read_now;
    reread_ask(&env->alert->reads, alert_id, fn, ctx);
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
    struct reread *reread = ctx;
    struct ops_env *env = reread->table->owner;
    if (status == STATUS_OK)
        put_on_board(env->alert->board, arena, loaded);
    else if (status != STATUS_NOT_FOUND)
        env->alerts_missed = true;
    reread_end(reread, status);
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
