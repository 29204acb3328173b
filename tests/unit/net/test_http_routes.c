#include "net/http_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum http_found find(enum http_method method, const char *path,
                            const struct http_route **route, struct http_match *match)
{
    *route = NULL;
    return http_routes_find(method, path, route, match);
}

/* One row per door of the schema, and the row says what the schema says. */
static void the_rows_are_those_of_the_schema(void **state)
{
    (void)state;
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_DELETE] = "DELETE"};
    for (uint32_t code = 1; code < 1000; code++) {
        const struct wire_operation_info *info = wire_info(code);
        if (info == NULL || info->kind != WIRE_KIND_REQUEST || info->door != WIRE_DOOR_HTTP)
            continue;
        unsigned found = 0;
        for (unsigned i = 0; i < http_routes_count(); i++) {
            const struct http_route *route = http_routes_at(i);
            if (route->operation == info->code && strcmp(route->path, info->path) == 0 &&
                strcmp(names[route->method], info->method) == 0)
                found++;
        }
        assert_int_equal(found, 1);
    }
}

static void segments_in_braces_are_handed_on(void **state)
{
    (void)state;
    const struct http_route *route;
    struct http_match match;
    assert_int_equal(find(HTTP_GET, "/api/v1/media/abc/320", &route, &match), HTTP_FOUND);
    assert_int_equal(route->operation, WIRE_MEDIA_READ);
    assert_string_equal(match.params[0], "abc");
    assert_string_equal(match.params[1], "320");
    assert_int_equal(find(HTTP_HEAD, "/api/v1/media/abc/320", &route, &match), HTTP_FOUND);
}

/* A segment of more than HTTP_PARAM_LEN_MAX characters. */
static const char long_path[] =
    "/api/v1/media/"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/320";

static void near_misses_are_no_routes(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "", "/", "/api/v1/media/", "/api/v1/media/abc", "/api/v1/media/abc/", "/api/v1/media//320",
        "/api/v1/media/abc/320/", "/api/v1/medias", "/api/v1/alerts/", "/API/v1/alerts",
        "/healthzz", long_path};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct http_route *route;
        struct http_match match;
        assert_int_equal(find(HTTP_GET, paths[i], &route, &match), HTTP_NO_ROUTE);
    }
}

static void other_methods_are_told_which_there_are(void **state)
{
    (void)state;
    const struct http_route *route;
    struct http_match match;
    char allowed[64];
    assert_int_equal(find(HTTP_PUT, "/api/v1/media", &route, &match), HTTP_OTHER_METHOD);
    http_routes_allowed("/api/v1/media", allowed, sizeof(allowed));
    assert_string_equal(allowed, "POST");
    http_routes_allowed("/healthz", allowed, sizeof(allowed));
    assert_string_equal(allowed, "GET, HEAD");
    http_routes_allowed("/nothing", allowed, sizeof(allowed));
    assert_string_equal(allowed, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_are_those_of_the_schema),
        cmocka_unit_test(segments_in_braces_are_handed_on),
        cmocka_unit_test(near_misses_are_no_routes),
        cmocka_unit_test(other_methods_are_told_which_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
