/*
 * source_key: a new key pair for a source: the secret half goes to a file only its owner reads.
 */
#ifndef CTL_SOURCE_KEY_H
#define CTL_SOURCE_KEY_H

#include "ctl/ctl.h"
#include "rules/inject_signature.h"

#define SOURCE_KEY_HEX (2 * INJECT_KEY_BYTES + 3)

/* Writes "whsk_…" to a new file of mode 0600 and gives the public half as PostgreSQL reads it. */
MUST_USE bool source_key_make(const char *path, char public_hex[SOURCE_KEY_HEX]);

#endif
