#include "ops/work/work_feed.h"

#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/hub.h"
#include "ops/session/presence.h"
#include "store/work_store.h"

#define PARTS (WIRE_WORK_PART_MAX + 1)

struct work_watcher {
    struct work_watcher *prev, *next;
    uint64_t session_id;
    uint64_t *shown; /* owned; keys of items, ascending */
    uint32_t count;
    uint32_t size;
};

/* An item that is being read. */
struct reading_item {
    uint64_t key;
    struct ops_env *env;
    bool again;        /* it changed meanwhile */
    UT_hash_handle hh; /* by key */
};

struct work_feed {
    struct work_watcher *watchers; /* list, owned */
    struct reading_item *readings; /* owned */
    uint64_t changes;              /* heard of so far */
    uint64_t recent[WORK_RECENT];  /* the keys of the last ones, by their number */
    bool missed;                   /* an item could not be read */
};

static void on_loaded(void *ctx, enum status status, const struct work_loaded *loaded);

/* Identifiers stay below 2^53. */
static uint64_t key_of(uint64_t kind, uint64_t entity_id)
{
    return entity_id << 4 | (kind & 15);
}

struct work_feed *work_feed_create(void)
{
    return mem_alloc(sizeof(struct work_feed));
}

static void forget(struct work_feed *feed, struct work_watcher *watcher)
{
    DL_DELETE(feed->watchers, watcher);
    mem_free(watcher->shown);
    mem_free(watcher);
}

void work_feed_destroy(struct work_feed *feed)
{
    while (feed != NULL && feed->watchers != NULL)
        forget(feed, feed->watchers);
    mem_free(feed); /* the store answered every reading before */
}

static struct work_watcher *watcher_of(const struct session *session)
{
    const struct presence *presence = presence_of(session);
    return presence != NULL ? presence->watcher : NULL;
}

void work_feed_watch(struct ops_env *env, struct session *session)
{
    if (watcher_of(session) != NULL)
        return;
    struct work_watcher *watcher = mem_alloc(sizeof(*watcher));
    watcher->session_id = session->id;
    presence_of(session)->watcher = watcher;
    DL_APPEND(env->work->watchers, watcher);
}

void work_feed_leave(struct ops_env *env, struct session *session)
{
    struct work_watcher *watcher = watcher_of(session);
    if (watcher == NULL)
        return;
    presence_of(session)->watcher = NULL;
    if (env->work != NULL) /* else it went with the feed */
        forget(env->work, watcher);
}

/* ---- what she was shown ---- */

