#include "rules/tries.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

#define SETS 1024 /* a power of two */
#define WAYS 4

struct entry {
    uint64_t key; /* 0: free */
    uint32_t failures;
    int64_t last_ms;
    int64_t locked_until_ms;
};

struct tries {
    struct entry sets[SETS][WAYS];
};

struct tries *tries_create(void)
{
    return mem_alloc(sizeof(struct tries));
}

void tries_destroy(struct tries *tries)
{
    mem_free(tries);
}

static size_t set_of(uint64_t key)
{
    return (size_t)(key % SETS);
}

static bool is_forgotten(const struct entry *entry, int64_t now_ms)
{
    return entry->key == 0 ||
           (entry->locked_until_ms <= now_ms && entry->last_ms + TRIES_LOCK_MS <= now_ms);
}

int64_t tries_locked_ms(const struct tries *tries, uint64_t key, int64_t now_ms)
{
    const struct entry *set = tries->sets[set_of(key)];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == key && set[i].locked_until_ms > now_ms)
            return set[i].locked_until_ms - now_ms;
    return 0;
}

/* Whose place a new key takes: a free or forgotten one, else the oldest that is not locked, else
 * the lock that ends first. */
static struct entry *find_place(struct entry set[WAYS], int64_t now_ms)
{
    struct entry *best = NULL;
    for (size_t i = 0; i < WAYS; i++) {
        struct entry *entry = &set[i];
        if (is_forgotten(entry, now_ms))
            return entry;
        if (best == NULL || entry->locked_until_ms < best->locked_until_ms ||
            (entry->locked_until_ms == best->locked_until_ms && entry->last_ms < best->last_ms))
            best = entry;
    }
    return best;
}

void tries_fail(struct tries *tries, uint64_t key, int64_t now_ms)
{
    struct entry *set = tries->sets[set_of(key)];
    struct entry *entry = NULL;
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == key && !is_forgotten(&set[i], now_ms))
            entry = &set[i];
    if (entry == NULL) {
        entry = find_place(set, now_ms);
        *entry = (struct entry){.key = key};
    }
    entry->last_ms = now_ms;
    if (++entry->failures >= TRIES_MAX) {
        entry->failures = 0;
        entry->locked_until_ms = now_ms + TRIES_LOCK_MS;
    }
}

void tries_clear(struct tries *tries, uint64_t key)
{
    struct entry *set = tries->sets[set_of(key)];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == key)
            set[i] = (struct entry){0};
}
