#include "wire/frame_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct frame_limits small = {.bytes_max = 64, .objects_max = 8, .depth_max = 3};

/* A copy of exactly this length, so that a sanitizer sees a read beyond it. */
static enum status scan_copy(const void *bytes, size_t len, const struct frame_limits *limits)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    enum status status = frame_scan(copy, len, limits, NULL);
    free(copy);
    return status;
}

#define SCAN(literal)  scan_copy(literal, sizeof(literal) - 1, &frame_limits_request)
#define SMALL(literal) scan_copy(literal, sizeof(literal) - 1, &small)

static void bytes_are_limited(void **state)
{
    (void)state;
    static uint8_t frame[FRAME_REQUEST_BYTES_MAX + 1];
    const size_t max = FRAME_REQUEST_BYTES_MAX;
    /* bin32 that fills the frame exactly, then one byte more */
    for (size_t len = max; len <= max + 1; len++) {
        uint32_t body = (uint32_t)(len - 5);
        const uint8_t head[5] = {0xC6, (uint8_t)(body >> 24), (uint8_t)(body >> 16),
                                 (uint8_t)(body >> 8), (uint8_t)body};
        memcpy(frame, head, sizeof(head));
        assert_int_equal(frame_scan(frame, len, &frame_limits_request, NULL),
                         len == max ? STATUS_OK : STATUS_TOO_LARGE);
        assert_int_equal(frame_scan(frame, len, &frame_limits_reply, NULL), STATUS_OK);
    }
}

static void values_are_limited(void **state)
{
    (void)state;
    assert_int_equal(SMALL("\x97\x01\x01\x01\x01\x01\x01\x01"), STATUS_OK);
    assert_int_equal(SMALL("\x98\x01\x01\x01\x01\x01\x01\x01\x01"), STATUS_MALFORMED_FRAME);
    /* keys count */
    assert_int_equal(SMALL("\x83\x01\x01\x02\x01\x03\x01"), STATUS_OK);
    assert_int_equal(SMALL("\x84\x01\x01\x02\x01\x03\x01\x04\x01"), STATUS_MALFORMED_FRAME);
    uint32_t objects = 0;
    assert_int_equal(frame_scan((const uint8_t *)"\x92\x01\x81\x05\xC0", 5, &small, &objects),
                     STATUS_OK);
    assert_int_equal(objects, 5);
}

static void the_limit_of_requests_is_1024_values(void **state)
{
    (void)state;
    uint8_t frame[1100];
    for (size_t count = 1023; count <= 1024; count++) {
        memset(frame, 0x01, sizeof(frame));
        frame[0] = 0xDC;
        frame[1] = (uint8_t)(count >> 8);
        frame[2] = (uint8_t)count;
        assert_int_equal(frame_scan(frame, count + 3, &frame_limits_request, NULL),
                         count == 1023 ? STATUS_OK : STATUS_MALFORMED_FRAME);
    }
}

