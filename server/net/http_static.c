#include "net/http_static.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const coding_names[] = {
    [HTTP_PLAIN] = "identity", [HTTP_GZIP] = "gzip", [HTTP_BROTLI] = "br"};

/* Whether "name;q=…" of an Accept-Encoding list allows this coding; q=0 forbids it. */
static bool accepts(const char *list, const char *coding)
{
    size_t coding_len = strlen(coding);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        size_t name_len = strcspn(at, ";, \t");
        if (name_len == coding_len && strncasecmp(at, coding, coding_len) == 0) {
            const char *q = memchr(at, '=', len);
            return q == NULL || strtod(q + 1, NULL) > 0;
        }
        at += len;
    }
    return false;
}

enum http_encoding http_static_encoding(const struct http_file *file, const char *accept_encoding)
{
    static const enum http_encoding best_first[] = {HTTP_BROTLI, HTTP_GZIP};
    for (size_t i = 0; accept_encoding != NULL && i < 2; i++)
        if (file->bytes[best_first[i]] != NULL &&
            accepts(accept_encoding, coding_names[best_first[i]]))
            return best_first[i];
    return HTTP_PLAIN;
}

/* A page asks for a path of its own: no dot in the last part, and HTML is wanted. */
static bool is_navigation(const struct http_request *request)
{
    const char *accept = request->headers[HTTP_ACCEPT];
    const char *last = strrchr(request->path, '/');
    return last != NULL && strchr(last, '.') == NULL && accept != NULL &&
           strstr(accept, "text/html") != NULL && strncmp(request->path, "/api/", 5) != 0 &&
           strcmp(request->path, "/ws") != 0;
}

/* The index.html of the deepest folder of the path that has one; "/desk" is "/desk/". */
static const struct http_file *find_index(const struct http_files *files, const char *path)
{
    char at[HTTP_FILE_PATH_MAX];
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/')
        len--;
    for (;;) {
        if (len + sizeof("/index.html") <= sizeof(at)) {
            snprintf(at, sizeof(at), "%.*s/index.html", (int)len, path);
            const struct http_file *file = http_files_find(files, at);
            if (file != NULL)
                return file;
        }
        if (len == 0)
            return NULL;
        do /* on to the folder above */
            len--;
        while (len > 0 && path[len] != '/');
    }
}

static const struct http_file *find_file(const struct http_files *files,
                                         const struct http_request *request)
{
    const struct http_file *file = http_files_find(files, request->path);
    if (file != NULL)
        return file;
    size_t len = strlen(request->path);
    if (is_navigation(request) || strcmp(request->path, "/") == 0)
        return find_index(files, request->path);
    if (len > 0 && request->path[len - 1] == '/' && len + 10 < HTTP_FILE_PATH_MAX) {
        char at[HTTP_FILE_PATH_MAX];
        snprintf(at, sizeof(at), "%.*sindex.html", (int)len, request->path);
        return http_files_find(files, at);
    }
    return NULL;
}

bool http_static_has_tag(const char *list, const char *etag)
{
    size_t etag_len = strlen(etag);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        if (*at == '*')
            return true;
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        size_t len = strcspn(at, ", \t");
        if (len == etag_len && memcmp(at, etag, len) == 0)
            return true;
        at += len;
    }
    return false;
}

void http_static_choose(const struct http_files *files, const struct http_request *request,
                        struct http_static_choice *out)
{
    static const char *const suffix[] = {
        [HTTP_PLAIN] = "", [HTTP_GZIP] = "-gz", [HTTP_BROTLI] = "-br"};
    const char *known = request->headers[HTTP_IF_NONE_MATCH];
    *out = (struct http_static_choice){.file = find_file(files, request)};
    if (out->file == NULL)
        return;
    out->encoding = http_static_encoding(out->file, request->headers[HTTP_ACCEPT_ENCODING]);
    snprintf(out->etag, sizeof(out->etag), "\"%s%s\"", out->file->tag, suffix[out->encoding]);
    out->not_modified = known != NULL && http_static_has_tag(known, out->etag);
}

/* The files live as long as the door. */
static void keep(void *owner)
{
    (void)owner;
}

void http_static_respond(const struct http_static_choice *choice, struct http_response *response,
                         struct http_header headers[HTTP_STATIC_HEADERS])
{
    const struct http_file *file = choice->file;
    size_t count = 0;
    headers[count++] = (struct http_header){"etag", choice->etag};
    headers[count++] = (struct http_header){"vary", "accept-encoding"};
    if (choice->encoding != HTTP_PLAIN && !choice->not_modified)
        headers[count++] =
            (struct http_header){"content-encoding", coding_names[choice->encoding]};
    *response = (struct http_response){
        .status = choice->not_modified ? 304 : 200,
        .content_type = choice->not_modified ? NULL : file->type,
        .cache_control = file->is_hashed ? "public, max-age=31536000, immutable" : "no-cache",
        .headers = headers,
        .header_count = count,
        .body = choice->not_modified ? NULL : file->bytes[choice->encoding],
        .body_len = choice->not_modified ? 0 : file->len[choice->encoding],
        .release = keep,
        .content_policy = file->policy,
    };
}
