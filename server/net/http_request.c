#include "net/http_request.h"

#include <string.h>

#include "base/mem.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* application/x-www-form-urlencoded; false when it is broken, too long, or holds a NUL. */
static bool decode(const char *from, size_t len, char *out, size_t out_size)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        int c = (unsigned char)from[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            if (i + 2 >= len || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0)
                return false;
            c = hex_digit(from[i + 1]) * 16 + hex_digit(from[i + 2]);
            i += 2;
        }
        if (c == 0 || n + 1 >= out_size)
            return false;
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return true;
}

bool http_parameter(const char *query, const char *name, char *out, size_t out_size)
{
    const size_t name_len = strlen(name);
    const char *at = query;
    while (*at != '\0') {
        const size_t len = strcspn(at, "&");
        if (len > name_len && at[name_len] == '=' && memcmp(at, name, name_len) == 0)
            return decode(at + name_len + 1, len - name_len - 1, out, out_size);
        at += len;
        at += *at == '&';
    }
    return false;
}

bool http_cookie(const struct http_request *request, const char *name, char *out, size_t out_size)
{
    const size_t name_len = strlen(name);
    const char *at = request->headers[HTTP_COOKIE];
    while (at != NULL && *at != '\0') {
        at += strspn(at, "; \t");
        const size_t len = strcspn(at, ";");
        if (len > name_len && at[name_len] == '=' && memcmp(at, name, name_len) == 0) {
            const size_t value_len = len - name_len - 1;
            if (value_len + 1 > out_size)
                return false;
            memcpy(out, at + name_len + 1, value_len);
            out[value_len] = '\0';
            return true;
        }
        at += len;
    }
    return false;
}

void http_request_free(struct http_request *request)
{
    if (request == NULL)
        return;
    mem_free((void *)(uintptr_t)request->body);
    mem_free(request);
}
