/*
 * http_session: what a request says about who sends it: the token it carries, the page it comes
 * from, and the cookie that is given back. Pure but for writing into the buffers it is given.
 */
#ifndef NET_HTTP_SESSION_H
#define NET_HTTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_request.h"

#define HTTP_TOKEN_MAX 128
#define HTTP_COOKIE_MAX 256

/* The token of "Authorization: Bearer" or of the cookie; "" when there is none. */
void http_session_token(const struct http_request *request, char out[HTTP_TOKEN_MAX]);

/*
 * Whether a request that changes something may be believed to come from our own pages (or from no
 * page at all): its Origin is in `origins` (space-separated; "": the request's own Host), and it
 * says nothing that speaks against it. A request with a Bearer token is not made by a page's form.
 */
bool http_session_may_change(const struct http_request *request, const char *origins);

/* A page asks, not a program: the token then stays in the cookie alone. */
bool http_session_is_page(const struct http_request *request);

/* The value of Set-Cookie. age_s 0: until the browser closes; below 0: forget it now. */
void http_session_cookie(const struct http_request *request, const char *token, int64_t age_s,
                         char out[HTTP_COOKIE_MAX]);

#endif
