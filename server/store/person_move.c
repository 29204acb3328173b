/* Transitions of a search: each is one segment, one transaction. */
#include <string.h>

#include "rules/person_words.h"
#include "store/person_store.h"
#include "store/person_store_part.h"
#include "store/sealed.h"

/* At most: the state's deadline, the next ring, the take-down. */
#define TIMERS_MAX 3

struct timers {
    struct wire_text names[TIMERS_MAX];
    int64_t dues[TIMERS_MAX];
    size_t count;
    int64_t deadline; /* 0: the search has ended */
};

static void add_timer(struct timers *timers, const char *name, int64_t due_at)
{
    timers->names[timers->count] = (struct wire_text){name, (uint32_t)strlen(name)};
    timers->dues[timers->count++] = due_at;
}

static struct timers timers_of(const struct person_transition *transition)
{
    struct timers timers = {0};
    struct person_deadline deadline = person_deadline_of(transition->next, 0);
    int64_t widens = person_widen_after_ms(transition->ring);
    if (deadline.name != NULL) {
        timers.deadline = transition->now_ms + deadline.wait_ms;
        add_timer(&timers, deadline.name, timers.deadline);
    }
    if (transition->next == WIRE_PERSON_STATE_ACTIVE && widens > 0 && !transition->frozen)
        add_timer(&timers, "ring_widen", transition->now_ms + widens);
    if (person_move_hides(transition->from, transition->next))
        add_timer(&timers, "take_down", transition->now_ms + PERSON_TAKE_DOWN_MS);
    return timers;
}

static void add_move(struct store_segment *segment, const struct person_transition *transition)
{
    const struct timers timers = timers_of(transition);
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    args_int(&args, transition->seen_version);
    args_int(&args, transition->next);
    args_bool(&args, person_state_is_terminal(transition->next));
    args_int(&args, transition->ring);
    args_bool(&args, transition->frozen);
    args_code_or_null(&args, transition->risk_class);
    args_code_or_null(&args, transition->outcome);
    args_time_or_null(&args, timers.deadline);
    args_text_array(&args, timers.names, timers.count);
    args_time_array(&args, timers.dues, timers.count);
    args_string(&args, transition->event);
    args_id_or_null(&args, transition->actor_id);
    args_code_or_null(&args, transition->role_used);
    args_text_or_null(&args, transition->reason);
    args_string(&args, transition->fired_name);
    args_int(&args, transition->fired_version);
    store_segment_add(segment, SQL_PERSON_MOVE, &args);
}

static void add_consent(struct store_segment *segment, const struct person_transition *transition)
{
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    args_int(&args, transition->consent);
    args_text_or_null(&args, transition->duty_note);
    store_segment_add(segment, SQL_PERSON_CONSENT_SET, &args);
}

static void add_found(struct store_segment *segment, const struct person_transition *transition)
{
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    args_text_or_null(&args, transition->found_place);
    args_text_or_null(&args, transition->found_note);
    store_segment_add(segment, SQL_PERSON_FOUND_SET, &args);
}

static void add_reason(struct store_segment *segment, const struct person_transition *transition)
{
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    args_text(&args, transition->public_reason.data, transition->public_reason.len);
    store_segment_add(segment, SQL_PERSON_REASON_SET, &args);
}

static void add_claim(struct store_segment *segment, const struct person_transition *transition)
{
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    args_id(&args, transition->actor_id);
    args_int(&args, transition->claim);
    args_text_or_null(&args, transition->claim_note);
    store_segment_add(segment, SQL_PERSON_CLAIM_ADD, &args);
}

static void add_handover(const struct person_store *persons, struct store_segment *segment,
                         const struct person_transition *transition)
{
    const struct wire_person_reunited *handover = transition->handover;
    struct store_args args = {0};
    args_id(&args, transition->person_id);
    sealed_put(&args, persons->ring, SECRET_SEAL_LEGAL_NAME, handover->recipient_name);
    args_int(&args, handover->recipient_relation);
    args_int(&args, handover->identity_check);
    args_text_or_null(&args, handover->note);
    args_id(&args, transition->actor_id);
    store_segment_add(segment, SQL_PERSON_HANDOVER_ADD, &args);
}

static void add_showing(struct store_segment *segment, const struct person_transition *transition)
{
    struct wire_text words = person_card_text(transition->age_band);
    struct store_args args = {0};
    person_add_address(segment, transition->person_id, transition->next, transition->high_risk);
    args_id(&args, transition->person_id);
    args_text(&args, words.data, words.len);
    store_segment_add(segment, SQL_PERSON_SHOW, &args);
    person_add_plain(segment, SQL_PERSON_ROOM_OPEN, transition->person_id);
}

