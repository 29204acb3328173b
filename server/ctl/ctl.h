/*
 * ctl: what a command of hallctl works with: the settings it was called with, its arguments, and a
 * link to the database that is opened when it is first needed. One command is one transaction; a
 * program that ends before ctl_commit has changed nothing.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "store/sql_statements.h"

#define CTL_ARGS_MAX 16
#define CTL_OPTIONS_MAX 16
#define CTL_VALUES_MAX 12 /* parameters of one statement */

struct ctl_option {
    const char *name;  /* without the dashes; borrowed from argv */
    const char *value; /* "" for a flag */
};

struct ctl {
    const char *database; /* libpq URL or conninfo; borrowed, as all of these */
    const char *key_file;
    const char *share_dir; /* where sql/ is */
    const char *url;       /* of the server, for inject */
    const char *program;   /* argv[0] */
    const char *args[CTL_ARGS_MAX];
    size_t arg_count;
    struct ctl_option options[CTL_OPTIONS_MAX];
    size_t option_count;
    PGconn *link; /* owned; NULL until ctl_begin */
};

/* One row of the command table. */
struct ctl_command {
    const char *group; /* "place" */
    const char *verb;  /* "create"; NULL: the group is the whole command */
    const char *usage; /* arguments and options, as the help shows them */
    const char *summary;
    size_t args_min;
    size_t args_max;
    const char *flags;  /* options without a value, space-separated */
    const char *values; /* options with one */
    int (*run)(struct ctl *ctl);
};

/* The value of an option, or what is given for its absence. */
const char *ctl_option(const struct ctl *ctl, const char *name, const char *otherwise);
/* A whole number within bounds; says what is wrong and gives false otherwise. */
MUST_USE bool ctl_number(const char *what, const char *text, int64_t low, int64_t high,
                         int64_t *out);
/* An argument by its place, or NULL. */
const char *ctl_arg(const struct ctl *ctl, size_t index);

/* Prints "hallctl: …" to stderr and gives EXIT_FAILURE: a command can `return ctl_fail(…)`. */
__attribute__((format(printf, 1, 2))) int ctl_fail(const char *format, ...);

/* Connects, becomes hall_owner and begins. Says why not. */
MUST_USE bool ctl_begin(struct ctl *ctl);
MUST_USE bool ctl_commit(struct ctl *ctl);
/*
 * Runs a statement; values are texts, NULL for NULL, as many as it has parameters. The result is
 * the caller's (PQclear); NULL after having said what was wrong.
 */
MUST_USE PGresult *ctl_run(struct ctl *ctl, enum sql_statement statement,
                           const char *const *values);
/* The same when only the first column of the first row matters: false (said) also for no row. */
MUST_USE bool ctl_run_id(struct ctl *ctl, enum sql_statement statement, const char *const *values,
                         int64_t *id);
/* Records the command in the audit; detail is JSON or NULL. */
MUST_USE bool ctl_audit(struct ctl *ctl, const char *action, const char *entity_type,
                        int64_t entity_id, const char *detail);
/* Prints all rows in columns under their names. */
void ctl_print(const PGresult *result);

/* Bytes as PostgreSQL reads them ("\x…"); out has room for 2 * len + 3. */
void ctl_hex(const uint8_t *bytes, size_t len, char *out);
/* The number of a role, scope kind …, or 0 after having said which there are. */
uint32_t ctl_role(const char *name);

/* Runs another program and waits; its exit code, or 127. argv ends with NULL. */
int ctl_program(const char *const *argv);

extern const struct ctl_command ctl_commands[];
extern const size_t ctl_command_count;

#endif
