/* The legal questions: unanswered, answered, forbidding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/dispute_guard.h"

#define QUESTIONS WIRE_DISPUTE_GUARD_MAX

static struct dispute_guard_answers answered(uint32_t yes)
{
    return (struct dispute_guard_answers){((1u << (QUESTIONS + 1)) - 1) & ~1u, yes};
}

static void one_open_question_leaves_it_open(void **state)
{
    (void)state;
    struct dispute_guard_answers answers = answered(0);
    assert_true(dispute_guard_is_complete(&answers));
    for (uint32_t question = 1; question <= QUESTIONS; question++) {
        answers.answered = answered(0).answered & ~(1u << question);
        assert_false(dispute_guard_is_complete(&answers));
    }
}

static void every_yes_but_a_minor_forbids_mediation(void **state)
{
    (void)state;
    for (uint32_t question = 1; question <= QUESTIONS; question++) {
        const struct dispute_guard_answers answers = answered(1u << question);
        bool is_minor = question == WIRE_DISPUTE_GUARD_MINOR;
        assert_int_equal(dispute_guard_forbids(&answers), !is_minor);
        assert_int_equal(dispute_guard_needs_guardian(&answers), is_minor);
    }
}

static void a_question_answered_in_two_ways_is_refused(void **state)
{
    (void)state;
    struct dispute_guard_answers out = {0, 0};
    const struct wire_dispute_guard_answer items[] = {{WIRE_DISPUTE_GUARD_CRIME, false},
                                                      {WIRE_DISPUTE_GUARD_MINOR, true},
                                                      {WIRE_DISPUTE_GUARD_MINOR, true},
                                                      {WIRE_DISPUTE_GUARD_CRIME, true}};
    assert_int_equal(dispute_guard_read(items, 3, &out), STATUS_OK);
    assert_int_equal(out.answered, 1u << WIRE_DISPUTE_GUARD_CRIME | 1u << WIRE_DISPUTE_GUARD_MINOR);
    assert_int_equal(out.yes, 1u << WIRE_DISPUTE_GUARD_MINOR);
    assert_int_equal(dispute_guard_read(items, 4, &out), STATUS_INVALID_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_open_question_leaves_it_open),
        cmocka_unit_test(every_yes_but_a_minor_forbids_mediation),
        cmocka_unit_test(a_question_answered_in_two_ways_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