static void add_hiding(struct store_segment *segment, const struct person_transition *transition)
{
    struct wire_text tombstone = {NULL, 0};
    struct store_args args = {0};
    if (person_state_is_terminal(transition->next))
        tombstone = person_tombstone(transition->next);
    args_id(&args, transition->person_id);
    args_int(&args, transition->seen_version + 1);
    args_text_or_null(&args, tombstone);
    store_segment_add(segment, SQL_PERSON_HIDE, &args);
}

static void add_thanks(struct store_segment *segment, uint64_t person_id)
{
    struct store_args args = {0};
    args_id(&args, person_id);
    args_string(&args, PERSON_THANKS);
    store_segment_add(segment, SQL_PERSON_THANK, &args);
}

/* The record of what the event says, beside the state. */
static void add_record(const struct person_store *persons, struct store_segment *segment,
                       const struct person_transition *transition)
{
    if (transition->consent != 0)
        add_consent(segment, transition);
    if (transition->sets_found)
        add_found(segment, transition);
    if (transition->public_reason.len > 0)
        add_reason(segment, transition);
    if (transition->claim != 0)
        add_claim(segment, transition);
    if (transition->handover != NULL)
        add_handover(persons, segment, transition);
}

/* The first statement of these segments answers the new state_version. */
void person_answer_version(struct person_wait *wait, enum status status,
                           const struct store_segment_result *result)
{
    uint32_t version = 0;
    if (status == STATUS_OK)
        version = (uint32_t)rows_int(&result->rows[0], 0, 0);
    wait->fn.version(wait->ctx, status, version);
    mem_free(wait);
}

static void on_moved(void *ctx, enum status status, const struct store_segment_result *result)
{
    person_answer_version(ctx, status, result);
}

void person_store_move(struct person_store *persons, const struct person_transition *transition,
                       person_version_fn fn, void *ctx)
{
    uint64_t person_id = transition->person_id;
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.version = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    store_segment_as(segment, PERSON_SYSTEM);
    add_move(segment, transition);
    add_record(persons, segment, transition);
    person_add_plain(segment, SQL_PERSON_ROOMS_LOCK, person_id);
    if (transition->next == WIRE_PERSON_STATE_ACTIVE)
        add_showing(segment, transition);
    if (person_move_hides(transition->from, transition->next))
        add_hiding(segment, transition);
    if (transition->next == WIRE_PERSON_STATE_REUNITED)
        add_thanks(segment, person_id);
    person_add_words(segment, person_id, transition->duty_words);
    if (person_state_is_terminal(transition->next))
        person_add_plain(segment, SQL_PERSON_ROOM_CLOSE, person_id);
    person_add_plain(segment, SQL_PERSON_TELL, person_id);
    store_segment_write(segment, on_moved, wait);
}

void person_store_propose(struct person_store *persons, const struct person_proposal *proposal,
                          person_version_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    struct store_args args = {0};
    wait->fn.version = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    store_segment_as(segment, PERSON_SYSTEM);
    args_id(&args, proposal->person_id);
    args_int(&args, proposal->seen_version);
    args_int(&args, proposal->outcome);
    args_id(&args, proposal->actor_id);
    args_int(&args, proposal->role_used);
    args_time(&args, proposal->until);
    args_text_or_null(&args, proposal->reason);
    store_segment_add(segment, SQL_PERSON_PROPOSE, &args);
    person_add_plain(segment, SQL_PERSON_TELL, proposal->person_id);
    store_segment_write(segment, on_moved, wait);
}

void person_store_climb(struct person_store *persons, const struct person_climb *climb,
                        person_version_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    struct store_args args = {0};
    wait->fn.version = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    store_segment_as(segment, PERSON_SYSTEM);
    args_id(&args, climb->person_id);
    args_int(&args, climb->seen_version);
    args_int(&args, climb->rung);
    args_string(&args, climb->timer_name);
    args_time(&args, climb->next_due);
    args_int(&args, climb->tells);
    args_string(&args, climb->event);
    args_string(&args, climb->template);
    store_segment_add(segment, SQL_PERSON_CLIMB, &args);
    person_add_words(segment, climb->person_id, climb->duty_words);
    person_add_plain(segment, SQL_PERSON_TELL, climb->person_id);
    store_segment_write(segment, on_moved, wait);
}
