/*
 * person_env: what the operations on searches use beside ops_env. Owned by app.
 */
#ifndef OPS_PERSON_PERSON_ENV_H
#define OPS_PERSON_PERSON_ENV_H

#include "ops/reread.h"

struct person_board;
struct person_store;

struct person_env {
    struct person_store *store; /* borrowed, like all of these */
    struct person_board *board;
    struct reread_table reads; /* the searches being read; written by person_refresh */
    bool missed;               /* one could not be read: all are, soon */
};

#endif
