#include "rules/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/secret.h"

static int start(void **state)
{
    (void)state;
    return secret_init() == STATUS_OK ? 0 : -1;
}

static void a_password_fits_its_own_hash_only(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX];
    assert_int_equal(password_hash("correct horse", 13, hash), STATUS_OK);
    assert_true(password_matches(hash, "correct horse", 13));
    assert_false(password_matches(hash, "correct horsf", 13));
    assert_false(password_matches(hash, "correct hors", 12));
    assert_false(password_matches(hash, "", 0));
}

static void the_hash_says_argon2id_with_19_mib_and_two_passes(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX];
    assert_int_equal(password_hash("correct horse", 13, hash), STATUS_OK);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
}

static void weak_and_endless_passwords_are_refused(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX];
    char same[PASSWORD_LEN_MAX + 1];
    memset(same, 'a', sizeof(same));
    assert_int_equal(password_hash("short", 5, hash), STATUS_INVALID_FIELD);
    assert_int_equal(password_hash(same, 20, hash), STATUS_INVALID_FIELD);
    assert_int_equal(password_hash(same, sizeof(same), hash), STATUS_INVALID_FIELD);
}

static void nobody_knows_the_decoys_password(void **state)
{
    (void)state;
    char first[PASSWORD_HASH_MAX];
    char second[PASSWORD_HASH_MAX];
    assert_int_equal(password_decoy(first), STATUS_OK);
    assert_int_equal(password_decoy(second), STATUS_OK);
    assert_string_not_equal(first, second);
    assert_false(password_matches(first, "correct horse", 13));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_fits_its_own_hash_only),
        cmocka_unit_test(the_hash_says_argon2id_with_19_mib_and_two_passes),
        cmocka_unit_test(weak_and_endless_passwords_are_refused),
        cmocka_unit_test(nobody_knows_the_decoys_password),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
