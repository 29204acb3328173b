/*
 * From libwebsockets' header memory to one block of our own.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "net/net_state.h"

/* Where each copied header is; 0: a header libwebsockets has no token for, found by name. */
struct header_source {
    enum lws_token_indexes token;
    const char *name_colon;
};

static const struct header_source sources[HTTP_HEADER_COUNT] = {
    [HTTP_HOST] = {WSI_TOKEN_HOST, NULL},
    [HTTP_ORIGIN] = {WSI_TOKEN_ORIGIN, NULL},
    [HTTP_COOKIE] = {WSI_TOKEN_HTTP_COOKIE, NULL},
    [HTTP_AUTHORIZATION] = {WSI_TOKEN_HTTP_AUTHORIZATION, NULL},
    [HTTP_CONTENT_TYPE] = {WSI_TOKEN_HTTP_CONTENT_TYPE, NULL},
    [HTTP_USER_AGENT] = {WSI_TOKEN_HTTP_USER_AGENT, NULL},
    [HTTP_ACCEPT] = {WSI_TOKEN_HTTP_ACCEPT, NULL},
    [HTTP_ACCEPT_ENCODING] = {WSI_TOKEN_HTTP_ACCEPT_ENCODING, NULL},
    [HTTP_ACCEPT_LANGUAGE] = {WSI_TOKEN_HTTP_ACCEPT_LANGUAGE, NULL},
    [HTTP_IF_NONE_MATCH] = {WSI_TOKEN_HTTP_IF_NONE_MATCH, NULL},
    [HTTP_RANGE] = {WSI_TOKEN_HTTP_RANGE, NULL},
    [HTTP_IDEMPOTENCY_KEY] = {WSI_TOKEN_COUNT, "idempotency-key:"},
    [HTTP_WEBHOOK_ID] = {WSI_TOKEN_COUNT, "webhook-id:"},
    [HTTP_WEBHOOK_TIMESTAMP] = {WSI_TOKEN_COUNT, "webhook-timestamp:"},
    [HTTP_WEBHOOK_SIGNATURE] = {WSI_TOKEN_COUNT, "webhook-signature:"},
    [HTTP_HALL_SOURCE] = {WSI_TOKEN_COUNT, "hall-source:"},
    [HTTP_SEC_FETCH_SITE] = {WSI_TOKEN_COUNT, "sec-fetch-site:"},
    [HTTP_FORWARDED_PROTO] = {WSI_TOKEN_COUNT, "x-forwarded-proto:"},
};

struct method_source {
    enum lws_token_indexes token;
    enum http_method method;
};

static const struct method_source methods[] = {
    {WSI_TOKEN_GET_URI, HTTP_GET},         {WSI_TOKEN_HEAD_URI, HTTP_HEAD},
    {WSI_TOKEN_POST_URI, HTTP_POST},       {WSI_TOKEN_PUT_URI, HTTP_PUT},
    {WSI_TOKEN_DELETE_URI, HTTP_DELETE},   {WSI_TOKEN_OPTIONS_URI, HTTP_OPTIONS},
};

bool request_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size)
{
    out[0] = '\0';
    if (lws_hdr_total_length(wsi, token) <= 0)
        return false;
    return lws_hdr_copy(wsi, out, (int)size, token) >= 0;
}

bool request_custom_header(struct lws *wsi, const char *name_colon, char *out, size_t size)
{
    out[0] = '\0';
    int len = lws_hdr_custom_copy(wsi, out, (int)size, name_colon, (int)strlen(name_colon));
    if (len < 0)
        return false;
    /* Nothing in front of the value but one blank is taken off by libwebsockets. */
    size_t blanks = strspn(out, " \t");
    if (blanks > 0)
        memmove(out, out + blanks, strlen(out + blanks) + 1);
    return true;
}

void request_address(const struct conn *conn, char *out, size_t size)
{
    char forwarded[256];
    snprintf(out, size, "%s", conn->address);
    if (!conn->from_proxy ||
        !request_header(conn->wsi, WSI_TOKEN_X_FORWARDED_FOR, forwarded, sizeof(forwarded)))
        return;
    /* The last one is what our own proxy saw; those before it anybody may have written. */
    char *last = strrchr(forwarded, ',');
    last = last != NULL ? last + 1 : forwarded;
    last += strspn(last, " \t");
    last[strcspn(last, " \t")] = '\0';
    if (address_is_valid(last))
        snprintf(out, size, "%s", last);
}

bool request_is_secure(const struct conn *conn)
{
    char proto[16];
    return conn->from_proxy &&
           request_custom_header(conn->wsi, "x-forwarded-proto:", proto, sizeof(proto)) &&
           strcmp(proto, "https") == 0;
}

static bool read_method(struct lws *wsi, enum lws_token_indexes *token, enum http_method *method)
{
    int found = 0;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (lws_hdr_total_length(wsi, methods[i].token) <= 0)
            continue;
        *token = methods[i].token;
        *method = methods[i].method;
        found++;
    }
    return found == 1;
}

