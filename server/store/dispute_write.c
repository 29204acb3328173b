/* The writes of the dispute store: one segment, one transaction, for each thing somebody does. */
#include <stdio.h>
#include <string.h>

#include "rules/dispute_words.h"
#include "store/dispute_store_part.h"

#define ROOM_NAME_BYTES 120

/* Whom a rung tells: roles in scopes, or people by number. */
static void put_rung(struct store_args *args, const struct dispute_record *record,
                     const struct dispute_change *change)
{
    int64_t roles[1];
    uint64_t scopes[4];
    uint64_t people[2];
    size_t role_count = 0;
    size_t scope_count = 0;
    size_t people_count = 0;
    switch (change->tell_rung) {
    case DISPUTE_RUNG_OFFICERS:
        roles[role_count++] = WIRE_ROLE_OFFICER;
        break;
    case DISPUTE_RUNG_DISPATCHER:
        roles[role_count++] = WIRE_ROLE_DISPATCHER;
        break;
    case DISPUTE_RUNG_LEADER:
        roles[role_count++] = WIRE_ROLE_STATION_LEADER;
        break;
    case DISPUTE_RUNG_ASSIGNED:
        if (change->after.lead_id != 0)
            people[people_count++] = change->after.lead_id;
        if (change->after.officer_id != 0)
            people[people_count++] = change->after.officer_id;
        break;
    case DISPUTE_RUNG_NONE:
        break;
    }
    scopes[scope_count++] = record->station_id;
    scopes[scope_count++] = record->community_id;
    if (record->grid_id != 0)
        scopes[scope_count++] = record->grid_id;
    if (record->building_id != 0)
        scopes[scope_count++] = record->building_id;
    args_int_array(args, roles, role_count);
    args_id_array(args, scopes, scope_count);
    args_id_array(args, people, people_count);
}

static const char *const rung_names[] = {
    [DISPUTE_RUNG_NONE] = "dispute.none",         [DISPUTE_RUNG_ASSIGNED] = "dispute.assigned",
    [DISPUTE_RUNG_OFFICERS] = "dispute.officers", [DISPUTE_RUNG_DISPATCHER] = "dispute.dispatcher",
    [DISPUTE_RUNG_LEADER] = "dispute.leader",
};

static void add_tell(struct store_segment *segment, const struct dispute_record *record,
                     const struct dispute_change *change)
{
    char words[DISPUTE_WORDS_BYTES];
    char once[64];
    if (change->tell == DISPUTE_TELL_NOBODY)
        return;
    dispute_duty_words(change, words);
    snprintf(once, sizeof(once), "dispute %llu %u", (unsigned long long)record->id,
             change->state_version);
    struct store_args args = {0};
    args_id(&args, record->id);
    args_string(&args, words);
    put_rung(&args, record, change);
    args_string(&args, rung_names[change->tell_rung]);
    args_string(&args, dispute_letter(change->tell));
    args_string(&args, once);
    args_bool(&args, change->report_to_district);
    store_segment_add(segment, SQL_DISPUTE_TELL, &args);
}

static void add_timer_put(struct store_segment *segment, const struct dispute_record *record,
                          const struct dispute_change *change)
{
    struct store_args args = {0};
    if (change->put.count == 0)
        return;
    args_id(&args, record->id);
    args_int(&args, change->state_version);
    args_timer_put(&args, &change->put);
    store_segment_add(segment, SQL_DISPUTE_TIMER_PUT, &args);
}

static void add_cancel(struct store_segment *segment, const struct dispute_record *record,
                       const struct dispute_change *change)
{
    struct wire_text names[WIRE_DISPUTE_TIMER_MAX];
    size_t count = 0;
    for (int timer = 1; timer <= WIRE_DISPUTE_TIMER_MAX; timer++) {
        const char *name = dispute_timer_name((enum wire_dispute_timer)timer);
        if ((change->cancel & DISPUTE_TIMER_BIT(timer)) != 0)
            names[count++] = (struct wire_text){name, (uint32_t)strlen(name)};
    }
    if (count == 0)
        return;
    struct store_args args = {0};
    args_id(&args, record->id);
    args_text_array(&args, names, count);
    store_segment_add(segment, SQL_DISPUTE_TIMER_CANCEL, &args);
}

