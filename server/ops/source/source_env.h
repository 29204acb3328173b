/*
 * source_env: the systems that may inject alerts, as far as this node met them, the requests it
 * took in the last ten minutes, and how much of its quota each source has left. Made and owned by
 * app. Bounded: SOURCES_KNOWN_MAX sources, NONCES_KEPT_MAX requests.
 */
#ifndef OPS_SOURCE_SOURCE_ENV_H
#define OPS_SOURCE_SOURCE_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

#define SOURCES_KNOWN_MAX 256
#define NONCES_KEPT_MAX 16384

struct source_env;
struct source_record;
struct throttle_bucket;

struct source_env *source_env_create(void);
void source_env_destroy(struct source_env *env);

/* What is remembered of a source; NULL: never met. Valid until the next source_env_learn. */
const struct source_record *source_env_find(const struct source_env *env, const char *name);
/* As the database has it now. When the table is full the one not heard of for longest goes. */
void source_env_learn(struct source_env *env, const char *name, const struct source_record *record,
                      int64_t now_ms);
/* It is gone from the database. */
void source_env_forget(struct source_env *env, const char *name);

/* Takes `parts` from the source's quota; 0: taken, else come back after so many ms. */
uint64_t source_env_charge(struct source_env *env, const char *name, unsigned parts,
                           int64_t now_ms);

/* Remembers a request. STATUS_REPLAYED: it is remembered already; STATUS_BUSY: too many are, and
 * the oldest is younger than the window of time stamps. */
MUST_USE enum status source_env_note(struct source_env *env, uint64_t source_id, const char *nonce,
                                     int64_t now_ms);
/* It was not taken after all (the database could not keep it): it may come again. */
void source_env_unnote(struct source_env *env, uint64_t source_id, const char *nonce);

#endif
