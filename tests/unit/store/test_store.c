#include "store_fixture.h"

static struct answer ask(enum fixture_statement statement, struct store_args *args)
{
    struct answer answer = {.asked_ms = clock_mono_ms()};
    store_read(fixture.store, T(statement), args, on_answer, &answer);
    assert_int_equal(answer.calls, 0);
    run_until(answer.calls > 0);
    return answer;
}

static struct answer add_item(int64_t id, const char *body)
{
    struct answer answer = {.asked_ms = clock_mono_ms()};
    struct store_args args = {0};
    args_int(&args, id);
    args_string(&args, body);
    store_write(fixture.store, T(T_ITEM_ADD_ONE), &args, on_answer, &answer);
    run_until(answer.calls > 0);
    return answer;
}

static void sleep_args(struct store_args *args, const char *seconds)
{
    args_string(args, seconds); /* double precision takes its text form */
}

static void a_write_is_there_for_the_next_read(void **state)
{
    (void)state;
    fixture_create();
    fixture_open();
    assert_int_equal(fixture.ups, 1);
    assert_int_equal(add_item(1, "a").status, STATUS_OK);
    assert_int_equal(ask(T_ITEM_COUNT, NULL).number, 1);
    assert_true(store_is_idle(fixture.store));
}

static void a_read_cannot_write(void **state)
{
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_int(&args, 1);
    args_string(&args, "a");
    struct answer answer = ask(T_ITEM_ADD_ONE, &args);
    assert_int_equal(answer.status, STATUS_UNAVAILABLE);
    assert_string_equal(answer.sqlstate, "25006");
}

static void database_errors_have_a_meaning(void **state)
{
    (void)state;
    fixture_create();
    fixture_open();
    assert_int_equal(add_item(5, "a").status, STATUS_OK);
    struct answer twice = add_item(5, "b");
    assert_int_equal(twice.status, STATUS_CONFLICT);
    assert_string_equal(twice.sqlstate, "23505");
    assert_string_equal(twice.constraint, "item_pkey");
    struct answer unchecked = add_item(-1, "c");
    assert_int_equal(unchecked.status, STATUS_INVALID_FIELD);
    assert_string_equal(unchecked.constraint, "item_id_check");
    /* And the link works on. */
    assert_int_equal(add_item(6, "d").status, STATUS_OK);
    assert_int_equal(ask(T_ITEM_COUNT, NULL).number, 2);
}

static void many_requests_are_all_answered(void **state)
{
    static struct answer answers[100];
    (void)state;
    memset(answers, 0, sizeof(answers));
    fixture_create();
    fixture_open();
    for (int i = 0; i < 100; i++) {
        struct store_args args = {0};
        args_int(&args, i + 1);
        args_string(&args, "x");
        store_write(fixture.store, T(T_ITEM_ADD_ONE), &args, on_answer, &answers[i]);
        store_read(fixture.store, T(T_PID), NULL, on_answer, &answers[i]);
    }
    run_until(store_is_idle(fixture.store));
    for (int i = 0; i < 100; i++) {
        assert_int_equal(answers[i].calls, 2);
        assert_int_equal(answers[i].status, STATUS_OK);
    }
    assert_int_equal(ask(T_ITEM_COUNT, NULL).number, 100);
}

static void beyond_the_waiting_list_is_busy(void **state)
{
    static struct answer answers[STORE_WAITING_MAX + 100];
    unsigned busy = 0;
    (void)state;
    memset(answers, 0, sizeof(answers));
    fixture_create();
    fixture_open();
    for (int i = 0; i < STORE_WAITING_MAX + 100; i++)
        store_write(fixture.store, T(T_PID), NULL, on_answer, &answers[i]);
    run_until(store_is_idle(fixture.store));
    for (int i = 0; i < STORE_WAITING_MAX + 100; i++) {
        assert_int_equal(answers[i].calls, 1);
        busy += answers[i].status == STATUS_BUSY;
    }
    assert_int_equal(busy, 100 - 32); /* those in flight do not wait */
}

/* --- segments --- */

struct segment_answer {
    unsigned calls;
    enum status status;
    unsigned count;
    int64_t numbers[4];
    unsigned failed_index;
    char sqlstate[6];
};

