#include "ops/revocation_feed.h"

#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/message/publish.h"

/* Says one entry to its room, and takes the thing out of the ring first. */
static void tell(struct ops_env *env, const struct revocation_entry *entry)
{
    struct room *room = room_find(env->hub, entry->room_id);
    if (room == NULL)
        return;
    if (entry->has_message)
        message_replace(env, &entry->message);
    else if (entry->revocation.kind != WIRE_REVOKED_KIND_NOTICE &&
             !entry->revocation.has_person_id) /* a search was never in a message */
        room_ring_clear(room);
    struct wire_revocation revocation = entry->revocation;
    struct wire_revoked event = {.revocations = {1, &revocation},
                                 .head_seq = revocation.revocation_seq};
    struct shared_frame *frame = frame_encode(WIRE_REVOKED, 0, &event);
    if (frame == NULL)
        return;
    struct room_post post = {.frame = frame, .lane = LANE_NORMAL};
    room_publish(room, &post);
    shared_frame_release(frame);
}

static void on_entries(void *ctx, enum status status, const struct revocation_entry *entries,
                       uint32_t count)
{
    struct ops_env *env = ctx;
    env->journal_reading = false;
    if (status != STATUS_OK) {
        log_info("ops.journal_unread", "status=%s", status_name(status));
        env->journal_missed = true; /* what was taken down is still shown: soon again */
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        tell(env, &entries[i]);
        env->revocation_head = entries[i].revocation.revocation_seq;
    }
    if (count == REVOCATION_PAGE_MAX || env->journal_again)
        revocation_feed_read(env);
}

void revocation_feed_read(struct ops_env *env)
{
    if (!env->journal_known || env->closing)
        return;
    env->journal_again = env->journal_reading;
    if (env->journal_reading)
        return;
    env->journal_reading = true;
    env->journal_missed = false;
    revocation_store_feed(env->store, env->revocation_head, on_entries, env);
}

static void on_ring_room(void *ctx, struct room *room)
{
    (void)ctx;
    room_ring_clear(room);
}

void revocation_feed_learn(struct ops_env *env, const struct journal_state *state)
{
    if (env->journal_known && env->epoch != state->epoch) {
        /* The history was restored from a backup: nothing in memory can be trusted. */
        log_warn("ops.epoch_changed", "epoch=%llu", (unsigned long long)state->epoch);
        hub_each_room(env->hub, on_ring_room, NULL);
        hub_drain(env->hub, 5000);
        env->journal_known = false;
    }
    if (!env->journal_known) {
        env->epoch = state->epoch;
        env->revocation_head = state->revocation_seq;
        env->revocation_before = env->revocation_settled = state->revocation_seq;
        env->journal_known = true;
    }
}

static void on_state(void *ctx, enum status status, const struct journal_state *state)
{
    if (status != STATUS_OK)
        return; /* asked again when the database is up */
    revocation_feed_learn(ctx, state);
    revocation_feed_read(ctx);
}

void revocation_feed_open(struct ops_env *env)
{
    revocation_store_state(env->store, on_state, env);
}

void revocation_feed_settle(struct ops_env *env)
{
    env->revocation_settled = env->revocation_before;
    env->revocation_before = env->revocation_head;
}
