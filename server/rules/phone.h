/*
 * phone: mobile numbers as people write them, made one form (E.164, China: +86 and 11 digits).
 */
#ifndef RULES_PHONE_H
#define RULES_PHONE_H

#include <stddef.h>

#include "base/status.h"

#define PHONE_E164_LEN 14 /* "+8613800138000" */

/*
 * Accepts 11 digits, +86, 0086 or 86 before them, full-width digits, and spaces, hyphens and dots
 * between. out is NUL-terminated. STATUS_INVALID_FIELD: not a Chinese mobile number.
 */
MUST_USE enum status phone_normalise(const char *text, size_t len, char out[PHONE_E164_LEN + 1]);

/* "138****8000": the form that may be shown to others; e164 as phone_normalise wrote it. */
void phone_mask(const char *e164, char out[12]);

#endif
