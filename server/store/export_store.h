/*
 * export_store: what the hall keeps of one person, for herself.
 */
#ifndef STORE_EXPORT_STORE_H
#define STORE_EXPORT_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define EXPORT_PAGE_MAX 50

struct secret_ring;

struct export_query {
    uint64_t account_id;
    enum wire_export_section section;
    uint64_t after_id; /* 0: from the first, which is entered in the audit */
    uint64_t after_seq;
    const struct secret_ring *ring; /* borrowed until the callback */
};
/* The page lives for the callback; NULL unless status is OK. */
typedef void (*export_page_fn)(void *ctx, enum status status,
                               const struct wire_account_export_page *page);
void export_store_page(struct store *store, const struct export_query *query, export_page_fn fn,
                       void *ctx);

#endif
