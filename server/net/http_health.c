#include "net/http_health.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "net/http_reply.h"
#include "ops/health.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define CONFIG_BYTES_MAX 65536

static void reply_text(struct http_exchange *exchange, int http_status, const char *text)
{
    http_reply(exchange, &(struct http_response){
                             .status = http_status,
                             .content_type = "application/json",
                             .body = (const uint8_t *)text,
                             .body_len = strlen(text),
                         });
}

void http_health_alive(struct http_exchange *exchange)
{
    reply_text(exchange, 200, "{\"alive\":true}");
}

void http_health_ready(struct http_exchange *exchange)
{
    struct http_door *door = exchange->door;
    bool database_is_up = health_database_is_up(door->env);
    door->was_ready = door->was_ready || database_is_up;
    if (door->is_draining)
        reply_text(exchange, 503, "{\"ready\":false,\"why\":\"draining\"}");
    else if (!door->was_ready)
        reply_text(exchange, 503, "{\"ready\":false,\"why\":\"database\"}");
    else
        reply_text(exchange, 200, database_is_up ? "{\"ready\":true,\"database\":\"up\"}"
                                                 : "{\"ready\":true,\"database\":\"down\"}");
}

static bool is_listed(const char *list, const char *address)
{
    size_t len = strlen(address);
    for (const char *at = list; at != NULL && *at != '\0';) {
        at += strspn(at, " ");
        size_t item_len = strcspn(at, " ");
        if (item_len == len && len > 0 && memcmp(at, address, len) == 0)
            return true;
        at += item_len;
    }
    return false;
}

/* Numbers only, but they are nobody's business outside. */
static bool may_read_metrics(const struct http_exchange *exchange)
{
    const char *address = exchange->request->address;
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           is_listed(exchange->door->settings.metrics_from, address);
}

void http_health_metrics(struct http_exchange *exchange)
{
    const struct http_door *door = exchange->door;
    if (door->metrics == NULL || !may_read_metrics(exchange)) {
        http_reply_problem(exchange, &(struct http_problem){.status = STATUS_NOT_FOUND});
        return;
    }
    struct wire_buffer text = {0};
    door->metrics(door->metrics_ctx, &text);
    http_reply(exchange, &(struct http_response){
                             .status = 200,
                             .content_type = METRICS_TYPE,
                             .body = text.data,
                             .body_len = text.len,
                         });
    wire_buffer_deinit(&text);
}

void http_health_config(struct http_exchange *exchange)
{
    struct http_door *door = exchange->door;
    http_reply(exchange, &(struct http_response){
                             .status = 200,
                             .content_type = "application/json",
                             .cache_control = "public, max-age=300",
                             .body = (const uint8_t *)door->config,
                             .body_len = door->config_len,
                         });
}

static json_t *built_in_config(const struct http_door_settings *settings)
{
    return json_pack("{s:b, s:[{s:s,s:s},{s:s,s:s},{s:s,s:s},{s:s,s:s}], s:{s:b,s:b,s:b,s:b}}",
                     "demo", settings->demo ? 1 : 0, "hotlines",
                     "number", "110", "label", "报警",
                     "number", "96110", "label", "反诈劝阻专线",
                     "number", "119", "label", "火警",
                     "number", "120", "label", "急救",
                     "adapters", "sms", settings->demo ? 0 : 1, "voice", 0, "wechat", 0, "tts", 0);
}

enum status http_health_read_config(const struct http_door_settings *settings, char **out,
                                    size_t *len)
{
    json_error_t error = {0};
    json_t *config = settings->config_file[0] != '\0'
                         ? json_load_file(settings->config_file, JSON_REJECT_DUPLICATES, &error)
                         : built_in_config(settings);
    char *text = json_is_object(config) ? json_dumps(config, JSON_COMPACT) : NULL;
    json_decref(config);
    if (text == NULL || strlen(text) > CONFIG_BYTES_MAX) {
        log_error("net.config_refused", "line=%d", error.line);
        free(text);
        return STATUS_INVALID_FIELD;
    }
    *len = strlen(text);
    *out = mem_alloc(*len + 1);
    memcpy(*out, text, *len);
    free(text);
    return STATUS_OK;
}
