#include "ops/session/change.h"

#include <string.h>

#include "base/clock.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/room/room_view.h"
#include "ops/session/person.h"
#include "ops/session/presence.h"
#include "ops/work/work_feed.h"
#include "store/room_store.h"
#include "store/session_store.h"

/* Logins looked at in one statement. */
#define CHECK_MAX 1000

static void on_end(void *ctx, struct session *session)
{
    session_close(session, *(uint8_t *)ctx, 0);
}

void session_end_account(struct ops_env *env, uint64_t account_id, enum wire_close_reason reason)
{
    uint8_t why = (uint8_t)reason;
    hub_each_session_of_account(env->hub, account_id, on_end, &why);
}

struct login_end {
    uint64_t login_session_id;
    enum wire_close_reason reason;
};

static void on_login(void *ctx, struct session *session)
{
    const struct login_end *end = ctx;
    if (session->login_id == end->login_session_id)
        session_close(session, (uint8_t)end->reason, 0);
}

void session_end_login(struct ops_env *env, uint64_t login_session_id,
                       enum wire_close_reason reason)
{
    struct login_end end = {login_session_id, reason};
    if (login_session_id != 0)
        hub_each_session(env->hub, on_login, &end);
}

static void on_maybe_expired(void *ctx, struct session *session)
{
    const struct presence *presence = presence_of(session);
    if (presence != NULL && presence->who != NULL && presence->expires_at <= *(int64_t *)ctx)
        session_close(session, WIRE_CLOSE_REASON_LOGGED_OUT, 0);
}

void session_end_expired(struct ops_env *env, int64_t now_ms)
{
    hub_each_session(env->hub, on_maybe_expired, &now_ms);
}

/* ---- who she is ---- */

struct person_reading {
    struct ops_env *env;
    uint64_t account_id;
};

struct person_change {
    struct ops_env *env;
    const struct session_opened *opened; /* borrowed for the callback */
};

static void on_new_person(void *ctx, struct session *session)
{
    const struct person_change *change = ctx;
    struct presence *presence = presence_of(session);
    if (presence == NULL || presence->who == NULL)
        return;
    struct session_opened changed = *change->opened;
    changed.login_session_id = presence->who->login_session_id;
    struct principal *who = person_create(&changed);
    bool other_roles = !principal_same_grants(who, presence->who);
    mem_free(presence->who);
    presence->who = who;
    if (other_roles)
        work_feed_reset(change->env, session);
}

static void on_person(void *ctx, enum status status, const struct session_opened *opened)
{
    struct person_reading reading = *(struct person_reading *)ctx;
    mem_free(ctx);
    if (status == STATUS_NOT_FOUND)
        session_end_account(reading.env, reading.account_id,
                            WIRE_CLOSE_REASON_ACCOUNT_DISABLED);
    else if (status == STATUS_OK)
        hub_each_session_of_account(reading.env->hub, reading.account_id, on_new_person,
                                    &(struct person_change){reading.env, opened});
    else
        reading.env->people_missed = true;
}

static void on_count(void *ctx, struct session *session)
{
    (void)session;
    (*(uint32_t *)ctx)++;
}

static bool is_here(struct ops_env *env, uint64_t account_id)
{
    uint32_t count = 0;
    if (account_id != 0)
        hub_each_session_of_account(env->hub, account_id, on_count, &count);
    return count > 0;
}

void session_reload_person(struct ops_env *env, uint64_t account_id)
{
    if (!is_here(env, account_id) || env->closing)
        return;
    struct person_reading *reading = mem_alloc(sizeof(*reading));
    *reading = (struct person_reading){env, account_id};
    session_store_person(env->store, account_id, on_person, reading);
}

/* ---- which rooms are hers ---- */

struct membership_reading {
    struct ops_env *env;
    uint64_t room_id;
    uint64_t account_id;
    const struct room_membership *membership; /* borrowed for the callback */
};

static bool is_before_welcome(const struct presence *presence)
{
    return presence->state == PRESENCE_GREETING || presence->state == PRESENCE_ENTERING;
}

static bool was_looked_up(const struct presence *presence, uint64_t room_id)
{
    for (uint32_t i = 0; i < presence->memberships.count; i++)
        if (presence->memberships.items[i].room.id == room_id)
            return true;
    return false;
}

/* Her rooms are not those any more that hello would let her into: she comes back and is looked up
 * anew. True: that was so. */
static bool turn_back(struct session *session, uint64_t room_id, bool is_member)
{
    const struct presence *presence = presence_of(session);
    if (presence == NULL || !is_before_welcome(presence) ||
        was_looked_up(presence, room_id) == is_member)
        return false;
    session_close(session, WIRE_CLOSE_REASON_GOING_AWAY, 0);
    return true;
}

static void leave(struct membership_reading *reading, struct session *session)
{
    struct presence *presence = presence_of(session);
    if (presence == NULL)
        return;
    presence_remove_room(presence, reading->room_id);
    struct room *room = room_find(reading->env->hub, reading->room_id);
    if (room != NULL)
        room_leave(room, session);
}

static void on_left(void *ctx, struct session *session)
{
    struct membership_reading *reading = ctx;
    if (turn_back(session, reading->room_id, false))
        return;
    leave(reading, session);
    if (presence_of(session) == NULL || presence_of(session)->state != PRESENCE_LIVE)
        return;
    /* A view with nothing to read: the room is not hers any more. */
    struct wire_session_changed event = {0};
    session_push_take(session, frame_encode(WIRE_SESSION_CHANGED, 0, &event), LANE_NORMAL);
}

