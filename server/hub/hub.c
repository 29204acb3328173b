#include "hub/hub.h"

#include <assert.h>
#include <utlist.h>

#include "base/mem.h"
#include "hub/hub_state.h"
#include "wire/wire.h"

#define SPREAD_STEPS 1000

static void free_dead(struct hub *hub)
{
    while (hub->dead != NULL) {
        struct session *session = hub->dead;
        hub->dead = session->dead_next;
        session_destroy(session);
    }
}

static void free_empty_rooms(struct hub *hub)
{
    struct room *room = hub->empty_rooms;
    hub->empty_rooms = NULL;
    while (room != NULL) {
        struct room *next = room->empty_next;
        room->listed_empty = false;
        if (room_online(room) == 0 && room->ring.count == 0)
            room_destroy(room);
        room = next;
    }
}

static void flush_dirty(struct hub *hub)
{
    /* What is called may make more sessions dirty: they are flushed in the same go. */
    for (uint32_t i = 0; i < hub->dirty.count; i++) {
        struct session *session = hub->dirty.items[i];
        session->dirty = false;
        session_flush(session);
    }
    hub->dirty.count = 0;
}

bool hub_turn(struct hub *hub)
{
    assert(!hub->in_turn);
    hub->in_turn = true;
    const uint32_t slice = hub->settings.slice_members;
    uint32_t budget = fanout_run(hub, LANE_URGENT, slice);
    flush_dirty(hub);
    /* Chat waits until every alert is out, and keeps its turns short while one is on its way. */
    if (hub->hurries > 0 && budget > slice / HUB_HURRY_SHARE)
        budget = slice / HUB_HURRY_SHARE;
    if (hub->jobs[LANE_URGENT].head == NULL)
        fanout_run(hub, LANE_NORMAL, budget);
    flush_dirty(hub);
    free_empty_rooms(hub);
    free_dead(hub);
    hub->in_turn = false;
    return fanout_is_waiting(hub) || hub->dirty.count > 0;
}

void hub_hurry(struct hub *hub)
{
    hub->hurries++;
}

void hub_hurry_over(struct hub *hub)
{
    assert(hub->hurries > 0);
    hub->hurries--;
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle; /* its being there keeps the loop from sleeping */
}

static void turn(struct hub *hub)
{
    bool more = hub_turn(hub);
    if (more && !uv_is_active((uv_handle_t *)&hub->idle))
        uv_idle_start(&hub->idle, on_idle);
    else if (!more && uv_is_active((uv_handle_t *)&hub->idle))
        uv_idle_stop(&hub->idle);
}

static void on_check(uv_check_t *check)
{
    turn(check->data);
}

