#include "rules/secret.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hall-secret-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (secret_init() != STATUS_OK || mkdtemp(folder) == NULL)
        return -1;
    return snprintf(path, sizeof(path), "%s/key", folder) < (int)sizeof(path) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static struct secret_ring *open_ring(void)
{
    struct secret_ring *ring = NULL;
    unlink(path);
    assert_int_equal(secret_key_create(path), STATUS_OK);
    assert_int_equal(secret_ring_open(path, &ring), STATUS_OK);
    return ring;
}

static void a_key_file_is_made_once_and_for_its_owner_only(void **state)
{
    (void)state;
    struct stat info;
    struct secret_ring *ring = NULL;
    unlink(path);
    assert_int_equal(secret_ring_open(path, &ring), STATUS_NOT_FOUND);
    assert_int_equal(secret_key_create(path), STATUS_OK);
    assert_int_equal(secret_key_create(path), STATUS_CONFLICT);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(secret_ring_open(path, &ring), STATUS_INVALID_FIELD);
}

static void a_damaged_key_file_is_refused(void **state)
{
    (void)state;
    struct secret_ring *ring = NULL;
    unlink(path);
    assert_int_equal(secret_key_create(path), STATUS_OK);
    assert_int_equal(truncate(path, 20), 0);
    assert_int_equal(secret_ring_open(path, &ring), STATUS_INVALID_FIELD);
}

static void a_token_is_found_again_by_its_hash(void **state)
{
    (void)state;
    char text[SECRET_TOKEN_CHARS + 1];
    char other[SECRET_TOKEN_CHARS + 1];
    uint8_t kept[SECRET_HASH_BYTES];
    uint8_t shown[SECRET_HASH_BYTES];
    secret_token_make(text, kept);
    assert_int_equal(strlen(text), SECRET_TOKEN_CHARS);
    assert_true(secret_token_hash(text, strlen(text), shown));
    assert_memory_equal(kept, shown, sizeof(kept));
    secret_token_make(other, shown);
    assert_string_not_equal(text, other);
    assert_memory_not_equal(kept, shown, sizeof(kept));
}

static void what_is_no_token_has_no_hash(void **state)
{
    (void)state;
    uint8_t hash[SECRET_HASH_BYTES];
    char text[SECRET_TOKEN_CHARS + 1];
    secret_token_make(text, hash);
    assert_false(secret_token_hash("", 0, hash));
    assert_false(secret_token_hash(text, SECRET_TOKEN_CHARS - 1, hash));
    text[5] = '!';
    assert_false(secret_token_hash(text, SECRET_TOKEN_CHARS, hash));
}

static void a_sealed_text_opens_only_whole_and_for_its_use(void **state)
{
    (void)state;
    const char plain[] = "+8613800138000";
    uint8_t sealed[sizeof(plain) + SECRET_SEAL_EXTRA];
    uint8_t opened[sizeof(plain)];
    struct secret_ring *ring = open_ring();
    assert_int_equal(secret_seal(ring, SECRET_SEAL_PHONE, plain, sizeof(plain), sealed), STATUS_OK);
    assert_int_equal(secret_unseal(ring, SECRET_SEAL_PHONE, sealed, sizeof(sealed), opened),
                     STATUS_OK);
    assert_memory_equal(plain, opened, sizeof(plain));
    assert_int_equal(secret_unseal(ring, SECRET_SEAL_TOTP, sealed, sizeof(sealed), opened),
                     STATUS_INVALID_FIELD);
    for (size_t i = 0; i < sizeof(sealed); i++) {
        sealed[i] ^= 1;
        assert_int_equal(secret_unseal(ring, SECRET_SEAL_PHONE, sealed, sizeof(sealed), opened),
                         STATUS_INVALID_FIELD);
        sealed[i] ^= 1;
    }
    assert_int_equal(secret_unseal(ring, SECRET_SEAL_PHONE, sealed, SECRET_SEAL_EXTRA - 1, opened),
                     STATUS_INVALID_FIELD);
    secret_ring_close(ring);
}

static void hashes_depend_on_the_key_and_on_their_use(void **state)
{
    (void)state;
    uint8_t a[SECRET_HASH_BYTES];
    uint8_t b[SECRET_HASH_BYTES];
    struct secret_ring *first = open_ring();
    struct secret_ring *second = open_ring();
    secret_phone_hash(first, "+8613800138000", a);
    secret_phone_hash(first, "+8613800138000", b);
    assert_memory_equal(a, b, sizeof(a));
    secret_phone_hash(second, "+8613800138000", b);
    assert_memory_not_equal(a, b, sizeof(a));
    secret_address_hash(first, "+8613800138000", b);
    assert_memory_not_equal(a, b, sizeof(a));
    secret_ring_close(first);
    secret_ring_close(second);
}

static void a_code_is_bound_to_its_phone(void **state)
{
    (void)state;
    char code[SECRET_CODE_DIGITS + 1];
    uint8_t phone[2][SECRET_HASH_BYTES] = {{1}, {2}};
    uint8_t a[SECRET_HASH_BYTES];
    uint8_t b[SECRET_HASH_BYTES];
    struct secret_ring *ring = open_ring();
    secret_code_make(code);
    assert_int_equal(strspn(code, "0123456789"), SECRET_CODE_DIGITS);
    secret_code_hash(ring, phone[0], code, strlen(code), a);
    secret_code_hash(ring, phone[1], code, strlen(code), b);
    assert_false(secret_equal(a, b, sizeof(a)));
    secret_code_hash(ring, phone[0], code, strlen(code), b);
    assert_true(secret_equal(a, b, sizeof(a)));
    secret_ring_close(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_is_made_once_and_for_its_owner_only),
        cmocka_unit_test(a_damaged_key_file_is_refused),
        cmocka_unit_test(a_token_is_found_again_by_its_hash),
        cmocka_unit_test(what_is_no_token_has_no_hash),
        cmocka_unit_test(a_sealed_text_opens_only_whole_and_for_its_use),
        cmocka_unit_test(hashes_depend_on_the_key_and_on_their_use),
        cmocka_unit_test(a_code_is_bound_to_its_phone),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
