#include "net/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct reason_row {
    int status;
    const char *reason;
    const char *title; /* zh-Hans, for problem+json */
};

static const struct reason_row reasons[] = {
    {200, "OK", ""},
    {201, "Created", ""},
    {202, "Accepted", ""},
    {204, "No Content", ""},
    {206, "Partial Content", ""},
    {301, "Moved Permanently", ""},
    {302, "Found", ""},
    {303, "See Other", ""},
    {304, "Not Modified", ""},
    {307, "Temporary Redirect", ""},
    {308, "Permanent Redirect", ""},
    {400, "Bad Request", "请求格式不对"},
    {401, "Unauthorized", "请先登录"},
    {403, "Forbidden", "不允许从这里访问"},
    {404, "Not Found", "不存在或无权查看"},
    {405, "Method Not Allowed", "不支持这种请求方法"},
    {408, "Request Timeout", "请求没有按时发完"},
    {409, "Conflict", "内容有冲突"},
    {410, "Gone", "内容已撤下"},
    {411, "Length Required", "请求缺少长度"},
    {413, "Content Too Large", "内容太大"},
    {415, "Unsupported Media Type", "不支持这种内容格式"},
    {416, "Range Not Satisfiable", "请求的范围不对"},
    {421, "Misdirected Request", "域名不对"},
    {422, "Unprocessable Content", "内容不符合要求"},
    {426, "Upgrade Required", "需要 WebSocket 第 13 版"},
    {429, "Too Many Requests", "请求太多,请稍后再试"},
    {431, "Request Header Fields Too Large", "请求头太大"},
    {500, "Internal Server Error", "服务器出错了"},
    {501, "Not Implemented", "不支持"},
    {503, "Service Unavailable", "暂时不可用,请稍后再试"},
};

static const struct reason_row *find_reason(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return &reasons[i];
    return NULL;
}

const char *response_reason(int status)
{
    const struct reason_row *row = find_reason(status);
    return row != NULL ? row->reason : "Status";
}

struct head {
    char *at;
    size_t room;
    bool failed;
};

__attribute__((format(printf, 2, 3))) static void add(struct head *head, const char *format, ...)
{
    int n = -1;
    if (!head->failed) {
        va_list args;
        va_start(args, format);
        /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is one line above */
        n = vsnprintf(head->at, head->room, format, args);
        va_end(args);
    }
    if (n < 0 || (size_t)n >= head->room) {
        head->failed = true;
        return;
    }
    head->at += n;
    head->room -= (size_t)n;
}

static void add_header(struct head *head, const char *name, const char *value)
{
    for (const char *c = value; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            head->failed = true;
    add(head, "%s: %s\r\n", name, value);
}

size_t response_head(const struct http_response *response, char *out, size_t size)
{
    struct head head = {out, size, false};
    const char *policy = response->content_policy != NULL
                             ? response->content_policy
                             : "default-src 'none'; frame-ancestors 'none'";
    add(&head, "HTTP/1.1 %d %s\r\n", response->status, response_reason(response->status));
    if (response->status != 204 && response->status != 304)
        add(&head, "content-length: %zu\r\n", response->body_len);
    if (response->content_type != NULL)
        add_header(&head, "content-type", response->content_type);
    add_header(&head, "cache-control",
               response->cache_control != NULL ? response->cache_control : "no-store");
    add_header(&head, "content-security-policy", policy);
    add(&head, "x-content-type-options: nosniff\r\n"
               "x-frame-options: DENY\r\n"
               "referrer-policy: no-referrer\r\n"
               "cross-origin-opener-policy: same-origin\r\n"
               "cross-origin-resource-policy: same-origin\r\n");
    for (size_t i = 0; i < response->header_count; i++)
        add_header(&head, response->headers[i].name, response->headers[i].value);
    add(&head, "connection: close\r\n\r\n");
    return head.failed ? 0 : (size_t)(head.at - out);
}

size_t response_problem(int status, const char *code, char *out, size_t size)
{
    const struct reason_row *row = find_reason(status);
    int n = snprintf(out, size,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}",
                     row != NULL ? row->title : "", status, code);
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