static void add_pausing(struct store_segment *segment, const struct dispute_write *write)
{
    const struct dispute_change *change = write->change;
    struct store_args args = {0};
    args_id(&args, write->before->id);
    if (change->pausing == DISPUTE_PAUSE_BEGINS) {
        args_string(&args, wire_enum_value_name(&wire_enum_dispute_pause_reason,
                                                (uint32_t)change->pause_reason));
        args_id_or_null(&args, write->command->actor_id);
        args_time(&args, write->now);
        store_segment_add(segment, SQL_DISPUTE_TIMER_PAUSE, &args);
    } else if (change->pausing == DISPUTE_PAUSE_ENDS) {
        args_time(&args, write->now);
        args_timer_dues(&args, &change->resumed);
        store_segment_add(segment, SQL_DISPUTE_TIMER_RESUME, &args);
    } else {
        args_clear(&args);
    }
}

static void add_members(struct store_segment *segment, const struct dispute_record *record,
                        const struct dispute_change *change)
{
    uint64_t ids[DISPUTE_MEMBERS_MAX];
    int64_t parts[DISPUTE_MEMBERS_MAX];
    char name[ROOM_NAME_BYTES];
    for (uint32_t i = 0; i < change->member_count; i++) {
        ids[i] = change->members[i].account_id;
        parts[i] = change->members[i].part;
    }
    if (change->sets_members) {
        struct store_args args = {0};
        args_id(&args, record->id);
        args_id_array(&args, ids, change->member_count);
        args_int_array(&args, parts, change->member_count);
        store_segment_add(segment, SQL_DISPUTE_MEMBERS, &args);
    }
    if (change->opens_room) {
        struct store_args args = {0};
        snprintf(name, sizeof(name), "纠纷 %.*s", (int)record->no.len, record->no.data);
        args_id(&args, record->id);
        args_string(&args, name);
        args_id(&args, record->station_id);
        args_id(&args, record->community_id);
        args_id_array(&args, ids, change->member_count);
        store_segment_add(segment, SQL_DISPUTE_ROOM_OPEN, &args);
    }
    if (change->closes_room) {
        struct store_args args = {0};
        args_id(&args, record->id);
        store_segment_add(segment, SQL_DISPUTE_ROOM_CLOSE, &args);
    }
}

static void put_case(struct store_args *args, const struct dispute_case *after)
{
    args_int(args, after->state);
    args_code_or_null(args, after->dispute_class);
    args_code_or_null(args, after->subclass);
    args_code_or_null(args, after->grade);
    args_code_or_null(args, after->channel);
    args_int(args, after->colour);
    args_bits(args, after->reasons);
    args_bits(args, after->excused);
    args_bits(args, after->signs);
    args_bits(args, after->guard.answered);
    args_bits(args, after->guard.yes);
    args_int(args, after->people_count);
    args_int(args, after->claim_yuan);
    args_int(args, after->failed_sessions);
    args_id_or_null(args, after->officer_id);
    args_id_or_null(args, after->lead_id);
    args_bool(args, after->lead_spoke);
    args_id_or_null(args, after->merged_into);
    args_code_or_null(args, after->refer_target);
    args_code_or_null(args, after->reject_code);
    args_text_or_null(args, after->public_reason);
    args_int(args, after->rung);
    args_bool(args, after->waits_for_reporter);
    args_int(args, after->revisit_n);
    args_time(args, after->state_since);
    args_time_or_null(args, after->accepted_at);
    args_time_or_null(args, after->first_answer_at);
    args_time_or_null(args, after->next_due_at);
}

