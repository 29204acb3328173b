#include "ops/access/reading.h"

#include <assert.h>
#include <utlist.h>

#include "base/log.h"

/* One that was pushed and is not in the audit yet. */
struct noted {
    struct ops_env *env; /* borrowed */
    struct access_reading reading;
    struct noted *prev, *next;
};

struct reading_log {
    struct noted *waiting; /* list, owned: what could not be sent, oldest first */
    uint32_t count;        /* of these and those on their way */
    uint64_t lost;
};

/* Several that must be durable before somebody goes on. */
struct recording {
    uint32_t left;
    enum status worst;
    reading_fn fn;
    void *ctx;
};

struct reading_log *reading_log_create(void)
{
    return mem_alloc(sizeof(struct reading_log));
}

void reading_log_destroy(struct reading_log *log)
{
    struct noted *noted, *next;
    if (log->count > 0)
        log_error("ops.readings_lost", "count=%u", log->count);
    DL_FOREACH_SAFE(log->waiting, noted, next)
        mem_free(noted);
    mem_free(log);
}

/* Nobody knows whether it was entered: it goes again, and its mark keeps it single. */
static bool is_worth_repeating(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_BUSY;
}

static void on_noted(void *ctx, enum status status)
{
    struct noted *noted = ctx;
    struct reading_log *log = noted->env->readings;
    if (is_worth_repeating(status)) {
        DL_APPEND(log->waiting, noted);
        return;
    }
    if (status != STATUS_OK) {
        log->lost++;
        log_error("ops.reading_lost", "status=%s", status_name(status));
    }
    log->count--;
    mem_free(noted);
}

void reading_note(struct ops_env *env, const struct access_reading *reading)
{
    struct reading_log *log = env->readings;
    if (log->count >= READINGS_MAX) {
        if (log->lost++ == 0)
            log_error("ops.readings_full", "waiting=%u", log->count);
        return;
    }
    struct noted *noted = mem_alloc(sizeof(*noted));
    noted->env = env;
    noted->reading = *reading;
    noted->reading.reason = (struct wire_text){"", 0};
    log->count++;
    access_store_add(env->access, &noted->reading, on_noted, noted);
}

void reading_repeat(struct ops_env *env)
{
    struct noted *waiting = env->readings->waiting;
    struct noted *noted, *next;
    if (waiting == NULL || !store_is_up(env->store))
        return;
    env->readings->waiting = NULL;
    DL_FOREACH_SAFE(waiting, noted, next)
        access_store_add(env->access, &noted->reading, on_noted, noted);
}

static void on_recorded(void *ctx, enum status status)
{
    struct recording *recording = ctx;
    if (status != STATUS_OK)
        recording->worst = status;
    if (--recording->left > 0)
        return;
    recording->fn(recording->ctx, recording->worst);
    mem_free(recording);
}

void reading_record(struct ops_env *env, const struct access_reading *readings, uint32_t count,
                    reading_fn fn, void *ctx)
{
    struct recording *recording = mem_alloc(sizeof(*recording));
    assert(count > 0);
    *recording = (struct recording){count, STATUS_OK, fn, ctx};
    for (uint32_t i = 0; i < count; i++)
        access_store_add(env->access, &readings[i], on_recorded, recording);
}

uint32_t reading_waiting(const struct ops_env *env)
{
    return env->readings->count;
}

uint64_t reading_lost(const struct ops_env *env)
{
    return env->readings->lost;
}
