/*
 * http_voice: voice messages in and out. Their bytes are the body itself, not a field of it; a
 * player may ask for a range of them.
 */
#ifndef NET_HTTP_VOICE_H
#define NET_HTTP_VOICE_H

#include "net/http_exchange.h"

void http_voice_begin_add(struct http_exchange *exchange);
void http_voice_begin_read(struct http_exchange *exchange);
void http_voice_answer_read(struct http_exchange *exchange, const struct ops_http_answer *answer);

#endif
