#include "net/http_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "net/http_api.h"
#include "net/http_health.h"
#include "net/http_inject.h"
#include "net/http_media.h"

/* method, path, operation, body cap, login, begin, answer */
static const struct http_route routes[] = {
    {HTTP_POST, "/api/v1/session/code", WIRE_LOGIN_CODE, HTTP_SMALL_BODY, false, http_api_begin,
     http_api_answer},
    {HTTP_POST, "/api/v1/session/phone", WIRE_LOGIN_PHONE, HTTP_SMALL_BODY, false, http_api_begin,
     http_api_answer_login},
    {HTTP_POST, "/api/v1/session/staff", WIRE_LOGIN_STAFF, HTTP_SMALL_BODY, false, http_api_begin,
     http_api_answer_login},
    {HTTP_POST, "/api/v1/session/ticket", WIRE_LOGIN_TICKET, HTTP_SMALL_BODY, true, http_api_begin,
     http_api_answer},
    {HTTP_DELETE, "/api/v1/session", WIRE_LOGIN_END, HTTP_SMALL_BODY, true, http_api_begin,
     http_api_answer_logout},
    {HTTP_POST, "/api/v1/media", WIRE_MEDIA_ADD, HTTP_IMAGE_BODY, true, http_media_begin_add,
     http_media_answer_add},
    {HTTP_GET, "/api/v1/media/{media_id}/{size}", WIRE_MEDIA_READ, 0, true, http_media_begin_read,
     http_media_answer_read},
    {HTTP_POST, "/api/v1/alerts", WIRE_ALERT_INJECT, HTTP_ALERT_BODY, false, http_inject_begin,
     http_inject_answer},
    {HTTP_POST, "/api/v1/alerts/batch", WIRE_ALERT_INJECT, HTTP_BATCH_BODY, false,
     http_inject_begin_batch, http_inject_answer_batch},
    {HTTP_GET, "/config.json", 0, 0, false, http_health_config, NULL},
    {HTTP_GET, "/healthz", 0, 0, false, http_health_alive, NULL},
    {HTTP_GET, "/readyz", 0, 0, false, http_health_ready, NULL},
    {HTTP_GET, "/metrics", 0, 0, false, http_health_metrics, NULL},
};

static const char *const method_names[] = {
    [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};

/* Segment by segment; a {name} takes one that is neither empty nor too long. */
static bool fits(const char *pattern, const char *path, struct http_match *match)
{
    size_t params = 0;
    while (*pattern != '\0' && *path != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (len == 0 || len > HTTP_PARAM_LEN_MAX || params == HTTP_PARAMS_MAX)
            return false;
        memcpy(match->params[params], path, len);
        match->params[params++][len] = '\0';
        path += len;
        pattern += strcspn(pattern, "}") + 1;
    }
    return *pattern == '\0' && *path == '\0';
}

static bool serves(const struct http_route *route, enum http_method method)
{
    return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

enum http_found http_routes_find(enum http_method method, const char *path,
                                 const struct http_route **route, struct http_match *match)
{
    enum http_found found = HTTP_NO_ROUTE;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!fits(routes[i].path, path, match))
            continue;
        if (serves(&routes[i], method)) {
            *route = &routes[i];
            return HTTP_FOUND;
        }
        found = HTTP_OTHER_METHOD;
    }
    return found;
}

void http_routes_allowed(const char *path, char *out, size_t out_size)
{
    struct http_match match;
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!fits(routes[i].path, path, &match))
            continue;
        int len = snprintf(out + used, out_size - used, "%s%s%s", used > 0 ? ", " : "",
                           method_names[routes[i].method],
                           routes[i].method == HTTP_GET ? ", HEAD" : "");
        if (len < 0 || (size_t)len >= out_size - used)
            return;
        used += (size_t)len;
    }
}

unsigned http_routes_count(void)
{
    return ARRAY_LEN(routes);
}

const struct http_route *http_routes_at(unsigned index)
{
    return &routes[index];
}
