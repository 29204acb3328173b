#include "jobs/timer_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "jobs/handlers.h"

#define SECONDS 1000LL

/* entity, name, handler, its warnings' handler, how late it may be */
static const struct timer_kind kinds[] = {
    {"alert", "ack_timeout", job_alert_ack_timeout, NULL, 10 * SECONDS},
    {"alert", "expire", job_alert_expire, NULL, 60 * SECONDS},
    {"dispute", "first_response", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "accept_by", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "first_session_by", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "settle_target", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "return", job_dispute_return, job_dispute_warning, 60 * SECONDS},
    {"dispute", "pause_limit", job_dispute_pause_limit, job_dispute_warning, 60 * SECONDS},
    {"dispute", "return_check", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "choose_by", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "tracking", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "revisit", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"dispute", "answer_by", job_dispute_deadline, job_dispute_warning, 60 * SECONDS},
    {"notice", "expire", job_notice_expire, NULL, 60 * SECONDS},
    {"person_search", "verify_by", job_person_deadline, NULL, 10 * SECONDS},
    {"person_search", "decide_by", job_person_deadline, NULL, 10 * SECONDS},
    {"person_search", "hand_over_by", job_person_deadline, NULL, 60 * SECONDS},
    {"person_search", "review_by", job_person_deadline, NULL, 60 * SECONDS},
    {"person_search", "ring_widen", job_person_ring_widen, NULL, 10 * SECONDS},
    {"person_search", "take_down", job_person_take_down, NULL, 10 * SECONDS},
};

const struct timer_kind *timer_table_find(const char *entity_type, const char *name)
{
    size_t len = strcspn(name, ".");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct timer_kind *kind = &kinds[i];
        if (strcmp(kind->entity_type, entity_type) != 0 || strlen(kind->name) != len ||
            memcmp(kind->name, name, len) != 0)
            continue;
        return name[len] == '.' && kind->warning == NULL ? NULL : kind;
    }
    return NULL;
}

uint32_t timer_table_kinds(struct wire_text out[TIMER_KINDS_MAX])
{
    static char names[ARRAY_LEN(kinds)][2 * TIMER_NAME_MAX + 2];
    static_assert(ARRAY_LEN(kinds) <= TIMER_KINDS_MAX, "one claim names every kind");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        int len =
            snprintf(names[i], sizeof(names[i]), "%s.%s", kinds[i].entity_type, kinds[i].name);
        out[i] = (struct wire_text){names[i], (uint32_t)len};
    }
    return ARRAY_LEN(kinds);
}

struct timer_key job_timer_key(const struct job *job)
{
    return (struct timer_key){job->timer.entity_type, job->timer.entity_id, job->timer.name,
                              job->timer.state_version};
}

static void on_ended(void *ctx, enum status status)
{
    job_done(ctx, status);
}

void job_end_timer(struct job *job)
{
    const struct timer_key key = job_timer_key(job);
    timer_store_end(job->env->store, &key, on_ended, job);
}
