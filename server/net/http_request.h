/*
 * http_request: one HTTP request, whole, with its body. net makes it, on_http takes it; its answer
 * may come much later, by id, when the asker may be gone. Bounded: header values and target by the
 * header memory of one connection, the body by the cap of its route.
 */
#ifndef NET_HTTP_REQUEST_H
#define NET_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS };

/* The headers that are copied; every other one is ignored. */
enum http_header_name {
    HTTP_HOST,
    HTTP_ORIGIN,
    HTTP_COOKIE,
    HTTP_AUTHORIZATION,
    HTTP_CONTENT_TYPE,
    HTTP_USER_AGENT,
    HTTP_ACCEPT,
    HTTP_ACCEPT_ENCODING,
    HTTP_ACCEPT_LANGUAGE,
    HTTP_IF_NONE_MATCH,
    HTTP_RANGE,
    HTTP_IDEMPOTENCY_KEY,
    HTTP_WEBHOOK_ID,
    HTTP_WEBHOOK_TIMESTAMP,
    HTTP_WEBHOOK_SIGNATURE,
    HTTP_HALL_SOURCE,
    HTTP_SEC_FETCH_SITE,
    HTTP_FORWARDED_PROTO,
    HTTP_HEADER_COUNT,
};

struct http_request {
    uint64_t id; /* never used twice in one run */
    enum http_method method;
    const char *path;                       /* decoded, without "..", "//", control characters */
    const char *query;                      /* raw, without '?'; "" when there is none */
    const char *headers[HTTP_HEADER_COUNT]; /* NULL when absent */
    const uint8_t *body;
    size_t body_len;
    bool was_judged;  /* somebody was asked about the body, and paid for it (net.h) */
    bool secure;      /* came over TLS through the proxy in front */
    char address[46]; /* of the asker; from the proxy's word only when the proxy is trusted */
};

struct http_header {
    const char *name; /* lower case, without colon */
    const char *value;
};

struct http_response {
    int status;
    const char *content_type;          /* NULL: no body */
    const char *cache_control;         /* NULL: "no-store" */
    const struct http_header *headers; /* more of them; borrowed for the call */
    size_t header_count;
    const uint8_t *body;
    size_t body_len;
    /* NULL: the body is copied. Else it is sent from where it lies, and released when done. */
    void (*release)(void *owner);
    void *owner;
    const char *content_policy; /* Content-Security-Policy of a page; NULL: "default-src 'none'" */
};

/* One parameter of a query or form body, decoded into out; false when absent or too long. */
bool http_parameter(const char *query, const char *name, char *out, size_t out_size);
/* The value of one cookie; false when absent or too long. */
bool http_cookie(const struct http_request *request, const char *name, char *out, size_t out_size);
void http_request_free(struct http_request *request);

#endif
