/*
 * person: what the store says of somebody, as a principal.
 */
#ifndef OPS_SESSION_PERSON_H
#define OPS_SESSION_PERSON_H

#include "rules/principal.h"
#include "store/session_store.h"

/* Freed with mem_free. */
struct principal *person_create(const struct session_opened *opened);

#endif
