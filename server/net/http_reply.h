/*
 * http_reply: the answers of the doors. Each of these answers the exchange and frees it.
 */
#ifndef NET_HTTP_REPLY_H
#define NET_HTTP_REPLY_H

#include "net/http_exchange.h"

/* Any response; borrowed for the call. */
void http_reply(struct http_exchange *exchange, const struct http_response *response);
/* `release` of a response whose owner is a struct wire_buffer from mem_alloc. */
void http_release_buffer(void *owner);

/* application/problem+json (RFC 9457) for an outcome: title and code from errors.toml. */
struct http_problem {
    enum status status;
    const char *field;       /* NULL or "": none */
    const char *reason;      /* English, for developers; NULL: that of the error */
    uint64_t retry_after_ms; /* also as Retry-After; 0: none */
};
void http_reply_problem(struct http_exchange *exchange, const struct http_problem *problem);
/* The same for a request whose body was not read yet (net.h). */
void http_refuse_problem(struct http_door *door, uint64_t request_id,
                         const struct http_problem *problem);
/* The same as text, freed by the caller (free): part of a batch's answer. */
char *http_problem_text(const struct http_problem *problem, int *http_status);

/* What only these doors can refuse, so errors.toml does not know it. */
enum http_refusal {
    HTTP_REFUSE_METHOD,       /* 405 */
    HTTP_REFUSE_CONTENT_TYPE, /* 415 */
    HTTP_REFUSE_ORIGIN,       /* 403 */
};
/* header: one more header of the answer; NULL: none. */
void http_reply_refusal(struct http_exchange *exchange, enum http_refusal refusal,
                        const struct http_header *header);

/* The reply of an operation as JSON, or as MessagePack if that was asked for. */
struct http_success {
    int http_status;
    enum wire_operation reply;
    const void *body;
    const struct http_header *headers;
    size_t header_count;
};
void http_reply_body(struct http_exchange *exchange, const struct http_success *success);

#endif
