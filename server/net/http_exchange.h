/*
 * http_exchange: one request of a door from its arrival to its answer, for the files http_*.c only.
 * Made by http_door_take, owned by the door, freed by its one answer (http_reply_*).
 */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <uthash.h>

#include "base/mem.h"
#include "net/http_door.h"
#include "net/http_routes.h"
#include "ops/login/login_door.h"
#include "wire/wire.h"

struct http_batch;
struct http_files;
struct lite_form;
struct principal;

struct http_door {
    struct ops_env *env; /* borrowed */
    struct net *net;     /* borrowed */
    struct http_door_settings settings;
    struct http_files *files;   /* owned */
    char *config;              /* owned: the body of /config.json */
    size_t config_len;
    uint64_t address_seed;     /* so that nobody can choose whose bucket he empties */
    struct http_exchange *exchanges; /* hash by id */
    http_metrics_fn metrics; /* NULL: none */
    void *metrics_ctx;       /* borrowed */
    bool is_draining;
    bool was_ready; /* the database was there once */
};

struct http_exchange {
    uint64_t id; /* key: of the request */
    struct http_door *door;
    struct http_request *request; /* owned */
    const struct http_route *route;
    struct http_match match;
    struct login_door facts;  /* given to handlers */
    struct arena arena;       /* owned until the dispatcher takes it */
    void *body;               /* in the arena; struct wire_<operation> */
    struct http_batch *batch; /* owned; NULL unless it is one */
    struct principal *source; /* owned; of a batch */
    struct lite_form *form;   /* owned; NULL unless a form was posted (http_lite_join.c) */
    bool is_running;          /* written by http_inject.c, as is the next one */
    bool is_waiting;
    UT_hash_handle hh;
};

/* A hash of the asker's address, for the throttle. */
uint64_t http_exchange_address_key(const struct http_exchange *exchange);
/* A file of the clients, or that there is none. Answers the exchange and frees it. */
void http_exchange_file(struct http_exchange *exchange);
/* Hands the body to the dispatcher; who NULL: nobody. The exchange may be gone afterwards. */
void http_exchange_dispatch(struct http_exchange *exchange, const struct principal *who);

#endif
