/*
 * http_api: the doors whose body and answer are an operation of the schema, as JSON or MessagePack.
 */
#ifndef NET_HTTP_API_H
#define NET_HTTP_API_H

#include "net/http_exchange.h"
#include "net/http_session.h"

/* Reads the body, finds out who asks if the route wants to know, hands both to the dispatcher. */
void http_api_begin(struct http_exchange *exchange);

void http_api_answer(struct http_exchange *exchange, const struct ops_http_answer *answer);
/* Also sets, or takes away, the cookie. */
void http_api_answer_login(struct http_exchange *exchange, const struct ops_http_answer *answer);
/* The cookie of a session that was just granted. False: no cookie can hold it. */
bool http_api_login_cookie(struct http_exchange *exchange,
                           const struct wire_login_granted *granted, char cookie[HTTP_COOKIE_MAX]);
void http_api_answer_logout(struct http_exchange *exchange, const struct ops_http_answer *answer);

/* What changes something may only come from our own pages, or from no page. Answers and gives false
 * otherwise. */
bool http_api_admit(struct http_exchange *exchange);
/* For doors whose body is no operation as it stands: the last part of http_api_begin, with the
 * body in exchange->body. */
void http_api_proceed(struct http_exchange *exchange);
/* The body of an operation into exchange->arena. Answers and gives false when it cannot be read. */
bool http_api_read_body(struct http_exchange *exchange);
/* What was not done, as a problem. */
void http_api_fail(struct http_exchange *exchange, const struct ops_http_answer *answer);

#endif
