/*
 * reading: every look at restricted data is in the audit. Two ways, for every subject alike:
 * what is asked for is entered before it is shown (reading_record), what is pushed is entered after
 * it was (reading_note), off the way of the push. Kept in order and repeated while the database is
 * away. Made by ops_open, freed by ops_close; bounded by READINGS_MAX.
 */
#ifndef OPS_ACCESS_READING_H
#define OPS_ACCESS_READING_H

#include "ops/ops_env.h"
#include "store/access_store.h"

/* Pushed readings that may wait for the database. Beyond it they are lost, loudly. */
#define READINGS_MAX 100000

struct reading_log *reading_log_create(void);
void reading_log_destroy(struct reading_log *log);

/* It was pushed: reading->version is not 0. Copied (a reason is not: there is none). */
void reading_note(struct ops_env *env, const struct access_reading *reading);

/* It is about to be shown: fn comes when all entries are durable, and only STATUS_OK allows to show
 * anything. version is 0, count at least 1. Borrowed for the call. */
typedef void (*reading_fn)(void *ctx, enum status status);
void reading_record(struct ops_env *env, const struct access_reading *readings, uint32_t count,
                    reading_fn fn, void *ctx);

/* Sends what could not be sent; once per second. */
void reading_repeat(struct ops_env *env);
/* Readings that are not in the audit yet, and those that never will be. */
uint32_t reading_waiting(const struct ops_env *env);
uint64_t reading_lost(const struct ops_env *env);

#endif
