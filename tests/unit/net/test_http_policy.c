#include "net/http_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static bool make(const char *html, bool trusted_types, char out[HTTP_POLICY_MAX])
{
    return http_policy_make((const uint8_t *)html, strlen(html), trusted_types, out);
}

static void every_style_block_is_named_by_its_hash(void **state)
{
    (void)state;
    char policy[HTTP_POLICY_MAX];
    assert_true(make("<html><STYLE type=\"text/css\">a</style><body><style></style>", false,
                     policy));
    /* SHA-256 of "a" and of nothing. */
    assert_non_null(strstr(policy, "style-src 'self' "
                                   "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=' "
                                   "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';"));
    assert_null(strstr(policy, "trusted-types"));
    assert_null(strstr(policy, "unsafe"));
}

static void a_page_without_styles_may_use_files_only(void **state)
{
    (void)state;
    char policy[HTTP_POLICY_MAX];
    assert_true(make("<p>styles</p>", true, policy));
    assert_non_null(strstr(policy, "style-src 'self';"));
    assert_non_null(strstr(policy, "require-trusted-types-for 'script'"));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
}

static void a_style_that_never_ends_is_left_out(void **state)
{
    (void)state;
    char policy[HTTP_POLICY_MAX];
    assert_true(make("<style>a{}", false, policy));
    assert_null(strstr(policy, "sha256"));
    assert_true(make("<style", false, policy));
    assert_true(make("", false, policy));
}

static void too_many_styles_make_no_policy(void **state)
{
    (void)state;
    char policy[HTTP_POLICY_MAX];
    char *html = mem_alloc(64 * 64);
    for (int i = 0; i < 64; i++)
        sprintf(html + strlen(html), "<style>%d</style>", i);
    assert_false(make(html, false, policy));
    mem_free(html);
}

static void a_policy_from_a_file_is_one_clean_line(void **state)
{
    (void)state;
    static const char text[] = " default-src 'none';\r\n\t script-src 'self'\n\n";
    static const char bad[] = "default-src 'none'\x01";
    char policy[HTTP_POLICY_MAX];
    assert_true(http_policy_read((const uint8_t *)text, sizeof(text) - 1, policy));
    assert_string_equal(policy, "default-src 'none'; script-src 'self'");
    assert_false(http_policy_read((const uint8_t *)bad, sizeof(bad) - 1, policy));
    assert_false(http_policy_read((const uint8_t *)"\n", 1, policy));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_style_block_is_named_by_its_hash),
        cmocka_unit_test(a_page_without_styles_may_use_files_only),
        cmocka_unit_test(a_style_that_never_ends_is_left_out),
        cmocka_unit_test(too_many_styles_make_no_policy),
        cmocka_unit_test(a_policy_from_a_file_is_one_clean_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
