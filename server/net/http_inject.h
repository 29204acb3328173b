/*
 * http_inject: the signed door: one alert, or up to HTTP_BATCH_ITEMS_MAX in one request, each
 * treated as if it had come alone.
 */
#ifndef NET_HTTP_INJECT_H
#define NET_HTTP_INJECT_H

#include "net/http_exchange.h"

void http_inject_begin(struct http_exchange *exchange);
/* The same as an OASIS CAP 1.2 message. */
void http_inject_begin_cap(struct http_exchange *exchange);
void http_inject_answer(struct http_exchange *exchange, const struct ops_http_answer *answer);
void http_inject_begin_batch(struct http_exchange *exchange);
void http_inject_answer_batch(struct http_exchange *exchange, const struct ops_http_answer *answer);

#endif
