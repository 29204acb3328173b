/*
 * store_stats: what /metrics says of the store. Counters only go up.
 */
#ifndef STORE_STORE_STATS_H
#define STORE_STORE_STATS_H

#include "store/batch.h"

/* From a row's coming to its sync: below 250 us, 500 us, 1, 2, 4 … 1024 ms, and above. */
#define BATCH_BUCKETS 14

struct batch_stats {
    const char *name;
    uint64_t rows;                   /* durable */
    uint64_t batches;                /* durable */
    uint64_t replays;                /* batches that failed and were sent row by row */
    uint64_t doubted;                /* batches that were sent again, looking every row up */
    uint64_t failed_rows;            /* refused by the database */
    uint64_t unknown_rows;           /* answered unavailable */
    uint64_t busy_rows;              /* not taken, because too many waited */
    uint64_t latency_us;             /* sum over durable rows */
    uint64_t buckets[BATCH_BUCKETS]; /* durable batches by the wait of their oldest row */
    uint32_t waiting;                /* rows now */
};

struct store_stats {
    bool up;
    unsigned read_links_ready;
    unsigned reads_waiting;
    unsigned reads_in_flight;
    unsigned writes_waiting;
    unsigned writes_in_flight;
    uint64_t losses; /* of links that had been ready */
    unsigned batch_count;
    struct batch_stats batches[BATCH_KINDS_MAX];
};

void store_stats(const struct store *store, struct store_stats *out);
/* The upper bound of a bucket in microseconds; UINT64_MAX for the last. */
uint64_t batch_bucket_us(unsigned bucket);

#endif
