#include "store/dispute_store.h"

#include <string.h>

#include "store/dispute_store_part.h"

/* Columns of dispute_load, in the order of sql/queries/dispute.sql. */
enum load_column {
    LOAD_ID,
    LOAD_NO,
    LOAD_STATE,
    LOAD_STATE_VERSION,
    LOAD_STATE_SINCE,
    LOAD_STATION_ID,
    LOAD_COMMUNITY_ID,
    LOAD_GRID_ID,
    LOAD_BUILDING_ID,
    LOAD_PLACE_ID,
    LOAD_CLASS,
    LOAD_SUBCLASS,
    LOAD_GRADE,
    LOAD_CHANNEL,
    LOAD_COLOUR,
    LOAD_COLOUR_REASONS,
    LOAD_EXCUSED_REASONS,
    LOAD_SIGNS,
    LOAD_GUARD_ANSWERED,
    LOAD_GUARD_YES,
    LOAD_PEOPLE_COUNT,
    LOAD_CLAIM_YUAN,
    LOAD_EARLIER_COUNT,
    LOAD_FAILED_SESSIONS,
    LOAD_OFFICER_ID,
    LOAD_LEAD_ID,
    LOAD_LEAD_SPOKE,
    LOAD_MERGED_INTO,
    LOAD_REFER_TARGET,
    LOAD_REJECT_CODE,
    LOAD_PUBLIC_REASON,
    LOAD_RUNG,
    LOAD_WAITS_FOR_REPORTER,
    LOAD_REVISIT_N,
    LOAD_ACCEPTED_AT,
    LOAD_FIRST_ANSWER_AT,
    LOAD_NEXT_DUE_AT,
    LOAD_CREATED_AT,
    LOAD_UPDATED_AT,
    LOAD_REPORTER_ID,
    LOAD_TIMER_NAMES,
    LOAD_TIMER_VERSIONS,
    LOAD_TIMER_LIVES,
    LOAD_TIMER_CLOCKS,
    LOAD_TIMER_STARTS,
    LOAD_TIMER_BUDGETS,
    LOAD_TIMER_DUES,
    LOAD_PAUSE_STARTS,
    LOAD_PAUSE_ENDS,
    LOAD_PAUSE_REASONS,
    LOAD_MEMBER_IDS,
    LOAD_MEMBER_PARTS,
    LOAD_POLICY_NAMES,
    LOAD_POLICY_COLOURS,
    LOAD_POLICY_CLOCKS,
    LOAD_POLICY_BUDGETS,
    LOAD_POLICY_OFF_DUTY,
    LOAD_COMMUNITY_NAME,
    LOAD_BUILDING_NAME,
    LOAD_PLACE_NAME,
    LOAD_IN_CHARGE_NAME,
    LOAD_IN_CHARGE_ROLE,
    LOAD_INTO_STATE,
};

void args_bits(struct store_args *args, uint32_t bits)
{
    int64_t items[32];
    size_t count = 0;
    for (int bit = 0; bit < 32; bit++)
        if ((bits & (1u << bit)) != 0)
            items[count++] = bit;
    args_int_array(args, items, count);
}

uint32_t rows_bits(const struct store_rows *rows, int row, int column)
{
    struct arena arena = {0};
    struct rows_int_list items = rows_int_array(rows, row, column, &arena);
    uint32_t bits = 0;
    for (uint32_t i = 0; i < items.count; i++)
        if (items.items[i] >= 0 && items.items[i] < 32)
            bits |= 1u << items.items[i];
    arena_clear(&arena);
    return bits;
}

