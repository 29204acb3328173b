#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum log_level lowest = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    lowest = level;
}

/* ISO 8601 in UTC with milliseconds. */
static int print_time(char *out, size_t size)
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t len = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &parts);
    return (int)len + snprintf(out + len, size - len, ".%03ldZ", now.tv_nsec / 1000000);
}

void log_write(enum log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (level < lowest)
        return;
    char line[LOG_LINE_MAX];
    const size_t room = sizeof(line) - 1;
    size_t used = (size_t)print_time(line, room);
    int n = snprintf(line + used, room - used, " %s %s ", names[level], event);
    used += n > 0 ? (size_t)n : 0;
    if (used < room) {
        va_list args;
        va_start(args, format);
        n = vsnprintf(line + used, room - used, format, args);
        va_end(args);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used > room - 1)
        used = room - 1;
    for (size_t i = 0; i < used; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    line[used++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written; /* nowhere left to say it */
}
