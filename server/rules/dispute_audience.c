#include "rules/dispute_audience.h"

#include <string.h>

#include "rules/dispute_flow.h"
#include "rules/dispute_words.h"

#define REPORTER  (1u << WIRE_DISPUTE_AUDIENCE_REPORTER)
#define PARTY     (1u << WIRE_DISPUTE_AUDIENCE_PARTY)
#define PANEL     (1u << WIRE_DISPUTE_AUDIENCE_PANEL)
#define STAFF     (1u << WIRE_DISPUTE_AUDIENCE_STAFF)
#define AUDIT     (1u << WIRE_DISPUTE_AUDIENCE_AUDIT)
#define IN_CHARGE (PANEL | STAFF | AUDIT)

enum dispute_field {
    FIELD_KIND,     /* class and kind, grade, channel */
    FIELD_PLACE,    /* building and unit */
    FIELD_REASONS,  /* why it has its colour */
    FIELD_HANDLERS, /* who leads it, by number */
    FIELD_MOVES,
    FIELD_OWN,     /* what she may still do with her own report */
    FIELD_WORDS,   /* what was reported, where exactly, who is concerned, pictures */
    FIELD_REPORTS, /* who reported it */
    FIELD_FILE,    /* members, legal questions, deadlines, pauses, numbers */
    FIELD_PROPOSAL,
    FIELD_ROOM,
    FIELD_NOTES, /* lines and writings for the file, reasons for staff */
    FIELD_COUNT,
};

/* field × audience */
static const unsigned field_table[FIELD_COUNT] = {
    [FIELD_KIND] = REPORTER | IN_CHARGE,
    [FIELD_PLACE] = REPORTER | IN_CHARGE,
    [FIELD_REASONS] = IN_CHARGE,
    [FIELD_HANDLERS] = IN_CHARGE,
    [FIELD_MOVES] = PANEL | STAFF,
    [FIELD_OWN] = REPORTER,
    [FIELD_WORDS] = REPORTER | IN_CHARGE,
    [FIELD_REPORTS] = IN_CHARGE,
    [FIELD_FILE] = IN_CHARGE,
    [FIELD_PROPOSAL] = STAFF | AUDIT,
    [FIELD_ROOM] = PANEL | STAFF,
    [FIELD_NOTES] = IN_CHARGE,
};

static bool sees(enum dispute_field field, const struct dispute_viewer *viewer)
{
    return (field_table[field] & (1u << viewer->audience)) != 0;
}

enum wire_dispute_audience dispute_audience_of(enum wire_role role, bool is_reporter)
{
    if (is_reporter)
        return WIRE_DISPUTE_AUDIENCE_REPORTER;
    switch (role) {
    case WIRE_ROLE_OFFICER:
    case WIRE_ROLE_DISPATCHER:
    case WIRE_ROLE_STATION_LEADER:
        return WIRE_DISPUTE_AUDIENCE_STAFF;
    case WIRE_ROLE_AUDITOR:
        return WIRE_DISPUTE_AUDIENCE_AUDIT;
    case WIRE_ROLE_GRID_WORKER:
    case WIRE_ROLE_GRID_CHIEF:
    case WIRE_ROLE_CADRE:
    case WIRE_ROLE_MEDIATOR:
    case WIRE_ROLE_AUXILIARY:
        return WIRE_DISPUTE_AUDIENCE_PANEL;
    default:
        return WIRE_DISPUTE_AUDIENCE_PARTY; /* the narrowest */
    }
}

static void show_text(bool allowed, struct wire_text value, bool *has, struct wire_text *out)
{
    if (allowed && value.len > 0) {
        *has = true;
        *out = value;
    }
}

