#include "net/http_batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static enum status read_json(const char *text, struct http_batch **out)
{
    return http_batch_read_json((const uint8_t *)text, strlen(text), out);
}

static enum status next(struct http_batch *batch, struct wire_body *body)
{
    struct arena arena = {0};
    enum status status = http_batch_next(batch, WIRE_LOGIN_CODE, &arena, body);
    if (status == STATUS_OK)
        assert_int_equal(((struct wire_login_code *)body->value)->phone.len, 3);
    arena_clear(&arena);
    return status;
}

static void each_item_is_read_once_and_in_order(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[{\"phone\":\"123\"}, {\"phone\":5}, 7, {\"phone\":\"456\"}]",
        "{\"alerts\": [{\"phone\":\"123\"}, {\"phone\":5}, 7, {\"phone\":\"456\"}]}"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct http_batch *batch = NULL;
        struct wire_body body = {0};
        assert_int_equal(read_json(texts[i], &batch), STATUS_OK);
        assert_int_equal(http_batch_count(batch), 4);
        assert_int_equal(next(batch, &body), STATUS_OK);
        assert_int_equal(next(batch, &body), STATUS_INVALID_FIELD);
        assert_string_equal(body.problem.field, "phone");
        assert_int_equal(next(batch, &body), STATUS_MALFORMED_FRAME);
        assert_int_equal(next(batch, &body), STATUS_OK);
        assert_int_equal(next(batch, &body), STATUS_CLOSED);
        http_batch_destroy(batch);
    }
}

static void messagepack_items_are_found_by_their_ends(void **state)
{
    (void)state;
    /* [{1: "123"}, {1: 5}, {1: "456"}] */
    static const uint8_t bytes[] = {0x93, 0x81, 1,    0xa3, '1', '2', '3', 0x81,
                                    1,    5,    0x81, 1,    0xa3, '4', '5', '6'};
    struct http_batch *batch = NULL;
    struct wire_body body = {0};
    assert_int_equal(http_batch_read_msgpack(bytes, sizeof(bytes), &batch), STATUS_OK);
    assert_int_equal(http_batch_count(batch), 3);
    assert_int_equal(next(batch, &body), STATUS_OK);
    assert_int_equal(next(batch, &body), STATUS_INVALID_FIELD);
    assert_int_equal(next(batch, &body), STATUS_OK);
    assert_int_equal(next(batch, &body), STATUS_CLOSED);
    http_batch_destroy(batch);
}

static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "[", "[]", "{}", "7", "null", "{\"alerts\":7}",
                                        "{\"alerts\":[]}", "[1][2]"};
    static const uint8_t claims[][5] = {{0xdd, 0xff, 0xff, 0xff, 0xff}, {0x90}, {0xc0}, {0x81, 1}};
    static const size_t lens[] = {5, 1, 1, 2};
    struct http_batch *batch = NULL;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(read_json(texts[i], &batch), STATUS_MALFORMED_FRAME);
    for (size_t i = 0; i < ARRAY_LEN(lens); i++)
        assert_int_equal(http_batch_read_msgpack(claims[i], lens[i], &batch),
                         STATUS_MALFORMED_FRAME);
    assert_null(batch);
}

static void more_than_a_hundred_are_too_many(void **state)
{
    (void)state;
    char text[2 * (HTTP_BATCH_ITEMS_MAX + 1) + 2];
    struct http_batch *batch = NULL;
    for (size_t i = 0; i <= HTTP_BATCH_ITEMS_MAX; i++) {
        text[2 * i] = i == 0 ? '[' : ',';
        text[2 * i + 1] = '1';
    }
    text[sizeof(text) - 2] = ']';
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(read_json(text, &batch), STATUS_TOO_LARGE);
    assert_null(batch);
}

static void the_answer_names_each_by_its_place(void **state)
{
    (void)state;
    struct http_batch *batch = NULL;
    struct wire_body body = {0};
    assert_int_equal(read_json("[{\"phone\":\"123\"},7]", &batch), STATUS_OK);
    assert_int_equal(next(batch, &body), STATUS_OK);
    http_batch_note(batch, 201, "alert", "{\"a\":1}");
    assert_int_equal(next(batch, &body), STATUS_MALFORMED_FRAME);
    http_batch_note(batch, 400, "problem", "{\"b\":2}");
    char *answer = http_batch_answer(batch);
    assert_string_equal(answer, "{\"results\":[{\"index\":0,\"status\":201,\"alert\":{\"a\":1}},"
                                "{\"index\":1,\"status\":400,\"problem\":{\"b\":2}}]}");
    free(answer);
    http_batch_destroy(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_item_is_read_once_and_in_order),
        cmocka_unit_test(messagepack_items_are_found_by_their_ends),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(more_than_a_hundred_are_too_many),
        cmocka_unit_test(the_answer_names_each_by_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
