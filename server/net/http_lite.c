#include "net/http_lite.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/http_files.h"
#include "net/http_reply.h"
#include "net/http_session.h"
#include "net/http_static.h"

#define LANGUAGE_BYTES 16
#define PAGE_TYPE "text/html; charset=utf-8"
#define RETRY_SECONDS "60"

enum lite_language http_lite_language(const struct http_exchange *exchange)
{
    char name[LANGUAGE_BYTES] = "";
    if (!http_parameter(exchange->request->query, "lang", name, sizeof(name)))
        return LITE_ZH_HANS;
    return lite_page_language(name);
}

void http_lite_set(struct lite_values *values, enum lite_slot slot, const char *text)
{
    values->slots[slot] = (struct wire_text){text, (uint32_t)strlen(text)};
}

bool http_lite_is_asked(const struct http_request *request)
{
    char value[4];
    return http_parameter(request->query, "lite", value, sizeof(value)) && value[0] == '1';
}

void http_lite_reply(struct http_exchange *exchange, const struct lite_answer *answer)
{
    char hash[HTTP_FILE_TAG_CHARS + 1];
    char tag[sizeof(hash) + 2];
    const char *known = exchange->request->headers[HTTP_IF_NONE_MATCH];
    struct wire_buffer *page = mem_alloc(sizeof(*page));
    lite_page_render(answer->page, http_lite_language(exchange), answer->values, page);
    http_files_tag(page->data, page->len, hash);
    snprintf(tag, sizeof(tag), "\"%s\"", hash);
    const struct http_header etag = {"etag", tag};
    const struct http_header retry = {"retry-after", RETRY_SECONDS};
    bool is_passing = answer->http_status == 429 || answer->http_status == 503;
    bool is_known = answer->cache_control != NULL && known != NULL &&
                    http_static_has_tag(known, tag);
    struct http_response response = {
        .status = answer->http_status != 0 ? answer->http_status : 200,
        .content_type = PAGE_TYPE,
        .cache_control = answer->cache_control,
        .headers = is_passing ? &retry : &etag,
        .header_count = is_passing || answer->cache_control != NULL ? 1 : 0,
        .body = page->data,
        .body_len = page->len,
        .release = http_release_buffer,
        .owner = page,
        .content_policy = lite_policy,
    };
    if (is_known) {
        response.status = 304;
        response.content_type = NULL;
        response.body = NULL;
        response.body_len = 0;
    }
    http_reply(exchange, &response);
}

void http_lite_problem(struct http_exchange *exchange, enum lite_slot what, int http_status)
{
    struct lite_values values = {0};
    http_lite_set(&values, what, "1");
    http_lite_set(&values, LITE_SLOT_BASE, "/lite/");
    http_lite_reply(exchange, &(struct lite_answer){.page = LITE_PAGE_PROBLEM,
                                                    .values = &values,
                                                    .http_status = http_status});
}

void http_lite_missing(struct http_exchange *exchange)
{
    http_lite_problem(exchange, LITE_SLOT_MISSING, 404);
}

bool http_lite_admit(struct http_exchange *exchange)
{
    const struct http_request *request = exchange->request;
    if (http_session_is_page(request) &&
        http_session_may_change(request, exchange->door->settings.origins))
        return true;
    http_lite_problem(exchange, LITE_SLOT_FOREIGN, 403);
    return false;
}

char *http_lite_form_text(struct http_exchange *exchange)
{
    static const char form_type[] = "application/x-www-form-urlencoded";
    const struct http_request *request = exchange->request;
    const char *type = request->headers[HTTP_CONTENT_TYPE];
    bool is_form = type != NULL && strncasecmp(type, form_type, strlen(form_type)) == 0;
    return arena_copy_text(&exchange->arena, (const char *)request->body,
                           is_form ? request->body_len : 0);
}

void http_lite_fail(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status == STATUS_NOT_FOUND)
        http_lite_missing(exchange);
    else
        http_lite_problem(
            exchange, LITE_SLOT_BUSY,
            wire_error_info(status_wire_error(answer->status))->http_status);
}

void http_lite_redirect(struct http_exchange *exchange)
{
    static const struct http_header header = {"location", "/lite/"};
    http_reply(exchange, &(struct http_response){
                             .status = 302,
                             .headers = &header,
                             .header_count = 1,
                         });
}

void http_lite_check(struct http_exchange *exchange)
{
    const struct lite_values values = {0};
    http_lite_reply(exchange, &(struct lite_answer){.page = LITE_PAGE_CHECK,
                                                    .values = &values,
                                                    .cache_control = "public, max-age=604800"});
}
