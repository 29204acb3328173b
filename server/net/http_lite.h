/*
 * http_lite: answering with pages that need no script (clients/lite). For the files http_lite_*.c.
 */
#ifndef NET_HTTP_LITE_H
#define NET_HTTP_LITE_H

#include "net/http_exchange.h"
#include "net/lite_page.h"

/* One page on its way out. */
struct lite_answer {
    enum lite_page page;
    const struct lite_values *values;
    int http_status;           /* 0: 200 */
    const char *cache_control; /* NULL: no-store; else it has an ETag */
};
/* Answers the exchange and frees it. */
void http_lite_reply(struct http_exchange *exchange, const struct lite_answer *answer);
/* The page that says what went wrong, without codes. */
void http_lite_fail(struct http_exchange *exchange, const struct ops_http_answer *answer);
/* The same for one reason, by its slot in problem.html. */
void http_lite_problem(struct http_exchange *exchange, enum lite_slot what, int http_status);
void http_lite_missing(struct http_exchange *exchange);

/* The language that ?lang= asks for. */
enum lite_language http_lite_language(const struct http_exchange *exchange);
void http_lite_set(struct lite_values *values, enum lite_slot slot, const char *text);
/* A page of the clients whose script does not run asks for its lite form: ?lite=1. */
bool http_lite_is_asked(const struct http_request *request);
/* Leads there: 302 to the first page. */
void http_lite_redirect(struct http_exchange *exchange);

/* Whether a form may be taken: from a page of ours, which every browser says. False: answered. */
bool http_lite_admit(struct http_exchange *exchange);
/* The form that was posted, NUL-terminated in the exchange's arena; "" when it is none. */
char *http_lite_form_text(struct http_exchange *exchange);

/* L2, a notice as it is shared: GET /n/{notice_id}. */
void http_lite_begin_notice(struct http_exchange *exchange);
void http_lite_answer_notice(struct http_exchange *exchange, const struct ops_http_answer *answer);
/* L7, the first page for old browsers: GET /lite/. */
void http_lite_begin_home(struct http_exchange *exchange);
void http_lite_answer_home(struct http_exchange *exchange, const struct ops_http_answer *answer);

/* L5, the fifteen questions: the same page for everybody, and nothing comes back. */
void http_lite_check(struct http_exchange *exchange);
/* L3, joining: GET /j/{code}, then two forms. */
void http_lite_begin_join(struct http_exchange *exchange);
void http_lite_answer_join(struct http_exchange *exchange, const struct ops_http_answer *answer);
void http_lite_begin_code(struct http_exchange *exchange);
void http_lite_answer_code(struct http_exchange *exchange, const struct ops_http_answer *answer);
void http_lite_begin_enter(struct http_exchange *exchange);
void http_lite_answer_enter(struct http_exchange *exchange, const struct ops_http_answer *answer);

#endif
