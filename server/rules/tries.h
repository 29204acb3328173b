/*
 * tries: who guessed wrong too often. After TRIES_MAX failures in a row a key is locked for
 * TRIES_LOCK_MS. Pure: time is a parameter. A table of fixed size, for keys that an outsider cannot
 * choose (a keyed hash); where a place is taken, what is locked stays and the oldest other goes.
 */
#ifndef RULES_TRIES_H
#define RULES_TRIES_H

#include <stdint.h>

#define TRIES_MAX 5
#define TRIES_LOCK_MS (15 * 60 * 1000)

struct tries;
/* Freed with tries_destroy. */
struct tries *tries_create(void);
void tries_destroy(struct tries *tries);

/* How long the key is still locked; 0: it is not. */
int64_t tries_locked_ms(const struct tries *tries, uint64_t key, int64_t now_ms);
/* One more failure; after a pause as long as the lock it is the first again. */
void tries_fail(struct tries *tries, uint64_t key, int64_t now_ms);
/* It was right after all. */
void tries_clear(struct tries *tries, uint64_t key);

#endif
