#include "jobs/timer_table.h"

#include <string.h>

#include "base/mem.h"
#include "jobs/handlers.h"

#define SECONDS 1000LL

/* entity, name, handler, how late it may be */
static const struct timer_kind kinds[] = {
    {"alert", "ack_timeout", job_alert_ack_timeout, 10 * SECONDS},
    {"alert", "expire", job_alert_expire, 60 * SECONDS},
    {"notice", "expire", job_notice_expire, 60 * SECONDS},
};

const struct timer_kind *timer_table_find(const char *entity_type, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].entity_type, entity_type) == 0 && strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}
