/* Which handler a timer has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "jobs/handlers.h"

static void every_kind_is_found_under_its_name(void **state)
{
    struct wire_text kinds[TIMER_KINDS_MAX];
    uint32_t count = timer_table_kinds(kinds);
    (void)state;
    assert_true(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        char entity_type[2 * TIMER_NAME_MAX + 2];
        memcpy(entity_type, kinds[i].data, kinds[i].len);
        entity_type[kinds[i].len] = '\0';
        char *dot = strchr(entity_type, '.');
        assert_non_null(dot);
        *dot = '\0';
        const struct timer_kind *kind = timer_table_find(entity_type, dot + 1);
        assert_non_null(kind);
        assert_non_null(kind->handler);
        assert_true(kind->late_ms > 0);
        assert_null(strchr(dot + 1, '.')); /* what follows a dot is a warning's percent */
    }
}

static void what_is_no_kind_is_not_found(void **state)
{
    (void)state;
    assert_null(timer_table_find("alert", "expir"));
    assert_null(timer_table_find("alert", "expired"));
    assert_null(timer_table_find("aler", "expire"));
    assert_null(timer_table_find("alert", ""));
    assert_ptr_equal(timer_table_find("alert", "expire")->handler, job_alert_expire);
}

static void a_warning_is_found_where_there_are_any(void **state)
{
    (void)state;
    assert_null(timer_table_find("alert", "expire.75"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_found_under_its_name),
        cmocka_unit_test(what_is_no_kind_is_not_found),
        cmocka_unit_test(a_warning_is_found_where_there_are_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
