/*
 * person_refresh: after any change of a search, here or on another node: read it again, put it on
 * the board (which tells everyone it concerns), and note which devices had to drop it when it went
 * out of sight. The one way from the database to people.
 */
#ifndef OPS_PERSON_PERSON_REFRESH_H
#define OPS_PERSON_PERSON_REFRESH_H

#include "ops/ops_env.h"
#include "ops/reread.h"

/* fn (may be NULL) hears of a read that began after this. STATUS_NOT_FOUND: there is none. */
void person_refresh(struct ops_env *env, uint64_t person_id, reread_fn fn, void *ctx);
/* Fills the board with everything in force; once at start and whenever listening begins anew. */
void person_refresh_all(struct ops_env *env);
/* A sighting came or was marked: the team is told. */
void person_refresh_sighting(struct ops_env *env, uint64_t person_id, uint64_t sighting_id);

#endif
