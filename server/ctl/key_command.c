/* key, migrate, settings, app-url: what comes before there is anything in the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "rules/secret.h"

#define PATH_LEN_MAX 4096

int ctl_key_create(struct ctl *ctl)
{
    const char *path = ctl_arg(ctl, 0) != NULL ? ctl_arg(ctl, 0) : ctl->key_file;
    switch (secret_key_create(path)) {
    case STATUS_OK:
        return EXIT_SUCCESS;
    case STATUS_CONFLICT:
        return ctl_fail("%s exists already; nothing was changed", path);
    default:
        return ctl_fail("%s cannot be written", path);
    }
}

int ctl_migrate(struct ctl *ctl)
{
    char script[PATH_LEN_MAX];
    snprintf(script, sizeof(script), "%s/sql/migrate.sh", ctl->share_dir);
    const char *argv[] = {script, ctl->database[0] != '\0' ? ctl->database : NULL, NULL};
    return ctl_program(argv);
}

/* The table of settings is the server's, which stands beside this program. */
int ctl_settings(struct ctl *ctl)
{
    (void)ctl;
    char path[PATH_LEN_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - sizeof("hall-server"));
    if (len <= 0)
        return ctl_fail("where is this program?");
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    memcpy(slash + 1, "hall-server", sizeof("hall-server"));
    const char *argv[] = {path, "--settings-list", NULL};
    return ctl_program(argv);
}

/* A conninfo with the same place and another user; passwords stay with whoever gave them. */
int ctl_app_url(struct ctl *ctl)
{
    const char *from = ctl_arg(ctl, 0) != NULL ? ctl_arg(ctl, 0) : ctl->database;
    char *problem = NULL;
    PQconninfoOption *options = PQconninfoParse(from, &problem);
    if (options == NULL) {
        int code = ctl_fail("not a connection: %s", problem != NULL ? problem : from);
        PQfreemem(problem);
        return code;
    }
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val == NULL || strcmp(option->keyword, "user") == 0 ||
            strcmp(option->keyword, "password") == 0)
            continue;
        printf("%s='", option->keyword);
        for (const char *at = option->val; *at != '\0'; at++)
            printf(*at == '\'' || *at == '\\' ? "\\%c" : "%c", *at);
        fputs("' ", stdout);
    }
    puts("user='hall_app'");
    PQconninfoFree(options);
    return EXIT_SUCCESS;
}
