#include "rules/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void numbers_as_people_write_them_become_one_form(void **state)
{
    (void)state;
    static const char *const written[] = {
        "13800138000",      "+8613800138000",  "008613800138000",   "8613800138000",
        "138 0013 8000",    "138-0013-8000",   "+86 138.0013.8000", " 13800138000 ",
        "１３８００１３８０００", "＋86 13800138000",
    };
    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        char e164[PHONE_E164_LEN + 1];
        assert_int_equal(phone_normalise(written[i], strlen(written[i]), e164), STATUS_OK);
        assert_string_equal(e164, "+8613800138000");
    }
}

static void what_is_no_mobile_number_is_refused(void **state)
{
    (void)state;
    static const char *const written[] = {
        "",           "1",           "1380013800",   "138001380000",       "12800138000",
        "23800138000", "+1 2025550123", "+13800138000", "13800138000x",     "1380013800０00",
        "0086138001380001", "138+00138000", "１３８\xef\xbc",  "96110",
    };
    for (size_t i = 0; i < ARRAY_LEN(written); i++) {
        char e164[PHONE_E164_LEN + 1] = "unchanged";
        assert_int_equal(phone_normalise(written[i], strlen(written[i]), e164),
                         STATUS_INVALID_FIELD);
        assert_string_equal(e164, "unchanged");
    }
}

static void a_masked_number_keeps_three_and_four_digits(void **state)
{
    (void)state;
    char shown[12];
    phone_mask("+8613812345678", shown);
    assert_string_equal(shown, "138****5678");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_people_write_them_become_one_form),
        cmocka_unit_test(what_is_no_mobile_number_is_refused),
        cmocka_unit_test(a_masked_number_keeps_three_and_four_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
