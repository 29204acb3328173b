#include "rules/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/secret.h"

/* RFC 6238, appendix B: the secret and the last six of its eight digits. */
static const uint8_t rfc_secret[TOTP_SECRET_BYTES] = "12345678901234567890";

static enum status check(const char *code, size_t len, int64_t now_ms, int64_t last_step,
                         int64_t *step)
{
    const struct totp_state state = {rfc_secret, last_step};
    return totp_check(&state, code, len, now_ms, step);
}

static int start(void **state)
{
    (void)state;
    return secret_init() == STATUS_OK ? 0 : -1;
}

static void codes_are_those_of_the_rfc(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *code;
    } known[] = {{59, "287082"},         {1111111109, "081804"},  {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"},  {20000000000, "353130"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        char code[TOTP_DIGITS + 1];
        totp_code(rfc_secret, known[i].seconds / 30, code);
        assert_string_equal(code, known[i].code);
    }
}

static void a_code_is_good_one_step_around_and_no_further(void **state)
{
    (void)state;
    int64_t step = -1;
    const int64_t now = 1111111109000;
    const int64_t current = now / TOTP_STEP_MS;
    for (int64_t away = -3; away <= 3; away++) {
        char code[TOTP_DIGITS + 1];
        totp_code(rfc_secret, current + away, code);
        enum status expected = away >= -1 && away <= 1 ? STATUS_OK : STATUS_WRONG_CODE;
        assert_int_equal(check(code, TOTP_DIGITS, now, 0, &step), expected);
        if (expected == STATUS_OK)
            assert_int_equal(step, current + away);
    }
}

static void a_code_is_good_once(void **state)
{
    (void)state;
    int64_t step = -1;
    const int64_t now = 1111111109000;
    assert_int_equal(check("081804", 6, now, 0, &step), STATUS_OK);
    int64_t last = step;
    assert_int_equal(check("081804", 6, now, last, &step), STATUS_REPLAYED);
    assert_int_equal(step, last);
}

static void other_lengths_are_wrong(void **state)
{
    (void)state;
    int64_t step;
    assert_int_equal(check("0818041", 7, 1111111109000, 0, &step),
                     STATUS_WRONG_CODE);
    assert_int_equal(check("", 0, 1111111109000, 0, &step), STATUS_WRONG_CODE);
}

static void the_secret_is_shown_in_base32(void **state)
{
    (void)state;
    char text[TOTP_SECRET_CHARS + 1];
    char uri[TOTP_URI_MAX];
    totp_secret_text(rfc_secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_int_equal(totp_uri(rfc_secret, "\xe8\xae\xae\xe4\xba\x8b", "li.wei", uri), STATUS_OK);
    assert_string_equal(uri, "otpauth://totp/%E8%AE%AE%E4%BA%8B:li.wei?secret="
                             "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E8%AE%AE%E4%BA%8B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(a_code_is_good_one_step_around_and_no_further),
        cmocka_unit_test(a_code_is_good_once),
        cmocka_unit_test(other_lengths_are_wrong),
        cmocka_unit_test(the_secret_is_shown_in_base32),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
