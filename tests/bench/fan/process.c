#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LEN   96
#define CHILDREN_MAX   256
#define NS_PER_US      1000

typedef int64_t (*measure_fn)(pid_t pid);

static int64_t thread_cpu_us(pid_t pid, const char *thread)
{
    char path[PATH_MAX_LEN];
    long long ns = 0;
    snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", (int)pid, thread);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lld", &ns) != 1)
        ns = 0;
    fclose(file);
    return ns / NS_PER_US;
}

static int64_t cpu_us(pid_t pid)
{
    char path[PATH_MAX_LEN];
    int64_t sum = 0;
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return 0;
    for (struct dirent *at = readdir(threads); at != NULL; at = readdir(threads))
        if (at->d_name[0] != '.')
            sum += thread_cpu_us(pid, at->d_name);
    closedir(threads);
    return sum;
}

static int64_t memory_kib(pid_t pid)
{
    char path[PATH_MAX_LEN], line[256];
    long long kib = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "RssAnon: %lld", &kib) == 1)
            break;
    fclose(file);
    return kib;
}

static unsigned children_of(pid_t pid, pid_t *out)
{
    char path[PATH_MAX_LEN];
    unsigned count = 0;
    int child;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    while (count < CHILDREN_MAX && fscanf(file, "%d", &child) == 1)
        out[count++] = child;
    fclose(file);
    return count;
}

static int64_t sum(const struct process_set *set, measure_fn measure)
{
    int64_t all = 0;
    for (unsigned i = 0; i < set->count; i++) {
        pid_t children[CHILDREN_MAX];
        const unsigned count = children_of(set->roots[i], children);
        all += measure(set->roots[i]);
        for (unsigned n = 0; n < count; n++)
            all += measure(children[n]);
    }
    return all;
}

int64_t process_cpu_us(const struct process_set *set)
{
    return sum(set, cpu_us);
}

int64_t process_memory_kib(const struct process_set *set)
{
    return sum(set, memory_kib);
}
