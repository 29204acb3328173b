/*
 * calendar_watch: keeps this node's duty calendars as the database has them, and the timers that
 * depend on them: when the calendars were read anew, everything still to come is counted again. A
 * failure is tried again after a second. Every node does it; counting twice changes nothing.
 */
#ifndef JOBS_CALENDAR_WATCH_H
#define JOBS_CALENDAR_WATCH_H

#include <stdbool.h>
#include <uv.h>

struct calendar_store;
struct calendar_watch;
struct store;

/* store and calendars are borrowed and outlive it. */
struct calendar_watch *calendar_watch_create(uv_loop_t *loop, struct store *store,
                                             struct calendar_store *calendars);
/* A calendar changed, or may have while nobody listened. */
void calendar_watch_refresh(struct calendar_watch *watch);
/* No new step. */
void calendar_watch_stop(struct calendar_watch *watch);
bool calendar_watch_is_idle(const struct calendar_watch *watch);
/* After calendar_watch_stop, when idle; fn comes from the loop. */
void calendar_watch_destroy(struct calendar_watch *watch, void (*fn)(void *ctx), void *ctx);

#endif
