#include "rules/dispute_plan.h"

#include <string.h>

#include "rules/dispute_timers.h"

static bool is_officer(enum wire_role role)
{
    return role == WIRE_ROLE_OFFICER || role == WIRE_ROLE_DISPATCHER ||
           role == WIRE_ROLE_STATION_LEADER;
}

static bool is_classified(const struct dispute_case *now)
{
    return now->dispute_class != 0 && now->grade != 0 && now->channel != 0;
}

/* The answers after this command; what is said again replaces what was said. */
static struct dispute_guard_answers guard_after(const struct dispute_record *record,
                                                const struct dispute_command *command)
{
    struct dispute_guard_answers answers = record->now.guard;
    if (command->assessment != NULL &&
        dispute_guard_read(command->assessment->guard.items, command->assessment->guard.count,
                           &answers) != STATUS_OK)
        answers = (struct dispute_guard_answers){0, 0};
    return answers;
}

void dispute_plan_facts(const struct dispute_record *record, const struct dispute_command *command,
                        int64_t now, struct dispute_facts *facts)
{
    const struct dispute_guard_answers guard = guard_after(record, command);
    const struct dispute_policy *policy = &record->policy;
    *facts = command->later;
    facts->colour = record->now.colour;
    facts->role = command->role;
    facts->place_known = record->community_id != 0;
    facts->same_quarrel = command->same_quarrel || command->later.same_quarrel;
    facts->target_open = command->target_open;
    facts->has_public_reason = command->public_reason.len > 0;
    facts->guard_answered = dispute_guard_is_complete(&guard);
    facts->guard_forbids = dispute_guard_forbids(&guard);
    facts->guard_all_no = guard.yes == 0;
    facts->classified = command->assessment != NULL || is_classified(&record->now);
    facts->both_agree = command->both_agree;
    facts->lead_available = command->lead_available;
    facts->lead_is_party = command->lead_is_party;
    facts->is_lead = command->actor_id != 0 && command->actor_id == record->now.lead_id;
    facts->is_officer = command->actor_id != 0 && is_officer(command->role);
    facts->is_system = command->actor_id == 0;
    facts->is_reporter = command->as_reporter;
    facts->party_consents = command->party_consents;
    facts->guardian_missing = dispute_guard_needs_guardian(&guard) && !command->guardian_present;
    facts->pause_left = record->pauses.count < PAUSES_MAX &&
                        dispute_record_paused_ms(record, now) < policy->pause_total_ms;
    facts->party_refuses = command->party_refuses;
    facts->reason_given = command->reason.len > 0;
    facts->risk = dispute_is_dangerous(record->now.signs);
    facts->within_180d = now - record->now.state_since <= policy->reopen_ms;
    if (record->now.state == WIRE_DISPUTE_STATE_TRACKING)
        facts->parties_gone_or_180d = command->later.parties_gone_or_180d ||
                                      now - record->now.state_since >= policy->tracking_end_ms;
}

static dispute_signs signs_of(const enum wire_dispute_sign *items, uint32_t count)
{
    dispute_signs signs = 0;
    for (uint32_t i = 0; i < count; i++)
        signs |= 1u << items[i];
    return signs;
}

static void assess(struct dispute_case *after, const struct dispute_record *record,
                   const struct dispute_command *command)
{
    const struct wire_dispute_assessment *said = command->assessment;
    if (said == NULL)
        return;
    after->guard = guard_after(record, command);
    after->dispute_class = said->dispute_class;
    after->grade = said->grade;
    after->channel = said->channel;
    if (said->has_subclass)
        after->subclass = said->subclass;
    if (said->has_people_count)
        after->people_count = said->people_count;
    if (said->has_claim_yuan)
        after->claim_yuan = said->claim_yuan;
    if (said->has_signs)
        after->signs |= signs_of(said->signs.items, said->signs.count);
}

