/* source: the systems that may inject alerts, and their keys. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/commands.h"
#include "ctl/source_key.h"
#include "rules/secret.h"

bool source_key_make(const char *path, char public_hex[SOURCE_KEY_HEX])
{
    char secret[INJECT_KEY_TEXT + 1], public_text[INJECT_KEY_TEXT + 1];
    uint8_t public_key[INJECT_KEY_BYTES];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        ctl_fail("%s: %s", path, strerror(errno));
        return false;
    }
    inject_key_make(secret, public_text, public_key);
    ctl_hex(public_key, sizeof(public_key), public_hex);
    size_t len = strlen(secret);
    secret[len] = '\n';
    bool written = write(file, secret, len + 1) == (ssize_t)(len + 1);
    written = close(file) == 0 && written;
    secret_wipe(secret, sizeof(secret));
    if (!written) {
        ctl_fail("%s cannot be written", path);
        (void)unlink(path);
    }
    return written;
}

/* Ends what was begun; a key nobody knows of is taken away again. */
static int finish(struct ctl *ctl, bool done, const char *action, int64_t id, const char *key_file)
{
    if (done && ctl_audit(ctl, action, "source", id, NULL) && ctl_commit(ctl))
        return EXIT_SUCCESS;
    if (key_file != NULL)
        (void)unlink(key_file);
    return EXIT_FAILURE;
}

int ctl_source_create(struct ctl *ctl)
{
    const char *path = ctl_option(ctl, "secret-file", NULL);
    const char *quota = ctl_option(ctl, "quota", "600");
    int64_t id = 0;
    char public_hex[SOURCE_KEY_HEX];
    if (path == NULL)
        return ctl_fail("--secret-file is needed: where to write the source's secret key");
    if (!ctl_number("--quota", quota, 1, 1000000, &id) || !ctl_begin(ctl) ||
        !source_key_make(path, public_hex))
        return EXIT_FAILURE;
    const char *values[] = {ctl_arg(ctl, 0), ctl_arg(ctl, 1), public_hex, ctl_arg(ctl, 2), quota};
    bool done = ctl_run_id(ctl, SQL_SOURCE_CREATE, values, &id);
    return finish(ctl, done, "source.create", id, path);
}

int ctl_source_rotate(struct ctl *ctl)
{
    const char *path = ctl_option(ctl, "secret-file", NULL);
    int64_t id = 0;
    char public_hex[SOURCE_KEY_HEX];
    if (path == NULL)
        return ctl_fail("--secret-file is needed: where to write the source's secret key");
    if (!ctl_begin(ctl) || !source_key_make(path, public_hex))
        return EXIT_FAILURE;
    const char *values[] = {ctl_arg(ctl, 0), public_hex};
    bool done = ctl_run_id(ctl, SQL_SOURCE_ROTATE, values, &id);
    return finish(ctl, done, "source.rotate", id, path);
}

static int set_enabled(struct ctl *ctl, const char *enabled, const char *action)
{
    int64_t id = 0;
    const char *values[] = {ctl_arg(ctl, 0), enabled};
    bool done = ctl_begin(ctl) && ctl_run_id(ctl, SQL_SOURCE_ENABLE, values, &id);
    return finish(ctl, done, action, id, NULL);
}

int ctl_source_enable(struct ctl *ctl)
{
    return set_enabled(ctl, "true", "source.enable");
}

int ctl_source_disable(struct ctl *ctl)
{
    return set_enabled(ctl, "false", "source.disable");
}

int ctl_source_list(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_SOURCE_LIST, NULL);
    if (result == NULL)
        return EXIT_FAILURE;
    ctl_print(result);
    PQclear(result);
    return EXIT_SUCCESS;
}