static void read_case(const struct store_rows *rows, int row, struct arena *arena,
                      struct dispute_case *now)
{
    now->state = (enum wire_dispute_state)rows_int(rows, row, LOAD_STATE);
    now->state_since = rows_time(rows, row, LOAD_STATE_SINCE);
    now->dispute_class = (enum wire_dispute_class)rows_int(rows, row, LOAD_CLASS);
    now->subclass = (enum wire_dispute_subclass)rows_int(rows, row, LOAD_SUBCLASS);
    now->grade = (enum wire_dispute_grade)rows_int(rows, row, LOAD_GRADE);
    now->channel = (enum wire_dispute_channel)rows_int(rows, row, LOAD_CHANNEL);
    now->colour = (enum wire_dispute_colour)rows_int(rows, row, LOAD_COLOUR);
    now->reasons = rows_bits(rows, row, LOAD_COLOUR_REASONS);
    now->excused = rows_bits(rows, row, LOAD_EXCUSED_REASONS);
    now->signs = rows_bits(rows, row, LOAD_SIGNS);
    now->guard.answered = rows_bits(rows, row, LOAD_GUARD_ANSWERED);
    now->guard.yes = rows_bits(rows, row, LOAD_GUARD_YES);
    now->people_count = (uint32_t)rows_int(rows, row, LOAD_PEOPLE_COUNT);
    now->claim_yuan = (uint32_t)rows_int(rows, row, LOAD_CLAIM_YUAN);
    now->failed_sessions = (uint32_t)rows_int(rows, row, LOAD_FAILED_SESSIONS);
    now->officer_id = rows_id(rows, row, LOAD_OFFICER_ID);
    now->lead_id = rows_id(rows, row, LOAD_LEAD_ID);
    now->lead_spoke = rows_bool(rows, row, LOAD_LEAD_SPOKE);
    now->merged_into = rows_id(rows, row, LOAD_MERGED_INTO);
    now->refer_target = (enum wire_dispute_refer_target)rows_int(rows, row, LOAD_REFER_TARGET);
    now->reject_code = (enum wire_dispute_reject_code)rows_int(rows, row, LOAD_REJECT_CODE);
    now->public_reason = rows_text_copy(rows, row, LOAD_PUBLIC_REASON, arena);
    now->rung = (enum dispute_rung)rows_int(rows, row, LOAD_RUNG);
    now->waits_for_reporter = rows_bool(rows, row, LOAD_WAITS_FOR_REPORTER);
    now->revisit_n = (uint32_t)rows_int(rows, row, LOAD_REVISIT_N);
    now->accepted_at = rows_time(rows, row, LOAD_ACCEPTED_AT);
    now->first_answer_at = rows_time(rows, row, LOAD_FIRST_ANSWER_AT);
    now->next_due_at = rows_time(rows, row, LOAD_NEXT_DUE_AT);
}

static void read_timers(const struct store_rows *rows, int row, struct arena *arena,
                        struct dispute_record *record)
{
    struct wire_list_text names = rows_text_array(rows, row, LOAD_TIMER_NAMES, arena);
    struct rows_int_list versions = rows_int_array(rows, row, LOAD_TIMER_VERSIONS, arena);
    struct rows_int_list lives = rows_int_array(rows, row, LOAD_TIMER_LIVES, arena);
    struct rows_int_list clocks = rows_int_array(rows, row, LOAD_TIMER_CLOCKS, arena);
    struct rows_int_list starts = rows_int_array(rows, row, LOAD_TIMER_STARTS, arena);
    struct rows_int_list budgets = rows_int_array(rows, row, LOAD_TIMER_BUDGETS, arena);
    struct rows_int_list dues = rows_int_array(rows, row, LOAD_TIMER_DUES, arena);
    for (uint32_t i = 0; i < names.count && record->timer_count < TIMER_PLAN_MAX; i++) {
        struct dispute_timer_row *timer = &record->timers[record->timer_count];
        if (names.items[i].len > TIMER_NAME_MAX)
            continue;
        memcpy(timer->draft.name, names.items[i].data, names.items[i].len);
        timer->draft.name[names.items[i].len] = '\0';
        if (dispute_timer_of(timer->draft.name) == 0)
            continue;
        timer->draft.life = (enum timer_life)lives.items[i];
        timer->draft.deadline = (struct deadline){.clock = (enum duty_clock)clocks.items[i],
                                                  .started_at = starts.items[i],
                                                  .budget_ms = budgets.items[i]};
        timer->draft.due_at = dues.items[i];
        timer->state_version = (uint32_t)versions.items[i];
        record->timer_count++;
    }
}

