/* Who sees which field of a search, in which phase: markers in every field, every audience
 * searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/person_audience.h"
#include "wire/wire.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})

static struct person_record marked_record(enum wire_person_state state)
{
    struct person_record record = {
        .id = 4711,
        .no = TEXT("M-NUMBER"),
        .state = state,
        .state_version = 3,
        .created_at = 1000,
        .updated_at = 2000,
        .community_id = 20,
        .community_name = TEXT("M-COMMUNITY"),
        .ring = WIRE_PERSON_RING_STATION,
        .risk_class = WIRE_PERSON_RISK_CLASS_HIGH,
        .due_at = 3000,
        .has_card = true,
        .card = {.name = TEXT("M-NAME"),
                 .age_band = WIRE_AGE_BAND_FROM_3,
                 .sex = WIRE_PERSON_SEX_FEMALE,
                 .looks = TEXT("M-LOOKS"),
                 .clothes = TEXT("M-CLOTHES"),
                 .last_seen_at = 500,
                 .last_seen_place = TEXT("M-PLACE")},
        .picture_count = 1,
        .risks = {WIRE_PERSON_RISK_DEMENTIA},
        .risk_count = 1,
        .reporter_id = 99,
        .reporter_name = TEXT("M-REPORTER"),
        .reporter_phone = TEXT("M-PHONE"),
        .relation = WIRE_PERSON_RELATION_GRANDPARENT,
        .sighting_count = 5,
        .found_place = TEXT("M-FOUND"),
        .public_reason = TEXT("M-WHY"),
        .room_id = 31,
    };
    record.pictures[0] =
        (struct wire_media_view){.media_id = TEXT("M-PICTURE"), .width = 1, .height = 1};
    return record;
}

/* Marker × phase × audience, written from the domain rules and not from the code:
 * p public, f family, t team, o officers; phases: being checked, shown, hidden, ended. */
static const struct {
    const char *marker;
    const char *seen_by[4];
} matrix[] = {
    {"M-NUMBER", {"fto", "fto", "fto", "fto"}},
    {"M-COMMUNITY", {"fto", "pfto", "fto", "o"}},
    {"M-NAME", {"fto", "pfto", "fto", "o"}},
    {"M-LOOKS", {"fto", "pfto", "fto", "o"}},
    {"M-CLOTHES", {"fto", "pfto", "fto", "o"}},
    {"M-PLACE", {"fto", "pfto", "fto", "o"}},
    {"M-PICTURE", {"fo", "pfto", "o", "o"}},
    {"M-REPORTER", {"to", "to", "to", "o"}},
    {"M-PHONE", {"to", "to", "to", "o"}},
    {"M-FOUND", {"", "", "to", "o"}},
    {"M-WHY", {"", "", "", "fo"}},
};

static const enum wire_person_state phases[4][3] = {
    {WIRE_PERSON_STATE_REPORTED, WIRE_PERSON_STATE_VERIFYING, WIRE_PERSON_STATE_VERIFYING},
    {WIRE_PERSON_STATE_ACTIVE, WIRE_PERSON_STATE_ACTIVE, WIRE_PERSON_STATE_ACTIVE},
    {WIRE_PERSON_STATE_SUSPENDED, WIRE_PERSON_STATE_LOCATED, WIRE_PERSON_STATE_LOCATED},
    {WIRE_PERSON_STATE_REUNITED, WIRE_PERSON_STATE_CLOSED_OTHER, WIRE_PERSON_STATE_CANCELLED},
};
static const char letters[] = "?pfto";

