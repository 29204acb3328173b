/*
 * log: one line per event on stderr: time, level, stable event id (`folder.what_happened`),
 * key=value. Never message text, names, numbers, addresses or tokens; ids lead to rows, and rows
 * have permissions. error: a person must act; warn: it mended itself; info: a few per minute at
 * most; debug: off in production.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* What is below this level is not written. Default: LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);

/* Writes one line of at most LOG_LINE_MAX bytes; control characters become spaces. */
#define LOG_LINE_MAX 1024
__attribute__((format(printf, 3, 4))) void log_write(enum log_level level, const char *event,
                                                     const char *format, ...);

#define log_debug(event, ...) log_write(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_write(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_write(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_write(LOG_LEVEL_ERROR, event, __VA_ARGS__)

#endif
