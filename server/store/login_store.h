/*
 * login_store: codes sent to phones, sessions of devices, tickets, the credentials of staff. Of
 * every secret only a hash comes here. All statements run as the system (row-level security).
 */
#ifndef STORE_LOGIN_STORE_H
#define STORE_LOGIN_STORE_H

#include "store/store.h"

#define LOGIN_HASH_BYTES 32

/* A code for a phone. Kept, and put into the outbox when there is a sealed number for it. */
struct login_code_new {
    const uint8_t *phone_hash; /* LOGIN_HASH_BYTES, like all hashes here */
    const uint8_t *code_hash;
    struct wire_bytes phone_sealed; /* empty: nothing is sent (demo) */
    struct wire_text payload;       /* JSON for the outbox; empty with phone_sealed */
};
/* STATUS_RATE_LIMITED: too soon or too often; retry_after_ms says until when. */
typedef void (*login_code_fn)(void *ctx, enum status status, int64_t retry_after_ms);
void login_store_code(struct store *store, const struct login_code_new *code, login_code_fn fn,
                      void *ctx);

/* A phone that shows its code; the account is made when there is none and the invite is good. */
struct login_phone_try {
    const uint8_t *phone_hash;
    const uint8_t *code_hash;
    const uint8_t *token_hash; /* of the new session */
    struct wire_bytes phone_sealed;
    struct wire_text invite;       /* empty: none */
    struct wire_text display_name; /* for a new account; never empty */
    struct wire_text client;
    const char *peer_prefix; /* for the security log; may be NULL */
    int64_t session_ms;
};
struct login_granted {
    uint64_t account_id;
    uint64_t session_id;
    struct wire_text display_name;
    int64_t expires_at;
    bool is_staff;
    bool is_new; /* the account was made by this */
};
/* STATUS_WRONG_CODE, STATUS_TOO_MANY_TRIES, STATUS_INVALID_FIELD (the invite: none, unknown, used
 * up or over), STATUS_NOT_FOUND (disabled). granted is NULL unless STATUS_OK. */
typedef void (*login_granted_fn)(void *ctx, enum status status,
                                 const struct login_granted *granted);
void login_store_phone(struct store *store, const struct login_phone_try *attempt,
                       login_granted_fn fn, void *ctx);

/* What is needed to check a member of the staff. STATUS_NOT_FOUND: no such name. */
struct login_credential {
    uint64_t account_id;
    struct wire_text password_hash; /* NUL-terminated as well */
    struct wire_bytes totp_sealed;  /* empty: no second factor was set up */
    int64_t totp_last_step;
    int64_t locked_ms; /* how long it is still locked; 0: not */
    bool disabled;
};
typedef void (*login_credential_fn)(void *ctx, enum status status,
                                    const struct login_credential *credential);
void login_store_credential(struct store *store, struct wire_text username, login_credential_fn fn,
                            void *ctx);

/* Password and code were right. STATUS_REPLAYED: the code's step was used meanwhile. */
struct login_staff_open {
    uint64_t account_id;
    int64_t totp_step;
    const uint8_t *token_hash;
    struct wire_text client;
    int64_t session_ms;
};
void login_store_staff_open(struct store *store, const struct login_staff_open *open,
                            login_granted_fn fn, void *ctx);

/* They were not: counted; the fifth locks the account for 15 minutes. */
struct login_staff_failed {
    uint64_t account_id; /* 0: unknown name, only logged */
    const char *outcome; /* a word for the security log */
    const char *peer_prefix;
};
typedef void (*login_done_fn)(void *ctx, enum status status);
void login_store_staff_failed(struct store *store, const struct login_staff_failed *failed,
                              login_done_fn fn, void *ctx);

/* A ticket for the session; its text is known to the caller only. */
void login_store_ticket(struct store *store, const uint8_t *ticket_hash, uint64_t session_id,
                        login_done_fn fn, void *ctx);
/* STATUS_NOT_FOUND: not this account's, or over already. */
void login_store_end(struct store *store, uint64_t account_id, uint64_t session_id,
                     login_done_fn fn, void *ctx);

#endif
