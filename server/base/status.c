#include "base/status.h"

struct status_row {
    const char *name;
    int wire_error;
};

static const struct status_row rows[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 0},
    [STATUS_MALFORMED_FRAME] = {"malformed_frame", 1},
    [STATUS_UNKNOWN_OPERATION] = {"unknown_operation", 2},
    [STATUS_INVALID_FIELD] = {"invalid_field", 3},
    [STATUS_TOO_LARGE] = {"too_large", 4},
    [STATUS_UNSUPPORTED_VERSION] = {"unsupported_version", 5},
    [STATUS_UNAUTHENTICATED] = {"unauthenticated", 6},
    [STATUS_NOT_FOUND] = {"not_found", 7},
    [STATUS_CONFLICT] = {"conflict", 8},
    [STATUS_KEY_REUSED] = {"key_reused", 9},
    [STATUS_RATE_LIMITED] = {"rate_limited", 10},
    [STATUS_UNAVAILABLE] = {"unavailable", 11},
    [STATUS_MUTED] = {"muted", 12},
    [STATUS_TOO_LATE] = {"too_late", 13},
    [STATUS_WRONG_CODE] = {"wrong_code", 14},
    [STATUS_TOO_MANY_TRIES] = {"too_many_tries", 15},
    [STATUS_INVALID_SIGNATURE] = {"invalid_signature", 16},
    [STATUS_STALE_TIMESTAMP] = {"stale_timestamp", 17},
    [STATUS_REPLAYED] = {"replayed", 18},
    [STATUS_UNKNOWN_PLACE] = {"unknown_place", 19},
    [STATUS_UNKNOWN_REFERENCE] = {"unknown_reference", 20},
    [STATUS_AMBIGUOUS_REFERENCE] = {"ambiguous_reference", 21},
    [STATUS_EXPIRED] = {"expired", 22},
    [STATUS_UNSUPPORTED_MEDIA] = {"unsupported_media", 23},
    [STATUS_BUSY] = {"busy", 24},
    [STATUS_INTERNAL] = {"internal", 25},
    [STATUS_ALREADY_DONE] = {"already_done", 26},
    [STATUS_SOURCE_DISABLED] = {"source_disabled", 27},
    [STATUS_REVOKED] = {"revoked", 28},
    [STATUS_MEDIATION_FORBIDDEN] = {"mediation_forbidden", 29},
    [STATUS_FULL] = {"full", 24},
    [STATUS_CLOSED] = {"closed", 11},
    [STATUS_AGAIN] = {"again", 24},
};

const char *status_name(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? rows[status].name : "unknown";
}

int status_wire_error(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? rows[status].wire_error : 25;
}
