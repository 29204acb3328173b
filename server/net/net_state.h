/*
 * net_state: the insides of net, for the files of this folder only.
 */
#ifndef NET_NET_STATE_H
#define NET_NET_STATE_H

#include <libwebsockets.h>
#include <uthash.h>

#include "hub/wheel.h"
#include "net/address.h"
#include "net/net.h"

#define NET_HEADER_BYTES_MAX 5120 /* as long as a request is read; freed by the upgrade */
#define NET_HEADER_SECONDS 10
#define NET_LINGER_MS 2000     /* after an early refusal, for the answer to be read */
#define NET_LINGER_BYTES (1024 * 1024)
#define NET_ANSWER_MS 60000    /* for an answer to be made and taken */
#define NET_KILL_SECONDS 5     /* how long a goodbye may take */
#define NET_ACCEPT_BATCH 128   /* per turn of the loop, so that those inside are served too */
#define NET_ACCEPT_PAUSE_MS 100
#define NET_TX_PACKET (4 * 1024 * 1024)
#define NET_RX_BUFFER 512    /* per session, for ever: a chat line fits */

struct exchange;

/* One connected socket, whatever it speaks. Freed when libwebsockets destroys its side. */
struct conn {
    struct net *net;        /* borrowed */
    struct lws *wsi;        /* borrowed */
    struct session *session; /* borrowed from the hub; NULL unless an open WebSocket */
    struct exchange *exchange; /* owned; the HTTP request under way */
    struct address_count *counted; /* where it is counted, NULL when from a trusted proxy */
    struct address_count *counted_behind; /* the same for the asker behind a proxy */
    struct conn *prev, *next; /* net's list */
    uint8_t *message;       /* owned; frames of a message that is not whole yet */
    uint32_t message_len;
    uint32_t message_size;
    struct wheel_item deadline; /* of the assembly, or of the HTTP exchange */
    uint16_t close_code;    /* to be said at the next WRITEABLE; 0: none */
    uint16_t fragments;
    bool close_said;        /* the Close frame is out; the peer's is waited for */
    bool half_open;         /* nothing whole was asked yet */
    bool admitted;          /* the handshake guard let it in */
    bool from_proxy;        /* its address is that of a trusted proxy */
    struct net_credential *credential; /* owned; between handshake and opening */
    char address[ADDRESS_TEXT_MAX];
};

struct net {
    uv_loop_t *loop;              /* borrowed */
    struct hub *hub;              /* borrowed */
    struct net_settings settings; /* texts borrowed */
    struct net_watch watch;
    struct lws_context *lws;      /* owned; libwebsockets clears it when it is gone */
    struct lws_vhost *vhost;
    struct lws_protocols protocols[3];
    uv_poll_t listener;
    uv_timer_t pause;             /* out of descriptors: accepting waits */
    int listen_fd;                /* owned; -1: not listening */
    uint16_t port;
    bool draining;                /* answers go out, nothing new comes in */
    struct conn *conns;           /* list, owned */
    struct address_table addresses;
    struct exchange *waiting;     /* hash by request id: given and not answered */
    struct exchange *judged;      /* hash by request id: whose body was asked about */
    uint64_t next_request_id;
    struct net_counts counts;
};

/* net.c */
void conn_first_request(struct conn *conn);

/* ws_peer.c: one callback per thing that happens; the return value is for libwebsockets. */
int ws_peer_opened(struct conn *conn);
int ws_peer_received(struct conn *conn, const uint8_t *bytes, size_t len);
int ws_peer_writable(struct conn *conn);
/* The peer's Close frame came. */
int ws_peer_closes(struct conn *conn);
void ws_peer_gone(struct conn *conn);
void ws_peer_forget_message(struct conn *conn);

/* upgrade.c: CONFIRM_UPGRADE. 0: go on. -1: hang up. */
int upgrade_confirm(struct conn *conn);

/* exchange.c */
int exchange_begin(struct conn *conn);
int exchange_body(struct conn *conn, const uint8_t *bytes, size_t len);
int exchange_body_done(struct conn *conn);
int exchange_writable(struct conn *conn);
void exchange_gone(struct conn *conn);
/* Refuses what is being asked; the connection ends, now (-1) or when the rest was read (0). */
int exchange_refuse(struct conn *conn, int status, const char *code);

/* request_read.c */
/* The request without its body. NULL: it cannot be read (a header too long, an odd target). */
struct http_request *request_read(struct conn *conn);
/* A header of a known token, NUL-terminated; false: absent or too long. */
bool request_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size);
bool request_custom_header(struct lws *wsi, const char *name_colon, char *out, size_t size);
/* Whether the request line ends in HTTP/1.1 or HTTP/1.0. */
bool request_version_is_known(struct lws *wsi);
/* The asker's address: the peer's, or what a trusted proxy says. */
void request_address(const struct conn *conn, char *out, size_t size);
bool request_is_secure(const struct conn *conn);

#endif
