#include "rules/alert_check.h"

#include <stddef.h>

#include "rules/alert_flow.h"

/* `sent` may be off by what clocks and queues of a source are off. */
#define SENT_AHEAD_MAX_MS (10LL * 60 * 1000)

static enum status invalid(const char **field, const char *name)
{
    *field = name;
    return STATUS_INVALID_FIELD;
}

static enum status check_new(const struct wire_alert_inject *message, const char **field)
{
    if (!message->has_level)
        return invalid(field, "level");
    if (!message->has_scam_type)
        return invalid(field, "scam_type");
    if (!message->has_target)
        return invalid(field, "target");
    if (message->target.community_code.len == 0)
        return invalid(field, "target.community_code");
    if (message->target.has_unit_code && !message->target.has_building_code)
        return invalid(field, "target.building_code");
    return STATUS_OK;
}

enum status alert_check_message(const struct wire_alert_inject *message, int64_t now_ms,
                                const char **field)
{
    if (message->identifier.len == 0)
        return invalid(field, "identifier");
    if (message->sender.len == 0)
        return invalid(field, "sender");
    if (message->sent > now_ms + SENT_AHEAD_MAX_MS || message->sent <= 0)
        return invalid(field, "sent");
    if (message->has_expires) {
        if (message->expires <= now_ms) {
            *field = "expires";
            return STATUS_EXPIRED;
        }
        if (message->expires > now_ms + ALERT_EXPIRY_MAX_MS)
            return invalid(field, "expires");
    }
    if (message->msg_type == WIRE_ALERT_MSG_TYPE_ALERT) {
        if (message->has_references && message->references.count > 0)
            return invalid(field, "references");
        return check_new(message, field);
    }
    if (!message->has_references || message->references.count == 0)
        return invalid(field, "references");
    return STATUS_OK;
}

enum status alert_decide(const struct wire_alert_inject *message,
                         const struct alert_situation *situation, enum alert_decision *decision)
{
    if (situation->identifier_known) {
        if (!situation->same_content)
            return STATUS_KEY_REUSED;
        *decision = ALERT_DECIDE_REPEAT;
        return STATUS_OK;
    }
    if (message->msg_type == WIRE_ALERT_MSG_TYPE_ALERT) {
        if (!situation->place_known)
            return STATUS_UNKNOWN_PLACE;
        *decision = situation->open_same_target != 0 ? ALERT_DECIDE_MERGE : ALERT_DECIDE_NEW;
        return STATUS_OK;
    }
    if (situation->references_current == 0)
        return STATUS_UNKNOWN_REFERENCE;
    if (situation->references_current > 1)
        return STATUS_AMBIGUOUS_REFERENCE;
    *decision = message->msg_type == WIRE_ALERT_MSG_TYPE_CANCEL ? ALERT_DECIDE_CANCEL
                                                                : ALERT_DECIDE_UPDATE;
    return STATUS_OK;
}

bool alert_reaches_residents(enum wire_alert_status status)
{
    return status == WIRE_ALERT_STATUS_ACTUAL;
}

bool alert_has_notice(enum wire_alert_status status, enum wire_alert_level level)
{
    return alert_reaches_residents(status) && level != WIRE_ALERT_LEVEL_LOW;
}
