/* What hub and store tell the operations (ops_watch.h); sockets are in session/open.c. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/alert_board.h"
#include "hub/hub.h"
#include "hub/person_board.h"
#include "ops/access/reading.h"
#include "ops/alert/alert_env.h"
#include "ops/alert/alert_refresh.h"
#include "ops/alert/alert_spool.h"
#include "ops/call.h"
#include "ops/dispute/dispute_refresh.h"
#include "ops/ops_watch.h"
#include "ops/person/person_env.h"
#include "ops/person/person_refresh.h"
#include "ops/revocation_feed.h"
#include "ops/room/catch_up.h"
#include "ops/session/change.h"
#include "ops/work/work_feed.h"

/* How often all sockets are looked at for expired logins; who speaks is looked at each time. */
#define EXPIRY_SECONDS 60

void ops_on_room_gap(void *ctx, uint64_t room_id, uint64_t from_seq, uint64_t to_seq)
{
    room_read_range(ctx, room_id, from_seq, to_seq);
}

void ops_on_store_up(void *ctx)
{
    struct ops_env *env = ctx;
    revocation_feed_open(env);
    room_check_heads(env); /* what was committed but not answered when the link broke */
}

/* Notifications sent while nobody listened are lost: look at everything they would have told. */
void ops_on_listening(void *ctx)
{
    struct ops_env *env = ctx;
    env->changes++; /* for those who are being looked up just now */
    revocation_feed_open(env);
    room_check_heads(env);
    session_check_all(env);
    if (env->alert != NULL)
        alert_refresh_all(env);
    work_feed_reset_all(env);
    if (env->person != NULL)
        person_refresh_all(env);
    dispute_refresh_missed(env);
}

/* What was pushed was read. */
void ops_on_alert_shown(void *ctx, const struct board_shown *shown)
{
    reading_note(ctx, &(struct access_reading){
                          .kind = WIRE_ACCESS_KIND_ALERT,
                          .entity_id = shown->alert_id,
                          .station_id = shown->station_id,
                          .actor_id = shown->account_id,
                          .audience = shown->audience,
                          .version = shown->state_version,
                      });
}

void ops_on_person_shown(void *ctx, const struct person_shown *shown)
{
    reading_note(ctx, &(struct access_reading){
                          .kind = WIRE_ACCESS_KIND_PERSON_SEARCH,
                          .entity_id = shown->person_id,
                          .station_id = shown->station_id,
                          .actor_id = shown->account_id,
                          .audience = shown->audience,
                          .version = shown->state_version,
                      });
}

struct notice {
    const char *name;
    void (*fn)(struct ops_env *env, uint64_t first, uint64_t second);
};

static void on_order(void *ctx, uint64_t alert_id)
{
    alert_refresh(ctx, alert_id, NULL, NULL);
}

static void on_search(void *ctx, uint64_t person_id)
{
    person_refresh(ctx, person_id, NULL, NULL);
}

/* Her sockets go, and what she had by that role is not hers any more. */
static void on_role_revoked(struct ops_env *env, uint64_t account_id, uint64_t unused)
{
    (void)unused;
    env->changes++;
    session_end_account(env, account_id, WIRE_CLOSE_REASON_ROLE_REVOKED);
    if (env->alert != NULL && env->alert->board != NULL)
        alert_board_each_of(env->alert->board, account_id, on_order, env);
    if (env->person != NULL)
        person_board_each_of(env->person->board, account_id, on_search, env);
}

static void on_session_revoked(struct ops_env *env, uint64_t login_session_id, uint64_t unused)
{
    (void)unused;
    env->changes++;
    session_end_login(env, login_session_id, WIRE_CLOSE_REASON_LOGGED_OUT);
}

static void on_account_changed(struct ops_env *env, uint64_t account_id, uint64_t unused)
{
    (void)unused;
    env->changes++;
    session_reload_person(env, account_id);
}

static void on_membership_changed(struct ops_env *env, uint64_t room_id, uint64_t account_id)
{
    env->changes++;
    session_reload_membership(env, room_id, account_id);
}

static void on_revoked(struct ops_env *env, uint64_t revocation_seq, uint64_t unused)
{
    (void)unused;
    if (revocation_seq > env->revocation_head)
        revocation_feed_read(env);
}

/* The system said something in it, within a transaction of its own. */
static void on_room_moved(struct ops_env *env, uint64_t room_id, uint64_t seq)
{
    if (!env->closing)
        room_catch_up(env, room_id, seq);
}

static void on_alert_changed(struct ops_env *env, uint64_t alert_id, uint64_t unused)
{
    (void)unused;
    if (env->alert != NULL)
        alert_refresh(env, alert_id, NULL, NULL);
}

static void on_person_changed(struct ops_env *env, uint64_t person_id, uint64_t unused)
{
    (void)unused;
    if (env->person != NULL)
        person_refresh(env, person_id, NULL, NULL);
}

static void on_person_sighted(struct ops_env *env, uint64_t person_id, uint64_t sighting_id)
{
    if (env->person != NULL)
        person_refresh_sighting(env, person_id, sighting_id);
}

static void on_dispute_changed(struct ops_env *env, uint64_t dispute_id, uint64_t unused)
{
    (void)unused;
    if (!env->closing)
        dispute_refresh(env, dispute_id);
}

/* A node must know places by itself, to deliver what comes while the database is away. */
static void on_places_changed(struct ops_env *env, uint64_t community_id, uint64_t unused)
{
    (void)community_id;
    (void)unused;
    if (env->alert != NULL && env->alert->spool != NULL)
        alert_spool_learn_places(env->alert->spool);
}

static const struct notice notices[] = {
    {"role_revoked", on_role_revoked},
    {"session_revoked", on_session_revoked},
    {"account_changed", on_account_changed},
    {"membership_changed", on_membership_changed},
    {"revoked", on_revoked},
    {"room_moved", on_room_moved},
    {"work_changed", work_feed_changed},
    {"alert_changed", on_alert_changed},
    {"person_changed", on_person_changed},
    {"person_sighted", on_person_sighted},
    {"dispute_changed", on_dispute_changed},
    {"places_changed", on_places_changed},
};

/* "name first [second]" */
void ops_on_notify(void *ctx, const char *text)
{
    size_t len = strcspn(text, " ");
    char *end = NULL;
    uint64_t first = strtoull(text + len, &end, 10);
    if (end == text + len)
        return;
    uint64_t second = strtoull(end, NULL, 10);
    for (size_t i = 0; i < ARRAY_LEN(notices); i++)
        if (strlen(notices[i].name) == len && memcmp(notices[i].name, text, len) == 0) {
            notices[i].fn(ctx, first, second);
            return;
        }
}

void ops_on_second(void *ctx)
{
    struct ops_env *env = ctx;
    revocation_feed_settle(env);
    call_sweep(env, clock_mono_ms());
    if (++env->seconds % EXPIRY_SECONDS == 0)
        session_end_expired(env, clock_wall_ms());
    if (!store_is_up(env->store))
        return;
    room_check_heads(env);
    reading_repeat(env);
    if (env->journal_missed)
        revocation_feed_read(env);
    if (env->disputes_missed)
        dispute_refresh_missed(env);
    if (env->people_missed)
        session_check_all(env);
    work_feed_repeat(env);
    if (env->alerts_missed && env->alert != NULL)
        alert_refresh_all(env);
    if (env->person != NULL && env->person->missed)
        person_refresh_all(env);
    if (env->alert != NULL && env->alert->spool != NULL &&
        alert_spool_waiting(env->alert->spool) > 0)
        alert_spool_reconcile(env->alert->spool); /* what came in as the database came back */
}
