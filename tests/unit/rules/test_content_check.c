#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/content_check.h"

static struct wire_text text(const char *string)
{
    return (struct wire_text){string, (uint32_t)strlen(string)};
}

static void an_empty_message_is_refused(void **state)
{
    (void)state;
    static const char *const empty[] = {"", " ", "\n\t ", "\xe3\x80\x80", "\xe2\x80\x8b",
                                        "\xe2\xa0\x80\xef\xbb\xbf"};
    for (size_t i = 0; i < ARRAY_LEN(empty); i++)
        assert_int_equal(content_check_body(text(empty[i]), 0), STATUS_INVALID_FIELD);
}

static void a_picture_needs_no_words(void **state)
{
    (void)state;
    assert_int_equal(content_check_body(text(""), 1), STATUS_OK);
    assert_int_equal(content_check_body(text("  "), 1), STATUS_INVALID_FIELD);
}

static void ordinary_talk_is_taken(void **state)
{
    (void)state;
    static const char *const talk[] = {"早", "民警同志您好,3号楼有人吵架", "👍", "?", "a\nb",
                                       "👨‍👩‍👧 全家"};
    for (size_t i = 0; i < ARRAY_LEN(talk); i++)
        assert_int_equal(content_check_body(text(talk[i]), 0), STATUS_OK);
}

static void turning_the_direction_is_refused(void **state)
{
    (void)state;
    assert_int_equal(content_check_body(text("转账\xe2\x80\xae" "001"), 0), STATUS_INVALID_FIELD);
    assert_int_equal(content_check_body(text("\xe2\x81\xa6x"), 0), STATUS_INVALID_FIELD);
    assert_int_equal(content_check_body(text("坏\xff"), 0), STATUS_INVALID_FIELD);
}

static void names_of_people_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {"王女士", "3栋李阿姨", "Zhang San", "阿依古丽·买买提", "小明😀",
                                        "民兴路老陈", "警惕诈骗的老王"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (content_check_display_name(text(names[i])) != STATUS_OK)
            fail_msg("%s should be taken", names[i]);
}

static void names_that_look_official_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "民警小王",   "民 警 小王",   "民·警",      "李警官",       "江東派出所", "江东派-出-所",
        "警察",       "管理員",       "系統",       "Police",       "ＰＯＬＩＣＥ", "P o l i c e",
        "ℙolice",     "Admin",        "反詐中心",   "网格员小李",   "居委会",     "110",
        "１１０",     "①①⓪",         "社区干部张", "議事廳",       "Ｏfficial",  "公安局"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (content_check_display_name(text(names[i])) == STATUS_OK)
            fail_msg("%s should be refused", names[i]);
}

static void names_with_invisible_parts_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"", " ", " 王", "王 ", "王\n李", "王\xe2\x80\x8b李", "...\t",
                                        "\xe3\x85\xa4", "\xe2\x80\xae王", "王\xff"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (content_check_display_name(text(names[i])) == STATUS_OK)
            fail_msg("name %zu should be refused", i);
}

static void a_name_has_at_most_forty_characters(void **state)
{
    (void)state;
    char name[200] = "";
    for (int i = 0; i < CONTENT_NAME_MAX; i++)
        strcat(name, "王");
    assert_int_equal(content_check_display_name(text(name)), STATUS_OK);
    strcat(name, "王");
    assert_int_equal(content_check_display_name(text(name)), STATUS_INVALID_FIELD);
}

static void what_a_device_calls_itself_becomes_one_line(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"居民端 1.4 · 安卓", "居民端 1.4 · 安卓"},
        {"  two\n\tlines  ", "two lines"},
        {"a\x7f\u200b\u202e\u2066\ufeff b", "a b"},
        {"\n\t \u3000", ""},
        {"一二三四五六七八九十", "一二三四五六七八"},
        {"1234567 890", "12345678"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct arena arena = {0};
        struct wire_text line = content_one_line(text(pairs[i][0]), 8 + 12 * (i < 4), &arena);
        assert_int_equal(line.len, strlen(pairs[i][1]));
        assert_memory_equal(line.data, pairs[i][1], line.len);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_message_is_refused),
        cmocka_unit_test(a_picture_needs_no_words),
        cmocka_unit_test(ordinary_talk_is_taken),
        cmocka_unit_test(turning_the_direction_is_refused),
        cmocka_unit_test(names_of_people_are_taken),
        cmocka_unit_test(names_that_look_official_are_refused),
        cmocka_unit_test(names_with_invisible_parts_are_refused),
        cmocka_unit_test(a_name_has_at_most_forty_characters),
        cmocka_unit_test(what_a_device_calls_itself_becomes_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
