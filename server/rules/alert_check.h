/*
 * alert_check: is an injected message complete and plausible, and what does it mean for what is
 * already there? Pure; the chain rules are those of OASIS CAP 1.2 §3.2.1 (`references`).
 */
#ifndef RULES_ALERT_CHECK_H
#define RULES_ALERT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire_schema.h"

/* STATUS_INVALID_FIELD or STATUS_EXPIRED: *field names what is wrong (static text). */
MUST_USE enum status alert_check_message(const struct wire_alert_inject *message, int64_t now_ms,
                                         const char **field);

/* What the store knows about the things a message names. */
struct alert_situation {
    bool identifier_known; /* this source used this identifier before */
    bool same_content;     /* … with exactly this content */
    bool place_known;      /* within the source's station */
    uint32_t references_current; /* how many different current messages the references name */
    uint64_t open_same_target;   /* an open alert for the same person and kind within 24 h, or 0 */
};

enum alert_decision {
    ALERT_DECIDE_NEW = 1,
    ALERT_DECIDE_REPEAT, /* the first answer is given again */
    ALERT_DECIDE_MERGE,  /* joins open_same_target as an update of it */
    ALERT_DECIDE_UPDATE, /* of the one referenced */
    ALERT_DECIDE_CANCEL, /* of the one referenced */
};

/* STATUS_KEY_REUSED, STATUS_UNKNOWN_PLACE, STATUS_UNKNOWN_REFERENCE, STATUS_AMBIGUOUS_REFERENCE. */
MUST_USE enum status alert_decide(const struct wire_alert_inject *message,
                                  const struct alert_situation *situation,
                                  enum alert_decision *decision);

/* Whether residents may hear of it: exercises and tests never reach them by themselves. */
bool alert_reaches_residents(enum wire_alert_status status);
/* Whether the hall gets a public notice: `low` is a word to the person alone. */
bool alert_has_notice(enum wire_alert_status status, enum wire_alert_level level);

#endif
