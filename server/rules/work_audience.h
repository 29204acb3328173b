/*
 * work_audience: who is shown which open object among what waits for her, and what of it. The table
 * in work_audience.c is the only way an item of work leaves the store, in a page or as a push. An
 * item holds codes and numbers, never a free text and never the name of a person it is about; where
 * in its community it is stays with the object, whose readings are in the audit.
 */
#ifndef RULES_WORK_AUDIENCE_H
#define RULES_WORK_AUDIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/principal.h"

/* Parts in an object: those of enum.work_part, and these two, which are never on the wire. */
#define WORK_PART_NONE 0
#define WORK_PART_PARTY 3 /* it is about her: never among her work, whatever her roles */

/* Pairs of role and kind at most. */
#define WORK_PAIRS_MAX ((WIRE_ROLE_MAX + 1) * (WIRE_WORK_KIND_MAX + 1))

/* One open object. Texts are borrowed from whoever filled it. */
struct work_record {
    enum wire_work_kind kind;
    uint64_t entity_id;
    struct wire_text no;
    uint32_t state;
    uint32_t state_version;
    uint64_t station_id;
    uint64_t community_id; /* 0, and so the next two: not known */
    uint64_t grid_id;
    uint64_t building_id;
    enum wire_work_urgency urgency;
    uint32_t title_code;
    uint32_t title_detail; /* 0: none */
    enum wire_work_waiting waiting_for;
    uint64_t lead_account_id; /* 0: nobody */
    int64_t next_due_at;      /* 0: nothing is due */
    int64_t created_at;
    int64_t updated_at;
    struct wire_text lead_name;
    struct wire_text community_name;
};

/*
 * Whether this person is shown the item, with the part she has in it. In the scope of her role:
 * auxiliaries, officers, dispatchers and leaders whose role covers the place. The others: what
 * they lead or were given or offered, while they hold a role in the station that has to do with
 * its kind.
 */
bool work_is_shown(const struct work_record *record, const struct principal *who, unsigned part,
                   int64_t now_ms);

/* Fills *out with what whoever is shown the item sees of it, as one with this part in it. */
void work_project(const struct work_record *record, unsigned part, struct wire_work_view *out);

/* Her part, when she leads it: the one who has it in hand is one it was given to. */
unsigned work_part_of(const struct work_record *record, uint64_t account_id, unsigned part);

/* The same table for the statements: roles[i] lets one see what one was given of kinds[i]. Gives
 * their number. */
size_t work_given_pairs(int64_t roles[WORK_PAIRS_MAX], int64_t kinds[WORK_PAIRS_MAX]);

#endif
