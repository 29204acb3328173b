#include "hall_fixture.h"

#include "store/message_store.h"
#include "store/search_store.h"

static struct message_store *messages;
static uint64_t seqs[8];
static unsigned stored;

static void on_added(void *ctx, enum status status, const struct message_added *added)
{
    uint64_t *seq = ctx;
    assert_int_equal(status, STATUS_OK);
    *seq = added->seq;
    stored++;
}

static const char *const said[8] = {
    "今天停水吗", "东门有诈骗电话", "诈骗",     "Hello 社区",
    "说错了",     "骂人的话",       "楼下集合", "反诈宣传",
};

/* Eight messages of Alice's. */
static void begin(void)
{
    static uint8_t key;
    hall_create();
    messages = message_store_create(fixture.store);
    fixture_open();
    stored = 0;
    for (int i = 0; i < 8; i++) {
        struct message_draft draft = {
            .room_id = hall.hall,
            .sender_id = hall.alice,
            .kind = WIRE_MESSAGE_KIND_TEXT,
            .badge = WIRE_BADGE_NONE,
            .body = {said[i], (uint32_t)strlen(said[i])},
        };
        if (i == 3)
            draft.folded = (struct wire_text){"hello 社区", strlen("hello 社区")};
        memset(draft.client_key, ++key, sizeof(draft.client_key));
        message_store_add(messages, &draft, on_added, &seqs[i]);
    }
    run_until(stored == 8);
}

static int finish(void **state)
{
    int result = fixture_finish(state);
    if (messages)
        message_store_destroy(messages);
    messages = NULL;
    return result;
}

struct changed {
    unsigned calls;
    enum status status;
    uint64_t revocation_seq;
    uint64_t seq;
    enum wire_message_state state;
};

static void on_changed(void *ctx, enum status status, const struct message_revoked *revoked)
{
    struct changed *changed = ctx;
    changed->calls++;
    changed->status = status;
    if (!revoked)
        return;
    changed->revocation_seq = revoked->revocation_seq;
    changed->seq = revoked->seq;
    changed->state = revoked->state;
    assert_true(revoked->sender_id == hall.alice);
    assert_true(revoked->at > 0);
}

static struct changed recall(uint64_t seq, uint64_t account_id, int64_t window_ms)
{
    struct changed changed = {0};
    const struct message_recall wanted = {{hall.hall, seq}, account_id, window_ms};
    message_store_recall(fixture.store, &wanted, on_changed, &changed);
    run_until(changed.calls > 0);
    return changed;
}

static struct changed hide(uint64_t seq)
{
    struct changed changed = {0};
    const struct message_hide wanted = {
        .message = {hall.hall, seq},
        .actor_id = hall.bob,
        .role_used = WIRE_ROLE_OFFICER,
        .reason = WIRE_HIDE_REASON_INSULT,
        .public_reason = {"不文明用语", strlen("不文明用语")},
    };
    message_store_hide(fixture.store, &wanted, on_changed, &changed);
    run_until(changed.calls > 0);
    return changed;
}

static void only_the_sender_recalls_and_only_in_time(void **state)
{
    (void)state;
    begin();
    assert_int_equal(recall(seqs[4], hall.bob, 120000).status, STATUS_NOT_FOUND);
    assert_int_equal(recall(seqs[4], hall.alice, 0).status, STATUS_TOO_LATE);
    assert_int_equal(recall(999999, hall.alice, 120000).status, STATUS_NOT_FOUND);
    struct changed done = recall(seqs[4], hall.alice, 120000);
    assert_int_equal(done.status, STATUS_OK);
    assert_int_equal(done.state, WIRE_MESSAGE_STATE_RECALLED);
    assert_int_equal(done.seq, seqs[4]);
    assert_int_equal(recall(seqs[4], hall.alice, 120000).status, STATUS_ALREADY_DONE);
    assert_int_equal(hide(seqs[4]).status, STATUS_ALREADY_DONE);
}

struct journal {
    unsigned calls;
    uint32_t count;
    uint64_t head_seq;
    struct wire_revocation last;
    char reason[64];
};

static void on_journal(void *ctx, enum status status, const struct revocation_run *run)
{
    struct journal *journal = ctx;
    assert_int_equal(status, STATUS_OK);
    journal->calls++;
    journal->count = run->revocations.count;
    journal->head_seq = run->head_seq;
    if (!run->revocations.count)
        return;
    journal->last = run->revocations.items[run->revocations.count - 1];
    snprintf(journal->reason, sizeof(journal->reason), "%.*s", (int)journal->last.public_reason.len,
             journal->last.public_reason.data);
}

static struct journal read_journal(uint64_t account_id, uint64_t after)
{
    struct journal journal = {0};
    const struct revocation_query query = {account_id, after, 100};
    message_store_revocations(fixture.store, &query, on_journal, &journal);
    run_until(journal.calls > 0);
    return journal;
}

