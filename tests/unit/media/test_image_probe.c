#include "media/image_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

/* Just enough of a JPEG for its headers: SOI, EXIF with an orientation, SOF0, SOS, data, EOI. */
static const uint8_t jpeg[] = {
    0xff, 0xd8, 0xff, 0xe1, 0x00, 0x22, 'E',  'x',  'i',  'f',  0,    0,    'M',  'M',  0,
    0x2a, 0,    0,    0,    8,    0,    1,    0x01, 0x12, 0,    3,    0,    0,    0,    1,
    0,    6,    0,    0,    0,    0,    0,    0,    0xff, 0xc0, 0x00, 0x0b, 8,    0x03, 0x20,
    0x04, 0xb0, 1,    1,    0x11, 0,    0xff, 0xda, 0x00, 0x08, 1,    1,    0,    0,    0x3f,
    0,    0x12, 0x34, 0xff, 0xd9};

static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0,   0, 0, 13, 'I',
                              'H',  'D', 'R', 0,   0,    1,    0,    0,    0,   0, 0x80, 8, 2,
                              0,    0,   0,   1,   2,    3,    4,    0,    0,   0, 1, 'I', 'D',
                              'A',  'T', 9,   1,   2,    3,    4,    0,    0,   0, 0, 'I', 'E',
                              'N',  'D', 1,   2,   3,    4};

static const uint8_t webp[] = {'R', 'I', 'F', 'F', 22,   0,    0,    0,    'W',  'E',
                               'B', 'P', 'V', 'P', '8',  ' ',  10,   0,    0,    0,
                               0,   0,   0,   0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00};

static void a_jpeg_tells_size_and_turn(void **state)
{
    (void)state;
    struct image_probe probe;
    assert_int_equal(image_probe(jpeg, sizeof(jpeg), &probe), STATUS_OK);
    assert_int_equal(probe.kind, IMAGE_JPEG);
    assert_int_equal(probe.width, 1200);
    assert_int_equal(probe.height, 800);
    assert_int_equal(probe.turn, 6);
}

static void a_png_and_a_webp_tell_their_size(void **state)
{
    (void)state;
    struct image_probe probe;
    assert_int_equal(image_probe(png, sizeof(png), &probe), STATUS_OK);
    assert_int_equal(probe.kind, IMAGE_PNG);
    assert_int_equal(probe.width, 256);
    assert_int_equal(probe.height, 128);
    assert_int_equal(image_probe(webp, sizeof(webp), &probe), STATUS_OK);
    assert_int_equal(probe.kind, IMAGE_WEBP);
    assert_int_equal(probe.width, 320);
    assert_int_equal(probe.height, 240);
    assert_int_equal(probe.turn, 1);
}

static void what_is_cut_off_anywhere_is_no_picture(void **state)
{
    (void)state;
    const struct {
        const uint8_t *bytes;
        size_t len;
    } files[] = {{jpeg, sizeof(jpeg)}, {png, sizeof(png)}, {webp, sizeof(webp)}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        for (size_t len = 0; len < files[i].len; len++) {
            struct image_probe probe;
            uint8_t *part = mem_alloc(len + 1); /* its own block, so that sanitizers see its end */
            memcpy(part, files[i].bytes, len);
            assert_int_equal(image_probe(part, len, &probe), STATUS_UNSUPPORTED_MEDIA);
            mem_free(part);
        }
    }
}

static void other_kinds_are_refused(void **state)
{
    (void)state;
    struct image_probe probe;
    static const char *const files[] = {"GIF89a\1\0\1\0", "<svg xmlns='x'/>xxxxxxxxxxxxxxxx",
                                        "RIFFxxxxWAVEfmt xxxxxxxxxxxx", "BM000000000000000000000"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_int_equal(image_probe((const uint8_t *)files[i], strlen(files[i]), &probe),
                         STATUS_UNSUPPORTED_MEDIA);
}

static void too_many_pixels_are_refused_before_decoding(void **state)
{
    (void)state;
    struct image_probe probe;
    uint8_t bomb[sizeof(png)];
    memcpy(bomb, png, sizeof(png));
    bomb[18] = 0x1f; /* 7936 × 7936 */
    bomb[19] = 0x00;
    bomb[22] = 0x1f;
    bomb[23] = 0x00;
    assert_int_equal(image_probe(bomb, sizeof(bomb), &probe), STATUS_TOO_LARGE);
    bomb[18] = 0x4e; /* 20000 × 128 is the longest side, 20001 is too long */
    bomb[19] = 0x20;
    bomb[22] = 0;
    bomb[23] = 0x80;
    assert_int_equal(image_probe(bomb, sizeof(bomb), &probe), STATUS_OK);
    bomb[19] = 0x21;
    assert_int_equal(image_probe(bomb, sizeof(bomb), &probe), STATUS_TOO_LARGE);
    memset(bomb + 16, 0xff, 8);
    assert_int_equal(image_probe(bomb, sizeof(bomb), &probe), STATUS_TOO_LARGE);
}

static void a_jpeg_with_two_sizes_is_refused(void **state)
{
    (void)state;
    struct image_probe probe;
    uint8_t twice[sizeof(jpeg) + 13];
    const size_t sof = 38;
    memcpy(twice, jpeg, sof + 13);
    memcpy(twice + sof + 13, jpeg + sof, sizeof(jpeg) - sof);
    assert_int_equal(image_probe(twice, sizeof(twice), &probe), STATUS_UNSUPPORTED_MEDIA);
}

static void an_animation_is_refused(void **state)
{
    (void)state;
    struct image_probe probe;
    uint8_t animated[] = {'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8',
                          'X', 10,  0,   0,   0,  2, 0, 0, 0,   9,   0,   0,   9,   0,   0};
    assert_int_equal(image_probe(animated, sizeof(animated), &probe), STATUS_UNSUPPORTED_MEDIA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_tells_size_and_turn),
        cmocka_unit_test(a_png_and_a_webp_tell_their_size),
        cmocka_unit_test(what_is_cut_off_anywhere_is_no_picture),
        cmocka_unit_test(other_kinds_are_refused),
        cmocka_unit_test(too_many_pixels_are_refused_before_decoding),
        cmocka_unit_test(a_jpeg_with_two_sizes_is_refused),
        cmocka_unit_test(an_animation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
