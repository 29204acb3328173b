/*
 * spool: signed critical alerts on disk while the database is away. A record is acknowledged only
 * after fdatasync. Records are also held in memory, bounded by SPOOL_RECORDS_MAX. When the
 * database is back they are written there one by one, idempotently, and the file is emptied only
 * when all are through: a crash in between repeats, it never loses.
 * One file, owned by one process; writing happens in the thread pool on copies.
 */
#ifndef STORE_SPOOL_H
#define STORE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"

#define SPOOL_RECORDS_MAX 1024
#define SPOOL_RECORD_BYTES_MAX 70000

struct spool;

typedef void (*spool_done_fn)(void *ctx, enum status status);

/* Reads what an earlier run left; a torn last record (never acknowledged) is cut off.
 * STATUS_UNAVAILABLE: the file cannot be opened; *out is unchanged. */
MUST_USE enum status spool_open(uv_loop_t *loop, const char *path, struct spool **out);

/* Copies the bytes and calls fn later: STATUS_OK only when they are on disk, STATUS_UNAVAILABLE
 * when the disk refused and there is no record. STATUS_FULL, STATUS_TOO_LARGE: fn is not called. */
MUST_USE enum status spool_append(struct spool *spool, const void *bytes, size_t len,
                                  spool_done_fn fn, void *ctx);

size_t spool_count(const struct spool *spool);
/* Borrowed until the next spool_clear. */
const uint8_t *spool_record(const struct spool *spool, size_t index, size_t *len);

/* All `count` records that exist are in the database. STATUS_CONFLICT: more came meanwhile,
 * nothing was removed. */
MUST_USE enum status spool_clear(struct spool *spool, size_t count);

/* Nothing is being written. */
bool spool_is_idle(const struct spool *spool);
/* Only when idle. */
void spool_close(struct spool *spool);

#endif
