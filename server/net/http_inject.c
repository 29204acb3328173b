#include "net/http_inject.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "net/http_api.h"
#include "net/http_batch.h"
#include "net/http_reply.h"
#include "ops/source/source_admit.h"
#include "ops/source/source_env.h"
#include "rules/principal.h"
#include "wire/cap_read.h"

static void on_admitted(void *ctx, const struct source_verdict *verdict);
static void on_cap_admitted(void *ctx, const struct source_verdict *verdict);
static void on_batch_admitted(void *ctx, const struct source_verdict *verdict);

static void refuse(struct http_exchange *exchange, enum status status, uint64_t retry_after_ms)
{
    http_reply_problem(exchange, &(struct http_problem){.status = status,
                                                        .retry_after_ms = retry_after_ms});
}

/* 1. The signature is over the bytes as they came; nothing is decoded before it is checked. */
static void admit(struct http_exchange *exchange, source_admit_fn fn)
{
    const struct http_request *request = exchange->request;
    const struct source_claim claim = {
        .source = request->headers[HTTP_HALL_SOURCE],
        .id = request->headers[HTTP_WEBHOOK_ID],
        .timestamp = request->headers[HTTP_WEBHOOK_TIMESTAMP],
        .signature = request->headers[HTTP_WEBHOOK_SIGNATURE],
        .body = request->body,
        .body_len = request->body_len,
        .parts = 1,
    };
    source_admit(exchange->door->env, &claim, fn, exchange);
}

void http_inject_begin(struct http_exchange *exchange)
{
    admit(exchange, on_admitted);
}

/* 2. It is the source's own: read it, and on the common road. */
static void on_admitted(void *ctx, const struct source_verdict *verdict)
{
    struct http_exchange *exchange = ctx;
    if (verdict->status != STATUS_OK)
        refuse(exchange, verdict->status, verdict->retry_after_ms);
    else if (http_api_read_body(exchange))
        http_exchange_dispatch(exchange, verdict->who);
}

void http_inject_begin_cap(struct http_exchange *exchange)
{
    admit(exchange, on_cap_admitted);
}

static bool is_cap(const struct http_request *request)
{
    static const char *const types[] = {"application/cap+xml", "application/xml", "text/xml"};
    const char *type = request->headers[HTTP_CONTENT_TYPE];
    for (size_t i = 0; type != NULL && i < ARRAY_LEN(types); i++) {
        const size_t len = strlen(types[i]);
        if (strncasecmp(type, types[i], len) == 0 && (type[len] == '\0' || type[len] == ';'))
            return true;
    }
    return false;
}

/* CAP as the JSON it means, and that as the operation's body. */
static enum status read_cap(struct http_exchange *exchange, struct wire_body *body)
{
    const struct http_request *request = exchange->request;
    char *json = NULL;
    enum status status =
        cap_read((const char *)request->body, request->body_len, &json, &body->problem);
    if (status == STATUS_OK)
        status = wire_from_json(exchange->route->operation, json, strlen(json), &exchange->arena,
                                body);
    free(json);
    return status;
}

static void on_cap_admitted(void *ctx, const struct source_verdict *verdict)
{
    struct http_exchange *exchange = ctx;
    struct wire_body body = {0};
    if (verdict->status != STATUS_OK) {
        refuse(exchange, verdict->status, verdict->retry_after_ms);
        return;
    }
    if (!is_cap(exchange->request)) {
        http_reply_refusal(exchange, HTTP_REFUSE_CONTENT_TYPE, NULL);
        return;
    }
    enum status status = read_cap(exchange, &body);
    if (status != STATUS_OK) {
        http_reply_problem(exchange, &(struct http_problem){status, body.problem.field,
                                                            body.problem.reason, 0});
        return;
    }
    exchange->body = body.value;
    http_exchange_dispatch(exchange, verdict->who);
}

static int accepted_status(const struct ops_http_answer *answer)
{
    const struct wire_alert_accepted *accepted = answer->body;
    return accepted->is_new ? 201 : 200;
}