static void keep_member(struct dispute_change *change, uint64_t account_id,
                        enum wire_dispute_part part)
{
    for (uint32_t i = 0; i < change->member_count; i++)
        if (change->members[i].account_id == account_id)
            return;
    if (account_id != 0 && change->member_count < DISPUTE_MEMBERS_MAX)
        change->members[change->member_count++] = (struct dispute_part_of){account_id, part};
}

static void assign(const struct dispute_command *command, struct dispute_change *change)
{
    change->after.lead_id = command->lead_id;
    change->after.lead_spoke = false;
    if (change->after.officer_id == 0 && is_officer(command->role))
        change->after.officer_id = command->actor_id;
    change->sets_members = true;
    change->opens_room = true;
    keep_member(change, command->lead_id, WIRE_DISPUTE_PART_LEAD);
    keep_member(change, change->after.officer_id, WIRE_DISPUTE_PART_OFFICER);
    for (uint32_t i = 0; i < command->panel_count && i < DISPUTE_PANEL_MAX; i++)
        keep_member(change, command->panel_ids[i], WIRE_DISPUTE_PART_PANEL);
}

/* Nobody leads it any more; the officer in charge stays. */
static void unassign(struct dispute_change *change)
{
    change->after.lead_id = 0;
    change->sets_members = true;
    change->member_count = 0;
    keep_member(change, change->after.officer_id, WIRE_DISPUTE_PART_OFFICER);
}

static void tell(struct dispute_change *change, enum dispute_tell what, enum dispute_rung rung)
{
    change->tell = what;
    change->tell_rung = rung;
}

static void reopen(const struct dispute_command *command, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    unassign(change);
    if (command->as_reporter) /* she says it is not over: somebody else looks at it */
        after->officer_id = 0;
    else if (is_officer(command->role))
        after->officer_id = command->actor_id;
    change->member_count = 0;
    after->refer_target = 0;
    after->reject_code = 0;
    after->revisit_n = 0;
    after->public_reason = (struct wire_text){NULL, 0};
    after->rung = DISPUTE_RUNG_OFFICERS;
    tell(change, DISPUTE_TELL_NEW, DISPUTE_RUNG_OFFICERS);
}

static void recur(struct dispute_change *change)
{
    change->after.reasons |= DISPUTE_REASON(RECURRED);
    change->after.colour = dispute_colour_above(change->after.colour);
    change->after.revisit_n = 0;
    unassign(change);
    tell(change, DISPUTE_TELL_NEW, DISPUTE_RUNG_OFFICERS);
}

static void paint(const struct dispute_command *command, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    after->signs |= command->signs;
    change->code = command->colour;
    if (command->is_approved && command->colour < after->colour) {
        after->excused |= after->reasons;
        after->reasons |= DISPUTE_REASON(LOWERED_BY_TWO);
        after->excused |= DISPUTE_REASON(LOWERED_BY_TWO);
        after->colour = command->colour;
    } else if (command->colour > after->colour) {
        after->reasons |= DISPUTE_REASON(RAISED_BY_HAND);
        after->excused &= ~DISPUTE_REASON(RAISED_BY_HAND);
        after->colour = command->colour;
        tell(change, DISPUTE_TELL_RAISED, DISPUTE_RUNG_OFFICERS);
    }
}

/* The next who is told; without a lead there is nobody on the first rung. */
static enum dispute_rung next_rung(const struct dispute_case *now)
{
    enum dispute_rung next = now->rung < DISPUTE_RUNG_LEADER ? now->rung + 1 : now->rung;
    if (next == DISPUTE_RUNG_ASSIGNED && now->lead_id == 0 && now->officer_id == 0)
        next = DISPUTE_RUNG_OFFICERS;
    return next;
}

static void climb(struct dispute_change *change, enum dispute_tell what)
{
    change->after.rung = next_rung(&change->after);
    tell(change, what, change->after.rung);
}

