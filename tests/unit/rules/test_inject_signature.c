#include "rules/inject_signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/secret.h"

#define NOW_MS 1700000000000

static char secret_text[INJECT_KEY_TEXT + 1];
static char public_text[INJECT_KEY_TEXT + 1];
static uint8_t public_key[INJECT_KEY_BYTES];
static char signature[INJECT_SIGNATURE_TEXT + 1];
static const uint8_t body[] = "{\"identifier\":\"a-1\"}";

static int make_key(void **state)
{
    (void)state;
    if (secret_init() != STATUS_OK)
        return -1;
    inject_key_make(secret_text, public_text, public_key);
    return 0;
}

static struct inject_request signed_request(void)
{
    struct inject_request request = {
        .id = "msg-1", .timestamp = "1700000000", .body = body, .body_len = sizeof(body) - 1};
    assert_int_equal(inject_signature_make(&request, secret_text, signature), STATUS_OK);
    request.signature = signature;
    return request;
}

static void a_signed_request_is_believed(void **state)
{
    (void)state;
    int64_t sent_ms = 0;
    uint8_t key[INJECT_KEY_BYTES];
    struct inject_request request = signed_request();
    assert_int_equal(inject_key_read_public(public_text, key), STATUS_OK);
    assert_memory_equal(key, public_key, sizeof(key));
    assert_int_equal(inject_signature_window(&request, NOW_MS, &sent_ms), STATUS_OK);
    assert_int_equal(sent_ms, NOW_MS);
    assert_int_equal(inject_signature_check(&request, key), STATUS_OK);
}

static void any_change_is_noticed(void **state)
{
    (void)state;
    struct inject_request request = signed_request();
    uint8_t other[sizeof(body)];
    memcpy(other, body, sizeof(body));
    other[2] ^= 1;
    request.body = other;
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    request = signed_request();
    request.body_len--;
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    request = signed_request();
    request.id = "msg-2";
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    request = signed_request();
    request.timestamp = "1700000001";
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    request = signed_request();
    signature[20] = signature[20] == 'A' ? 'B' : 'A';
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
}

static void another_key_does_not_fit(void **state)
{
    (void)state;
    char text[2][INJECT_KEY_TEXT + 1];
    uint8_t other[INJECT_KEY_BYTES];
    struct inject_request request = signed_request();
    inject_key_make(text[0], text[1], other);
    assert_int_equal(inject_signature_check(&request, other), STATUS_INVALID_SIGNATURE);
}

static void one_of_several_signatures_is_enough(void **state)
{
    (void)state;
    char header[512];
    struct inject_request request = signed_request();
    snprintf(header, sizeof(header), "v1,c2hhcmVk v1a,bm90IG9uZQ== %s", signature);
    request.signature = header;
    assert_int_equal(inject_signature_check(&request, public_key), STATUS_OK);
}

static void the_window_is_two_minutes_on_both_sides(void **state)
{
    (void)state;
    int64_t sent_ms;
    struct inject_request request = signed_request();
    assert_int_equal(inject_signature_window(&request, NOW_MS + 120000, &sent_ms), STATUS_OK);
    assert_int_equal(inject_signature_window(&request, NOW_MS - 120000, &sent_ms), STATUS_OK);
    assert_int_equal(inject_signature_window(&request, NOW_MS + 120001, &sent_ms),
                     STATUS_STALE_TIMESTAMP);
    assert_int_equal(inject_signature_window(&request, NOW_MS - 120001, &sent_ms),
                     STATUS_STALE_TIMESTAMP);
}

static void malformed_headers_are_no_signature(void **state)
{
    (void)state;
    static const char *const ids[] = {"", "a.b", "a b", "\x01", NULL};
    static const char *const times[] = {"", "-1", "1e9", "170000000000", " 1700000000", NULL};
    int64_t sent_ms;
    for (size_t i = 0; i < 5; i++) {
        struct inject_request request = signed_request();
        request.id = ids[i];
        assert_int_equal(inject_signature_window(&request, NOW_MS, &sent_ms),
                         STATUS_INVALID_SIGNATURE);
        assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    }
    for (size_t i = 0; i < 6; i++) {
        struct inject_request request = signed_request();
        request.timestamp = times[i];
        assert_int_equal(inject_signature_window(&request, NOW_MS, &sent_ms),
                         STATUS_INVALID_SIGNATURE);
        assert_int_equal(inject_signature_check(&request, public_key), STATUS_INVALID_SIGNATURE);
    }
}

static void only_keys_are_read_as_keys(void **state)
{
    (void)state;
    uint8_t key[INJECT_KEY_BYTES];
    assert_int_equal(inject_key_read_public("whpk_", key), STATUS_INVALID_FIELD);
    assert_int_equal(inject_key_read_public("whpk_AAAA", key), STATUS_INVALID_FIELD);
    assert_int_equal(inject_key_read_public(secret_text, key), STATUS_INVALID_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_request_is_believed),
        cmocka_unit_test(any_change_is_noticed),
        cmocka_unit_test(another_key_does_not_fit),
        cmocka_unit_test(one_of_several_signatures_is_enough),
        cmocka_unit_test(the_window_is_two_minutes_on_both_sides),
        cmocka_unit_test(malformed_headers_are_no_signature),
        cmocka_unit_test(only_keys_are_read_as_keys),
    };
    return cmocka_run_group_tests(tests, make_key, NULL);
}
