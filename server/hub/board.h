/*
 * board: things that are in force, in memory, and whom they concern: people one by one, each with a
 * projection of her own, and whole rooms. Every new version is pushed at once to everybody who is
 * connected, in the urgent lane, encoded once per projection; those who connect later are greeted
 * with what is in force for them. The database is the truth. A subject (alert_board, person_board)
 * says what a thing is; owned by it; bounded by the subject's entries_max and BOARD_READERS_MAX.
 */
#ifndef HUB_BOARD_H
#define HUB_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "hub/hub.h"

/* People of one thing. */
#define BOARD_READERS_MAX 4096
/* Projections of one thing, numbered by the subject; 0 is none. */
#define BOARD_SLOTS       8

struct board;

/* What kind of things these are. Copied, and what it points at outlives the board. */
struct board_subject {
    const char *name; /* for the log */
    uint32_t entries_max;
    /* The frame of one projection; NULL: there is none. The board takes it. */
    struct shared_frame *(*encode)(const void *thing, uint8_t slot);
    void (*release)(void *thing);
    uint8_t room_slot; /* which projection rooms get */
    /* Somebody who is here was shown this, once per version; may be NULL. */
    void (*on_shown)(void *ctx, const void *thing, uint64_t account_id, uint8_t slot);
    void *ctx;
};

struct board_reader {
    uint64_t account_id;
    uint8_t slot;
};

/* One version of a thing. The thing is taken; the lists are borrowed for the call. */
struct board_entry {
    uint64_t id;
    uint64_t version;
    void *thing;
    const struct board_reader *readers;
    uint32_t reader_count;
    const uint64_t *room_ids;
    uint32_t room_count;
    bool has_ended;
};

/* hub is borrowed and outlives the board. */
struct board *board_create(struct hub *hub, const struct board_subject *subject);
void board_destroy(struct board *board);

/*
 * Nothing happens when this version, or a newer one, is there already for the same people and
 * rooms. Everyone it concerns is told, of a version that is known only those who are new; one that
 * ended is then forgotten, and rooms that never heard of it are not told that it ended.
 * STATUS_FULL: told, but not kept for those who connect later.
 */
MUST_USE enum status board_put(struct board *board, const struct board_entry *entry);

/* A session is live: what is in force for its account and its rooms is pushed, each thing once. */
void board_greet(struct board *board, struct session *session);

/* She has just come into this room: what is in force for it. */
void board_greet_room(struct board *board, struct session *session, uint64_t room_id);

/* The things in force; those that name an account. fn must not change the board. */
typedef void (*board_fn)(void *ctx, uint64_t id);
void board_each(const struct board *board, board_fn fn, void *ctx);
void board_each_of(const struct board *board, uint64_t account_id, board_fn fn, void *ctx);

/* NULL: not in force here. Borrowed until the next put. */
void *board_find(const struct board *board, uint64_t id);
/* The projection this account gets by name; 0: none. */
uint8_t board_slot(const struct board *board, uint64_t id, uint64_t account_id);
uint32_t board_count(const struct board *board);

#endif
