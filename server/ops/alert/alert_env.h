/*
 * alert_env: what the operations on alerts use beside ops_env. Owned by app.
 */
#ifndef OPS_ALERT_ALERT_ENV_H
#define OPS_ALERT_ALERT_ENV_H

#include "ops/reread.h"

struct alert_board;
struct alert_store;
struct alert_spool;
struct secret_ring;

struct alert_env {
    struct alert_store *store;      /* borrowed, like all of these */
    struct alert_board *board;
    const struct secret_ring *ring;
    struct alert_spool *spool;      /* NULL: nothing is taken while the database is away */
    struct reread_table reads;      /* the alerts being read; written by alert_refresh */
};

#endif
