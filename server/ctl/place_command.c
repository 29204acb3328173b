/* place: the tree of stations, communities, grids, buildings and units. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/commands.h"
#include "wire/wire.h"

/* Everybody whose role covers a new community comes into its hall. */
static bool join_team(struct ctl *ctl, const char *place_id)
{
    PGresult *result =
        ctl_run(ctl, SQL_OPERATOR_MEMBERSHIP_DERIVE_PLACE, (const char *const[]){place_id});
    PQclear(result);
    return result != NULL;
}

int ctl_place_create(struct ctl *ctl)
{
    const char *kind_name = ctl_arg(ctl, 0);
    uint32_t kind = wire_enum_value(&wire_enum_scope_kind, kind_name, strlen(kind_name));
    if (kind == 0)
        return ctl_fail("%s is no kind of place", kind_name);
    char kind_text[12];
    snprintf(kind_text, sizeof(kind_text), "%u", kind);
    const char *values[] = {kind_text, ctl_arg(ctl, 1), ctl_arg(ctl, 2),
                            ctl_option(ctl, "street", NULL), ctl_option(ctl, "in", NULL)};
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_PLACE_CREATE, values);
    if (result == NULL)
        return EXIT_FAILURE;
    int code = EXIT_FAILURE;
    if (PQntuples(result) == 0) {
        ctl_fail("there is no place %s", values[4]);
    } else {
        const char *id = PQgetvalue(result, 0, 0);
        if (join_team(ctl, id) &&
            ctl_audit(ctl, "place.create", "place", strtoll(id, NULL, 10), NULL) &&
            ctl_commit(ctl)) {
            ctl_print(result);
            code = EXIT_SUCCESS;
        }
    }
    PQclear(result);
    return code;
}

int ctl_place_list(struct ctl *ctl)
{
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    PGresult *result = ctl_run(ctl, SQL_PLACE_LIST, NULL);
    if (result == NULL)
        return EXIT_FAILURE;
    for (int row = 0; row < PQntuples(result); row++) {
        uint32_t kind = (uint32_t)strtoul(PQgetvalue(result, row, 0), NULL, 10);
        const char *hall = PQgetvalue(result, row, 4);
        printf("%*s%-10s %-12s %s%s%s%s\n", (int)(2 * (kind - 1)), "",
               wire_enum_value_name(&wire_enum_scope_kind, kind), PQgetvalue(result, row, 1),
               PQgetvalue(result, row, 2), hall[0] ? "  (hall " : "", hall, hall[0] ? ")" : "");
    }
    PQclear(result);
    return EXIT_SUCCESS;
}
