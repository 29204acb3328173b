/*
 * hello: the first frame. All rooms are joined first, so that nothing said from now on is missed;
 * then what must be known is read; then, in one turn: the welcome, the take-downs, every room.
 */
#include <string.h>

#include "base/clock.h"
#include "hub/alert_board.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "hub/person_board.h"
#include "ops/alert/alert_env.h"
#include "ops/dispatch.h"
#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "ops/revocation_feed.h"
#include "ops/room/catch_up.h"
#include "ops/room/enter.h"
#include "ops/room/room_directory.h"
#include "ops/room/room_view.h"
#include "ops/room/warm_up.h"
#include "ops/session/presence.h"
#include "rules/content_check.h"
#include "store/message_store.h"
#include "store/session_store.h"

/* Pages of take-downs sent with one hello; beyond them every room begins anew. */
#define HELLO_JOURNAL_PAGES 50
#define HELLO_JOURNAL_PAGE 100
#define HELLO_JOURNAL_BYTES (512 * 1024)

struct hello {
    struct call *call;
    struct session *session; /* looked up anew after every wait */
    struct presence *presence;
    uint32_t next_room;
    uint64_t journal_seen;   /* her copy is right up to here when the pages were applied */
    uint32_t page_count;
    uint64_t page_bytes;
    struct shared_frame *pages[HELLO_JOURNAL_PAGES]; /* each retained */
    bool begin_anew;         /* too many take-downs */
    bool epoch_same;
    const struct wire_list_room_head *heads; /* in the arena; NULL: not asked for */
};

static void on_state(void *ctx, enum status status, const struct journal_state *state);
static void join_rooms(struct hello *hello);
static void warm_rooms(struct hello *hello);
static void read_journal(struct hello *hello);
static void check_heads(struct hello *hello);
static void welcome(struct hello *hello);

static void release_pages(struct hello *hello)
{
    for (uint32_t i = 0; i < hello->page_count; i++)
        shared_frame_release(hello->pages[i]);
    hello->page_count = 0;
}

/* Nobody is left half inside: she comes back and begins again. */
static void give_up(struct hello *hello, enum status status)
{
    struct ops_env *env = hello->call->env;
    uint64_t session_id = hello->call->origin_id;
    release_pages(hello);
    call_fail(hello->call, status);
    struct session *session = hub_find_session(env->hub, session_id);
    if (session != NULL)
        session_close(session, WIRE_CLOSE_REASON_GOING_AWAY, 2000);
}

/* After a wait: is she still there? */
static bool still_here(struct hello *hello)
{
    hello->session = hub_find_session(hello->call->env->hub, hello->call->origin_id);
    hello->presence = presence_of(hello->session);
    return hello->presence != NULL && hello->session->state == SESSION_OPEN;
}

void op_hello(struct call *call)
{
    const struct wire_hello *body = CALL_BODY(call, hello);
    struct hello *hello = arena_alloc(&call->arena, sizeof(*hello));
    hello->call = call;
    if (!still_here(hello)) {
        call_fail(call, STATUS_CLOSED);
        return;
    }
    if (hello->presence->state != PRESENCE_GREETING) {
        call_fail(call, STATUS_ALREADY_DONE);
        return;
    }
    if (body->build < call->env->settings->min_build) {
        call_fail(call, STATUS_UNSUPPORTED_VERSION);
        return;
    }
    presence_set_state(hello->presence, PRESENCE_ENTERING);
    if (call->env->journal_known)
        join_rooms(hello);
    else
        revocation_store_state(call->env->store, on_state, hello);
}

/* The node has only just begun. */
static void on_state(void *ctx, enum status status, const struct journal_state *state)
{
    struct hello *hello = ctx;
    if (!still_here(hello) || status != STATUS_OK) {
        give_up(hello, status != STATUS_OK ? status : STATUS_CLOSED);
        return;
    }
    revocation_feed_learn(hello->call->env, state);
    join_rooms(hello);
}

/* 1. Join everything. */
static void join_rooms(struct hello *hello)
{
    struct call *call = hello->call;
    const struct wire_hello *body = CALL_BODY(call, hello);
    hello->epoch_same = body->epoch == call->env->epoch;
    const struct room_membership_list *rooms = &hello->presence->memberships;
    for (uint32_t i = 0; i < rooms->count; i++) {
        struct room *room = room_get(call->env->hub, rooms->items[i].room.id);
        if (room_join(room, hello->session) != STATUS_OK) {
            give_up(hello, STATUS_BUSY);
            return;
        }
    }
    warm_rooms(hello);
}

static void on_warm(void *ctx, enum status status)
{
    struct hello *hello = ctx;
    if (!still_here(hello) || status != STATUS_OK)
        give_up(hello, status != STATUS_OK ? status : STATUS_CLOSED);
    else
        warm_rooms(hello);
}

