#include "ops/access/reading.h"
#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

/* Search and file are read; before any of it is shown to somebody by role, the audit says so. */
struct reading {
    struct call *call; /* lives until its answer */
    enum wire_person_audience audience;
    enum wire_person_state state;
    uint64_t station_id;
    struct wire_person_file file;
};

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_file(void *ctx, enum status status, struct arena *arena,
                    const struct person_file *file);
static void on_entered(void *ctx, enum status status);

/* 1. The search. */
void op_person_read(struct call *call)
{
    struct reading *reading = arena_alloc(&call->arena, sizeof(*reading));
    reading->call = call;
    person_store_load(call->env->person->store, CALL_BODY(call, person_read)->person_id,
                      call->who->account_id, on_loaded, reading);
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct reading *reading = ctx;
    struct call *call = reading->call;
    if (status == STATUS_OK && loaded->viewer < WIRE_PERSON_AUDIENCE_FAMILY)
        status = STATUS_NOT_FOUND; /* a role ended at this moment */
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    reading->audience = loaded->viewer;
    reading->state = loaded->record.state;
    reading->station_id = loaded->record.station_id;
    person_project(&loaded->record, loaded->viewer, arena, &reading->file.person);
    if (loaded->viewer == WIRE_PERSON_AUDIENCE_OFFICERS) {
        reading->file.has_consent = loaded->consent != 0;
        reading->file.consent = loaded->consent;
        reading->file.has_duty_note = loaded->duty_note.len > 0;
        reading->file.duty_note = loaded->duty_note;
    }
    arena_join(&call->arena, arena);
    person_store_file(call->env->person->store, loaded->record.id, on_file, reading);
}

/* 2. Its file, as far as it is for her. */
static void on_file(void *ctx, enum status status, struct arena *arena,
                    const struct person_file *file)
{
    struct reading *reading = ctx;
    struct call *call = reading->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    person_project_file(file, reading->audience, reading->state, &reading->file);
    arena_join(&call->arena, arena);
    if (reading->audience < WIRE_PERSON_AUDIENCE_TEAM) {
        on_entered(reading, STATUS_OK);
        return;
    }
    const struct access_reading entry = {
        .kind = WIRE_ACCESS_KIND_PERSON_SEARCH,
        .entity_id = reading->file.person.person_id,
        .station_id = reading->station_id,
        .actor_id = call->who->account_id,
        .audience = reading->audience,
    };
    reading_record(call->env, &entry, 1, on_entered, reading);
}

/* 3. */
static void on_entered(void *ctx, enum status status)
{
    struct reading *reading = ctx;
    if (status != STATUS_OK)
        call_fail(reading->call, status);
    else
        call_reply(reading->call, WIRE_PERSON_FILE, &reading->file);
}