static void on_is_member(void *ctx, struct session *session)
{
    struct membership_reading *reading = ctx;
    struct presence *presence = presence_of(session);
    if (turn_back(session, reading->room_id, true))
        return;
    if (presence == NULL || presence->who == NULL ||
        presence_add_room(presence, reading->room_id) != STATUS_OK)
        return;
    if (presence->state != PRESENCE_LIVE)
        return;
    struct wire_room_view view =
        room_view_of(reading->env, presence->who, reading->membership, clock_wall_ms());
    struct wire_session_changed event = {.rooms = {1, &view}};
    session_push_take(session, frame_encode(WIRE_SESSION_CHANGED, 0, &event), LANE_NORMAL);
}

static void on_membership(void *ctx, enum status status, const struct room_membership *membership)
{
    struct membership_reading reading = *(struct membership_reading *)ctx;
    mem_free(ctx);
    reading.membership = membership;
    if (status == STATUS_OK)
        hub_each_session_of_account(reading.env->hub, reading.account_id, on_is_member, &reading);
    else if (status == STATUS_NOT_FOUND)
        hub_each_session_of_account(reading.env->hub, reading.account_id, on_left, &reading);
    else
        reading.env->people_missed = true;
}

void session_reload_membership(struct ops_env *env, uint64_t room_id, uint64_t account_id)
{
    if (!is_here(env, account_id) || env->closing)
        return;
    struct membership_reading *reading = mem_alloc(sizeof(*reading));
    *reading = (struct membership_reading){env, room_id, account_id, NULL};
    room_store_membership(env->store, account_id, room_id, on_membership, reading);
}

/* ---- everybody, after something may have been missed ---- */

struct check {
    struct ops_env *env;
    uint32_t count;
    uint64_t login_ids[CHECK_MAX];
};

static bool is_alive(const struct wire_list_id *alive, uint64_t login_id)
{
    for (uint32_t i = 0; i < alive->count; i++)
        if (alive->items[i] == login_id)
            return true;
    return false;
}

static void on_alive(void *ctx, enum status status, const struct wire_list_id *alive)
{
    struct check *check = ctx;
    if (status != STATUS_OK)
        check->env->people_missed = true;
    for (uint32_t i = 0; status == STATUS_OK && i < check->count; i++)
        if (!is_alive(alive, check->login_ids[i]))
            session_end_login(check->env, check->login_ids[i], WIRE_CLOSE_REASON_LOGGED_OUT);
    mem_free(check);
}

static void send_check(struct check *check)
{
    struct wire_list_id ids = {check->count, check->login_ids};
    session_store_alive(check->env->store, &ids, on_alive, check);
}

void session_check(struct ops_env *env, struct session *session)
{
    const struct presence *presence = presence_of(session);
    struct check *check = mem_alloc(sizeof(*check));
    check->env = env;
    check->login_ids[check->count++] = session->login_id;
    send_check(check);
    session_reload_person(env, session->account_id);
    for (uint32_t i = 0; i < presence->room_count; i++)
        session_reload_membership(env, presence->room_ids[i], session->account_id);
}

static void on_session(void *ctx, struct session *session)
{
    struct check **check = ctx;
    if (session->login_id == 0)
        return;
    (*check)->login_ids[(*check)->count++] = session->login_id;
    const struct presence *presence = presence_of(session);
    if (presence != NULL && presence->who != NULL && presence->who->grant_count > 0)
        session_reload_person((*check)->env, session->account_id);
    if ((*check)->count < CHECK_MAX)
        return;
    struct ops_env *env = (*check)->env;
    send_check(*check);
    *check = mem_alloc(sizeof(**check));
    (*check)->env = env;
}

/* Memberships looked at in one statement. */
struct pairs {
    struct ops_env *env;
    uint32_t count;
    uint64_t account_ids[CHECK_MAX];
    uint64_t room_ids[CHECK_MAX];
};

static void on_pair_left(void *ctx, enum status status, uint64_t account_id, uint64_t room_id)
{
    struct ops_env *env = ctx;
    if (status != STATUS_OK)
        env->people_missed = true;
    else if (account_id != 0)
        session_reload_membership(env, room_id, account_id);
}

static void send_pairs(struct pairs *pairs)
{
    const struct wire_list_id accounts = {pairs->count, pairs->account_ids};
    const struct wire_list_id rooms = {pairs->count, pairs->room_ids};
    if (pairs->count > 0)
        room_store_left(pairs->env->store, &accounts, &rooms, on_pair_left, pairs->env);
    pairs->count = 0;
}

static void on_rooms_of(void *ctx, struct session *session)
{
    struct pairs *pairs = ctx;
    const struct presence *presence = presence_of(session);
    for (uint32_t i = 0; presence != NULL && i < presence->room_count; i++) {
        pairs->account_ids[pairs->count] = session->account_id;
        pairs->room_ids[pairs->count++] = presence->room_ids[i];
        if (pairs->count == CHECK_MAX)
            send_pairs(pairs);
    }
}

static void check_memberships(struct ops_env *env)
{
    struct pairs *pairs = mem_alloc(sizeof(*pairs));
    pairs->env = env;
    hub_each_session(env->hub, on_rooms_of, pairs);
    send_pairs(pairs);
    mem_free(pairs);
}

void session_check_all(struct ops_env *env)
{
    env->people_missed = false;
    check_memberships(env);
    struct check *check = mem_alloc(sizeof(*check));
    check->env = env;
    hub_each_session(env->hub, on_session, &check);
    if (check->count > 0)
        send_check(check);
    else
        mem_free(check);
}
