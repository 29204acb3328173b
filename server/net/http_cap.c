#include "net/http_cap.h"

#include <string.h>

#include "net/http_api.h"
#include "net/http_reply.h"
#include "wire/cap_write.h"
#include "wire/text_check.h"

#define COMMUNITY_BYTES_MAX 128
#define FEED_TYPE           "application/atom+xml; charset=utf-8"

/* Which hall's notices; all, when none is named. */
void http_cap_begin_feed(struct http_exchange *exchange)
{
    char code[COMMUNITY_BYTES_MAX + 1];
    struct wire_notice_feed *body = arena_alloc(&exchange->arena, sizeof(*body));
    if (http_parameter(exchange->request->query, "community", code, sizeof(code))) {
        size_t len = strlen(code);
        if (!text_is_utf8(code, len) || text_check(code, len, 32) != NULL) {
            http_reply_problem(exchange, &(struct http_problem){.status = STATUS_INVALID_FIELD,
                                                                .field = "community_code"});
            return;
        }
        body->has_community_code = true;
        body->community_code =
            (struct wire_text){arena_copy_text(&exchange->arena, code, len), (uint32_t)len};
    }
    exchange->body = body;
    http_api_proceed(exchange);
}

void http_cap_answer_feed(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    if (answer->status != STATUS_OK) {
        http_api_fail(exchange, answer);
        return;
    }
    const struct wire_notice_feed_page *page = answer->body;
    struct wire_buffer *feed = mem_alloc(sizeof(*feed));
    cap_write_feed(page, feed);
    http_reply(exchange, &(struct http_response){
                             .status = 200,
                             .content_type = FEED_TYPE,
                             .cache_control = "public, max-age=30",
                             .body = feed->data,
                             .body_len = feed->len,
                             .release = http_release_buffer,
                             .owner = feed,
                         });
}
