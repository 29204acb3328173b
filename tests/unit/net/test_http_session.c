#include "net/http_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define OWN "hall.example:8443"

static struct http_request from(const char *origin, const char *site)
{
    struct http_request request = {.method = HTTP_POST, .secure = true};
    request.headers[HTTP_HOST] = OWN;
    request.headers[HTTP_ORIGIN] = origin;
    request.headers[HTTP_SEC_FETCH_SITE] = site;
    return request;
}

static void only_our_own_pages_and_programs_may_change_anything(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        const char *site;
        bool may;
    } cases[] = {
        {NULL, NULL, true},
        {"https://" OWN, NULL, true},
        {"https://" OWN, "same-origin", true},
        {"https://HALL.example:8443", "same-origin", true},
        {NULL, "none", true},
        {"http://" OWN, NULL, false}, /* not over TLS */
        {"https://hall.example", NULL, false},
        {"https://hall.example:8443.evil.example", NULL, false},
        {"https://evil.example", NULL, false},
        {"null", NULL, false},
        {"", NULL, false},
        {"https://" OWN, "cross-site", false},
        {NULL, "same-site", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request request = from(cases[i].origin, cases[i].site);
        assert_int_equal(http_session_may_change(&request, ""), cases[i].may);
    }
}

static void a_list_of_origins_replaces_the_own_host(void **state)
{
    (void)state;
    const char *origins = "https://a.example https://b.example:444";
    struct http_request request = from("https://b.example:444", NULL);
    assert_true(http_session_may_change(&request, origins));
    request = from("https://" OWN, NULL);
    assert_false(http_session_may_change(&request, origins));
    request = from("https://b.example", NULL);
    assert_false(http_session_may_change(&request, origins));
}

static void a_bearer_token_is_no_pages_doing(void **state)
{
    (void)state;
    struct http_request request = from("https://evil.example", "cross-site");
    request.headers[HTTP_AUTHORIZATION] = "Bearer abc";
    assert_true(http_session_may_change(&request, ""));
    request.headers[HTTP_AUTHORIZATION] = "Basic abc";
    assert_false(http_session_may_change(&request, ""));
}

static void the_token_comes_from_the_header_or_the_right_cookie(void **state)
{
    (void)state;
    char token[HTTP_TOKEN_MAX];
    struct http_request request = from(NULL, NULL);
    http_session_token(&request, token);
    assert_string_equal(token, "");
    request.headers[HTTP_COOKIE] = "a=b; hall=plain; __Host-hall=bound; c=d";
    http_session_token(&request, token);
    assert_string_equal(token, "bound");
    request.secure = false;
    http_session_token(&request, token);
    assert_string_equal(token, "plain");
    request.headers[HTTP_COOKIE] = "xhall=1; halls=2";
    http_session_token(&request, token);
    assert_string_equal(token, "");
    request.headers[HTTP_AUTHORIZATION] = "bearer shown";
    http_session_token(&request, token);
    assert_string_equal(token, "shown");
}

static void the_cookie_is_out_of_reach_of_scripts_and_other_sites(void **state)
{
    (void)state;
    char cookie[HTTP_COOKIE_MAX];
    struct http_request request = from(NULL, NULL);
    http_session_cookie(&request, "t", 60, cookie);
    assert_string_equal(cookie, "__Host-hall=t; Path=/; HttpOnly; SameSite=Strict; Secure; "
                                "Max-Age=60");
    http_session_cookie(&request, "t", 0, cookie);
    assert_string_equal(cookie, "__Host-hall=t; Path=/; HttpOnly; SameSite=Strict; Secure");
    request.secure = false;
    http_session_cookie(&request, "", -1, cookie);
    assert_string_equal(cookie, "hall=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_own_pages_and_programs_may_change_anything),
        cmocka_unit_test(a_list_of_origins_replaces_the_own_host),
        cmocka_unit_test(a_bearer_token_is_no_pages_doing),
        cmocka_unit_test(the_token_comes_from_the_header_or_the_right_cookie),
        cmocka_unit_test(the_cookie_is_out_of_reach_of_scripts_and_other_sites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
