#include "rules/person_audience.h"

#include <string.h>

#define PUBLIC   (1u << WIRE_PERSON_AUDIENCE_PUBLIC)
#define FAMILY   (1u << WIRE_PERSON_AUDIENCE_FAMILY)
#define TEAM     (1u << WIRE_PERSON_AUDIENCE_TEAM)
#define OFFICERS (1u << WIRE_PERSON_AUDIENCE_OFFICERS)

enum phase {
    PHASE_CHECKED, /* reported, verifying */
    PHASE_SHOWN,   /* active */
    PHASE_HIDDEN,  /* suspended, located */
    PHASE_ENDED,
    PHASE_COUNT,
};

enum person_field {
    FIELD_NO,
    FIELD_COMMUNITY,
    FIELD_CARD,
    FIELD_PICTURES,
    FIELD_RISKS,
    FIELD_SEARCH, /* risk class, ring, frozen */
    FIELD_DUE,
    FIELD_REPORTER,
    FIELD_SIGHTING_COUNT,
    FIELD_FOUND_PLACE,
    FIELD_PUBLIC_REASON,
    FIELD_CLOSING,
    FIELD_ROOM,
    FIELD_SIGHTINGS,
    FIELD_CLAIMS, /* and the hand-over */
    FIELD_ACTORS, /* who did what */
    FIELD_REASONS,
    FIELD_COUNT,
};

/* field × phase: being checked, shown, hidden, ended */
static const unsigned field_table[FIELD_COUNT][PHASE_COUNT] = {
    [FIELD_NO] = {FAMILY | TEAM | OFFICERS, FAMILY | TEAM | OFFICERS, FAMILY | TEAM | OFFICERS,
                  FAMILY | TEAM | OFFICERS},
    [FIELD_COMMUNITY] = {FAMILY | TEAM | OFFICERS, PUBLIC | FAMILY | TEAM | OFFICERS,
                         FAMILY | TEAM | OFFICERS, OFFICERS},
    [FIELD_CARD] = {FAMILY | TEAM | OFFICERS, PUBLIC | FAMILY | TEAM | OFFICERS,
                    FAMILY | TEAM | OFFICERS, OFFICERS},
    [FIELD_PICTURES] = {FAMILY | OFFICERS, PUBLIC | FAMILY | TEAM | OFFICERS, OFFICERS, OFFICERS},
    [FIELD_RISKS] = {FAMILY | TEAM | OFFICERS, FAMILY | TEAM | OFFICERS, FAMILY | TEAM | OFFICERS,
                     OFFICERS},
    [FIELD_SEARCH] = {TEAM | OFFICERS, TEAM | OFFICERS, TEAM | OFFICERS, OFFICERS},
    [FIELD_DUE] = {OFFICERS, OFFICERS, OFFICERS, 0},
    [FIELD_REPORTER] = {TEAM | OFFICERS, TEAM | OFFICERS, TEAM | OFFICERS, OFFICERS},
    [FIELD_SIGHTING_COUNT] = {FAMILY | TEAM | OFFICERS, FAMILY | TEAM | OFFICERS,
                              FAMILY | TEAM | OFFICERS, FAMILY | OFFICERS},
    [FIELD_FOUND_PLACE] = {0, 0, TEAM | OFFICERS, OFFICERS},
    [FIELD_PUBLIC_REASON] = {0, 0, 0, FAMILY | OFFICERS},
    [FIELD_CLOSING] = {OFFICERS, OFFICERS, OFFICERS, OFFICERS},
    [FIELD_ROOM] = {0, TEAM | OFFICERS, TEAM | OFFICERS, 0},
    [FIELD_SIGHTINGS] = {0, TEAM | OFFICERS, TEAM | OFFICERS, OFFICERS},
    [FIELD_CLAIMS] = {OFFICERS, OFFICERS, OFFICERS, OFFICERS},
    [FIELD_ACTORS] = {TEAM | OFFICERS, TEAM | OFFICERS, TEAM | OFFICERS, OFFICERS},
    [FIELD_REASONS] = {OFFICERS, OFFICERS, OFFICERS, OFFICERS},
};

static enum phase phase_of(enum wire_person_state state)
{
    if (person_state_is_terminal(state))
        return PHASE_ENDED;
    if (person_state_is_public(state))
        return PHASE_SHOWN;
    bool is_checked = state == WIRE_PERSON_STATE_REPORTED || state == WIRE_PERSON_STATE_VERIFYING;
    return is_checked ? PHASE_CHECKED : PHASE_HIDDEN;
}

