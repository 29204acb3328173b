/*
 * throttle: token buckets in cost units, one per account, address or room. Pure: time is a
 * parameter (monotonic ms). A table of fixed size: when a place is taken, whoever has spent least
 * gives way, so that filling it cannot free somebody who is held back.
 */
#ifndef RULES_THROTTLE_H
#define RULES_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

struct throttle_limit {
    uint32_t rate;  /* units per second; 0: no limit */
    uint32_t burst; /* units that may be spent at once */
};

struct throttle_bucket {
    uint64_t key; /* 0: free */
    int64_t milli_units; /* what is left, in thousandths */
    int64_t seen_ms;
};

/* Takes cost from the bucket. 0: taken; else nothing was taken, come back after so many ms. */
uint64_t throttle_take(struct throttle_bucket *bucket, const struct throttle_limit *limit,
                       uint32_t cost, int64_t now_ms);

/* Keys of different kinds never meet. */
enum throttle_kind { THROTTLE_ACCOUNT = 1, THROTTLE_ADDRESS, THROTTLE_ROOM };

struct throttle_table;
/* At most `places` buckets (rounded up to a power of two). Freed with throttle_table_destroy. */
struct throttle_table *throttle_table_create(size_t places);
void throttle_table_destroy(struct throttle_table *table);

struct throttle_charge {
    enum throttle_kind kind;
    uint64_t key;
    uint32_t cost;
};
/* As throttle_take, on the bucket of this kind and key. */
uint64_t throttle_table_take(struct throttle_table *table, const struct throttle_limit *limit,
                             const struct throttle_charge *charge, int64_t now_ms);

#endif
