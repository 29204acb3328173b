/* Outcomes of the process and errors of the schema are the same list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "wire/wire.h"

static void every_outcome_has_a_name_and_an_error_of_the_schema(void **state)
{
    (void)state;
    for (int s = STATUS_OK + 1; s < STATUS_COUNT; s++) {
        int code = status_wire_error((enum status)s);
        assert_non_null(status_name((enum status)s));
        assert_string_not_equal(status_name((enum status)s), "unknown");
        assert_in_range(code, 1, WIRE_ERROR_CODE_MAX);
    }
}

static void every_error_of_the_schema_is_an_outcome_of_the_same_name(void **state)
{
    (void)state;
    for (uint32_t code = 1; code <= WIRE_ERROR_CODE_MAX; code++) {
        const char *name = wire_enum_value_name(&wire_enum_error_code, code);
        int found = 0;
        if (name == NULL)
            continue;
        for (int s = STATUS_OK + 1; s < STATUS_COUNT; s++)
            if (strcmp(status_name((enum status)s), name) == 0) {
                assert_int_equal(status_wire_error((enum status)s), (int)code);
                found++;
            }
        if (found != 1)
            fail_msg("%s is the name of %d outcomes", name, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outcome_has_a_name_and_an_error_of_the_schema),
        cmocka_unit_test(every_error_of_the_schema_is_an_outcome_of_the_same_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
