/*
 * dispute_colour: how pressing a dispute is (三色预警), by a table of reasons that are kept with
 * it; and what its words and its kind suggest before anybody has looked. Pure. The rules are looked
 * at again with every event; they only raise. What two people lowered stays low until something new
 * comes up.
 */
#ifndef RULES_DISPUTE_COLOUR_H
#define RULES_DISPUTE_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/wire_schema.h"

/* A set of 1 << enum wire_dispute_colour_reason. */
typedef uint32_t dispute_reasons;
#define DISPUTE_REASON(reason) (1u << WIRE_DISPUTE_COLOUR_REASON_##reason)
/* A set of 1 << enum wire_dispute_sign. */
typedef uint32_t dispute_signs;
#define DISPUTE_SIGN(sign) (1u << WIRE_DISPUTE_SIGN_##sign)

/* What the rules look at. */
struct dispute_weight {
    enum wire_dispute_grade grade;       /* 0: not graded yet */
    enum wire_dispute_subclass subclass; /* 0: not known */
    dispute_signs signs;
    uint32_t people_count;
    uint32_t claim_yuan;
    uint32_t earlier_count; /* others of the same people or place in 180 days */
    uint32_t failed_sessions;
    dispute_reasons lasting; /* missed times, raised by hand, recurred: they stay */
};

/* Every reason that holds now. */
dispute_reasons dispute_colour_reasons(const struct dispute_weight *weight);
/* The colour these reasons ask for at least; blue for none. */
enum wire_dispute_colour dispute_colour_of(dispute_reasons reasons, enum wire_dispute_grade grade);
/* The reasons that stay once they came. */
dispute_reasons dispute_colour_lasting(dispute_reasons reasons);
enum wire_dispute_colour dispute_colour_above(enum wire_dispute_colour colour);

/* Signs that a person is in danger. */
bool dispute_is_dangerous(dispute_signs signs);
/* What words say of danger. Patterns of several characters, so that 刀削面 is no knife. */
dispute_signs dispute_signs_of_text(struct wire_text text);
/* The class a subclass belongs to, unless an officer says otherwise. */
enum wire_dispute_class dispute_class_of(enum wire_dispute_subclass subclass);
/* What it looks like before anybody has graded it. */
enum wire_dispute_grade dispute_grade_of(enum wire_dispute_colour colour);

#endif
