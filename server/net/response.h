/*
 * response: the head of an HTTP answer, with the headers every answer carries.
 */
#ifndef NET_RESPONSE_H
#define NET_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_request.h"

#define RESPONSE_HEAD_MAX 8192

/*
 * Writes status line and headers, ending in an empty line; each connection serves one request.
 * Gives the length; 0 when it does not fit
 * or a header holds a line break (our mistake; the caller answers 500 instead).
 */
size_t response_head(const struct http_response *response, char *out, size_t size);

/* The words of a status, e.g. "Not Found". */
const char *response_reason(int status);

/* application/problem+json for what net itself refuses. */
size_t response_problem(int status, const char *code, char *out, size_t size);

#endif
