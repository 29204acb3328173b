#include <stdio.h>
#include <string.h>

#include "net/http_api.h"
#include "net/http_lite.h"
#include "net/http_reply.h"
#include "net/http_session.h"
#include "wire/text_check.h"

#define CODE_LEN_MIN 6
#define CODE_LEN_MAX 32
#define BASE_BYTES (HTTP_PARAM_LEN_MAX + 8)

/* What she typed and what came of it; between the steps of one request. */
struct lite_form {
    char phone[24];
    char code[16];
    char name[168];
    char demo_code[16];
    enum lite_slot wrong; /* LITE_SLOT_COUNT: nothing is */
    int http_status;
    bool is_sent;
};

/* How the community is read again to show a form that was posted. */
static const struct http_route show_route = {
    HTTP_POST, WIRE_INVITE_READ, "/j/{code}", HTTP_SMALL_BODY, NULL, http_lite_answer_join, false};

static bool is_code(const char *code)
{
    size_t len = strlen(code);
    return len >= CODE_LEN_MIN && len <= CODE_LEN_MAX &&
           strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static struct wire_text copy(struct http_exchange *exchange, const char *text)
{
    size_t len = strlen(text);
    return (struct wire_text){arena_copy_text(&exchange->arena, text, len), (uint32_t)len};
}

static void read_invite(struct http_exchange *exchange)
{
    struct wire_invite_read *body = arena_alloc(&exchange->arena, sizeof(*body));
    body->code = copy(exchange, exchange->match.params[0]);
    exchange->body = body;
    http_exchange_dispatch(exchange, NULL);
}

/* The community again, with what she typed. */
static void show_again(struct http_exchange *exchange)
{
    exchange->route = &show_route;
    read_invite(exchange);
}

/* The clients' own page is at the same address; without them, or when asked for, this one is. */
void http_lite_begin_join(struct http_exchange *exchange)
{
    if (exchange->door->files != NULL && !http_lite_is_asked(exchange->request))
        http_exchange_file(exchange);
    else if (!is_code(exchange->match.params[0]))
        http_lite_problem(exchange, LITE_SLOT_BAD_INVITE, 404);
    else
        read_invite(exchange);
}

static void fill_officers(const struct wire_invite_shown *shown, struct lite_values *items,
                          struct lite_values *values)
{
    for (uint32_t i = 0; i < shown->officers.count; i++) {
        const struct wire_invite_officer *officer = &shown->officers.items[i];
        items[i].slots[LITE_SLOT_NAME] = officer->display_name;
        if (officer->has_badge_no)
            items[i].slots[LITE_SLOT_BADGE] = officer->badge_no;
    }
    values->items = items;
    values->item_count = shown->officers.count;
}

void http_lite_answer_join(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    const struct wire_invite_shown *shown = answer->body;
    const struct lite_form *form = exchange->form;
    struct lite_values items[3] = {0};
    struct lite_values values = {0};
    char base[BASE_BYTES];
    if (answer->status == STATUS_NOT_FOUND) {
        http_lite_problem(exchange, LITE_SLOT_BAD_INVITE, 404);
        return;
    }
    if (answer->status != STATUS_OK) {
        http_lite_fail(exchange, answer);
        return;
    }
    snprintf(base, sizeof(base), "/j/%s", exchange->match.params[0]);
    values.slots[LITE_SLOT_COMMUNITY] = shown->community_name;
    values.slots[LITE_SLOT_STATION] = shown->station_name;
    http_lite_set(&values, LITE_SLOT_BASE, base);
    http_lite_set(&values, LITE_SLOT_INVITE, exchange->match.params[0]);
    fill_officers(shown, items, &values);
    if (form != NULL) {
        http_lite_set(&values, LITE_SLOT_PHONE, form->phone);
        http_lite_set(&values, LITE_SLOT_DEMO_CODE, form->demo_code);
        http_lite_set(&values, LITE_SLOT_YOUR_NAME, form->name);
        if (form->is_sent)
            http_lite_set(&values, LITE_SLOT_SENT, "1");
        if (form->wrong != LITE_SLOT_COUNT) {
            http_lite_set(&values, form->wrong, "1");
            http_lite_set(&values, LITE_SLOT_WRONG, "1");
        }
    }
    http_lite_reply(exchange, &(struct lite_answer){
                                  .page = LITE_PAGE_JOIN,
                                  .values = &values,
                                  .http_status = form != NULL ? form->http_status : 0,
                              });
}

static bool read_field(const char *text, const char *name, char *out, size_t size)
{
    if (http_parameter(text, name, out, size) && text_is_utf8(out, strlen(out)))
        return true;
    out[0] = '\0';
    return false;
}

/* The posted form, kept with the exchange. False: it is not ours, or none; answered. */
static bool take_form(struct http_exchange *exchange)
{
    if (!http_lite_admit(exchange))
        return false;
    if (!is_code(exchange->match.params[0])) {
        http_lite_problem(exchange, LITE_SLOT_BAD_INVITE, 404);
        return false;
    }
    struct lite_form *form = mem_alloc(sizeof(*form));
    char *text = http_lite_form_text(exchange);
    form->wrong = LITE_SLOT_COUNT;
    exchange->form = form;
    read_field(text, "phone", form->phone, sizeof(form->phone));
    read_field(text, "code", form->code, sizeof(form->code));
    if (!read_field(text, "name", form->name, sizeof(form->name)) &&
        strstr(text, "name=") != NULL)
        form->wrong = LITE_SLOT_BAD_NAME;
    if (text_check(form->name, strlen(form->name), 40) != NULL)
        form->wrong = LITE_SLOT_BAD_NAME;
    if (text_check(form->phone, strlen(form->phone), 20) != NULL)
        form->phone[0] = '\0'; /* refused as no number */
    if (text_check(form->code, strlen(form->code), 10) != NULL)
        form->code[0] = '\0';
    return true;
}

static void note_outcome(struct lite_form *form, const struct ops_http_answer *answer)
{
    const char *field = answer->field != NULL ? answer->field : "";
    form->http_status = wire_error_info(status_wire_error(answer->status))->http_status;
    if (strcmp(field, "phone") == 0)
        form->wrong = LITE_SLOT_BAD_PHONE;
    else if (strcmp(field, "display_name") == 0)
        form->wrong = LITE_SLOT_BAD_NAME;
    else if (strcmp(field, "invite") == 0)
        form->wrong = LITE_SLOT_BAD_INVITE;
    else if (answer->status == STATUS_WRONG_CODE)
        form->wrong = LITE_SLOT_BAD_CODE;
    else if (answer->status == STATUS_RATE_LIMITED || answer->status == STATUS_TOO_MANY_TRIES)
        form->wrong = LITE_SLOT_TOO_FAST;
    else
        form->wrong = LITE_SLOT_BUSY;
}

/* POST /j/{code}/code: a code to her phone. */
void http_lite_begin_code(struct http_exchange *exchange)
{
    if (!take_form(exchange))
        return;
    struct wire_login_code *body = arena_alloc(&exchange->arena, sizeof(*body));
    body->phone = copy(exchange, exchange->form->phone);
    exchange->body = body;
    http_exchange_dispatch(exchange, NULL);
}

void http_lite_answer_code(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    struct lite_form *form = exchange->form;
    const struct wire_login_code_sent *sent = answer->body;
    if (answer->status == STATUS_OK && sent->has_demo_code)
        snprintf(form->demo_code, sizeof(form->demo_code), "%.*s", (int)sent->demo_code.len,
                 sent->demo_code.data);
    if (answer->status != STATUS_OK)
        note_outcome(form, answer);
    /* Who asked too fast has one already and may type it. */
    form->is_sent = answer->status == STATUS_OK || answer->status == STATUS_RATE_LIMITED;
    show_again(exchange);
}

/* POST /j/{code}/enter: the code that came, and how she wants to be called. */
void http_lite_begin_enter(struct http_exchange *exchange)
{
    if (!take_form(exchange))
        return;
    struct lite_form *form = exchange->form;
    form->is_sent = true;
    if (form->wrong != LITE_SLOT_COUNT) {
        form->http_status = 422;
        show_again(exchange);
        return;
    }
    struct wire_login_phone *body = arena_alloc(&exchange->arena, sizeof(*body));
    body->phone = copy(exchange, form->phone);
    body->code = copy(exchange, form->code);
    body->has_invite = true;
    body->invite = copy(exchange, exchange->match.params[0]);
    body->has_display_name = form->name[0] != '\0';
    body->display_name = copy(exchange, form->name);
    exchange->body = body;
    http_exchange_dispatch(exchange, NULL);
}

void http_lite_answer_enter(struct http_exchange *exchange, const struct ops_http_answer *answer)
{
    char where[48];
    char cookie[HTTP_COOKIE_MAX];
    if (answer->status != STATUS_OK) {
        note_outcome(exchange->form, answer);
        show_again(exchange);
        return;
    }
    if (!http_api_login_cookie(exchange, answer->body, cookie)) {
        http_lite_fail(exchange, &(struct ops_http_answer){.status = STATUS_INTERNAL});
        return;
    }
    snprintf(where, sizeof(where), "/lite/?joined=1&lang=%s",
             lite_page_language_name(http_lite_language(exchange)));
    const struct http_header headers[] = {{"location", where}, {"set-cookie", cookie}};
    http_reply(exchange, &(struct http_response){
                             .status = 303,
                             .headers = headers,
                             .header_count = 2,
                         });
}
