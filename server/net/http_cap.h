/*
 * http_cap: the public notices as Atom with OASIS CAP 1.2 messages. (CAP comes in by http_inject.)
 */
#ifndef NET_HTTP_CAP_H
#define NET_HTTP_CAP_H

#include "net/http_exchange.h"

void http_cap_begin_feed(struct http_exchange *exchange);
void http_cap_answer_feed(struct http_exchange *exchange, const struct ops_http_answer *answer);

#endif
