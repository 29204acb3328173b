/*
 * pg_address: where the database is and how a link is opened. Names are looked up in libuv's
 * thread pool, because libpq would block the loop on them.
 */
#ifndef STORE_PG_ADDRESS_H
#define STORE_PG_ADDRESS_H

#include <libpq-fe.h>
#include <stdbool.h>

#define PG_ADDRESS_HOST_MAX    256
#define PG_ADDRESS_OPTIONS_MAX 512

/* What a link is for. */
enum pg_link_use { PG_LINK_READ, PG_LINK_BATCH, PG_LINK_CONTROL, PG_LINK_SLOW, PG_LINK_LISTEN };

struct pg_address {
    const char *database;                 /* borrowed: connection string or URI */
    char lookup[PG_ADDRESS_HOST_MAX];     /* a host name to look up first; empty: none */
    char options[PG_ADDRESS_OPTIONS_MAX]; /* what the connection string itself asks for */
    unsigned answer_timeout_ms;
};

/* False: the string cannot be read. */
bool pg_address_init(struct pg_address *address, const char *database, unsigned answer_timeout_ms);
/* The name for logs and for pg_stat_activity. */
const char *pg_link_use_name(enum pg_link_use use);
/* PQconnectStart; hostaddr may be NULL. */
PGconn *pg_address_connect(const struct pg_address *address, enum pg_link_use use,
                           const char *hostaddr);

#endif
