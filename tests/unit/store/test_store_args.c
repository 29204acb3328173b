#include "store_fixture.h"

#include "store/args_bind.h"
#include "store/pg_codec.h"

static void times_round_towards_the_past(void **state)
{
    (void)state;
    assert_int_equal(pg_time_from_ms(PG_EPOCH_MS), 0);
    assert_int_equal(pg_time_to_ms(pg_time_from_ms(0)), 0);
    assert_int_equal(pg_time_to_ms(pg_time_from_ms(-1)), -1);
    const int64_t now = INT64_C(1795000000123);
    assert_int_equal(pg_time_to_ms(pg_time_from_ms(now)), now);
    assert_int_equal(pg_time_to_ms(-1), PG_EPOCH_MS - 1);
    assert_int_equal(pg_time_to_ms(1999), PG_EPOCH_MS + 1);
}

static enum status bind_number(int64_t value, uint32_t type, struct bound_args *bound,
                               struct store_args *args)
{
    const struct sql_statement_info info = {.name = "x", .arg_types = &type, .arg_count = 1};
    memset(args, 0, sizeof(*args));
    args_int(args, value);
    enum status status = args_bind(args, &info);
    args_point(args, bound);
    return status;
}

static void integers_take_the_width_of_their_argument(void **state)
{
    struct store_args args;
    struct bound_args bound;
    (void)state;
    assert_int_equal(bind_number(-2, PG_INT2, &bound, &args), STATUS_OK);
    assert_int_equal(bound.lengths[0], 2);
    assert_memory_equal(bound.values[0], "\xff\xfe", 2);
    assert_int_equal(bind_number(65536, PG_INT4, &bound, &args), STATUS_OK);
    assert_memory_equal(bound.values[0], "\0\1\0\0", 4);
    assert_int_equal(bind_number(1, PG_INT8, &bound, &args), STATUS_OK);
    assert_memory_equal(bound.values[0], "\0\0\0\0\0\0\0\1", 8);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct store_args args;
    struct bound_args bound;
    (void)state;
    assert_int_equal(bind_number(32768, PG_INT2, &bound, &args), STATUS_INTERNAL);
    assert_int_equal(bind_number(INT64_C(1) << 31, PG_INT4, &bound, &args), STATUS_INTERNAL);
    assert_int_equal(bind_number(1, PG_TEXT, &bound, &args), STATUS_INTERNAL);
    assert_int_equal(bind_number(1, PG_TIMESTAMPTZ, &bound, &args), STATUS_INTERNAL);
    const struct sql_statement_info two = {.name = "x", .arg_types = array_types, .arg_count = 2};
    memset(&args, 0, sizeof(args));
    args_null(&args);
    assert_int_equal(args_bind(&args, &two), STATUS_INTERNAL);
}

/* Beyond the inline bytes, and moved before it is bound, as a request does it. */
static void long_values_are_kept_whole(void **state)
{
    struct store_args args = {0};
    struct store_args moved;
    struct bound_args bound;
    char text[5000];
    const uint32_t types[] = {PG_INT4, PG_TEXT, PG_INT4};
    const struct sql_statement_info info = {.name = "x", .arg_types = types, .arg_count = 3};
    (void)state;
    memset(text, 'x', sizeof(text));
    args_int(&args, 1);
    args_text(&args, text, sizeof(text));
    args_int(&args, 2);
    args_move(&moved, &args);
    assert_int_equal(args.count, 0);
    assert_null(args.heap);
    assert_int_equal(args_bind(&moved, &info), STATUS_OK);
    args_point(&moved, &bound);
    assert_int_equal(bound.lengths[1], sizeof(text));
    assert_memory_equal(bound.values[1], text, sizeof(text));
    assert_memory_equal(bound.values[2], "\0\0\0\2", 4);
    args_clear(&moved);
}

/* --- through PostgreSQL and back --- */

static bool seen;

static void on_scalars(void *ctx, enum status status, const struct store_rows *rows)
{
    (void)ctx;
    seen = true;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(rows->count, 1);
    assert_int_equal(rows_int(rows, 0, 0), -7);
    assert_int_equal(rows_int(rows, 0, 1), -70000);
    assert_true(rows_id(rows, 0, 2) == (UINT64_C(1) << 53) - 1);
    assert_true(rows_bool(rows, 0, 3));
    struct wire_text text = rows_text(rows, 0, 4);
    assert_int_equal(text.len, strlen("大厅 hall"));
    assert_string_equal(text.data, "大厅 hall");
    uint8_t bytes[4];
    assert_true(rows_copy_bin(rows, 0, 5, bytes, sizeof(bytes)));
    assert_memory_equal(bytes, "\0\1\xff\0", 4);
    assert_false(rows_copy_bin(rows, 0, 5, bytes, 3));
    assert_int_equal(rows_time(rows, 0, 6), INT64_C(1795000000123));
    assert_true(rows_is_null(rows, 0, 7));
    assert_int_equal(rows_text(rows, 0, 7).len, 0);
    assert_string_equal(rows_text(rows, 0, 7).data, "");
    assert_int_equal(rows_int(rows, 0, 7), 0);
    assert_false(rows_copy_bin(rows, 0, 7, bytes, sizeof(bytes)));
}

