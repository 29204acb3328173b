#include <string.h>

#include "base/clock.h"
#include "ops/operations.h"
#include "ops/revocation_feed.h"
#include "rules/content_check.h"
#include "rules/dispute_words.h"
#include "rules/secret.h"
#include "store/calendar_store.h"
#include "store/dispute_store.h"

#define TRIES_MAX 3

struct submitting {
    struct call *call; /* lives until its answer */
    uint64_t id;
    uint8_t request_hash[DISPUTE_HASH_BYTES];
    struct wire_text description;
    struct dispute_record record;
    struct dispute_change change;
    unsigned tries;
};

static void resolve(struct submitting *submitting);
static void on_resolved(void *ctx, enum status status, const struct dispute_answer *answer);
static void on_added(void *ctx, enum status status, struct wire_text no);

static bool digest(const struct wire_dispute_submit *report, uint8_t hash[DISPUTE_HASH_BYTES])
{
    struct wire_buffer bytes = {0};
    enum status status = wire_encode(WIRE_DISPUTE_SUBMIT, 0, report, &bytes);
    if (status == STATUS_OK)
        secret_digest(bytes.data, bytes.len, hash);
    wire_buffer_deinit(&bytes);
    return status == STATUS_OK;
}

/* 1. What the report says, and whether it was sent before. */
void op_dispute_submit(struct call *call)
{
    const struct wire_dispute_submit *report = CALL_BODY(call, dispute_submit);
    struct submitting *submitting = arena_alloc(&call->arena, sizeof(*submitting));
    submitting->call = call;
    submitting->id = secret_draw_id();
    submitting->description = report->description;
    bool is_empty = report->description.len == 0 && report->has_room_id;
    if (!is_empty && content_check_body(report->description, 0) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "description");
        return;
    }
    if (report->has_concerned && content_check_body(report->concerned, 1) != STATUS_OK) {
        call_fail_field(call, STATUS_INVALID_FIELD, "concerned");
        return;
    }
    if (!digest(report, submitting->request_hash)) {
        call_fail(call, STATUS_INTERNAL);
        return;
    }
    resolve(submitting);
}

static void resolve(struct submitting *submitting)
{
    const struct dispute_question question = {submitting->call->who->account_id,
                                              CALL_BODY(submitting->call, dispute_submit)};
    submitting->tries++;
    dispute_store_resolve(submitting->call->env->store, &question, on_resolved, submitting);
}

static void reply(struct call *call, const struct dispute_case *now,
                  struct wire_dispute_submitted *is)
{
    is->state = now->state;
    is->next_step = dispute_next_step(now, 0);
    is->has_next_at = now->next_due_at != 0;
    is->next_at = now->next_due_at;
    call_reply(call, WIRE_DISPUTE_SUBMITTED, is);
}

/* It was sent before: the first answer again, or a key that was used for something else. */
static void answer_repeat(struct submitting *submitting, const struct dispute_answer *answer)
{
    struct call *call = submitting->call;
    const struct dispute_case now = {.state = answer->known_state,
                                     .next_due_at = answer->known_due_at};
    struct wire_dispute_submitted submitted = {.dispute_id = answer->known_id,
                                               .no = answer->known_no};
    if (memcmp(answer->known_hash, submitting->request_hash, DISPUTE_HASH_BYTES) != 0)
        call_fail_field(call, STATUS_KEY_REUSED, "client_key");
    else
        reply(call, &now, &submitted);
}

/* What is known before anybody has looked: what she says, and what her words say. */
static void fill_record(struct submitting *submitting, const struct dispute_answer *answer)
{
    const struct wire_dispute_submit *report = CALL_BODY(submitting->call, dispute_submit);
    struct dispute_record *record = &submitting->record;
    *record = (struct dispute_record){
        .station_id = answer->station_id,
        .community_id = answer->community_id,
        .grid_id = answer->grid_id,
        .building_id = answer->building_id,
        .place_id = answer->place_id,
        .reporter_id = submitting->call->who->account_id,
        .earlier_count = answer->earlier_count,
        .policy = answer->policy,
        .now = {.colour = WIRE_DISPUTE_COLOUR_BLUE},
    };
    record->now.subclass = report->has_subclass ? report->subclass : 0;
    record->now.people_count = report->has_people_count ? report->people_count : 0;
    record->now.claim_yuan = report->has_claim_yuan ? report->claim_yuan : 0;
    for (uint32_t i = 0; report->has_signs && i < report->signs.count; i++)
        record->now.signs |= 1u << report->signs.items[i];
    record->now.signs |= dispute_signs_of_text(submitting->description);
    if (report->has_concerned)
        record->now.signs |= dispute_signs_of_text(report->concerned);
}

/* 2. What the rules make of it. */
static void on_resolved(void *ctx, enum status status, const struct dispute_answer *answer)
{
    struct submitting *submitting = ctx;
    struct call *call = submitting->call;
    const struct dispute_command command = {.event = WIRE_DISPUTE_EVENT_SUBMIT,
                                            .actor_id = call->who->account_id,
                                            .role = call->role,
                                            .as_reporter = true};
    if (status == STATUS_OK && answer->known_id != 0) {
        answer_repeat(submitting, answer);
        return;
    }
    if (status == STATUS_OK && !answer->media_free) {
        call_fail_field(call, STATUS_INVALID_FIELD, "media_ids");
        return;
    }
    if (status == STATUS_OK && answer->place_id == 0) /* it was there a moment ago */
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK && submitting->description.len == 0)
        submitting->description = (struct wire_text){
            arena_copy_text(&call->arena, answer->said_body.data, answer->said_body.len),
            answer->said_body.len};
    if (status == STATUS_OK) {
        const struct dispute_world world = {
            calendar_store_of(call->env->calendars, answer->station_id), clock_wall_ms()};
        fill_record(submitting, answer);
        status = dispute_plan(&submitting->record, &command, &world, &submitting->change);
    }
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct dispute_draft draft = {
        .id = submitting->id,
        .reporter_id = call->who->account_id,
        .role = call->role,
        .report = CALL_BODY(call, dispute_submit),
        .description = submitting->description,
        .request_hash = submitting->request_hash,
        .record = &submitting->record,
        .change = &submitting->change,
        .now = submitting->change.after.state_since,
    };
    dispute_store_add(call->env->store, &draft, on_added, submitting);
}

/* 3. It has its number; whoever it concerns hears of it from the database. */
static void on_added(void *ctx, enum status status, struct wire_text no)
{
    struct submitting *submitting = ctx;
    struct call *call = submitting->call;
    const struct wire_dispute_submit *report = CALL_BODY(call, dispute_submit);
    if (status == STATUS_CONFLICT && submitting->tries < TRIES_MAX) {
        resolve(submitting);
        return;
    }
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    if (report->has_room_id)
        revocation_feed_read(call->env);
    struct wire_dispute_submitted submitted = {
        .dispute_id = submitting->id, .no = no, .is_new = true};
    reply(call, &submitting->change.after, &submitted);
}