/* The newest, when there are too many. */
static void read_pauses(const struct store_rows *rows, int row, struct arena *arena,
                        struct dispute_record *record)
{
    struct rows_int_list starts = rows_int_array(rows, row, LOAD_PAUSE_STARTS, arena);
    struct rows_int_list ends = rows_int_array(rows, row, LOAD_PAUSE_ENDS, arena);
    struct wire_list_text reasons = rows_text_array(rows, row, LOAD_PAUSE_REASONS, arena);
    uint32_t first = starts.count > PAUSES_MAX ? starts.count - PAUSES_MAX : 0;
    for (uint32_t i = first; i < starts.count; i++) {
        uint32_t at = record->pauses.count++;
        record->pauses.items[at] =
            (struct pause){.started_at = starts.items[i], .ended_at = ends.items[i]};
        record->pause_reasons[at] = (enum wire_dispute_pause_reason)wire_enum_value(
            &wire_enum_dispute_pause_reason, reasons.items[i].data, reasons.items[i].len);
    }
}

static void read_members(const struct store_rows *rows, int row, struct arena *arena,
                         struct dispute_record *record)
{
    struct wire_list_id ids = rows_id_array(rows, row, LOAD_MEMBER_IDS, arena);
    struct rows_int_list parts = rows_int_array(rows, row, LOAD_MEMBER_PARTS, arena);
    for (uint32_t i = 0; i < ids.count && i < parts.count && i < DISPUTE_MEMBERS_MAX; i++)
        record->members[record->member_count++] =
            (struct dispute_part_of){ids.items[i], (enum wire_dispute_part)parts.items[i]};
}

/* Five columns from `first` on: names, colours, clocks, budgets, those off duty. */
static void read_policy(const struct store_rows *rows, int row, int first,
                        struct dispute_policy *policy)
{
    struct arena arena = {0};
    struct wire_list_text names = rows_text_array(rows, row, first, &arena);
    struct rows_int_list colours = rows_int_array(rows, row, first + 1, &arena);
    struct rows_int_list clocks = rows_int_array(rows, row, first + 2, &arena);
    struct rows_int_list budgets = rows_int_array(rows, row, first + 3, &arena);
    struct rows_int_list off_duty = rows_int_array(rows, row, first + 4, &arena);
    dispute_policy_defaults(policy);
    for (uint32_t i = 0; i < names.count; i++) {
        const struct dispute_policy_row change = {
            .name = names.items[i].data,
            .colour = (enum wire_dispute_colour)colours.items[i],
            .clock = (enum duty_clock)clocks.items[i],
            .ms = budgets.items[i],
            .off_duty_ms = off_duty.items[i],
        };
        dispute_policy_change(policy, &change);
    }
    arena_clear(&arena);
}

static void read_loaded(const struct store_rows *rows, int row, struct arena *arena,
                        struct dispute_loaded *loaded)
{
    struct dispute_record *record = &loaded->record;
    record->id = rows_id(rows, row, LOAD_ID);
    record->no = rows_text_copy(rows, row, LOAD_NO, arena);
    record->state_version = (uint32_t)rows_int(rows, row, LOAD_STATE_VERSION);
    record->station_id = rows_id(rows, row, LOAD_STATION_ID);
    record->community_id = rows_id(rows, row, LOAD_COMMUNITY_ID);
    record->grid_id = rows_id(rows, row, LOAD_GRID_ID);
    record->building_id = rows_id(rows, row, LOAD_BUILDING_ID);
    record->place_id = rows_id(rows, row, LOAD_PLACE_ID);
    record->reporter_id = rows_id(rows, row, LOAD_REPORTER_ID);
    record->earlier_count = (uint32_t)rows_int(rows, row, LOAD_EARLIER_COUNT);
    record->created_at = rows_time(rows, row, LOAD_CREATED_AT);
    record->updated_at = rows_time(rows, row, LOAD_UPDATED_AT);
    read_case(rows, row, arena, &record->now);
    read_timers(rows, row, arena, record);
    read_pauses(rows, row, arena, record);
    read_members(rows, row, arena, record);
    read_policy(rows, row, LOAD_POLICY_NAMES, &record->policy);
    loaded->names = (struct dispute_names){
        .community = rows_text_copy(rows, row, LOAD_COMMUNITY_NAME, arena),
        .building = rows_text_copy(rows, row, LOAD_BUILDING_NAME, arena),
        .unit = rows_text_copy(rows, row, LOAD_PLACE_NAME, arena),
        .in_charge = rows_text_copy(rows, row, LOAD_IN_CHARGE_NAME, arena),
        .in_charge_role = (enum wire_role)rows_int(rows, row, LOAD_IN_CHARGE_ROLE),
        .into_state = (enum wire_dispute_state)rows_int(rows, row, LOAD_INTO_STATE),
    };
}

