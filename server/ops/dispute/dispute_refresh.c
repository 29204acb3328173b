#include "ops/dispute/dispute_refresh.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "store/dispute_store.h"

/* Clocks of nodes and database may differ by this much. */
#define OVERLAP_MS 60000

struct refresh {
    struct ops_env *env; /* borrowed */
    struct arena arena;  /* owned */
    struct dispute_concerned *people;
    uint32_t count;
};

static void on_audience(void *ctx, enum status status, const struct dispute_concerned *people,
                        uint32_t count);
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);

/* 1. Whom it concerns. */
void dispute_refresh(struct ops_env *env, uint64_t dispute_id)
{
    struct refresh *refresh = mem_alloc(sizeof(*refresh));
    refresh->env = env;
    env->disputes_heard_ms = clock_wall_ms();
    dispute_store_audience(env->store, dispute_id, on_audience, refresh);
}

static void finish(struct refresh *refresh, enum status status)
{
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        refresh->env->disputes_missed = true;
        log_warn("ops.dispute_not_told", "status=%s", status_name(status));
    }
    arena_clear(&refresh->arena);
    mem_free(refresh);
}

static void on_session(void *ctx, struct session *session)
{
    (void)session;
    *(bool *)ctx = true;
}

static bool is_here(struct ops_env *env, uint64_t account_id)
{
    bool found = false;
    hub_each_session_of_account(env->hub, account_id, on_session, &found);
    return found;
}

/* 2. Those of them who are here, and which disputes they are shown. */
static void on_audience(void *ctx, enum status status, const struct dispute_concerned *people,
                        uint32_t count)
{
    struct refresh *refresh = ctx;
    uint64_t shown[DISPUTE_SHOWN_MAX];
    struct wire_list_id ids = {.items = shown};
    if (status == STATUS_OK)
        refresh->people = arena_alloc(&refresh->arena, count * sizeof(*people));
    for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
        bool known = false;
        if (!is_here(refresh->env, people[i].account_id))
            continue;
        for (uint32_t j = 0; j < ids.count; j++)
            known = known || shown[j] == people[i].shown_id;
        if (!known && ids.count == DISPUTE_SHOWN_MAX)
            continue;
        if (!known)
            shown[ids.count++] = people[i].shown_id;
        refresh->people[refresh->count++] = people[i];
    }
    if (refresh->count == 0) {
        finish(refresh, status);
        return;
    }
    dispute_store_load(refresh->env->store, &ids, on_loaded, refresh);
}

/* One frame per audience; a reporter's own is hers alone. */
static void push(struct refresh *refresh, const struct dispute_loaded *loaded)
{
    struct shared_frame *frames[WIRE_DISPUTE_AUDIENCE_MAX + 1] = {NULL};
    for (uint32_t i = 0; i < refresh->count; i++) {
        const struct dispute_concerned *to = &refresh->people[i];
        if (to->shown_id != loaded->record.id)
            continue;
        if (frames[to->audience] == NULL) {
            const struct dispute_viewer viewer = {to->audience, to->account_id, clock_wall_ms()};
            struct wire_dispute_pushed pushed;
            dispute_project(&loaded->record, &loaded->names, &viewer, &refresh->arena,
                            &pushed.dispute);
            frames[to->audience] = frame_encode(WIRE_DISPUTE_PUSHED, 0, &pushed);
        }
        if (frames[to->audience] != NULL)
            hub_push_account(refresh->env->hub, to->account_id, frames[to->audience], LANE_NORMAL);
    }
    for (size_t i = 0; i < ARRAY_LEN(frames); i++)
        shared_frame_release(frames[i]);
}

/* 3. Each gets it as she may see it. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct refresh *refresh = ctx;
    (void)arena;
    for (uint32_t i = 0; status == STATUS_OK && i < count; i++)
        push(refresh, &loaded[i]);
    finish(refresh, status);
}

static void on_changed(void *ctx, enum status status, const struct wire_list_id *ids)
{
    struct ops_env *env = ctx;
    if (status != STATUS_OK)
        env->disputes_missed = true;
    for (uint32_t i = 0; i < ids->count; i++)
        dispute_refresh(env, ids->items[i]);
}

void dispute_refresh_missed(struct ops_env *env)
{
    int64_t since = env->disputes_heard_ms;
    env->disputes_missed = false;
    if (since == 0) { /* it has just begun: nobody was here to miss anything */
        env->disputes_heard_ms = clock_wall_ms();
        return;
    }
    dispute_store_changed(env->store, since - OVERLAP_MS, on_changed, env);
}
