#include "ctl/ctl.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "wire/wire.h"

const char *ctl_option(const struct ctl *ctl, const char *name, const char *otherwise)
{
    for (size_t i = 0; i < ctl->option_count; i++)
        if (strcmp(ctl->options[i].name, name) == 0)
            return ctl->options[i].value;
    return otherwise;
}

const char *ctl_arg(const struct ctl *ctl, size_t index)
{
    return index < ctl->arg_count ? ctl->args[index] : NULL;
}

bool ctl_number(const char *what, const char *text, int64_t low, int64_t high, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high) {
        ctl_fail("%s: a number from %lld to %lld, not \"%s\"", what, (long long)low,
                 (long long)high, text);
        return false;
    }
    *out = value;
    return true;
}

int ctl_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("hallctl: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return EXIT_FAILURE;
}

/* The system user, for the audit. */
static const char *operator_name(void)
{
    const char *sudo_user = getenv("SUDO_USER");
    if (sudo_user != NULL && sudo_user[0] != '\0')
        return sudo_user;
    const struct passwd *user = getpwuid(getuid());
    return user != NULL ? user->pw_name : "unknown";
}

static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

bool ctl_begin(struct ctl *ctl)
{
    if (ctl->link == NULL) {
        ctl->link = PQconnectdb(ctl->database);
        if (PQstatus(ctl->link) != CONNECTION_OK) {
            ctl_fail("the database: %s", PQerrorMessage(ctl->link));
            return false;
        }
        PQsetNoticeReceiver(ctl->link, ignore_notice, NULL);
    }
    static const enum sql_statement steps[] = {SQL_OPERATOR_BECOME_OWNER, SQL_OPERATOR_BEGIN};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        PGresult *result = ctl_run(ctl, steps[i], NULL);
        if (result == NULL)
            return false;
        PQclear(result);
    }
    PGresult *result = ctl_run(ctl, SQL_STORE_BECOME, (const char *const[]){"0"});
    PQclear(result);
    return result != NULL;
}

bool ctl_commit(struct ctl *ctl)
{
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_COMMIT, NULL);
    if (result == NULL)
        return false;
    /* COMMIT of a transaction in which something failed answers ROLLBACK. */
    bool done = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    PQclear(result);
    if (!done)
        ctl_fail("nothing was changed");
    return done;
}

PGresult *ctl_run(struct ctl *ctl, enum sql_statement statement, const char *const *values)
{
    const struct sql_statement_info *info = &sql_statements[statement];
    PGresult *result = PQexecParams(ctl->link, info->text, info->arg_count, info->arg_types, values,
                                    NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    ctl_fail("%s: %s%s%s%s", info->name, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                 ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                 : PQerrorMessage(ctl->link),
             constraint ? " (" : "", constraint ? constraint : "", constraint ? ")" : "");
    PQclear(result);
    return NULL;
}

bool ctl_run_id(struct ctl *ctl, enum sql_statement statement, const char *const *values,
                int64_t *id)
{
    PGresult *result = ctl_run(ctl, statement, values);
    if (result == NULL)
        return false;
    bool found = PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
    if (found)
        *id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    else
        ctl_fail("%s: there is no such thing", sql_statements[statement].name);
    PQclear(result);
    return found;
}

bool ctl_audit(struct ctl *ctl, const char *action, const char *entity_type, int64_t entity_id,
               const char *detail)
{
    char id[24];
    snprintf(id, sizeof(id), "%lld", (long long)entity_id);
    const char *values[] = {action, operator_name(), entity_type, id, NULL, detail};
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_AUDIT, values);
    PQclear(result);
    return result != NULL;
}

/* Columns on a terminal: a Chinese character takes two. */
static int shown_width(const char *text)
{
    int width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        width += *at < 0x80 ? 1 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
    return width;
}

void ctl_print(const PGresult *result)
{
    int columns = PQnfields(result);
    int rows = PQntuples(result);
    for (int row = -1; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            int widest = shown_width(PQfname(result, column));
            for (int other = 0; other < rows; other++) {
                int width = shown_width(PQgetvalue(result, other, column));
                widest = width > widest ? width : widest;
            }
            const char *text =
                row < 0 ? PQfname(result, column) : PQgetvalue(result, row, column);
            printf("%s%*s", text,
                   column + 1 < columns ? widest - shown_width(text) + 2 : 0, "");
        }
        putchar('\n');
    }
}

void ctl_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    *out++ = '\\';
    *out++ = 'x';
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

uint32_t ctl_role(const char *name)
{
    uint32_t role = wire_enum_value(&wire_enum_role, name, strlen(name));
    if (role > WIRE_ROLE_RESIDENT)
        return role;
    fputs("hallctl: roles are", stderr);
    for (uint32_t i = WIRE_ROLE_RESIDENT + 1; i <= WIRE_ROLE_MAX; i++)
        fprintf(stderr, " %s", wire_enum_value_name(&wire_enum_role, i));
    fputc('\n', stderr);
    return 0;
}

int ctl_program(const char *const *argv)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[0], (char *const *)argv);
        ctl_fail("%s: %s", argv[0], strerror(errno));
        _exit(127);
    }
    int code = 0;
    if (child < 0 || waitpid(child, &code, 0) != child || !WIFEXITED(code))
        return 127;
    return WEXITSTATUS(code);
}