/* "3栋 2单元" */
static struct wire_text place_name(const struct dispute_names *names, struct arena *arena)
{
    if (names->unit.len == 0)
        return names->building;
    size_t len = names->building.len + 1 + names->unit.len;
    char *text = arena_alloc(arena, len + 1);
    memcpy(text, names->building.data, names->building.len);
    text[names->building.len] = ' ';
    memcpy(text + names->building.len + 1, names->unit.data, names->unit.len);
    text[len] = '\0';
    return (struct wire_text){text, (uint32_t)len};
}

/* state, the time that the public is told */
static const enum wire_dispute_timer public_timers[WIRE_DISPUTE_STATE_MAX + 1] = {
    [WIRE_DISPUTE_STATE_SUBMITTED] = WIRE_DISPUTE_TIMER_ACCEPT_BY,
    [WIRE_DISPUTE_STATE_ACCEPTED] = WIRE_DISPUTE_TIMER_FIRST_SESSION_BY,
    [WIRE_DISPUTE_STATE_ASSIGNED] = WIRE_DISPUTE_TIMER_FIRST_SESSION_BY,
    [WIRE_DISPUTE_STATE_MEDIATING] = WIRE_DISPUTE_TIMER_SETTLE_TARGET,
    [WIRE_DISPUTE_STATE_REVISITING] = WIRE_DISPUTE_TIMER_REVISIT,
    [WIRE_DISPUTE_STATE_UNSETTLED] = WIRE_DISPUTE_TIMER_CHOOSE_BY,
    [WIRE_DISPUTE_STATE_TRACKING] = WIRE_DISPUTE_TIMER_TRACKING,
    [WIRE_DISPUTE_STATE_REFERRED] = WIRE_DISPUTE_TIMER_RETURN_CHECK,
};

static int64_t due_of(const struct dispute_record *record, enum wire_dispute_timer timer)
{
    const struct dispute_timer_row *row = timer != 0 ? dispute_record_timer(record, timer) : NULL;
    return row != NULL ? row->draft.due_at : 0;
}

/* By when the reporter hears more: the first answer first. A time that has passed is no promise. */
static int64_t public_due(const struct dispute_record *record, int64_t now)
{
    int64_t due = 0;
    if (record->now.waits_for_reporter)
        due = due_of(record, WIRE_DISPUTE_TIMER_ANSWER_BY);
    else if (!dispute_record_is_paused(record))
        due = due_of(record, WIRE_DISPUTE_TIMER_FIRST_RESPONSE);
    if (due == 0 && !dispute_record_is_paused(record))
        due = due_of(record, public_timers[record->now.state]);
    return due > now && due < DUTY_TIME_MAX ? due : 0;
}

static void show_next(const struct dispute_record *record, const struct dispute_names *names,
                      const struct dispute_viewer *viewer, struct wire_dispute_view *out)
{
    uint32_t pauses = record->pauses.count;
    enum wire_dispute_pause_reason why =
        dispute_record_is_paused(record) ? record->pause_reasons[pauses - 1] : 0;
    out->plain_state = dispute_plain_state(record->now.state);
    struct wire_text next = dispute_next_step(&record->now, why);
    if (names->into_state != 0) /* how the one it was merged into stands */
        next = dispute_plain_state(names->into_state);
    show_text(true, next, &out->has_next_step, &out->next_step);
    bool is_staff = sees(FIELD_FILE, viewer);
    int64_t at = is_staff ? record->now.next_due_at : public_due(record, viewer->now);
    out->has_next_at = at != 0;
    out->next_at = at;
}

static void show_kind(const struct dispute_case *now, struct wire_dispute_view *out)
{
    out->has_dispute_class = now->dispute_class != 0;
    out->dispute_class = now->dispute_class;
    out->has_subclass = now->subclass != 0;
    out->subclass = now->subclass;
    out->has_grade = true; /* what it looks like, until somebody has graded it */
    out->grade = now->grade != 0 ? now->grade : dispute_grade_of(now->colour);
    out->has_channel = now->channel != 0;
    out->channel = now->channel;
    out->has_refer_target = now->refer_target != 0;
    out->refer_target = now->refer_target;
    out->has_reject_code = now->reject_code != 0;
    out->reject_code = now->reject_code;
}

