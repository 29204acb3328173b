#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/text_check.h"
#include "base/status.h"
#include "wire/wire.h"

static void every_operation_is_found_by_code_and_name(void **state)
{
    (void)state;
#define CHECK(code_, name_)                                                                        \
    assert_non_null(wire_info(code_));                                                             \
    assert_int_equal(wire_info(code_)->code, code_);                                               \
    assert_ptr_equal(wire_info_by_name(#name_), wire_info(code_));                                 \
    assert_int_equal(wire_info(code_)->body->size, sizeof(struct wire_##name_));
    WIRE_EACH_MESSAGE(CHECK)
#undef CHECK
    assert_null(wire_info(0));
    assert_null(wire_info(WIRE_CODE_MAX + 1));
    assert_null(wire_info(UINT32_MAX));
    assert_null(wire_info_by_name("message_posts"));
}

static void a_request_has_a_reply_and_a_door(void **state)
{
    (void)state;
    uint32_t requests = 0;
    for (uint32_t code = 0; code <= WIRE_CODE_MAX; code++) {
        const struct wire_operation_info *info = wire_info(code);
        if (info == NULL || info->kind != WIRE_KIND_REQUEST)
            continue;
        requests++;
        assert_int_equal(wire_info((uint32_t)info->reply)->kind, WIRE_KIND_REPLY);
        assert_int_equal(info->door == WIRE_DOOR_HTTP, info->path != NULL);
    }
    assert_true(requests >= WIRE_REQUEST_COUNT); /* some are described ahead of the server */
    assert_int_equal(wire_info(WIRE_ALERT_PUSHED)->lane, WIRE_LANE_URGENT);
    assert_true(wire_info(WIRE_MESSAGE_ADDED)->hot);
}

/* base/status.c has the numbers in its own table, because base knows nothing of the wire. */
static void every_status_has_the_error_of_the_schema(void **state)
{
    (void)state;
    for (int status = STATUS_MALFORMED_FRAME; status <= STATUS_REVOKED; status++) {
        const struct wire_error_info *error =
            wire_error_info(status_wire_error((enum status)status));
        assert_string_equal(error->name, status_name((enum status)status));
        assert_true(error->http_status >= 400 && error->http_status < 600);
        assert_true(error->zh[0] != '\0' && error->en[0] != '\0');
    }
    assert_int_equal(STATUS_MEDIATION_FORBIDDEN, WIRE_ERROR_CODE_MAX);
    assert_string_equal(wire_error_info(9999)->name, "internal");
    assert_string_equal(wire_error_info(-1)->name, "internal");
}

static void enum_values_have_names_both_ways(void **state)
{
    (void)state;
    assert_string_equal(wire_enum_value_name(&wire_enum_role, WIRE_ROLE_OFFICER), "officer");
    assert_int_equal(wire_enum_value(&wire_enum_role, "officers", 7), WIRE_ROLE_OFFICER);
    assert_int_equal(wire_enum_value(&wire_enum_role, "officers", 8), 0);
    assert_int_equal(wire_enum_value(&wire_enum_role, "", 0), 0);
    assert_null(wire_enum_value_name(&wire_enum_role, 0));
    assert_null(wire_enum_value_name(&wire_enum_role, WIRE_ROLE_MAX + 1));
    assert_null(wire_enum_value_name(&wire_enum_role, UINT32_MAX));
}

static void length_is_counted_in_code_points(void **state)
{
    (void)state;
    static const char text[] = "a\xE4\xB8\xAD\xF0\x9F\x98\x80";
    assert_int_equal(text_count(text, 8), 3);
    assert_null(text_check(text, 8, 3));
    assert_string_equal(text_check(text, 8, 2), "is too long");
    assert_null(text_check("", 0, 0));
    assert_true(text_is_utf8("", 0));
}

static void only_line_break_and_tab_are_allowed_controls(void **state)
{
    (void)state;
    for (int byte = 0; byte < 0x80; byte++) {
        const char text[2] = {(char)byte, 'x'};
        bool is_refused = byte < 0x20 && byte != '\n' && byte != '\t';
        assert_int_equal(text_check(text, 2, 5) != NULL, is_refused);
    }
}

static void a_buffer_keeps_what_it_has_when_it_grows(void **state)
{
    (void)state;
    struct wire_buffer buffer = {0};
    for (uint32_t i = 0; i < 5000; i++)
        wire_buffer_append(&buffer, &i, sizeof(i));
    assert_int_equal(buffer.len, 5000 * sizeof(uint32_t));
    for (uint32_t i = 0; i < 5000; i++)
        assert_memory_equal(buffer.data + i * sizeof(i), &i, sizeof(i));
    wire_buffer_deinit(&buffer);
    assert_null(buffer.data);
    wire_buffer_append(&buffer, "", 0);
    assert_int_equal(buffer.len, 0);
    wire_buffer_deinit(&buffer);
}

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
        cmocka_unit_test(every_operation_is_found_by_code_and_name),
        cmocka_unit_test(a_request_has_a_reply_and_a_door),
        cmocka_unit_test(every_status_has_the_error_of_the_schema),
        cmocka_unit_test(enum_values_have_names_both_ways),
        cmocka_unit_test(length_is_counted_in_code_points),
        cmocka_unit_test(only_line_break_and_tab_are_allowed_controls),
        cmocka_unit_test(a_buffer_keeps_what_it_has_when_it_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
