/* role, invite, session: what people may do, how they come in, how they are sent out. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/commands.h"
#include "ctl/person.h"

#define ID_TEXT 24
#define DAYS_MAX 365

/* Who stands for a role: a leader of the station. False: said why not. */
static bool find_leader(struct ctl *ctl, const char *who, const char *place_code, char out[ID_TEXT])
{
    int64_t id = 0;
    if (!person_find(ctl, who, &id))
        return false;
    snprintf(out, ID_TEXT, "%lld", (long long)id);
    PGresult *result = ctl_run(ctl, SQL_ROLE_MAY_GRANT, (const char *const[]){out, place_code});
    bool may = result != NULL && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    if (!may)
        ctl_fail("%s leads no station that has %s in it", who, place_code);
    return may;
}

/* Account, role and place as the statements want them. */
static bool read_grant(struct ctl *ctl, char account[ID_TEXT], char role[ID_TEXT])
{
    int64_t id = 0;
    uint32_t number = ctl_role(ctl_arg(ctl, 1));
    if (number == 0 || !ctl_begin(ctl) || !person_find(ctl, ctl_arg(ctl, 0), &id))
        return false;
    snprintf(account, ID_TEXT, "%lld", (long long)id);
    snprintf(role, ID_TEXT, "%u", number);
    return true;
}

static bool finish_grant(struct ctl *ctl, const char *account, const char *action)
{
    char detail[120];
    snprintf(detail, sizeof(detail), "{\"role\": \"%.40s\", \"place\": \"%.40s\"}",
             ctl_arg(ctl, 1), ctl_arg(ctl, 2));
    int64_t halls;
    return ctl_run_id(ctl, SQL_OPERATOR_MEMBERSHIP_DERIVE, (const char *const[]){account},
                      &halls) &&
           ctl_audit(ctl, action, "account", strtoll(account, NULL, 10), detail) && ctl_commit(ctl);
}

int ctl_role_grant(struct ctl *ctl)
{
    const char *by = ctl_option(ctl, "by", NULL);
    const char *approver = ctl_option(ctl, "approver", NULL);
    const char *note = ctl_option(ctl, "note", NULL);
    const char *days_text = ctl_option(ctl, "days", "365");
    int64_t days;
    char account[ID_TEXT], role[ID_TEXT], by_id[ID_TEXT], approver_id[ID_TEXT];
    bool two_people = by != NULL && approver != NULL && note == NULL;
    if (!two_people && (note == NULL || by != NULL || approver != NULL))
        return ctl_fail("either --by and --approver, or --note saying why there are not two");
    if (!ctl_number("--days", days_text, 1, DAYS_MAX, &days) || !read_grant(ctl, account, role))
        return EXIT_FAILURE;
    if (two_people && (!find_leader(ctl, by, ctl_arg(ctl, 2), by_id) ||
                       !find_leader(ctl, approver, ctl_arg(ctl, 2), approver_id)))
        return EXIT_FAILURE;
    const char *values[] = {account, role, ctl_arg(ctl, 2), two_people ? by_id : NULL,
                            two_people ? approver_id : NULL, note, days_text};
    int64_t grant_id;
    bool done = ctl_run_id(ctl, SQL_ROLE_GRANT, values, &grant_id) &&
                finish_grant(ctl, account, "role.grant");
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_role_revoke(struct ctl *ctl)
{
    const char *reason = ctl_option(ctl, "reason", "");
    char account[ID_TEXT], role[ID_TEXT];
    if (reason[0] == '\0')
        return ctl_fail("--reason is needed");
    if (!read_grant(ctl, account, role))
        return EXIT_FAILURE;
    const char *values[] = {account, role, ctl_arg(ctl, 2), reason};
    int64_t grant_id;
    bool done = ctl_run_id(ctl, SQL_ROLE_REVOKE, values, &grant_id) &&
                finish_grant(ctl, account, "role.revoke");
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_invite_create(struct ctl *ctl)
{
    /* No letters that look like digits; 10 of 32 are 50 bits. */
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    char code[12];
    for (size_t i = 0; i < sizeof(code) - 1; i++)
        code[i] = alphabet[randombytes_uniform(sizeof(alphabet) - 1)];
    code[5] = '-';
    code[sizeof(code) - 1] = '\0';
    const char *uses_text = ctl_option(ctl, "uses", "100");
    const char *days_text = ctl_option(ctl, "days", "90");
    int64_t number;
    if (!ctl_number("--uses", uses_text, 1, 100000, &number) ||
        !ctl_number("--days", days_text, 1, DAYS_MAX, &number) || !ctl_begin(ctl))
        return EXIT_FAILURE;
    const char *values[] = {code, ctl_arg(ctl, 0), uses_text, days_text};
    PGresult *result = ctl_run(ctl, SQL_INVITE_CREATE, values);
    bool found = result != NULL && PQntuples(result) == 1;
    bool done = found && ctl_audit(ctl, "invite.create", "invite", 0, NULL) && ctl_commit(ctl);
    if (done)
        ctl_print(result);
    else if (result != NULL && !found)
        ctl_fail("there is no community %s", ctl_arg(ctl, 0));
    PQclear(result);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_invite_revoke(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_INVITE_REVOKE, (const char *const[]){ctl_arg(ctl, 0)});
    bool found = result != NULL && PQntuples(result) == 1;
    PQclear(result);
    if (!found)
        return ctl_fail("no invite %s is open", ctl_arg(ctl, 0));
    bool done = ctl_audit(ctl, "invite.revoke", "invite", 0, NULL) && ctl_commit(ctl);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int ctl_session_list(struct ctl *ctl)
{
    int64_t id = 0;
    char account[ID_TEXT];
    if (!ctl_begin(ctl) || !person_find(ctl, ctl_arg(ctl, 0), &id))
        return EXIT_FAILURE;
    snprintf(account, sizeof(account), "%lld", (long long)id);
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_SESSION_LIST, (const char *const[]){account});
    if (result == NULL)
        return EXIT_FAILURE;
    ctl_print(result);
    PQclear(result);
    return EXIT_SUCCESS;
}

int ctl_session_revoke(struct ctl *ctl)
{
    const char *session = ctl_arg(ctl, 1) != NULL ? ctl_arg(ctl, 1) : "0";
    int64_t id = 0, number;
    char account[ID_TEXT];
    if (!ctl_number("SESSION", session, 0, INT64_MAX, &number) || !ctl_begin(ctl) ||
        !person_find(ctl, ctl_arg(ctl, 0), &id))
        return EXIT_FAILURE;
    snprintf(account, sizeof(account), "%lld", (long long)id);
    const char *values[] = {account, session, ctl_option(ctl, "reason", "operator")};
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_SESSION_REVOKE, values);
    if (result == NULL)
        return EXIT_FAILURE;
    int ended = PQntuples(result);
    PQclear(result);
    if (!ctl_audit(ctl, "session.revoke", "account", id, NULL) || !ctl_commit(ctl))
        return EXIT_FAILURE;
    printf("%d logged out\n", ended);
    return EXIT_SUCCESS;
}
