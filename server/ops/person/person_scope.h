/*
 * person_scope: what the permission needs to know of a search: where it is, and what the caller is
 * to it (family, team, officer, one of those it is shown to); of a report, where it is about.
 */
#ifndef OPS_PERSON_PERSON_SCOPE_H
#define OPS_PERSON_PERSON_SCOPE_H

#include "ops/call.h"

void person_scope(struct call *call);
/* As one of those it is shown to: in one of their communities she lives, or has a role. */
void person_card_scope(struct call *call);
void person_report_scope(struct call *call);

#endif
