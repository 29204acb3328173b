/*
 * wheel: many coarse deadlines on one libuv timer. Items sit in the structs they belong to.
 * Setting, moving and clearing are O(1); a deadline is met within WHEEL_TICK_MS after it passed.
 */
#ifndef HUB_WHEEL_H
#define HUB_WHEEL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define WHEEL_TICK_MS 250
#define WHEEL_SLOTS 512 /* 128 s in one turn; later deadlines go round again */

struct wheel_item;
typedef void (*wheel_fn)(struct wheel_item *item);

struct wheel_item {
    struct wheel_item *next; /* wheel's */
    struct wheel_item *prev; /* wheel's; NULL when not set */
    int64_t due_ms;          /* clock_mono_ms */
    wheel_fn fn;             /* called from the loop; the item is not set any more then */
};

struct wheel {
    uv_timer_t timer;
    struct wheel_item slots[WHEEL_SLOTS]; /* list heads */
    int64_t tick;                         /* the last tick that was worked off */
    int64_t now_ms;                       /* of the last advance */
};

void wheel_open(struct wheel *wheel, uv_loop_t *loop);
/* Ends on the loop: the wheel's memory must stay until the callback. Items are forgotten. */
void wheel_close(struct wheel *wheel, uv_close_cb done);
/* (Re)sets the item to be called after delay_ms. */
void wheel_set(struct wheel *wheel, struct wheel_item *item, int64_t delay_ms, wheel_fn fn);
void wheel_clear(struct wheel_item *item);
bool wheel_is_set(const struct wheel_item *item);
/* Works off everything due until now_ms; the timer does it, tests do it by hand. */
void wheel_advance(struct wheel *wheel, int64_t now_ms);

#endif
