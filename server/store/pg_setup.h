/*
 * pg_setup: what a link does between being connected and being ready: every statement is prepared
 * (in a segment of its own, so that a failed one poisons nothing), the database is checked, and the
 * listening link listens.
 */
#ifndef STORE_PG_SETUP_H
#define STORE_PG_SETUP_H

#include <stdbool.h>

#include "store/pg_unit.h"
#include "store/sql_statements.h"

struct pg_link;

/* What every link of a store needs to know; one per store. */
struct pg_setup_wanted {
    const struct sql_statement_info *statements; /* borrowed */
    unsigned count;
    unsigned schema_version; /* 0: not checked */
    bool unsafe_durability;
    /* By name, found by pg_setup_find. */
    unsigned become;
    unsigned listen;
    unsigned durability;
    unsigned version;
};

/* Part of its link. */
struct pg_setup {
    struct pg_unit unit;
    struct pg_link *link;
    PGresult *results[3]; /* of the checks */
};

/* Finds the statements the store itself needs. False, logged: one is missing. */
bool pg_setup_find(struct pg_setup_wanted *wanted);
/* Begins; ends in pg_link_setup_done, _failed or pg_link_refuse. */
void pg_setup_begin(struct pg_setup *setup, struct pg_link *link);

#endif
