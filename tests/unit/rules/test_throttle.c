#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/throttle.h"

static const struct throttle_limit limit = {.rate = 5, .burst = 30};

static void a_burst_is_allowed_then_the_rate(void **state)
{
    (void)state;
    struct throttle_bucket bucket = {1, 30000, 0};
    for (int i = 0; i < 10; i++)
        assert_int_equal(throttle_take(&bucket, &limit, 3, 0), 0);
    assert_int_equal(throttle_take(&bucket, &limit, 3, 0), 600);
    assert_int_equal(throttle_take(&bucket, &limit, 3, 599), 1);
    assert_int_equal(throttle_take(&bucket, &limit, 3, 600), 0);
}

static void a_refusal_costs_nothing(void **state)
{
    (void)state;
    struct throttle_bucket bucket = {1, 0, 0};
    for (int i = 0; i < 100; i++)
        assert_int_equal(throttle_take(&bucket, &limit, 5, 0), 1000);
    assert_int_equal(throttle_take(&bucket, &limit, 5, 1000), 0);
}

static void it_never_holds_more_than_a_burst(void **state)
{
    (void)state;
    struct throttle_bucket bucket = {1, 30000, 0};
    int64_t later = INT64_C(400) * 86400000;
    for (int i = 0; i < 6; i++)
        assert_int_equal(throttle_take(&bucket, &limit, 5, later), 0);
    assert_int_not_equal(throttle_take(&bucket, &limit, 1, later), 0);
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
    (void)state;
    struct throttle_bucket bucket = {1, 0, 10000};
    assert_int_not_equal(throttle_take(&bucket, &limit, 1, 0), 0);
}

static void what_costs_more_than_a_burst_needs_a_whole_one(void **state)
{
    (void)state;
    struct throttle_bucket bucket = {1, 30000, 0};
    assert_int_equal(throttle_take(&bucket, &limit, 1000, 0), 0);
    assert_int_equal(throttle_take(&bucket, &limit, 1000, 0), 6000);
}

static void no_rate_means_no_limit(void **state)
{
    (void)state;
    struct throttle_limit none = {0, 0};
    struct throttle_bucket bucket = {1, 0, 0};
    for (int i = 0; i < 1000; i++)
        assert_int_equal(throttle_take(&bucket, &none, 1000, 0), 0);
}

static void everyone_has_her_own_bucket(void **state)
{
    (void)state;
    struct throttle_table *table = throttle_table_create(64);
    struct throttle_charge one = {THROTTLE_ACCOUNT, 1, 30};
    struct throttle_charge two = {THROTTLE_ACCOUNT, 2, 30};
    struct throttle_charge room = {THROTTLE_ROOM, 1, 30};
    assert_int_equal(throttle_table_take(table, &limit, &one, 0), 0);
    assert_int_not_equal(throttle_table_take(table, &limit, &one, 0), 0);
    assert_int_equal(throttle_table_take(table, &limit, &two, 0), 0);
    assert_int_equal(throttle_table_take(table, &limit, &room, 0), 0);
    throttle_table_destroy(table);
}

/* A crowd of others comes by: whoever is held back stays held back. */
static void a_crowd_does_not_free_who_is_held_back(void **state)
{
    (void)state;
    struct throttle_table *table = throttle_table_create(64);
    struct throttle_charge greedy = {THROTTLE_ADDRESS, 12345, 30};
    assert_int_equal(throttle_table_take(table, &limit, &greedy, 0), 0);
    for (uint64_t key = 1; key < 10000; key++) {
        struct throttle_charge other = {THROTTLE_ADDRESS, key * 7919 + 100000, 1};
        assert_int_equal(throttle_table_take(table, &limit, &other, 0), 0);
    }
    greedy.cost = 1;
    assert_int_not_equal(throttle_table_take(table, &limit, &greedy, 0), 0);
    throttle_table_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_allowed_then_the_rate),
        cmocka_unit_test(a_refusal_costs_nothing),
        cmocka_unit_test(it_never_holds_more_than_a_burst),
        cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
        cmocka_unit_test(what_costs_more_than_a_burst_needs_a_whole_one),
        cmocka_unit_test(no_rate_means_no_limit),
        cmocka_unit_test(everyone_has_her_own_bucket),
        cmocka_unit_test(a_crowd_does_not_free_who_is_held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