static bool sees(enum person_field field, enum wire_person_audience audience,
                 enum wire_person_state state)
{
    return (field_table[field][phase_of(state)] & (1u << audience)) != 0;
}

static void show_text(bool allowed, struct wire_text value, bool *has, struct wire_text *out)
{
    if (allowed && value.len > 0) {
        *has = true;
        *out = value;
    }
}

static void show_card(const struct person_record *record, bool with_pictures, struct arena *arena,
                      struct wire_person_view *out)
{
    out->has_card = true;
    out->card = record->card;
    out->card.has_media = false;
    out->card.media.count = 0;
    out->card.media.items = NULL;
    if (!with_pictures || record->picture_count == 0)
        return;
    out->card.has_media = true;
    out->card.media.count = record->picture_count;
    out->card.media.items =
        arena_alloc(arena, record->picture_count * sizeof(*out->card.media.items));
    for (uint32_t i = 0; i < record->picture_count; i++)
        out->card.media.items[i] = record->pictures[i];
}

static void show_risks(const struct person_record *record, struct arena *arena,
                       struct wire_person_view *out)
{
    if (record->risk_count == 0)
        return;
    out->has_risks = true;
    out->risks.count = record->risk_count;
    out->risks.items = arena_alloc(arena, record->risk_count * sizeof(*out->risks.items));
    for (uint32_t i = 0; i < record->risk_count; i++)
        out->risks.items[i] = record->risks[i];
}

static void show_search(const struct person_record *record, struct wire_person_view *out)
{
    out->has_risk_class = record->risk_class != 0;
    out->risk_class = record->risk_class;
    out->has_ring = true;
    out->ring = record->ring;
    out->has_frozen = record->frozen;
    out->frozen = record->frozen;
}

static void show_reporter(const struct person_record *record, struct wire_person_view *out)
{
    out->has_reporter = true;
    out->reporter.account_id = record->reporter_id;
    out->reporter.name = record->reporter_name;
    out->reporter.relation = record->relation;
    out->reporter.has_phone = record->reporter_phone.len > 0;
    out->reporter.phone = record->reporter_phone;
}

static void show_closing(const struct person_record *record, struct wire_person_view *out)
{
    out->has_outcome = record->outcome != 0;
    out->outcome = record->outcome;
    if (record->closing.proposed_by == 0)
        return;
    out->has_outcome = true;
    out->outcome = record->closing.proposed_outcome;
    out->has_closing_by = true;
    out->closing_by = record->closing.proposed_by;
    out->has_closing_until = true;
    out->closing_until = record->closing.proposed_until;
}

void person_project(const struct person_record *record, enum wire_person_audience audience,
                    struct arena *arena, struct wire_person_view *out)
{
    enum wire_person_state state = record->state;
    memset(out, 0, sizeof(*out));
    out->person_id = record->id;
    out->state = state;
    out->state_version = record->state_version;
    out->audience = audience;
    out->created_at = record->created_at;
    out->updated_at = record->updated_at;
    show_text(sees(FIELD_NO, audience, state), record->no, &out->has_no, &out->no);
    if (sees(FIELD_COMMUNITY, audience, state)) {
        out->has_community_id = true;
        out->community_id = record->community_id;
        show_text(true, record->community_name, &out->has_community_name, &out->community_name);
    }
    if (record->has_card && sees(FIELD_CARD, audience, state))
        show_card(record, sees(FIELD_PICTURES, audience, state), arena, out);
    if (sees(FIELD_RISKS, audience, state))
        show_risks(record, arena, out);
    if (sees(FIELD_SEARCH, audience, state))
        show_search(record, out);
    out->has_due_at = record->due_at != 0 && sees(FIELD_DUE, audience, state);
    out->due_at = out->has_due_at ? record->due_at : 0;
    if (record->has_card && sees(FIELD_REPORTER, audience, state))
        show_reporter(record, out);
    out->has_sighting_count = sees(FIELD_SIGHTING_COUNT, audience, state);
    out->sighting_count = out->has_sighting_count ? record->sighting_count : 0;
    show_text(sees(FIELD_FOUND_PLACE, audience, state), record->found_place, &out->has_found_place,
              &out->found_place);
    show_text(sees(FIELD_PUBLIC_REASON, audience, state), record->public_reason,
              &out->has_public_reason, &out->public_reason);
    if (sees(FIELD_CLOSING, audience, state))
        show_closing(record, out);
    out->has_room_id = record->room_id != 0 && sees(FIELD_ROOM, audience, state);
    out->room_id = out->has_room_id ? record->room_id : 0;
}

