/*
 * fake_world: a database in memory behind the store's own functions, for tests of ops that decide
 * themselves when a statement is run and when its answer arrives. Whatever is asked waits on one of
 * a few links; world_run_one runs the oldest of a link (that is its snapshot and its commit) or
 * hands over the oldest answer. Answers of one link come in order, links overtake each other.
 *
 * Include it once: it defines the functions that the store would.
 */
#ifndef TESTS_UNIT_OPS_FAKE_WORLD_H
#define TESTS_UNIT_OPS_FAKE_WORLD_H

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "rules/secret.h"
#include "store/message_store.h"
#include "store/revocation_store.h"
#include "store/room_store.h"
#include "store/session_store.h"

#define WORLD_ROOMS 3
#define WORLD_MESSAGES 4000
#define WORLD_JOURNAL 2000
#define WORLD_ACCOUNTS 8
#define WORLD_PAGE 7
#define WORLD_LINKS 4 /* link 0 writes, the others read */

struct world_message {
    uint64_t sender_id;
    uint8_t key[WIRE_KEY_BYTES];
    char text[24]; /* empty: taken back */
};

struct world_room {
    uint64_t id;
    uint64_t head; /* messages[seq], 1 … head */
    struct world_message messages[WORLD_MESSAGES];
};

struct world_entry {
    uint64_t room_id;
    uint64_t seq;
};

struct world_job {
    struct world_job *prev, *next;
    void (*run)(struct world_job *job);     /* takes the snapshot, or commits */
    void (*deliver)(struct world_job *job); /* calls back */
    bool is_run;
    enum status status;
    void (*fn)(void); /* the callback, cast back in deliver */
    void *ctx;
    struct arena arena; /* of the answer */
    uint64_t a, b, c, d;
    void *out;
    struct world_message message;
    char token_hash[SESSION_HASH_BYTES];
};

static struct {
    struct world_room rooms[WORLD_ROOMS];
    struct world_entry journal[WORLD_JOURNAL + 1]; /* [revocation_seq] */
    uint64_t journal_head;
    uint8_t hashes[WORLD_ACCOUNTS + 1][SESSION_HASH_BYTES]; /* [account_id] */
    struct world_job *links[WORLD_LINKS];
    unsigned next_link;
    unsigned lose_answers; /* so many of a hundred commits are never answered */
    uint64_t (*random)(void);
} world;

static inline struct world_room *world_room(uint64_t room_id)
{
    return room_id >= 1 && room_id <= WORLD_ROOMS ? &world.rooms[room_id - 1] : NULL;
}

static inline struct world_job *world_ask(bool write, void (*run)(struct world_job *),
                                          void (*deliver)(struct world_job *))
{
    struct world_job *job = mem_alloc(sizeof(*job));
    unsigned link = write ? 0 : 1 + world.next_link++ % (WORLD_LINKS - 1);
    job->run = run;
    job->deliver = deliver;
    DL_APPEND(world.links[link], job);
    return job;
}

/* Runs or delivers the next job of this link; false: the link is idle. */
static inline bool world_run_one(unsigned link)
{
    struct world_job *job = world.links[link];
    struct world_job *last_run = NULL;
    if (job == NULL)
        return false;
    for (struct world_job *at = job; at != NULL && at->is_run; at = at->next)
        last_run = at;
    struct world_job *waiting = last_run != NULL ? last_run->next : job;
    if (waiting != NULL && (last_run == NULL || world.random() % 2 == 0)) {
        waiting->is_run = true;
        waiting->run(waiting);
        return true;
    }
    DL_DELETE(world.links[link], job);
    job->deliver(job);
    arena_clear(&job->arena);
    mem_free(job);
    return true;
}

/* ---- projection: what a row looks like ---- */

static inline void world_view(const struct world_room *room, uint64_t seq,
                              struct wire_message_view *out, struct arena *arena)
{
    const struct world_message *message = &room->messages[seq];
    bool visible = message->text[0] != '\0';
    *out = (struct wire_message_view){
        .room_id = room->id,
        .seq = seq,
        .sender_id = message->sender_id,
        .sender_name = {"n", 1},
        .badge = WIRE_BADGE_NONE,
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .state = visible ? WIRE_MESSAGE_STATE_VISIBLE : WIRE_MESSAGE_STATE_RECALLED,
        .sent_at = 1,
        .has_body = visible,
    };
    if (visible) {
        size_t len = strlen(message->text);
        out->body = (struct wire_text){arena_copy_text(arena, message->text, len), (uint32_t)len};
    }
}