static void on_loaded(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    struct arena arena = {0};
    struct dispute_loaded *loaded = NULL;
    uint32_t count = 0;
    if (status == STATUS_OK) {
        loaded = arena_alloc(&arena, (size_t)rows->count * sizeof(*loaded));
        for (int row = 0; row < rows->count; row++)
            read_loaded(rows, row, &arena, &loaded[count++]);
    }
    wait->fn.loaded(wait->ctx, status, &arena, loaded, count);
    arena_clear(&arena);
    mem_free(wait);
}

void dispute_store_load(struct store *store, const struct wire_list_id *ids, dispute_loaded_fn fn,
                        void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.loaded = fn;
    struct store_args args = {0};
    args_id_array(&args, ids->items, ids->count);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_LOAD, &args, on_loaded, wait});
}

static void on_resolved(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    struct dispute_answer answer = {0};
    if (status == STATUS_OK && rows->count != 1)
        status = STATUS_INTERNAL;
    if (status == STATUS_OK) {
        answer.known_id = rows_id(rows, 0, 0);
        answer.known_no = rows_text(rows, 0, 1);
        answer.known_state = (enum wire_dispute_state)rows_int(rows, 0, 2);
        answer.known_due_at = rows_time(rows, 0, 3);
        if (answer.known_id != 0 &&
            !rows_copy_bin(rows, 0, 4, answer.known_hash, sizeof(answer.known_hash)))
            status = STATUS_INTERNAL;
        answer.place_id = rows_id(rows, 0, 5);
        answer.station_id = rows_id(rows, 0, 6);
        answer.community_id = rows_id(rows, 0, 7);
        answer.grid_id = rows_id(rows, 0, 8);
        answer.building_id = rows_id(rows, 0, 9);
        answer.earlier_count = (uint32_t)rows_int(rows, 0, 10);
        answer.said_by = rows_id(rows, 0, 11);
        answer.said_body = rows_text(rows, 0, 12);
        answer.home_community_id = rows_id(rows, 0, 13);
        answer.media_free = rows_bool(rows, 0, 14);
        read_policy(rows, 0, 15, &answer.policy);
    }
    wait->fn.answer(wait->ctx, status, status == STATUS_OK ? &answer : NULL);
    mem_free(wait);
}

void dispute_store_resolve(struct store *store, const struct dispute_question *question,
                           dispute_answer_fn fn, void *ctx)
{
    const struct wire_dispute_submit *report = question->report;
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.answer = fn;
    struct store_args args = {0};
    args_id(&args, question->reporter_id);
    args_bin(&args, report->client_key, WIRE_KEY_BYTES);
    args_id_or_null(&args, report->has_place_id ? report->place_id : 0);
    args_text_or_null(&args,
                      report->has_place_code ? report->place_code : (struct wire_text){NULL, 0});
    args_id_or_null(&args, report->has_room_id ? report->room_id : 0);
    args_id_or_null(&args, report->has_seq ? report->seq : 0);
    args_text_array(&args, report->media_ids.items,
                    report->has_media_ids ? report->media_ids.count : 0);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_RESOLVE, &args, on_resolved, wait});
}

static void on_place(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    struct dispute_place place = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        place.station_id = rows_id(rows, 0, 0);
        place.community_id = rows_id(rows, 0, 1);
        place.grid_id = rows_id(rows, 0, 2);
        place.building_id = rows_id(rows, 0, 3);
        place.reporter_id = rows_id(rows, 0, 4);
        place.is_member = rows_bool(rows, 0, 5);
    }
    wait->fn.place(wait->ctx, status, status == STATUS_OK ? &place : NULL);
    mem_free(wait);
}

