#include "base/clock.h"
#include "ops/access/reading.h"
#include "ops/operations.h"
#include "store/dispute_store.h"

struct opening {
    struct call *call; /* lives until its answer */
    struct dispute_viewer viewer;
    const struct dispute_loaded *loaded;
    struct wire_dispute_file file;
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count);
static void on_writings(void *ctx, enum status status, struct arena *arena,
                        const struct dispute_writings *said);
static void on_recorded(void *ctx, enum status status);

/* 1. The dispute in codes. */
void op_dispute_read(struct call *call)
{
    const struct wire_dispute_read *ask = CALL_BODY(call, dispute_read);
    struct opening *opening = arena_alloc(&call->arena, sizeof(*opening));
    const struct wire_list_id ids = {.items = &call->scope_id, .count = 1};
    (void)ask;
    opening->call = call;
    opening->viewer = (struct dispute_viewer){dispute_audience_of(call->role, call->facts.is_party),
                                              call->who->account_id, clock_wall_ms()};
    dispute_store_load(call->env->store, &ids, on_loaded, opening);
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct dispute_loaded *loaded, uint32_t count)
{
    struct opening *opening = ctx;
    struct call *call = opening->call;
    if (status == STATUS_OK && count == 0)
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    opening->loaded = loaded;
    arena_join(&call->arena, arena);
    dispute_project(&loaded->record, &loaded->names, &opening->viewer, &call->arena,
                    &opening->file.view);
    dispute_store_writings(call->env->store, call->scope_id, call->who->account_id, on_writings,
                           opening);
}

/* 2. What was written, as far as the database's policies let her read it. */
static void on_writings(void *ctx, enum status status, struct arena *arena,
                        const struct dispute_writings *said)
{
    struct opening *opening = ctx;
    struct call *call = opening->call;
    const struct wire_dispute_read *ask = CALL_BODY(call, dispute_read);
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    arena_join(&call->arena, arena);
    dispute_project_file(&opening->loaded->record, said, &opening->viewer, &call->arena,
                         &opening->file);
    if (opening->viewer.audience == WIRE_DISPUTE_AUDIENCE_REPORTER) {
        call_reply(call, WIRE_DISPUTE_FILE, &opening->file);
        return;
    }
    const struct access_reading reading = {
        .kind = WIRE_ACCESS_KIND_DISPUTE,
        .entity_id = call->scope_id,
        .station_id = opening->loaded->record.station_id,
        .actor_id = call->who->account_id,
        .audience = opening->viewer.audience,
        .reason = ask->has_reason ? ask->reason : (struct wire_text){NULL, 0},
    };
    reading_record(call->env, &reading, 1, on_recorded, opening);
}

/* 3. Only what is in the audit is shown. */
static void on_recorded(void *ctx, enum status status)
{
    struct opening *opening = ctx;
    if (status != STATUS_OK)
        call_fail(opening->call, status);
    else
        call_reply(opening->call, WIRE_DISPUTE_FILE, &opening->file);
}
