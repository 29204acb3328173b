/* Who sees which field of a fraud alert: markers in every field, every audience searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/alert_audience.h"
#include "wire/wire.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})

static struct alert_record marked_record(void)
{
    return (struct alert_record){
        .id = 4711,
        .no = TEXT("M-NUMBER"),
        .state = WIRE_ALERT_STATE_ACKNOWLEDGED,
        .state_version = 2,
        .level = WIRE_ALERT_LEVEL_CRITICAL,
        .scam_type = WIRE_SCAM_TYPE_REFUND,
        .created_at = 1000,
        .expires_at = 2000,
        .claimed_by = 99,
        .claimed_by_name = TEXT("M-CLAIMER"),
        .community_name = TEXT("M-COMMUNITY"),
        .building = TEXT("M-BUILDING"),
        .unit = TEXT("M-UNIT"),
        .door = TEXT("M-DOOR"),
        .target_name = TEXT("欧阳M-NAME"),
        .target_phone = TEXT("M-PHONE"),
        .situation = TEXT("M-SITUATION"),
        .amount_range = TEXT("M-AMOUNT"),
        .source_name = TEXT("M-SOURCE"),
        .identifier = TEXT("M-IDENTIFIER"),
        .features = {WIRE_SCAM_FEATURE_SECRECY, WIRE_SCAM_FEATURE_SAFE_ACCOUNT},
        .feature_count = 2,
    };
}

/* The bytes that would go out on the wire to this audience. */
static void encode(enum wire_alert_audience audience, bool is_claimer, struct wire_buffer *out)
{
    struct arena arena = {0};
    struct alert_record record = marked_record();
    struct wire_alert_pushed pushed = {0};
    alert_project(&record, audience, is_claimer, &arena, &pushed.alert);
    assert_int_equal(wire_encode(WIRE_ALERT_PUSHED, 0, &pushed, out), STATUS_OK);
    arena_clear(&arena);
}

/* Marker × audience, written from the domain rules and not from the code:
 * t target, v volunteers, V volunteer who took it, r responders, o officers. */
static const struct {
    const char *marker;
    const char *seen_by;
} matrix[] = {
    {"M-NUMBER", "vVro"},      {"M-COMMUNITY", "tvVro"}, {"M-BUILDING", "tvVro"},
    {"M-UNIT", "tvVro"},       {"M-DOOR", "tVro"},       {"M-NAME", "tro"},
    {"M-PHONE", "tro"},        {"M-SITUATION", "ro"},    {"M-AMOUNT", "to"},
    {"M-SOURCE", "o"},         {"M-IDENTIFIER", "o"},    {"M-CLAIMER", "vVro"},
    {"欧阳某", "vV"},
};

static const struct {
    char letter;
    enum wire_alert_audience audience;
    bool is_claimer;
} viewers[] = {
    {'p', WIRE_ALERT_AUDIENCE_PUBLIC, false},     {'t', WIRE_ALERT_AUDIENCE_TARGET, false},
    {'v', WIRE_ALERT_AUDIENCE_VOLUNTEERS, false}, {'V', WIRE_ALERT_AUDIENCE_VOLUNTEERS, true},
    {'r', WIRE_ALERT_AUDIENCE_RESPONDERS, false}, {'o', WIRE_ALERT_AUDIENCE_OFFICERS, false},
};

static void every_audience_sees_its_fields_and_no_others(void **state)
{
    (void)state;
    for (size_t v = 0; v < ARRAY_LEN(viewers); v++) {
        struct wire_buffer bytes = {0};
        encode(viewers[v].audience, viewers[v].is_claimer, &bytes);
        for (size_t m = 0; m < ARRAY_LEN(matrix); m++) {
            bool expected = strchr(matrix[m].seen_by, viewers[v].letter) != NULL;
            bool found =
                memmem(bytes.data, bytes.len, matrix[m].marker, strlen(matrix[m].marker)) != NULL;
            if (found != expected)
                fail_msg("%s for '%c': expected %d", matrix[m].marker, viewers[v].letter, expected);
        }
        wire_buffer_deinit(&bytes);
    }
}

static void what_she_says_herself_is_for_her_and_those_who_have_the_order(void **state)
{
    (void)state;
    for (size_t v = 0; v < ARRAY_LEN(viewers); v++) {
        struct arena arena = {0};
        struct wire_alert_view view;
        struct alert_record record = marked_record();
        alert_project(&record, viewers[v].audience, false, &arena, &view);
        assert_false(view.has_target_answer); /* she has said nothing */
        record.target_answer = WIRE_TARGET_ANSWER_ALREADY_PAID;
        record.target_answered_at = 1700000000000;
        alert_project(&record, viewers[v].audience, false, &arena, &view);
        assert_int_equal(view.has_target_answer, viewers[v].letter != 'p');
        assert_int_equal(view.has_target_answered_at, viewers[v].letter != 'p');
        arena_clear(&arena);
    }
}

static void a_common_surname_is_one_character(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct wire_text masked = alert_mask_name(TEXT("王桂兰"), &arena);
    assert_int_equal(masked.len, strlen("王某"));
    assert_memory_equal(masked.data, "王某", masked.len);
    masked = alert_mask_name(TEXT("欧"), &arena);
    assert_memory_equal(masked.data, "欧某", masked.len);
    assert_int_equal(alert_mask_name(TEXT(""), &arena).len, 0);
    arena_clear(&arena);
}

static void nobody_gets_an_order_for_being_a_resident(void **state)
{
    (void)state;
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_RESIDENT), 0);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_SYSADMIN), 0);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_AUDITOR), 0);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_MEDIATOR), 0);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_UNIT_LEADER),
                     WIRE_ALERT_AUDIENCE_VOLUNTEERS);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_GRID_WORKER),
                     WIRE_ALERT_AUDIENCE_RESPONDERS);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_GRID_CHIEF),
                     WIRE_ALERT_AUDIENCE_RESPONDERS);
    assert_int_equal(alert_audience_of_role(WIRE_ROLE_OFFICER), WIRE_ALERT_AUDIENCE_OFFICERS);
}

static void the_lower_the_level_the_fewer_are_called(void **state)
{
    (void)state;
    const struct {
        enum wire_role role;
        const char *levels; /* critical, high, medium, low */
    } rows[] = {
        {WIRE_ROLE_OFFICER, "yyy-"},    {WIRE_ROLE_GRID_WORKER, "yyy-"},
        {WIRE_ROLE_AUXILIARY, "yy--"},  {WIRE_ROLE_UNIT_LEADER, "yy--"},
        {WIRE_ROLE_DISPATCHER, "yy--"}, {WIRE_ROLE_STATION_LEADER, "----"},
        {WIRE_ROLE_VOLUNTEER, "----"},  {WIRE_ROLE_RESIDENT, "----"},
        {WIRE_ROLE_SYSADMIN, "----"},   {WIRE_ROLE_AUDITOR, "----"},
        {WIRE_ROLE_GRID_CHIEF, "yyy-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int level = WIRE_ALERT_LEVEL_CRITICAL; level <= WIRE_ALERT_LEVEL_LOW; level++)
            assert_int_equal(alert_is_addressed(rows[i].role, (enum wire_alert_level)level),
                             rows[i].levels[level - 1] == 'y');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_audience_sees_its_fields_and_no_others),
        cmocka_unit_test(what_she_says_herself_is_for_her_and_those_who_have_the_order),
        cmocka_unit_test(a_common_surname_is_one_character),
        cmocka_unit_test(nobody_gets_an_order_for_being_a_resident),
        cmocka_unit_test(the_lower_the_level_the_fewer_are_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
