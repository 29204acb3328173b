/*
 * person_store_part: what the files of the person store share; nobody else includes it.
 */
#ifndef STORE_PERSON_STORE_PART_H
#define STORE_PERSON_STORE_PART_H

#include "rules/secret.h"
#include "store/person_store.h"

struct person_store {
    struct store *store;            /* borrowed */
    const struct secret_ring *ring; /* borrowed */
};

/* Who asks: searches are read and written by the system; the projection decides what leaves. */
#define PERSON_SYSTEM ((struct store_principal){0})

/* Waits for one answer: whose function, and its context. */
struct person_wait {
    struct person_store *persons; /* borrowed */
    void *ctx;                    /* borrowed */
    union {
        person_loaded_fn loaded;
        person_facts_fn facts;
        person_ids_fn ids;
        person_mine_fn mine;
        person_file_fn file;
        person_sighting_fn sighting;
        person_reach_fn reach;
        person_reported_fn reported;
        person_version_fn version;
        person_sighted_fn sighted;
        person_done_fn done;
        person_coverage_fn coverage;
        person_place_fn place;
    } fn;
};

struct person_wait *person_wait_create(struct person_store *persons, void *ctx);

/* Who is called in this state. Adds the statement. */
void person_add_address(struct store_segment *segment, uint64_t person_id,
                        enum wire_person_state state, bool high_risk);
/* Adds the statement that takes nothing but the search's id. */
void person_add_plain(struct store_segment *segment, enum sql_statement statement,
                      uint64_t person_id);
/* NULL words: nothing. */
void person_add_words(struct store_segment *segment, uint64_t person_id, const char *words);
/* What somebody asked, so that a repeat can be told from a reused key. */
#define PERSON_HASH_BYTES 32
void person_hash_request(enum wire_operation code, const void *body,
                         uint8_t hash[PERSON_HASH_BYTES]);
/* A failed segment's status; a picture that is not hers is a field of its own. */
void person_answer_version(struct person_wait *wait, enum status status,
                           const struct store_segment_result *result);

#endif
