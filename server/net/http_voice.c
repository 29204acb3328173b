#include "net/http_voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/http_api.h"
#include "net/http_media.h"
#include "net/http_reply.h"

#define RANGE_DIGITS_MAX 9

/* From the first to the last byte, both included. */
struct range {
    size_t first;
    size_t last;
};

void http_voice_begin_add(struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const char *type = request->headers[HTTP_CONTENT_TYPE];
    struct wire_voice_add *body = arena_alloc(&exchange->arena, sizeof(*body));
    if (!http_api_admit(exchange))
        return;
    if (type == NULL || strncasecmp(type, "audio/", 6) != 0) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_UNSUPPORTED_MEDIA});
        return;
    }
    body->content = (struct wire_bytes){request->body, (uint32_t)request->body_len};
    exchange->body = body;
    http_api_proceed(exchange);
}

void http_voice_begin_read(struct http_exchange *exchange)
{
    struct wire_voice_read *body = arena_alloc(&exchange->arena, sizeof(*body));
    if (!http_media_name(exchange, &body->media_id)) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_NOT_FOUND});
        return;
    }
    exchange->body = body;
    http_api_proceed(exchange);
}

/* Digits up to `end`; false: none, too many, or something else among them. */
static bool read_number(const char *at, const char *end, size_t *out)
{
    size_t len = (size_t)(end - at);
    if (len == 0 || len > RANGE_DIGITS_MAX || strspn(at, "0123456789") < len)
        return false;
    *out = (size_t)strtoull(at, NULL, 10);
    return true;
}

/* "bytes=1-2", "bytes=1-" or "bytes=-2" within len. Anything else is not obeyed: all of it. */
static bool read_range(const char *text, size_t len, struct range *out)
{
    if (text == NULL || strncasecmp(text, "bytes=", 6) != 0)
        return false;
    const char *at = text + 6;
    const char *dash = strchr(at, '-');
    size_t number = 0;
    if (dash == NULL || len == 0)
        return false;
    const char *end = dash + strlen(dash);
    struct range range = {0, len - 1};
    if (dash == at) {
        if (!read_number(dash + 1, end, &number) || number == 0)
            return false;
        range.first = number < len ? len - number : 0;
    } else {
        if (!read_number(at, dash, &range.first) || range.first >= len)
            return false;
        if (dash[1] != '\0' && (!read_number(dash + 1, end, &number) || number < range.first))
            return false;
        if (dash[1] != '\0' && number < len)
            range.last = number;
    }
    *out = range;
    return true;
}

void http_voice_answer_read(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct wire_voice_content *content = answer->body;
    const size_t len = content->content.len;
    struct range range = {0, len - 1};
    bool is_part = read_range(exchange->request->headers[HTTP_RANGE], len, &range);
    char name[HTTP_PARAM_LEN_MAX + 64];
    char place[80];
    snprintf(name, sizeof(name), "attachment; filename=\"%.32s.mp3\"", exchange->match.params[0]);
    snprintf(place, sizeof(place), "bytes %zu-%zu/%zu", range.first, range.last, len);
    const struct http_header headers[] = {
        {"accept-ranges", "bytes"},
        {"content-disposition", name},
        {"content-range", place},
    };
    /* Nothing may keep it: what is taken down must be gone (domain 9.2). */
    const struct http_response response = {
        .status = is_part ? 206 : 200,
        .content_type = "audio/mpeg",
        .cache_control = "no-store",
        .headers = headers,
        .header_count = is_part ? 3 : 2,
        .body = content->content.data + range.first,
        .body_len = range.last - range.first + 1,
    };
    http_reply(exchange, &response);
}
