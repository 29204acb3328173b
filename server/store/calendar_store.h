/*
 * calendar_store: the duty calendars of all stations, held in memory. Read when the database is
 * there and after every change; until the first time everybody has the usual week without holidays.
 * A calendar lives until the next load: take it where it is used, never keep it over a wait.
 */
#ifndef STORE_CALENDAR_STORE_H
#define STORE_CALENDAR_STORE_H

#include "rules/duty_calendar.h"
#include "store/store.h"

struct calendar_store;

/* store is borrowed and outlives it. */
struct calendar_store *calendar_store_create(struct store *store);
void calendar_store_destroy(struct calendar_store *calendars);

/* The calendar of a station; one that names no hours of its own (0 too) has those of all. */
const struct duty_calendar *calendar_store_of(const struct calendar_store *calendars,
                                              uint64_t station_id);
/* The last year the holiday table says anything about; 0: none. */
int32_t calendar_store_known_year(const struct calendar_store *calendars);
/* The year of this moment, in Shanghai. */
int32_t calendar_year(int64_t at);

/* Reads them anew. A failure leaves what there was. STATUS_INTERNAL: what is in the database is no
 * calendar. One at a time. */
typedef void (*calendar_loaded_fn)(void *ctx, enum status status);
void calendar_store_load(struct calendar_store *calendars, calendar_loaded_fn fn, void *ctx);

#endif
