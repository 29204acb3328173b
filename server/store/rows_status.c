#include <string.h>

#include "base/mem.h"
#include "store/rows_make.h"

struct sqlstate_row {
    const char *prefix; /* of the SQLSTATE; the first that fits counts */
    enum status status;
};

static const struct sqlstate_row meanings[] = {
    {"23505", STATUS_CONFLICT},          /* unique_violation */
    {"23P01", STATUS_CONFLICT},          /* exclusion_violation */
    {"23503", STATUS_UNKNOWN_REFERENCE}, /* foreign_key_violation */
    {"23502", STATUS_INVALID_FIELD},     /* not_null_violation */
    {"23514", STATUS_INVALID_FIELD},     /* check_violation */
    {"22", STATUS_INVALID_FIELD},        /* too long, out of range, not encodable */
    {"42501", STATUS_NOT_FOUND},         /* insufficient_privilege, row-level security */
    {"40", STATUS_UNAVAILABLE},          /* serialization_failure, deadlock_detected */
    {"53", STATUS_UNAVAILABLE},          /* disk full, out of memory, too many connections */
    {"55P03", STATUS_UNAVAILABLE},       /* lock_not_available */
    {"57", STATUS_UNAVAILABLE},          /* query_canceled, admin_shutdown, cannot_connect_now */
    {"08", STATUS_UNAVAILABLE},          /* connection_exception */
    {"25006", STATUS_UNAVAILABLE},       /* read_only_sql_transaction: a standby */
};

enum status status_of_sqlstate(const char *sqlstate)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strncmp(sqlstate, meanings[i].prefix, strlen(meanings[i].prefix)) == 0)
            return meanings[i].status;
    return STATUS_INTERNAL;
}