static void show_reasons(const struct dispute_case *now, struct arena *arena,
                         struct wire_dispute_view *out)
{
    out->colour_reasons.items =
        arena_alloc(arena, WIRE_DISPUTE_COLOUR_REASON_MAX * sizeof(*out->colour_reasons.items));
    for (int reason = 1; reason <= WIRE_DISPUTE_COLOUR_REASON_MAX; reason++)
        if ((now->reasons & (1u << reason)) != 0)
            out->colour_reasons.items[out->colour_reasons.count++] =
                (enum wire_dispute_colour_reason)reason;
    out->has_colour_reasons = out->colour_reasons.count > 0;
}

/* Events that people cause, and that have an operation. */
static const enum wire_dispute_event operations[] = {
    WIRE_DISPUTE_EVENT_MERGE,    WIRE_DISPUTE_EVENT_REJECT,          WIRE_DISPUTE_EVENT_REFER,
    WIRE_DISPUTE_EVENT_ACCEPT,   WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE, WIRE_DISPUTE_EVENT_ASSIGN,
    WIRE_DISPUTE_EVENT_START,    WIRE_DISPUTE_EVENT_PAUSE,           WIRE_DISPUTE_EVENT_RESUME,
    WIRE_DISPUTE_EVENT_UNSETTLE, WIRE_DISPUTE_EVENT_TRACK,           WIRE_DISPUTE_EVENT_WITHDRAW,
    WIRE_DISPUTE_EVENT_REOPEN,   WIRE_DISPUTE_EVENT_COLOUR,          WIRE_DISPUTE_EVENT_CLASSIFY,
    WIRE_DISPUTE_EVENT_NOTE,
};

static void show_moves(const struct dispute_case *now, struct arena *arena,
                       struct wire_dispute_view *out)
{
    out->has_moves = true;
    out->moves.items = arena_alloc(arena, ARRAY_LEN(operations) * sizeof(*out->moves.items));
    for (size_t i = 0; i < ARRAY_LEN(operations); i++)
        if (dispute_flow_has(now->state, operations[i]))
            out->moves.items[out->moves.count++] = operations[i];
}

static void show_own(const struct dispute_record *record, struct wire_dispute_view *out)
{
    const struct dispute_case *now = &record->now;
    out->has_can_withdraw = true;
    out->can_withdraw = dispute_flow_has(now->state, WIRE_DISPUTE_EVENT_WITHDRAW) &&
                        !dispute_is_dangerous(now->signs);
    out->has_can_reopen_until = dispute_flow_has(now->state, WIRE_DISPUTE_EVENT_REOPEN);
    if (out->has_can_reopen_until)
        out->can_reopen_until = now->state_since + record->policy.reopen_ms;
    out->has_waits_for_me = now->waits_for_reporter;
    out->waits_for_me = now->waits_for_reporter;
}

void dispute_project(const struct dispute_record *record, const struct dispute_names *names,
                     const struct dispute_viewer *viewer, struct arena *arena,
                     struct wire_dispute_view *out)
{
    const struct dispute_case *now = &record->now;
    memset(out, 0, sizeof(*out));
    out->dispute_id = record->id;
    out->no = record->no;
    out->state = now->state;
    out->state_version = record->state_version;
    out->audience = viewer->audience;
    out->colour = now->colour;
    out->community_name = names->community;
    out->created_at = record->created_at;
    out->updated_at = record->updated_at;
    show_next(record, names, viewer, out);
    show_text(true, now->public_reason, &out->has_public_reason, &out->public_reason);
    show_text(true, names->in_charge, &out->has_in_charge_name, &out->in_charge_name);
    out->has_in_charge_role = out->has_in_charge_name && names->in_charge_role != 0;
    out->in_charge_role = names->in_charge_role;
    if (sees(FIELD_KIND, viewer))
        show_kind(now, out);
    if (sees(FIELD_PLACE, viewer))
        show_text(true, place_name(names, arena), &out->has_place_name, &out->place_name);
    if (sees(FIELD_REASONS, viewer))
        show_reasons(now, arena, out);
    if (sees(FIELD_HANDLERS, viewer)) {
        out->has_lead_id = now->lead_id != 0;
        out->lead_id = now->lead_id;
        out->has_officer_id = now->officer_id != 0;
        out->officer_id = now->officer_id;
        out->has_merged_into = now->merged_into != 0;
        out->merged_into = now->merged_into;
    }
    if (sees(FIELD_MOVES, viewer))
        show_moves(now, arena, out);
    if (sees(FIELD_OWN, viewer))
        show_own(record, out);
}

