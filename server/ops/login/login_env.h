/*
 * login_env: what logging in needs: keys, the threads that hash passwords, the adapter that carries
 * codes, counters against guessing. Made and owned by app; every pointer in it is private to
 * ops/login, other operations use the functions below.
 */
#ifndef OPS_LOGIN_LOGIN_ENV_H
#define OPS_LOGIN_LOGIN_ENV_H

#include <stdint.h>
#include <uv.h>

#include "base/status.h"

struct secret_ring;
struct login_env;

enum login_adapter {
    LOGIN_ADAPTER_DEMO = 1, /* sends nothing: the answer shows the code */
    LOGIN_ADAPTER_OUTBOX,   /* a row of the outbox, for the SMS adapter */
};

struct login_settings {
    enum login_adapter adapter;
    int64_t resident_session_ms; /* sliding; 0: 30 days */
    int64_t staff_session_ms;    /* 0: 12 hours */
    uint32_t codes_per_address;  /* per hour; 0: 60 */
    uint32_t tries_per_address;  /* failed logins in 15 minutes; 0: 60 */
};

/* ring is borrowed and outlives env. Starts the two hashing threads. STATUS_BUSY: no threads. */
MUST_USE enum status login_env_create(uv_loop_t *loop, const struct login_settings *settings,
                                      const struct secret_ring *ring, struct login_env **out);
/* Lets the hashing threads end (open calls were answered before), then calls fn from the loop. */
typedef void (*login_closed_fn)(void *ctx);
void login_env_close(struct login_env *env, login_closed_fn fn, void *ctx);
void login_env_destroy(struct login_env *env);

/* For operations that look for a person by phone or open a sealed name; borrowed. */
const struct secret_ring *login_env_ring(const struct login_env *env);

struct login_counts {
    uint64_t granted;
    uint64_t refused;  /* wrong code, password or second factor */
    uint64_t limited;  /* too many tries, too soon */
    uint64_t hashes_waiting;
};
void login_env_count(const struct login_env *env, struct login_counts *out);

#endif
