#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/page_cursor.h"
#include "wire/wire.h"

static void what_was_written_is_read_again(void **state)
{
    (void)state;
    const uint64_t numbers[4] = {253370764800000, 0, WIRE_ID_MAX, 42};
    uint64_t again[4] = {0};
    char text[PAGE_CURSOR_MAX + 1];
    page_cursor_write(text, numbers, 4);
    assert_string_equal(text, "253370764800000.0.9007199254740991.42");
    assert_true(page_cursor_read(wire_text_of(text), again, 4));
    assert_memory_equal(numbers, again, sizeof(numbers));
    assert_false(page_cursor_read(wire_text_of(text), again, 3));
}

static void what_is_not_ours_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        ".",
        "1",
        "1.",
        "1.2",
        "1.2.",
        "1.2.3.",
        "1.2.3.4",
        ".1.2.3",
        "1..3",
        "a.2.3",
        "1.2.x",
        "-1.2.3",
        " 1.2.3",
        "1.2.3 ",
        "1.2.9007199254740992",
        "1.2.99999999999999999999999999999",
        "1,2,3",
        "0x1.2.3",
    };
    uint64_t numbers[3];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(page_cursor_read(wire_text_of(bad[i]), numbers, 3));
    assert_true(page_cursor_read(wire_text_of("0.0.0"), numbers, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(what_is_not_ours_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