static void what_is_hidden_stands_in_the_journal(void **state)
{
    (void)state;
    begin();
    uint64_t before = read_journal(hall.alice, 0).head_seq;
    struct changed done = hide(seqs[5]);
    assert_int_equal(done.status, STATUS_OK);
    assert_int_equal(done.state, WIRE_MESSAGE_STATE_HIDDEN);
    assert_int_equal(done.revocation_seq, before + 1);
    struct journal journal = read_journal(hall.alice, before);
    assert_int_equal(journal.count, 1);
    assert_int_equal(journal.head_seq, before + 1);
    assert_int_equal(journal.last.kind, WIRE_REVOKED_KIND_MESSAGE);
    assert_true(journal.last.has_seq && journal.last.seq == seqs[5]);
    assert_true(journal.last.has_room_id && journal.last.room_id == hall.hall);
    assert_string_equal(journal.reason, "不文明用语");
    assert_false(journal.last.has_media_id || journal.last.has_notice_id);
    /* Carol is in no room: there is nothing for her but the head. */
    struct journal nothing = read_journal(hall.carol, before);
    assert_int_equal(nothing.count, 0);
    assert_int_equal(nothing.head_seq, before + 1);
    assert_int_equal(hall_number("SELECT count(*) FROM audit WHERE action = 'message.hide'"
                                 " AND actor_id = %llu",
                                 hall.bob),
                     1);
}

/* --- search --- */

struct hits {
    unsigned calls;
    uint32_t count;
    bool more;
    uint64_t seqs[SEARCH_HITS_MAX];
    int64_t last_at;
};

static void on_hits(void *ctx, enum status status, const struct search_hits *found)
{
    struct hits *hits = ctx;
    assert_int_equal(status, STATUS_OK);
    hits->calls++;
    hits->count = found->messages.count;
    hits->more = found->more;
    for (uint32_t i = 0; i < hits->count; i++) {
        hits->seqs[i] = found->messages.items[i].seq;
        hits->last_at = found->messages.items[i].sent_at;
        assert_true(found->messages.items[i].has_body);
    }
}

static struct hits find(struct search_query query)
{
    struct hits hits = {0};
    search_store_find(fixture.store, &query, on_hits, &hits);
    run_until(hits.calls > 0);
    return hits;
}

static struct search_query query_of(uint64_t account_id, const char *needle, uint32_t limit)
{
    return (struct search_query){
        .account_id = account_id,
        .room_id = hall.hall,
        .folded = {needle, (uint32_t)strlen(needle)},
        .limit = limit,
    };
}

static void search_finds_newest_first_in_pages(void **state)
{
    (void)state;
    begin();
    struct search_query query = query_of(hall.bob, "诈", 2);
    struct hits first = find(query);
    assert_int_equal(first.count, 2);
    assert_true(first.more);
    assert_int_equal(first.seqs[0], seqs[7]);
    assert_int_equal(first.seqs[1], seqs[2]);
    query.before_sent_at = first.last_at;
    query.before_room_id = hall.hall;
    query.before_seq = first.seqs[1];
    struct hits second = find(query);
    assert_int_equal(second.seqs[0], seqs[1]);
    struct hits folded = find(query_of(hall.bob, "hello", 10));
    assert_int_equal(folded.seqs[0], seqs[3]);
    assert_false(folded.more);
    assert_int_equal(find(query_of(hall.bob, "没有这样的话", 10)).count, 0);
    assert_int_equal(find(query_of(hall.carol, "诈", 10)).count, 0);
}

static void what_was_recalled_is_not_found(void **state)
{
    (void)state;
    begin();
    assert_int_equal(find(query_of(hall.bob, "楼下集合", 1)).seqs[0], seqs[6]);
    uint32_t before = find(query_of(hall.bob, "楼下集合", 50)).count;
    assert_int_equal(recall(seqs[6], hall.alice, 120000).status, STATUS_OK);
    assert_int_equal(find(query_of(hall.bob, "楼下集合", 50)).count, before - 1);
}

/* The link for slow work may still be on its way when the others are there. */
static void on_built(void *ctx, enum status status, uint32_t built)
{
    unsigned *calls = ctx;
    if (status == STATUS_UNAVAILABLE) {
        search_store_build_step(fixture.store, on_built, calls);
        return;
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(built, 0); /* fewer messages than a block */
    (*calls)++;
}

static void building_the_index_has_a_link_of_its_own(void **state)
{
    unsigned calls = 0;
    (void)state;
    begin();
    search_store_build_step(fixture.store, on_built, &calls);
    assert_true(store_is_idle(fixture.store));
    run_until(calls == 1);
}

#define hall_test(name) cmocka_unit_test_setup_teardown(name, fixture_reset, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        hall_test(only_the_sender_recalls_and_only_in_time),
        hall_test(what_is_hidden_stands_in_the_journal),
        hall_test(search_finds_newest_first_in_pages),
        hall_test(what_was_recalled_is_not_found),
        hall_test(building_the_index_has_a_link_of_its_own),
    };
    return cmocka_run_group_tests_name("message_change", tests, hall_begin, hall_end);
}
