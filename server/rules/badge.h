/*
 * badge: the mark beside a name, from the roles a person holds where she speaks. The server gives
 * it; nobody can choose it.
 */
#ifndef RULES_BADGE_H
#define RULES_BADGE_H

#include "rules/permission.h"

/* The highest of the person's roles that hold in this community now. */
enum wire_badge badge_of(const struct principal *who, const struct scope_facts *facts,
                         int64_t now_ms);

#endif
