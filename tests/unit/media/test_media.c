/* The real child process, with pictures made by libgd. The program is found beside the tests. */
#include "media/media.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gd.h>

#include "base/mem.h"

static char program[512];

struct outcome {
    int calls;
    enum status status;
    uint32_t width;
    uint32_t height;
    gdImagePtr small; /* decoded again, to look at */
    gdImagePtr large;
};

struct bench {
    uv_loop_t loop;
    struct media *media;
    bool closed;
};

static int find_program(void **state)
{
    (void)state;
    char own[400];
    ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
    if (len <= 0)
        return -1;
    own[len] = '\0';
    *strrchr(own, '/') = '\0';
    snprintf(program, sizeof(program), "%s/bin/hall-image", own);
    return access(program, X_OK);
}

static void on_picture(void *ctx, enum status status, const struct media_picture *picture)
{
    struct outcome *outcome = ctx;
    outcome->calls++;
    outcome->status = status;
    if (picture == NULL)
        return;
    outcome->width = picture->width;
    outcome->height = picture->height;
    outcome->small = gdImageCreateFromJpegPtr((int)picture->small_len, (void *)picture->small);
    outcome->large = gdImageCreateFromJpegPtr((int)picture->large_len, (void *)picture->large);
}

static void on_closed(void *ctx)
{
    ((struct bench *)ctx)->closed = true;
}

static void open_bench(struct bench *bench, const char *path)
{
    memset(bench, 0, sizeof(*bench));
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->media = media_create(&bench->loop, &(struct media_programs){path, path});
}

static void close_bench(struct bench *bench)
{
    media_close(bench->media, on_closed, bench);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_true(bench->closed);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    media_destroy(bench->media);
}

static void run_until_called(struct bench *bench, const struct outcome *outcome)
{
    while (outcome->calls == 0)
        uv_run(&bench->loop, UV_RUN_ONCE);
}

static void drop(struct outcome *outcome)
{
    if (outcome->small != NULL)
        gdImageDestroy(outcome->small);
    if (outcome->large != NULL)
        gdImageDestroy(outcome->large);
}

/* Left half red, right half blue, and the lower half of each darker. */
static gdImagePtr paint(int width, int height)
{
    gdImagePtr picture = gdImageCreateTrueColor(width, height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int light = y < height / 2 ? 255 : 120;
            gdImageSetPixel(picture, x, y,
                            x < width / 2 ? gdTrueColor(light, 0, 0) : gdTrueColor(0, 0, light));
        }
    return picture;
}

static struct outcome convert(const void *bytes, size_t len)
{
    struct bench bench;
    struct outcome outcome = {0};
    open_bench(&bench, program);
    enum status status = media_convert(bench.media, bytes, len, on_picture, &outcome);
    if (status == STATUS_OK)
        run_until_called(&bench, &outcome);
    else
        outcome.status = status;
    close_bench(&bench);
    return outcome;
}

static void assert_near(gdImagePtr picture, int x, int y, int wanted)
{
    int got = gdImageGetTrueColorPixel(picture, x, y);
    assert_in_range(abs(gdTrueColorGetRed(got) - gdTrueColorGetRed(wanted)), 0, 30);
    assert_in_range(abs(gdTrueColorGetGreen(got) - gdTrueColorGetGreen(wanted)), 0, 30);
    assert_in_range(abs(gdTrueColorGetBlue(got) - gdTrueColorGetBlue(wanted)), 0, 30);
}

static void all_three_kinds_become_two_sizes(void **state)
{
    (void)state;
    gdImagePtr picture = paint(2000, 1000);
    for (int kind = 0; kind < 3; kind++) {
        int len = 0;
        void *bytes = kind == 0   ? gdImageJpegPtr(picture, &len, 90)
                      : kind == 1 ? gdImagePngPtr(picture, &len)
                                  : gdImageWebpPtr(picture, &len);
        struct outcome outcome = convert(bytes, (size_t)len);
        assert_int_equal(outcome.status, STATUS_OK);
        assert_int_equal(outcome.width, 1600);
        assert_int_equal(outcome.height, 800);
        assert_int_equal(gdImageSX(outcome.large), 1600);
        assert_int_equal(gdImageSX(outcome.small), 320);
        assert_int_equal(gdImageSY(outcome.small), 160);
        assert_near(outcome.large, 100, 100, gdTrueColor(255, 0, 0));
        assert_near(outcome.small, 300, 150, gdTrueColor(0, 0, 120));
        drop(&outcome);
        gdFree(bytes);
    }
    gdImageDestroy(picture);
}

