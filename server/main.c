/*
 * hall-server: settings, start, loop, exit code.
 */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/process.h"
#include "app/settings.h"
#include "base/log.h"
#include "base/mem.h"

#define HALL_VERSION "0.1.0"

static enum log_level level_of(const char *name)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum log_level)i;
    return LOG_LEVEL_INFO;
}

static int run(const struct settings *settings)
{
    struct app *app;
    log_set_level(level_of(settings->log_level));
    process_harden();
    if (app_create(settings, &app) != STATUS_OK)
        return 1;
    int code = app_run(app);
    app_destroy(app);
    return code;
}

int main(int argc, char **argv)
{
    static struct settings settings;
    enum settings_want want;
    if (settings_load(&settings, argc, argv, &want) != STATUS_OK && want == SETTINGS_RUN)
        return 2;
    switch (want) {
    case SETTINGS_HELP:
        settings_print_help(stdout);
        return 0;
    case SETTINGS_VERSION:
        printf("hall-server %s\n", HALL_VERSION);
        return 0;
    case SETTINGS_LIST:
        settings_print(&settings, stdout);
        return 0;
    case SETTINGS_RUN:
        break;
    }
    return run(&settings);
}
