/*
 * person_board: searches for missing people that are in force, and whom they concern: family, team
 * and officers by name, and the halls where the search is shown. A board (hub/board.h) of its own.
 * Owned by app; bounded by BOARD_PERSONS_MAX.
 */
#ifndef HUB_PERSON_BOARD_H
#define HUB_PERSON_BOARD_H

#include "hub/board.h"
#include "rules/person_audience.h"

#define BOARD_PERSONS_MAX 1000

struct person_board;

/* A search has just been pushed to somebody of the team or an officer who is here. */
struct person_shown {
    uint64_t person_id;
    uint64_t station_id;
    uint64_t account_id;
    enum wire_person_audience audience;
    uint32_t state_version;
};
struct person_watch {
    void *ctx; /* borrowed */
    void (*on_shown)(void *ctx, const struct person_shown *shown);
};

/* hub is borrowed and outlives the board. */
struct person_board *person_board_create(struct hub *hub);
void person_board_destroy(struct person_board *board);
/* Copied. */
void person_board_set_watch(struct person_board *board, const struct person_watch *watch);

/* A version of a search, as board_put. What the record points at lies in *arena, which is taken
 * (and left empty). readers: slot is an enum wire_person_audience. */
struct person_put {
    const struct person_record *record;
    struct arena *arena;
    const struct board_reader *readers;
    uint32_t reader_count;
    struct wire_list_id halls;
};
MUST_USE enum status person_board_put(struct person_board *board, const struct person_put *put);

void person_board_greet(struct person_board *board, struct session *session);
void person_board_greet_room(struct person_board *board, struct session *session, uint64_t room_id);
void person_board_each(const struct person_board *board, board_fn fn, void *ctx);
void person_board_each_of(const struct person_board *board, uint64_t account_id, board_fn fn,
                          void *ctx);
/* NULL: not in force here. Borrowed until the next put. */
const struct person_record *person_board_find(const struct person_board *board, uint64_t person_id);
/* Pushes this to everybody of the team and all officers of a search. */
void person_board_tell_team(struct person_board *board, uint64_t person_id,
                            struct shared_frame *frame);
uint32_t person_board_count(const struct person_board *board);

#endif
