/* The alert spool: what was acknowledged is there after a crash, what was torn is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/spool.h"

static char path[] = "/tmp/hall-spool-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    strcpy(path + sizeof(path) - 7, "XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    return close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

struct outcome {
    int calls;
    enum status last;
};

static void on_done(void *ctx, enum status status)
{
    struct outcome *outcome = ctx;
    outcome->calls++;
    outcome->last = status;
}

static struct spool *open_spool(void)
{
    struct spool *spool = NULL;
    assert_int_equal(spool_open(uv_default_loop(), path, &spool), STATUS_OK);
    return spool;
}

static void append_text(struct spool *spool, const char *text)
{
    struct outcome outcome = {0};
    assert_int_equal(spool_append(spool, text, strlen(text), on_done, &outcome), STATUS_OK);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    assert_int_equal(outcome.calls, 1);
    assert_int_equal(outcome.last, STATUS_OK);
}

static void an_acknowledged_record_is_there_in_the_next_run(void **state)
{
    (void)state;
    struct spool *spool = open_spool();
    append_text(spool, "first");
    append_text(spool, "second");
    spool_close(spool);
    spool = open_spool();
    size_t len = 0;
    assert_int_equal(spool_count(spool), 2);
    assert_memory_equal(spool_record(spool, 1, &len), "second", 6);
    assert_int_equal(len, 6);
    spool_close(spool);
}

static void many_at_once_keep_their_order(void **state)
{
    (void)state;
    struct spool *spool = open_spool();
    struct outcome outcome = {0};
    for (char c = 'a'; c <= 'z'; c++)
        assert_int_equal(spool_append(spool, &c, 1, on_done, &outcome), STATUS_OK);
    assert_false(spool_is_idle(spool));
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    assert_int_equal(outcome.calls, 26);
    spool_close(spool);
    spool = open_spool();
    assert_int_equal(spool_count(spool), 26);
    for (size_t i = 0; i < 26; i++) {
        size_t len = 0;
        assert_int_equal(spool_record(spool, i, &len)[0], 'a' + (int)i);
    }
    spool_close(spool);
}

static void a_torn_record_is_cut_off_and_the_rest_kept(void **state)
{
    (void)state;
    struct spool *spool = open_spool();
    append_text(spool, "whole");
    append_text(spool, "this one will be torn");
    spool_close(spool);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    for (long cut = 1; cut <= 21 + 24; cut += 11) {
        assert_int_equal(truncate(path, size - cut), 0);
        spool = open_spool();
        assert_int_equal(spool_count(spool), 1);
        spool_close(spool);
    }
    spool = open_spool();
    append_text(spool, "after");
    spool_close(spool);
    spool = open_spool();
    assert_int_equal(spool_count(spool), 2);
    spool_close(spool);
}

static void it_is_cleared_only_when_all_are_through(void **state)
{
    (void)state;
    struct spool *spool = open_spool();
    append_text(spool, "one");
    append_text(spool, "two");
    assert_int_equal(spool_clear(spool, 1), STATUS_CONFLICT);
    assert_int_equal(spool_count(spool), 2);
    assert_int_equal(spool_clear(spool, 2), STATUS_OK);
    spool_close(spool);
    spool = open_spool();
    assert_int_equal(spool_count(spool), 0);
    spool_close(spool);
}

static void what_is_too_large_or_too_many_is_refused(void **state)
{
    (void)state;
    static uint8_t big[SPOOL_RECORD_BYTES_MAX + 1];
    struct spool *spool = open_spool();
    struct outcome outcome = {0};
    assert_int_equal(spool_append(spool, big, sizeof(big), on_done, &outcome), STATUS_TOO_LARGE);
    for (int i = 0; i < SPOOL_RECORDS_MAX; i++)
        assert_int_equal(spool_append(spool, "x", 1, on_done, &outcome), STATUS_OK);
    assert_int_equal(spool_append(spool, "y", 1, on_done, &outcome), STATUS_FULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    assert_int_equal(spool_count(spool), SPOOL_RECORDS_MAX);
    spool_close(spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_acknowledged_record_is_there_in_the_next_run, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(many_at_once_keep_their_order, make_file, remove_file),
        cmocka_unit_test_setup_teardown(a_torn_record_is_cut_off_and_the_rest_kept, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(it_is_cleared_only_when_all_are_through, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(what_is_too_large_or_too_many_is_refused, make_file,
                                        remove_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
