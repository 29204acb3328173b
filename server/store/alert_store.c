#include "store/alert_store.h"

#include <string.h>

#include "rules/secret.h"
#include "store/alert_store_part.h"
#include "store/sealed.h"

/* Columns of alert_load, in the order of sql/queries/alert.sql. */
enum load_column {
    LOAD_ID, LOAD_NO, LOAD_STATE, LOAD_STATE_VERSION, LOAD_LEVEL, LOAD_SCAM_TYPE, LOAD_STATUS,
    LOAD_STATION_ID, LOAD_COMMUNITY_ID, LOAD_GRID_ID, LOAD_BUILDING_ID, LOAD_UNIT_ID,
    LOAD_TARGET_ACCOUNT_ID, LOAD_CREATED_AT, LOAD_EXPIRES_AT, LOAD_ACK_BY, LOAD_CLAIMED_BY,
    LOAD_CLAIMED_AT, LOAD_CLAIMED_BY_NAME, LOAD_COMMUNITY_NAME, LOAD_BUILDING, LOAD_UNIT, LOAD_DOOR,
    LOAD_NAME_SEALED, LOAD_PHONE_SEALED, LOAD_SITUATION, LOAD_AMOUNT_RANGE, LOAD_SOURCE_NAME,
    LOAD_IDENTIFIER, LOAD_FEATURES, LOAD_ACCOUNT_IDS, LOAD_AUDIENCES, LOAD_NOTICE_ID,
    LOAD_NOTICE_VERSION, LOAD_NOTICE_STATE, LOAD_ROOM_ID, LOAD_NOTICE_SCAM_TYPE, LOAD_NOTICE_LEVEL,
    LOAD_TITLE, LOAD_BODY, LOAD_ADVICE, LOAD_HOTLINE, LOAD_PUBLISHED_AT, LOAD_NOTICE_EXPIRES_AT,
    LOAD_SOURCE_ID, LOAD_RESIDENT_COUNT, LOAD_TARGET_ANSWER, LOAD_TARGET_ANSWERED_AT,
};

static const struct batch_kind receipt_kind = {
    .name = "alert_receipt",
    .statement = SQL_ALERT_RECEIPT_ADD,
    .max_rows = 1024,
    .column_count = 6,
    .types = {BATCH_INT8, BATCH_INT8, BATCH_INT8, BATCH_INT8, BATCH_INT2, BATCH_TIME},
};

struct alert_store *alert_store_create(struct store *store, const struct secret_ring *ring)
{
    struct alert_store *alerts = mem_alloc(sizeof(*alerts));
    alerts->store = store;
    alerts->ring = ring;
    alerts->receipts = batch_create(store, &receipt_kind);
    return alerts;
}

void alert_store_destroy(struct alert_store *alerts)
{
    mem_free(alerts);
}

struct alert_wait *alert_wait_create(struct alert_store *alerts, void *ctx)
{
    struct alert_wait *wait = mem_alloc(sizeof(*wait));
    wait->alerts = alerts;
    wait->ctx = ctx;
    return wait;
}