static void a_small_picture_is_never_made_larger(void **state)
{
    (void)state;
    int len = 0;
    gdImagePtr picture = paint(40, 30);
    void *bytes = gdImagePngPtr(picture, &len);
    struct outcome outcome = convert(bytes, (size_t)len);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(gdImageSX(outcome.small), 40);
    assert_int_equal(gdImageSY(outcome.large), 30);
    drop(&outcome);
    gdFree(bytes);
    gdImageDestroy(picture);
}

static void what_was_transparent_is_white(void **state)
{
    (void)state;
    int len = 0;
    gdImagePtr picture = gdImageCreateTrueColor(400, 400);
    gdImageAlphaBlending(picture, 0);
    gdImageSaveAlpha(picture, 1);
    gdImageFilledRectangle(picture, 0, 0, 399, 399, gdTrueColorAlpha(0, 0, 0, gdAlphaTransparent));
    gdImageFilledRectangle(picture, 0, 0, 199, 399, gdTrueColor(0, 200, 0));
    void *bytes = gdImagePngPtr(picture, &len);
    struct outcome outcome = convert(bytes, (size_t)len);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_near(outcome.small, 10, 160, gdTrueColor(0, 200, 0));
    assert_near(outcome.small, 310, 160, gdTrueColor(255, 255, 255));
    assert_near(outcome.large, 390, 200, gdTrueColor(255, 255, 255));
    drop(&outcome);
    gdFree(bytes);
    gdImageDestroy(picture);
}

/* Puts an EXIF block that says only how to turn the picture behind the first two bytes. */
static uint8_t *with_turn(const uint8_t *bytes, size_t len, uint8_t turn, size_t *out_len)
{
    const uint8_t exif[] = {0xff, 0xe1, 0,    0x22, 'E', 'x', 'i', 'f', 0, 0,    'M', 'M',
                            0,    0x2a, 0,    0,    0,   8,   0,   1,   1, 0x12, 0,   3,
                            0,    0,    0,    1,    0,   turn, 0,  0,   0, 0,    0,   0};
    uint8_t *out = mem_alloc(len + sizeof(exif));
    memcpy(out, bytes, 2);
    memcpy(out + 2, exif, sizeof(exif));
    memcpy(out + 2 + sizeof(exif), bytes + 2, len - 2);
    *out_len = len + sizeof(exif);
    return out;
}

static void a_turned_picture_stands_upright(void **state)
{
    (void)state;
    /* Where the stored upper left quarter (bright red) is seen: right = 1, bottom = 2. */
    static const int corner_of_turn[9] = {0, 0, 1, 3, 2, 0, 1, 3, 2};
    int len = 0;
    gdImagePtr picture = paint(300, 200);
    void *bytes = gdImageJpegPtr(picture, &len, 95);
    for (uint8_t turn = 1; turn <= 8; turn++) {
        size_t turned_len;
        uint8_t *turned = with_turn(bytes, (size_t)len, turn, &turned_len);
        struct outcome outcome = convert(turned, turned_len);
        assert_int_equal(outcome.status, STATUS_OK);
        int width = turn >= 5 ? 200 : 300;
        int height = turn >= 5 ? 300 : 200;
        assert_int_equal(outcome.width, width);
        assert_int_equal(outcome.height, height);
        int x = corner_of_turn[turn] & 1 ? width - 20 : 20;
        int y = corner_of_turn[turn] & 2 ? height - 20 : 20;
        assert_near(outcome.large, x, y, gdTrueColor(255, 0, 0));
        drop(&outcome);
        mem_free(turned);
    }
    gdFree(bytes);
    gdImageDestroy(picture);
}

/* The same numbers in every run (Knuth's constants). */
static uint32_t dice(uint32_t *seed, uint32_t sides)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % sides;
}

