/*
 * Random walks of a dispute: whatever people and the clock do, in any order, the promises hold.
 * 10^5 walks; 10^6 with HALL_DEEP=1. A walk that breaks one prints its seed: HALL_SEED=<n> runs
 * that walk alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/dispute_walk.h"

#define NOW         INT64_C(1790000000000)
#define HOUR        DUTY_HOUR_MS
#define WALKS       100000u
#define STEPS       16
#define FIRINGS_MAX 16 /* of one moment, after any outage */

#define holds(promise)                                                                             \
    do {                                                                                           \
        if (!(promise))                                                                            \
            fail_msg("seed %llu step %d event %d: %s", (unsigned long long)walk->seed, walk->step, \
                     walk->event, #promise);                                                       \
    } while (0)

struct walk {
    uint64_t seed;
    uint64_t random;
    int step;
    int event;
    int64_t now;
    struct duty_calendar *calendar;
    struct dispute_record record;
    struct dispute_change change;
};

static uint32_t draw(struct walk *walk, uint32_t below)
{
    walk->random ^= walk->random << 13;
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return (uint32_t)(walk->random >> 33) % below;
}

/* Somebody is always on duty, so that all three clocks can be counted by hand. */
static struct duty_calendar *round_the_clock(void)
{
    struct duty_span spans[7];
    for (uint8_t day = 0; day < 7; day++)
        spans[day] = (struct duty_span){day, 0, DUTY_MINUTES_A_DAY};
    return duty_calendar_create(&(struct duty_plan){.spans = spans, .span_count = 7});
}

/* Invariant 9, counted another way: minute for minute is too slow, so interval for interval. */
static int64_t due_by_hand(const struct timer_draft *draft, const struct pause_list *pauses)
{
    int64_t due = draft->deadline.started_at + draft->deadline.budget_ms;
    for (uint32_t i = 0; i < pauses->count; i++) {
        const struct pause *pause = &pauses->items[i];
        int64_t from = pause->started_at > draft->deadline.started_at ? pause->started_at
                                                                      : draft->deadline.started_at;
        if (pause->ended_at <= from || from >= due)
            continue;
        due += pause->ended_at - from;
    }
    return due;
}

static void check_timers(struct walk *walk)
{
    const struct dispute_record *record = &walk->record;
    bool paused = dispute_record_is_paused(record);
    uint32_t deadlines = 0;
    uint32_t live = 0;
    int64_t earliest = 0;
    for (uint32_t i = 0; i < record->timer_count; i++) {
        const struct timer_draft *draft = &record->timers[i].draft;
        enum wire_dispute_timer timer = dispute_timer_of(draft->name);
        bool stands = paused && draft->life == TIMER_OF_OBJECT;
        holds(timer != 0);
        if (draft->life == TIMER_OF_OBJECT && !stands)
            holds(draft->due_at == due_by_hand(draft, &record->pauses));
        if (timer_name_percent(draft->name) != 0)
            continue;
        holds((deadlines & DISPUTE_TIMER_BIT(timer)) == 0); /* one of a kind */
        deadlines |= DISPUTE_TIMER_BIT(timer);
        if (!stands) {
            live++;
            if (earliest == 0 || draft->due_at < earliest)
                earliest = draft->due_at;
        }
    }
    bool ended = dispute_state_is_terminal(record->now.state);
    holds(ended ? record->timer_count == 0 : live > 0); /* invariant 22 */
    holds(record->now.next_due_at == earliest);
    holds((record->now.state == WIRE_DISPUTE_STATE_PAUSED) <= paused);
    holds(!ended || !paused);
    holds(record->now.first_answer_at == 0 ||
          (deadlines & DISPUTE_TIMER_BIT(WIRE_DISPUTE_TIMER_FIRST_RESPONSE)) == 0);
}

static void check_move(struct walk *walk, const struct dispute_command *command)
{
    const struct dispute_case *before = &walk->record.now;
    const struct dispute_case *after = &walk->change.after;
    const struct dispute_guard_answers *guard = &after->guard;
    bool lawful = dispute_guard_is_complete(guard) && !dispute_guard_forbids(guard);
    if (dispute_state_is_terminal(before->state) && after->state != before->state) /* 6 */
        holds(command->event == WIRE_DISPUTE_EVENT_REOPEN ||
              command->event == WIRE_DISPUTE_EVENT_RECUR);
    if (command->event == WIRE_DISPUTE_EVENT_ACCEPT || command->event == WIRE_DISPUTE_EVENT_START ||
        command->event == WIRE_DISPUTE_EVENT_ASSIGN ||
        command->event == WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE) /* 15 */
        holds(lawful);
    holds(after->colour >= before->colour ||
          (command->event == WIRE_DISPUTE_EVENT_COLOUR && command->is_approved));
    holds(after->rung <= DISPUTE_RUNG_LEADER);
    holds(walk->change.put.count <= TIMER_PLAN_MAX);
    holds(walk->change.state_version == walk->record.state_version + 1);
}

static enum status try(struct walk *walk, const struct dispute_command *command)
{
    const struct dispute_world world = {walk->calendar, walk->now};
    walk->event = (int)command->event;
    enum status status = dispute_plan(&walk->record, command, &world, &walk->change);
    if (status != STATUS_OK)
        return status;
    check_move(walk, command);
    walk_apply(&walk->record, &walk->change, walk->now);
    check_timers(walk);
    return STATUS_OK;
}

/* The earliest timer that is due; NULL: none. */
static const struct dispute_timer_row *due_timer(const struct walk *walk)
{
    const struct dispute_timer_row *first = NULL;
    bool paused = dispute_record_is_paused(&walk->record);
    for (uint32_t i = 0; i < walk->record.timer_count; i++) {
        const struct dispute_timer_row *row = &walk->record.timers[i];
        bool stands = paused && row->draft.life == TIMER_OF_OBJECT;
        if (!stands && row->draft.due_at <= walk->now &&
            (first == NULL || row->draft.due_at < first->draft.due_at))
            first = row;
    }
    return first;
}

static struct dispute_command command_of_timer(enum wire_dispute_timer timer)
{
    struct dispute_command command = {.event = WIRE_DISPUTE_EVENT_DEADLINE, .timer = timer};
    if (timer == WIRE_DISPUTE_TIMER_RETURN)
        command.event = WIRE_DISPUTE_EVENT_GIVE_BACK;
    if (timer == WIRE_DISPUTE_TIMER_PAUSE_LIMIT)
        command.event = WIRE_DISPUTE_EVENT_RESUME;
    return command;
}

/* Invariant 8: after any outage everything overdue fires once, and then it is quiet. */
static void fire_what_is_due(struct walk *walk)
{
    const struct dispute_timer_row *row;
    for (int fired = 0; (row = due_timer(walk)) != NULL; fired++) {
        enum wire_dispute_timer timer = dispute_timer_of(row->draft.name);
        holds(fired < FIRINGS_MAX);
        if (timer_name_percent(row->draft.name) != 0) { /* warns, changes nothing */
            struct dispute_record *record = &walk->record;
            size_t at = (size_t)(row - record->timers);
            record->timers[at] = record->timers[--record->timer_count];
            continue;
        }
        const struct dispute_command command = command_of_timer(timer);
        enum status status = try(walk, &command);
        holds(status == STATUS_OK);
    }
}

/* Any event; mostly one that the state knows, so that the walk gets somewhere. */
static enum wire_dispute_event random_event(struct walk *walk)
{
    enum wire_dispute_event event;
    int tries = draw(walk, 4) == 0 ? 1 : 32;
    do
        event = (enum wire_dispute_event)(1 + draw(walk, WIRE_DISPUTE_EVENT_MAX));
    while (--tries > 0 && !dispute_flow_has(walk->record.now.state, event));
    return event;
}

static struct dispute_command random_command(struct walk *walk)
{
    struct dispute_command command = walk_command(random_event(walk));
    uint32_t who = draw(walk, 6);
    if (who == 0) {
        command.actor_id = WALK_REPORTER;
        command.role = WIRE_ROLE_RESIDENT;
        command.as_reporter = true;
    } else if (who < 3 && walk->record.now.lead_id != 0) {
        command.actor_id = walk->record.now.lead_id;
        command.role = WIRE_ROLE_MEDIATOR;
    }
    if (command.event == WIRE_DISPUTE_EVENT_DEADLINE) /* only a timer says so */
        command.event = WIRE_DISPUTE_EVENT_NOTE;
    if (draw(walk, 2) == 0)
        command.assessment = walk_assessment(draw(walk, 4) == 0 ? draw(walk, 1024) : 0);
    command.colour = (enum wire_dispute_colour)(1 + draw(walk, WIRE_DISPUTE_COLOUR_MAX));
    command.is_approved = draw(walk, 2) == 0;
    command.signs = draw(walk, 4) == 0 ? 1u << (1 + draw(walk, WIRE_DISPUTE_SIGN_MAX)) : 0;
    command.note_kind = (enum wire_dispute_note_kind)(1 + draw(walk, WIRE_DISPUTE_NOTE_KIND_MAX));
    command.pause_reason = (enum wire_dispute_pause_reason)(1 + draw(walk, 4));
    command.both_agree = draw(walk, 4) != 0;
    command.party_consents = draw(walk, 4) != 0;
    command.guardian_present = draw(walk, 2) == 0;
    command.lead_is_party = draw(walk, 8) == 0;
    command.later.obligations = draw(walk, 2) == 0;
    command.later.parties_willing = draw(walk, 2) == 0;
    return command;
}

static void pass_time(struct walk *walk)
{
    static const int64_t hops[] = {1,        60000,     20 * 60000, HOUR,
                                   5 * HOUR, 24 * HOUR, 96 * HOUR,  40 * 24 * HOUR};
    walk->now += (int64_t)draw(walk, 1000) + hops[draw(walk, sizeof(hops) / sizeof(hops[0]))];
    fire_what_is_due(walk);
}

static void run(struct walk *walk)
{
    struct dispute_command submit = walk_command(WIRE_DISPUTE_EVENT_SUBMIT);
    walk->random = walk->seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    walk->now = NOW;
    walk->record = walk_new();
    submit.actor_id = WALK_REPORTER;
    submit.as_reporter = true;
    enum status status = try(walk, &submit);
    holds(status == STATUS_OK);
    for (walk->step = 0; walk->step < STEPS; walk->step++) {
        if (draw(walk, 3) == 0)
            pass_time(walk);
        if (draw(walk, 16) == 0) /* a changed policy counts from the next change on */
            walk->record.policy.budgets[WIRE_DISPUTE_TIMER_SETTLE_TARGET][1 + draw(walk, 3)].ms =
                (1 + (int64_t)draw(walk, 40)) * DUTY_DAY_MS;
        struct dispute_command command = random_command(walk);
        status = try(walk, &command);
        holds(status == STATUS_OK || status == STATUS_CONFLICT ||
              status == STATUS_MEDIATION_FORBIDDEN);
    }
}

static void whatever_happens_the_promises_hold(void **state)
{
    (void)state;
    uint64_t ends_in[WIRE_DISPUTE_STATE_MAX + 1] = {0};
    const char *seed = getenv("HALL_SEED");
    const char *deep = getenv("HALL_DEEP");
    uint64_t walks = deep != NULL && deep[0] == '1' ? 10 * WALKS : WALKS;
    struct walk walk = {.calendar = round_the_clock()};
    assert_non_null(walk.calendar);
    for (uint64_t n = 1; n <= walks; n++) {
        walk.seed = seed != NULL ? strtoull(seed, NULL, 10) : n;
        run(&walk);
        ends_in[walk.record.now.state]++;
        if (seed != NULL)
            break;
    }
    /* They got everywhere. */
    for (int s = 1; s <= WIRE_DISPUTE_STATE_MAX && seed == NULL; s++)
        assert_true(ends_in[s] > 0);
    duty_calendar_destroy(walk.calendar);
}

/* A case on its way, for the tests below. */
static void begin(struct walk *walk)
{
    struct dispute_command submit = walk_command(WIRE_DISPUTE_EVENT_SUBMIT);
    *walk = (struct walk){.now = NOW, .record = walk_new(), .calendar = round_the_clock()};
    submit.actor_id = WALK_REPORTER;
    assert_int_equal(try(walk, &submit), STATUS_OK);
}

static void act(struct walk *walk, enum wire_dispute_event event)
{
    struct dispute_command command = walk_command(event);
    if (event == WIRE_DISPUTE_EVENT_ACCEPT)
        command.assessment = walk_assessment(0);
    if (event == WIRE_DISPUTE_EVENT_START)
        command.actor_id = WALK_LEAD;
    assert_int_equal(try(walk, &command), STATUS_OK);
}

static void an_unanswered_legal_question_forbids_accepting(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    struct dispute_command accept = walk_command(WIRE_DISPUTE_EVENT_ACCEPT);
    assert_int_equal(try(&walk, &accept), STATUS_CONFLICT);
    accept.assessment = walk_assessment(1u << WIRE_DISPUTE_GUARD_CRIME);
    assert_int_equal(try(&walk, &accept), STATUS_MEDIATION_FORBIDDEN);
    struct dispute_command refer = walk_command(WIRE_DISPUTE_EVENT_REFER);
    assert_int_equal(try(&walk, &refer), STATUS_OK);
    duty_calendar_destroy(walk.calendar);
}

static void nobody_answers_and_the_next_people_are_told(void **state)
{
    (void)state;
    static const struct {
        int64_t after_ms;
        enum wire_dispute_colour colour;
        enum dispute_rung rung;
    } steps[] = {
        {30 * 60000, WIRE_DISPUTE_COLOUR_YELLOW, DISPUTE_RUNG_DISPATCHER},
        {15 * 60000, WIRE_DISPUTE_COLOUR_YELLOW, DISPUTE_RUNG_LEADER},
        {24 * HOUR, WIRE_DISPUTE_COLOUR_YELLOW, DISPUTE_RUNG_LEADER},
    };
    struct walk walk;
    begin(&walk);
    assert_int_equal(walk.record.now.rung, DISPUTE_RUNG_OFFICERS);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        const struct dispute_timer_row *row =
            dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_FIRST_RESPONSE);
        assert_int_equal(row->draft.due_at, walk.now + steps[i].after_ms);
        walk.now = row->draft.due_at;
        const struct dispute_command passed = command_of_timer(WIRE_DISPUTE_TIMER_FIRST_RESPONSE);
        assert_int_equal(try(&walk, &passed), STATUS_OK);
        assert_int_equal(walk.record.now.colour, steps[i].colour);
        assert_int_equal(walk.change.tell_rung, steps[i].rung);
    }
    assert_int_equal(walk.record.now.reasons, DISPUTE_REASON(FIRST_RESPONSE_MISSED));
    duty_calendar_destroy(walk.calendar);
}

