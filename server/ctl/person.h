/*
 * person: makes accounts: a resident with phone and address, or staff with password and second
 * factor. Used by `account create` and by the demo town.
 */
#ifndef CTL_PERSON_H
#define CTL_PERSON_H

#include "ctl/ctl.h"
#include "rules/secret.h"
#include "rules/totp.h"

#define PERSON_PASSWORD_CHARS 20

struct person_new {
    const char *display_name;
    const char *level;          /* "1" … "4" for v0 … v3 */
    const char *community_code; /* or NULL */
    const char *station_code;   /* or NULL */
    const char *phone;          /* as people write it, or NULL */
    const char *unit_code;      /* or NULL */
    const char *door;           /* or NULL */
    const char *username;       /* staff only, else NULL */
    const char *password;       /* NULL: one is drawn */
    const char *badge_no;       /* or NULL */
};

/* What must be told to her once and is kept nowhere in clear. */
struct person_secrets {
    char password[PERSON_PASSWORD_CHARS + 1]; /* empty when it was given */
    uint8_t totp[TOTP_SECRET_BYTES];
};

/* Within the transaction. ring may be NULL when there is neither phone nor username. */
MUST_USE bool person_create(struct ctl *ctl, const struct secret_ring *ring,
                            const struct person_new *person, int64_t *account_id,
                            struct person_secrets *secrets);
/* Sets the phone of an account. */
MUST_USE bool person_set_phone(struct ctl *ctl, const struct secret_ring *ring, int64_t account_id,
                               const char *phone);
/* Sets username, password (NULL: drawn) and a new second factor. */
MUST_USE bool person_set_login(struct ctl *ctl, const struct secret_ring *ring, int64_t account_id,
                               const struct person_new *person, struct person_secrets *secrets);
/* Finds an account by number or username. Says when there is none. */
MUST_USE bool person_find(struct ctl *ctl, const char *who, int64_t *account_id);
/* The installation's key; says what is wrong with it. */
MUST_USE struct secret_ring *person_open_key(const struct ctl *ctl);

#endif
