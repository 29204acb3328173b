#include "net/lite_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static struct wire_text text_of(const char *text)
{
    return (struct wire_text){text, (uint32_t)strlen(text)};
}

static char *render(enum lite_page page, enum lite_language language,
                    const struct lite_values *values)
{
    struct wire_buffer out = {0};
    lite_page_render(page, language, values, &out);
    wire_buffer_append(&out, "", 1);
    return (char *)out.data;
}

/* Every slot of every page holds a hostile value: no tag, attribute or entity of it survives. */
static void no_value_becomes_markup(void **state)
{
    (void)state;
    static const char hostile[] = "</p><b id=\"x\" onclick='y'>&lt;\x01\x7f";
    struct lite_values values = {0};
    struct lite_values item = {0};
    for (unsigned slot = 0; slot < LITE_SLOT_COUNT; slot++)
        values.slots[slot] = item.slots[slot] = text_of(hostile);
    values.items = &item;
    values.item_count = 1;
    for (unsigned page = 0; page < LITE_PAGE_COUNT; page++) {
        for (unsigned language = 0; language < LITE_LANGUAGE_COUNT; language++) {
            char *html = render((enum lite_page)page, (enum lite_language)language, &values);
            assert_null(strstr(html, "<b id"));
            assert_null(strstr(html, "id=\"x\""));
            assert_null(strstr(html, "onclick='"));
            assert_null(strchr(html, '\x01'));
            assert_null(strstr(html, "{{"));
            assert_non_null(strstr(
                html, "&lt;/p&gt;&lt;b id=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;lt;"));
            mem_free(html);
        }
    }
}

static void a_section_stands_only_with_its_value(void **state)
{
    (void)state;
    struct lite_values values = {0};
    char *html = render(LITE_PAGE_PROBLEM, LITE_EN, &values);
    assert_null(strstr(html, "<h1>"));
    mem_free(html);
    values.slots[LITE_SLOT_MISSING] = text_of("1");
    html = render(LITE_PAGE_PROBLEM, LITE_EN, &values);
    assert_non_null(strstr(html, "<h1>There is no such page</h1>"));
    mem_free(html);
}

static void items_stand_in_their_order_and_nobody_else_does(void **state)
{
    (void)state;
    struct lite_values items[2] = {0};
    struct lite_values values = {.items = items, .item_count = 2};
    items[0].slots[LITE_SLOT_TITLE] = text_of("one");
    items[1].slots[LITE_SLOT_TITLE] = text_of("two");
    values.slots[LITE_SLOT_SOME] = text_of("1");
    char *html = render(LITE_PAGE_LITE, LITE_ZH_HANS, &values);
    const char *one = strstr(html, ">one</a>");
    assert_non_null(one);
    assert_non_null(strstr(one, ">two</a>"));
    mem_free(html);
}

static void a_language_nobody_knows_is_simplified_chinese(void **state)
{
    (void)state;
    assert_int_equal(lite_page_language("en"), LITE_EN);
    assert_int_equal(lite_page_language("zh-Hant"), LITE_ZH_HANT);
    assert_int_equal(lite_page_language(""), LITE_ZH_HANS);
    assert_int_equal(lite_page_language("EN"), LITE_ZH_HANS);
    assert_string_equal(lite_page_language_name(LITE_ZH_HANT), "zh-Hant");
}

static void a_moment_is_that_of_the_place(void **state)
{
    (void)state;
    char text[LITE_TIME_BYTES];
    assert_string_equal(lite_page_time(1767196800000, LITE_ZH_HANS, text), "2026年1月1日 00:00");
    assert_string_equal(lite_page_time(1767196800000, LITE_EN, text), "2026-01-01, 00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_value_becomes_markup),
        cmocka_unit_test(a_section_stands_only_with_its_value),
        cmocka_unit_test(items_stand_in_their_order_and_nobody_else_does),
        cmocka_unit_test(a_language_nobody_knows_is_simplified_chinese),
        cmocka_unit_test(a_moment_is_that_of_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