static void on_segment(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct segment_answer *answer = ctx;
    answer->calls++;
    answer->status = status;
    answer->count = result->count;
    for (unsigned i = 0; i < result->count; i++)
        if (result->rows[i].count)
            answer->numbers[i] = rows_int(&result->rows[i], 0, 0);
    answer->failed_index = result->failed_index;
    if (result->failed)
        memcpy(answer->sqlstate, result->failed->sqlstate, sizeof(answer->sqlstate));
}

static void add_to_segment(struct store_segment *segment, int64_t id)
{
    struct store_args args = {0};
    args_int(&args, id);
    args_string(&args, "s");
    store_segment_add(segment, T(T_ITEM_ADD_ONE), &args);
}

static void a_segment_is_one_transaction(void **state)
{
    struct segment_answer good = {0};
    struct segment_answer bad = {0};
    (void)state;
    fixture_create();
    fixture_open();
    struct store_segment *segment = store_segment_create(fixture.store);
    add_to_segment(segment, 1);
    store_segment_add(segment, T(T_WHO_SYSTEM), NULL);
    store_segment_add(segment, T(T_ITEM_COUNT), NULL);
    store_segment_write(segment, on_segment, &good);
    segment = store_segment_create(fixture.store);
    add_to_segment(segment, 2);
    store_segment_add(segment, T(T_WHO_SYSTEM), NULL);
    add_to_segment(segment, 1);
    add_to_segment(segment, 3);
    store_segment_write(segment, on_segment, &bad);
    run_until(good.calls && bad.calls);
    assert_int_equal(good.status, STATUS_OK);
    assert_int_equal(good.count, 3);
    assert_int_equal(good.numbers[2], 1);
    assert_int_equal(bad.status, STATUS_CONFLICT);
    assert_int_equal(bad.failed_index, 2);
    assert_string_equal(bad.sqlstate, "23505");
    assert_int_equal(fixture_number("SELECT count(*) FROM item"), 1);
}

static void a_commit_that_fails_fails_the_segment(void **state)
{
    struct segment_answer bad = {0};
    const int64_t twice[] = {4, 4};
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_int_array(&args, twice, 2);
    struct store_segment *segment = store_segment_create(fixture.store);
    store_segment_add(segment, T(T_LATE_ADD), &args);
    store_segment_write(segment, on_segment, &bad);
    run_until(bad.calls);
    assert_int_equal(bad.status, STATUS_CONFLICT);
    assert_int_equal(fixture_number("SELECT count(*) FROM late"), 0);
}

/* --- who asks --- */

static void the_principal_ends_with_its_transaction(void **state)
{
    struct answer answer = {0};
    const struct store_call call = {T(T_WHO_ACCOUNT), NULL, on_answer, &answer};
    (void)state;
    fixture.settings.read_links = 1;
    fixture_create();
    fixture_open();
    store_read_as(fixture.store, (struct store_principal){42}, call);
    run_until(answer.calls);
    assert_int_equal(answer.status, STATUS_OK);
    assert_string_equal(answer.text, "42");
    assert_string_equal(ask(T_WHO, NULL).text, "");
    assert_string_equal(ask(T_WHO_SYSTEM, NULL).text, "0");
    assert_string_equal(ask(T_WHO, NULL).text, "");
}

static void nobody_cannot_ask_for_somebody(void **state)
{
    (void)state;
    fixture_create();
    fixture_open();
    assert_int_equal(ask(T_WHO_ACCOUNT, NULL).status, STATUS_INTERNAL);
}

static void wrong_arguments_never_reach_the_database(void **state)
{
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_string(&args, "1");
    assert_int_equal(ask(T_ITEM_ADD, &args).status, STATUS_INTERNAL);
}

/* --- what is told --- */

static void notifications_are_handed_on(void **state)
{
    struct store_args args = {0};
    (void)state;
    fixture_create();
    fixture_open();
    args_string(&args, "role_revoked 17");
    assert_int_equal(ask(T_NOTIFY, &args).status, STATUS_OK);
    run_until(fixture.notified[0]);
    assert_string_equal(fixture.notified, "role_revoked 17");
}

