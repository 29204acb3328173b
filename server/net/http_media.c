#include "net/http_media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/http_api.h"
#include "net/http_reply.h"
#include "wire/text_check.h"

#define ALT_CHARS_MAX 400
#define ALT_BYTES_MAX (ALT_CHARS_MAX * 4 + 1)

static bool is_image(const char *type)
{
    return type != NULL && strncasecmp(type, "image/", 6) == 0;
}

/* ?alt=… in words. False: it is there and not acceptable. */
static bool read_alt(struct http_exchange *exchange, struct wire_media_add *body)
{
    char alt[ALT_BYTES_MAX];
    if (strstr(exchange->request->query, "alt=") == NULL)
        return true;
    if (!http_parameter(exchange->request->query, "alt", alt, sizeof(alt)))
        return false;
    size_t len = strlen(alt);
    if (!text_is_utf8(alt, len) || text_check(alt, len, ALT_CHARS_MAX) != NULL)
        return false;
    body->has_alt = len > 0;
    body->alt = (struct wire_text){arena_copy_text(&exchange->arena, alt, len), (uint32_t)len};
    return true;
}

void http_media_begin_add(struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct wire_media_add *body = arena_alloc(&exchange->arena, sizeof(*body));
    if (!http_api_admit(exchange))
        return;
    if (!is_image(request->headers[HTTP_CONTENT_TYPE])) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_UNSUPPORTED_MEDIA});
        return;
    }
    if (!read_alt(exchange, body)) {
        http_reply_problem(exchange,
                           &(struct http_problem){.status = STATUS_INVALID_FIELD, .field = "alt"});
        return;
    }
    body->content = (struct wire_bytes){request->body, (uint32_t)request->body_len};
    exchange->body = body;
    http_api_proceed(exchange);
}

void http_media_answer_add(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct http_success success = {201, answer->reply, answer->body, NULL, 0};
    http_reply_body(exchange, &success);
}

bool http_media_name(struct http_exchange *exchange, struct wire_text *out)
{
    const char *id = exchange->match.params[0];
    size_t len = strlen(id);
    if (len > 32 ||
        strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != len)
        return false;
    *out = (struct wire_text){arena_copy_text(&exchange->arena, id, len), (uint32_t)len};
    return true;
}

void http_media_begin_read(struct http_exchange *exchange)
{
    struct wire_media_read *body = arena_alloc(&exchange->arena, sizeof(*body));
    const char *size = exchange->match.params[1];
    if (!http_media_name(exchange, &body->media_id) ||
        (strcmp(size, "320") != 0 && strcmp(size, "1600") != 0)) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_NOT_FOUND});
        return;
    }
    body->size = (uint32_t)strtoul(size, NULL, 10);
    exchange->body = body;
    http_api_proceed(exchange);
}

void http_media_answer_read(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct wire_media_content *content = answer->body;
    char name[HTTP_PARAM_LEN_MAX + 64];
    snprintf(name, sizeof(name), "attachment; filename=\"%.32s-%.4s.jpg\"",
             exchange->match.params[0], exchange->match.params[1]);
    /* Nothing may keep it: a picture that is taken down must be gone (domain 9.2). */
    const struct http_header as_file = {"content-disposition", name};
    const struct http_response response = {
        .status = 200,
        .content_type = "image/jpeg",
        .cache_control = "no-store",
        .headers = &as_file,
        .header_count = 1,
        .body = content->content.data,
        .body_len = content->content.len,
    };
    http_reply(exchange, &response);
}