static void an_answer_of_the_staff_stops_it_and_a_note_for_the_file_does_not(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    struct dispute_command note = walk_command(WIRE_DISPUTE_EVENT_NOTE);
    assert_int_equal(try(&walk, &note), STATUS_OK);
    assert_non_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_FIRST_RESPONSE));
    note.note_kind = WIRE_DISPUTE_NOTE_KIND_TO_REPORTER;
    assert_int_equal(try(&walk, &note), STATUS_OK);
    assert_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_FIRST_RESPONSE));
    assert_non_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_ACCEPT_BY));
    duty_calendar_destroy(walk.calendar);
}

static void what_waits_for_the_reporter_goes_on_with_her_answer(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    int64_t due = dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_ACCEPT_BY)->draft.due_at;
    struct dispute_command ask = walk_command(WIRE_DISPUTE_EVENT_NOTE);
    ask.note_kind = WIRE_DISPUTE_NOTE_KIND_QUESTION;
    assert_int_equal(try(&walk, &ask), STATUS_OK);
    assert_true(walk.record.now.waits_for_reporter);
    walk.now += 10 * HOUR; /* long after accept_by: it stood still */
    assert_null(due_timer(&walk));
    struct dispute_command add = walk_command(WIRE_DISPUTE_EVENT_ADD);
    add.actor_id = WALK_REPORTER;
    add.as_reporter = true;
    assert_int_equal(try(&walk, &add), STATUS_OK);
    assert_int_equal(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_ACCEPT_BY)->draft.due_at,
                     due + 10 * HOUR);
    assert_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_ANSWER_BY));
    duty_calendar_destroy(walk.calendar);
}

