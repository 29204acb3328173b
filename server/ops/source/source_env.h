/*
 * source_env: the systems that may inject alerts, as far as this node met them, the requests it saw
 * in the last ten minutes, and how much of its quota each source has left. Made and owned by app.
 * Bounded: SOURCES_KNOWN_MAX sources, NONCES_KEPT_MAX requests.
 */
#ifndef OPS_SOURCE_SOURCE_ENV_H
#define OPS_SOURCE_SOURCE_ENV_H

#include "ops/ops_env.h"

#define SOURCES_KNOWN_MAX 256
#define NONCES_KEPT_MAX 16384

struct source_env;
struct source_env *source_env_create(void);
void source_env_destroy(struct source_env *env);

#endif
