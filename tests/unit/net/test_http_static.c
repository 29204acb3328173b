#include "net/http_static.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hall-static-XXXXXX";
static struct http_files *files;

static void put(const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static int open_files(void **state)
{
    (void)state;
    char path[256];
    if (mkdtemp(folder) == NULL)
        return -1;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, i == 0 ? "assets" : "desk");
        mkdir(path, 0700);
    }
    put("index.html", "a page that is long enough");
    put("index.html.gz", "short");
    put("desk/index.html", "the desk");
    put("assets/app-12345678.js", "script, script, script");
    put("assets/app-12345678.js.br", "brotli");
    put("assets/app-12345678.js.gz", "gzip");
    put("assets/font-abc.txt", "no hash in its name");
    put("assets/large.txt", "x");
    put("assets/large.txt.gz", "larger than x");
    return http_files_open(folder, &files) == STATUS_OK ? 0 : -1;
}

static int close_files(void **state)
{
    (void)state;
    static const char *const names[] = {
        "index.html", "index.html.gz", "desk/index.html", "assets/app-12345678.js",
        "assets/app-12345678.js.br", "assets/app-12345678.js.gz", "assets/font-abc.txt",
        "assets/large.txt", "assets/large.txt.gz", "assets", "desk", ""};
    http_files_close(files);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[256];
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        if (remove(path) != 0)
            return -1;
    }
    return 0;
}

static struct http_static_choice choose(const char *path, const char *accept, const char *encodings)
{
    struct http_static_choice choice;
    struct http_request request = {.method = HTTP_GET, .path = path};
    request.headers[HTTP_ACCEPT] = accept;
    request.headers[HTTP_ACCEPT_ENCODING] = encodings;
    http_static_choose(files, &request, &choice);
    return choice;
}

static void the_best_encoding_that_both_know_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum http_encoding encoding;
    } cases[] = {
        {"gzip, deflate, br", HTTP_BROTLI}, {"br;q=0.1", HTTP_BROTLI}, {"gzip", HTTP_GZIP},
        {"br;q=0, GZIP;q=0.3", HTTP_GZIP},  {"br;q=0.0", HTTP_PLAIN},  {"", HTTP_PLAIN},
        {NULL, HTTP_PLAIN},                 {"bro", HTTP_PLAIN},       {";;,=,,", HTTP_PLAIN},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_static_choice choice =
            choose("/assets/app-12345678.js", "*/*", cases[i].accept);
        assert_non_null(choice.file);
        assert_int_equal(choice.encoding, cases[i].encoding);
    }
    assert_int_equal(choose("/assets/large.txt", "*/*", "gzip").encoding, HTTP_PLAIN);
}

static void only_names_with_a_hash_are_kept_for_ever(void **state)
{
    (void)state;
    assert_true(choose("/assets/app-12345678.js", "*/*", "").file->is_hashed);
    assert_false(choose("/assets/font-abc.txt", "*/*", "").file->is_hashed);
    assert_false(choose("/index.html", "*/*", "").file->is_hashed);
}

static void navigation_ends_at_the_nearest_page(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *accept;
        const char *file; /* NULL: none */
    } cases[] = {
        {"/", NULL, "/index.html"},
        {"/", "text/html", "/index.html"},
        {"/room/7", "text/html,*/*", "/index.html"},
        {"/room/7", "*/*", NULL},
        {"/room/7.js", "text/html", NULL},
        {"/desk/", NULL, "/desk/index.html"},
        {"/desk", "text/html", "/desk/index.html"},
        {"/desks", "text/html", "/index.html"},
        {"/desk/a/b/c", "text/html", "/desk/index.html"},
        {"/api/v1/x", "text/html", NULL},
        {"/ws", "text/html", NULL},
        {"/assets/", "*/*", NULL},
        {"/assets/app-12345678.js.br", "*/*", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct http_file *file = choose(cases[i].path, cases[i].accept, NULL).file;
        if (cases[i].file == NULL) {
            assert_null(file);
        } else {
            assert_non_null(file);
            assert_string_equal(file->path, cases[i].file);
        }
    }
}

static void a_known_tag_is_answered_without_a_body(void **state)
{
    (void)state;
    struct http_header headers[HTTP_STATIC_HEADERS];
    struct http_response response;
    struct http_static_choice first = choose("/", "text/html", "");
    struct http_request request = {.method = HTTP_GET, .path = "/"};
    request.headers[HTTP_IF_NONE_MATCH] = first.etag;
    struct http_static_choice second;
    http_static_choose(files, &request, &second);
    assert_true(second.not_modified);
    http_static_respond(&second, &response, headers);
    assert_int_equal(response.status, 304);
    assert_int_equal(response.body_len, 0);
    request.headers[HTTP_ACCEPT_ENCODING] = "gzip";
    http_static_choose(files, &request, &second);
    assert_false(second.not_modified);
    http_static_respond(&second, &response, headers);
    assert_int_equal(response.status, 200);
    assert_int_equal(response.body_len, 5);
    assert_int_equal(response.header_count, 3);
}

static void a_folder_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct http_files *none = NULL;
    assert_int_equal(http_files_open("/nonexistent", &none), STATUS_NOT_FOUND);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_encoding_that_both_know_is_chosen),
        cmocka_unit_test(only_names_with_a_hash_are_kept_for_ever),
        cmocka_unit_test(navigation_ends_at_the_nearest_page),
        cmocka_unit_test(a_known_tag_is_answered_without_a_body),
        cmocka_unit_test(a_folder_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, open_files, close_files);
}