/* For what timers and idle handlers said; a job under way goes on after the poll only. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct hub *hub = prepare->data;
    if (!uv_is_active((uv_handle_t *)&hub->idle))
        turn(hub);
}

struct hub *hub_create(uv_loop_t *loop, const struct hub_settings *settings,
                       const struct peer_functions *peers)
{
    struct hub *hub = mem_alloc(sizeof(*hub));
    hub->loop = loop;
    hub->settings = *settings;
    hub->peers = *peers;
    hub->bound = (struct outbox_bound){settings->outbox_bytes, settings->outbox_frames};
    hub->next_session_id = 1;
    hub->ring_list.next = hub->ring_list.prev = &hub->ring_list;
    hub->ping = shared_frame_create_ping();
    sender_init(&hub->sender, settings->use_uring);
    wheel_open(&hub->wheel, loop);
    uv_check_init(loop, &hub->check);
    uv_prepare_init(loop, &hub->prepare);
    uv_idle_init(loop, &hub->idle);
    uv_timer_init(loop, &hub->cool);
    hub->check.data = hub->prepare.data = hub->idle.data = hub->cool.data = hub;
    uv_check_start(&hub->check, on_check);
    uv_prepare_start(&hub->prepare, on_prepare);
    hub->open_handles = 5;
    return hub;
}

void hub_set_watch(struct hub *hub, const struct hub_watch *watch)
{
    hub->watch = *watch;
}

static void handle_closed(struct hub *hub)
{
    if (--hub->open_handles == 0 && hub->closed != NULL)
        hub->closed(hub->closed_ctx);
}

static void on_handle_closed(uv_handle_t *handle)
{
    handle_closed(handle->data);
}

static void on_wheel_closed(uv_handle_t *handle)
{
    struct wheel *wheel = handle->data;
    handle_closed((struct hub *)(void *)((char *)wheel - offsetof(struct hub, wheel)));
}

void hub_close(struct hub *hub, void (*done)(void *ctx), void *ctx)
{
    hub->closed = done;
    hub->closed_ctx = ctx;
    uv_close((uv_handle_t *)&hub->check, on_handle_closed);
    uv_close((uv_handle_t *)&hub->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&hub->idle, on_handle_closed);
    uv_close((uv_handle_t *)&hub->cool, on_handle_closed);
    wheel_close(&hub->wheel, on_wheel_closed);
}

void hub_destroy(struct hub *hub)
{
    struct session *session, *next_session;
    HASH_ITER(hh, hub->sessions, session, next_session)
        hub_drop_session(hub, session);
    struct room *room, *next_room;
    HASH_ITER(hh, hub->rooms, room, next_room)
        room_destroy(room);
    free_dead(hub);
    shared_frame_release(hub->ping);
    sender_deinit(&hub->sender);
    mem_free(hub->dirty.items);
    mem_free(hub);
}

struct session *hub_open_session(struct hub *hub, int fd, void *peer)
{
    struct session *session = session_create(hub, fd, peer);
    HASH_ADD(hh, hub->sessions, id, sizeof(session->id), session);
    hub->counts.sessions++;
    hub->counts.sessions_opened++;
    session_start_pings(session);
    return session;
}

static void leave_account(struct hub *hub, struct session *session)
{
    struct account_entry *entry;
    if (session->account_id == 0)
        return;
    HASH_FIND(hh, hub->accounts, &session->account_id, sizeof(session->account_id), entry);
    if (entry == NULL)
        return;
    DL_DELETE2(entry->sessions, session, account_prev, account_next);
    session->account_id = 0;
    if (entry->sessions == NULL) {
        HASH_DEL(hub->accounts, entry);
        mem_free(entry);
    }
}

void hub_drop_session(struct hub *hub, struct session *session)
{
    if (session->state == SESSION_GONE)
        return;
    session_end(session);
    leave_account(hub, session);
    HASH_DEL(hub->sessions, session);
    hub->counts.sessions--;
    session->dead_next = hub->dead;
    hub->dead = session;
}

void hub_on_writable(struct hub *hub, struct session *session)
{
    (void)hub;
    session->waiting = false;
    session_flush(session);
}

struct session *hub_find_session(struct hub *hub, uint64_t session_id)
{
    struct session *session;
    HASH_FIND(hh, hub->sessions, &session_id, sizeof(session_id), session);
    return session;
}

void hub_set_account(struct hub *hub, struct session *session, uint64_t account_id,
                     uint64_t login_id)
{
    struct account_entry *entry;
    leave_account(hub, session);
    session->login_id = login_id;
    if (account_id == 0 || session->state == SESSION_GONE)
        return;
    HASH_FIND(hh, hub->accounts, &account_id, sizeof(account_id), entry);
    if (entry == NULL) {
        entry = mem_alloc(sizeof(*entry));
        entry->account_id = account_id;
        HASH_ADD(hh, hub->accounts, account_id, sizeof(entry->account_id), entry);
    }
    session->account_id = account_id;
    DL_APPEND2(entry->sessions, session, account_prev, account_next);
}

void hub_each_session_of_account(struct hub *hub, uint64_t account_id, hub_session_fn fn, void *ctx)
{
    struct account_entry *entry;
    HASH_FIND(hh, hub->accounts, &account_id, sizeof(account_id), entry);
    struct session *session = entry != NULL ? entry->sessions : NULL;
    while (session != NULL) {
        /* Closing keeps a session listed; only the socket's end takes it off. */
        struct session *next = session->account_next;
        fn(ctx, session);
        session = next;
    }
}

void hub_each_room(struct hub *hub, hub_room_fn fn, void *ctx)
{
    struct room *room, *next;
    HASH_ITER(hh, hub->rooms, room, next)
        fn(ctx, room);
}

void hub_each_session(struct hub *hub, hub_session_fn fn, void *ctx)
{
    struct session *session, *next;
    HASH_ITER(hh, hub->sessions, session, next)
        fn(ctx, session);
}

uint32_t hub_push_account(struct hub *hub, uint64_t account_id, struct shared_frame *frame,
                          enum outbox_lane lane)
{
    struct account_entry *entry;
    uint32_t count = 0;
    HASH_FIND(hh, hub->accounts, &account_id, sizeof(account_id), entry);
    struct session *session = entry != NULL ? entry->sessions : NULL;
    for (; session != NULL; session = session->account_next) {
        session_push(session, frame, lane);
        count++;
    }
    return count;
}

void hub_drain(struct hub *hub, uint32_t spread_ms)
{
    uint32_t step = 0;
    struct session *session, *next;
    HASH_ITER(hh, hub->sessions, session, next) {
        uint64_t wait_ms = (uint64_t)spread_ms * (step % SPREAD_STEPS) / SPREAD_STEPS;
        step += 617; /* neighbours come back far apart */
        session_close(session, WIRE_CLOSE_REASON_GOING_AWAY, (uint32_t)wait_ms);
    }
}

struct wheel *hub_wheel(struct hub *hub)
{
    return &hub->wheel;
}

void hub_count(const struct hub *hub, struct hub_counts *out)
{
    *out = hub->counts;
    out->uses_uring = hub->sender.ready;
}
