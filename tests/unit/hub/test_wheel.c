/* Deadlines on the wheel; the clock is given, never waited for. */
#include "base/clock.h"
#include "hub/fake_peer.h"
#include "hub/wheel.h"

struct item {
    struct wheel_item at;
    struct wheel *wheel;
    unsigned fired;
    int64_t again_ms; /* 0: not again */
    struct item *clears;
};

static struct wheel wheel;
static uv_loop_t loop;
static int64_t now_ms;

static int open_wheel(void **state)
{
    (void)state;
    uv_loop_init(&loop);
    now_ms = clock_mono_ms();
    wheel_open(&wheel, &loop);
    return 0;
}

static int close_wheel(void **state)
{
    (void)state;
    wheel_close(&wheel, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void on_due(struct wheel_item *at)
{
    struct item *item = (struct item *)(void *)at;
    item->fired++;
    if (item->again_ms > 0)
        wheel_set(&wheel, at, item->again_ms, on_due);
    if (item->clears != NULL)
        wheel_clear(&item->clears->at);
}

static void an_item_fires_once_and_not_before_its_time(void **state)
{
    (void)state;
    struct item item = {0};
    wheel_set(&wheel, &item.at, 1000, on_due);
    assert_true(wheel_is_set(&item.at));
    wheel_advance(&wheel, now_ms + 900);
    assert_int_equal(item.fired, 0);
    wheel_advance(&wheel, now_ms + 1000 + 2 * WHEEL_TICK_MS);
    assert_int_equal(item.fired, 1);
    assert_false(wheel_is_set(&item.at));
    wheel_advance(&wheel, now_ms + 10000);
    assert_int_equal(item.fired, 1);
}

static void a_deadline_longer_than_the_wheel_goes_round_again(void **state)
{
    (void)state;
    struct item item = {0};
    const int64_t round = (int64_t)WHEEL_SLOTS * WHEEL_TICK_MS;
    wheel_set(&wheel, &item.at, 2 * round + 1000, on_due);
    for (int64_t t = 0; t < 2 * round + 900; t += 5000) {
        wheel_advance(&wheel, now_ms + t);
        assert_int_equal(item.fired, 0);
    }
    wheel_advance(&wheel, now_ms + 2 * round + 2000);
    assert_int_equal(item.fired, 1);
}

static void a_machine_that_slept_misses_nothing(void **state)
{
    (void)state;
    struct item items[50] = {0};
    for (int i = 0; i < 50; i++)
        wheel_set(&wheel, &items[i].at, i * 3000, on_due);
    wheel_advance(&wheel, now_ms + (int64_t)24 * 3600 * 1000);
    for (int i = 0; i < 50; i++)
        assert_int_equal(items[i].fired, 1);
}

static void setting_again_moves_and_clearing_forgets(void **state)
{
    (void)state;
    struct item item = {0};
    wheel_set(&wheel, &item.at, 500, on_due);
    wheel_set(&wheel, &item.at, 5000, on_due);
    wheel_advance(&wheel, now_ms + 4000);
    assert_int_equal(item.fired, 0);
    wheel_clear(&item.at);
    wheel_clear(&item.at);
    wheel_advance(&wheel, now_ms + 9000);
    assert_int_equal(item.fired, 0);
}

static void what_fires_may_set_itself_and_clear_its_neighbour(void **state)
{
    (void)state;
    struct item second = {0};
    struct item first = {.again_ms = 1, .clears = &second};
    wheel_set(&wheel, &first.at, 1000, on_due);
    wheel_set(&wheel, &second.at, 1000, on_due);
    wheel_advance(&wheel, now_ms + 1000 + 2 * WHEEL_TICK_MS);
    assert_true(first.fired >= 1);
    assert_int_equal(second.fired, 0);
    wheel_clear(&first.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_item_fires_once_and_not_before_its_time, open_wheel,
                                        close_wheel),
        cmocka_unit_test_setup_teardown(a_deadline_longer_than_the_wheel_goes_round_again,
                                        open_wheel, close_wheel),
        cmocka_unit_test_setup_teardown(a_machine_that_slept_misses_nothing, open_wheel,
                                        close_wheel),
        cmocka_unit_test_setup_teardown(setting_again_moves_and_clearing_forgets, open_wheel,
                                        close_wheel),
        cmocka_unit_test_setup_teardown(what_fires_may_set_itself_and_clear_its_neighbour,
                                        open_wheel, close_wheel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