static void read_record(const struct alert_store *alerts, const struct store_rows *rows,
                        struct arena *arena, struct alert_record *record)
{
    record->id = rows_id(rows, 0, LOAD_ID);
    record->no = rows_text_copy(rows, 0, LOAD_NO, arena);
    record->state = (enum wire_alert_state)rows_int(rows, 0, LOAD_STATE);
    record->state_version = (uint32_t)rows_int(rows, 0, LOAD_STATE_VERSION);
    record->level = (enum wire_alert_level)rows_int(rows, 0, LOAD_LEVEL);
    record->scam_type = (enum wire_scam_type)rows_int(rows, 0, LOAD_SCAM_TYPE);
    record->station_id = rows_id(rows, 0, LOAD_STATION_ID);
    record->community_id = rows_id(rows, 0, LOAD_COMMUNITY_ID);
    record->grid_id = rows_id(rows, 0, LOAD_GRID_ID);
    record->building_id = rows_id(rows, 0, LOAD_BUILDING_ID);
    record->unit_id = rows_id(rows, 0, LOAD_UNIT_ID);
    record->target_account_id = rows_id(rows, 0, LOAD_TARGET_ACCOUNT_ID);
    record->created_at = rows_time(rows, 0, LOAD_CREATED_AT);
    record->expires_at = rows_time(rows, 0, LOAD_EXPIRES_AT);
    record->ack_by = rows_time(rows, 0, LOAD_ACK_BY);
    record->claimed_by = rows_id(rows, 0, LOAD_CLAIMED_BY);
    record->claimed_at = rows_time(rows, 0, LOAD_CLAIMED_AT);
    record->claimed_by_name = rows_text_copy(rows, 0, LOAD_CLAIMED_BY_NAME, arena);
    record->community_name = rows_text_copy(rows, 0, LOAD_COMMUNITY_NAME, arena);
    record->building = rows_text_copy(rows, 0, LOAD_BUILDING, arena);
    record->unit = rows_text_copy(rows, 0, LOAD_UNIT, arena);
    record->door = rows_text_copy(rows, 0, LOAD_DOOR, arena);
    record->target_answer = (enum wire_target_answer)rows_int(rows, 0, LOAD_TARGET_ANSWER);
    record->target_answered_at = rows_time(rows, 0, LOAD_TARGET_ANSWERED_AT);
    record->situation = rows_text_copy(rows, 0, LOAD_SITUATION, arena);
    record->amount_range = rows_text_copy(rows, 0, LOAD_AMOUNT_RANGE, arena);
    record->source_name = rows_text_copy(rows, 0, LOAD_SOURCE_NAME, arena);
    record->identifier = rows_text_copy(rows, 0, LOAD_IDENTIFIER, arena);
    record->target_name = sealed_open(alerts->ring, SECRET_SEAL_LEGAL_NAME,
                                      rows_bin(rows, 0, LOAD_NAME_SEALED), arena);
    record->target_phone =
        sealed_open(alerts->ring, SECRET_SEAL_PHONE, rows_bin(rows, 0, LOAD_PHONE_SEALED), arena);
    struct rows_int_list features = rows_int_array(rows, 0, LOAD_FEATURES, arena);
    for (uint32_t i = 0; i < features.count && i < ALERT_FEATURES_MAX; i++)
        record->features[record->feature_count++] = (enum wire_scam_feature)features.items[i];
}

static void read_notice(const struct store_rows *rows, struct arena *arena,
                        struct wire_notice_view *notice)
{
    notice->notice_id = rows_id(rows, 0, LOAD_NOTICE_ID);
    notice->notice_version = (uint32_t)rows_int(rows, 0, LOAD_NOTICE_VERSION);
    notice->state = (enum wire_notice_state)rows_int(rows, 0, LOAD_NOTICE_STATE);
    notice->room_id = rows_id(rows, 0, LOAD_ROOM_ID);
    notice->scam_type = (enum wire_scam_type)rows_int(rows, 0, LOAD_NOTICE_SCAM_TYPE);
    notice->level = (enum wire_alert_level)rows_int(rows, 0, LOAD_NOTICE_LEVEL);
    notice->title = rows_text_copy(rows, 0, LOAD_TITLE, arena);
    notice->body = rows_text_copy(rows, 0, LOAD_BODY, arena);
    notice->advice = rows_text_copy(rows, 0, LOAD_ADVICE, arena);
    notice->hotline = rows_text_copy(rows, 0, LOAD_HOTLINE, arena);
    notice->published_at = rows_time(rows, 0, LOAD_PUBLISHED_AT);
    notice->expires_at = rows_time(rows, 0, LOAD_NOTICE_EXPIRES_AT);
}