/* ---- messages ---- */

static inline void run_add(struct world_job *job)
{
    struct world_room *room = world_room(job->a);
    for (uint64_t seq = 1; seq <= room->head; seq++)
        if (room->messages[seq].sender_id == job->message.sender_id &&
            memcmp(room->messages[seq].key, job->message.key, WIRE_KEY_BYTES) == 0) {
            job->b = seq; /* a repeat */
            return;
        }
    job->b = ++room->head;
    job->c = 1;
    room->messages[job->b] = job->message;
    if (world.random() % 100 < world.lose_answers)
        job->status = STATUS_UNAVAILABLE;
}

static inline void deliver_add(struct world_job *job)
{
    struct message_added added = {
        .room_id = job->a, .seq = job->b, .sent_at = 1, .is_new = job->c == 1};
    ((message_added_fn)job->fn)(job->ctx, job->status, job->status == STATUS_OK ? &added : NULL);
}

void message_store_add(struct message_store *messages, const struct message_draft *draft,
                       message_added_fn fn, void *ctx)
{
    (void)messages;
    struct world_job *job = world_ask(true, run_add, deliver_add);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = draft->room_id;
    job->message.sender_id = draft->sender_id;
    memcpy(job->message.key, draft->client_key, WIRE_KEY_BYTES);
    memcpy(job->message.text, draft->body.data, draft->body.len);
}

static inline void run_recall(struct world_job *job)
{
    struct world_room *room = world_room(job->a);
    struct world_message *message = &room->messages[job->b];
    if (job->b > room->head || message->sender_id != job->c)
        job->status = STATUS_NOT_FOUND;
    else if (message->text[0] == '\0')
        job->status = STATUS_ALREADY_DONE;
    if (job->status != STATUS_OK)
        return;
    message->text[0] = '\0';
    world.journal[++world.journal_head] = (struct world_entry){job->a, job->b};
}

static inline void deliver_recall(struct world_job *job)
{
    struct message_revoked revoked = {.room_id = job->a, .seq = job->b};
    ((message_revoked_fn)job->fn)(job->ctx, job->status,
                                  job->status == STATUS_OK ? &revoked : NULL);
}

void message_store_recall(struct store *store, const struct message_recall *recall,
                          message_revoked_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(true, run_recall, deliver_recall);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = recall->message.room_id;
    job->b = recall->message.seq;
    job->c = recall->account_id;
}

void message_store_hide(struct store *store, const struct message_hide *hide,
                        message_revoked_fn fn, void *ctx)
{
    (void)store, (void)hide, (void)fn, (void)ctx;
    abort(); /* nobody hides in this world */
}

/* a room, b from, c to (0: the newest page). Pages are short here, so that there are many. */
static inline void run_read(struct world_job *job)
{
    struct world_room *room = world_room(job->a);
    uint64_t to = job->c != 0 && job->c < room->head ? job->c : room->head;
    uint64_t from = job->b;
    if (job->c == 0)
        from = to > WORLD_PAGE ? to - WORLD_PAGE + 1 : 1;
    struct message_run *run = arena_alloc(&job->arena, sizeof(*run));
    job->out = run;
    run->first_seq = 1;
    run->head_seq = room->head;
    run->messages.items =
        arena_alloc(&job->arena, WORLD_PAGE * sizeof(*run->messages.items));
    for (uint64_t seq = from; seq <= to && run->messages.count < WORLD_PAGE; seq++)
        world_view(room, seq, &run->messages.items[run->messages.count++], &job->arena);
}

static inline void deliver_read(struct world_job *job)
{
    ((message_run_fn)job->fn)(job->ctx, STATUS_OK, job->out);
}

void message_store_page(struct store *store, const struct message_page_query *query,
                        message_run_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_read, deliver_read);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = query->room_id;
}

