/* drain, backup, restore: a node and its data as a whole. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "ctl/commands.h"

#define DRAIN_LOOK_MS 50

int ctl_drain(struct ctl *ctl)
{
    int64_t pid, timeout_s;
    if (!ctl_number("PID", ctl_arg(ctl, 0), 2, INT32_MAX, &pid) ||
        !ctl_number("--timeout", ctl_option(ctl, "timeout", "30"), 1, 3600, &timeout_s))
        return EXIT_FAILURE;
    if (kill((pid_t)pid, SIGTERM) != 0)
        return ctl_fail("process %lld: %s", (long long)pid, strerror(errno));
    const int64_t until = clock_mono_ms() + timeout_s * 1000;
    const struct timespec pause = {.tv_nsec = DRAIN_LOOK_MS * 1000000L};
    while (clock_mono_ms() < until) {
        if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
            return EXIT_SUCCESS;
        (void)nanosleep(&pause, NULL);
    }
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

/*
 * The schema's own objects are dropped and made again from the backup, in one transaction. Then the
 * epoch changes: clients that hold more than the backup must not trust their numbers.
 */
int ctl_restore(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_TOWN_IS_EMPTY, NULL);
    bool empty = result != NULL && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    PQfinish(ctl->link);
    ctl->link = NULL;
    if (!empty)
        return ctl_fail("there is something in this database; restore into a new, migrated one");
    const char *argv[] = {"pg_restore",  "--clean",     "--if-exists", "--single-transaction",
                          "--no-password", "--exit-on-error", "--dbname", ctl->database,
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
