#include "rules/alert_audience.h"

#include <string.h>

#include "rules/alert_flow.h"
#include "rules/alert_notice.h"

#define PUBLIC (1u << WIRE_ALERT_AUDIENCE_PUBLIC)
#define TARGET (1u << WIRE_ALERT_AUDIENCE_TARGET)
#define VOLUNTEERS (1u << WIRE_ALERT_AUDIENCE_VOLUNTEERS)
#define RESPONDERS (1u << WIRE_ALERT_AUDIENCE_RESPONDERS)
#define OFFICERS (1u << WIRE_ALERT_AUDIENCE_OFFICERS)
#define STAFF (VOLUNTEERS | RESPONDERS | OFFICERS)

enum alert_field {
    FIELD_NO,
    FIELD_COMMUNITY,
    FIELD_BUILDING,
    FIELD_DOOR,
    FIELD_NAME,
    FIELD_PHONE,
    FIELD_SITUATION,
    FIELD_FEATURES,
    FIELD_AMOUNT,
    FIELD_SOURCE,
    FIELD_CLAIM,
    FIELD_ANSWER,
    FIELD_COUNT,
};

/* field × audience; the claimer of an order also sees what stands in the second column. */
static const struct {
    unsigned audiences;
    unsigned claimer_audiences;
} field_table[FIELD_COUNT] = {
    [FIELD_NO] = {STAFF, 0},
    [FIELD_COMMUNITY] = {TARGET | STAFF, 0},
    [FIELD_BUILDING] = {TARGET | STAFF, 0},
    [FIELD_DOOR] = {TARGET | RESPONDERS | OFFICERS, VOLUNTEERS},
    [FIELD_NAME] = {TARGET | STAFF, 0}, /* volunteers: masked */
    [FIELD_PHONE] = {TARGET | RESPONDERS | OFFICERS, 0},
    [FIELD_SITUATION] = {RESPONDERS | OFFICERS, 0},
    [FIELD_FEATURES] = {TARGET | STAFF, 0},
    [FIELD_AMOUNT] = {TARGET | OFFICERS, 0},
    [FIELD_SOURCE] = {OFFICERS, 0},
    [FIELD_CLAIM] = {STAFF, 0}, /* never the target: nothing about who comes or when */
    [FIELD_ANSWER] = {TARGET | STAFF, 0},
};

static bool sees(enum alert_field field, enum wire_alert_audience audience, bool is_claimer)
{
    unsigned bit = 1u << audience;
    if ((field_table[field].audiences & bit) != 0)
        return true;
    return is_claimer && (field_table[field].claimer_audiences & bit) != 0;
}

static void show_text(bool allowed, struct wire_text value, bool *has, struct wire_text *out)
{
    if (allowed && value.len > 0) {
        *has = true;
        *out = value;
    }
}

static void show_claim(const struct alert_record *record, struct wire_alert_view *out)
{
    if (record->ack_by != 0) {
        out->has_ack_by = true;
        out->ack_by = record->ack_by;
    }
    if (record->claimed_by == 0)
        return;
    out->has_claimed_by = true;
    out->claimed_by = record->claimed_by;
    out->has_claimed_by_name = record->claimed_by_name.len > 0;
    out->claimed_by_name = record->claimed_by_name;
    out->has_claimed_at = true;
    out->claimed_at = record->claimed_at;
}

static void show_features(const struct alert_record *record, struct arena *arena,
                          struct wire_alert_view *out)
{
    if (record->feature_count == 0)
        return;
    out->has_features = true;
    out->features.count = record->feature_count;
    out->features.items =
        arena_alloc(arena, record->feature_count * sizeof(*out->features.items));
    for (uint32_t i = 0; i < record->feature_count; i++)
        out->features.items[i] = record->features[i];
}

