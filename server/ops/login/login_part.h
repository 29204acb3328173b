/*
 * login_part: what the files of ops/login share. Private to this folder.
 */
#ifndef OPS_LOGIN_LOGIN_PART_H
#define OPS_LOGIN_LOGIN_PART_H

#include "ops/call.h"
#include "ops/login/login_env.h"
#include "ops/login/password_pool.h"
#include "rules/phone.h"
#include "rules/secret.h"
#include "rules/throttle.h"
#include "rules/tries.h"
#include "store/login_store.h"

#define LOGIN_PREFIX_MAX 44
#define LOGIN_RESEND_AFTER_MS 60000
#define LOGIN_CLIENT_CHARS 120 /* as login_session keeps it */

struct login_env {
    struct login_settings settings;
    const struct secret_ring *ring;   /* borrowed */
    struct password_pool *passwords;  /* owned */
    struct tries *tries;              /* owned: usernames, known or not */
    struct throttle_table *addresses; /* owned: codes and attempts per address */
    struct login_counts counts;       /* written by this folder */
    login_closed_fn on_closed;
    void *closed_ctx; /* borrowed */
};

/* What an address may do: so many codes per hour, so many attempts per quarter of an hour. */
enum login_charge { LOGIN_CHARGE_CODE, LOGIN_CHARGE_TRY };
/* 0: it may; else come back after so many ms. */
uint64_t login_charge(struct call *call, enum login_charge what);

/* "203.0.113.0/24" or "2001:db8:1::/48": all that is kept of an address; "" if it is none. */
void login_peer_prefix(const char *address, char out[LOGIN_PREFIX_MAX]);
/* The asker's prefix in the call's arena, for later steps. */
const char *login_prefix_of(struct call *call);
/* What stands in her list of devices: what the client says, or the browser's name. */
struct wire_text login_client_of(struct call *call, bool has_client, struct wire_text client);

/* The last step of every login: the answer with the token. */
void login_answer(struct call *call, const struct login_granted *granted,
                  const char token[SECRET_TOKEN_CHARS + 1]);

#endif