/* What a missed settle_target does to the colour: one step up, at red the leader every day. */
static void miss_settle_target(struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    if (after->colour == WIRE_DISPUTE_COLOUR_BLUE)
        after->reasons |= DISPUTE_REASON(SETTLE_TARGET_MISSED);
    else if (after->colour == WIRE_DISPUTE_COLOUR_YELLOW)
        after->reasons |= DISPUTE_REASON(SETTLE_TARGET_MISSED_TWICE);
    else
        change->report_to_district = true;
    if (change->report_to_district)
        after->rung = DISPUTE_RUNG_LEADER;
    else
        after->excused &=
            ~(DISPUTE_REASON(SETTLE_TARGET_MISSED) | DISPUTE_REASON(SETTLE_TARGET_MISSED_TWICE));
    climb(change, DISPUTE_TELL_OVERDUE);
}

/* A time passed and nobody acted. */
static void miss(const struct dispute_command *command, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    change->code = command->timer;
    change->tell_timer = command->timer;
    switch (command->timer) {
    case WIRE_DISPUTE_TIMER_FIRST_RESPONSE:
        after->reasons |= DISPUTE_REASON(FIRST_RESPONSE_MISSED);
        climb(change, DISPUTE_TELL_OVERDUE);
        break;
    case WIRE_DISPUTE_TIMER_ACCEPT_BY:
        after->reasons |= DISPUTE_REASON(ACCEPT_BY_MISSED);
        climb(change, DISPUTE_TELL_OVERDUE);
        break;
    case WIRE_DISPUTE_TIMER_SETTLE_TARGET:
        miss_settle_target(change);
        break;
    case WIRE_DISPUTE_TIMER_FIRST_SESSION_BY:
        climb(change, DISPUTE_TELL_OVERDUE);
        break;
    case WIRE_DISPUTE_TIMER_CHOOSE_BY:
        after->rung = DISPUTE_RUNG_LEADER;
        tell(change, DISPUTE_TELL_OVERDUE, DISPUTE_RUNG_LEADER);
        break;
    case WIRE_DISPUTE_TIMER_REVISIT:
        after->revisit_n++;
        climb(change, DISPUTE_TELL_LOOK);
        break;
    case WIRE_DISPUTE_TIMER_ANSWER_BY:
        after->waits_for_reporter = false;
        if (after->state != WIRE_DISPUTE_STATE_PAUSED)
            change->pausing = DISPUTE_PAUSE_ENDS;
        tell(change, DISPUTE_TELL_GOES_ON, DISPUTE_RUNG_ASSIGNED);
        break;
    case WIRE_DISPUTE_TIMER_RETURN_CHECK:
    case WIRE_DISPUTE_TIMER_TRACKING:
        tell(change, DISPUTE_TELL_LOOK, DISPUTE_RUNG_OFFICERS);
        break;
    case WIRE_DISPUTE_TIMER_RETURN:      /* give_back */
    case WIRE_DISPUTE_TIMER_PAUSE_LIMIT: /* resume */
        break;
    }
}

static void note(const struct dispute_record *record, const struct dispute_command *command,
                 const struct dispute_world *world, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    change->code = command->note_kind;
    if (command->actor_id == after->lead_id)
        after->lead_spoke = true;
    if (command->note_kind == WIRE_DISPUTE_NOTE_KIND_NOTE)
        return;
    after->rung = DISPUTE_RUNG_NONE;
    if (after->first_answer_at == 0)
        after->first_answer_at = world->now;
    if (command->note_kind != WIRE_DISPUTE_NOTE_KIND_QUESTION ||
        dispute_state_is_terminal(after->state))
        return;
    after->waits_for_reporter = true;
    if (!dispute_record_is_paused(record) && record->pauses.count < PAUSES_MAX) {
        change->pausing = DISPUTE_PAUSE_BEGINS;
        change->pause_reason = WIRE_DISPUTE_PAUSE_REASON_REPORTER;
    }
}