/* 3. New, or the first answer again. */
void http_inject_answer(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct http_success success = {accepted_status(answer), answer->reply, answer->body, NULL,
                                         0};
    http_reply_body(exchange, &success);
}

void http_inject_begin_batch(struct http_exchange *exchange)
{
    admit(exchange, on_batch_admitted);
}

static bool is_msgpack(const struct http_request *request)
{
    const char *type = request->headers[HTTP_CONTENT_TYPE];
    return type != NULL && strncasecmp(type, "application/msgpack", 19) == 0;
}

static enum status read_batch(struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    return is_msgpack(request)
               ? http_batch_read_msgpack(request->body, request->body_len, &exchange->batch)
               : http_batch_read_json(request->body, request->body_len, &exchange->batch);
}

static void answer_batch(struct http_exchange *exchange)
{
    char *text = http_batch_answer(exchange->batch);
    http_reply(exchange, &(struct http_response){
                             .status = 200,
                             .content_type = "application/json",
                             .body = (const uint8_t *)text,
                             .body_len = strlen(text),
                             .release = free,
                             .owner = text,
                         });
}

static void note_problem(struct http_exchange *exchange, const struct http_problem *problem)
{
    int http_status;
    char *text = http_problem_text(problem, &http_status);
    http_batch_note(exchange->batch, http_status, "problem", text);
    free(text);
}

/*
 * Gives one item after the other to the dispatcher. An answer may come at once, from inside, or
 * later, from the loop: `is_running` keeps the first kind from going ever deeper.
 */
static void run_batch(struct http_exchange *exchange)
{
    struct http_batch *batch = exchange->batch;
    if (exchange->is_running)
        return;
    exchange->is_running = true;
    exchange->is_waiting = false;
    while (!exchange->is_waiting) {
        struct wire_body read = {0};
        enum status status =
            http_batch_next(batch, exchange->route->operation, &exchange->arena, &read);
        if (status == STATUS_CLOSED) {
            answer_batch(exchange);
            return;
        }
        if (status != STATUS_OK) {
            note_problem(exchange, &(struct http_problem){status, read.problem.field,
                                                          read.problem.reason, 0});
            arena_clear(&exchange->arena);
            continue;
        }
        exchange->body = read.value;
        exchange->is_waiting = true;
        http_exchange_dispatch(exchange, exchange->source);
    }
    exchange->is_running = false;
}

static void on_batch_admitted(void *ctx, const struct source_verdict *verdict)
{
    struct http_exchange *exchange = ctx;
    struct source_env *sources = exchange->door->env->source;
    const char *name = exchange->request->headers[HTTP_HALL_SOURCE];
    enum status status = verdict->status;
    uint64_t wait_ms = verdict->retry_after_ms;
    if (status == STATUS_OK)
        status = read_batch(exchange);
    /* The first was paid for at the signature. */
    if (status == STATUS_OK && http_batch_count(exchange->batch) > 1) {
        unsigned more = http_batch_count(exchange->batch) - 1;
        wait_ms = source_env_charge(sources, name, more, clock_mono_ms());
        status = wait_ms > 0 ? STATUS_RATE_LIMITED : STATUS_OK;
    }
    if (status != STATUS_OK) {
        refuse(exchange, status, wait_ms);
        return;
    }
    exchange->source = principal_create(verdict->who);
    run_batch(exchange);
}

void http_inject_answer_batch(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        note_problem(exchange, &(struct http_problem){answer->status, answer->field, NULL,
                                                      answer->retry_after_ms});
    } else {
        struct wire_buffer json = {0};
        if (wire_to_json(answer->reply, answer->body, &json) == STATUS_OK) {
            wire_buffer_append(&json, "", 1);
            http_batch_note(exchange->batch, accepted_status(answer), "alert",
                            (const char *)json.data);
        }
        wire_buffer_deinit(&json);
    }
    exchange->is_waiting = false;
    run_batch(exchange);
}
