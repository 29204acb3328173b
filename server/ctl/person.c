#include "ctl/person.h"

#include <stdio.h>
#include <string.h>

#include "rules/password.h"
#include "rules/phone.h"

#define ID_TEXT 24

static void print_id(int64_t id, char out[ID_TEXT])
{
    snprintf(out, ID_TEXT, "%lld", (long long)id);
}

struct secret_ring *person_open_key(const struct ctl *ctl)
{
    struct secret_ring *ring = NULL;
    enum status status = secret_ring_open(ctl->key_file, &ring);
    if (status == STATUS_OK)
        return ring;
    ctl_fail(status == STATUS_NOT_FOUND ? "there is no key file %s; `hallctl key create` makes one"
                                        : "the key file %s is no key, or others may read it",
             ctl->key_file);
    return NULL;
}

bool person_find(struct ctl *ctl, const char *who, int64_t *account_id)
{
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_ACCOUNT_FIND, (const char *const[]){who});
    if (result == NULL)
        return false;
    bool found = PQntuples(result) == 1;
    if (!found)
        ctl_fail("there is no account %s", who);
    bool read = found && ctl_number("account", PQgetvalue(result, 0, 0), 1, INT64_MAX, account_id);
    PQclear(result);
    return read;
}

bool person_set_phone(struct ctl *ctl, const struct secret_ring *ring, int64_t account_id,
                      const char *phone)
{
    char e164[PHONE_E164_LEN + 1];
    uint8_t hash[SECRET_HASH_BYTES];
    uint8_t sealed[PHONE_E164_LEN + SECRET_SEAL_EXTRA];
    if (phone_normalise(phone, strlen(phone), e164) != STATUS_OK) {
        ctl_fail("%s is not a mobile number", phone);
        return false;
    }
    secret_phone_hash(ring, e164, hash);
    if (secret_seal(ring, SECRET_SEAL_PHONE, e164, PHONE_E164_LEN, sealed) != STATUS_OK)
        return false;
    char id[ID_TEXT];
    char hash_text[2 * sizeof(hash) + 3];
    char sealed_text[2 * sizeof(sealed) + 3];
    print_id(account_id, id);
    ctl_hex(hash, sizeof(hash), hash_text);
    ctl_hex(sealed, sizeof(sealed), sealed_text);
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_PERSON_SET,
                               (const char *const[]){id, hash_text, sealed_text});
    PQclear(result);
    return result != NULL;
}

bool person_set_login(struct ctl *ctl, const struct secret_ring *ring, int64_t account_id,
                      const struct person_new *person, struct person_secrets *secrets)
{
    const char *password = person->password;
    if (password == NULL) { /* a token's first characters: 120 random bits */
        char token[SECRET_TOKEN_CHARS + 1];
        uint8_t unused[SECRET_HASH_BYTES];
        secret_token_make(token, unused);
        memcpy(secrets->password, token, PERSON_PASSWORD_CHARS);
        password = secrets->password;
    }
    char hash[PASSWORD_HASH_MAX];
    uint8_t sealed[TOTP_SECRET_BYTES + SECRET_SEAL_EXTRA];
    if (password_hash(password, strlen(password), hash) != STATUS_OK) {
        ctl_fail("the password is too simple: %d characters at least", PASSWORD_LEN_MIN);
        return false;
    }
    totp_secret_make(secrets->totp);
    if (secret_seal(ring, SECRET_SEAL_TOTP, secrets->totp, TOTP_SECRET_BYTES, sealed) != STATUS_OK)
        return false;
    char id[ID_TEXT];
    char sealed_text[2 * sizeof(sealed) + 3];
    print_id(account_id, id);
    ctl_hex(sealed, sizeof(sealed), sealed_text);
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_CREDENTIAL_SET,
                               (const char *const[]){id, person->username, hash, sealed_text});
    PQclear(result);
    return result != NULL;
}

static bool add_residence(struct ctl *ctl, int64_t account_id, const struct person_new *person)
{
    char id[ID_TEXT];
    int64_t residence_id;
    print_id(account_id, id);
    return ctl_run_id(ctl, SQL_OPERATOR_RESIDENCE_ADD,
                      (const char *const[]){id, person->unit_code, person->door}, &residence_id);
}

bool person_create(struct ctl *ctl, const struct secret_ring *ring, const struct person_new *person,
                   int64_t *account_id, struct person_secrets *secrets)
{
    const char *values[] = {person->level,
                            person->display_name,
                            person->community_code,
                            person->station_code,
                            person->username != NULL ? "true" : "false",
                            person->badge_no};
    if (!ctl_run_id(ctl, SQL_OPERATOR_ACCOUNT_CREATE, values, account_id))
        return false;
    if (person->phone != NULL && !person_set_phone(ctl, ring, *account_id, person->phone))
        return false;
    if (person->username != NULL && !person_set_login(ctl, ring, *account_id, person, secrets))
        return false;
    if (person->unit_code != NULL && !add_residence(ctl, *account_id, person))
        return false;
    char id[ID_TEXT];
    print_id(*account_id, id);
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_MEMBERSHIP_DERIVE, (const char *const[]){id});
    PQclear(result);
    return result != NULL;
}
