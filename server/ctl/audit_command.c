/* audit: is the chain as it was written? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/commands.h"

/* An anchor is one line: number, then "\x" and 64 digits, as `audit anchor` printed it. */
static bool read_anchor(const char *path, char seq[24], char hash[72])
{
    FILE *file = fopen(path, "r");
    bool read = file != NULL && fscanf(file, "%23s %71s", seq, hash) == 2;
    if (file != NULL)
        (void)fclose(file);
    if (!read)
        ctl_fail("%s is no anchor", path);
    return read;
}

int ctl_audit_verify(struct ctl *ctl)
{
    char seq[24] = "0", hash[72] = "\\x";
    const char *path = ctl_option(ctl, "anchor", NULL);
    if ((path != NULL && !read_anchor(path, seq, hash)) || !ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_AUDIT_CHECK, (const char *const[]){seq, hash});
    if (result == NULL)
        return EXIT_FAILURE;
    int code = EXIT_SUCCESS;
    if (PQntuples(result) > 0)
        code = ctl_fail("the audit is not what was written: row %s: %s", PQgetvalue(result, 0, 0),
                        PQgetvalue(result, 0, 1));
    else
        puts("the audit is as it was written");
    PQclear(result);
    return code;
}

int ctl_audit_anchor(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_AUDIT_ANCHOR, NULL);
    if (result == NULL)
        return EXIT_FAILURE;
    printf("%s %s\n", PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1));
    PQclear(result);
    return EXIT_SUCCESS;
}