void dispute_store_place(struct store *store, uint64_t dispute_id, uint64_t account_id,
                         dispute_place_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.place = fn;
    struct store_args args = {0};
    args_id(&args, dispute_id);
    args_id(&args, account_id);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_FACTS, &args, on_place, wait});
}

static void on_pair(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    bool ok = status == STATUS_OK;
    wait->fn.pair(wait->ctx, status, ok && rows_bool(rows, 0, 0), ok && rows_bool(rows, 0, 1));
    mem_free(wait);
}

void dispute_store_check_lead(struct store *store, const struct wire_dispute_assign *assign,
                              dispute_pair_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.pair = fn;
    struct store_args args = {0};
    args_id(&args, assign->dispute_id);
    args_id(&args, assign->lead_id);
    args_id_array(&args, assign->panel_ids.items,
                  assign->has_panel_ids ? assign->panel_ids.count : 0);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_LEAD, &args, on_pair, wait});
}

void dispute_store_check_same(struct store *store, const struct wire_dispute_merge *merge,
                              dispute_pair_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.pair = fn;
    struct store_args args = {0};
    args_id(&args, merge->dispute_id);
    args_id(&args, merge->into_id);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_SAME, &args, on_pair, wait});
}

static void on_ids(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    uint64_t items[DISPUTE_PAGE_MAX + 1];
    struct wire_list_id ids = {.items = items};
    for (int row = 0; status == STATUS_OK && row < rows->count; row++)
        if (ids.count < DISPUTE_PAGE_MAX + 1)
            items[ids.count++] = rows_id(rows, row, 0);
    wait->fn.ids(wait->ctx, status, &ids);
    mem_free(wait);
}

void dispute_store_mine(struct store *store, uint64_t account_id, uint64_t before_id,
                        dispute_ids_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.ids = fn;
    struct store_args args = {0};
    args_id(&args, account_id);
    args_id(&args, before_id);
    args_int(&args, DISPUTE_PAGE_MAX + 1); /* one more says that there is more */
    store_read_as(store, (struct store_principal){account_id},
                  (struct store_call){SQL_DISPUTE_MINE, &args, on_ids, wait});
}

void dispute_store_changed(struct store *store, int64_t since, dispute_ids_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.ids = fn;
    struct store_args args = {0};
    args_time(&args, since);
    args_int(&args, DISPUTE_PAGE_MAX);
    store_read(store, SQL_DISPUTE_CHANGED_SINCE, &args, on_ids, wait);
}

static void on_audience(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    struct arena arena = {0};
    uint32_t count = status == STATUS_OK ? (uint32_t)rows->count : 0;
    if (count > DISPUTE_AUDIENCE_MAX)
        count = DISPUTE_AUDIENCE_MAX;
    struct dispute_concerned *people = arena_alloc(&arena, count * sizeof(*people));
    for (uint32_t i = 0; i < count; i++)
        people[i] = (struct dispute_concerned){
            rows_id(rows, (int)i, 0), (enum wire_dispute_audience)rows_int(rows, (int)i, 1),
            rows_id(rows, (int)i, 2)};
    wait->fn.audience(wait->ctx, status, people, count);
    arena_clear(&arena);
    mem_free(wait);
}

void dispute_store_audience(struct store *store, uint64_t dispute_id, dispute_audience_fn fn,
                            void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.audience = fn;
    struct store_args args = {0};
    args_id(&args, dispute_id);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_AUDIENCE, &args, on_audience, wait});
}

static void on_known(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    bool ok = status == STATUS_OK && rows->count == 1;
    wait->fn.known(wait->ctx, status, ok ? (uint32_t)rows_int(rows, 0, 0) : 0,
                   ok && rows_bool(rows, 0, 1));
    mem_free(wait);
}

void dispute_store_known(struct store *store, const struct dispute_known *known,
                         dispute_known_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.known = fn;
    struct store_args args = {0};
    args_id(&args, known->author_id);
    args_bin(&args, known->client_key, WIRE_KEY_BYTES);
    args_text_array(&args, known->media_ids.items, known->media_ids.count);
    store_read_as(store, DISPUTE_SYSTEM,
                  (struct store_call){SQL_DISPUTE_ENTRY_KNOWN, &args, on_known, wait});
}
