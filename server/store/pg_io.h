/*
 * pg_io: the socket side of a link: watching, flushing, reading results into units. Inside
 * pg_link only.
 */
#ifndef STORE_PG_IO_H
#define STORE_PG_IO_H

#include "store/pg_link.h"

/* Watches the connection's present socket for these events. */
void pg_io_watch(struct pg_link *link, int events);
/* Stops at once; the handle's memory is freed later by itself. */
void pg_io_unwatch(struct pg_link *link);
/* Writes what can be written, watches for the rest. False: the connection is broken. */
MUST_USE bool pg_io_flush(struct pg_link *link);

/* In pg_link.c. */
void pg_io_connect_step(struct pg_link *link);
void pg_io_lost(struct pg_link *link, const char *why);

#endif