static void scalars_come_back_as_they_went(void **state)
{
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_int(&args, -7);
    args_int(&args, -70000);
    args_id(&args, (UINT64_C(1) << 53) - 1);
    args_bool(&args, true);
    args_string(&args, "大厅 hall");
    args_bin(&args, "\0\1\xff\0", 4);
    args_time(&args, INT64_C(1795000000123));
    args_string(&args, NULL);
    seen = false;
    store_read(fixture.store, T(T_SCALARS), &args, on_scalars, NULL);
    assert_false(seen);
    run_until(seen);
}

static void on_arrays(void *ctx, enum status status, const struct store_rows *rows)
{
    struct arena arena = {NULL};
    (void)ctx;
    seen = true;
    assert_int_equal(status, STATUS_OK);
    struct rows_int_list smalls = rows_int_array(rows, 0, 0, &arena);
    assert_int_equal(smalls.count, 2);
    assert_int_equal(smalls.items[0], -1);
    assert_int_equal(smalls.items[1], 300);
    struct rows_int_list ints = rows_int_array(rows, 0, 1, &arena);
    assert_int_equal(ints.items[1], 300);
    struct wire_list_id ids = rows_id_array(rows, 0, 2, &arena);
    assert_int_equal(ids.count, 1);
    assert_true(ids.items[0] == UINT64_C(1) << 52);
    struct wire_list_text texts = rows_text_array(rows, 0, 3, &arena);
    assert_int_equal(texts.count, 3);
    assert_memory_equal(texts.items[0].data, "甲", 3);
    assert_int_equal(texts.items[1].len, 0);
    assert_memory_equal(texts.items[2].data, "b", 1);
    struct rows_int_list times = rows_int_array(rows, 0, 4, &arena);
    assert_int_equal(times.items[0], INT64_C(1795000000123));
    assert_int_equal(rows_id_array(rows, 0, 5, &arena).count, 0);
    arena_clear(&arena);
}

static void arrays_come_back_as_they_went(void **state)
{
    struct store_args args = {0};
    const int64_t numbers[] = {-1, 300};
    const uint64_t ids[] = {UINT64_C(1) << 52};
    const struct wire_text texts[] = {{"甲", 3}, {"", 0}, {"b", 1}};
    const int64_t times[] = {INT64_C(1795000000123)};
    (void)state;
    fixture_create();
    fixture_open();
    args_int_array(&args, numbers, 2);
    args_int_array(&args, numbers, 2);
    args_id_array(&args, ids, 1);
    args_text_array(&args, texts, 3);
    args_time_array(&args, times, 1);
    args_bin_array(&args, NULL, 0);
    seen = false;
    store_read(fixture.store, T(T_ARRAYS), &args, on_arrays, NULL);
    run_until(seen);
}

static void on_text_forms(void *ctx, enum status status, const struct store_rows *rows)
{
    (void)ctx;
    seen = true;
    assert_int_equal(status, STATUS_OK);
    assert_string_equal(rows_text(rows, 0, 0).data, "{\"a\": 1}");
    assert_string_equal(rows_text(rows, 0, 1).data, "1.50");
    uint8_t uuid[16];
    assert_true(rows_copy_bin(rows, 0, 2, uuid, sizeof(uuid)));
}

static void text_serves_types_with_a_text_form(void **state)
{
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_string(&args, "{\"a\":1}");
    args_string(&args, "1.50");
    args_bin(&args, "0123456789abcdef", 16);
    seen = false;
    store_read(fixture.store, T(T_TEXT_FORMS), &args, on_text_forms, NULL);
    run_until(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_round_towards_the_past),
        cmocka_unit_test(integers_take_the_width_of_their_argument),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(long_values_are_kept_whole),
        store_test(scalars_come_back_as_they_went),
        store_test(arrays_come_back_as_they_went),
        store_test(text_serves_types_with_a_text_form),
    };
    return cmocka_run_group_tests_name("store_args", tests, fixture_begin, fixture_end);
}
