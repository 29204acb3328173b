#include "net/http_session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* __Host- binds the cookie to this host and to TLS; without TLS a browser would not take it. */
static const char *cookie_name(const struct http_request *request)
{
    return request->secure ? "__Host-hall" : "hall";
}

static const char *bearer(const struct http_request *request)
{
    const char *value = request->headers[HTTP_AUTHORIZATION];
    return value != NULL && strncasecmp(value, "Bearer ", 7) == 0 ? value + 7 : NULL;
}

void http_session_token(const struct http_request *request, char out[HTTP_TOKEN_MAX])
{
    const char *token = bearer(request);
    out[0] = '\0';
    if (token != NULL)
        snprintf(out, HTTP_TOKEN_MAX, "%s", token);
    else if (!http_cookie(request, cookie_name(request), out, HTTP_TOKEN_MAX))
        out[0] = '\0';
}

static bool is_listed(const char *origins, const char *origin)
{
    size_t len = strlen(origin);
    for (const char *at = origins; *at != '\0';) {
        at += strspn(at, " ");
        size_t item_len = strcspn(at, " ");
        if (item_len == len && len > 0 && memcmp(at, origin, len) == 0)
            return true;
        at += item_len;
    }
    return false;
}

/* "https://host" or, without TLS, "http://host", with the Host the request itself names. */
static bool is_own_host(const struct http_request *request, const char *origin)
{
    const char *scheme = request->secure ? "https://" : "http://";
    size_t scheme_len = strlen(scheme);
    const char *host = request->headers[HTTP_HOST];
    return host != NULL && strncmp(origin, scheme, scheme_len) == 0 &&
           strcasecmp(origin + scheme_len, host) == 0;
}

bool http_session_may_change(const struct http_request *request, const char *origins)
{
    const char *origin = request->headers[HTTP_ORIGIN];
    const char *site = request->headers[HTTP_SEC_FETCH_SITE];
    if (bearer(request) != NULL)
        return true;
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (origin == NULL)
        return true; /* every browser names it: this is a program */
    return origins[strspn(origins, " ")] != '\0' ? is_listed(origins, origin)
                                                 : is_own_host(request, origin);
}

bool http_session_is_page(const struct http_request *request)
{
    return request->headers[HTTP_ORIGIN] != NULL || request->headers[HTTP_SEC_FETCH_SITE] != NULL;
}

void http_session_cookie(const struct http_request *request, const char *token, int64_t age_s,
                         char out[HTTP_COOKIE_MAX])
{
    char age[40] = "";
    if (age_s != 0)
        snprintf(age, sizeof(age), "; Max-Age=%lld", age_s > 0 ? (long long)age_s : 0LL);
    snprintf(out, HTTP_COOKIE_MAX, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
             cookie_name(request), token, request->secure ? "; Secure" : "", age);
}
