/* Parameters, cookies and the head of an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/address.h"
#include "net/http_request.h"
#include "net/response.h"

static void parameters_are_decoded(void **state)
{
    (void)state;
    char out[16];
    const char *query = "a=1&alt=%E5%BC%A0+x&empty=&b=2%3D&bad=%zz&cut=%4&nul=%00&a=9";
    assert_true(http_parameter(query, "a", out, sizeof(out)));
    assert_string_equal(out, "1");
    assert_true(http_parameter(query, "alt", out, sizeof(out)));
    assert_string_equal(out, "张 x");
    assert_true(http_parameter(query, "empty", out, sizeof(out)));
    assert_string_equal(out, "");
    assert_true(http_parameter(query, "b", out, sizeof(out)));
    assert_string_equal(out, "2=");
    assert_false(http_parameter(query, "bad", out, sizeof(out)));
    assert_false(http_parameter(query, "cut", out, sizeof(out)));
    assert_false(http_parameter(query, "nul", out, sizeof(out)));
    assert_false(http_parameter(query, "missing", out, sizeof(out)));
    assert_false(http_parameter(query, "lt", out, sizeof(out)));
    assert_false(http_parameter(query, "alt", out, 5)); /* too long for the place */
    assert_false(http_parameter("", "a", out, sizeof(out)));
}

static void cookies_are_found_by_their_whole_name(void **state)
{
    (void)state;
    char out[8];
    struct http_request request = {0};
    request.headers[HTTP_COOKIE] = "xhall=1; hall=abc;hall2=z;  b=12345678";
    assert_true(http_cookie(&request, "hall", out, sizeof(out)));
    assert_string_equal(out, "abc");
    assert_true(http_cookie(&request, "hall2", out, sizeof(out)));
    assert_string_equal(out, "z");
    assert_false(http_cookie(&request, "all", out, sizeof(out)));
    assert_false(http_cookie(&request, "b", out, sizeof(out)));
    request.headers[HTTP_COOKIE] = NULL;
    assert_false(http_cookie(&request, "hall", out, sizeof(out)));
}

static void every_answer_carries_the_headers_of_safety(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "HTTP/1.1 404 Not Found\r\n",
        "\r\ncontent-length: 5\r\n",
        "\r\ncache-control: no-store\r\n",
        "\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
        "\r\nx-content-type-options: nosniff\r\n",
        "\r\nreferrer-policy: no-referrer\r\n",
        "\r\nx-frame-options: DENY\r\n",
        "\r\nx-own: value\r\n",
        "\r\nconnection: close\r\n\r\n",
    };
    char head[RESPONSE_HEAD_MAX + 1];
    const struct http_header own = {"x-own", "value"};
    const struct http_response response = {.status = 404, .content_type = "text/plain",
                                           .headers = &own, .header_count = 1, .body_len = 5};
    size_t len = response_head(&response, head, sizeof(head) - 1);
    assert_true(len > 0);
    head[len] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (strstr(head, wanted[i]) == NULL)
            fail_msg("missing: %s", wanted[i]);
}

static void a_line_break_in_a_header_makes_no_second_header(void **state)
{
    (void)state;
    char head[RESPONSE_HEAD_MAX];
    const struct http_header split = {"location", "/a\r\nset-cookie: hall=stolen"};
    const struct http_response response = {.status = 303, .headers = &split, .header_count = 1};
    assert_int_equal(response_head(&response, head, sizeof(head)), 0);
}

static void addresses_are_counted_and_forgotten(void **state)
{
    (void)state;
    struct address_table table = {0};
    struct address_count *first = address_enter(&table, "192.0.2.1", 2);
    struct address_count *second = address_enter(&table, "192.0.2.1", 2);
    assert_non_null(first);
    assert_ptr_equal(first, second);
    assert_null(address_enter(&table, "192.0.2.1", 2));
    assert_non_null(address_enter(&table, "192.0.2.2", 2));
    address_leave(&table, first);
    assert_non_null(address_enter(&table, "192.0.2.1", 2));
    address_leave(&table, first);
    address_leave(&table, first);
    assert_int_equal(HASH_COUNT(table.counts), 1);
    struct address_count *other = address_enter(&table, "192.0.2.2", 9);
    address_leave(&table, other);
    address_leave(&table, other);
    assert_null(table.counts);
    address_leave(&table, NULL);
}

static void lists_of_words_match_whole_words(void **state)
{
    (void)state;
    assert_true(address_is_listed("a bb  ccc", "ccc"));
    assert_true(address_is_listed("a", "a"));
    assert_false(address_is_listed("a bb", "b"));
    assert_false(address_is_listed("a bb", "a b"));
    assert_false(address_is_listed("a bb", ""));
    assert_false(address_is_listed("", "a"));
    assert_true(address_is_valid("2001:db8::1"));
    assert_false(address_is_valid("192.0.2.1:80"));
    assert_false(address_is_valid(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(cookies_are_found_by_their_whole_name),
        cmocka_unit_test(every_answer_carries_the_headers_of_safety),
        cmocka_unit_test(a_line_break_in_a_header_makes_no_second_header),
        cmocka_unit_test(addresses_are_counted_and_forgotten),
        cmocka_unit_test(lists_of_words_match_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