static void a_missed_settle_target_counts_on_from_the_acceptance(void **state)
{
    (void)state;
    static const int64_t days[] = {3, 15, 30};
    struct walk walk;
    begin(&walk);
    act(&walk, WIRE_DISPUTE_EVENT_ACCEPT);
    act(&walk, WIRE_DISPUTE_EVENT_ASSIGN);
    act(&walk, WIRE_DISPUTE_EVENT_START);
    const struct dispute_command passed = command_of_timer(WIRE_DISPUTE_TIMER_SETTLE_TARGET);
    for (int i = 0; i < 3; i++) {
        const struct dispute_timer_row *row =
            dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_SETTLE_TARGET);
        assert_int_equal(walk.record.now.colour, i + 1);
        assert_int_equal(row->draft.due_at, NOW + days[i] * DUTY_DAY_MS);
        walk.now = row->draft.due_at;
        assert_int_equal(try(&walk, &passed), STATUS_OK);
    }
    assert_true(walk.change.report_to_district);
    assert_int_equal(
        dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_SETTLE_TARGET)->draft.due_at,
        walk.now + DUTY_DAY_MS);
    duty_calendar_destroy(walk.calendar);
}

static void a_silent_lead_has_it_returned_and_one_who_spoke_has_not(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    act(&walk, WIRE_DISPUTE_EVENT_ACCEPT);
    act(&walk, WIRE_DISPUTE_EVENT_ASSIGN);
    assert_true(walk.change.opens_room);
    assert_int_equal(walk.record.member_count, 3);
    assert_non_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_RETURN));
    const struct dispute_command passed = command_of_timer(WIRE_DISPUTE_TIMER_RETURN);
    assert_int_equal(try(&walk, &passed), STATUS_OK);
    assert_int_equal(walk.record.now.state, WIRE_DISPUTE_STATE_ACCEPTED);
    assert_int_equal(walk.record.now.lead_id, 0);
    assert_int_equal(walk.change.tell, DISPUTE_TELL_RETURNED);
    act(&walk, WIRE_DISPUTE_EVENT_ASSIGN);
    struct dispute_command note = walk_command(WIRE_DISPUTE_EVENT_NOTE);
    note.actor_id = WALK_LEAD;
    assert_int_equal(try(&walk, &note), STATUS_OK);
    assert_null(dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_RETURN));
    duty_calendar_destroy(walk.calendar);
}

