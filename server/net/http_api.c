#include "net/http_api.h"

#include <string.h>
#include <strings.h>

#include "net/http_reply.h"
#include "net/http_session.h"
#include "ops/login/identify.h"

#define RESIDENT_COOKIE_S 34560000 /* 400 days, as long as browsers keep one: the server decides */

enum body_kind { BODY_JSON, BODY_MSGPACK, BODY_OTHER };

static void on_identified(void *ctx, enum status status, const struct principal *who);

/* What follows the type itself ("; charset=utf-8") does not matter. */
static bool is_type(const char *value, const char *type)
{
    size_t len = strlen(type);
    return value != NULL && strncasecmp(value, type, len) == 0 &&
           (value[len] == '\0' || value[len] == ';' || value[len] == ' ');
}

static enum body_kind body_kind(const struct http_request *request)
{
    const char *type = request->headers[HTTP_CONTENT_TYPE];
    if (is_type(type, "application/msgpack") || is_type(type, "application/x-msgpack"))
        return BODY_MSGPACK;
    if (is_type(type, "application/json") || (type == NULL && request->body_len == 0))
        return BODY_JSON;
    return BODY_OTHER;
}

static enum status read_msgpack(struct http_exchange *exchange, struct wire_body *body)
{
    const struct http_request *request = exchange->request;
    /* A copy in the arena: the call may outlive the request. */
    uint8_t *copy = arena_alloc(&exchange->arena, request->body_len + 1);
    if (request->body_len > 0)
        memcpy(copy, request->body, request->body_len);
    return wire_decode_body(exchange->route->operation, copy, request->body_len, &exchange->arena,
                            body);
}

bool http_api_read_body(struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct wire_body body = {0};
    enum status status;
    switch (body_kind(request)) {
    case BODY_JSON:
        if (request->body_len == 0)
            status =
                wire_from_json(exchange->route->operation, "{}", 2, &exchange->arena, &body);
        else
            status = wire_from_json(exchange->route->operation, (const char *)request->body,
                                    request->body_len, &exchange->arena, &body);
        break;
    case BODY_MSGPACK:
        status = read_msgpack(exchange, &body);
        break;
    default:
        http_reply_refusal(exchange, HTTP_REFUSE_CONTENT_TYPE, NULL);
        return false;
    }
    exchange->body = body.value;
    if (status == STATUS_OK)
        return true;
    http_reply_problem(exchange, &(struct http_problem){status, body.problem.field,
                                                        body.problem.reason, 0});
    return false;
}

bool http_api_admit(struct http_exchange *exchange)
{
    if (http_session_may_change(exchange->request, exchange->door->settings.origins))
        return true;
    http_reply_refusal(exchange, HTTP_REFUSE_ORIGIN, NULL);
    return false;
}

void http_api_begin(struct http_exchange *exchange)
{
    if (http_api_admit(exchange) && http_api_read_body(exchange))
        http_api_proceed(exchange);
}

void http_api_proceed(struct http_exchange *exchange)
{
    if (!exchange->route->needs_login) {
        http_exchange_dispatch(exchange, NULL);
        return;
    }
    char token[HTTP_TOKEN_MAX];
    http_session_token(exchange->request, token);
    identify(exchange->door->env, token, on_identified, exchange);
}

static void on_identified(void *ctx, enum status status, const struct principal *who)
{
    struct http_exchange *exchange = ctx;
    if (status != STATUS_OK)
        http_reply_problem(exchange, &(struct http_problem){.status = status});
    else
        http_exchange_dispatch(exchange, who);
}

void http_api_fail(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    http_reply_problem(exchange, &(struct http_problem){answer->status, answer->field, NULL,
                                                        answer->retry_after_ms});
}

static void reply(struct http_exchange *exchange, const struct ops_http_answer *answer,
                  const struct http_header *header)
{
    const struct http_success success = {200, answer->reply, answer->body, header,
                                         header != NULL ? 1 : 0};
    http_reply_body(exchange, &success);
}

void http_api_answer(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK)
        http_api_fail(exchange, answer);
    else
        reply(exchange, answer, NULL);
}

bool http_api_login_cookie(struct http_exchange *exchange,
                           const struct wire_login_granted *granted, char cookie[HTTP_COOKIE_MAX])
{
    char token[HTTP_TOKEN_MAX];
    int64_t age_s = exchange->door->settings.resident_cookie_s;
    if (granted->token.len >= sizeof(token))
        return false;
    memcpy(token, granted->token.data, granted->token.len);
    token[granted->token.len] = '\0';
    if (exchange->route->operation == WIRE_LOGIN_STAFF)
        age_s = 0;
    else if (age_s == 0)
        age_s = RESIDENT_COOKIE_S;
    http_session_cookie(exchange->request, token, age_s, cookie);
    return true;
}

void http_api_answer_login(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct wire_login_granted *granted = answer->body;
    char cookie[HTTP_COOKIE_MAX];
    if (!http_api_login_cookie(exchange, granted, cookie)) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_INTERNAL});
        return;
    }
    /* A page's script never sees the token: it is in the cookie that it cannot read. */
    struct wire_login_granted shown = *granted;
    if (http_session_is_page(exchange->request))
        shown.token = wire_text_of("");
    struct ops_http_answer with_cookie = *answer;
    with_cookie.body = &shown;
    reply(exchange, &with_cookie, &(struct http_header){"set-cookie", cookie});
}

void http_api_answer_logout(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    char cookie[HTTP_COOKIE_MAX];
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    http_session_cookie(exchange->request, "", -1, cookie);
    reply(exchange, answer, &(struct http_header){"set-cookie", cookie});
}
