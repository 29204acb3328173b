/* Opening: from a credential to somebody who is known. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "hub/hub.h"
#include "ops/dispatch.h"
#include "ops/ops_watch.h"
#include "ops/session/change.h"
#include "ops/session/presence.h"
#include "ops/session/person.h"
#include "ops/work/work_feed.h"
#include "rules/secret.h"

struct opening {
    struct ops_env *env;
    uint64_t session_id;
    uint64_t changes; /* env->changes when it was asked */
};

static void on_opened(void *ctx, enum status status, const struct session_opened *opened);

/* 1. Look the token up; what comes before the answer waits. */
void ops_on_socket_open(struct ops_env *env, uint64_t session_id,
                        enum session_credential_kind kind, const char *token)
{
    struct session *session = hub_find_session(env->hub, session_id);
    if (session == NULL)
        return;
    struct session_credential credential = {.kind = kind};
    session->attachment = presence_create();
    if (!secret_token_hash(token, strlen(token), credential.hash)) {
        session_close_code(session, SESSION_CLOSE_UNAUTHENTICATED);
        return;
    }
    struct opening *opening = mem_alloc(sizeof(*opening));
    *opening = (struct opening){env, session_id, env->changes};
    session_store_open(env->sessions, &credential, on_opened, opening);
}

/* Copies what hello will need. */
static void keep_memberships(struct presence *presence, const struct room_membership_list *rooms)
{
    uint32_t count = rooms->count < ROOMS_OF_ACCOUNT_MAX ? rooms->count : ROOMS_OF_ACCOUNT_MAX;
    struct room_membership *copy = arena_alloc(&presence->opened, count * sizeof(*copy));
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = rooms->items[i];
        struct wire_text *name = &copy[i].room.name;
        name->data = arena_copy_text(&presence->opened, name->data, name->len);
        if (presence_add_room(presence, copy[i].room.id) != STATUS_OK)
            break;
    }
    presence->memberships = (struct room_membership_list){count, copy};
}

/* 2. Known: the socket is hers, and hello may come. */
static void on_opened(void *ctx, enum status status, const struct session_opened *opened)
{
    struct opening opening = *(struct opening *)ctx;
    mem_free(ctx);
    struct session *session = hub_find_session(opening.env->hub, opening.session_id);
    struct presence *presence = presence_of(session);
    if (presence == NULL || session->state != SESSION_OPEN)
        return;
    if (status == STATUS_UNAUTHENTICATED || status == STATUS_NOT_FOUND) {
        session_close_code(session, SESSION_CLOSE_UNAUTHENTICATED);
        return;
    }
    if (status != STATUS_OK) {
        session_close(session, WIRE_CLOSE_REASON_GOING_AWAY, 2000);
        return;
    }
    presence->who = person_create(opened);
    presence->expires_at = opened->expires_at;
    keep_memberships(presence, &opened->rooms);
    presence->client = opened->client;
    presence->client.data =
        arena_copy_text(&presence->opened, opened->client.data, opened->client.len);
    hub_set_account(opening.env->hub, session, opened->account_id, opened->login_session_id);
    presence_set_state(presence, PRESENCE_GREETING);
    if (opening.changes != opening.env->changes)
        session_check(opening.env, session); /* what was read may be older than what was told */
    dispatch_held(opening.env, opening.session_id);
}

void ops_on_socket_closed(void *ctx, uint64_t session_id)
{
    struct ops_env *env = ctx;
    struct session *session = hub_find_session(env->hub, session_id);
    if (session == NULL)
        return;
    work_feed_leave(env, session);
    presence_destroy(session->attachment);
    session->attachment = NULL;
}

void ops_on_frame(void *ctx, uint64_t session_id, const uint8_t *bytes, size_t len)
{
    dispatch_frame(ctx, session_id, bytes, len);
}

void ops_on_session_drained(void *ctx, uint64_t session_id)
{
    struct ops_env *env = ctx;
    struct session *session = hub_find_session(env->hub, session_id);
    if (presence_of(session) != NULL && session->state == SESSION_OPEN)
        backlog_continue(env, session);
}
