/*
 * http_static: which file answers a request, in which encoding, and whether the browser has it
 * already. Paths of the clients' own pages (no file, no dot) lead to the nearest index.html.
 */
#ifndef NET_HTTP_STATIC_H
#define NET_HTTP_STATIC_H

#include "net/http_files.h"
#include "net/http_request.h"

struct http_static_choice {
    const struct http_file *file; /* NULL: there is none */
    enum http_encoding encoding;
    bool not_modified;
    char etag[HTTP_FILE_TAG_CHARS + 8]; /* with its quotes; differs per encoding */
};

void http_static_choose(const struct http_files *files, const struct http_request *request,
                        struct http_static_choice *out);

/* The best of what the file has and the browser takes ("br, gzip;q=0.8, *;q=0"). */
enum http_encoding http_static_encoding(const struct http_file *file, const char *accept_encoding);

/* Whether a list of tags, weak or strong, or a star, has this one (If-None-Match). */
bool http_static_has_tag(const char *list, const char *etag);

/* Builds the response; headers is written and borrowed by it. */
#define HTTP_STATIC_HEADERS 3
void http_static_respond(const struct http_static_choice *choice, struct http_response *response,
                         struct http_header headers[HTTP_STATIC_HEADERS]);

#endif