static void another_schema_is_refused(void **state)
{
    (void)state;
    fixture.settings.schema_version = 8; /* it is 7 */
    fixture_create();
    store_open(fixture.store);
    run_until(fixture.refused[0]);
    assert_false(store_is_up(fixture.store));
}

static void the_own_schema_is_accepted(void **state)
{
    (void)state;
    fixture.settings.schema_version = 7;
    fixture_create();
    fixture_open();
    assert_string_equal(fixture.refused, "");
}

static void a_statement_that_does_not_fit_is_refused(void **state)
{
    static struct sql_statement_info statements[T_COUNT];
    (void)state;
    fixture_create();
    memcpy(statements, fixture_statements, sizeof(statements));
    statements[T_PID].text = "SELECT nothing FROM nowhere";
    const struct store_watch watch = {.on_refused = on_fixture_refused};
    fixture.settings.statements = statements;
    struct store *store = store_create(&fixture.loop, &fixture.settings, &watch);
    store_open(store);
    run_until(fixture.refused[0]);
    assert_non_null(strstr(fixture.refused, "t_pid"));
    assert_non_null(strstr(fixture.refused, "42P01"));
    store_close(store, on_fixture_closed, NULL);
    run_until(fixture.closed);
    store_destroy(store);
    fixture.closed = false;
}

/* synchronous_commit can be off for a role or a connection, not only for the server. */
static void begin_not_durable(void)
{
    static char database[1200];
    fixture_create();
    store_close(fixture.store, on_fixture_closed, NULL);
    run_until(fixture.closed);
    store_destroy(fixture.store);
    fixture.closed = false;
    snprintf(database, sizeof(database), "%s", fixture.database);
    char *end = strrchr(database, '\'');
    snprintf(end, sizeof(database) - (size_t)(end - database), " -c synchronous_commit=off'");
    const struct store_watch watch = {.on_up = on_fixture_up, .on_refused = on_fixture_refused};
    fixture.settings.database = database;
    fixture.store = store_create(&fixture.loop, &fixture.settings, &watch);
    store_open(fixture.store);
}

static void a_database_that_forgets_is_refused(void **state)
{
    (void)state;
    begin_not_durable();
    run_until(fixture.refused[0]);
    assert_int_equal(fixture.ups, 0);
}

static void a_database_that_forgets_is_taken_for_the_control_test(void **state)
{
    (void)state;
    fixture.settings.unsafe_durability = true;
    begin_not_durable();
    run_until(fixture.ups > 0);
    assert_string_equal(fixture.refused, "");
}

/* --- the end --- */

static void closing_answers_everybody(void **state)
{
    static struct answer answers[100];
    struct store_args args = {0};
    (void)state;
    memset(answers, 0, sizeof(answers));
    fixture_create();
    fixture_open();
    sleep_args(&args, "1");
    store_write(fixture.store, T(T_SLEEP), &args, on_answer, &answers[0]);
    for (int i = 1; i < 100; i++)
        store_write(fixture.store, T(T_PID), NULL, on_answer, &answers[i]);
    fixture_close();
    for (int i = 0; i < 100; i++) {
        assert_int_equal(answers[i].calls, 1);
        assert_int_equal(answers[i].status, STATUS_UNAVAILABLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_write_is_there_for_the_next_read),
        store_test(a_read_cannot_write),
        store_test(database_errors_have_a_meaning),
        store_test(many_requests_are_all_answered),
        store_test(beyond_the_waiting_list_is_busy),
        store_test(a_segment_is_one_transaction),
        store_test(a_commit_that_fails_fails_the_segment),
        store_test(the_principal_ends_with_its_transaction),
        store_test(nobody_cannot_ask_for_somebody),
        store_test(wrong_arguments_never_reach_the_database),
        store_test(notifications_are_handed_on),
        store_test(another_schema_is_refused),
        store_test(the_own_schema_is_accepted),
        store_test(a_statement_that_does_not_fit_is_refused),
        store_test(a_database_that_forgets_is_refused),
        store_test(a_database_that_forgets_is_taken_for_the_control_test),
        store_test(closing_answers_everybody),
    };
    return cmocka_run_group_tests_name("store", tests, fixture_begin, fixture_end);
}