static void broken_bytes_are_refused_and_hurt_nobody(void **state)
{
    (void)state;
    int len = 0;
    gdImagePtr picture = paint(120, 80);
    uint8_t *bytes = gdImagePngPtr(picture, &len);
    struct bench bench;
    open_bench(&bench, program);
    uint32_t seed = 7;
    for (int round = 0; round < 60; round++) {
        struct outcome outcome = {0};
        uint8_t *hurt = mem_alloc((size_t)len);
        memcpy(hurt, bytes, (size_t)len);
        for (int i = 0; i < 1 + round % 8; i++)
            hurt[33 + dice(&seed, (uint32_t)len - 33)] = (uint8_t)dice(&seed, 256);
        enum status status =
            media_convert(bench.media, hurt, (size_t)len, on_picture, &outcome);
        if (status == STATUS_OK) {
            run_until_called(&bench, &outcome);
            status = outcome.status;
        }
        assert_true(status == STATUS_OK || status == STATUS_UNSUPPORTED_MEDIA);
        drop(&outcome);
        mem_free(hurt);
    }
    close_bench(&bench);
    gdFree(bytes);
    gdImageDestroy(picture);
}

static void more_than_can_wait_is_refused_at_once(void **state)
{
    (void)state;
    enum { OFFERED = MEDIA_WAITING_MAX + 3 };
    int len = 0;
    gdImagePtr picture = paint(60, 40);
    void *bytes = gdImagePngPtr(picture, &len);
    struct outcome outcomes[OFFERED] = {0};
    struct bench bench;
    open_bench(&bench, program);
    for (int i = 0; i < OFFERED; i++)
        assert_int_equal(media_convert(bench.media, bytes, (size_t)len, on_picture, &outcomes[i]),
                         i < MEDIA_WAITING_MAX ? STATUS_OK : STATUS_BUSY);
    for (int i = 0; i < MEDIA_WAITING_MAX; i++) {
        run_until_called(&bench, &outcomes[i]);
        assert_int_equal(outcomes[i].status, STATUS_OK);
        drop(&outcomes[i]);
    }
    close_bench(&bench);
    gdFree(bytes);
    gdImageDestroy(picture);
}

static void closing_answers_what_runs_and_what_waits(void **state)
{
    (void)state;
    int len = 0;
    gdImagePtr picture = paint(3000, 2000);
    void *bytes = gdImageJpegPtr(picture, &len, 90);
    struct outcome outcomes[4] = {0};
    struct bench bench;
    open_bench(&bench, program);
    for (int i = 0; i < 4; i++)
        assert_int_equal(media_convert(bench.media, bytes, (size_t)len, on_picture, &outcomes[i]),
                         STATUS_OK);
    uv_run(&bench.loop, UV_RUN_ONCE);
    close_bench(&bench);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(outcomes[i].calls, 1);
        assert_int_equal(outcomes[i].status, STATUS_BUSY);
    }
    gdFree(bytes);
    gdImageDestroy(picture);
}

static void a_missing_or_wrong_program_is_an_answer_too(void **state)
{
    (void)state;
    static const char *const programs[] = {"/nonexistent/hall-image", "/bin/cat", "/bin/true"};
    int len = 0;
    gdImagePtr picture = paint(60, 40);
    void *bytes = gdImagePngPtr(picture, &len);
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        struct bench bench;
        struct outcome outcome = {0};
        open_bench(&bench, programs[i]);
        assert_int_equal(media_convert(bench.media, bytes, (size_t)len, on_picture, &outcome),
                         STATUS_OK);
        run_until_called(&bench, &outcome);
        assert_int_equal(outcome.status, i == 0 ? STATUS_BUSY : STATUS_UNSUPPORTED_MEDIA);
        close_bench(&bench);
    }
    gdFree(bytes);
    gdImageDestroy(picture);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN); /* as the server does: a child that dies closes its pipe */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_three_kinds_become_two_sizes),
        cmocka_unit_test(a_small_picture_is_never_made_larger),
        cmocka_unit_test(what_was_transparent_is_white),
        cmocka_unit_test(a_turned_picture_stands_upright),
        cmocka_unit_test(broken_bytes_are_refused_and_hurt_nobody),
        cmocka_unit_test(more_than_can_wait_is_refused_at_once),
        cmocka_unit_test(closing_answers_what_runs_and_what_waits),
        cmocka_unit_test(a_missing_or_wrong_program_is_an_answer_too),
    };
    return cmocka_run_group_tests(tests, find_program, NULL);
}
