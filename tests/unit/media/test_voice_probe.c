/* The first look at a recording: its kind, from its first bytes. */
#include "media/voice_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define WEBM "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
#define MP4 "\0\0\0\x1c" "ftypiso5" "\0\0\0\0"
#define OGG "OggS\0\x02" "01234567" "0123" "0123" "0123" "\x01\x13" "OpusHead"
#define BYTES(text) text, sizeof(text) - 1

static enum status probe(const void *bytes, size_t len, enum voice_kind *kind)
{
    /* In a block of exactly this size, so that the sanitizer sees every byte beyond it. */
    uint8_t *exact = malloc(len > 0 ? len : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, len);
    enum status status = voice_probe(exact, len, kind);
    free(exact);
    return status;
}

static void each_kind_is_known_by_its_first_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum voice_kind kind;
    } files[] = {{BYTES(WEBM), VOICE_WEBM}, {BYTES(MP4), VOICE_MP4}, {BYTES(OGG), VOICE_OGG}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        enum voice_kind kind = 0;
        assert_int_equal(probe(files[i].bytes, files[i].len, &kind), STATUS_OK);
        assert_int_equal(kind, files[i].kind);
        for (size_t len = 0; len < files[i].len; len++)
            assert_int_equal(probe(files[i].bytes, len, &kind), STATUS_UNSUPPORTED_MEDIA);
    }
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } files[] = {
        {BYTES("")},
        {BYTES("hello, this is a text of some length and nothing else at all")},
        {BYTES("ID3\x04\0\0\0\0\0\x0a" "0123456789")},
        {BYTES("RIFF\x24\0\0\0" "WAVEfmt \x10\0\0\0\x01\0\x01\0")},
        {BYTES("\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska\x42\x87\x81\x04")},
        {BYTES("OggS\0\x02" "01234567" "0123" "0123" "0123" "\x01\x1e" "\x01vorbis0")},
        {BYTES("#EXTM3U\n#EXT-X-TARGETDURATION:1\nhttp://127.0.0.1/secret")},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        enum voice_kind kind = 0;
        assert_int_equal(probe(files[i].bytes, files[i].len, &kind), STATUS_UNSUPPORTED_MEDIA);
    }
}

static void too_many_bytes_are_too_many(void **state)
{
    (void)state;
    uint8_t *bytes = calloc(VOICE_BYTES_MAX + 1, 1);
    enum voice_kind kind = 0;
    assert_non_null(bytes);
    memcpy(bytes, BYTES(WEBM));
    assert_int_equal(voice_probe(bytes, VOICE_BYTES_MAX, &kind), STATUS_OK);
    assert_int_equal(voice_probe(bytes, VOICE_BYTES_MAX + 1, &kind), STATUS_TOO_LARGE);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_known_by_its_first_bytes),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(too_many_bytes_are_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
