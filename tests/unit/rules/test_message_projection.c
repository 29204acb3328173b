#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/message_projection.h"
#include "wire/wire.h"

#define SENDER 7
#define MARKER "PLANTED-MARKER"

static struct wire_media_view media = {
    .media_id = {MARKER, 14}, .width = 1, .height = 1, .has_alt = true, .alt = {MARKER, 14}};

static struct wire_message_view full(enum wire_message_state state)
{
    struct wire_message_view view = {
        .room_id = 1,
        .seq = 2,
        .sender_id = SENDER,
        .sender_name = {"王女士", 9},
        .badge = WIRE_BADGE_NONE,
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .state = state,
        .sent_at = 3,
        .has_body = true,
        .body = {MARKER, 14},
        .has_media = true,
        .media = {1, &media},
        .has_quote_seq = true,
        .quote_seq = 1,
        .has_public_reason = true,
        .public_reason = {"含个人信息", 15},
        .has_client_key = true,
    };
    memcpy(view.client_key, MARKER, 14);
    return view;
}

static bool encoded_has(const struct wire_message_view *view, const char *what)
{
    struct wire_message_added event = {.message = *view};
    struct wire_buffer out = {0};
    assert_int_equal(wire_encode(WIRE_MESSAGE_ADDED, 0, &event, &out), STATUS_OK);
    bool found = memmem(out.data, out.len, what, strlen(what)) != NULL;
    wire_buffer_deinit(&out);
    return found;
}

/* Every state × viewer: the bytes that leave hold the marker only where they may. */
static void content_leaves_only_while_it_is_visible(void **state)
{
    (void)state;
    static const uint64_t viewers[] = {0, SENDER, SENDER + 1};
    for (int s = WIRE_MESSAGE_STATE_VISIBLE; s <= WIRE_MESSAGE_STATE_PURGED; s++)
        for (size_t v = 0; v < ARRAY_LEN(viewers); v++) {
            struct wire_message_view view = full((enum wire_message_state)s);
            message_project(&view, viewers[v]);
            bool visible = s == WIRE_MESSAGE_STATE_VISIBLE;
            assert_int_equal(view.has_body, visible);
            assert_int_equal(view.has_media, visible);
            assert_int_equal(view.has_quote_seq, visible);
            assert_int_equal(view.has_client_key, viewers[v] == SENDER);
            assert_int_equal(view.has_public_reason, s == WIRE_MESSAGE_STATE_HIDDEN);
            assert_int_equal(encoded_has(&view, MARKER), visible || viewers[v] == SENDER);
            memset(view.client_key, 0, sizeof(view.client_key));
            assert_int_equal(encoded_has(&view, MARKER), visible);
        }
}

static void a_whole_list_is_projected(void **state)
{
    (void)state;
    struct wire_message_view views[3] = {full(WIRE_MESSAGE_STATE_VISIBLE),
                                         full(WIRE_MESSAGE_STATE_RECALLED),
                                         full(WIRE_MESSAGE_STATE_HIDDEN)};
    struct wire_list_message_view list = {3, views};
    message_project_list(&list, 0);
    assert_true(views[0].has_body);
    assert_false(views[1].has_body);
    assert_false(views[2].has_body);
    assert_false(views[0].has_client_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_leaves_only_while_it_is_visible),
        cmocka_unit_test(a_whole_list_is_projected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
