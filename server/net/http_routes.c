#include "net/http_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "net/http_api.h"
#include "net/http_cap.h"
#include "net/http_health.h"
#include "net/http_inject.h"
#include "net/http_lite.h"
#include "net/http_media.h"
#include "net/http_voice.h"

/* method, operation, path, body cap, begin, answer, login */
static const struct http_route routes[] = {
    {HTTP_POST, WIRE_LOGIN_CODE, "/api/v1/session/code", HTTP_SMALL_BODY, http_api_begin,
     http_api_answer, false},
    {HTTP_POST, WIRE_LOGIN_PHONE, "/api/v1/session/phone", HTTP_SMALL_BODY, http_api_begin,
     http_api_answer_login, false},
    {HTTP_POST, WIRE_LOGIN_STAFF, "/api/v1/session/staff", HTTP_SMALL_BODY, http_api_begin,
     http_api_answer_login, false},
    {HTTP_POST, WIRE_LOGIN_TICKET, "/api/v1/session/ticket", HTTP_SMALL_BODY, http_api_begin,
     http_api_answer, true},
    {HTTP_DELETE, WIRE_LOGIN_END, "/api/v1/session", 0, http_api_begin, http_api_answer_logout,
     true},
    {HTTP_POST, WIRE_MEDIA_ADD, "/api/v1/media", HTTP_IMAGE_BODY, http_media_begin_add,
     http_media_answer_add, true},
    {HTTP_GET, WIRE_MEDIA_READ, "/api/v1/media/{media_id}/{size}", 0, http_media_begin_read,
     http_media_answer_read, true},
    {HTTP_POST, WIRE_VOICE_ADD, "/api/v1/voice", HTTP_VOICE_BODY, http_voice_begin_add,
     http_media_answer_add, true},
    {HTTP_GET, WIRE_VOICE_READ, "/api/v1/voice/{media_id}", 0, http_voice_begin_read,
     http_voice_answer_read, true},
    {HTTP_POST, WIRE_ALERT_INJECT, "/api/v1/alerts", HTTP_ALERT_BODY, http_inject_begin,
     http_inject_answer, false},
    {HTTP_POST, WIRE_ALERT_INJECT, "/api/v1/alerts/batch", HTTP_BATCH_BODY,
     http_inject_begin_batch, http_inject_answer_batch, false},
    {HTTP_POST, WIRE_ALERT_INJECT, "/api/v1/cap", HTTP_ALERT_BODY, http_inject_begin_cap,
     http_inject_answer, false},
    {HTTP_GET, WIRE_NOTICE_FEED, "/api/v1/cap.atom", 0, http_cap_begin_feed, http_cap_answer_feed,
     false},
    {HTTP_GET, WIRE_NOTICE_READ, "/n/{notice_id}", 0, http_lite_begin_notice,
     http_lite_answer_notice, false},
    {HTTP_GET, WIRE_INVITE_READ, "/j/{code}", 0, http_lite_begin_join, http_lite_answer_join,
     false},
    {HTTP_POST, WIRE_LOGIN_CODE, "/j/{code}/code", HTTP_SMALL_BODY, http_lite_begin_code,
     http_lite_answer_code, false},
    {HTTP_POST, WIRE_LOGIN_PHONE, "/j/{code}/enter", HTTP_SMALL_BODY, http_lite_begin_enter,
     http_lite_answer_enter, false},
    {HTTP_GET, 0, "/check", 0, http_lite_check, NULL, false},
    {HTTP_GET, WIRE_NOTICE_FEED, "/lite", 0, http_lite_begin_home, http_lite_answer_home, false},
    {HTTP_GET, WIRE_NOTICE_FEED, "/lite/", 0, http_lite_begin_home, http_lite_answer_home, false},
    {HTTP_GET, 0, "/config.json", 0, http_health_config, NULL, false},
    {HTTP_GET, 0, "/healthz", 0, http_health_alive, NULL, false},
    {HTTP_GET, 0, "/readyz", 0, http_health_ready, NULL, false},
    {HTTP_GET, 0, "/metrics", 0, http_health_metrics, NULL, false},
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
