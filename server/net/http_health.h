/*
 * http_health: for operators and proxies: is it alive, may it be given people, what does it count.
 * And /config.json, what the pages may know of this installation.
 */
#ifndef NET_HTTP_HEALTH_H
#define NET_HTTP_HEALTH_H

#include "net/http_exchange.h"

/* 200 as long as the loop turns. */
void http_health_alive(struct http_exchange *exchange);
/* 503 before the database was there for the first time and while draining. With the database away
 * later it stays 200: people read on, and alerts are taken into the spool. */
void http_health_ready(struct http_exchange *exchange);
void http_health_metrics(struct http_exchange *exchange);
void http_health_config(struct http_exchange *exchange);

/* Reads the file, or takes the built-in body. STATUS_INVALID_FIELD: it is no JSON object; logged.
 * Freed with mem_free. */
MUST_USE enum status http_health_read_config(const struct http_door_settings *settings,
                                             char **out, size_t *len);

#endif
