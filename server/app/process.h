/*
 * process: what the process asks of the system: limits, no core, a word to the supervisor.
 */
#ifndef APP_PROCESS_H
#define APP_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* As many descriptors as allowed, no core file, not readable by others, no SIGPIPE. */
void process_harden(void);
/* "READY=1", "STOPPING=1" to systemd when it asked for it (NOTIFY_SOCKET). */
void process_notify(const char *state);
/* Path of a program in the directory of this one. */
void process_beside(const char *name, char *out, size_t size);
/* Resident memory in bytes; 0 when it cannot be read. */
uint64_t process_memory(void);

#endif
