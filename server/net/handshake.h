/*
 * handshake: the guard of the WebSocket road. Decides from what the request says, without I/O; who
 * it is comes after. libwebsockets by itself takes a POST, version 8, a key of one letter.
 */
#ifndef NET_HANDSHAKE_H
#define NET_HANDSHAKE_H

#include <stdbool.h>

/* What the request says; NULL: absent. Several headers of one name arrive joined by commas. */
struct handshake {
    bool is_get;
    bool has_body; /* Content-Length other than 0, or any Transfer-Encoding */
    bool secure;   /* over TLS, by word of a trusted proxy */
    const char *path;
    const char *http_version; /* "HTTP/1.1" */
    const char *upgrade;
    const char *connection;
    const char *host;
    const char *origin;
    const char *version;
    const char *key;
    const char *protocols;
};

struct handshake_rules {
    const char *origins; /* exact, space-separated; "": only the request's own host */
    const char *hosts;   /* exact, space-separated; "": any well-formed one */
};

/* NULL: welcome. Else a short reason for the counters; the HTTP status goes to *status. */
const char *handshake_check(const struct handshake *asked, const struct handshake_rules *rules,
                            int *status);

/* Letters, digits, '.', '-', ':' only, or these in one pair of brackets; one host, not two. */
bool handshake_is_host(const char *host);

#endif
