#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/seen_keys.h"

static int32_t put(struct seen_keys *seen, uint64_t sender, uint32_t key, uint32_t load,
                   uint32_t row)
{
    uint8_t bytes[16] = {0};
    memcpy(bytes, &key, sizeof(key));
    return seen_keys_put(seen, sender, bytes, load, row);
}

static void a_key_is_new_once(void **state)
{
    (void)state;
    struct seen_keys *seen = seen_keys_create();
    assert_int_equal(put(seen, 1, 7, 0, 1), KEY_NEVER_SEEN);
    assert_int_equal(put(seen, 2, 7, 0, 2), KEY_NEVER_SEEN); /* somebody else's */
    assert_int_equal(put(seen, 1, 8, 0, 3), KEY_NEVER_SEEN);
    assert_int_equal(put(seen, 1, 7, 0, 4), 1);
    assert_int_equal(put(seen, 1, 7, 0, 5), 1); /* the first, not the one before */
    assert_int_equal(put(seen, 1, 7, 1, 6), KEY_PERHAPS);
    assert_int_equal(put(seen, 1, 7, 1, 7), 6);
    seen_keys_destroy(seen);
}

/* Forgetting is allowed, inventing is not: a row that is named has the key. */
static void many_keys_are_never_taken_for_each_other(void **state)
{
    const uint32_t many = 3 * SEEN_KEYS_MAX;
    unsigned remembered = 0;
    (void)state;
    struct seen_keys *seen = seen_keys_create();
    for (uint32_t i = 0; i < many; i++)
        assert_int_equal(put(seen, 1, i, 0, i + 1), KEY_NEVER_SEEN);
    for (uint32_t i = many; i-- > 0;) {
        int32_t known = put(seen, 1, i, 0, i + 1);
        if (known == KEY_NEVER_SEEN)
            continue;
        assert_int_equal(known, i + 1);
        remembered++;
    }
    assert_in_range(remembered, SEEN_KEYS_MAX / 2, SEEN_KEYS_MAX);
    seen_keys_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_new_once),
        cmocka_unit_test(many_keys_are_never_taken_for_each_other),
    };
    return cmocka_run_group_tests_name("seen_keys", tests, NULL, NULL);
}