static bool line_is_shown(const struct dispute_line_record *line,
                          const struct dispute_viewer *viewer)
{
    if (sees(FIELD_NOTES, viewer))
        return true;
    if (line->kind == WIRE_DISPUTE_NOTE_KIND_NOTE)
        return false;
    return dispute_line_is_for_reporter(line->event, line->code);
}

static void project_line(const struct dispute_line_record *line,
                         const struct dispute_viewer *viewer, struct wire_dispute_line *out)
{
    bool is_mine = line->actor_id != 0 && line->actor_id == viewer->account_id;
    bool for_reporter = line->kind != WIRE_DISPUTE_NOTE_KIND_NOTE &&
                        dispute_line_is_for_reporter(line->event, line->code);
    memset(out, 0, sizeof(*out));
    out->at = line->at;
    out->event = line->event;
    out->words = dispute_line_words(line->event, line->code);
    out->has_state = line->moved;
    out->state = line->state;
    out->has_mine = is_mine;
    out->mine = is_mine;
    /* Staff are named; the reporter's own name is in `reports`, for who may see it. */
    bool by_staff = line->by_role != 0 && line->by_role != WIRE_ROLE_RESIDENT;
    show_text(by_staff, line->by_name, &out->has_by_name, &out->by_name);
    out->has_by_role = by_staff;
    out->by_role = line->by_role;
    show_text(sees(FIELD_WORDS, viewer), line->body, &out->has_body, &out->body);
    out->has_media = sees(FIELD_WORDS, viewer) && line->media.count > 0;
    if (out->has_media)
        out->media = line->media;
    out->has_staff_only = !for_reporter;
    out->staff_only = !for_reporter;
    show_text(sees(FIELD_NOTES, viewer), line->reason, &out->has_reason, &out->reason);
}

static void show_lines(const struct dispute_writings *said, const struct dispute_viewer *viewer,
                       struct arena *arena, struct wire_dispute_file *out)
{
    out->lines.items = arena_alloc(arena, said->line_count * sizeof(*out->lines.items));
    for (uint32_t i = 0; i < said->line_count; i++)
        if (line_is_shown(&said->lines[i], viewer))
            project_line(&said->lines[i], viewer, &out->lines.items[out->lines.count++]);
}

static void show_guard(const struct dispute_case *now, struct arena *arena,
                       struct wire_dispute_file *out)
{
    out->guard.items = arena_alloc(arena, WIRE_DISPUTE_GUARD_MAX * sizeof(*out->guard.items));
    for (int question = 1; question <= WIRE_DISPUTE_GUARD_MAX; question++)
        if ((now->guard.answered & (1u << question)) != 0)
            out->guard.items[out->guard.count++] = (struct wire_dispute_guard_answer){
                (enum wire_dispute_guard)question, (now->guard.yes & (1u << question)) != 0};
    out->has_guard = out->guard.count > 0;
}