static void what_two_people_lowered_stays_low_until_something_new_comes_up(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    struct dispute_command paint = walk_command(WIRE_DISPUTE_EVENT_COLOUR);
    paint.colour = WIRE_DISPUTE_COLOUR_RED;
    paint.signs = DISPUTE_SIGN(THREAT);
    assert_int_equal(try(&walk, &paint), STATUS_OK);
    assert_int_equal(walk.record.now.colour, WIRE_DISPUTE_COLOUR_RED);
    paint.colour = WIRE_DISPUTE_COLOUR_BLUE;
    paint.signs = 0;
    assert_int_equal(try(&walk, &paint), STATUS_OK);
    assert_int_equal(walk.record.now.colour, WIRE_DISPUTE_COLOUR_RED); /* not approved */
    paint.is_approved = true;
    assert_int_equal(try(&walk, &paint), STATUS_OK);
    assert_int_equal(walk.record.now.colour, WIRE_DISPUTE_COLOUR_BLUE);
    act(&walk, WIRE_DISPUTE_EVENT_NOTE);
    assert_int_equal(walk.record.now.colour, WIRE_DISPUTE_COLOUR_BLUE);
    paint = walk_command(WIRE_DISPUTE_EVENT_COLOUR);
    paint.colour = WIRE_DISPUTE_COLOUR_BLUE;
    paint.signs = DISPUTE_SIGN(WEAPON);
    assert_int_equal(try(&walk, &paint), STATUS_OK);
    assert_int_equal(walk.record.now.colour, WIRE_DISPUTE_COLOUR_RED);
    assert_int_equal(walk.change.tell_rung, DISPUTE_RUNG_LEADER);
    duty_calendar_destroy(walk.calendar);
}

