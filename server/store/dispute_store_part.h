/*
 * dispute_store_part: what the files of the dispute store share; nobody else includes it.
 */
#ifndef STORE_DISPUTE_STORE_PART_H
#define STORE_DISPUTE_STORE_PART_H

#include "store/dispute_store.h"
#include "wire/wire.h"

/* Codes and times are read by the system; what people wrote, as the person who asks. */
#define DISPUTE_SYSTEM ((struct store_principal){0})

/* Waits for one answer: whose function, and its context. */
struct dispute_wait {
    void *ctx;
    union {
        dispute_loaded_fn loaded;
        dispute_answer_fn answer;
        dispute_added_fn added;
        dispute_moved_fn moved;
        dispute_place_fn place;
        dispute_pair_fn pair;
        dispute_ids_fn ids;
        dispute_writings_fn writings;
        dispute_audience_fn audience;
        dispute_proposed_fn proposed;
        dispute_proposal_fn proposal;
        dispute_known_fn known;
    } fn;
};

static inline struct dispute_wait *dispute_wait_create(void *ctx)
{
    struct dispute_wait *wait = mem_alloc(sizeof(*wait));
    wait->ctx = ctx;
    return wait;
}

/* A set of 1 << n as an array of n, and back. */
void args_bits(struct store_args *args, uint32_t bits);
uint32_t rows_bits(const struct store_rows *rows, int row, int column);

#endif
