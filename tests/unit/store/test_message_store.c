#include "hall_fixture.h"

#include "store/message_store.h"
#include "store/store_stats.h"

static struct message_store *messages;

static void begin(void)
{
    hall_create();
    messages = message_store_create(fixture.store);
    fixture_open();
}

static int finish(void **state)
{
    int result = fixture_finish(state);
    if (messages)
        message_store_destroy(messages);
    messages = NULL;
    return result;
}

struct added {
    unsigned calls;
    enum status status;
    uint64_t seq;
    int64_t sent_at;
    bool is_new;
    unsigned media;
};

static void on_added(void *ctx, enum status status, const struct message_added *message)
{
    struct added *added = ctx;
    added->calls++;
    added->status = status;
    if (status != STATUS_OK) {
        assert_null(message);
        return;
    }
    added->seq = message->seq;
    added->sent_at = message->sent_at;
    added->is_new = message->is_new;
    added->media = message->media.count;
    assert_true(message->room_id == hall.hall);
}

static struct wire_text text(const char *from)
{
    return (struct wire_text){from, (uint32_t)strlen(from)};
}

static struct message_draft draft_of(uint64_t sender, uint8_t key, const char *body)
{
    struct message_draft draft = {
        .room_id = hall.hall,
        .sender_id = sender,
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .badge = WIRE_BADGE_NONE,
        .body = text(body),
    };
    memset(draft.client_key, key, sizeof(draft.client_key));
    return draft;
}

static struct added add(const struct message_draft *draft)
{
    struct added added = {0};
    message_store_add(messages, draft, on_added, &added);
    assert_int_equal(added.calls, 0);
    run_until(added.calls > 0);
    return added;
}

static void a_message_gets_its_place_and_a_repeat_the_same(void **state)
{
    (void)state;
    begin();
    struct message_draft draft = draft_of(hall.alice, 1, "各位邻居好");
    struct added first = add(&draft);
    assert_int_equal(first.status, STATUS_OK);
    assert_true(first.is_new);
    struct added again = add(&draft);
    assert_int_equal(again.status, STATUS_OK);
    assert_false(again.is_new);
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.sent_at, first.sent_at);
    int64_t age_ms = clock_wall_ms() - first.sent_at;
    assert_in_range(age_ms + 60000, 0, 120000);
    draft.body = text("别的话");
    assert_int_equal(add(&draft).status, STATUS_KEY_REUSED);
    draft.body = text("各位邻居好");
    draft.quote_seq = first.seq;
    assert_int_equal(add(&draft).status, STATUS_KEY_REUSED);
    assert_int_equal(hall_number("SELECT last_seq FROM room WHERE id = %llu", hall.hall),
                     (long)first.seq);
}

static void places_have_no_gaps_and_bad_rows_take_none(void **state)
{
    struct added added[300];
    (void)state;
    begin();
    memset(added, 0, sizeof(added));
    long before = hall_number("SELECT last_seq FROM room WHERE id = %llu", hall.hall);
    for (int i = 0; i < 300; i++) {
        struct message_draft draft = draft_of(hall.bob, 9, "x");
        snprintf((char *)draft.client_key, sizeof(draft.client_key), "gap %d", i);
        if (i % 10 == 3)
            draft.room_id = 999999; /* no such room */
        if (i % 10 == 5)
            draft.body = text("bad \xff utf8"); /* fails the whole batch: replay */
        if (i % 10 == 7)
            draft.quote_seq = 1000000; /* not there yet */
        message_store_add(messages, &draft, on_added, &added[i]);
    }
    run_until(store_is_idle(fixture.store));
    long expected = before;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(added[i].calls, 1);
        bool missing = i % 10 == 3 || i % 10 == 7;
        enum status status = missing       ? STATUS_NOT_FOUND
                             : i % 10 == 5 ? STATUS_INVALID_FIELD
                                           : STATUS_OK;
        assert_int_equal(added[i].status, status);
        if (status == STATUS_OK)
            assert_int_equal(added[i].seq, ++expected);
    }
    assert_int_equal(hall_number("SELECT last_seq FROM room WHERE id = %llu", hall.hall), expected);
}

/* On another node, or before this server began: nothing here knows the key. */
static void a_repeat_nobody_remembers_is_found_and_takes_no_place(void **state)
{
    struct added added[100];
    struct store_stats stats;
    (void)state;
    begin();
    memset(added, 0, sizeof(added));
    long before = hall_number("SELECT last_seq FROM room WHERE id = %llu", hall.hall);
    for (int i = 0; i < 100; i++) {
        /* Row 60 repeats the first message of all, which an earlier store has stored. */
        struct message_draft draft =
            i == 60 ? draft_of(hall.alice, 1, "各位邻居好") : draft_of(hall.bob, 11, "x");
        if (i != 60)
            snprintf((char *)draft.client_key, sizeof(draft.client_key), "far %d", i);
        message_store_add(messages, &draft, on_added, &added[i]);
    }
    run_until(store_is_idle(fixture.store));
    store_stats(fixture.store, &stats);
    assert_int_equal(stats.batches[0].doubted, 1);
    assert_int_equal(stats.batches[0].replays, 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(added[i].calls, 1);
        assert_int_equal(added[i].status, STATUS_OK);
        assert_int_equal(added[i].is_new, i != 60);
        assert_int_equal(added[i].seq, i == 60 ? 1 : ++before);
    }
}

