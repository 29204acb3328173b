/* The guard of the WebSocket road: one good request, and every way of it being bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "net/handshake.h"

static const struct handshake_rules open_rules = {.origins = "", .hosts = ""};
static const struct handshake_rules strict_rules = {
    .origins = "https://hall.example https://desk.example:8443",
    .hosts = "hall.example desk.example:8443",
};

static struct handshake good(void)
{
    return (struct handshake){
        .is_get = true,
        .path = "/ws",
        .http_version = "HTTP/1.1",
        .upgrade = "websocket",
        .connection = "keep-alive, Upgrade",
        .host = "hall.example",
        .origin = "http://hall.example",
        .version = "13",
        .key = "dGhlIHNhbXBsZSBub25jZQ==",
        .protocols = "hall.1",
    };
}

static int ask(const struct handshake *asked, const struct handshake_rules *rules)
{
    int status = 0;
    const char *reason = handshake_check(asked, rules, &status);
    assert_true((reason == NULL) == (status == 101));
    return status;
}

static void a_good_request_is_let_in(void **state)
{
    (void)state;
    struct handshake asked = good();
    assert_int_equal(ask(&asked, &open_rules), 101);
    asked.upgrade = "WebSocket";
    asked.protocols = "chat , hall.1";
    assert_int_equal(ask(&asked, &open_rules), 101);
    asked.origin = NULL; /* not a browser */
    assert_int_equal(ask(&asked, &open_rules), 101);
    asked.origin = "https://hall.example";
    assert_int_equal(ask(&asked, &strict_rules), 101);
}

struct bad_text {
    size_t field;
    const char *value;
    int status;
};

#define FIELD(name) offsetof(struct handshake, name)

static void every_bad_text_is_refused(void **state)
{
    (void)state;
    static const struct bad_text cases[] = {
        {FIELD(upgrade), NULL, 400},
        {FIELD(upgrade), "h2c", 400},
        {FIELD(upgrade), "websocket, foo", 400},
        {FIELD(upgrade), "websocketx", 400},
        {FIELD(http_version), NULL, 505},
        {FIELD(http_version), "HTTP/1.0", 505},
        {FIELD(http_version), "HTTP/2.0", 505},
        {FIELD(connection), NULL, 400},
        {FIELD(connection), "keep-alive", 400},
        {FIELD(connection), "Up grade", 400},
        {FIELD(connection), "Upgraded", 400},
        {FIELD(host), "[::1", 400},
        {FIELD(host), "::1]", 400},
        {FIELD(host), "[::1]x", 400},
        {FIELD(host), "a[::1]", 400},
        {FIELD(path), NULL, 404},
        {FIELD(path), "/", 404},
        {FIELD(path), "/ws/", 404},
        {FIELD(path), "/WS", 404},
        {FIELD(host), NULL, 400},
        {FIELD(host), "", 400},
        {FIELD(host), "a,b", 400}, /* two Host headers */
        {FIELD(host), "a b", 400},
        {FIELD(host), "a/b", 400},
        {FIELD(host), "a@b", 400},
        {FIELD(version), NULL, 426},
        {FIELD(version), "8", 426},
        {FIELD(version), "13,13", 426},
        {FIELD(version), "013", 426},
        {FIELD(version), "", 426},
        {FIELD(key), NULL, 400},
        {FIELD(key), "", 400},
        {FIELD(key), "x", 400},
        {FIELD(key), "dGhlIHNhbXBsZSBub25jZQ", 400},
        {FIELD(key), "dGhlIHNhbXBsZSBub25jZQ=", 400},
        {FIELD(key), "dGhlIHNhbXBsZSBub25jZQ===", 400},
        {FIELD(key), "dGhlIHNhbXBsZSBub25jZR==", 400}, /* bits where none may be */
        {FIELD(key), "dGhlIHNhbXBsZSBub25j*Q==", 400},
        {FIELD(key), "dGhlIHNhbXBsZSBub25jZQ==,dGhlIHNhbXBsZSBub25jZQ==", 400},
        {FIELD(protocols), NULL, 400},
        {FIELD(protocols), "", 400},
        {FIELD(protocols), "hall.2", 400},
        {FIELD(protocols), "hall.10", 400},
        {FIELD(protocols), "xhall.1", 400},
        {FIELD(protocols), "HALL.1", 400},
        {FIELD(origin), "null", 403},
        {FIELD(origin), "", 403},
        {FIELD(origin), "http://evil.example", 403},
        {FIELD(origin), "http://hall.example.evil.example", 403},
        {FIELD(origin), "http://hall.example:8080", 403},
        {FIELD(origin), "https://hall.example", 403}, /* it came over plain http */
        {FIELD(origin), "http://hall.example,http://hall.example", 403},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct handshake asked = good();
        memcpy((char *)&asked + cases[i].field, &cases[i].value, sizeof(const char *));
        int status = ask(&asked, &open_rules);
        if (status != cases[i].status)
            fail_msg("case %zu (%s): %d, not %d", i, cases[i].value, status, cases[i].status);
    }
}

static void a_post_or_a_body_is_refused(void **state)
{
    (void)state;
    struct handshake asked = good();
    asked.is_get = false;
    assert_int_equal(ask(&asked, &open_rules), 405);
    asked = good();
    asked.has_body = true;
    assert_int_equal(ask(&asked, &open_rules), 400);
}

static void lists_are_exact(void **state)
{
    (void)state;
    static const char *const bad_origins[] = {
        "https://hall.exampl", "https://hall.example ", "https://desk.example",
        "https://hall.example https://desk.example:8443", "HTTPS://HALL.EXAMPLE"};
    for (size_t i = 0; i < ARRAY_LEN(bad_origins); i++) {
        struct handshake asked = good();
        asked.origin = bad_origins[i];
        assert_int_equal(ask(&asked, &strict_rules), 403);
    }
    struct handshake asked = good();
    asked.origin = "https://desk.example:8443";
    asked.host = "desk.example:8443";
    assert_int_equal(ask(&asked, &strict_rules), 101);
    asked.host = "desk.example";
    assert_int_equal(ask(&asked, &strict_rules), 421);
    asked.host = "evil.example";
    assert_int_equal(ask(&asked, &strict_rules), 421);
}

static void over_tls_the_own_origin_is_https(void **state)
{
    (void)state;
    struct handshake asked = good();
    asked.secure = true;
    assert_int_equal(ask(&asked, &open_rules), 403);
    asked.origin = "https://hall.example";
    assert_int_equal(ask(&asked, &open_rules), 101);
}

static void every_one_letter_change_of_a_key_is_noticed_or_still_a_key(void **state)
{
    (void)state;
    /* Of 256 bytes in each of 24 places only base64 may pass, and only "AQgw" in place 21. */
    for (int place = 0; place < 24; place++) {
        int passed = 0;
        for (int c = 1; c < 256; c++) {
            char key[25] = "dGhlIHNhbXBsZSBub25jZQ==";
            key[place] = (char)c;
            struct handshake asked = good();
            asked.key = key;
            passed += ask(&asked, &open_rules) == 101;
        }
        assert_int_equal(passed, place < 21 ? 64 : place == 21 ? 4 : 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_request_is_let_in),
        cmocka_unit_test(every_bad_text_is_refused),
        cmocka_unit_test(a_post_or_a_body_is_refused),
        cmocka_unit_test(lists_are_exact),
        cmocka_unit_test(over_tls_the_own_origin_is_https),
        cmocka_unit_test(every_one_letter_change_of_a_key_is_noticed_or_still_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
