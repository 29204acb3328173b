#include "rules/dispute_guard.h"

#include "base/mem.h"

#define BIT(question) (1u << WIRE_DISPUTE_GUARD_##question)

/* question, what a yes means */
static const struct guard_row {
    enum wire_dispute_guard question;
    bool forbids;
} rows[] = {
    {WIRE_DISPUTE_GUARD_HIRED_INJURY, true},
    {WIRE_DISPUTE_GUARD_GANG_FIGHT, true},
    {WIRE_DISPUTE_GUARD_REPEAT_OFFENDER, true},
    {WIRE_DISPUTE_GUARD_REFUSED, true},
    {WIRE_DISPUTE_GUARD_NEW_OFFENCE_DURING, true},
    {WIRE_DISPUTE_GUARD_FLED, true},
    {WIRE_DISPUTE_GUARD_DOMESTIC_VIOLENCE, true},
    {WIRE_DISPUTE_GUARD_CRIME, true},
    {WIRE_DISPUTE_GUARD_MINOR, false},
};

bool dispute_guard_is_complete(const struct dispute_guard_answers *answers)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((answers->answered & (1u << rows[i].question)) == 0)
            return false;
    return true;
}

bool dispute_guard_forbids(const struct dispute_guard_answers *answers)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].forbids && (answers->yes & (1u << rows[i].question)) != 0)
            return true;
    return false;
}

bool dispute_guard_needs_guardian(const struct dispute_guard_answers *answers)
{
    return (answers->yes & BIT(MINOR)) != 0;
}

enum status dispute_guard_read(const struct wire_dispute_guard_answer *items, uint32_t count,
                               struct dispute_guard_answers *out)
{
    struct dispute_guard_answers answers = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = 1u << items[i].question;
        bool was_yes = (answers.yes & bit) != 0;
        if ((answers.answered & bit) != 0 && was_yes != items[i].yes)
            return STATUS_INVALID_FIELD;
        answers.answered |= bit;
        if (items[i].yes)
            answers.yes |= bit;
    }
    *out = answers;
    return STATUS_OK;
}
