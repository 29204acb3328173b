/*
 * work_feed: who watches what waits for her, and what of it she was shown. Every change of an open
 * object, here or on another node, comes as a notification; the item is read once and pushed to
 * those watchers who may see it, by the same rule as a page. Who was shown it and may not see it
 * any more is told that it is gone; nobody else hears anything.
 *
 * Made by ops_open, freed by ops_close. Bounded: per watcher WORK_SHOWN_MAX items are remembered
 * (what she was shown beyond them is not kept up to date), WORK_RECENT changes for pages under way.
 */
#ifndef OPS_WORK_WORK_FEED_H
#define OPS_WORK_WORK_FEED_H

#include "ops/ops_env.h"
#include "rules/work_audience.h"

#define WORK_SHOWN_MAX 10000
#define WORK_RECENT 256

struct session;

struct work_feed *work_feed_create(void);
void work_feed_destroy(struct work_feed *feed);

/* She watches until her socket is closed; asking twice is allowed. */
void work_feed_watch(struct ops_env *env, struct session *session);
void work_feed_leave(struct ops_env *env, struct session *session);

/* Something of this object changed: it is read and shown. */
void work_feed_changed(struct ops_env *env, uint64_t kind, uint64_t entity_id);

/* Watchers are to ask for everything again: all, or one whose roles changed. */
void work_feed_reset_all(struct ops_env *env);
void work_feed_reset(struct ops_env *env, struct session *session);

/* A page, read after this mark was taken, was shown to her (if she watches): its items are
 * remembered, and what changed since the mark is read again. The page was sent before. */
uint64_t work_feed_mark(const struct ops_env *env);
struct work_key {
    enum wire_work_kind kind;
    uint64_t entity_id;
};
void work_feed_shown(struct ops_env *env, struct session *session, const struct work_key *keys,
                     uint32_t count, uint64_t mark);

/* Items that could not be read: everybody asks again. Once per second. */
void work_feed_repeat(struct ops_env *env);

#endif
