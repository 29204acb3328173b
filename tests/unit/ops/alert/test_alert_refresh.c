/* From the database to the board: whatever order answers come in, the board never goes back. */
#include "hub/fake_peer.h"

#include "hub/alert_board.h"
#include "ops/alert/alert_env.h"
#include "ops/alert/alert_refresh.h"

#define READS_MAX 8
#define ALERT_ID  77
#define OFFICER   11

/* Reads that were asked for: each saw the alert as it was when it was sent. */
static struct {
    uint32_t version; /* of the row now */
    enum wire_alert_state state;
    struct {
        alert_loaded_fn fn;
        void *ctx;
        uint32_t version;
        enum wire_alert_state state;
    } reads[READS_MAX];
    unsigned count;
} database;

void alert_store_load(struct alert_store *alerts, uint64_t alert_id, alert_loaded_fn fn, void *ctx)
{
    (void)alerts;
    assert_int_equal(alert_id, ALERT_ID);
    assert_true(database.count < READS_MAX);
    database.reads[database.count].fn = fn;
    database.reads[database.count].ctx = ctx;
    database.reads[database.count].version = database.version;
    database.reads[database.count++].state = database.state;
}

void alert_store_current(struct alert_store *alerts, uint64_t after_id, alert_ids_fn fn, void *ctx)
{
    (void)alerts;
    (void)after_id;
    fn(ctx, STATUS_OK, (const uint64_t[]){ALERT_ID}, 1);
}

/* The answer to one of the reads, in whatever order the test likes. */
static void answer(unsigned read, enum status status)
{
    struct arena arena = {0};
    struct alert_recipient officer = {OFFICER, WIRE_ALERT_AUDIENCE_OFFICERS};
    struct alert_loaded loaded = {
        .record = {.id = ALERT_ID,
                   .state = database.reads[read].state,
                   .state_version = database.reads[read].version,
                   .level = WIRE_ALERT_LEVEL_HIGH,
                   .scam_type = WIRE_SCAM_TYPE_LOAN},
        .recipients = &officer,
        .recipient_count = 1,
    };
    assert_true(read < database.count);
    database.reads[read].fn(database.reads[read].ctx, status, &arena,
                            status == STATUS_OK ? &loaded : NULL);
    arena_clear(&arena);
}

struct fixture {
    uv_loop_t loop;
    struct hub *hub;
    struct alert_env alert;
    struct ops_env ops;
    unsigned told;
};

static int open_node(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));
    memset(&database, 0, sizeof(database));
    f->hub = make_hub(&f->loop, NULL);
    f->alert.board = alert_board_create(f->hub);
    f->ops.alert = &f->alert;
    *state = f;
    return 0;
}

static int close_node(void **state)
{
    struct fixture *f = *state;
    assert_null(f->alert.reads.reads);
    alert_board_destroy(f->alert.board);
    free_hub(&f->loop, f->hub);
    mem_free(f);
    return 0;
}

static void on_told(void *ctx, enum status status)
{
    struct fixture *f = ctx;
    (void)status;
    f->told++;
}

static void changes_to(uint32_t version, enum wire_alert_state state)
{
    database.version = version;
    database.state = state;
}

static void one_read_at_a_time_and_one_more_for_all_who_came_meanwhile(void **state)
{
    struct fixture *f = *state;
    changes_to(1, WIRE_ALERT_STATE_DISPATCHED);
    alert_refresh(&f->ops, ALERT_ID, on_told, f);
    changes_to(2, WIRE_ALERT_STATE_ACKNOWLEDGED);
    for (int i = 0; i < 5; i++)
        alert_refresh(&f->ops, ALERT_ID, on_told, f);
    assert_int_equal(database.count, 1);
    answer(0, STATUS_OK);
    assert_int_equal(f->told, 1); /* the others wait for a read that began after they asked */
    assert_int_equal(database.count, 2);
    answer(1, STATUS_OK);
    assert_int_equal(f->told, 6);
    assert_int_equal(alert_board_find(f->alert.board, ALERT_ID)->state_version, 2);
}

/* Without the order a read sent before the end and answered after it brings the alert back, and
 * everybody who connects is greeted with it for ever. */
static void what_ended_is_not_brought_back_by_an_older_read(void **state)
{
    struct fixture *f = *state;
    changes_to(1, WIRE_ALERT_STATE_DISPATCHED);
    alert_refresh(&f->ops, ALERT_ID, NULL, NULL);
    changes_to(2, WIRE_ALERT_STATE_CANCELLED);
    alert_refresh(&f->ops, ALERT_ID, NULL, NULL);
    while (database.count > 0) {
        unsigned newest = database.count - 1; /* the later one's answer comes first */
        answer(newest, STATUS_OK);
        if (database.count == newest + 1)
            database.count--;
        else
            database.reads[newest] = database.reads[--database.count];
    }
    assert_null(alert_board_find(f->alert.board, ALERT_ID));
}

static void a_failed_read_is_told_and_the_one_asked_for_meanwhile_still_goes(void **state)
{
    struct fixture *f = *state;
    changes_to(1, WIRE_ALERT_STATE_DISPATCHED);
    alert_refresh(&f->ops, ALERT_ID, on_told, f);
    alert_refresh(&f->ops, ALERT_ID, on_told, f);
    answer(0, STATUS_UNAVAILABLE);
    assert_true(f->ops.alerts_missed);
    assert_int_equal(f->told, 1);
    answer(1, STATUS_OK);
    assert_int_equal(f->told, 2);
    assert_non_null(alert_board_find(f->alert.board, ALERT_ID));
}

static void on_told_again(void *ctx, enum status status)
{
    struct fixture *f = ctx;
    (void)status;
    if (f->told++ == 0)
        alert_refresh(&f->ops, ALERT_ID, on_told, f);
}

static void who_is_told_may_ask_again(void **state)
{
    struct fixture *f = *state;
    changes_to(1, WIRE_ALERT_STATE_DISPATCHED);
    alert_refresh(&f->ops, ALERT_ID, on_told_again, f);
    answer(0, STATUS_OK);
    assert_int_equal(database.count, 2);
    answer(1, STATUS_OK);
    assert_int_equal(f->told, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_read_at_a_time_and_one_more_for_all_who_came_meanwhile,
                                        open_node, close_node),
        cmocka_unit_test_setup_teardown(what_ended_is_not_brought_back_by_an_older_read, open_node,
                                        close_node),
        cmocka_unit_test_setup_teardown(
            a_failed_read_is_told_and_the_one_asked_for_meanwhile_still_goes, open_node,
            close_node),
        cmocka_unit_test_setup_teardown(who_is_told_may_ask_again, open_node, close_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