/* 2. Rooms nobody was in are read once. */
static void warm_rooms(struct hello *hello)
{
    struct ops_env *env = hello->call->env;
    const struct room_membership_list *rooms = &hello->presence->memberships;
    for (; hello->next_room < rooms->count; hello->next_room++) {
        uint64_t room_id = rooms->items[hello->next_room].room.id;
        if (!room_is_warm(env, room_id)) {
            room_warm_up(env, room_id, on_warm, hello);
            return;
        }
    }
    hello->journal_seen = CALL_BODY(hello->call, hello)->revocation_seq;
    read_journal(hello);
}

static void on_journal(void *ctx, enum status status, const struct revocation_run *run)
{
    struct hello *hello = ctx;
    if (!still_here(hello) || status != STATUS_OK) {
        give_up(hello, status != STATUS_OK ? status : STATUS_CLOSED);
        return;
    }
    uint32_t count = run->revocations.count;
    bool more = count == HELLO_JOURNAL_PAGE;
    if (count > 0) {
        struct wire_revoked event = {run->revocations, run->head_seq};
        struct shared_frame *frame = frame_encode(WIRE_REVOKED, 0, &event);
        if (frame == NULL) {
            give_up(hello, STATUS_INTERNAL);
            return;
        }
        hello->pages[hello->page_count++] = frame;
        hello->page_bytes += frame->len;
    }
    hello->journal_seen =
        more ? run->revocations.items[count - 1].revocation_seq : run->head_seq;
    if ((more && hello->page_count == HELLO_JOURNAL_PAGES) ||
        hello->page_bytes > HELLO_JOURNAL_BYTES) {
        hello->begin_anew = true;
        release_pages(hello);
        hello->journal_seen = run->head_seq;
        more = false;
    }
    if (more)
        read_journal(hello);
    else
        check_heads(hello);
}

/* 3. What was taken down since; not for those who hold nothing. */
static void read_journal(struct hello *hello)
{
    struct ops_env *env = hello->call->env;
    const struct wire_hello *body = CALL_BODY(hello->call, hello);
    bool holds_something = hello->epoch_same && body->cursors.count > 0;
    if (!holds_something || hello->journal_seen >= env->revocation_head) {
        if (hello->journal_seen < env->revocation_head || !hello->epoch_same)
            hello->journal_seen = env->revocation_head;
        check_heads(hello);
        return;
    }
    struct revocation_query query = {hello->call->who->account_id, hello->journal_seen,
                                     HELLO_JOURNAL_PAGE};
    message_store_revocations(env->store, &query, on_journal, hello);
}

static uint64_t cursor_of(const struct hello *hello, uint64_t room_id)
{
    const struct wire_hello *body = CALL_BODY(hello->call, hello);
    for (uint32_t i = 0; i < body->cursors.count; i++)
        if (body->cursors.items[i].room_id == room_id)
            return body->cursors.items[i].seq;
    return 0;
}

/* She holds more than this node has shown: then others wrote, or she holds what never was. */
static bool is_ahead(const struct hello *hello)
{
    const struct room_membership_list *rooms = &hello->presence->memberships;
    for (uint32_t i = 0; i < rooms->count && hello->epoch_same; i++) {
        struct room *room = room_find(hello->call->env->hub, rooms->items[i].room.id);
        if (room != NULL && cursor_of(hello, rooms->items[i].room.id) > room_head(room))
            return true;
    }
    return false;
}

static void on_heads(void *ctx, enum status status, const struct wire_list_room_head *heads)
{
    struct hello *hello = ctx;
    if (!still_here(hello) || status != STATUS_OK) {
        give_up(hello, status != STATUS_OK ? status : STATUS_CLOSED);
        return;
    }
    hello->heads = heads;
    for (uint32_t i = 0; i < heads->count; i++)
        room_expect(hello->call->env, heads->items[i].room_id, heads->items[i].head_seq);
    welcome(hello);
}

/* 4. Only when she holds more than this node: ask the database. */
static void check_heads(struct hello *hello)
{
    if (!is_ahead(hello)) {
        welcome(hello);
        return;
    }
    struct wire_list_id ids = {hello->presence->room_count, hello->presence->room_ids};
    message_store_heads(hello->call->env->store, &ids, on_heads, hello);
}

static uint64_t asked_head(const struct hello *hello, uint64_t room_id)
{
    for (uint32_t i = 0; hello->heads != NULL && i < hello->heads->count; i++)
        if (hello->heads->items[i].room_id == room_id)
            return hello->heads->items[i].head_seq;
    return 0;
}

static struct resume_plan plan_of(const struct hello *hello, const struct room_facts *facts)
{
    struct ops_env *env = hello->call->env;
    struct wire_room_cursor cursor = {facts->id, cursor_of(hello, facts->id)};
    if (hello->begin_anew)
        cursor.seq = 0;
    struct resume_plan plan = room_plan(env, &cursor, hello->epoch_same, facts->first_seq);
    if (plan.reason == WIRE_RESUME_REASON_CURSOR_AHEAD &&
        cursor.seq <= asked_head(hello, facts->id))
        /* Another node's messages, which come live as soon as they are read here. */
        plan = (struct resume_plan){WIRE_RESUME_OUTCOME_FULL, WIRE_RESUME_REASON_NONE,
                                    cursor.seq + 1, cursor.seq};
    return plan;
}

