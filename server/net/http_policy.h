/*
 * http_policy: the Content-Security-Policy of a page. The build writes it beside the page
 * (content-policy.txt); where it did not, it is made here, with the hashes of the page's own
 * <style> blocks.
 */
#ifndef NET_HTTP_POLICY_H
#define NET_HTTP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_POLICY_MAX 2048

/* The policy for this page. trusted_types: the page never writes HTML from script.
 * False: the page has so many style blocks that no policy fits. */
bool http_policy_make(const uint8_t *html, size_t len, bool trusted_types,
                      char out[HTTP_POLICY_MAX]);

/* A policy from a file, made one line. False: it is too long or not text. */
bool http_policy_read(const uint8_t *text, size_t len, char out[HTTP_POLICY_MAX]);

#endif
