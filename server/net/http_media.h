/*
 * http_media: pictures in and out. Their bytes are the body itself, not a field of it.
 */
#ifndef NET_HTTP_MEDIA_H
#define NET_HTTP_MEDIA_H

#include "net/http_exchange.h"

void http_media_begin_add(struct http_exchange *exchange);
void http_media_answer_add(struct http_exchange *exchange, const struct ops_http_answer *answer);
void http_media_begin_read(struct http_exchange *exchange);
void http_media_answer_read(struct http_exchange *exchange, const struct ops_http_answer *answer);
/* The name of a picture or voice from the path; false: it cannot be one. */
bool http_media_name(struct http_exchange *exchange, struct wire_text *out);

#endif