void alert_project(const struct alert_record *record, enum wire_alert_audience audience,
                   bool is_claimer, struct arena *arena, struct wire_alert_view *out)
{
    memset(out, 0, sizeof(*out));
    out->alert_id = record->id;
    out->state = record->state;
    out->state_version = record->state_version;
    out->audience = audience;
    out->level = record->level;
    out->scam_type = record->scam_type;
    out->created_at = record->created_at;
    out->expires_at = record->expires_at;
    out->has_exercise = record->exercise;
    out->exercise = record->exercise;
    if (sees(FIELD_NO, audience, is_claimer))
        out->no = record->no;
    show_text(sees(FIELD_COMMUNITY, audience, is_claimer), record->community_name,
              &out->has_community_name, &out->community_name);
    show_text(sees(FIELD_BUILDING, audience, is_claimer), record->building, &out->has_building,
              &out->building);
    show_text(sees(FIELD_BUILDING, audience, is_claimer), record->unit, &out->has_unit, &out->unit);
    show_text(sees(FIELD_DOOR, audience, is_claimer), record->door, &out->has_door, &out->door);
    struct wire_text name = record->target_name;
    if (audience == WIRE_ALERT_AUDIENCE_VOLUNTEERS && name.len > 0)
        name = alert_mask_name(name, arena);
    show_text(sees(FIELD_NAME, audience, is_claimer), name, &out->has_target_name,
              &out->target_name);
    show_text(sees(FIELD_PHONE, audience, is_claimer), record->target_phone,
              &out->has_target_phone, &out->target_phone);
    show_text(sees(FIELD_SITUATION, audience, is_claimer), record->situation, &out->has_situation,
              &out->situation);
    show_text(sees(FIELD_AMOUNT, audience, is_claimer), record->amount_range,
              &out->has_amount_range, &out->amount_range);
    show_text(sees(FIELD_SOURCE, audience, is_claimer), record->source_name,
              &out->has_source_name, &out->source_name);
    show_text(sees(FIELD_SOURCE, audience, is_claimer), record->identifier, &out->has_identifier,
              &out->identifier);
    if (sees(FIELD_FEATURES, audience, is_claimer))
        show_features(record, arena, out);
    if (sees(FIELD_CLAIM, audience, is_claimer)) {
        show_claim(record, out);
        out->has_may_ack = true;
        out->may_ack = record->state == WIRE_ALERT_STATE_DISPATCHED;
    }
    if (record->target_answer != 0 && sees(FIELD_ANSWER, audience, is_claimer)) {
        out->has_target_answer = true;
        out->target_answer = record->target_answer;
        out->has_target_answered_at = true;
        out->target_answered_at = record->target_answered_at;
    }
    struct wire_text advice = audience == WIRE_ALERT_AUDIENCE_TARGET
                                  ? alert_target_advice()
                                  : alert_responder_advice(record->scam_type);
    show_text(true, advice, &out->has_advice, &out->advice);
    out->has_hotline = true;
    out->hotline = (struct wire_text){NOTICE_HOTLINE, sizeof(NOTICE_HOTLINE) - 1};
}

/* Bytes of the UTF-8 sequence that starts here. */
static uint32_t sequence_len(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xe0)
        return 2;
    return first < 0xf0 ? 3 : 4;
}

struct wire_text alert_mask_name(struct wire_text name, struct arena *arena)
{
    /* The compound surnames in use today. */
    static const char *const compound[] = {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟",
                                           "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯",
                                           "轩辕", "端木", "公冶", "濮阳", "太史", "申屠"};
    static const char suffix[] = "某";
    if (name.len == 0)
        return name;
    uint32_t keep = sequence_len((unsigned char)name.data[0]);
    for (size_t i = 0; i < ARRAY_LEN(compound); i++) {
        size_t len = strlen(compound[i]);
        if (name.len > len && memcmp(name.data, compound[i], len) == 0)
            keep = (uint32_t)len;
    }
    if (keep > name.len)
        keep = name.len;
    char *masked = arena_alloc(arena, keep + sizeof(suffix));
    memcpy(masked, name.data, keep);
    memcpy(masked + keep, suffix, sizeof(suffix));
    return (struct wire_text){masked, keep + (uint32_t)sizeof(suffix) - 1};
}

enum wire_alert_audience alert_audience_of_role(enum wire_role role)
{
    switch (role) {
    case WIRE_ROLE_OFFICER:
    case WIRE_ROLE_DISPATCHER:
    case WIRE_ROLE_STATION_LEADER:
        return WIRE_ALERT_AUDIENCE_OFFICERS;
    case WIRE_ROLE_AUXILIARY:
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
        return WIRE_ALERT_AUDIENCE_RESPONDERS;
    case WIRE_ROLE_UNIT_LEADER:
    case WIRE_ROLE_VOLUNTEER:
    case WIRE_ROLE_CADRE:
        return WIRE_ALERT_AUDIENCE_VOLUNTEERS;
    default:
        return 0;
    }
}

bool alert_is_addressed(enum wire_role role, enum wire_alert_level level)
{
    bool is_pressing = level == WIRE_ALERT_LEVEL_CRITICAL || level == WIRE_ALERT_LEVEL_HIGH;
    switch (role) {
    case WIRE_ROLE_OFFICER:
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
        return is_pressing || level == WIRE_ALERT_LEVEL_MEDIUM;
    case WIRE_ROLE_AUXILIARY:
    case WIRE_ROLE_UNIT_LEADER:
    case WIRE_ROLE_DISPATCHER:
        return is_pressing;
    default:
        return false;
    }
}
