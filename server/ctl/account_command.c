/* account, totp: residents and staff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/commands.h"
#include "ctl/person.h"
#include "rules/password.h"

#define ID_TEXT 24

/* The first line of a file, or NULL when no file is named. False: said why not. */
static bool read_password(const struct ctl *ctl, char out[PASSWORD_LEN_MAX + 2],
                          const char **password)
{
    const char *path = ctl_option(ctl, "password-file", NULL);
    *password = NULL;
    if (path == NULL)
        return true;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    bool read = file != NULL && fgets(out, PASSWORD_LEN_MAX + 2, file) != NULL;
    if (file != NULL && file != stdin)
        (void)fclose(file);
    if (!read) {
        ctl_fail("%s cannot be read", path);
        return false;
    }
    out[strcspn(out, "\r\n")] = '\0';
    *password = out;
    return true;
}

/* What she must be told, once. */
static void print_login(const char *username, struct person_secrets *secrets)
{
    char secret[TOTP_SECRET_CHARS + 1];
    char uri[TOTP_URI_MAX];
    totp_secret_text(secrets->totp, secret);
    printf("username  %s\n", username);
    if (secrets->password[0] != '\0')
        printf("password  %s\n", secrets->password);
    printf("secret    %s\n", secret);
    if (totp_uri(secrets->totp, "hall", username, uri) == STATUS_OK)
        printf("%s\n", uri);
    secret_wipe(secrets, sizeof(*secrets));
}

/* "v1" … "v3" is "2" … "4", as verification_level numbers them. */
static const char *level_number(const char *name)
{
    static const char *const numbers[] = {"1", "2", "3", "4"};
    if (name[0] == 'v' && name[1] >= '0' && name[1] <= '3' && name[2] == '\0')
        return numbers[name[1] - '0'];
    return NULL;
}

/* What the options say; false when it cannot be one person. */
static bool read_person(const struct ctl *ctl, struct person_new *person)
{
    const char *username = ctl_option(ctl, "username", NULL);
    *person = (struct person_new){
        .display_name = ctl_arg(ctl, 0),
        .level = level_number(ctl_option(ctl, "level", username != NULL ? "v3" : "v2")),
        .community_code = ctl_option(ctl, "community", NULL),
        .station_code = ctl_option(ctl, "station", NULL),
        .phone = ctl_option(ctl, "phone", NULL),
        .unit_code = ctl_option(ctl, "unit", NULL),
        .door = ctl_option(ctl, "door", NULL),
        .username = username,
        .badge_no = ctl_option(ctl, "badge", NULL),
    };
    if (person->level == NULL)
        ctl_fail("--level is v0, v1, v2 or v3");
    else if (person->community_code == NULL && person->station_code == NULL)
        ctl_fail("--community or --station is needed");
    else
        return true;
    return false;
}

int ctl_account_create(struct ctl *ctl)
{
    struct person_new person;
    struct person_secrets secrets = {0};
    char typed[PASSWORD_LEN_MAX + 2];
    if (!read_person(ctl, &person) || !read_password(ctl, typed, &person.password))
        return EXIT_FAILURE;
    struct secret_ring *ring = NULL;
    if (person.phone != NULL || person.username != NULL) {
        ring = person_open_key(ctl);
        if (ring == NULL)
            return EXIT_FAILURE;
    }
    int64_t id = 0;
    bool made = ctl_begin(ctl) && person_create(ctl, ring, &person, &id, &secrets) &&
                ctl_audit(ctl, "account.create", "account", id, NULL) && ctl_commit(ctl);
    if (made) {
        printf("account   %lld\n", (long long)id);
        if (person.username != NULL)
            print_login(person.username, &secrets);
    }
    secret_wipe(typed, sizeof(typed));
    secret_ring_close(ring);
    return made ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_account_list(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result =
        ctl_run(ctl, SQL_OPERATOR_ACCOUNT_LIST, (const char *const[]){ctl_arg(ctl, 0)});
    if (result == NULL)
        return EXIT_FAILURE;
    ctl_print(result);
    PQclear(result);
    return EXIT_SUCCESS;
}

int ctl_account_phone(struct ctl *ctl)
{
    struct secret_ring *ring = person_open_key(ctl);
    int64_t id = 0;
    bool done = ring != NULL && ctl_begin(ctl) && person_find(ctl, ctl_arg(ctl, 0), &id) &&
                person_set_phone(ctl, ring, id, ctl_arg(ctl, 1)) &&
                ctl_audit(ctl, "account.phone", "account", id, NULL) && ctl_commit(ctl);
    secret_ring_close(ring);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_account_password(struct ctl *ctl)
{
    struct person_new person = {.username = ctl_arg(ctl, 1)};
    struct person_secrets secrets = {0};
    char typed[PASSWORD_LEN_MAX + 2];
    if (!read_password(ctl, typed, &person.password))
        return EXIT_FAILURE;
    struct secret_ring *ring = person_open_key(ctl);
    int64_t id = 0;
    bool done = ring != NULL && ctl_begin(ctl) && person_find(ctl, ctl_arg(ctl, 0), &id) &&
                person_set_login(ctl, ring, id, &person, &secrets) &&
                ctl_audit(ctl, "account.password", "account", id, NULL) && ctl_commit(ctl);
    if (done)
        print_login(person.username, &secrets);
    secret_wipe(typed, sizeof(typed));
    secret_ring_close(ring);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int set_disabled(struct ctl *ctl, const char *reason, const char *action)
{
    int64_t id = 0;
    char text[ID_TEXT];
    if (!ctl_begin(ctl) || !person_find(ctl, ctl_arg(ctl, 0), &id))
        return EXIT_FAILURE;
    snprintf(text, sizeof(text), "%lld", (long long)id);
    bool done = ctl_run_id(ctl, SQL_OPERATOR_ACCOUNT_DISABLE,
                           (const char *const[]){text, reason}, &id) &&
                ctl_audit(ctl, action, "account", id, NULL) && ctl_commit(ctl);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_account_disable(struct ctl *ctl)
{
    const char *reason = ctl_option(ctl, "reason", "");
    if (reason[0] == '\0')
        return ctl_fail("--reason is needed: she is told it");
    return set_disabled(ctl, reason, "account.disable");
}

int ctl_account_enable(struct ctl *ctl)
{
    return set_disabled(ctl, "", "account.enable");
}

/* Five bits a character, as RFC 4648 has it; what is not of it ends the secret. */
static size_t read_base32(const char *text, uint8_t *out, size_t room)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t len = 0;
    for (; *text != '\0' && len < room; text++) {
        const char *found = strchr(alphabet, *text);
        if (found == NULL)
            break;
        bits = (bits << 5) | (uint32_t)(found - alphabet);
        held += 5;
        if (held >= 8) {
            held -= 8;
            out[len++] = (uint8_t)(bits >> held);
        }
    }
    return *text == '\0' ? len : 0;
}

int ctl_totp(struct ctl *ctl)
{
    uint8_t secret[TOTP_SECRET_BYTES];
    char code[TOTP_DIGITS + 1];
    if (read_base32(ctl_arg(ctl, 0), secret, sizeof(secret)) != sizeof(secret))
        return ctl_fail("a secret is %d characters of base32", TOTP_SECRET_CHARS);
    totp_code(secret, clock_wall_ms() / TOTP_STEP_MS, code);
    puts(code);
    return EXIT_SUCCESS;
}