/* The reporter wrote: what waited for her goes on. */
static void answer(const struct dispute_record *record, struct dispute_change *change)
{
    bool waited = change->after.waits_for_reporter;
    change->after.waits_for_reporter = false;
    if (waited && change->after.state != WIRE_DISPUTE_STATE_PAUSED &&
        dispute_record_is_paused(record))
        change->pausing = DISPUTE_PAUSE_ENDS;
    tell(change, DISPUTE_TELL_ANSWERED, DISPUTE_RUNG_ASSIGNED);
}

/* What an event changes beside the state. */
static void apply(const struct dispute_record *record, const struct dispute_command *command,
                  const struct dispute_world *world, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    switch (command->event) {
    case WIRE_DISPUTE_EVENT_SUBMIT:
        after->dispute_class = dispute_class_of(after->subclass);
        after->rung = DISPUTE_RUNG_OFFICERS;
        tell(change, DISPUTE_TELL_NEW, DISPUTE_RUNG_OFFICERS);
        break;
    case WIRE_DISPUTE_EVENT_MERGE:
        after->merged_into = command->merged_into;
        break;
    case WIRE_DISPUTE_EVENT_REJECT:
        after->reject_code = command->reject_code;
        change->code = command->reject_code;
        break;
    case WIRE_DISPUTE_EVENT_REFER:
        after->refer_target = command->refer_target;
        change->code = command->refer_target;
        break;
    case WIRE_DISPUTE_EVENT_ACCEPT:
    case WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE:
        after->accepted_at = world->now;
        after->officer_id = command->actor_id;
        break;
    case WIRE_DISPUTE_EVENT_ASSIGN:
        assign(command, change);
        break;
    case WIRE_DISPUTE_EVENT_GIVE_BACK:
        unassign(change);
        change->tell_timer = WIRE_DISPUTE_TIMER_RETURN;
        after->rung = DISPUTE_RUNG_OFFICERS;
        tell(change, DISPUTE_TELL_RETURNED, DISPUTE_RUNG_OFFICERS);
        break;
    case WIRE_DISPUTE_EVENT_PAUSE:
        change->code = command->pause_reason;
        change->pause_reason = command->pause_reason;
        change->pausing =
            dispute_record_is_paused(record) ? DISPUTE_PAUSE_STAYS : DISPUTE_PAUSE_BEGINS;
        break;
    case WIRE_DISPUTE_EVENT_RESUME:
        if (command->actor_id == 0)
            tell(change, DISPUTE_TELL_GOES_ON, DISPUTE_RUNG_LEADER);
        break;
    case WIRE_DISPUTE_EVENT_REOPEN:
        reopen(command, change);
        break;
    case WIRE_DISPUTE_EVENT_RECUR:
        recur(change);
        break;
    case WIRE_DISPUTE_EVENT_BREACH:
        after->colour = dispute_colour_above(after->colour);
        break;
    case WIRE_DISPUTE_EVENT_COLOUR:
        paint(command, change);
        break;
    case WIRE_DISPUTE_EVENT_DEADLINE:
        miss(command, change);
        break;
    case WIRE_DISPUTE_EVENT_NOTE:
        note(record, command, world, change);
        break;
    case WIRE_DISPUTE_EVENT_ADD:
        answer(record, change);
        break;
    default: /* the state is all */
        break;
    }
}

