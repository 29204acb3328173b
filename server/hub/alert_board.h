/*
 * alert_board: the alerts and notices that are in force, in memory, and whom they concern. It
 * pushes every new version at once to everybody connected, in the urgent lane, encoded once per
 * audience, and greets those who connect later with what is open for them. The database is the
 * truth: the board is filled from it at start and after every change. Owned by app; bounded by
 * BOARD_ALERTS_MAX and BOARD_NOTICES_MAX.
 */
#ifndef HUB_ALERT_BOARD_H
#define HUB_ALERT_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "hub/hub.h"
#include "rules/alert_audience.h"

#define BOARD_ALERTS_MAX 10000
#define BOARD_NOTICES_MAX 10000

struct alert_board;

struct board_recipient {
    uint64_t account_id;
    enum wire_alert_audience audience;
};

/* An alert has just been pushed to somebody who is here and whom it is not about. */
struct board_shown {
    uint64_t alert_id;
    uint64_t station_id;
    uint64_t account_id;
    enum wire_alert_audience audience;
    uint32_t state_version;
};
/* Told to the layer above, once per version, person and projection that this node showed. */
struct board_watch {
    void *ctx; /* borrowed */
    void (*on_shown)(void *ctx, const struct board_shown *shown);
};

/* hub is borrowed and outlives the board. */
struct alert_board *alert_board_create(struct hub *hub);
void alert_board_destroy(struct alert_board *board);
/* Copied. */
void alert_board_set_watch(struct alert_board *board, const struct board_watch *watch);

/*
 * A version of an alert. Copied. Nothing happens when this version (or a newer one) is there
 * already. Everyone it is addressed to is told; one that ended is then forgotten. STATUS_FULL:
 * told, but not kept for those who connect later.
 */
MUST_USE enum status alert_board_put(struct alert_board *board, const struct alert_record *record,
                                     const struct board_recipient *recipients, uint32_t count);
/* It came to nothing: everyone who was told of it is told so. The state is one that ends it. */
void alert_board_end(struct alert_board *board, uint64_t alert_id, enum wire_alert_state state);
/* The same for a notice: everyone in its room is told. */
MUST_USE enum status alert_board_put_notice(struct alert_board *board,
                                            const struct wire_notice_view *notice);

/* A session is live: what is in force for its account and its rooms is pushed. */
void alert_board_greet(struct alert_board *board, struct session *session);
/* She has just come into this room: its notices. */
void alert_board_greet_room(struct alert_board *board, struct session *session, uint64_t room_id);

/* The alerts in force; those addressed to an account. fn must not change the board. */
typedef void (*alert_board_fn)(void *ctx, uint64_t alert_id);
void alert_board_each(const struct alert_board *board, alert_board_fn fn, void *ctx);
void alert_board_each_of(const struct alert_board *board, uint64_t account_id, alert_board_fn fn,
                         void *ctx);

/* NULL: not in force here. Borrowed until the next put. */
const struct alert_record *alert_board_find(const struct alert_board *board, uint64_t alert_id);
/* The projection this account gets of an alert in force; 0: none. */
enum wire_alert_audience alert_board_audience(const struct alert_board *board, uint64_t alert_id,
                                              uint64_t account_id);
uint32_t alert_board_alert_count(const struct alert_board *board);
uint32_t alert_board_notice_count(const struct alert_board *board);

#endif
