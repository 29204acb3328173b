#include "ops/command_table.h"

#include <assert.h>

#include "ops/alert/alert_scope.h"
#include "ops/dispute/dispute_scope.h"
#include "ops/operations.h"
#include "ops/person/person_scope.h"
#include "ops/scope.h"

/* Speaking for the office needs a permission of its own. */
static enum permission also_official(const void *body)
{
    const struct wire_message_post *post = body;
    return post->has_official && post->official ? PERM_HALL_POST_OFFICIAL : PERM_NONE;
}

/* operation, permission, cost, scope, handler, further permission */
static const struct command command_table[] = {
    {WIRE_HELLO, PERM_LOGGED_IN, 5, NULL, op_hello, NULL},
    {WIRE_PING, PERM_LOGGED_IN, 1, NULL, op_ping, NULL},

    {WIRE_LOGIN_CODE, PERM_ANYONE, 20, NULL, op_login_code, NULL},
    {WIRE_LOGIN_PHONE, PERM_ANYONE, 20, NULL, op_login_phone, NULL},
    {WIRE_LOGIN_STAFF, PERM_ANYONE, 20, NULL, op_login_staff, NULL},
    {WIRE_LOGIN_TICKET, PERM_LOGGED_IN, 5, NULL, op_login_ticket, NULL},
    {WIRE_LOGIN_END, PERM_LOGGED_IN, 5, NULL, op_login_end, NULL},

    {WIRE_ROOM_RESUME, PERM_HALL_READ, 5, scope_room, op_room_resume, NULL},
    {WIRE_ROOM_READ, PERM_HALL_READ, 1, scope_room, op_room_read, NULL},

    {WIRE_MESSAGE_POST, PERM_HALL_POST, 3, scope_room, op_message_post, also_official},
    {WIRE_MESSAGE_RECALL, PERM_MESSAGE_RECALL, 5, scope_room_own, op_message_recall, NULL},
    {WIRE_MESSAGE_HIDE, PERM_MESSAGE_HIDE, 5, scope_room, op_message_hide, NULL},
    {WIRE_MESSAGE_HISTORY, PERM_HALL_READ, 2, scope_room, op_message_history, NULL},
    {WIRE_MESSAGE_SEARCH, PERM_LOGGED_IN, 10, NULL, op_message_search, NULL},
    {WIRE_REVOKED_ACK, PERM_LOGGED_IN, 1, NULL, op_revoked_ack, NULL},

    {WIRE_MEMBER_MUTE, PERM_MEMBER_MUTE, 5, scope_room_member, op_member_mute, NULL},

    {WIRE_ACCOUNT_RENAME, PERM_LOGGED_IN, 20, NULL, op_account_rename, NULL},
    {WIRE_ACCOUNT_DEVICES, PERM_LOGGED_IN, 5, NULL, op_account_devices, NULL},
    {WIRE_ACCOUNT_LOGOUT, PERM_LOGGED_IN, 5, NULL, op_account_logout, NULL},
    {WIRE_ACCOUNT_ACCESS_LOG, PERM_LOGGED_IN, 5, NULL, op_account_access_log, NULL},
    {WIRE_ACCOUNT_FIND, PERM_ACCOUNT_FIND, 10, scope_hers, op_account_find, NULL},
    {WIRE_ACCOUNT_READ, PERM_ACCOUNT_READ, 5, scope_account_read, op_account_read, NULL},
    {WIRE_ACCOUNT_EXPORT, PERM_LOGGED_IN, 5, NULL, op_account_export, NULL},
    {WIRE_ADDRESS_VERIFY, PERM_ADDRESS_VERIFY, 5, scope_address, op_address_verify, NULL},

    {WIRE_ALERT_INJECT, PERM_FRAUD_INJECT, 5, NULL, op_alert_inject, NULL},
    {WIRE_ALERT_ACK, PERM_FRAUD_ACK, 2, alert_scope, op_alert_ack, NULL},
    {WIRE_ALERT_UNCLAIM, PERM_FRAUD_ACK, 2, alert_scope, op_alert_unclaim, NULL},
    {WIRE_ALERT_CANCEL, PERM_FRAUD_CANCEL, 5, alert_scope, op_alert_cancel, NULL},
    {WIRE_ALERT_ANSWER, PERM_FRAUD_ANSWER, 5, alert_scope, op_alert_answer, NULL},
    {WIRE_ALERT_RECEIPTS, PERM_LOGGED_IN, 1, NULL, op_alert_receipts, NULL},
    {WIRE_ALERT_LIST, PERM_LOGGED_IN, 3, NULL, op_alert_list, NULL},
    {WIRE_ALERT_REACH, PERM_FRAUD_READ_RESTRICTED, 3, alert_scope, op_alert_reach, NULL},

    {WIRE_WORK_LIST, PERM_WORK_READ, 5, scope_hers, op_work_list, NULL},
    {WIRE_WORK_COUNTS, PERM_WORK_READ, 10, scope_hers, op_work_counts, NULL},
    {WIRE_WORK_WATCH, PERM_WORK_READ, 2, scope_hers, op_work_watch, NULL},

    {WIRE_PERSON_REPORT, PERM_PERSON_REPORT, 20, person_report_scope, op_person_report, NULL},
    {WIRE_PERSON_ACTIVATE, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_activate, NULL},
    {WIRE_PERSON_REJECT, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_reject, NULL},
    {WIRE_PERSON_OBJECT, PERM_PERSON_SIGHTING, 20, person_card_scope, op_person_object, NULL},
    {WIRE_PERSON_RESUME, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_resume, NULL},
    {WIRE_PERSON_LOCATED, PERM_PERSON_LOCATED, 5, person_scope, op_person_located, NULL},
    {WIRE_PERSON_REUNITED, PERM_PERSON_REUNITED, 5, person_scope, op_person_reunited, NULL},
    {WIRE_PERSON_NOT_SAME, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_not_same, NULL},
    {WIRE_PERSON_CLOSE, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_close, NULL},
    {WIRE_PERSON_CANCEL, PERM_PERSON_ACTIVATE, 5, person_scope, op_person_cancel, NULL},
    {WIRE_PERSON_WIDEN, PERM_PERSON_WIDEN, 5, person_scope, op_person_widen, NULL},
    {WIRE_PERSON_SIGHTING, PERM_PERSON_SIGHTING, 10, person_card_scope, op_person_sighting, NULL},
    {WIRE_PERSON_SIGHTING_MARK, PERM_PERSON_LOCATED, 2, person_scope, op_person_sighting_mark,
     NULL},
    {WIRE_PERSON_LIST, PERM_LOGGED_IN, 3, NULL, op_person_list, NULL},
    {WIRE_PERSON_READ, PERM_PERSON_READ_SIGHTINGS, 3, person_scope, op_person_read, NULL},
    {WIRE_PERSON_REACH, PERM_PERSON_ACTIVATE, 3, person_scope, op_person_reach, NULL},

    {WIRE_DISPUTE_SUBMIT, PERM_DISPUTE_SUBMIT, 20, dispute_scope_submit,
     op_dispute_submit, dispute_also_convert},
    {WIRE_DISPUTE_MERGE, PERM_DISPUTE_MERGE, 5, dispute_scope, op_dispute_merge, NULL},
    {WIRE_DISPUTE_REJECT, PERM_DISPUTE_REJECT, 5, dispute_scope, op_dispute_reject, NULL},
    {WIRE_DISPUTE_REFER, PERM_DISPUTE_REFER, 5, dispute_scope, op_dispute_refer, NULL},
    {WIRE_DISPUTE_CLASSIFY, PERM_DISPUTE_ACCEPT, 5, dispute_scope, op_dispute_classify, NULL},
    {WIRE_DISPUTE_ACCEPT, PERM_DISPUTE_ACCEPT, 5, dispute_scope, op_dispute_accept, NULL},
    {WIRE_DISPUTE_ASSIGN, PERM_DISPUTE_ASSIGN, 5, dispute_scope, op_dispute_assign, NULL},
    {WIRE_DISPUTE_START, PERM_SESSION_OPEN, 5, dispute_scope, op_dispute_start, NULL},
    {WIRE_DISPUTE_PAUSE, PERM_DISPUTE_PAUSE, 5, dispute_scope, op_dispute_pause, NULL},
    {WIRE_DISPUTE_RESUME, PERM_DISPUTE_PAUSE, 5, dispute_scope, op_dispute_resume, NULL},
    {WIRE_DISPUTE_SETTLE_ON_SCENE, PERM_DISPUTE_SETTLE_ON_SCENE, 5, dispute_scope,
     op_dispute_settle_on_scene, NULL},
    {WIRE_DISPUTE_UNSETTLE, PERM_DISPUTE_UNSETTLE, 5, dispute_scope, op_dispute_unsettle, NULL},
    {WIRE_DISPUTE_TRACK, PERM_DISPUTE_TRACK, 5, dispute_scope, op_dispute_track, NULL},
    {WIRE_DISPUTE_WITHDRAW, PERM_DISPUTE_WITHDRAW, 5, dispute_scope, op_dispute_withdraw, NULL},
    {WIRE_DISPUTE_REOPEN, PERM_DISPUTE_REOPEN, 5, dispute_scope, op_dispute_reopen, NULL},
    {WIRE_DISPUTE_RAISE, PERM_DISPUTE_RAISE_COLOUR, 5, dispute_scope, op_dispute_raise, NULL},
    {WIRE_DISPUTE_LOWER, PERM_DISPUTE_LOWER_COLOUR, 5, dispute_scope_two, op_dispute_lower, NULL},
    {WIRE_DISPUTE_APPROVE, PERM_DISPUTE_LOWER_COLOUR, 5, dispute_scope_two,
     op_dispute_approve, NULL},
    {WIRE_DISPUTE_ADD, PERM_DISPUTE_ADD, 10, dispute_scope, op_dispute_add, NULL},
    {WIRE_DISPUTE_NOTE, PERM_DISPUTE_NOTE, 5, dispute_scope, op_dispute_note, NULL},
    {WIRE_DISPUTE_MINE, PERM_LOGGED_IN, 3, NULL, op_dispute_mine, NULL},
    {WIRE_DISPUTE_READ, PERM_DISPUTE_READ, 5, dispute_scope_read, op_dispute_read, NULL},
    {WIRE_DISPUTE_ASSIGNABLE, PERM_DISPUTE_ASSIGN, 3, dispute_scope, op_dispute_assignable, NULL},
    {WIRE_DISPUTE_ALIKE, PERM_DISPUTE_MERGE, 3, dispute_scope, op_dispute_alike, NULL},

    /* Whoever may report something there may say where. */
    {WIRE_PLACE_LIST, PERM_PERSON_REPORT, 2, person_report_scope, op_place_list, NULL},

    {WIRE_AUDIT_LIST, PERM_AUDIT_READ, 10, scope_hers, op_audit_list, NULL},
    {WIRE_AUDIT_VERIFY, PERM_AUDIT_VERIFY, 1, scope_hers, op_audit_verify, NULL},

    {WIRE_NOTICE_FEED, PERM_ANYONE, 5, NULL, op_notice_feed, NULL},
    {WIRE_INVITE_READ, PERM_ANYONE, 5, NULL, op_invite_read, NULL},
    {WIRE_NOTICE_READ, PERM_ANYONE, 3, NULL, op_notice_read, NULL},

    {WIRE_MEDIA_ADD, PERM_LOGGED_IN, 20, NULL, op_media_add, NULL},
    {WIRE_MEDIA_READ, PERM_LOGGED_IN, 1, NULL, op_media_read, NULL},
    {WIRE_VOICE_ADD, PERM_LOGGED_IN, 20, NULL, op_voice_add, NULL},
    {WIRE_VOICE_READ, PERM_LOGGED_IN, 1, NULL, op_voice_read, NULL},
};
static_assert(ARRAY_LEN(command_table) == WIRE_REQUEST_COUNT, "one row per operation");

const struct command *command_find(enum wire_operation code)
{
    static const struct command *by_code[WIRE_CODE_MAX + 1];
    if (by_code[WIRE_HELLO] == NULL)
        for (size_t i = 0; i < ARRAY_LEN(command_table); i++)
            by_code[command_table[i].code] = &command_table[i];
    return (unsigned)code <= WIRE_CODE_MAX ? by_code[code] : NULL;
}

unsigned command_count(void)
{
    return ARRAY_LEN(command_table);
}

const struct command *command_at(unsigned index)
{
    return &command_table[index];
}