/* What the family reads of the time line: the moves, in their own words elsewhere. */
static bool is_move(struct wire_text event)
{
    static const char *const moves[] = {
        "person.report",   "person.verify",   "person.activate", "person.reject",
        "person.widen",    "person.object",   "person.resume",   "person.located",
        "person.reunited", "person.not_same", "person.close",    "person.cancel",
    };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (strlen(moves[i]) == event.len && memcmp(moves[i], event.data, event.len) == 0)
            return true;
    return false;
}

static void project_events(const struct wire_list_person_event *events,
                           enum wire_person_audience audience, enum wire_person_state state,
                           struct wire_list_person_event *out)
{
    out->items = events->items;
    for (uint32_t i = 0; i < events->count; i++) {
        struct wire_person_event event = events->items[i];
        if (audience < WIRE_PERSON_AUDIENCE_TEAM && !is_move(event.event))
            continue;
        event.has_actor_name = event.has_actor_name && sees(FIELD_ACTORS, audience, state);
        event.has_reason = event.has_reason && sees(FIELD_REASONS, audience, state);
        out->items[out->count++] = event;
    }
}

void person_project_file(const struct person_file *file, enum wire_person_audience audience,
                         enum wire_person_state state, struct wire_person_file *out)
{
    project_events(&file->events, audience, state, &out->events);
    if (sees(FIELD_SIGHTINGS, audience, state)) {
        out->has_sightings = true;
        out->sightings = file->sightings;
    }
    if (!sees(FIELD_CLAIMS, audience, state))
        return;
    out->has_claims = true;
    out->claims = file->claims;
    out->has_handover = file->has_handover;
    out->handover = file->handover;
}

enum wire_person_audience person_audience_of_role(enum wire_role role)
{
    switch (role) {
    case WIRE_ROLE_OFFICER:
    case WIRE_ROLE_DISPATCHER:
    case WIRE_ROLE_STATION_LEADER:
        return WIRE_PERSON_AUDIENCE_OFFICERS;
    case WIRE_ROLE_AUXILIARY:
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
    case WIRE_ROLE_UNIT_LEADER:
    case WIRE_ROLE_VOLUNTEER:
    case WIRE_ROLE_CADRE:
        return WIRE_PERSON_AUDIENCE_TEAM;
    default:
        return 0;
    }
}

bool person_is_addressed(enum wire_role role, enum wire_person_state state, bool high_risk)
{
    switch (role) {
    case WIRE_ROLE_OFFICER:
    case WIRE_ROLE_DISPATCHER:
    case WIRE_ROLE_STATION_LEADER:
        return true;
    case WIRE_ROLE_AUXILIARY:
        return high_risk || phase_of(state) != PHASE_CHECKED;
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
        return phase_of(state) != PHASE_CHECKED;
    default:
        return false;
    }
}

bool person_pictures_visible(enum wire_person_audience audience, enum wire_person_state state)
{
    return sees(FIELD_PICTURES, audience, state);
}

struct wire_text person_card_text(enum wire_age_band age)
{
    static const char child[] =
        "紧急寻人：请大家帮忙找一个孩子。点开看照片和特征，看到了请马上告诉我们。";
    static const char old[] =
        "紧急寻人：请大家帮忙找一位老人。点开看照片和特征，看到了请马上告诉我们。";
    static const char other[] =
        "紧急寻人：请大家帮忙找一个人。点开看照片和特征，看到了请马上告诉我们。";
    if (person_age_is_minor(age))
        return (struct wire_text){child, sizeof(child) - 1};
    if (age >= WIRE_AGE_BAND_FROM_60)
        return (struct wire_text){old, sizeof(old) - 1};
    return (struct wire_text){other, sizeof(other) - 1};
}

struct wire_text person_tombstone(enum wire_person_state state)
{
    static const char found[] = "已找到，谢谢大家";
    static const char ended[] = "寻人已结束，谢谢大家";
    if (state == WIRE_PERSON_STATE_REUNITED)
        return (struct wire_text){found, sizeof(found) - 1};
    return (struct wire_text){ended, sizeof(ended) - 1};
}
