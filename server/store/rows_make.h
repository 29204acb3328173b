/*
 * rows_make: a libpq result as store_rows. Inside the store only.
 */
#ifndef STORE_ROWS_MAKE_H
#define STORE_ROWS_MAKE_H

#include "base/status.h"
#include "store/store_rows.h"

/* Borrows the result; NULL gives an empty one. */
void rows_of_result(struct store_rows *rows, const struct pg_result *result);

/* What a database error means to a caller, by its SQLSTATE (rows_status.c). */
enum status status_of_sqlstate(const char *sqlstate);

#endif
