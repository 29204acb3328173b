/*
 * net: the doors. libwebsockets on the process's loop: WebSocket peers for the hub, HTTP requests
 * for the layer above. Bounded: connections in all and per address, half-open connections, header
 * bytes and time, message bytes, fragments and assembly time, body bytes and time.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "hub/hub.h"
#include "net/http_request.h"

#define NET_SUBPROTOCOL "hall.1"
#define NET_SOCKET_PATH "/ws"
#define NET_MESSAGE_BYTES_MAX (64 * 1024)
#define NET_FRAGMENTS_MAX 32
#define NET_ASSEMBLY_MS 5000
#define NET_BODY_MS 10000
#define NET_BODY_BYTES_PER_MS 16 /* and so much longer for a large body: 16 kB/s at least */
#define NET_TOKEN_MAX 128
#define NET_JUDGED_BODY (64 * 1024) /* a body beyond this is asked about before it is read */

struct net_settings {
    const char *bind_address; /* "127.0.0.1" */
    uint16_t port;
    uint32_t connections_max;     /* all together */
    uint32_t address_connections; /* per address */
    uint32_t half_open_max;       /* connected, but no request read yet */
    const char *origins;          /* space-separated exact origins; "": the request's own Host */
    const char *hosts;            /* space-separated exact hosts; "": any well-formed one */
    const char *trusted_proxies;  /* space-separated addresses whose X-Forwarded-For is believed */
    bool reuse_port;
};

enum net_credential_kind { NET_CREDENTIAL_NONE, NET_CREDENTIAL_COOKIE, NET_CREDENTIAL_TICKET,
                           NET_CREDENTIAL_BEARER };

/* What the handshake brought; borrowed for the call. */
struct net_credential {
    enum net_credential_kind kind;
    char token[NET_TOKEN_MAX]; /* as sent; base64url of 32 bytes when it is any good */
    char address[46];
    bool secure;
};

/* Given by the layer above; always called from the loop. */
struct net_watch {
    void *ctx;
    void (*on_socket_open)(void *ctx, uint64_t session_id, const struct net_credential *credential);
    /* One whole binary message of at most NET_MESSAGE_BYTES_MAX; borrowed for the call. */
    void (*on_frame)(void *ctx, uint64_t session_id, const uint8_t *bytes, size_t len);
    /* The session is still found in the hub during this call, for the last time. */
    void (*on_socket_closed)(void *ctx, uint64_t session_id);
    /* Takes the request; ends in one http_respond and one http_request_free, in any order. */
    void (*on_http)(void *ctx, struct http_request *request);
    /* How many body bytes this route takes; 0: none. More is answered 413 before reading it. */
    size_t (*http_body_max)(void *ctx, enum http_method method, const char *path);
    /* A body beyond NET_JUDGED_BODY wants to come: is it worth reading? Ends in one http_take_body
     * or http_refuse_body, perhaps at once. The request is borrowed for the call. NULL: it is. */
    void (*on_http_body)(void *ctx, const struct http_request *request);
};

struct net_counts {
    uint64_t accepted, connections, half_open;
    uint64_t refused_full, refused_address, refused_half_open, refused_handshake;
    uint64_t messages_in, bytes_in;
    uint64_t closed_too_big, closed_not_binary, closed_fragments, closed_assembly;
    uint64_t http_requests, http_refused, http_waiting;
};

struct net;

/* The table hub_create wants. */
const struct peer_functions *net_peer_functions(void);

struct net *net_create(uv_loop_t *loop, const struct net_settings *settings, struct hub *hub,
                       const struct net_watch *watch);
/* Binds and listens. STATUS_UNAVAILABLE: the address is taken or not ours. */
MUST_USE enum status net_listen(struct net *net);
/* The port in use (settings may say 0). */
uint16_t net_port(const struct net *net);
/* No new connections from here on; those that are there go on. */
void net_stop_accepting(struct net *net);
/* Nothing that arrives from here on is taken: no frame, no request. Answers still go out. */
void net_stop_reading(struct net *net);
/* HTTP requests without an answer yet. */
uint32_t net_waiting(const struct net *net);
/* Closes every connection; run the loop until no handle is left, then net_destroy. */
void net_close(struct net *net);
void net_destroy(struct net *net);

/* Answers a request; does nothing when the asker is gone (the body is released all the same). */
void http_respond(struct net *net, uint64_t request_id, const struct http_response *response);
/* The word on a body that was asked about; nothing happens when the asker is gone. Refused: the
 * answer goes out at once, what still comes is dropped for a moment, the connection ends. */
void http_take_body(struct net *net, uint64_t request_id);
void http_refuse_body(struct net *net, uint64_t request_id, const struct http_response *response);
void net_count(const struct net *net, struct net_counts *out);

#endif
