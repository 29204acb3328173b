/* The colour rules, one row per reason of the domain's table, just below and at each threshold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/dispute_colour.h"

#define BLUE   WIRE_DISPUTE_COLOUR_BLUE
#define YELLOW WIRE_DISPUTE_COLOUR_YELLOW
#define RED    WIRE_DISPUTE_COLOUR_RED

static enum wire_dispute_colour colour_of(const struct dispute_weight *weight)
{
    return dispute_colour_of(dispute_colour_reasons(weight), weight->grade);
}

static const struct {
    struct dispute_weight weight;
    enum wire_dispute_colour colour;
} cases[] = {
    {{0}, BLUE},
    {{.grade = WIRE_DISPUTE_GRADE_GENERAL}, BLUE},
    {{.grade = WIRE_DISPUTE_GRADE_LARGER}, YELLOW},
    {{.grade = WIRE_DISPUTE_GRADE_MAJOR}, RED},
    {{.grade = WIRE_DISPUTE_GRADE_EXTRA_MAJOR}, RED},
    {{.people_count = 4}, BLUE},
    {{.people_count = 5}, YELLOW},
    {{.people_count = 9}, YELLOW},
    {{.people_count = 10}, RED},
    {{.claim_yuan = 19999}, BLUE},
    {{.claim_yuan = 20000}, YELLOW},
    {{.claim_yuan = 199999}, YELLOW},
    {{.claim_yuan = 200000}, RED},
    {{.failed_sessions = 1}, BLUE},
    {{.failed_sessions = 2}, YELLOW},
    {{.failed_sessions = 3}, RED},
    {{.earlier_count = 1}, BLUE},
    {{.earlier_count = 2}, YELLOW},
    {{.earlier_count = 3}, RED},
    {{.people_count = 3}, BLUE},
    {{.people_count = 3, .subclass = WIRE_DISPUTE_SUBCLASS_WAGES}, YELLOW},
    {{.people_count = 2, .subclass = WIRE_DISPUTE_SUBCLASS_WAGES}, BLUE},
    {{.signs = DISPUTE_SIGN(THREAT)}, YELLOW},
    {{.signs = DISPUTE_SIGN(VULNERABLE_PARTY)}, YELLOW},
    {{.signs = DISPUTE_SIGN(WEAPON)}, RED},
    {{.signs = DISPUTE_SIGN(FUEL)}, RED},
    {{.signs = DISPUTE_SIGN(SELF_HARM)}, RED},
    {{.signs = DISPUTE_SIGN(KILLING_WORDS)}, RED},
    {{.signs = DISPUTE_SIGN(ACCESS_BLOCKED)}, RED},
    {{.signs = DISPUTE_SIGN(SERIOUS_INJURY)}, RED},
    {{.signs = DISPUTE_SIGN(VIOLENCE_NOW)}, RED},
    {{.signs = DISPUTE_SIGN(SPREADING)}, RED},
    {{.lasting = DISPUTE_REASON(SETTLE_TARGET_MISSED)}, YELLOW},
    {{.lasting = DISPUTE_REASON(SETTLE_TARGET_MISSED_TWICE)}, RED},
    {{.lasting = DISPUTE_REASON(FIRST_RESPONSE_MISSED)}, YELLOW},
    {{.lasting = DISPUTE_REASON(ACCEPT_BY_MISSED)}, YELLOW},
};

static void every_reason_has_its_colour_and_its_threshold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (colour_of(&cases[i].weight) != cases[i].colour)
            fail_msg("case %zu: colour %d", i, colour_of(&cases[i].weight));
}

static void what_no_longer_holds_is_no_reason_any_more_but_a_missed_time_is(void **state)
{
    (void)state;
    const struct dispute_weight weight = {.lasting = DISPUTE_REASON(PEOPLE_10) |
                                                     DISPUTE_REASON(ACCEPT_BY_MISSED)};
    assert_int_equal(dispute_colour_reasons(&weight), DISPUTE_REASON(ACCEPT_BY_MISSED));
}

static dispute_signs signs_of(const char *text)
{
    return dispute_signs_of_text((struct wire_text){text, (uint32_t)strlen(text)});
}

static void words_of_danger_are_seen_and_noodles_are_not(void **state)
{
    (void)state;
    assert_int_equal(signs_of("他说要放火，还拿刀"), DISPUTE_SIGN(FUEL) | DISPUTE_SIGN(WEAPON));
    assert_int_equal(signs_of("再吵就同归于尽"), DISPUTE_SIGN(KILLING_WORDS));
    assert_int_equal(signs_of("楼上正在打"), DISPUTE_SIGN(VIOLENCE_NOW));
    assert_int_equal(signs_of("楼下刀削面馆油烟太大"), 0);
    assert_int_equal(signs_of(""), 0);
}

static void a_kind_has_its_class(void **state)
{
    (void)state;
    assert_int_equal(dispute_class_of(WIRE_DISPUTE_SUBCLASS_WAGES), WIRE_DISPUTE_CLASS_LABOUR);
    assert_int_equal(dispute_class_of(WIRE_DISPUTE_SUBCLASS_NEIGHBOUR_NOISE),
                     WIRE_DISPUTE_CLASS_PUBLIC_ORDER);
    assert_int_equal(dispute_class_of(WIRE_DISPUTE_SUBCLASS_ACCIDENT), WIRE_DISPUTE_CLASS_SAFETY);
    assert_int_equal(dispute_class_of(WIRE_DISPUTE_SUBCLASS_DEBT), WIRE_DISPUTE_CLASS_OTHER);
    assert_int_equal(dispute_class_of(0), WIRE_DISPUTE_CLASS_OTHER);
    assert_int_equal(dispute_grade_of(RED), WIRE_DISPUTE_GRADE_MAJOR);
    assert_int_equal(dispute_colour_above(YELLOW), RED);
    assert_int_equal(dispute_colour_above(RED), RED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_its_colour_and_its_threshold),
        cmocka_unit_test(what_no_longer_holds_is_no_reason_any_more_but_a_missed_time_is),
        cmocka_unit_test(words_of_danger_are_seen_and_noodles_are_not),
        cmocka_unit_test(a_kind_has_its_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