static void twins_of_one_batch_are_stored_once(void **state)
{
    struct added added[6];
    struct store_stats stats;
    (void)state;
    begin();
    memset(added, 0, sizeof(added));
    struct message_draft draft = draft_of(hall.bob, 12, "x");
    for (int i = 0; i < 6; i++) {
        draft.client_key[15] = (uint8_t)(i % 2); /* 0 1 0 1 0 1 */
        draft.body = i == 5 ? text("别的话") : text("x");
        message_store_add(messages, &draft, on_added, &added[i]);
    }
    run_until(store_is_idle(fixture.store));
    store_stats(fixture.store, &stats);
    assert_int_equal(stats.batches[0].batches, 1);
    assert_int_equal(stats.batches[0].doubted + stats.batches[0].replays, 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(added[i].status, STATUS_OK);
        assert_int_equal(added[i].is_new, i < 2);
        assert_int_equal(added[i].seq, added[i % 2].seq);
    }
    assert_int_equal(added[1].seq, added[0].seq + 1);
    assert_int_equal(added[5].status, STATUS_KEY_REUSED);
}

static void the_muted_are_told(void **state)
{
    (void)state;
    begin();
    char command[200];
    snprintf(command, sizeof(command),
             "UPDATE membership SET muted_until = now() + interval '1 h' WHERE account_id = %llu",
             (unsigned long long)hall.bob);
    fixture_admin(command);
    struct message_draft draft = draft_of(hall.bob, 33, "x");
    assert_int_equal(add(&draft).status, STATUS_MUTED);
    fixture_admin("UPDATE membership SET muted_until = NULL");
}

static void pictures_are_attached_once_and_only_ones_own(void **state)
{
    const struct wire_text ids[] = {text("picture_0000000000002"), text("picture_0000000000001")};
    (void)state;
    begin();
    char command[300];
    snprintf(command, sizeof(command),
             "INSERT INTO media (id, owner_id, width, height, alt) VALUES"
             " ('picture_0000000000001', %llu, 640, 480, '楼道'),"
             " ('picture_0000000000002', %llu, 320, 240, NULL)",
             (unsigned long long)hall.alice, (unsigned long long)hall.alice);
    fixture_admin(command);
    struct message_draft draft = draft_of(hall.bob, 40, "");
    draft.media_ids = (struct wire_list_text){2, (struct wire_text *)ids};
    assert_int_equal(add(&draft).status, STATUS_INVALID_FIELD);
    draft.sender_id = hall.alice;
    struct added added = add(&draft);
    assert_int_equal(added.status, STATUS_OK);
    assert_int_equal(added.media, 2);
    draft.client_key[0]++;
    assert_int_equal(add(&draft).status, STATUS_INVALID_FIELD);
}

/* --- reading --- */

struct page {
    unsigned calls;
    enum status status;
    uint32_t count;
    uint64_t seqs[MESSAGE_PAGE_MAX];
    unsigned keys;
    uint64_t head_seq;
};

static void on_page(void *ctx, enum status status, const struct message_run *run)
{
    struct page *page = ctx;
    page->calls++;
    page->status = status;
    if (status != STATUS_OK)
        return;
    page->count = run->messages.count;
    page->head_seq = run->head_seq;
    assert_int_equal(run->first_seq, 1);
    for (uint32_t i = 0; i < run->messages.count; i++) {
        const struct wire_message_view *view = &run->messages.items[i];
        page->seqs[i] = view->seq;
        page->keys += view->has_client_key;
        assert_true(view->room_id == hall.hall);
        assert_int_equal(view->kind, WIRE_MESSAGE_KIND_TEXT);
        assert_int_equal(view->has_body, view->state == WIRE_MESSAGE_STATE_VISIBLE);
    }
}

static struct page page_of(const struct message_page_query *query)
{
    struct page page = {0};
    message_store_page(fixture.store, query, on_page, &page);
    run_until(page.calls > 0);
    return page;
}