void message_store_range(struct store *store, const struct message_range_query *query,
                         message_run_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_read, deliver_read);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = query->room_id;
    job->b = query->from_seq;
    job->c = query->to_seq;
}

static inline void run_heads(struct world_job *job)
{
    struct wire_list_room_head *heads = arena_alloc(&job->arena, sizeof(*heads));
    heads->items = arena_alloc(&job->arena, WORLD_ROOMS * sizeof(*heads->items));
    for (heads->count = 0; heads->count < WORLD_ROOMS; heads->count++)
        heads->items[heads->count] = (struct wire_room_head){
            world.rooms[heads->count].id, world.rooms[heads->count].head};
    job->out = heads;
}

static inline void deliver_heads(struct world_job *job)
{
    ((room_heads_fn)job->fn)(job->ctx, STATUS_OK, job->out);
}

void message_store_heads(struct store *store, const struct wire_list_id *room_ids,
                         room_heads_fn fn, void *ctx)
{
    (void)store, (void)room_ids;
    struct world_job *job = world_ask(false, run_heads, deliver_heads);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
}

/* ---- the journal ---- */

static inline void world_revocation(uint64_t seq, struct wire_revocation *out)
{
    *out = (struct wire_revocation){
        .revocation_seq = seq,
        .kind = WIRE_REVOKED_KIND_MESSAGE,
        .has_room_id = true,
        .room_id = world.journal[seq].room_id,
        .has_seq = true,
        .seq = world.journal[seq].seq,
        .has_state = true,
        .state = WIRE_MESSAGE_STATE_RECALLED,
    };
}

static inline void run_revocations(struct world_job *job)
{
    struct revocation_run *run = arena_alloc(&job->arena, sizeof(*run));
    run->head_seq = world.journal_head;
    run->revocations.items = arena_alloc(&job->arena, job->b * sizeof(*run->revocations.items));
    for (uint64_t seq = job->a + 1; seq <= world.journal_head && run->revocations.count < job->b;
         seq++)
        world_revocation(seq, &run->revocations.items[run->revocations.count++]);
    job->out = run;
}

static inline void deliver_revocations(struct world_job *job)
{
    ((revocation_run_fn)job->fn)(job->ctx, STATUS_OK, job->out);
}

void message_store_revocations(struct store *store, const struct revocation_query *query,
                               revocation_run_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_revocations, deliver_revocations);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = query->after_seq;
    job->b = query->limit;
}

void revocation_store_acked(struct store *store, const struct revocation_ack *ack,
                            revocation_acked_fn fn, void *ctx)
{
    (void)store, (void)ack, (void)fn, (void)ctx;
    abort();
}

static inline void run_feed(struct world_job *job)
{
    struct revocation_entry *entries =
        arena_alloc(&job->arena, REVOCATION_PAGE_MAX * sizeof(*entries));
    for (uint64_t seq = job->a + 1; seq <= world.journal_head && job->b < REVOCATION_PAGE_MAX;
         seq++) {
        struct revocation_entry *entry = &entries[job->b++];
        entry->room_id = world.journal[seq].room_id;
        world_revocation(seq, &entry->revocation);
        entry->has_message = true;
        world_view(world_room(entry->room_id), world.journal[seq].seq, &entry->message,
                   &job->arena);
    }
    job->out = entries;
}

static inline void deliver_feed(struct world_job *job)
{
    ((revocation_feed_fn)job->fn)(job->ctx, STATUS_OK, job->out, (uint32_t)job->b);
}

void revocation_store_feed(struct store *store, uint64_t after_seq, revocation_feed_fn fn,
                           void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_feed, deliver_feed);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
    job->a = after_seq;
}

static inline void run_state(struct world_job *job)
{
    job->a = world.journal_head;
}

static inline void deliver_state(struct world_job *job)
{
    struct journal_state state = {1, job->a};
    ((journal_state_fn)job->fn)(job->ctx, STATUS_OK, &state);
}

void revocation_store_state(struct store *store, journal_state_fn fn, void *ctx)
{
    (void)store;
    struct world_job *job = world_ask(false, run_state, deliver_state);
    job->fn = (void (*)(void))fn;
    job->ctx = ctx;
}

#endif
