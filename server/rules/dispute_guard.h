/*
 * dispute_guard: the legal questions that are answered before a dispute is taken up. Mediation is
 * for what the law leaves to it (公安机关办理行政案件程序规定, articles on mediation); the answers
 * here decide whether a case goes to the parties' table or to whom it belongs.
 */
#ifndef RULES_DISPUTE_GUARD_H
#define RULES_DISPUTE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "wire/wire_schema.h"

/* Sets of 1 << enum wire_dispute_guard. */
struct dispute_guard_answers {
    uint32_t answered;
    uint32_t yes;
};

bool dispute_guard_is_complete(const struct dispute_guard_answers *answers);
/* One answer says that this must not be mediated. */
bool dispute_guard_forbids(const struct dispute_guard_answers *answers);
/* A party is a minor: her guardian has to be there. */
bool dispute_guard_needs_guardian(const struct dispute_guard_answers *answers);
/* As they came in; STATUS_INVALID_FIELD: one question is answered in two ways. */
MUST_USE enum status dispute_guard_read(const struct wire_dispute_guard_answer *items,
                                        uint32_t count, struct dispute_guard_answers *out);

#endif
