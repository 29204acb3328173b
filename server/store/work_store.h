/*
 * work_store: open objects as they are kept in work_item: pages of what somebody may see, counts,
 * and one item with everybody who has a part in it. Texts and lists live for the callback.
 */
#ifndef STORE_WORK_STORE_H
#define STORE_WORK_STORE_H

#include "rules/work_audience.h"
#include "store/store.h"
#include "wire/wire_schema.h"

#define WORK_PAGE_MAX 50
#define WORK_COUNTED_TO 300
/* Stands in the database for "nothing is due": the beginning of the year 9999. */
#define WORK_NEVER_MS 253370764800000

/* Where a page ended: the place of its last item in the order. All 0: the beginning. */
struct work_place {
    int64_t due_at; /* WORK_NEVER_MS: nothing is due */
    uint32_t urgency;
    uint32_t kind;
    uint64_t entity_id;
};

struct work_query {
    uint64_t account_id;
    struct wire_list_work_kind kinds;         /* empty: all */
    struct wire_list_work_urgency urgencies;  /* empty: all */
    bool mine;
    struct work_place after;
    uint32_t limit; /* 1 … WORK_PAGE_MAX */
};

struct work_row {
    struct work_record record;
    unsigned part; /* of who asked */
    struct work_place place;
};
typedef void (*work_rows_fn)(void *ctx, enum status status, const struct work_row *rows,
                             uint32_t count, bool more);
void work_store_list(struct store *store, const struct work_query *query, work_rows_fn fn,
                     void *ctx);

typedef void (*work_counts_fn)(void *ctx, enum status status,
                               const struct wire_list_work_count *counts);
void work_store_counts(struct store *store, uint64_t account_id, work_counts_fn fn, void *ctx);

/* The item, and who has which part in it, by ascending account_id. */
struct work_loaded {
    struct work_record record;
    struct wire_list_id account_ids;
    const int64_t *parts; /* as many */
};
/* STATUS_NOT_FOUND: it is not open any more. */
typedef void (*work_loaded_fn)(void *ctx, enum status status, const struct work_loaded *loaded);
void work_store_load(struct store *store, enum wire_work_kind kind, uint64_t entity_id,
                     work_loaded_fn fn, void *ctx);

#endif
