/*
 * timer_recount: timers that are still to come, counted again when a calendar has changed. A page
 * at a time; a timer that somebody touched meanwhile keeps what that gave it.
 */
#ifndef STORE_TIMER_RECOUNT_H
#define STORE_TIMER_RECOUNT_H

#include "store/calendar_store.h"
#include "store/timer_store.h"

/* Timers of one page. */
#define TIMER_RECOUNT_PAGE 200

/* Where the last page ended; zeroed: the beginning. */
struct recount_cursor {
    char entity_type[TIMER_NAME_MAX + 1];
    char name[TIMER_NAME_MAX + 1];
    uint64_t entity_id;
    uint32_t state_version;
};

/* moved: timers of the page that are due at another time now. */
typedef void (*recount_fn)(void *ctx, enum status status, bool is_last_page, uint32_t moved);
/* cursor is the caller's until fn, and then stands at the end of the page. */
struct recount_step {
    const struct calendar_store *calendars;
    struct recount_cursor *cursor;
    recount_fn fn;
    void *ctx;
};
void timer_recount(struct store *store, const struct recount_step *step);

#endif
