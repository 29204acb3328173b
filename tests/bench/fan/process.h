/*
 * process: what a server's processes have used so far, from /proc.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#define PROCESS_ROOTS_MAX 8

/* Each with its children and all threads. */
struct process_set {
    pid_t roots[PROCESS_ROOTS_MAX];
    unsigned count;
};

/* CPU time in microseconds. Nothing to look at gives 0. */
int64_t process_cpu_us(const struct process_set *set);
/* Memory of their own, in KiB: anonymous pages, so neither program text nor files. */
int64_t process_memory_kib(const struct process_set *set);

#endif
