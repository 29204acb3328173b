#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/resume_plan.h"

#define FULL WIRE_RESUME_OUTCOME_FULL
#define PARTIAL WIRE_RESUME_OUTCOME_PARTIAL
#define RESET WIRE_RESUME_OUTCOME_RESET

struct row {
    uint64_t cursor;
    bool epoch_same;
    uint64_t head, first;
    enum wire_resume_outcome outcome;
    enum wire_resume_reason reason;
    uint64_t from;
};

static const struct row rows[] = {
    /* nothing held */
    {0, true, 0, 1, RESET, WIRE_RESUME_REASON_NEW_ROOM, 1},
    {0, true, 900, 1, RESET, WIRE_RESUME_REASON_NEW_ROOM, 901},
    {0, false, 900, 1, RESET, WIRE_RESUME_REASON_NEW_ROOM, 901},
    /* up to date, a little behind, as far behind as is allowed */
    {900, true, 900, 1, FULL, WIRE_RESUME_REASON_NONE, 901},
    {899, true, 900, 1, FULL, WIRE_RESUME_REASON_NONE, 900},
    {1, true, 5001, 1, FULL, WIRE_RESUME_REASON_NONE, 2},
    /* one more: the last 500 */
    {1, true, 5002, 1, PARTIAL, WIRE_RESUME_REASON_TOO_FAR_BEHIND, 4503},
    {1, true, 9000000, 1, PARTIAL, WIRE_RESUME_REASON_TOO_FAR_BEHIND, 8999501},
    /* another history; ahead of everything */
    {900, false, 900, 1, RESET, WIRE_RESUME_REASON_EPOCH_CHANGED, 901},
    {901, true, 900, 1, RESET, WIRE_RESUME_REASON_CURSOR_AHEAD, 901},
    /* what she missed cannot be read any more */
    {99, true, 200, 100, FULL, WIRE_RESUME_REASON_NONE, 100},
    {98, true, 200, 100, PARTIAL, WIRE_RESUME_REASON_PURGED, 100},
    {5, true, 9000, 8900, PARTIAL, WIRE_RESUME_REASON_PURGED, 8900},
    {5, true, 9000, 4000, PARTIAL, WIRE_RESUME_REASON_PURGED, 8501},
    /* everything is purged */
    {150, true, 200, 201, PARTIAL, WIRE_RESUME_REASON_PURGED, 201},
};

static void each_case_continues_as_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        struct resume_question question = {row->cursor, row->epoch_same, row->head,
                                           row->first,  5000,            500};
        struct resume_plan plan = resume_plan_of(&question);
        if (plan.outcome != row->outcome || plan.reason != row->reason ||
            plan.from_seq != row->from || plan.head_seq != row->head)
            fail_msg("row %zu: outcome %d reason %d from %llu", i, (int)plan.outcome,
                     (int)plan.reason, (unsigned long long)plan.from_seq);
    }
}

/* Whatever the numbers: what is said to follow is the very next, or the answer is not `full`. */
static void full_never_leaves_a_hole(void **state)
{
    (void)state;
    for (uint64_t head = 0; head < 40; head++)
        for (uint64_t first = 1; first <= head + 1; first++)
            for (uint64_t cursor = 0; cursor < 45; cursor++) {
                struct resume_question question = {cursor, true, head, first, 10, 3};
                struct resume_plan plan = resume_plan_of(&question);
                if (plan.outcome == FULL) {
                    assert_int_equal(plan.from_seq, cursor + 1);
                    assert_true(plan.from_seq >= first);
                }
                assert_true(plan.from_seq >= first || plan.outcome == RESET);
                assert_true(plan.from_seq <= head + 1);
                assert_int_equal(plan.head_seq, head);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_continues_as_it_says),
        cmocka_unit_test(full_never_leaves_a_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