/*
 * libwebsockets has decoded %xx and most of "." and ".."; what is left over is refused rather than
 * repaired. Backslash and control characters have no place in any of our paths.
 */
static bool is_path(const char *path, size_t len)
{
    if (len == 0 || path[0] != '/')
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)path[i] < 0x20 || path[i] == 0x7f || path[i] == '\\')
            return false;
    return strstr(path, "//") == NULL && strstr(path, "/../") == NULL &&
           strstr(path, "/./") == NULL && (len < 3 || strcmp(path + len - 3, "/..") != 0);
}

/* One decoded piece of the query as it must have been written. */
static size_t encode_piece(const char *piece, size_t len, char *out, size_t room)
{
    static const char digits[] = "0123456789ABCDEF";
    bool seen_equals = false;
    size_t n = 0;
    for (size_t i = 0; i < len && n + 3 < room; i++) {
        const unsigned char c = (unsigned char)piece[i];
        const bool plain = isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL) ||
                           (c == '=' && !seen_equals);
        seen_equals = seen_equals || c == '=';
        if (plain) {
            out[n++] = (char)c;
            continue;
        }
        out[n++] = '%';
        out[n++] = digits[c >> 4];
        out[n++] = digits[c & 15];
    }
    return n;
}

static size_t read_query(struct lws *wsi, char *out, size_t room)
{
    char piece[NET_HEADER_BYTES_MAX];
    size_t n = 0;
    for (int i = 0; i < 64; i++) {
        int len = lws_hdr_copy_fragment(wsi, piece, sizeof(piece), WSI_TOKEN_HTTP_URI_ARGS, i);
        if (len < 0)
            break;
        if (i > 0 && n + 1 < room)
            out[n++] = '&';
        n += encode_piece(piece, (size_t)len, out + n, room - n);
    }
    out[n] = '\0';
    return n;
}

/*
 * The version must stand where it belongs: libwebsockets takes a decoded %0a in the target for the
 * end of the line, and what follows for headers, which a proxy in front has not seen.
 */
bool request_version_is_known(struct lws *wsi)
{
    char version[16];
    return request_header(wsi, WSI_TOKEN_HTTP, version, sizeof(version)) &&
           (strcmp(version, "HTTP/1.1") == 0 || strcmp(version, "HTTP/1.0") == 0);
}

/* A text laid down in the block; moves the writing place behind it. */
static const char *lay_down(char **at, const char *text, size_t len)
{
    char *start = *at;
    memcpy(start, text, len);
    start[len] = '\0';
    *at += len + 1;
    return start;
}

static bool read_source(struct lws *wsi, const struct header_source *source, char *out, size_t size)
{
    if (source->name_colon != NULL)
        return request_custom_header(wsi, source->name_colon, out, size);
    return request_header(wsi, source->token, out, size);
}

struct http_request *request_read(struct conn *conn)
{
    struct lws *wsi = conn->wsi;
    enum lws_token_indexes token = WSI_TOKEN_GET_URI;
    enum http_method method = HTTP_GET;
    char text[NET_HEADER_BYTES_MAX * 3 + 1];

    if (!request_version_is_known(wsi) || !read_method(wsi, &token, &method))
        return NULL;
    const size_t path_len = (size_t)lws_hdr_total_length(wsi, token);
    if (!request_header(wsi, token, text, sizeof(text)) || strlen(text) != path_len ||
        !is_path(text, path_len))
        return NULL;

    /* All came out of NET_HEADER_BYTES_MAX; only a re-encoded query can be three times that. */
    const size_t room = NET_HEADER_BYTES_MAX * 4 + HTTP_HEADER_COUNT;
    char *scratch = mem_alloc(room);
    char *at = scratch;
    struct http_request found = {.method = method};
    found.path = lay_down(&at, text, path_len);
    found.query = lay_down(&at, text, read_query(wsi, text, sizeof(text)));
    for (int i = 0; i < HTTP_HEADER_COUNT; i++)
        if (read_source(wsi, &sources[i], text, sizeof(text)) &&
            strlen(text) + 1 < room - (size_t)(at - scratch))
            found.headers[i] = lay_down(&at, text, strlen(text));

    /* One block of the right size instead of the generous one. */
    const size_t used = (size_t)(at - scratch);
    struct http_request *request = mem_alloc(sizeof(*request) + used);
    char *copy = (char *)(request + 1);
    memcpy(copy, scratch, used);
    *request = found;
    request->path = copy + (found.path - scratch);
    request->query = copy + (found.query - scratch);
    for (int i = 0; i < HTTP_HEADER_COUNT; i++)
        if (found.headers[i] != NULL)
            request->headers[i] = copy + (found.headers[i] - scratch);
    mem_free(scratch);
    request->secure = request_is_secure(conn);
    request_address(conn, request->address, sizeof(request->address));
    return request;
}