static void pages_are_runs_without_gaps(void **state)
{
    (void)state;
    begin();
    struct message_page_query query = {.room_id = hall.hall, .viewer_id = hall.alice, .limit = 10};
    struct page newest = page_of(&query);
    assert_int_equal(newest.status, STATUS_OK);
    assert_int_equal(newest.count, 10);
    assert_int_equal(newest.seqs[9], newest.head_seq);
    query.before_seq = newest.seqs[0];
    struct page before = page_of(&query);
    assert_int_equal(before.seqs[9] + 1, newest.seqs[0]);
    query = (struct message_page_query){hall.hall, hall.alice, 0, 5, 0, 3};
    struct page after = page_of(&query);
    assert_int_equal(after.count, 3);
    assert_int_equal(after.seqs[0], 6);
    query = (struct message_page_query){hall.hall, hall.alice, 0, 0, 50, 11};
    struct page around = page_of(&query);
    assert_true(around.seqs[0] < 50 && around.seqs[around.count - 1] > 50);
    query = (struct message_page_query){.room_id = 424242, .limit = 5};
    assert_int_equal(page_of(&query).status, STATUS_NOT_FOUND);
    query = (struct message_page_query){hall.hall, hall.alice, 0, newest.head_seq, 0, 5};
    struct page empty = page_of(&query);
    assert_int_equal(empty.status, STATUS_OK);
    assert_int_equal(empty.count, 0);
    assert_int_equal(empty.head_seq, newest.head_seq);
}

static void keys_are_for_the_sender_only(void **state)
{
    struct page page = {0};
    (void)state;
    begin();
    struct message_range_query query = {hall.hall, hall.bob, 1, 50};
    message_store_range(fixture.store, &query, on_page, &page);
    run_until(page.calls > 0);
    assert_int_equal(page.count, 50);
    assert_int_equal(page.keys, hall_number("SELECT count(*) FROM message WHERE seq <= 50"
                                            " AND sender_id = %llu",
                                            hall.bob));
    memset(&page, 0, sizeof(page));
    query.viewer_id = 0;
    message_store_range(fixture.store, &query, on_page, &page);
    run_until(page.calls > 0);
    assert_int_equal(page.count, 50);
    assert_int_equal(page.keys, 0);
}

static void on_first(void *ctx, enum status status, const struct message_run *run)
{
    unsigned *calls = ctx;
    assert_int_equal(status, STATUS_OK);
    const struct wire_message_view *view = &run->messages.items[0];
    assert_int_equal(view->seq, 1);
    assert_true(view->sender_id == hall.alice);
    assert_string_equal(view->sender_name.data, "甲");
    assert_string_equal(view->body.data, "各位邻居好");
    assert_int_equal(view->badge, WIRE_BADGE_NONE);
    assert_int_equal(view->state, WIRE_MESSAGE_STATE_VISIBLE);
    assert_false(view->has_media || view->has_quote_seq || view->has_official);
    assert_false(view->has_notice_id || view->has_public_reason);
    assert_true(view->has_client_key && view->client_key[15] == 1);
    (*calls)++;
}

static void every_field_is_where_it_belongs(void **state)
{
    unsigned calls = 0;
    (void)state;
    begin();
    const struct message_range_query query = {hall.hall, hall.alice, 1, 1};
    message_store_range(fixture.store, &query, on_first, &calls);
    run_until(calls == 1);
}

static void columns_are_where_they_are_read(void **state)
{
    (void)state;
    assert_columns(SQL_MESSAGE_PAGE,
                   "room_id seq sender_id sender_name badge kind state sent_at body quote_seq"
                   " official notice_id public_reason client_key media_ids media_widths"
                   " media_heights media_alts media_durations person_id first_seq head_seq");
    assert_columns(SQL_MESSAGE_RANGE,
                   "room_id seq sender_id sender_name badge kind state sent_at body quote_seq"
                   " official notice_id public_reason client_key media_ids media_widths"
                   " media_heights media_alts media_durations person_id first_seq head_seq");
    assert_columns(SQL_SEARCH_FIND,
                   "room_id seq sender_id sender_name badge kind state sent_at body quote_seq"
                   " official notice_id public_reason client_key media_ids media_widths"
                   " media_heights media_alts media_durations person_id");
    assert_columns(SQL_MESSAGE_ADD, "ord outcome room_id seq sent_at media_ids media_widths"
                                    " media_heights media_alts media_durations");
    assert_columns(SQL_MESSAGE_RECALL, "outcome sender_id revocation_seq state at");
    assert_columns(SQL_MESSAGE_HIDE, "outcome sender_id revocation_seq state at");
    assert_columns(SQL_MESSAGE_HEADS, "room_id head_seq first_seq");
    assert_columns(SQL_REVOCATION_RANGE, "head_seq revocation_seq kind room_id seq media_id"
                                         " notice_id state public_reason person_id person_version");
}

#define hall_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_where_they_are_read),
        hall_test(a_message_gets_its_place_and_a_repeat_the_same),
        hall_test(places_have_no_gaps_and_bad_rows_take_none),
        hall_test(a_repeat_nobody_remembers_is_found_and_takes_no_place),
        hall_test(twins_of_one_batch_are_stored_once),
        hall_test(the_muted_are_told),
        hall_test(pictures_are_attached_once_and_only_ones_own),
        hall_test(pages_are_runs_without_gaps),
        hall_test(keys_are_for_the_sender_only),
        hall_test(every_field_is_where_it_belongs),
    };
    return cmocka_run_group_tests_name("message_store", tests, hall_begin, hall_end);
}
