/* What an injected message must hold, and what it means for what is already there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/alert_check.h"
#include "rules/alert_flow.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})
#define NOW 1700000000000LL

static struct wire_alert_inject good_alert(void)
{
    return (struct wire_alert_inject){
        .identifier = TEXT("A-1"),
        .sender = TEXT("fzzx"),
        .sent = NOW - 1000,
        .msg_type = WIRE_ALERT_MSG_TYPE_ALERT,
        .status = WIRE_ALERT_STATUS_ACTUAL,
        .has_level = true,
        .level = WIRE_ALERT_LEVEL_CRITICAL,
        .has_scam_type = true,
        .scam_type = WIRE_SCAM_TYPE_REFUND,
        .has_target = true,
        .target = {.community_code = TEXT("LY")},
    };
}

static struct wire_alert_reference one_reference[] = {{{"fzzx", 4}, {"A-0", 3}, NOW - 5000}};

static struct wire_alert_inject good_update(void)
{
    struct wire_alert_inject message = good_alert();
    message.msg_type = WIRE_ALERT_MSG_TYPE_UPDATE;
    message.has_target = false;
    message.has_references = true;
    message.references.count = 1;
    message.references.items = one_reference;
    return message;
}

static void expect_refused(const struct wire_alert_inject *message, enum status expected,
                           const char *expected_field)
{
    const char *field = "";
    assert_int_equal(alert_check_message(message, NOW, &field), expected);
    assert_string_equal(field, expected_field);
}

static void complete_messages_are_accepted(void **state)
{
    (void)state;
    const char *field = NULL;
    struct wire_alert_inject alert = good_alert();
    struct wire_alert_inject update = good_update();
    assert_int_equal(alert_check_message(&alert, NOW, &field), STATUS_OK);
    assert_int_equal(alert_check_message(&update, NOW, &field), STATUS_OK);
}

static void every_missing_part_is_named(void **state)
{
    (void)state;
    struct wire_alert_inject m = good_alert();
    m.identifier.len = 0;
    expect_refused(&m, STATUS_INVALID_FIELD, "identifier");
    m = good_alert();
    m.sender.len = 0;
    expect_refused(&m, STATUS_INVALID_FIELD, "sender");
    m = good_alert();
    m.has_level = false;
    expect_refused(&m, STATUS_INVALID_FIELD, "level");
    m = good_alert();
    m.has_scam_type = false;
    expect_refused(&m, STATUS_INVALID_FIELD, "scam_type");
    m = good_alert();
    m.has_target = false;
    expect_refused(&m, STATUS_INVALID_FIELD, "target");
    m = good_alert();
    m.target.community_code.len = 0;
    expect_refused(&m, STATUS_INVALID_FIELD, "target.community_code");
    m = good_alert();
    m.target.has_unit_code = true;
    expect_refused(&m, STATUS_INVALID_FIELD, "target.building_code");
    m = good_update();
    m.has_references = false;
    expect_refused(&m, STATUS_INVALID_FIELD, "references");
    m = good_alert();
    m.has_references = true;
    m.references.count = 1;
    m.references.items = one_reference;
    expect_refused(&m, STATUS_INVALID_FIELD, "references");
}

static void times_outside_their_bounds_are_refused(void **state)
{
    (void)state;
    struct wire_alert_inject m = good_alert();
    m.sent = NOW + 11 * 60000;
    expect_refused(&m, STATUS_INVALID_FIELD, "sent");
    m = good_alert();
    m.has_expires = true;
    m.expires = NOW;
    expect_refused(&m, STATUS_EXPIRED, "expires");
    m.expires = NOW + ALERT_EXPIRY_MAX_MS + 1;
    expect_refused(&m, STATUS_INVALID_FIELD, "expires");
    m.expires = NOW + ALERT_EXPIRY_MAX_MS;
    const char *field = NULL;
    assert_int_equal(alert_check_message(&m, NOW, &field), STATUS_OK);
}

static void the_decision_follows_from_what_is_known(void **state)
{
    (void)state;
    const struct wire_alert_inject alert = good_alert();
    const struct wire_alert_inject update = good_update();
    struct wire_alert_inject cancel = good_update();
    cancel.msg_type = WIRE_ALERT_MSG_TYPE_CANCEL;
    const struct {
        const struct wire_alert_inject *message;
        struct alert_situation situation;
        enum status status;
        enum alert_decision decision;
    } rows[] = {
        {&alert, {.place_known = true}, STATUS_OK, ALERT_DECIDE_NEW},
        {&alert, {.place_known = false}, STATUS_UNKNOWN_PLACE, 0},
        {&alert, {.place_known = true, .open_same_target = 5}, STATUS_OK, ALERT_DECIDE_MERGE},
        {&alert, {.identifier_known = true, .same_content = true}, STATUS_OK, ALERT_DECIDE_REPEAT},
        {&alert, {.identifier_known = true, .place_known = true}, STATUS_KEY_REUSED, 0},
        {&update, {.references_current = 1}, STATUS_OK, ALERT_DECIDE_UPDATE},
        {&cancel, {.references_current = 1}, STATUS_OK, ALERT_DECIDE_CANCEL},
        {&update, {.references_current = 0}, STATUS_UNKNOWN_REFERENCE, 0},
        {&cancel, {.references_current = 2}, STATUS_AMBIGUOUS_REFERENCE, 0},
        {&cancel, {.identifier_known = true, .same_content = true}, STATUS_OK, ALERT_DECIDE_REPEAT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum alert_decision decision = 0;
        assert_int_equal(alert_decide(rows[i].message, &rows[i].situation, &decision),
                         rows[i].status);
        assert_int_equal(decision, rows[i].decision);
    }
}

static void only_what_is_real_reaches_residents(void **state)
{
    (void)state;
    assert_true(alert_has_notice(WIRE_ALERT_STATUS_ACTUAL, WIRE_ALERT_LEVEL_MEDIUM));
    assert_false(alert_has_notice(WIRE_ALERT_STATUS_ACTUAL, WIRE_ALERT_LEVEL_LOW));
    assert_false(alert_has_notice(WIRE_ALERT_STATUS_EXERCISE, WIRE_ALERT_LEVEL_CRITICAL));
    assert_false(alert_reaches_residents(WIRE_ALERT_STATUS_TEST));
    assert_false(alert_reaches_residents(WIRE_ALERT_STATUS_SYSTEM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complete_messages_are_accepted),
        cmocka_unit_test(every_missing_part_is_named),
        cmocka_unit_test(times_outside_their_bounds_are_refused),
        cmocka_unit_test(the_decision_follows_from_what_is_known),
        cmocka_unit_test(only_what_is_real_reaches_residents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