static void read_recipients(const struct store_rows *rows, struct arena *arena,
                            struct alert_loaded *loaded)
{
    struct wire_list_id accounts = rows_id_array(rows, 0, LOAD_ACCOUNT_IDS, arena);
    struct rows_int_list audiences = rows_int_array(rows, 0, LOAD_AUDIENCES, arena);
    uint32_t count = accounts.count < audiences.count ? accounts.count : audiences.count;
    if (count > ALERT_RECIPIENTS_MAX)
        count = ALERT_RECIPIENTS_MAX;
    loaded->recipients = arena_alloc(arena, count * sizeof(*loaded->recipients));
    loaded->recipient_count = count;
    for (uint32_t i = 0; i < count; i++) {
        loaded->recipients[i].account_id = accounts.items[i];
        loaded->recipients[i].audience = (enum wire_alert_audience)audiences.items[i];
    }
}

static void on_loaded(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    struct arena arena = {0};
    struct alert_loaded *loaded = NULL;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        loaded = arena_alloc(&arena, sizeof(*loaded));
        read_record(wait->alerts, rows, &arena, &loaded->record);
        loaded->status = (enum wire_alert_status)rows_int(rows, 0, LOAD_STATUS);
        loaded->record.exercise = loaded->status == WIRE_ALERT_STATUS_EXERCISE;
        loaded->source_id = rows_id(rows, 0, LOAD_SOURCE_ID);
        loaded->resident_count = rows_id(rows, 0, LOAD_RESIDENT_COUNT);
        read_recipients(rows, &arena, loaded);
        loaded->has_notice = !rows_is_null(rows, 0, LOAD_NOTICE_ID);
        if (loaded->has_notice)
            read_notice(rows, &arena, &loaded->notice);
    }
    wait->fn.loaded(wait->ctx, status, &arena, loaded);
    arena_clear(&arena);
    mem_free(wait);
}

/* What each role may see of an order addressed to it: roles[], audiences[]. */
static void add_role_audiences(struct store_args *args)
{
    int64_t roles[WIRE_ROLE_MAX];
    int64_t audiences[WIRE_ROLE_MAX];
    size_t count = 0;
    for (int role = 1; role <= WIRE_ROLE_MAX; role++) {
        enum wire_alert_audience audience = alert_audience_of_role((enum wire_role)role);
        if (audience == 0)
            continue;
        roles[count] = role;
        audiences[count++] = audience;
    }
    args_int_array(args, roles, count);
    args_int_array(args, audiences, count);
}

void alert_store_load(struct alert_store *alerts, uint64_t alert_id, alert_loaded_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.loaded = fn;
    struct store_args args = {0};
    args_id(&args, alert_id);
    add_role_audiences(&args);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_LOAD, &args, on_loaded, wait});
}

static void on_current(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    uint64_t ids[ALERT_PAGE_MAX];
    uint32_t count = 0;
    for (int row = 0; status == STATUS_OK && row < rows->count && count < ALERT_PAGE_MAX; row++)
        ids[count++] = rows_id(rows, row, 0);
    wait->fn.ids(wait->ctx, status, ids, count);
    mem_free(wait);
}

void alert_store_current(struct alert_store *alerts, uint64_t after_id, alert_ids_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.ids = fn;
    struct store_args args = {0};
    args_id(&args, after_id);
    args_int(&args, ALERT_PAGE_MAX);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_CURRENT, &args, on_current, wait});
}

static void on_alert_id(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    wait->fn.id(wait->ctx, status, status == STATUS_OK ? rows_id(rows, 0, 0) : 0);
    mem_free(wait);
}

void alert_store_of_notice(struct alert_store *alerts, uint64_t notice_id, alert_id_fn fn,
                           void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.id = fn;
    struct store_args args = {0};
    args_id(&args, notice_id);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_OF_NOTICE, &args, on_alert_id, wait});
}

