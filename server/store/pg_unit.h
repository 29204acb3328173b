/*
 * pg_unit: one transaction on a link: its statements, then one sync. The head of whatever the
 * owner keeps of it (a request, a batch load, the set-up of a link). The link it was sent on
 * borrows it until done; done is called exactly once per send.
 */
#ifndef STORE_PG_UNIT_H
#define STORE_PG_UNIT_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/status.h"

struct pg_unit {
    struct pg_unit *next; /* in the link's list; the link's */
    unsigned expected;    /* results: one per statement */
    unsigned received;
    PGresult **results; /* owned results, room for `expected`; NULL: they are thrown away */
    PGresult *failed;   /* owned; the first error */
    unsigned failed_index;
    /* Puts the statements into the connection. False: the connection is broken. */
    bool (*send)(struct pg_unit *unit, PGconn *conn);
    /* STATUS_OK: durable. Else nothing was done, or (STATUS_UNAVAILABLE, failed == NULL) nobody
     * knows. May send on the link again. */
    void (*done)(struct pg_unit *unit, enum status status);
    /* For the planted bug only: every result is there, the sync is not. NULL otherwise. */
    void (*before_sync)(struct pg_unit *unit);
};

/* Frees the results and the error; it may be sent again. */
void pg_unit_clear(struct pg_unit *unit);
/* Takes a result that belongs to this unit (no NULL, no sync). */
void pg_unit_take(struct pg_unit *unit, PGresult *result);
/* What it came to, when its sync is there. */
enum status pg_unit_outcome(const struct pg_unit *unit);

#endif
