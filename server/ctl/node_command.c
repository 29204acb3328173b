/* drain, backup, restore: a node and its data as a whole. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "ctl/commands.h"

int ctl_drain(struct ctl *ctl)
{
    int64_t pid, timeout_s;
    if (!ctl_number("PID", ctl_arg(ctl, 0), 2, INT32_MAX, &pid) ||
        !ctl_number("--timeout", ctl_option(ctl, "timeout", "30"), 1, 3600, &timeout_s))
        return EXIT_FAILURE;
    /* A descriptor, not the number: that may be another's by the time we look. */
    int process = pidfd_open((pid_t)pid, 0);
    if (process < 0 || pidfd_send_signal(process, SIGTERM, NULL, 0) != 0) {
        int code = ctl_fail("process %lld: %s", (long long)pid, strerror(errno));
        if (process >= 0)
            (void)close(process);
        return code;
    }
    struct pollfd ended = {.fd = process, .events = POLLIN};
    int found = poll(&ended, 1, (int)(timeout_s * 1000));
    (void)close(process);
    if (found == 1)
        return EXIT_SUCCESS;
    return ctl_fail("process %lld has not ended in %lld s", (long long)pid, (long long)timeout_s);
}

int ctl_backup(struct ctl *ctl)
{
    const char *argv[] = {"pg_dump",       "--format=custom",          "--no-password",
                          "--file",        ctl_arg(ctl, 0),            "--dbname",
                          ctl->database,   NULL};
    if (ctl_program(argv) != 0)
        return ctl_fail("no backup was written");
    fprintf(stderr, "hallctl: the key file %s is not in it; keep it elsewhere\n", ctl->key_file);
    return EXIT_SUCCESS;
}

/* Takes away the tables that migrating made, when nothing is in them yet. */
static bool make_room(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return false;
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_TOWN_IS_EMPTY, NULL);
    bool empty = result != NULL && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    if (!empty) {
        ctl_fail("there is something in this database; restore into a new, migrated one");
        return false;
    }
    static const enum sql_statement steps[] = {SQL_OPERATOR_SCHEMA_DROP,
                                               SQL_OPERATOR_SCHEMA_CREATE};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        result = ctl_run(ctl, steps[i], NULL);
        if (result == NULL)
            return false;
        PQclear(result);
    }
    return ctl_commit(ctl);
}

/*
 * The migrated database gives the roles and their rights on it; everything in it comes from the
 * backup. Then the epoch changes: clients that hold more must not trust their numbers.
 */
int ctl_restore(struct ctl *ctl)
{
    if (access(ctl_arg(ctl, 0), R_OK) != 0)
        return ctl_fail("%s: %s", ctl_arg(ctl, 0), strerror(errno));
    if (!make_room(ctl))
        return EXIT_FAILURE;
    PQfinish(ctl->link);
    ctl->link = NULL;
    const char *argv[] = {"pg_restore",  "--single-transaction", "--no-password",
                          "--exit-on-error", "--dbname",         ctl->database,
                          ctl_arg(ctl, 0), NULL};
    if (ctl_program(argv) != 0)
        return ctl_fail("nothing was restored");
    int64_t epoch = 0;
    bool done = ctl_begin(ctl) && ctl_run_id(ctl, SQL_OPERATOR_EPOCH_NEW, NULL, &epoch) &&
                ctl_audit(ctl, "node.restore", "epoch", epoch, NULL) && ctl_commit(ctl);
    if (done)
        printf("restored; the epoch is now %lld\n", (long long)epoch);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
