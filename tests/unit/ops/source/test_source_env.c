#include "ops/source/source_env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/inject_signature.h"
#include "store/source_store.h"

#define NOW 1000000

static void a_source_is_remembered_as_it_was_last_heard_of(void **state)
{
    (void)state;
    struct source_env *env = source_env_create();
    struct source_record record = {.source_id = 5, .quota_per_hour = 60};
    assert_null(source_env_find(env, "antifraud"));
    source_env_learn(env, "antifraud", &record, NOW);
    assert_int_equal(source_env_find(env, "antifraud")->source_id, 5);
    record.disabled = true;
    source_env_learn(env, "antifraud", &record, NOW + 1);
    assert_true(source_env_find(env, "antifraud")->disabled);
    source_env_forget(env, "antifraud");
    assert_null(source_env_find(env, "antifraud"));
    source_env_destroy(env);
}

static void the_quietest_source_gives_way(void **state)
{
    (void)state;
    struct source_env *env = source_env_create();
    char name[32];
    for (int i = 0; i <= SOURCES_KNOWN_MAX; i++) {
        const struct source_record record = {.source_id = (uint64_t)i + 1, .quota_per_hour = 60};
        snprintf(name, sizeof(name), "source-%d", i);
        source_env_learn(env, name, &record, NOW + i);
        if (i == SOURCES_KNOWN_MAX - 1) /* the first is heard of again */
            source_env_learn(env, "source-0", &(struct source_record){.source_id = 1}, NOW + i);
    }
    assert_non_null(source_env_find(env, "source-0"));
    assert_null(source_env_find(env, "source-1"));
    assert_non_null(source_env_find(env, name));
    source_env_destroy(env);
}

static void a_tenth_of_the_quota_may_come_at_once_and_comes_back(void **state)
{
    (void)state;
    struct source_env *env = source_env_create();
    const struct source_record record = {.source_id = 5, .quota_per_hour = 600};
    source_env_learn(env, "a", &record, NOW);
    assert_int_equal(source_env_charge(env, "a", 60, NOW), 0);
    uint64_t wait_ms = source_env_charge(env, "a", 1, NOW);
    assert_in_range(wait_ms, 5900, 6100); /* 600 an hour: one in six seconds */
    assert_true(source_env_charge(env, "a", 1, NOW + 3000) > 0);
    assert_int_equal(source_env_charge(env, "a", 1, NOW + 6100), 0);
    source_env_destroy(env);
}

static void a_request_is_taken_once_for_ten_minutes(void **state)
{
    (void)state;
    struct source_env *env = source_env_create();
    assert_int_equal(source_env_note(env, 1, "n", NOW), STATUS_OK);
    assert_int_equal(source_env_note(env, 1, "n", NOW + 1), STATUS_REPLAYED);
    assert_int_equal(source_env_note(env, 2, "n", NOW + 1), STATUS_OK);
    assert_int_equal(source_env_note(env, 1, "m", NOW + 1), STATUS_OK);
    assert_int_equal(source_env_note(env, 1, "n", NOW + INJECT_NONCE_KEPT_MS - 1),
                     STATUS_REPLAYED);
    assert_int_equal(source_env_note(env, 1, "n", NOW + INJECT_NONCE_KEPT_MS), STATUS_OK);
    source_env_unnote(env, 1, "m");
    assert_int_equal(source_env_note(env, 1, "m", NOW + INJECT_NONCE_KEPT_MS), STATUS_OK);
    source_env_destroy(env);
}

static void the_memory_for_requests_is_bounded_and_never_forgets_too_early(void **state)
{
    (void)state;
    struct source_env *env = source_env_create();
    char nonce[32];
    for (int i = 0; i < NONCES_KEPT_MAX; i++) {
        snprintf(nonce, sizeof(nonce), "n%d", i);
        assert_int_equal(source_env_note(env, 1, nonce, NOW), STATUS_OK);
    }
    assert_int_equal(source_env_note(env, 1, "more", NOW + 1), STATUS_BUSY);
    assert_int_equal(source_env_note(env, 1, "n0", NOW + 1), STATUS_REPLAYED);
    assert_int_equal(source_env_note(env, 1, "more", NOW + 2 * INJECT_WINDOW_MS), STATUS_OK);
    source_env_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_remembered_as_it_was_last_heard_of),
        cmocka_unit_test(the_quietest_source_gives_way),
        cmocka_unit_test(a_tenth_of_the_quota_may_come_at_once_and_comes_back),
        cmocka_unit_test(a_request_is_taken_once_for_ten_minutes),
        cmocka_unit_test(the_memory_for_requests_is_bounded_and_never_forgets_too_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