static void on_resolved(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    struct alert_answer answer = {0};
    if (status == STATUS_OK && rows->count != 1)
        status = STATUS_INTERNAL;
    if (status == STATUS_OK) {
        answer.known_alert_id = rows_id(rows, 0, 0);
        if (answer.known_alert_id != 0 &&
            !rows_copy_bin(rows, 0, 1, answer.known_hash, sizeof(answer.known_hash)))
            status = STATUS_INTERNAL;
        answer.known_merged = rows_bool(rows, 0, 2);
        answer.known_no = rows_text(rows, 0, 3);
        answer.known_state = (enum wire_alert_state)rows_int(rows, 0, 4);
        answer.place_known = rows_bool(rows, 0, 5);
        answer.station_id = rows_id(rows, 0, 6);
        answer.community_id = rows_id(rows, 0, 7);
        answer.community_name = rows_text(rows, 0, 8);
        answer.grid_id = rows_id(rows, 0, 9);
        answer.building_id = rows_id(rows, 0, 10);
        answer.unit_id = rows_id(rows, 0, 11);
        answer.room_id = rows_id(rows, 0, 12);
        answer.resident_count = rows_id(rows, 0, 13);
        answer.target_account_id = rows_id(rows, 0, 14);
        answer.open_alert_id = rows_id(rows, 0, 15);
        answer.references_current = (uint32_t)rows_int(rows, 0, 16);
        answer.referenced_alert_id = rows_id(rows, 0, 17);
    }
    wait->fn.answer(wait->ctx, status, status == STATUS_OK ? &answer : NULL);
    mem_free(wait);
}

static void put_optional(struct store_args *args, bool has, struct wire_text text)
{
    if (has)
        args_text(args, text.data, text.len);
    else
        args_null(args);
}

void alert_store_resolve(struct alert_store *alerts, const struct alert_question *question,
                         alert_answer_fn fn, void *ctx)
{
    const struct wire_alert_inject *message = question->message;
    const struct wire_alert_target_ref *target = &message->target;
    struct wire_text senders[16];
    struct wire_text identifiers[16];
    size_t count = message->has_references ? message->references.count : 0;
    for (size_t i = 0; i < count && i < ARRAY_LEN(senders); i++) {
        senders[i] = message->references.items[i].sender;
        identifiers[i] = message->references.items[i].identifier;
    }
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.answer = fn;
    struct store_args args = {0};
    args_id(&args, question->source_id);
    args_text(&args, message->identifier.data, message->identifier.len);
    put_optional(&args, message->has_target, target->community_code);
    put_optional(&args, message->has_target && target->has_building_code, target->building_code);
    put_optional(&args, message->has_target && target->has_unit_code, target->unit_code);
    if (question->target_hash != NULL)
        args_bin(&args, question->target_hash, ALERT_HASH_BYTES);
    else
        args_null(&args);
    if (message->has_scam_type)
        args_int(&args, message->scam_type);
    else
        args_null(&args);
    args_text_array(&args, senders, count);
    args_text_array(&args, identifiers, count);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_RESOLVE, &args, on_resolved, wait});
}

static void on_mine(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    struct alert_mine mine[ALERT_LIST_MAX];
    uint32_t count = 0;
    for (int row = 0; status == STATUS_OK && row < rows->count && count < ALERT_LIST_MAX; row++) {
        mine[count].alert_id = rows_id(rows, row, 0);
        mine[count].audience = (enum wire_alert_audience)rows_int(rows, row, 1);
        mine[count++].stage = (enum wire_receipt_stage)rows_int(rows, row, 2);
    }
    wait->fn.mine(wait->ctx, status, mine, count);
    mem_free(wait);
}

static struct store_args mine_args(const struct alert_mine_query *query)
{
    struct store_args args = {0};
    args_id(&args, query->account_id);
    args_bool(&args, query->include_ended);
    args_int(&args, ALERT_LIST_MAX);
    return args;
}

