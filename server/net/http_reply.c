#include "net/http_reply.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "net/http_batch.h"
#include "net/net.h"

#define PROBLEM_TYPE "application/problem+json"
#define JSON_TYPE "application/json"
#define MSGPACK_TYPE "application/msgpack"
#define NUMBER_ROOM 24
#define RETRY_DEFAULT_MS 2000

struct refusal_row {
    int http_status;
    const char *code;
    const char *zh;
    const char *en;
};

static const struct refusal_row refusals[] = {
    [HTTP_REFUSE_METHOD] = {405, "method_not_allowed", "不支持这种请求方式",
                            "This path does not know this method."},
    [HTTP_REFUSE_CONTENT_TYPE] = {415, "unsupported_content_type", "不支持这种数据格式",
                                  "Send application/json or application/msgpack."},
    [HTTP_REFUSE_ORIGIN] = {403, "origin_refused", "请从本站页面操作",
                            "The request comes from a page of another origin."},
};

static void exchange_free(struct http_exchange *exchange)
{
    HASH_DEL(exchange->door->exchanges, exchange);
    arena_clear(&exchange->arena);
    if (exchange->batch != NULL)
        http_batch_destroy(exchange->batch);
    mem_free(exchange->source);
    mem_free(exchange->form);
    http_request_free(exchange->request);
    mem_free(exchange);
}

void http_reply(struct http_exchange *exchange, const struct http_response *response)
{
    http_respond(exchange->door->net, exchange->id, response);
    exchange_free(exchange);
}

/* jansson's texts are released with free. */
static void release_text(void *owner)
{
    free(owner);
}

static char *dump(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text == NULL)
        abort(); /* no memory: everything here is our own */
    return text;
}

/* The members every problem has. */
static json_t *problem_object(const struct refusal_row *row)
{
    char type[64];
    json_t *object = json_object();
    snprintf(type, sizeof(type), "urn:hall:error:%s", row->code);
    json_object_set_new(object, "type", json_string(type));
    json_object_set_new(object, "title", json_string(row->zh));
    json_object_set_new(object, "status", json_integer(row->http_status));
    json_object_set_new(object, "detail", json_string(row->en));
    json_object_set_new(object, "code", json_string(row->code));
    return object;
}

/* Nobody is sent away for a moment without being told for how long. */
static uint64_t retry_after_ms(const struct http_problem *problem)
{
    bool is_passing = problem->status == STATUS_UNAVAILABLE || problem->status == STATUS_BUSY;
    return problem->retry_after_ms == 0 && is_passing ? RETRY_DEFAULT_MS : problem->retry_after_ms;
}

char *http_problem_text(const struct http_problem *problem, int *http_status)
{
    const struct wire_error_info *error = wire_error_info(status_wire_error(problem->status));
    const struct refusal_row row = {error->http_status, error->name, error->zh,
                                    problem->reason != NULL ? problem->reason : error->en};
    json_t *object = problem_object(&row);
    if (problem->field != NULL && problem->field[0] != '\0')
        json_object_set_new(object, "field", json_string(problem->field));
    if (retry_after_ms(problem) > 0)
        json_object_set_new(object, "retry_after_ms",
                            json_integer((json_int_t)retry_after_ms(problem)));
    *http_status = row.http_status;
    return dump(object);
}

static struct http_response text_response(int http_status, char *text,
                                          const struct http_header *header)
{
    return (struct http_response){
        .status = http_status,
        .content_type = PROBLEM_TYPE,
        .headers = header,
        .header_count = header != NULL ? 1 : 0,
        .body = (const uint8_t *)text,
        .body_len = strlen(text),
        .release = release_text,
        .owner = text,
    };
}

/* A problem as a response; its one header lies in *retry and seconds. */
static struct http_response problem_response(const struct http_problem *problem,
                                             struct http_header *retry,
                                             char seconds[NUMBER_ROOM])
{
    int http_status;
    char *text = http_problem_text(problem, &http_status);
    snprintf(seconds, NUMBER_ROOM, "%llu",
             (unsigned long long)((retry_after_ms(problem) + 999) / 1000));
    *retry = (struct http_header){"retry-after", seconds};
    return text_response(http_status, text, retry_after_ms(problem) > 0 ? retry : NULL);
}

void http_reply_problem(struct http_exchange *exchange, const struct http_problem *problem)
{
    char seconds[NUMBER_ROOM];
    struct http_header retry;
    const struct http_response response = problem_response(problem, &retry, seconds);
    http_reply(exchange, &response);
}

void http_refuse_problem(struct http_door *door, uint64_t request_id,
                         const struct http_problem *problem)
{
    char seconds[NUMBER_ROOM];
    struct http_header retry;
    const struct http_response response = problem_response(problem, &retry, seconds);
    http_refuse_body(door->net, request_id, &response);
}

void http_reply_refusal(struct http_exchange *exchange, enum http_refusal refusal,
                        const struct http_header *header)
{
    const struct refusal_row *row = &refusals[refusal];
    const struct http_response response =
        text_response(row->http_status, dump(problem_object(row)), header);
    http_reply(exchange, &response);
}

static bool wants_msgpack(const struct http_request *request)
{
    const char *accept = request->headers[HTTP_ACCEPT];
    return accept != NULL && strstr(accept, MSGPACK_TYPE) != NULL;
}

/* A frame is [code, seq, body]; here the body alone is wanted. seq 0 is one byte. */
static size_t body_offset(const struct wire_buffer *frame)
{
    uint8_t code = frame->data[1];
    size_t code_bytes = code < 0x80 ? 1 : code == 0xcc ? 2 : 3;
    return 1 + code_bytes + 1;
}

void http_release_buffer(void *owner)
{
    struct wire_buffer *buffer = owner;
    wire_buffer_deinit(buffer);
    mem_free(buffer);
}

void http_reply_body(struct http_exchange *exchange, const struct http_success *success)
{
    struct wire_buffer *buffer = mem_alloc(sizeof(*buffer));
    bool as_msgpack = wants_msgpack(exchange->request);
    enum status status = as_msgpack ? wire_encode(success->reply, 0, success->body, buffer)
                                    : wire_to_json(success->reply, success->body, buffer);
    if (status != STATUS_OK) {
        http_release_buffer(buffer);
        http_reply_problem(exchange, &(struct http_problem){.status = status});
        return;
    }
    size_t from = as_msgpack ? body_offset(buffer) : 0;
    const struct http_response response = {
        .status = success->http_status,
        .content_type = as_msgpack ? MSGPACK_TYPE : JSON_TYPE,
        .headers = success->headers,
        .header_count = success->header_count,
        .body = buffer->data + from,
        .body_len = buffer->len - from,
        .release = http_release_buffer,
        .owner = buffer,
    };
    http_reply(exchange, &response);
}
