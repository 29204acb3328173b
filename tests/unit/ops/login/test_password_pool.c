#include "ops/login/password_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/password.h"
#include "rules/secret.h"

static uv_loop_t loop;
static struct password_pool *pool;
static char hash[PASSWORD_HASH_MAX];

struct told {
    int calls;
    int matches;
};

static void on_checked(void *ctx, bool matches)
{
    struct told *told = ctx;
    told->calls++;
    told->matches += matches;
}

static void on_closed(void *ctx)
{
    *(bool *)ctx = true;
}

static int open_pool(void **state)
{
    (void)state;
    if (secret_init() != STATUS_OK || uv_loop_init(&loop) != 0 ||
        password_hash("correct horse", 13, hash) != STATUS_OK)
        return -1;
    return password_pool_create(&loop, &pool) == STATUS_OK ? 0 : -1;
}

static int close_pool(void **state)
{
    (void)state;
    bool closed = false;
    password_pool_close(pool, on_closed, &closed);
    uv_run(&loop, UV_RUN_DEFAULT);
    password_pool_destroy(pool);
    return closed && uv_loop_close(&loop) == 0 ? 0 : -1;
}

static enum status ask(const char *against, const char *text, struct told *told)
{
    const struct password_question question = {against, text, strlen(text)};
    return password_pool_check(pool, &question, on_checked, told);
}

static void run_until(const struct told *told, int calls)
{
    while (told->calls < calls)
        uv_run(&loop, UV_RUN_ONCE);
}

static void the_answer_comes_from_the_loop_and_is_right(void **state)
{
    (void)state;
    struct told right = {0};
    struct told wrong = {0};
    assert_int_equal(ask(hash, "correct horse", &right), STATUS_OK);
    assert_int_equal(ask(hash, "correct horsf", &wrong), STATUS_OK);
    assert_int_equal(right.calls, 0);
    run_until(&right, 1);
    run_until(&wrong, 1);
    assert_int_equal(right.matches, 1);
    assert_int_equal(wrong.matches, 0);
    assert_int_equal(password_pool_waiting(pool), 0);
}

static void nobody_is_checked_as_long_and_never_matches(void **state)
{
    (void)state;
    struct told nobody = {0};
    struct told somebody = {0};
    uint64_t begin = uv_hrtime();
    assert_int_equal(ask(hash, "wrong horse", &somebody), STATUS_OK);
    run_until(&somebody, 1);
    uint64_t known_ns = uv_hrtime() - begin;
    begin = uv_hrtime();
    assert_int_equal(ask(NULL, "wrong horse", &nobody), STATUS_OK);
    run_until(&nobody, 1);
    uint64_t unknown_ns = uv_hrtime() - begin;
    assert_int_equal(nobody.matches, 0);
    assert_true(unknown_ns > known_ns / 4);
}

static void an_over_long_password_matches_nothing(void **state)
{
    (void)state;
    char text[PASSWORD_LEN_MAX + 20];
    struct told told = {0};
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(ask(hash, text, &told), STATUS_OK);
    run_until(&told, 1);
    assert_int_equal(told.matches, 0);
}

static void beyond_the_bound_it_refuses_and_answers_all_it_took(void **state)
{
    (void)state;
    struct told told = {0};
    int taken = 0;
    for (int i = 0; i < PASSWORD_QUEUE_MAX * 2; i++)
        taken += ask(hash, i % 2 ? "correct horse" : "wrong horse", &told) == STATUS_OK;
    assert_int_equal(taken, PASSWORD_QUEUE_MAX + PASSWORD_THREADS);
    run_until(&told, taken);
    assert_int_equal(told.matches, taken / 2);
}

static void closing_answers_what_waits_with_no(void **state)
{
    (void)state;
    struct told told = {0};
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask(hash, "correct horse", &told), STATUS_OK);
    assert_int_equal(close_pool(NULL), 0);
    assert_int_equal(told.calls, 10);
    assert_int_equal(open_pool(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_comes_from_the_loop_and_is_right),
        cmocka_unit_test(nobody_is_checked_as_long_and_never_matches),
        cmocka_unit_test(an_over_long_password_matches_nothing),
        cmocka_unit_test(beyond_the_bound_it_refuses_and_answers_all_it_took),
        cmocka_unit_test(closing_answers_what_waits_with_no),
    };
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
