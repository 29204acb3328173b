#include "net/http_door.h"

#include <uv.h>

#include "base/log.h"
#include "net/http_exchange.h"
#include "net/http_files.h"
#include "net/http_health.h"
#include "net/http_lite.h"
#include "net/http_reply.h"
#include "net/http_session.h"
#include "net/http_static.h"
#include "net/net.h"
#include "ops/dispatch.h"
#include "ops/login/identify.h"

#define FNV_PRIME UINT64_C(0x100000001b3)
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define ALLOW_MAX 64

enum status http_door_create(struct ops_env *env, const struct http_door_settings *settings,
                             struct http_door **out)
{
    struct http_door *door = mem_alloc(sizeof(*door));
    door->env = env;
    door->settings = *settings;
    enum status status = http_health_read_config(settings, &door->config, &door->config_len);
    if (status != STATUS_OK)
        goto fail_config;
    if (settings->web_dir[0] != '\0') {
        status = http_files_open(settings->web_dir, &door->files);
        if (status != STATUS_OK)
            goto fail_files;
    }
    if (uv_random(NULL, NULL, &door->address_seed, sizeof(door->address_seed), 0, NULL) != 0)
        log_warn("net.no_random_seed", "addresses share buckets by a known hash");
    *out = door;
    return STATUS_OK;

fail_files:
    mem_free(door->config);
fail_config:
    mem_free(door);
    return status;
}

void http_door_attach(struct http_door *door, struct net *net)
{
    door->net = net;
}

void http_door_set_metrics(struct http_door *door, http_metrics_fn fn, void *ctx)
{
    door->metrics = fn;
    door->metrics_ctx = ctx;
}

void http_door_destroy(struct http_door *door)
{
    if (door->files != NULL)
        http_files_close(door->files);
    mem_free(door->config);
    mem_free(door);
}

void http_door_drain(struct http_door *door)
{
    door->is_draining = true;
}

size_t http_door_body_max(void *door, enum http_method method, const char *path)
{
    const struct http_route *route = NULL;
    struct http_match match;
    (void)door;
    return http_routes_find(method, path, &route, &match) == HTTP_FOUND ? route->body_max : 0;
}

void http_exchange_file(struct http_exchange *exchange)
{
    const struct http_door *door = exchange->door;
    const struct http_request *request = exchange->request;
    struct http_static_choice choice = {0};
    struct http_response response;
    struct http_header headers[HTTP_STATIC_HEADERS];
    if (request->method == HTTP_GET && http_lite_is_asked(request)) {
        http_lite_redirect(exchange);
        return;
    }
    if (door->files != NULL && (request->method == HTTP_GET || request->method == HTTP_HEAD))
        http_static_choose(door->files, request, &choice);
    if (choice.file == NULL) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_NOT_FOUND});
        return;
    }
    http_static_respond(&choice, &response, headers);
    http_reply(exchange, &response);
}

void http_door_take(void *ctx, struct http_request *request)
{
    struct http_door *door = ctx;
    struct http_exchange *exchange = mem_alloc(sizeof(*exchange));
    char allowed[ALLOW_MAX];
    exchange->id = request->id;
    exchange->door = door;
    exchange->request = request;
    exchange->facts =
        (struct login_door){request->address, request->headers[HTTP_USER_AGENT]};
    HASH_ADD(hh, door->exchanges, id, sizeof(exchange->id), exchange);
    switch (http_routes_find(request->method, request->path, &exchange->route, &exchange->match)) {
    case HTTP_FOUND:
        exchange->route->begin(exchange);
        break;
    case HTTP_OTHER_METHOD:
        http_routes_allowed(request->path, allowed, sizeof(allowed));
        http_reply_refusal(exchange, HTTP_REFUSE_METHOD, &(struct http_header){"allow", allowed});
        break;
    case HTTP_NO_ROUTE:
        http_exchange_file(exchange);
        break;
    }
}

/* Somebody whose body waits. */
struct judgement {
    struct http_door *door;
    uint64_t request_id;
    enum wire_operation operation;
};

static void on_uploader(void *ctx, enum status status, const struct principal *who)
{
    const struct judgement judgement = *(struct judgement *)ctx;
    struct http_door *door = judgement.door;
    struct http_problem problem = {.status = status};
    mem_free(ctx);
    if (status == STATUS_OK)
        problem.retry_after_ms = dispatch_charge(door->env, who, judgement.operation);
    if (status == STATUS_OK && problem.retry_after_ms == 0) {
        http_take_body(door->net, judgement.request_id);
        return;
    }
    if (status == STATUS_OK)
        problem.status = STATUS_RATE_LIMITED;
    http_refuse_problem(door, judgement.request_id, &problem);
}

void http_door_judge(void *ctx, const struct http_request *request)
{
    struct http_door *door = ctx;
    const struct http_route *route = NULL;
    struct http_match match;
    char token[HTTP_TOKEN_MAX];
    if (http_routes_find(request->method, request->path, &route, &match) != HTTP_FOUND ||
        !route->needs_login) {
        http_take_body(door->net, request->id);
        return;
    }
    struct judgement *judgement = mem_alloc(sizeof(*judgement));
    *judgement = (struct judgement){door, request->id, route->operation};
    http_session_token(request, token);
    identify(door->env, token, on_uploader, judgement);
}

/* FNV-1a with a seed nobody knows. */
uint64_t http_exchange_address_key(const struct http_exchange *exchange)
{
    uint64_t key = FNV_BASIS ^ exchange->door->address_seed;
    for (const char *c = exchange->request->address; *c != '\0'; c++)
        key = (key ^ (unsigned char)*c) * FNV_PRIME;
    return key | 1;
}

void http_exchange_dispatch(struct http_exchange *exchange, const struct principal *who)
{
    struct arena arena = exchange->arena;
    exchange->arena = (struct arena){0};
    const struct dispatch_request request = {
        .request_id = exchange->id,
        .code = exchange->route->operation,
        .who = who,
        .arena = &arena,
        .body = exchange->body,
        .address_key = http_exchange_address_key(exchange),
        .is_paid = exchange->request->was_judged && exchange->route->needs_login,
        .door = &exchange->facts,
    };
    dispatch_request(exchange->door->env, &request);
}

void http_door_answer(void *ctx, uint64_t request_id, const struct ops_http_answer *answer)
{
    struct http_door *door = ctx;
    struct http_exchange *exchange = NULL;
    HASH_FIND(hh, door->exchanges, &request_id, sizeof(request_id), exchange);
    if (exchange != NULL)
        exchange->route->answer(exchange, answer);
}
