#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/text_fold.h"

static struct arena arena;

static void assert_folds(const char *from, const char *to)
{
    struct wire_text folded = text_fold((struct wire_text){from, (uint32_t)strlen(from)}, &arena);
    if (folded.len != strlen(to) || memcmp(folded.data, to, folded.len) != 0)
        fail_msg("%s folds to %.*s, not %s", from, (int)folded.len, folded.data, to);
}

static void traditional_becomes_simplified(void **state)
{
    (void)state;
    assert_folds("報警", "报警");
    assert_folds("我家在上海東邊", "我家在上海东边");
    assert_folds("臺灣鄉親請來電話", "台湾乡亲请来电话");
    assert_folds("網絡詐騙", "网络诈骗");
    arena_clear(&arena);
}

static void letters_become_small_and_narrow(void **state)
{
    (void)state;
    assert_folds("ＡＢＣ１２３ｘｙｚ", "abc123xyz");
    assert_folds("Police ÄÖ ΩЖ", "police äö ωж");
    arena_clear(&arena);
}

static void punctuation_and_emoji_stay(void **state)
{
    (void)state;
    assert_folds("！？,。「」😀👨‍👩‍👧", "！？,。「」😀👨‍👩‍👧");
    arena_clear(&arena);
}

static void what_does_not_change_is_not_copied(void **state)
{
    (void)state;
    struct wire_text text = {"报警 abc 123", 0};
    text.len = (uint32_t)strlen(text.data);
    assert_ptr_equal(text_fold(text, &arena).data, text.data);
    assert_false(text_fold_changed(text, text_fold(text, &arena)));
    assert_null(arena.head);
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x30000; c++) {
        uint32_t once = text_fold_char(c);
        if (text_fold_char(once) != once)
            fail_msg("U+%04X folds to U+%04X and that to U+%04X", c, once, text_fold_char(once));
    }
}

static void ill_formed_bytes_are_kept(void **state)
{
    (void)state;
    assert_folds("A\xff\xe4\xb8Z", "a\xff\xe4\xb8z");
    assert_folds("", "");
    arena_clear(&arena);
}

/* A two-byte letter whose small form has three bytes must fit. */
static void growing_letters_fit(void **state)
{
    (void)state;
    char many[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(many, "Ⱥ");
    struct wire_text folded = text_fold((struct wire_text){many, (uint32_t)strlen(many)}, &arena);
    assert_int_equal(folded.len, 300);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traditional_becomes_simplified),
        cmocka_unit_test(letters_become_small_and_narrow),
        cmocka_unit_test(punctuation_and_emoji_stay),
        cmocka_unit_test(what_does_not_change_is_not_copied),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(ill_formed_bytes_are_kept),
        cmocka_unit_test(growing_letters_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
