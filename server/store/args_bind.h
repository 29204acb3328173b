/*
 * args_bind: from collected arguments to what libpq sends, by the statement's declared types.
 * Inside the store only.
 */
#ifndef STORE_ARGS_BIND_H
#define STORE_ARGS_BIND_H

#include "base/status.h"
#include "store/sql_statements.h"
#include "store/store_args.h"

/* How a value is kept until it is bound, and how it goes out. */
enum arg_form {
    ARG_NULL,
    ARG_INT,
    ARG_BOOL,
    ARG_TIME,
    ARG_TEXT,
    ARG_BIN,
    ARG_INT_ARRAY,
    ARG_TIME_ARRAY,
    ARG_TEXT_ARRAY,
    ARG_BIN_ARRAY,
    ARG_BOUND_TEXT,
    ARG_BOUND_BINARY,
};

void args_move(struct store_args *to, struct store_args *from);

/* Gives every value the form its declared type wants, in place. Once per args. STATUS_INTERNAL,
 * logged: a count, type or range that does not fit. */
MUST_USE enum status args_bind(struct store_args *args, const struct sql_statement_info *info);

/* What libpq wants; points into the args. */
struct bound_args {
    int count;
    const char *values[STORE_ARGS_MAX];
    int lengths[STORE_ARGS_MAX];
    int formats[STORE_ARGS_MAX]; /* 1 binary, 0 text */
};
void args_point(const struct store_args *args, struct bound_args *out);

#endif
