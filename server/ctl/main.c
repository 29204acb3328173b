/* hallctl: finds the command, reads its options, runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ctl/ctl.h"
#include "rules/secret.h"

#ifndef HALL_SHARE_DIR
#define HALL_SHARE_DIR "/usr/share/hall"
#endif

static const char usage_head[] =
    "hallctl: what operators do.\n"
    "\n"
    "  --database URL   HALL_OPERATOR_DATABASE: who may become hall_owner (default: libpq's own)\n"
    "  --key-file FILE  HALL_KEY_FILE: the installation's key (default: /etc/hall/key)\n"
    "  --url URL        HALL_URL: the server, for inject (default: http://127.0.0.1:8080)\n"
    "  --share DIR      HALL_SHARE_DIR: where sql/ is (default: " HALL_SHARE_DIR ")\n"
    "\n";

static void print_usage(FILE *to)
{
    fputs(usage_head, to);
    for (size_t i = 0; i < ctl_command_count; i++) {
        const struct ctl_command *command = &ctl_commands[i];
        fprintf(to, "  hallctl %s%s%s %s\n      %s\n", command->group, command->verb ? " " : "",
                command->verb ? command->verb : "", command->usage, command->summary);
    }
}

/* Whether a space-separated list has this word. */
static bool list_has(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(list, word); at != NULL && len > 0; at = strstr(at + 1, word))
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static const char *from_environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

/* Options every command has. */
static bool take_common(struct ctl *ctl, const char *name, const char *value)
{
    if (strcmp(name, "database") == 0)
        ctl->database = value;
    else if (strcmp(name, "key-file") == 0)
        ctl->key_file = value;
    else if (strcmp(name, "url") == 0)
        ctl->url = value;
    else if (strcmp(name, "share") == 0)
        ctl->share_dir = value;
    else
        return false;
    return true;
}

/* Finds the command the first words name; *used is how many. */
static const struct ctl_command *find_command(int argc, char **argv, int *used)
{
    for (size_t i = 0; i < ctl_command_count; i++) {
        const struct ctl_command *command = &ctl_commands[i];
        if (argc < 2 || strcmp(command->group, argv[1]) != 0)
            continue;
        if (command->verb == NULL) {
            *used = 2;
            return command;
        }
        if (argc >= 3 && strcmp(command->verb, argv[2]) == 0) {
            *used = 3;
            return command;
        }
    }
    return NULL;
}

/* Reads one `--name [value]`; *at moves to what it used last. */
static bool read_option(struct ctl *ctl, const struct ctl_command *command, int argc, char **argv,
                        int *at)
{
    const char *name = argv[*at] + 2;
    if (ctl->option_count == CTL_OPTIONS_MAX)
        return false;
    if (list_has(command->flags, name)) {
        ctl->options[ctl->option_count++] = (struct ctl_option){name, ""};
        return true;
    }
    if (*at + 1 >= argc)
        return false;
    const char *value = argv[++*at];
    if (take_common(ctl, name, value))
        return true;
    if (!list_has(command->values, name))
        return false;
    ctl->options[ctl->option_count++] = (struct ctl_option){name, value};
    return true;
}

static bool read_arguments(struct ctl *ctl, const struct ctl_command *command, int argc,
                           char **argv, int from)
{
    for (int i = from; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0 && argv[i][2] != '\0') {
            if (!read_option(ctl, command, argc, argv, &i))
                return false;
        } else if (ctl->arg_count == CTL_ARGS_MAX) {
            return false;
        } else {
            ctl->args[ctl->arg_count++] = argv[i];
        }
    }
    return ctl->arg_count >= command->args_min && ctl->arg_count <= command->args_max;
}

int main(int argc, char **argv)
{
    int used = 0;
    const struct ctl_command *command = find_command(argc, argv, &used);
    if (command == NULL) {
        bool asked = argc >= 2 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0);
        print_usage(asked ? stdout : stderr);
        return asked ? EXIT_SUCCESS : 2;
    }
    struct ctl ctl = {
        .database = from_environment("HALL_OPERATOR_DATABASE", ""),
        .key_file = from_environment("HALL_KEY_FILE", "/etc/hall/key"),
        .url = from_environment("HALL_URL", "http://127.0.0.1:8080"),
        .share_dir = from_environment("HALL_SHARE_DIR", HALL_SHARE_DIR),
        .program = argv[0],
    };
    if (!read_arguments(&ctl, command, argc, argv, used)) {
        fprintf(stderr, "usage: hallctl %s%s%s %s\n", command->group, command->verb ? " " : "",
                command->verb ? command->verb : "", command->usage);
        return 2;
    }
    if (secret_init() != STATUS_OK)
        return ctl_fail("this machine has no source of random numbers");
    int code = command->run(&ctl);
    PQfinish(ctl.link);
    if (fflush(stdout) != 0)
        return ctl_fail("the output could not be written");
    return code;
}