static void show_deadlines(const struct dispute_record *record, struct arena *arena,
                           struct wire_dispute_file *out)
{
    bool paused = dispute_record_is_paused(record);
    out->deadlines.items =
        arena_alloc(arena, WIRE_DISPUTE_TIMER_MAX * sizeof(*out->deadlines.items));
    for (int timer = 1; timer <= WIRE_DISPUTE_TIMER_MAX; timer++) {
        const struct dispute_timer_row *row =
            dispute_record_timer(record, (enum wire_dispute_timer)timer);
        if (row == NULL)
            continue;
        bool stands = paused && row->draft.life == TIMER_OF_OBJECT;
        out->deadlines.items[out->deadlines.count++] = (struct wire_dispute_deadline){
            .timer = (enum wire_dispute_timer)timer,
            .due_at = row->draft.due_at,
            .started_at = row->draft.deadline.started_at,
            .has_paused = stands,
            .paused = stands,
        };
    }
    out->has_deadlines = out->deadlines.count > 0;
}

#define PAUSES_SHOWN 50

static void show_pauses(const struct dispute_record *record, struct arena *arena,
                        struct wire_dispute_file *out)
{
    uint32_t count = record->pauses.count;
    uint32_t first = count > PAUSES_SHOWN ? count - PAUSES_SHOWN : 0;
    out->pauses.items = arena_alloc(arena, (count - first) * sizeof(*out->pauses.items));
    for (uint32_t i = first; i < count; i++) {
        const struct pause *pause = &record->pauses.items[i];
        out->pauses.items[out->pauses.count++] = (struct wire_dispute_pause_view){
            .pause_reason = record->pause_reasons[i],
            .started_at = pause->started_at,
            .has_ended_at = pause->ended_at != 0,
            .ended_at = pause->ended_at,
        };
    }
    out->has_pauses = out->pauses.count > 0;
}

static void show_signs(const struct dispute_case *now, struct arena *arena,
                       struct wire_dispute_file *out)
{
    out->signs.items = arena_alloc(arena, WIRE_DISPUTE_SIGN_MAX * sizeof(*out->signs.items));
    for (int sign = 1; sign <= WIRE_DISPUTE_SIGN_MAX; sign++)
        if ((now->signs & (1u << sign)) != 0)
            out->signs.items[out->signs.count++] = (enum wire_dispute_sign)sign;
    out->has_signs = out->signs.count > 0;
}

static void show_file(const struct dispute_record *record, const struct dispute_writings *said,
                      struct arena *arena, struct wire_dispute_file *out)
{
    out->has_members = said->members.count > 0;
    out->members = said->members;
    show_guard(&record->now, arena, out);
    show_deadlines(record, arena, out);
    show_pauses(record, arena, out);
    show_signs(&record->now, arena, out);
    out->has_people_count = record->now.people_count > 0;
    out->people_count = record->now.people_count;
    out->has_claim_yuan = record->now.claim_yuan > 0;
    out->claim_yuan = record->now.claim_yuan;
    out->has_earlier_count = record->earlier_count > 0;
    out->earlier_count = record->earlier_count;
}

void dispute_project_file(const struct dispute_record *record, const struct dispute_writings *said,
                          const struct dispute_viewer *viewer, struct arena *arena,
                          struct wire_dispute_file *out)
{
    bool words = sees(FIELD_WORDS, viewer);
    show_text(words, said->description, &out->has_description, &out->description);
    show_text(words, said->place_note, &out->has_place_note, &out->place_note);
    show_text(words, said->concerned, &out->has_concerned, &out->concerned);
    out->has_media = words && said->media.count > 0;
    if (out->has_media)
        out->media = said->media;
    show_lines(said, viewer, arena, out);
    if (sees(FIELD_REPORTS, viewer)) {
        out->has_reports = said->reports.count > 0;
        out->reports = said->reports;
    }
    if (sees(FIELD_FILE, viewer))
        show_file(record, said, arena, out);
    if (sees(FIELD_PROPOSAL, viewer) && said->has_proposal) {
        out->has_proposal = true;
        out->proposal = said->proposal;
    }
    if (sees(FIELD_ROOM, viewer) && said->room_id != 0) {
        out->has_room_id = true;
        out->room_id = said->room_id;
    }
}
