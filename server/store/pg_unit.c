#include "store/pg_unit.h"

#include "store/rows_make.h"

void pg_unit_clear(struct pg_unit *unit)
{
    for (unsigned i = 0; unit->results && i < unit->expected; i++) {
        PQclear(unit->results[i]);
        unit->results[i] = NULL;
    }
    PQclear(unit->failed);
    unit->failed = NULL;
    unit->failed_index = 0;
    unit->received = 0;
}

void pg_unit_take(struct pg_unit *unit, PGresult *result)
{
    ExecStatusType state = PQresultStatus(result);
    unsigned index = unit->received;
    bool good = state == PGRES_TUPLES_OK || state == PGRES_COMMAND_OK;
    if (index < unit->expected)
        unit->received++;
    if (good && index < unit->expected && unit->results) {
        unit->results[index] = result;
        return;
    }
    /* An error after the last statement's result is the commit's: a deferred constraint. */
    if (!good && state != PGRES_PIPELINE_ABORTED && !unit->failed) {
        unit->failed = result;
        unit->failed_index = index < unit->expected ? index : unit->expected - 1;
        return;
    }
    PQclear(result);
}

enum status pg_unit_outcome(const struct pg_unit *unit)
{
    if (!unit->failed)
        return unit->received == unit->expected ? STATUS_OK : STATUS_INTERNAL;
    const char *sqlstate = PQresultErrorField(unit->failed, PG_DIAG_SQLSTATE);
    return sqlstate ? status_of_sqlstate(sqlstate) : STATUS_UNAVAILABLE;
}
