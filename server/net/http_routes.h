/*
 * http_routes: which path leads where. One row per method and path; what is in no row is a file of
 * the clients or nothing.
 */
#ifndef NET_HTTP_ROUTES_H
#define NET_HTTP_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "net/http_request.h"
#include "wire/wire.h"

#define HTTP_PARAMS_MAX 2
#define HTTP_PARAM_LEN_MAX 64

#define HTTP_SMALL_BODY (16u * 1024)
#define HTTP_ALERT_BODY (64u * 1024)
#define HTTP_BATCH_BODY (512u * 1024)
#define HTTP_IMAGE_BODY (12u * 1024 * 1024)
#define HTTP_VOICE_BODY (2u * 1024 * 1024)

struct http_exchange;
struct ops_http_answer;

/* What the {segments} of the path were, in order; NUL-terminated. */
struct http_match {
    char params[HTTP_PARAMS_MAX][HTTP_PARAM_LEN_MAX + 1];
};

struct http_route {
    enum http_method method;       /* HTTP_GET serves HTTP_HEAD as well */
    enum wire_operation operation; /* 0: none, `begin` answers by itself */
    const char *path;              /* {name} stands for one segment */
    size_t body_max;
    void (*begin)(struct http_exchange *exchange);
    /* What the dispatcher answered; NULL where there is no operation. */
    void (*answer)(struct http_exchange *exchange, const struct ops_http_answer *answer);
    bool needs_login; /* somebody must be logged in; else nobody is asked for */
};

enum http_found { HTTP_FOUND, HTTP_OTHER_METHOD, HTTP_NO_ROUTE };

/* *route is set for HTTP_FOUND. */
enum http_found http_routes_find(enum http_method method, const char *path,
                                 const struct http_route **route, struct http_match *match);
/* "GET, POST": what the path knows, for the Allow header. */
void http_routes_allowed(const char *path, char *out, size_t out_size);

unsigned http_routes_count(void);
const struct http_route *http_routes_at(unsigned index);

#endif