void alert_store_mine(struct alert_store *alerts, const struct alert_mine_query *query,
                      alert_mine_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.mine = fn;
    struct store_args args = mine_args(query);
    add_role_audiences(&args);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_MINE, &args, on_mine, wait});
}

static void on_notices(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    struct wire_notice_view notices[ALERT_LIST_MAX] = {0};
    uint32_t count = 0;
    for (int row = 0; status == STATUS_OK && row < rows->count && count < ALERT_LIST_MAX; row++) {
        struct wire_notice_view *notice = &notices[count++];
        notice->notice_id = rows_id(rows, row, 0);
        notice->notice_version = (uint32_t)rows_int(rows, row, 1);
        notice->state = (enum wire_notice_state)rows_int(rows, row, 2);
        notice->room_id = rows_id(rows, row, 3);
        notice->scam_type = (enum wire_scam_type)rows_int(rows, row, 4);
        notice->level = (enum wire_alert_level)rows_int(rows, row, 5);
        notice->title = rows_text(rows, row, 6);
        notice->body = rows_text(rows, row, 7);
        notice->advice = rows_text(rows, row, 8);
        notice->hotline = rows_text(rows, row, 9);
        notice->published_at = rows_time(rows, row, 10);
        notice->expires_at = rows_time(rows, row, 11);
        notice->has_my_stage = true;
        notice->my_stage = (enum wire_receipt_stage)rows_int(rows, row, 12);
    }
    wait->fn.notices(wait->ctx, status, notices, count);
    mem_free(wait);
}

void alert_store_notices(struct alert_store *alerts, const struct alert_mine_query *query,
                         notice_mine_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.notices = fn;
    struct store_args args = mine_args(query);
    store_read(alerts->store, SQL_NOTICE_MINE, &args, on_notices, wait);
}

static void on_reach(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    struct wire_receipt_count counts[8];
    uint32_t count = 0;
    int rows_count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < rows_count && count < ARRAY_LEN(counts); row++) {
        counts[count].audience = (enum wire_alert_audience)rows_int(rows, row, 0);
        counts[count].queued = (uint32_t)rows_int(rows, row, 1);
        counts[count].delivered = (uint32_t)rows_int(rows, row, 2);
        counts[count].displayed = (uint32_t)rows_int(rows, row, 3);
        counts[count++].acknowledged = (uint32_t)rows_int(rows, row, 4);
    }
    wait->fn.reach(wait->ctx, status, counts, count);
    mem_free(wait);
}

void alert_store_reach(struct alert_store *alerts, uint64_t alert_id, alert_reach_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.reach = fn;
    struct store_args args = {0};
    args_id(&args, alert_id);
    store_read_as(alerts->store, ALERT_SYSTEM,
                  (struct store_call){SQL_ALERT_REACH, &args, on_reach, wait});
}

static void on_places(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    for (int row = 0; status == STATUS_OK && row < rows->count && row < ALERT_PLACES_MAX; row++) {
        const struct alert_place place = {
            .id = rows_id(rows, row, 0),
            .kind = (enum wire_scope_kind)rows_int(rows, row, 1),
            .code = rows_text(rows, row, 2),
            .name = rows_text(rows, row, 3),
            .station_id = rows_id(rows, row, 4),
            .community_id = rows_id(rows, row, 5),
            .grid_id = rows_id(rows, row, 6),
            .building_id = rows_id(rows, row, 7),
            .room_id = rows_id(rows, row, 8),
            .resident_count = rows_id(rows, row, 9),
        };
        wait->fn.place(wait->ctx, STATUS_OK, &place);
    }
    wait->fn.place(wait->ctx, status, NULL);
    mem_free(wait);
}

void alert_store_places(struct alert_store *alerts, alert_place_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.place = fn;
    store_read(alerts->store, SQL_ALERT_PLACES, NULL, on_places, wait);
}
