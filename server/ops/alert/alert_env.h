/*
 * alert_env: what the operations on alerts use beside ops_env. Owned by app.
 */
#ifndef OPS_ALERT_ALERT_ENV_H
#define OPS_ALERT_ALERT_ENV_H

struct alert_board;
struct alert_refreshing;
struct alert_store;
struct alert_spool;
struct secret_ring;

struct alert_env {
    struct alert_store *store;      /* borrowed, like all of these */
    struct alert_board *board;
    const struct secret_ring *ring;
    struct alert_spool *spool;      /* NULL: nothing is taken while the database is away */
    struct alert_refreshing *refreshing; /* table, by alert_refresh: the alerts being read */
};

#endif
