/* The public notice: rendered from codes alone, and never more precise than its rule allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/alert_notice.h"

#define TEXT(literal) ((struct wire_text){literal, sizeof(literal) - 1})

static bool holds(struct wire_text text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

static void a_large_community_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct notice_text notice =
        alert_notice_render(WIRE_SCAM_TYPE_REFUND, TEXT("柳荫社区"), NOTICE_RESIDENTS_MIN, &arena);
    assert_true(holds(notice.body, "柳荫社区"));
    arena_clear(&arena);
}

static void a_small_community_is_not_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct notice_text notice = alert_notice_render(WIRE_SCAM_TYPE_REFUND, TEXT("柳荫社区"),
                                                    NOTICE_RESIDENTS_MIN - 1, &arena);
    assert_false(holds(notice.body, "柳荫社区"));
    assert_true(holds(notice.body, "辖区"));
    arena_clear(&arena);
}

static void every_scam_type_has_its_own_words_within_the_wire_limits(void **state)
{
    (void)state;
    for (int type = WIRE_SCAM_TYPE_IMPERSONATED_AUTHORITY; type <= WIRE_SCAM_TYPE_OTHER; type++) {
        struct arena arena = {0};
        struct notice_text notice =
            alert_notice_render((enum wire_scam_type)type, TEXT("柳荫社区"), 1000, &arena);
        assert_true(holds(notice.title, "反诈提醒："));
        assert_in_range(notice.title.len, 20, 120);
        assert_in_range(notice.body.len, 60, 1000);
        assert_in_range(notice.advice.len, 30, 400);
        for (int other = type + 1; other <= WIRE_SCAM_TYPE_OTHER; other++) {
            struct notice_text next =
                alert_notice_render((enum wire_scam_type)other, TEXT("柳荫社区"), 1000, &arena);
            assert_false(next.title.len == notice.title.len &&
                         memcmp(next.title.data, notice.title.data, notice.title.len) == 0);
        }
        arena_clear(&arena);
    }
}

static void the_target_is_told_what_to_do_and_nothing_of_who_comes(void **state)
{
    (void)state;
    assert_true(holds(alert_target_advice(), "不要转账"));
    assert_true(holds(alert_target_advice(), "挂断"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_community_is_named),
        cmocka_unit_test(a_small_community_is_not_named),
        cmocka_unit_test(every_scam_type_has_its_own_words_within_the_wire_limits),
        cmocka_unit_test(the_target_is_told_what_to_do_and_nothing_of_who_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