static void check(enum wire_person_state state, size_t phase, int audience)
{
    struct arena arena = {0};
    struct wire_buffer bytes = {0};
    struct person_record record = marked_record(state);
    struct wire_person_pushed pushed = {0};
    person_project(&record, (enum wire_person_audience)audience, &arena, &pushed.person);
    assert_int_equal(wire_encode(WIRE_PERSON_PUSHED, 0, &pushed, &bytes), STATUS_OK);
    for (size_t m = 0; m < ARRAY_LEN(matrix); m++) {
        bool expected = strchr(matrix[m].seen_by[phase], letters[audience]) != NULL;
        bool found =
            memmem(bytes.data, bytes.len, matrix[m].marker, strlen(matrix[m].marker)) != NULL;
        if (found != expected)
            fail_msg("%s for '%c' in state %d: expected %d", matrix[m].marker, letters[audience],
                     state, expected);
    }
    bool is_public = audience == WIRE_PERSON_AUDIENCE_PUBLIC;
    assert_int_equal(pushed.person.has_risks && is_public, false);
    assert_int_equal(pushed.person.has_sighting_count && is_public, false);
    assert_int_equal(pushed.person.has_due_at,
                     audience == WIRE_PERSON_AUDIENCE_OFFICERS && phase != 3);
    wire_buffer_deinit(&bytes);
    arena_clear(&arena);
}

static void every_audience_sees_its_fields_in_every_phase_and_no_others(void **unused)
{
    (void)unused;
    for (size_t phase = 0; phase < 4; phase++)
        for (size_t s = 0; s < 3; s++)
            for (int a = WIRE_PERSON_AUDIENCE_PUBLIC; a <= WIRE_PERSON_AUDIENCE_OFFICERS; a++)
                check(phases[phase][s], phase, a);
}

static void after_its_time_nothing_of_the_person_is_left(void **unused)
{
    (void)unused;
    struct arena arena = {0};
    struct wire_person_view view;
    struct person_record record = marked_record(WIRE_PERSON_STATE_REUNITED);
    record.has_card = false;
    person_project(&record, WIRE_PERSON_AUDIENCE_OFFICERS, &arena, &view);
    assert_false(view.has_card || view.has_reporter);
    arena_clear(&arena);
}

static void who_is_called(void **unused)
{
    (void)unused;
    const struct {
        enum wire_role role;
        const char *called; /* being checked, at high risk, shown */
    } rows[] = {
        {WIRE_ROLE_OFFICER, "yyy"},     {WIRE_ROLE_DISPATCHER, "yyy"},
        {WIRE_ROLE_AUXILIARY, "-yy"},   {WIRE_ROLE_STATION_LEADER, "yyy"},
        {WIRE_ROLE_GRID_WORKER, "--y"}, {WIRE_ROLE_VOLUNTEER, "---"},
        {WIRE_ROLE_RESIDENT, "---"},    {WIRE_ROLE_AUDITOR, "---"},
        {WIRE_ROLE_SYSADMIN, "---"},    {WIRE_ROLE_GRID_CHIEF, "--y"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum wire_role role = rows[i].role;
        assert_int_equal(person_is_addressed(role, WIRE_PERSON_STATE_VERIFYING, false),
                         rows[i].called[0] == 'y');
        assert_int_equal(person_is_addressed(role, WIRE_PERSON_STATE_VERIFYING, true),
                         rows[i].called[1] == 'y');
        assert_int_equal(person_is_addressed(role, WIRE_PERSON_STATE_ACTIVE, false),
                         rows[i].called[2] == 'y');
    }
}

static void the_card_in_the_hall_names_nobody(void **unused)
{
    (void)unused;
    for (int age = WIRE_AGE_BAND_UNDER_3; age <= WIRE_AGE_BAND_FROM_75; age++)
        assert_true(person_card_text((enum wire_age_band)age).len > 0);
    assert_string_equal(person_tombstone(WIRE_PERSON_STATE_REUNITED).data, "已找到，谢谢大家");
    assert_string_not_equal(person_tombstone(WIRE_PERSON_STATE_CANCELLED).data, "已找到，谢谢大家");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_audience_sees_its_fields_in_every_phase_and_no_others),
        cmocka_unit_test(after_its_time_nothing_of_the_person_is_left),
        cmocka_unit_test(who_is_called),
        cmocka_unit_test(the_card_in_the_hall_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