static void add_move(struct store_segment *segment, const struct dispute_write *write)
{
    const struct dispute_command *command = write->command;
    const struct dispute_change *change = write->change;
    char event[64];
    snprintf(event, sizeof(event), "dispute.%s",
             wire_enum_value_name(&wire_enum_dispute_event, (uint32_t)command->event));
    struct store_args args = {0};
    args_id(&args, write->before->id);
    args_int(&args, write->before->state_version);
    put_case(&args, &change->after);
    args_bool(&args, change->ends);
    args_string(&args, event);
    args_int(&args, write->before->now.state);
    args_id_or_null(&args, command->actor_id);
    args_code_or_null(&args, command->actor_id != 0 ? (int64_t)command->role : 0);
    args_text_or_null(&args, command->reason);
    args_code_or_null(&args, change->code);
    args_time(&args, write->now);
    store_segment_add(segment, SQL_DISPUTE_MOVE, &args);
}

static void add_writing(struct store_segment *segment, const struct dispute_write *write,
                        const struct dispute_writing *writing)
{
    struct store_args args = {0};
    args_id(&args, write->before->id);
    args_int(&args, write->change->state_version);
    args_int(&args, writing->kind);
    args_id(&args, write->command->actor_id);
    if (writing->client_key != NULL)
        args_bin(&args, writing->client_key, WIRE_KEY_BYTES);
    else
        args_null(&args);
    args_text(&args, writing->body.data, writing->body.len);
    args_text_array(&args, writing->media_ids.items, writing->media_ids.count);
    store_segment_add(segment, SQL_DISPUTE_ENTRY_ADD, &args);
}

/* The move comes first, then what was written: both are looked at when it is done. */
static void on_written(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct dispute_wait *wait = ctx;
    uint32_t version = 0;
    if (status == STATUS_OK)
        version = (uint32_t)rows_int(&result->rows[0], 0, 0);
    wait->fn.moved(wait->ctx, status, version);
    mem_free(wait);
}

void dispute_store_write(struct store *store, const struct dispute_write *write,
                         dispute_moved_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.moved = fn;
    struct store_segment *segment = store_segment_create(store);
    store_segment_as(segment, DISPUTE_SYSTEM);
    add_move(segment, write);
    for (uint32_t i = 0; i < write->writing_count; i++)
        add_writing(segment, write, &write->writings[i]);
    if (write->fired != NULL) {
        struct store_args args = {0};
        args_id(&args, write->before->id);
        args_string(&args, write->fired->name);
        args_int(&args, write->fired->state_version);
        store_segment_add(segment, SQL_DISPUTE_TIMER_FIRE, &args);
    }
    if (write->proposal_id != 0) {
        struct store_args args = {0};
        args_id(&args, write->proposal_id);
        args_id(&args, write->before->id);
        args_id(&args, write->command->actor_id);
        store_segment_add(segment, SQL_DISPUTE_APPROVE, &args);
    }
    add_cancel(segment, write->before, write->change);
    add_pausing(segment, write);
    add_timer_put(segment, write->before, write->change);
    add_members(segment, write->before, write->change);
    add_tell(segment, write->before, write->change);
    store_segment_write(segment, on_written, wait);
}

static void add_dispute(struct store_segment *segment, const struct dispute_draft *draft)
{
    const struct dispute_record *record = draft->record;
    const struct dispute_case *after = &draft->change->after;
    struct store_args args = {0};
    args_id(&args, draft->id);
    args_id(&args, record->station_id);
    args_id(&args, record->community_id);
    args_id_or_null(&args, record->grid_id);
    args_id_or_null(&args, record->building_id);
    args_id(&args, record->place_id);
    args_code_or_null(&args, after->dispute_class);
    args_code_or_null(&args, after->subclass);
    args_int(&args, after->colour);
    args_bits(&args, after->reasons);
    args_bits(&args, after->signs);
    args_int(&args, after->people_count);
    args_int(&args, after->claim_yuan);
    args_int(&args, record->earlier_count);
    args_int(&args, after->rung);
    args_time_or_null(&args, after->next_due_at);
    args_id(&args, draft->reporter_id);
    args_int(&args, draft->role);
    args_time(&args, draft->now);
    store_segment_add(segment, SQL_DISPUTE_ADD, &args);
}