static void depth_is_limited(void **state)
{
    (void)state;
    assert_int_equal(SMALL("\x91\x91\x91\x01"), STATUS_OK);
    assert_int_equal(SMALL("\x91\x91\x91\x90"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SMALL("\x91\x81\x01\x91\x01"), STATUS_OK);
    assert_int_equal(SMALL("\x91\x81\x01\x91\x80"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x91\x91\x91\x91\x91\x91\x91\x91\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01"), STATUS_MALFORMED_FRAME);
}

static void a_container_claims_no_more_than_there_is(void **state)
{
    (void)state;
    assert_int_equal(SCAN("\xDD\xFF\x00\x00\x00"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xDF\xFF\xFF\xFF\xFF"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x92\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xDB\xFF\xFF\xFF\xFF"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xC6\x00\x00\x00\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xC6\x00\x00\x00\x00"), STATUS_OK);
}

static void a_frame_ends_where_its_value_ends(void **state)
{
    (void)state;
    assert_int_equal(SCAN(""), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x01\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x90\x90"), STATUS_MALFORMED_FRAME);
}

/* Which first bytes are whole values when as many zero bytes follow as they need. */
static bool is_allowed(unsigned tag)
{
    bool is_float = tag == 0xCA || tag == 0xCB;
    bool is_ext = (tag >= 0xC7 && tag <= 0xC9) || (tag >= 0xD4 && tag <= 0xD8);
    return tag != 0xC1 && !is_float && !is_ext;
}

static void only_the_types_of_the_protocol_pass(void **state)
{
    (void)state;
    for (unsigned tag = 0; tag < 256; tag++) {
        uint8_t frame[40] = {(uint8_t)tag};
        bool passed = false;
        /* keys must not be 0, so a short map gets its count of different ones */
        if (tag > 0x80 && tag <= 0x8F) {
            for (unsigned i = 0; i < (tag & 0x0F); i++)
                frame[1 + 2 * i] = (uint8_t)(i + 1);
        }
        for (size_t len = 1; len <= sizeof(frame) && !passed; len++)
            passed = scan_copy(frame, len, &frame_limits_request) == STATUS_OK;
        if (passed != is_allowed(tag))
            fail_msg("first byte %02x", tag);
    }
}

static void every_head_may_be_cut_anywhere(void **state)
{
    (void)state;
    static const uint8_t tags[] = {0xC4, 0xC5, 0xC6, 0xCC, 0xCD, 0xCE, 0xCF, 0xD0, 0xD1,
                                   0xD2, 0xD3, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF};
    static const size_t widths[] = {1, 2, 4, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 2, 4, 2, 4};
    for (size_t i = 0; i < sizeof(tags); i++) {
        for (size_t len = 1; len <= widths[i]; len++) {
            const uint8_t frame[10] = {tags[i]};
            assert_int_equal(scan_copy(frame, len, &frame_limits_request), STATUS_MALFORMED_FRAME);
        }
    }
}

static void keys_are_different_field_numbers(void **state)
{
    (void)state;
    assert_int_equal(SCAN("\x81\x01\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x81\x7F\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x81\xCC\x7F\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x81\xD3\x00\x00\x00\x00\x00\x00\x00\x01\x01"), STATUS_OK);
    assert_int_equal(SCAN("\x81\x00\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\xCC\x80\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\xD3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\xFF\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\xA1\x61\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x81\x90\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x82\x41\x01\x41\x01"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\x82\x41\x01\xCC\x41\x01"), STATUS_MALFORMED_FRAME);
    /* the same number in another map is another field */
    assert_int_equal(SCAN("\x92\x81\x01\x01\x81\x01\x81\x01\x01"), STATUS_OK);
}

static void texts_are_strict_utf8(void **state)
{
    (void)state;
    assert_int_equal(SCAN("\xA3\xE4\xB8\xAD"), STATUS_OK);
    assert_int_equal(SCAN("\xA4\xF4\x8F\xBF\xBF"), STATUS_OK);
    assert_int_equal(SCAN("\xA4\xF4\x90\x80\x80"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xA2\xC0\x80"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xA3\xED\xA0\x80"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xA2\xE4\xB8"), STATUS_MALFORMED_FRAME);
    assert_int_equal(SCAN("\xA1\x80"), STATUS_MALFORMED_FRAME);
    /* a sequence may not reach beyond its text into the next value */
    assert_int_equal(SCAN("\x92\xA2\xE4\xB8\xA1\xAD"), STATUS_MALFORMED_FRAME);
    /* binaries may be anything */
    assert_int_equal(SCAN("\xC4\x02\xE4\xB8"), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_limited),
        cmocka_unit_test(values_are_limited),
        cmocka_unit_test(the_limit_of_requests_is_1024_values),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(a_container_claims_no_more_than_there_is),
        cmocka_unit_test(a_frame_ends_where_its_value_ends),
        cmocka_unit_test(only_the_types_of_the_protocol_pass),
        cmocka_unit_test(every_head_may_be_cut_anywhere),
        cmocka_unit_test(keys_are_different_field_numbers),
        cmocka_unit_test(texts_are_strict_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