static uint32_t place_of(const struct work_watcher *watcher, uint64_t key)
{
    uint32_t low = 0;
    uint32_t high = watcher->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (watcher->shown[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool was_shown(const struct work_watcher *watcher, uint64_t key)
{
    uint32_t at = place_of(watcher, key);
    return at < watcher->count && watcher->shown[at] == key;
}

static void remember(struct work_watcher *watcher, uint64_t key)
{
    uint32_t at = place_of(watcher, key);
    if (was_shown(watcher, key) || watcher->count == WORK_SHOWN_MAX)
        return;
    if (watcher->count == watcher->size) {
        watcher->size = watcher->size > 0 ? watcher->size * 2 : 64;
        watcher->shown = mem_grow(watcher->shown, watcher->size, sizeof(watcher->shown[0]));
    }
    memmove(&watcher->shown[at + 1], &watcher->shown[at],
            (watcher->count - at) * sizeof(watcher->shown[0]));
    watcher->shown[at] = key;
    watcher->count++;
}

static void unremember(struct work_watcher *watcher, uint64_t key)
{
    uint32_t at = place_of(watcher, key);
    watcher->count--;
    memmove(&watcher->shown[at], &watcher->shown[at + 1],
            (watcher->count - at) * sizeof(watcher->shown[0]));
}

/* ---- from a change to a push ---- */

static void read_item(struct ops_env *env, uint64_t key)
{
    struct work_feed *feed = env->work;
    struct reading_item *reading = NULL;
    if (feed->watchers == NULL || env->closing)
        return;
    HASH_FIND(hh, feed->readings, &key, sizeof(key), reading);
    if (reading != NULL) {
        reading->again = true; /* what comes may be older than this change */
        return;
    }
    reading = mem_alloc(sizeof(*reading));
    reading->key = key;
    reading->env = env;
    HASH_ADD(hh, feed->readings, key, sizeof(reading->key), reading);
    work_store_load(env->store, (enum wire_work_kind)(key & 15), key >> 4, on_loaded, reading);
}

void work_feed_changed(struct ops_env *env, uint64_t kind, uint64_t entity_id)
{
    struct work_feed *feed = env->work;
    uint64_t key = key_of(kind, entity_id);
    if (kind == 0 || kind > WIRE_WORK_KIND_MAX || entity_id > WIRE_ID_MAX)
        return;
    feed->recent[feed->changes++ % WORK_RECENT] = key;
    read_item(env, key);
}

/* The item as it goes to those with one part in it; made when first needed. */
struct item_frames {
    const struct work_loaded *loaded; /* NULL: it is not open any more */
    uint64_t key;
    struct shared_frame *by_part[PARTS];
    struct shared_frame *gone;
};

static struct shared_frame *frame_for(struct item_frames *frames, unsigned part)
{
    if (frames->by_part[part] == NULL) {
        struct wire_work_changed event = {
            .work_kind = frames->loaded->record.kind,
            .entity_id = frames->loaded->record.entity_id,
            .has_item = true,
        };
        work_project(&frames->loaded->record, part, &event.item);
        frames->by_part[part] = frame_encode(WIRE_WORK_CHANGED, 0, &event);
    }
    return frames->by_part[part];
}

static struct shared_frame *gone_frame(struct item_frames *frames)
{
    if (frames->gone == NULL) {
        const struct wire_work_changed event = {
            .work_kind = (enum wire_work_kind)(frames->key & 15),
            .entity_id = frames->key >> 4,
        };
        frames->gone = frame_encode(WIRE_WORK_CHANGED, 0, &event);
    }
    return frames->gone;
}

static unsigned part_in(const struct work_loaded *loaded, uint64_t account_id)
{
    for (uint32_t i = 0; i < loaded->account_ids.count; i++)
        if (loaded->account_ids.items[i] == account_id)
            return (unsigned)loaded->parts[i];
    return WORK_PART_NONE;
}

static void show(struct ops_env *env, struct work_watcher *watcher, struct item_frames *frames)
{
    struct session *session = hub_find_session(env->hub, watcher->session_id);
    const struct presence *presence = presence_of(session);
    const struct work_loaded *loaded = frames->loaded;
    if (presence == NULL || presence->who == NULL)
        return;
    unsigned part = loaded != NULL ? part_in(loaded, presence->who->account_id) : WORK_PART_NONE;
    struct shared_frame *frame = NULL;
    enum outbox_lane lane = LANE_NORMAL;
    if (loaded != NULL && work_is_shown(&loaded->record, presence->who, part, clock_wall_ms())) {
        frame = frame_for(frames, work_part_of(&loaded->record, presence->who->account_id, part));
        lane = loaded->record.urgency == WIRE_WORK_URGENCY_RED ? LANE_URGENT : LANE_NORMAL;
        remember(watcher, frames->key);
    } else if (was_shown(watcher, frames->key)) {
        frame = gone_frame(frames);
        unremember(watcher, frames->key);
    }
    if (frame != NULL)
        session_push(session, frame, lane);
}

static void show_all(struct ops_env *env, uint64_t key, const struct work_loaded *loaded)
{
    struct item_frames frames = {.loaded = loaded, .key = key};
    struct work_watcher *watcher, *next;
    DL_FOREACH_SAFE(env->work->watchers, watcher, next)
    show(env, watcher, &frames);
    for (size_t i = 0; i < PARTS; i++)
        shared_frame_release(frames.by_part[i]);
    shared_frame_release(frames.gone);
}

static void on_loaded(void *ctx, enum status status, const struct work_loaded *loaded)
{
    struct reading_item *reading = ctx;
    struct ops_env *env = reading->env;
    uint64_t key = reading->key;
    bool again = reading->again;
    HASH_DEL(env->work->readings, reading);
    mem_free(reading);
    if (again)
        read_item(env, key);
    else if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        show_all(env, key, loaded);
    else
        env->work->missed = true;
}

/* ---- asking again ---- */

static void reset(struct ops_env *env, struct work_watcher *watcher)
{
    struct session *session = hub_find_session(env->hub, watcher->session_id);
    const struct wire_work_reset event = {0};
    watcher->count = 0;
    if (session != NULL)
        session_push_take(session, frame_encode(WIRE_WORK_RESET, 0, &event), LANE_NORMAL);
}

void work_feed_reset_all(struct ops_env *env)
{
    struct work_watcher *watcher, *next;
    env->work->missed = false;
    DL_FOREACH_SAFE(env->work->watchers, watcher, next)
    reset(env, watcher);
}

void work_feed_reset(struct ops_env *env, struct session *session)
{
    struct work_watcher *watcher = watcher_of(session);
    if (watcher != NULL)
        reset(env, watcher);
}

void work_feed_repeat(struct ops_env *env)
{
    if (env->work->missed) {
        log_info("ops.work_missed", "changes=%llu", (unsigned long long)env->work->changes);
        work_feed_reset_all(env);
    }
}

/* ---- pages ---- */

uint64_t work_feed_mark(const struct ops_env *env)
{
    return env->work->changes;
}

void work_feed_shown(struct ops_env *env, struct session *session, const struct work_key *keys,
                     uint32_t count, uint64_t mark)
{
    struct work_feed *feed = env->work;
    struct work_watcher *watcher = watcher_of(session);
    if (watcher == NULL)
        return;
    for (uint32_t i = 0; i < count; i++)
        remember(watcher, key_of(keys[i].kind, keys[i].entity_id));
    if (feed->changes - mark > WORK_RECENT) {
        reset(env, watcher);
        return;
    }
    for (; mark < feed->changes; mark++)
        read_item(env, feed->recent[mark % WORK_RECENT]);
}
