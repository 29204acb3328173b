/*
 * sandbox: locks the process up before it looks at a stranger's bytes. Afterwards it can read from
 * standard input, write to standard output, get memory up to the bound, and end; nothing else.
 */
#ifndef MEDIA_CHILD_SANDBOX_H
#define MEDIA_CHILD_SANDBOX_H

#include <stddef.h>

#include "base/status.h"

#define SANDBOX_CPU_SECONDS 5

/* memory_bytes: of address space, with what the program and its libraries already take.
 * STATUS_INTERNAL: it could not be done; the process must not go on. */
MUST_USE enum status sandbox_enter(size_t memory_bytes);

#endif
