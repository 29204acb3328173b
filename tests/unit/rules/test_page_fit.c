#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/page_fit.h"
#include "wire/wire.h"

#define COUNT 100
static struct wire_message_view items[COUNT];
static char text[12000]; /* 4000 characters */

/* COUNT messages of this many bytes each, seq 1 … COUNT. */
static struct wire_list_message_view run_of(uint32_t bytes)
{
    for (size_t i = 0; i < sizeof(text); i += 3)
        memcpy(text + i, "好", 3);
    for (uint32_t i = 0; i < COUNT; i++)
        items[i] = (struct wire_message_view){.room_id = WIRE_ID_MAX,
                                              .seq = i + 1,
                                              .sender_id = WIRE_ID_MAX,
                                              .sender_name = {text, 240},
                                              .badge = WIRE_BADGE_NONE,
                                              .kind = WIRE_MESSAGE_KIND_TEXT,
                                              .state = WIRE_MESSAGE_STATE_VISIBLE,
                                              .sent_at = WIRE_TIME_MAX,
                                              .has_body = true,
                                              .body = {text, bytes},
                                              .has_quote_seq = true,
                                              .quote_seq = WIRE_ID_MAX,
                                              .has_client_key = true};
    return (struct wire_list_message_view){COUNT, items};
}

static size_t encoded(const struct wire_list_message_view *views)
{
    struct wire_message_page page = {
        .room_id = 1, .messages = *views, .first_seq = 1, .head_seq = COUNT};
    struct wire_buffer out = {0};
    assert_int_equal(wire_encode(WIRE_MESSAGE_PAGE, UINT32_MAX, &page, &out), STATUS_OK);
    size_t len = out.len;
    wire_buffer_deinit(&out);
    return len;
}

static void assert_run(const struct wire_list_message_view *views)
{
    for (uint32_t i = 1; i < views->count; i++)
        assert_int_equal(views->items[i].seq, views->items[i - 1].seq + 1);
}

static void short_messages_all_fit(void **state)
{
    (void)state;
    struct wire_list_message_view views = run_of(300);
    page_fit_first(&views, PAGE_FIT_BYTES);
    page_fit_last(&views, PAGE_FIT_BYTES);
    page_fit_around(&views, 50, PAGE_FIT_BYTES);
    assert_int_equal(views.count, COUNT);
}

static void long_ones_are_cut_on_the_right_side(void **state)
{
    (void)state;
    struct wire_list_message_view views = run_of(12000);
    page_fit_first(&views, PAGE_FIT_BYTES);
    assert_int_equal(views.items[0].seq, 1);
    assert_in_range(views.count, 20, 22);
    assert_run(&views);
    assert_true(encoded(&views) <= PAGE_FIT_BYTES);

    views = run_of(12000);
    page_fit_last(&views, PAGE_FIT_BYTES);
    assert_int_equal(views.items[views.count - 1].seq, COUNT);
    assert_run(&views);
    assert_true(encoded(&views) <= PAGE_FIT_BYTES);

    views = run_of(12000);
    page_fit_around(&views, 50, PAGE_FIT_BYTES);
    assert_true(views.items[0].seq < 50 && views.items[views.count - 1].seq > 50);
    assert_run(&views);
    assert_true(encoded(&views) <= PAGE_FIT_BYTES);
}

static void at_least_one_is_kept_and_nothing_stays_nothing(void **state)
{
    (void)state;
    struct wire_list_message_view views = run_of(12000);
    page_fit_last(&views, 10);
    assert_int_equal(views.count, 1);
    assert_int_equal(views.items[0].seq, COUNT);
    views = (struct wire_list_message_view){0, NULL};
    page_fit_first(&views, 10);
    page_fit_last(&views, 10);
    page_fit_around(&views, 5, 10);
    assert_int_equal(views.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_messages_all_fit),
        cmocka_unit_test(long_ones_are_cut_on_the_right_side),
        cmocka_unit_test(at_least_one_is_kept_and_nothing_stays_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