/* A human of the staff did something: nobody else has to be told any more. */
static void count_as_answer(const struct dispute_command *command,
                            const struct dispute_world *world, struct dispute_case *after)
{
    const uint32_t answers = 1u << WIRE_DISPUTE_EVENT_MERGE | 1u << WIRE_DISPUTE_EVENT_REJECT |
                             1u << WIRE_DISPUTE_EVENT_REFER | 1u << WIRE_DISPUTE_EVENT_ACCEPT |
                             1u << WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE;
    const uint32_t acts = answers | 1u << WIRE_DISPUTE_EVENT_ASSIGN |
                          1u << WIRE_DISPUTE_EVENT_START | 1u << WIRE_DISPUTE_EVENT_PAUSE |
                          1u << WIRE_DISPUTE_EVENT_UNSETTLE | 1u << WIRE_DISPUTE_EVENT_TRACK |
                          1u << WIRE_DISPUTE_EVENT_RETRY;
    if (command->actor_id == 0 || command->as_reporter)
        return;
    if ((answers & (1u << command->event)) != 0 && after->first_answer_at == 0)
        after->first_answer_at = world->now;
    if ((acts & (1u << command->event)) != 0)
        after->rung = DISPUTE_RUNG_NONE;
}

/* The rules are looked at with every event. They raise; they never lower. */
static void look_at_colour(const struct dispute_record *record, struct dispute_change *change)
{
    struct dispute_case *after = &change->after;
    const struct dispute_weight weight = {
        .grade = after->grade,
        .subclass = after->subclass,
        .signs = after->signs,
        .people_count = after->people_count,
        .claim_yuan = after->claim_yuan,
        .earlier_count = record->earlier_count,
        .failed_sessions = after->failed_sessions,
        .lasting = after->reasons,
    };
    after->reasons = dispute_colour_reasons(&weight);
    enum wire_dispute_colour least =
        dispute_colour_of(after->reasons & ~after->excused, after->grade);
    if (least > after->colour)
        after->colour = least;
    bool became_red =
        after->colour == WIRE_DISPUTE_COLOUR_RED && record->now.colour != WIRE_DISPUTE_COLOUR_RED;
    if (became_red) { /* the leader names who leads it */
        enum dispute_tell what = change->tell != 0 ? change->tell : DISPUTE_TELL_RAISED;
        after->rung = DISPUTE_RUNG_LEADER;
        tell(change, what, DISPUTE_RUNG_LEADER);
    }
}

/* Whatever stood still goes on when the state that let it stand is left. */
static void leave_pause(const struct dispute_record *record, struct dispute_change *change)
{
    bool moved = change->after.state != record->now.state;
    if (!moved || change->after.state == WIRE_DISPUTE_STATE_PAUSED)
        return;
    change->after.waits_for_reporter = false;
    if (dispute_record_is_paused(record))
        change->pausing = DISPUTE_PAUSE_ENDS;
}

enum status dispute_plan(const struct dispute_record *record, const struct dispute_command *command,
                         const struct dispute_world *world, struct dispute_change *out)
{
    struct dispute_facts facts;
    struct dispute_guard_answers answers;
    enum wire_dispute_state next = record->now.state;
    if (command->assessment != NULL &&
        dispute_guard_read(command->assessment->guard.items, command->assessment->guard.count,
                           &answers) != STATUS_OK)
        return STATUS_INVALID_FIELD;
    dispute_plan_facts(record, command, world->now, &facts);
    enum status status = dispute_flow_next(record->now.state, command->event, &facts, &next);
    if (status != STATUS_OK)
        return status;
    struct dispute_change change = {.after = record->now,
                                    .state_version = record->state_version + 1};
    change.after.state = next;
    if (next != record->now.state)
        change.after.state_since = world->now;
    if (command->public_reason.len > 0)
        change.after.public_reason = command->public_reason;
    assess(&change.after, record, command);
    apply(record, command, world, &change);
    count_as_answer(command, world, &change.after);
    look_at_colour(record, &change);
    leave_pause(record, &change);
    change.ends = dispute_state_is_terminal(next);
    change.closes_room = change.ends || next == WIRE_DISPUTE_STATE_REFERRED;
    dispute_timers_plan(record, command->event == WIRE_DISPUTE_EVENT_DEADLINE ? command->timer : 0,
                        world, &change);
    *out = change;
    return STATUS_OK;
}
