#include "rules/tries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW 1000000

static void five_failures_in_a_row_lock_for_a_quarter_of_an_hour(void **state)
{
    (void)state;
    struct tries *tries = tries_create();
    for (int i = 0; i < TRIES_MAX; i++) {
        assert_int_equal(tries_locked_ms(tries, 7, NOW + i), 0);
        tries_fail(tries, 7, NOW + i);
    }
    const int64_t locked_at = NOW + TRIES_MAX - 1;
    assert_int_equal(tries_locked_ms(tries, 7, locked_at), TRIES_LOCK_MS);
    assert_int_equal(tries_locked_ms(tries, 7, locked_at + TRIES_LOCK_MS - 1), 1);
    assert_int_equal(tries_locked_ms(tries, 7, locked_at + TRIES_LOCK_MS), 0);
    assert_int_equal(tries_locked_ms(tries, 8, locked_at), 0);
    tries_destroy(tries);
}

static void being_right_or_a_pause_begins_the_count_anew(void **state)
{
    (void)state;
    struct tries *tries = tries_create();
    for (int i = 0; i < TRIES_MAX - 1; i++)
        tries_fail(tries, 7, NOW);
    tries_clear(tries, 7);
    for (int i = 0; i < TRIES_MAX - 1; i++)
        tries_fail(tries, 7, NOW);
    assert_int_equal(tries_locked_ms(tries, 7, NOW), 0);
    tries_fail(tries, 7, NOW + TRIES_LOCK_MS);
    assert_int_equal(tries_locked_ms(tries, 7, NOW + TRIES_LOCK_MS), 0);
    tries_destroy(tries);
}

static void a_flood_of_other_names_does_not_free_who_is_locked(void **state)
{
    (void)state;
    struct tries *tries = tries_create();
    for (int i = 0; i < TRIES_MAX; i++)
        tries_fail(tries, 7, NOW);
    for (uint64_t key = 8; key < 200000; key++)
        tries_fail(tries, key, NOW + 1);
    assert_int_equal(tries_locked_ms(tries, 7, NOW + 1), TRIES_LOCK_MS - 1);
    tries_destroy(tries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_failures_in_a_row_lock_for_a_quarter_of_an_hour),
        cmocka_unit_test(being_right_or_a_pause_begins_the_count_anew),
        cmocka_unit_test(a_flood_of_other_names_does_not_free_who_is_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
