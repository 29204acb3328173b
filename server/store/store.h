/*
 * store: the way to PostgreSQL. One store per process, owned by app; everything on the loop thread.
 * It holds a few links for reading, one for the write batches, one for single writes, one for
 * slow work and one that listens. Statements are named constants made from sql/queries; there is
 * no SQL in C.
 *
 * Every function that takes a callback calls it exactly once, from the loop, never from inside
 * itself. A write is reported STATUS_OK only when its transaction is durable (the pipeline's sync
 * came back). STATUS_UNAVAILABLE means: the database cannot be reached, or did not answer in
 * answer_timeout_ms, and the outcome of a write is unknown: send it again with the same key.
 *
 * Bounds: STORE_WAITING_MAX requests per pool and settings.waiting_rows_max rows per batch kind
 * may wait; what comes beyond is answered STATUS_BUSY.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/status.h"
#include "store/sql_statements.h"
#include "store/store_args.h"
#include "store/store_rows.h"

/* Requests that may wait for a free place on a link, for reads and for single writes each. */
#define STORE_WAITING_MAX    4096
/* Statements of one segment (one transaction), the principal's not counted. */
#define STORE_SEGMENT_MAX    24
/* Links for reading at most. */
#define STORE_READ_LINKS_MAX 16
/* Bytes of a notification's text that are handed on. */
#define STORE_NOTIFY_MAX     256

struct store;

struct store_settings {
    const char *database;       /* libpq connection string or URI; borrowed while the store lives */
    unsigned read_links;        /* 0: the default, 3 */
    unsigned answer_timeout_ms; /* 0: the default, 2000 */
    unsigned waiting_rows_max;  /* per batch kind; 0: the default, 10000 */
    unsigned schema_version;    /* the migration this program was built for; 0: not checked */
    const struct sql_statement_info *statements; /* NULL: those of sql/queries. Borrowed. */
    unsigned statement_count;
    /* Both only for the negative controls of the fault suite; they are loud in the log. */
    bool unsafe_durability;       /* go on with fsync or synchronous_commit off */
    bool plant_ack_on_command_ok; /* a planted bug: acknowledge before the sync */
};

/* What the store tells its owner. Any function may be NULL. */
struct store_watch {
    void *ctx; /* borrowed */
    /* The database can be used (first time and after every loss), or is lost. */
    void (*on_up)(void *ctx);
    void (*on_down)(void *ctx);
    /* A NOTIFY on the channel `hall`; text is NUL-terminated. Notifications sent while the link was
     * down are lost: on_listening is called each time listening begins, to catch up by reading. */
    void (*on_notify)(void *ctx, const char *text);
    void (*on_listening)(void *ctx);
    /* The database must not be used: wrong schema version, a statement that does not fit, or not
     * durable. `why` is for the log. The store does not try again; the owner ends the process. */
    void (*on_refused)(void *ctx, const char *why);
};

/* rows is NULL unless the statement was answered. On a database error status is not OK and
 * rows->sqlstate and rows->constraint say more; rows live for the call only. */
typedef void (*store_rows_fn)(void *ctx, enum status status, const struct store_rows *rows);

/* One entry of rows per statement of the segment, in order; NULL unless status is OK. When one
 * failed, `failed` is what the database said (NULL if it said nothing) and nothing was done. */
struct store_segment_result {
    const struct store_rows *rows;
    unsigned count;
    const struct store_rows *failed;
    unsigned failed_index;
};
typedef void (*store_segment_fn)(void *ctx, enum status status,
                                 const struct store_segment_result *result);

typedef void (*store_closed_fn)(void *ctx);

/* Copies settings and watch (not what they point at). Nothing is opened yet. */
struct store *store_create(uv_loop_t *loop, const struct store_settings *settings,
                           const struct store_watch *watch);
/* Begins to connect; a lost database is tried again for ever, 0.1 to 2 s apart. */
void store_open(struct store *store);
/* Answers everything that waits with STATUS_UNAVAILABLE, closes the links, then calls fn. Drain
 * first: store_is_idle. */
void store_close(struct store *store, store_closed_fn fn, void *ctx);
/* Only after close has called back (or if it was never opened). */
void store_destroy(struct store *store);

/* Reads and writes can be sent now. */
bool store_is_up(const struct store *store);
/* Nothing is in flight and nothing waits. */
bool store_is_idle(const struct store *store);
uv_loop_t *store_loop(struct store *store);

/* args may be NULL (no arguments). All of these TAKE what args holds: it is empty afterwards. */
void store_read(struct store *store, enum sql_statement statement, struct store_args *args,
                store_rows_fn fn, void *ctx);
/* One statement = one transaction, on the control writer. */
void store_write(struct store *store, enum sql_statement statement, struct store_args *args,
                 store_rows_fn fn, void *ctx);

/* Work that nobody waits for and that may take seconds (building the search index): a link of its
 * own, one at a time, STORE_SLOW_MS at most. store_is_idle does not count it. */
#define STORE_SLOW_MS 30000
void store_write_slow(struct store *store, enum sql_statement statement, struct store_args *args,
                      store_rows_fn fn, void *ctx);

/* Who asks, for row-level security: store_become is run before, in the same transaction. A
 * statement that is marked `principal: system` always runs as the system; one marked `account`
 * only through these, with an account_id that is not 0. */
struct store_principal {
    uint64_t account_id;
};
/* A statement, its arguments and who waits for it. */
struct store_call {
    enum sql_statement statement;
    struct store_args *args; /* taken; may be NULL */
    store_rows_fn fn;
    void *ctx;
};
void store_read_as(struct store *store, struct store_principal who, struct store_call call);
void store_write_as(struct store *store, struct store_principal who, struct store_call call);

/* Several statements in one transaction and one round trip. Owned by the caller until it is sent
 * or dropped. No later statement can use an earlier one's rows: then it is one statement. */
struct store_segment;
struct store_segment *store_segment_create(struct store *store);
/* Takes what args holds. */
void store_segment_add(struct store_segment *segment, enum sql_statement statement,
                       struct store_args *args);
/* Runs what is added after this, where it is marked `principal: account`, as this person. */
void store_segment_as(struct store_segment *segment, struct store_principal who);
/* These take the segment. */
void store_segment_read(struct store_segment *segment, store_segment_fn fn, void *ctx);
void store_segment_write(struct store_segment *segment, store_segment_fn fn, void *ctx);
void store_segment_drop(struct store_segment *segment);

#endif