static void fill_grants(const struct hello *hello, struct wire_welcome *out)
{
    const struct principal *who = hello->presence->who;
    struct wire_role_grant *grants =
        arena_alloc(&hello->presence->opened, who->grant_count * sizeof(*grants));
    out->grants.items = grants;
    for (uint32_t i = 0; i < who->grant_count; i++) {
        const struct principal_grant *grant = &who->grants[i];
        if (grant->expires_at > hello->call->now_ms)
            grants[out->grants.count++] = (struct wire_role_grant){
                grant->role, grant->scope_kind, grant->scope_id, grant->expires_at};
    }
}

/* What is newer than this node has told its rooms may still come to her as it was: she is to ask
 * for those take-downs again. */
static uint64_t journal_told(const struct hello *hello)
{
    uint64_t head = hello->call->env->revocation_head;
    return hello->journal_seen < head ? hello->journal_seen : head;
}

static void fill_welcome(const struct hello *hello, const struct resume_plan *plans,
                         struct wire_welcome *out)
{
    struct ops_env *env = hello->call->env;
    struct presence *presence = hello->presence;
    const struct room_membership_list *rooms = &presence->memberships;
    *out = (struct wire_welcome){
        .account_id = presence->who->account_id,
        .display_name = presence->who->display_name,
        .level = presence->who->level,
        .server_time = clock_wall_ms(),
        .min_build = env->settings->min_build,
        .epoch = env->epoch,
        .revocation_seq = journal_told(hello),
        .ping_ms = env->settings->ping_ms,
    };
    fill_grants(hello, out);
    out->rooms.items = arena_alloc(&presence->opened, rooms->count * sizeof(*out->rooms.items));
    out->resumes.items =
        arena_alloc(&presence->opened, rooms->count * sizeof(*out->resumes.items));
    out->rooms.count = out->resumes.count = rooms->count;
    for (uint32_t i = 0; i < rooms->count; i++) {
        out->rooms.items[i] =
            room_view_of(env, presence->who, &rooms->items[i], hello->call->now_ms);
        out->resumes.items[i] = room_resume_view(rooms->items[i].room.id, &plans[i]);
    }
}

/* The rooms are known now without asking for them. */
static void keep_in_directory(struct ops_env *env, const struct room_facts *facts)
{
    struct room_entry entry = {facts->id,           facts->kind,     facts->station_id,
                               facts->community_id, facts->place_id, facts->closed};
    if (!facts->closed)
        room_directory_keep(env->directory, &entry, clock_mono_ms());
}

/* What the device calls itself is for her list of devices; kept when it is news. */
static void keep_client(const struct hello *hello)
{
    const struct presence *presence = hello->presence;
    struct wire_text client = content_one_line(CALL_BODY(hello->call, hello)->client,
                                               SESSION_CLIENT_CHARS, &hello->call->arena);
    if (client.len > 0 && (client.len != presence->client.len ||
                           memcmp(client.data, presence->client.data, client.len) != 0))
        session_store_rename(hello->call->env->sessions, presence->who->login_session_id, client);
}

/* 5. In one turn: the welcome, all take-downs, then every room. */
static void welcome(struct hello *hello)
{
    struct ops_env *env = hello->call->env;
    struct session *session = hello->session;
    struct presence *presence = hello->presence;
    struct resume_plan plans[SESSION_ROOMS_MAX];
    struct wire_welcome body;
    uint32_t count = presence->memberships.count;
    if (hello->call->answered) {
        give_up(hello, STATUS_UNAVAILABLE); /* it took too long; she was told so */
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        plans[i] = plan_of(hello, &presence->memberships.items[i].room);
    fill_welcome(hello, plans, &body);
    bool ring_usable = env->revocation_head >= hello->journal_seen;
    keep_client(hello);
    struct hello told = *hello;
    call_reply(hello->call, WIRE_WELCOME, &body);
    for (uint32_t i = 0; i < told.page_count; i++)
        session_push(session, told.pages[i], LANE_NORMAL);
    release_pages(&told);
    for (uint32_t i = 0; i < count; i++) {
        const struct room_facts *facts = &presence->memberships.items[i].room;
        keep_in_directory(env, facts);
        room_enter(env, session, facts->id, &plans[i], ring_usable);
        room_expect(env, facts->id, facts->head_seq);
    }
    if (!ring_usable)
        revocation_feed_read(env);
    presence->revocation_seq = body.revocation_seq;
    presence->memberships = (struct room_membership_list){0, NULL};
    presence->client = (struct wire_text){"", 0};
    arena_clear(&presence->opened);
    presence_set_state(presence, PRESENCE_LIVE);
    if (env->alert != NULL && env->alert->board != NULL)
        alert_board_greet(env->alert->board, session);
    if (env->person != NULL)
        person_board_greet(env->person->board, session);
    backlog_continue(env, session);
    dispatch_held(env, session->id);
}
