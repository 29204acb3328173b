/*
 * person_audience: who sees which field of a search for a missing person, in which phase of it. The
 * table in person_audience.c is the only way a search leaves the store, whatever the exit (socket,
 * push, list, log). A field that is not named for an audience does not exist for it.
 */
#ifndef RULES_PERSON_AUDIENCE_H
#define RULES_PERSON_AUDIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "rules/person_flow.h"
#include "wire/wire_schema.h"

#define PERSON_PICTURES_MAX 3
#define PERSON_RISKS_MAX    8

/* Everything known of a search. Texts are borrowed from whoever read it. */
struct person_record {
    uint64_t id;
    struct wire_text no;
    enum wire_person_state state;
    uint32_t state_version;
    int64_t created_at;
    int64_t updated_at;
    uint64_t station_id;
    uint64_t community_id;
    struct wire_text community_name;
    enum wire_person_ring ring;
    bool frozen;
    enum wire_person_risk_class risk_class; /* 0: not set yet */
    uint32_t rung;                          /* how many were told since the state began */
    int64_t due_at;                         /* 0: nothing is due */
    bool has_card;                          /* false once its time is over */
    struct wire_person_card card;           /* its media are in pictures */
    struct wire_media_view pictures[PERSON_PICTURES_MAX];
    uint32_t picture_count;
    enum wire_person_risk risks[PERSON_RISKS_MAX];
    uint32_t risk_count;
    uint64_t reporter_id;
    struct wire_text reporter_name;
    struct wire_text reporter_phone;
    enum wire_person_relation relation;
    uint32_t sighting_count;
    struct wire_text found_place;
    struct wire_text public_reason;
    enum wire_person_outcome outcome; /* 0: none, or none proposed */
    struct person_closing closing;
    uint64_t room_id; /* the team's; 0: none */
};

/* Fills *out with what this audience sees. Texts in *out are borrowed from the record, lists live
 * in the arena. */
void person_project(const struct person_record *record, enum wire_person_audience audience,
                    struct arena *arena, struct wire_person_view *out);

/* Everything that happened with a search, newest first, and everything that was said of it. */
struct person_file {
    struct wire_list_person_event events;
    struct wire_list_sighting_view sightings;
    struct wire_list_person_claim_view claims;
    bool has_handover;
    struct wire_person_handover handover;
};
/* Fills the lists of *out with what this audience sees in this state; its other fields stay. The
 * events are changed in place. */
void person_project_file(const struct person_file *file, enum wire_person_audience audience,
                         enum wire_person_state state, struct wire_person_file *out);

/* Which audience a role has where it holds; 0: none by role. */
enum wire_person_audience person_audience_of_role(enum wire_role role);

/* Whether the holders of this role whose scope covers the place are called in this state: officers
 * from the report on; the team when it is shown, at high risk from the report on. */
bool person_is_addressed(enum wire_role role, enum wire_person_state state, bool high_risk);

/* May this audience see the pictures in this state? The media door asks the same in its statement;
 * a test holds both against each other. */
bool person_pictures_visible(enum wire_person_audience audience, enum wire_person_state state);

/* The words in the halls: nobody's name, nobody's looks. The card that is shown, what stands in its
 * place afterwards. */
struct wire_text person_card_text(enum wire_age_band age);
struct wire_text person_tombstone(enum wire_person_state state);

#endif