static void sixty_days_of_pauses_are_all_there_are(void **state)
{
    (void)state;
    struct walk walk;
    begin(&walk);
    act(&walk, WIRE_DISPUTE_EVENT_ACCEPT);
    act(&walk, WIRE_DISPUTE_EVENT_ASSIGN);
    act(&walk, WIRE_DISPUTE_EVENT_START);
    act(&walk, WIRE_DISPUTE_EVENT_PAUSE);
    walk.now += 50 * DUTY_DAY_MS;
    act(&walk, WIRE_DISPUTE_EVENT_RESUME);
    act(&walk, WIRE_DISPUTE_EVENT_PAUSE);
    assert_int_equal(
        dispute_record_timer(&walk.record, WIRE_DISPUTE_TIMER_PAUSE_LIMIT)->draft.due_at,
        walk.now + 10 * DUTY_DAY_MS);
    walk.now += 10 * DUTY_DAY_MS;
    const struct dispute_command limit = command_of_timer(WIRE_DISPUTE_TIMER_PAUSE_LIMIT);
    assert_int_equal(try(&walk, &limit), STATUS_OK);
    assert_int_equal(walk.record.now.state, WIRE_DISPUTE_STATE_MEDIATING);
    assert_int_equal(walk.change.tell_rung, DISPUTE_RUNG_LEADER);
    const struct dispute_command again = walk_command(WIRE_DISPUTE_EVENT_PAUSE);
    assert_int_equal(try(&walk, &again), STATUS_CONFLICT);
    duty_calendar_destroy(walk.calendar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unanswered_legal_question_forbids_accepting),
        cmocka_unit_test(nobody_answers_and_the_next_people_are_told),
        cmocka_unit_test(an_answer_of_the_staff_stops_it_and_a_note_for_the_file_does_not),
        cmocka_unit_test(what_waits_for_the_reporter_goes_on_with_her_answer),
        cmocka_unit_test(a_missed_settle_target_counts_on_from_the_acceptance),
        cmocka_unit_test(a_silent_lead_has_it_returned_and_one_who_spoke_has_not),
        cmocka_unit_test(what_two_people_lowered_stays_low_until_something_new_comes_up),
        cmocka_unit_test(sixty_days_of_pauses_are_all_there_are),
        cmocka_unit_test(whatever_happens_the_promises_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
