/*
 * audit_store: the audit, as the auditor reads it and proves that it is as it was written.
 */
#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define AUDIT_PAGE_MAX 50
/* Entries one page looks through at most, and one proof computes anew (half a millisecond each). */
#define AUDIT_LOOK_SPAN   20000
#define AUDIT_VERIFY_SPAN 300

/* What actor_id, an auditor, looks for; the reading is entered with it. The page lives for the
 * callback; NULL unless status is OK. */
typedef void (*audit_page_fn)(void *ctx, enum status status, const struct wire_audit_page *page);
void audit_store_list(struct store *store, uint64_t actor_id, const struct wire_audit_list *ask,
                      audit_page_fn fn, void *ctx);

typedef void (*audit_state_fn)(void *ctx, enum status status, const struct wire_audit_state *state);
void audit_store_verify(struct store *store, uint64_t after_seq, audit_state_fn fn, void *ctx);

#endif
