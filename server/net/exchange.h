/*
 * exchange: the state of one HTTP request; see exchange.c.
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "net/http_request.h"

struct conn;

struct exchange {
    uint64_t id;                  /* of the request, once given */
    struct conn *conn;            /* borrowed */
    struct http_request *request; /* owned until it is given to the layer above */
    uint8_t *in;                  /* owned; the body so far */
    size_t in_len, in_size;
    size_t expected;              /* Content-Length */
    bool is_head;
    bool late;     /* its time is over: the next byte ends the connection */
    bool dropping; /* refused early: what still comes is read and dropped */
    bool judging;  /* the layer above was asked about the body; in net's table of these */
    bool given;    /* the layer above has it and has not answered; in net's table */
    bool giving;   /* inside on_http */
    bool answered;
    char *head; /* owned; LWS_PRE bytes, then head_len; NULL once written */
    size_t head_len;
    const uint8_t *body; /* owned, or the releaser's */
    size_t body_len, body_sent;
    void (*release)(void *owner);
    void *owner;
    UT_hash_handle hh;
};

#endif