static void add_report(struct store_segment *segment, const struct dispute_draft *draft)
{
    const struct wire_dispute_submit *report = draft->report;
    const struct wire_text none = {NULL, 0};
    bool from_message = report->has_room_id && report->has_seq;
    struct store_args args = {0};
    args_id(&args, draft->id);
    args_id(&args, draft->reporter_id);
    args_bin(&args, report->client_key, WIRE_KEY_BYTES);
    args_bin(&args, draft->request_hash, DISPUTE_HASH_BYTES);
    args_text(&args, draft->description.data, draft->description.len);
    args_text_or_null(&args, report->has_place_note ? report->place_note : none);
    args_text_or_null(&args, report->has_concerned ? report->concerned : none);
    args_text_array(&args, report->media_ids.items,
                    report->has_media_ids ? report->media_ids.count : 0);
    args_id_or_null(&args, from_message ? report->room_id : 0);
    args_id_or_null(&args, from_message ? report->seq : 0);
    store_segment_add(segment, SQL_DISPUTE_ADD_REPORT, &args);
}

static void add_mask(struct store_segment *segment, const struct dispute_draft *draft)
{
    struct store_args args = {0};
    args_id(&args, draft->id);
    args_id(&args, draft->report->room_id);
    args_id(&args, draft->report->seq);
    args_id(&args, draft->reporter_id);
    args_int(&args, draft->role);
    args_text(&args, dispute_stub().data, dispute_stub().len);
    args_text(&args, dispute_card().data, dispute_card().len);
    store_segment_add(segment, SQL_DISPUTE_MASK, &args);
}

static void on_added(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct dispute_wait *wait = ctx;
    struct wire_text no = {"", 0};
    if (status == STATUS_OK)
        no = rows_text(&result->rows[0], 0, 0);
    wait->fn.added(wait->ctx, status, no);
    mem_free(wait);
}

void dispute_store_add(struct store *store, const struct dispute_draft *draft, dispute_added_fn fn,
                       void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.added = fn;
    struct dispute_record record = *draft->record;
    record.id = draft->id;
    struct store_segment *segment = store_segment_create(store);
    store_segment_as(segment, DISPUTE_SYSTEM);
    add_dispute(segment, draft);
    add_report(segment, draft);
    add_timer_put(segment, &record, draft->change);
    if (draft->report->has_room_id && draft->report->has_seq)
        add_mask(segment, draft);
    add_tell(segment, &record, draft->change);
    store_segment_write(segment, on_added, wait);
}

static void on_warned(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    (void)rows;
    wait->fn.moved(wait->ctx, status, 0);
    mem_free(wait);
}

void dispute_store_warn(struct store *store, const struct dispute_record *record,
                        const struct timer_key *key, dispute_moved_fn fn, void *ctx)
{
    enum wire_dispute_timer timer = dispute_timer_of(key->name);
    char words[DISPUTE_WORDS_BYTES];
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.moved = fn;
    dispute_warning_words(record, timer, words);
    struct store_args args = {0};
    args_id(&args, record->id);
    args_string(&args, key->name);
    args_int(&args, key->state_version);
    args_id(&args, record->station_id);
    args_string(&args, words);
    args_int(&args, timer);
    store_write(store, SQL_DISPUTE_WARN, &args, on_warned, wait);
}

static void on_proposed(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_CONFLICT;
    wait->fn.proposed(wait->ctx, status, status == STATUS_OK ? rows_id(rows, 0, 0) : 0);
    mem_free(wait);
}

void dispute_store_propose(struct store *store, const struct dispute_proposing *proposing,
                           dispute_proposed_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.proposed = fn;
    struct store_args args = {0};
    args_id(&args, proposing->dispute_id);
    args_int(&args, proposing->seen_version);
    args_int(&args, proposing->colour);
    args_text(&args, proposing->reason.data, proposing->reason.len);
    args_id(&args, proposing->proposed_by);
    args_int(&args, proposing->role);
    args_time(&args, proposing->expires_at);
    store_write(store, SQL_DISPUTE_PROPOSE, &args, on_proposed, wait);
}
