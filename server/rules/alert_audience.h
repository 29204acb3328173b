/*
 * alert_audience: who sees which field of a fraud alert. The table in alert_audience.c is the
 * only way an alert leaves the store, whatever the exit (socket, HTTP, push, log). A field that
 * is not named for an audience does not exist for it.
 */
#ifndef RULES_ALERT_AUDIENCE_H
#define RULES_ALERT_AUDIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "wire/wire_schema.h"

#define ALERT_FEATURES_MAX 15

/* Everything that is kept of one alert, both halves. Texts are borrowed from whoever filled it. */
struct alert_record {
    uint64_t id;
    struct wire_text no; /* the human number; empty while the alert is only in the spool */
    enum wire_alert_state state;
    uint32_t state_version;
    enum wire_alert_level level;
    enum wire_scam_type scam_type;
    bool exercise;
    uint64_t station_id;
    uint64_t community_id;
    uint64_t grid_id;     /* 0: not known */
    uint64_t building_id; /* 0: not known */
    uint64_t unit_id;     /* 0: not known */
    uint64_t target_account_id; /* 0: she has no account */
    int64_t created_at;
    int64_t expires_at;
    int64_t ack_by;       /* 0: nothing is due */
    uint64_t claimed_by;  /* 0: nobody */
    int64_t claimed_at;
    enum wire_target_answer target_answer; /* 0: she has said nothing */
    int64_t target_answered_at;
    struct wire_text claimed_by_name;
    struct wire_text community_name;
    struct wire_text building;
    struct wire_text unit;
    struct wire_text door;
    struct wire_text target_name;
    struct wire_text target_phone;
    struct wire_text situation;
    struct wire_text amount_range;
    struct wire_text source_name;
    struct wire_text identifier;
    enum wire_scam_feature features[ALERT_FEATURES_MAX];
    uint32_t feature_count;
};

/*
 * Fills *out with what this audience sees. is_claimer: the viewer has taken this order, which
 * shows a volunteer the door. Texts in *out are borrowed from the record or live in the arena.
 */
void alert_project(const struct alert_record *record, enum wire_alert_audience audience,
                   bool is_claimer, struct arena *arena, struct wire_alert_view *out);

/* 姓+称呼: the surname, also a compound one, and 某. The result lives in the arena. */
struct wire_text alert_mask_name(struct wire_text name, struct arena *arena);

/* Which audience an order has for the holder of this role; 0: the order is not for this role. */
enum wire_alert_audience alert_audience_of_role(enum wire_role role);

/* Whether an order of this level goes to the holders of this role whose scope covers the place (the
 * first rung of the ladder; `low` is a word to the person herself alone). */
bool alert_is_addressed(enum wire_role role, enum wire_alert_level level);

#endif
