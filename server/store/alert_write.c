/* The writes of the alert store: one segment, one transaction, for each thing somebody does. */
#include <sodium.h>
#include <string.h>

#include "rules/secret.h"
#include "store/alert_store_part.h"
#include "store/sealed.h"

static const char WITHDRAWN_REASON[] = "这条预警已经解除";
static const char EXPIRED_REASON[] = "这条预警已经过期";

static void put_text(struct store_args *args, bool has, struct wire_text text)
{
    if (has && text.len > 0)
        args_text(args, text.data, text.len);
    else
        args_null(args);
}

static void put_bin(struct store_args *args, const uint8_t *bytes, size_t len)
{
    if (bytes != NULL)
        args_bin(args, bytes, len);
    else
        args_null(args);
}

static void put_features(struct store_args *args, const struct wire_alert_inject *message)
{
    int64_t features[ALERT_FEATURES_MAX];
    size_t count = 0;
    if (!message->has_features) {
        args_null(args);
        return;
    }
    for (uint32_t i = 0; i < message->features.count && count < ALERT_FEATURES_MAX; i++)
        features[count++] = message->features.items[i];
    args_int_array(args, features, count);
}

static struct wire_text phone_text(const char *phone)
{
    return (struct wire_text){phone, phone != NULL ? (uint32_t)strlen(phone) : 0};
}

static void add_alert(struct alert_store *alerts, struct store_segment *segment,
                      const struct alert_draft *draft)
{
    const struct wire_alert_inject *message = draft->message;
    const struct wire_alert_target_ref *target = &message->target;
    const struct alert_answer *place = draft->place;
    struct store_args args = {0};
    args_id(&args, draft->id);
    args_id(&args, draft->source_id);
    args_id(&args, place->station_id);
    args_id(&args, place->community_id);
    args_int(&args, message->level);
    args_int(&args, message->scam_type);
    args_int(&args, message->status);
    args_time(&args, draft->expires_at);
    args_text(&args, message->sender.data, message->sender.len);
    args_text(&args, message->identifier.data, message->identifier.len);
    args_time(&args, message->sent);
    args_bin(&args, draft->content_hash, ALERT_HASH_BYTES);
    args_bool(&args, draft->spooled);
    args_id_or_null(&args, place->grid_id);
    args_id_or_null(&args, place->building_id);
    args_id_or_null(&args, place->unit_id);
    put_text(&args, target->has_door_code, target->door_code);
    args_id_or_null(&args, place->target_account_id);
    put_bin(&args, draft->target_hash, ALERT_HASH_BYTES);
    sealed_put(&args, alerts->ring, SECRET_SEAL_LEGAL_NAME,
               target->has_name ? target->name : (struct wire_text){NULL, 0});
    sealed_put(&args, alerts->ring, SECRET_SEAL_PHONE, phone_text(draft->phone));
    put_text(&args, message->has_situation, message->situation);
    put_features(&args, message);
    put_text(&args, message->has_amount_range, message->amount_range);
    args_time(&args, draft->received_at);
    store_segment_add(segment, SQL_ALERT_ADD, &args);
}

struct address {
    uint64_t alert_id;
    enum wire_alert_level level;
    uint64_t scopes[5]; /* station, community, grid, building, unit; 0: none */
    uint64_t target_account_id;
};

static void add_address(struct store_segment *segment, const struct address *address)
{
    int64_t roles[WIRE_ROLE_MAX];
    int64_t audiences[WIRE_ROLE_MAX];
    uint64_t scopes[5];
    size_t role_count = 0;
    size_t scope_count = 0;
    for (int role = 1; role <= WIRE_ROLE_MAX; role++) {
        if (!alert_is_addressed((enum wire_role)role, address->level))
            continue;
        roles[role_count] = role;
        audiences[role_count++] = alert_audience_of_role((enum wire_role)role);
    }
    for (size_t i = 0; i < ARRAY_LEN(address->scopes); i++)
        if (address->scopes[i] != 0)
            scopes[scope_count++] = address->scopes[i];
    struct store_args args = {0};
    args_id(&args, address->alert_id);
    args_int_array(&args, roles, role_count);
    args_int_array(&args, audiences, role_count);
    args_id_array(&args, scopes, scope_count);
    args_id_or_null(&args, address->target_account_id);
    store_segment_add(segment, SQL_ALERT_ADDRESS, &args);
}

static void add_notice(struct store_segment *segment, const struct alert_draft *draft)
{
    uint8_t key[WIRE_KEY_BYTES];
    struct store_args args = {0};
    randombytes_buf(key, sizeof(key));
    args_id(&args, draft->notice_id);
    args_id(&args, draft->id);
    args_id(&args, draft->place->room_id);
    args_int(&args, draft->message->scam_type);
    args_int(&args, draft->message->level);
    args_text(&args, draft->notice.title.data, draft->notice.title.len);
    args_text(&args, draft->notice.body.data, draft->notice.body.len);
    args_text(&args, draft->notice.advice.data, draft->notice.advice.len);
    args_string(&args, NOTICE_HOTLINE);
    args_time(&args, draft->expires_at);
    args_bin(&args, key, sizeof(key));
    args_text_or_null(&args, draft->notice_folded);
    args_time(&args, draft->received_at);
    store_segment_add(segment, SQL_NOTICE_ADD, &args);
}

static void add_text_message(struct alert_store *alerts, struct store_segment *segment,
                             const struct alert_draft *draft)
{
    struct store_args args = {0};
    args_id(&args, draft->id);
    args_id_or_null(&args, draft->place->target_account_id);
    sealed_put(&args, alerts->ring, SECRET_SEAL_PHONE, phone_text(draft->phone));
    store_segment_add(segment, SQL_ALERT_TEXT_TARGET, &args);
}

static void add_tell(struct store_segment *segment, uint64_t alert_id)
{
    struct store_args args = {0};
    args_id(&args, alert_id);
    store_segment_add(segment, SQL_ALERT_TELL, &args);
}

/* In alert_store_add's segment: alert, recipients, [notice], … */
#define SEGMENT_ALERT 0
#define SEGMENT_NOTICE 2

static void on_added(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct alert_wait *wait = ctx;
    struct alert_written written = {0};
    if (status == STATUS_OK) {
        written.no = rows_text(&result->rows[SEGMENT_ALERT], 0, 0);
        const struct store_rows *notice = &result->rows[SEGMENT_NOTICE];
        if (result->count > 4 && notice->count == 1)
            written.card_seq = rows_id(notice, 0, 0);
    }
    wait->fn.written(wait->ctx, status, status == STATUS_OK ? &written : NULL);
    mem_free(wait);
}

void alert_store_add(struct alert_store *alerts, const struct alert_draft *draft,
                     alert_written_fn fn, void *ctx)
{
    const struct alert_answer *place = draft->place;
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.written = fn;
    struct store_segment *segment = store_segment_create(alerts->store);
    store_segment_as(segment, ALERT_SYSTEM);
    add_alert(alerts, segment, draft);
    add_address(segment, &(struct address){
                             .alert_id = draft->id,
                             .level = draft->message->level,
                             .scopes = {place->station_id, place->community_id, place->grid_id,
                                        place->building_id, place->unit_id},
                             .target_account_id = draft->to_target ? place->target_account_id : 0,
                         });
    if (draft->notice_id != 0)
        add_notice(segment, draft);
    if (draft->to_target && (draft->phone != NULL || place->target_account_id != 0))
        add_text_message(alerts, segment, draft);
    add_tell(segment, draft->id);
    store_segment_write(segment, on_added, wait);
}

/* One more message of the chain; it takes the place of what was current. */
struct chain_link {
    uint64_t alert_id;
    uint64_t source_id;
    const struct wire_alert_inject *message;
    const uint8_t *content_hash;
    bool merged;
};

static void add_chain_link(struct store_segment *segment, const struct chain_link *link)
{
    enum chain_state { CHAIN_CURRENT = 1, CHAIN_SUPERSEDED, CHAIN_CANCELLED };
    const struct wire_alert_inject *message = link->message;
    bool cancels = message->msg_type == WIRE_ALERT_MSG_TYPE_CANCEL;
    struct store_args args = {0};
    args_id(&args, link->alert_id);
    args_id(&args, link->source_id);
    args_text(&args, message->sender.data, message->sender.len);
    args_text(&args, message->identifier.data, message->identifier.len);
    args_time(&args, message->sent);
    args_int(&args, message->msg_type);
    args_int(&args, message->status);
    args_bin(&args, link->content_hash, ALERT_HASH_BYTES);
    args_bool(&args, link->merged);
    args_time_or_null(&args, message->has_expires ? message->expires : 0);
    args_int(&args, cancels ? CHAIN_CANCELLED : CHAIN_SUPERSEDED);
    args_int(&args, cancels ? CHAIN_CANCELLED : CHAIN_CURRENT);
    store_segment_add(segment, SQL_ALERT_SUPERSEDE, &args);
}

static void add_notice_words(struct store_segment *segment, const struct alert_revision *revision)
{
    struct store_args args = {0};
    args_id(&args, revision->alert_id);
    args_null(&args);
    args_int(&args, WIRE_NOTICE_STATE_UPDATED);
    args_int(&args, revision->scam_type);
    args_int(&args, revision->level);
    args_text(&args, revision->notice.title.data, revision->notice.title.len);
    args_text(&args, revision->notice.body.data, revision->notice.body.len);
    args_text(&args, revision->notice.advice.data, revision->notice.advice.len);
    args_time(&args, revision->expires_at);
    args_null(&args);
    store_segment_add(segment, SQL_NOTICE_REVISE, &args);
}

/* The first statement of these segments answers the new state_version. */
static void on_revised(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct alert_wait *wait = ctx;
    uint32_t version = 0;
    if (status == STATUS_OK)
        version = (uint32_t)rows_int(&result->rows[0], 0, 0);
    wait->fn.version(wait->ctx, status, version);
    mem_free(wait);
}

void alert_store_revise(struct alert_store *alerts, const struct alert_revision *revision,
                        alert_version_fn fn, void *ctx)
{
    const struct wire_alert_inject *message = revision->message;
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.version = fn;
    struct store_segment *segment = store_segment_create(alerts->store);
    store_segment_as(segment, ALERT_SYSTEM);
    struct store_args args = {0};
    args_id(&args, revision->alert_id);
    args_int(&args, revision->seen_version);
    args_int(&args, revision->level);
    args_int(&args, revision->scam_type);
    args_time(&args, revision->expires_at);
    put_text(&args, message->has_situation, message->situation);
    put_features(&args, message);
    put_text(&args, message->has_amount_range, message->amount_range);
    args_id(&args, revision->source_id);
    args_string(&args, revision->merged ? "fraud.merge" : "fraud.update");
    store_segment_add(segment, SQL_ALERT_REVISE, &args);
    add_chain_link(segment, &(struct chain_link){revision->alert_id, revision->source_id, message,
                                                 revision->content_hash, revision->merged});
    struct address address = {.alert_id = revision->alert_id,
                              .level = revision->level,
                              .target_account_id = revision->target_account_id};
    memcpy(address.scopes, revision->scopes, sizeof(address.scopes));
    add_address(segment, &address);
    if (revision->revises_notice)
        add_notice_words(segment, revision);
    add_tell(segment, revision->alert_id);
    store_segment_write(segment, on_revised, wait);
}

static void add_notice_end(struct store_segment *segment, uint64_t alert_id, uint64_t notice_id,
                           enum wire_notice_state state)
{
    struct store_args args = {0};
    args_id(&args, alert_id);
    args_id_or_null(&args, notice_id);
    args_int(&args, state);
    for (int i = 0; i < 6; i++) /* its words and its expiry stay as they are */
        args_null(&args);
    args_string(&args, state == WIRE_NOTICE_STATE_EXPIRED ? EXPIRED_REASON : WITHDRAWN_REASON);
    store_segment_add(segment, SQL_NOTICE_REVISE, &args);
}

static void read_card(const struct store_rows *rows, struct alert_moved *moved)
{
    if (rows->count == 0)
        return;
    moved->notice_id = rows_id(rows, 0, 0);
    moved->card_seq = rows_id(rows, 0, 3);
    moved->revocation_seq = rows_id(rows, 0, 4);
    moved->room_id = moved->card_seq != 0 ? rows_id(rows, 0, 1) : 0;
}

/* In alert_store_move's segment the notice, if it ends, comes second. */
static void on_moved(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct alert_wait *wait = ctx;
    struct alert_moved moved = {0};
    if (status == STATUS_OK) {
        moved.state_version = (uint32_t)rows_int(&result->rows[0], 0, 0);
        if (result->count > 2)
            read_card(&result->rows[1], &moved);
    }
    wait->fn.moved(wait->ctx, status, status == STATUS_OK ? &moved : NULL);
    mem_free(wait);
}

static void add_move(struct store_segment *segment, const struct alert_transition *transition)
{
    bool ends = transition->next == WIRE_ALERT_STATE_CLOSED ||
                transition->next == WIRE_ALERT_STATE_CANCELLED ||
                transition->next == WIRE_ALERT_STATE_EXPIRED;
    struct store_args args = {0};
    args_id(&args, transition->alert_id);
    args_int(&args, transition->seen_version);
    args_int(&args, transition->next);
    args_bool(&args, ends);
    args_id_or_null(&args, transition->claimed_by);
    args_time_or_null(&args, transition->ack_by);
    args_string(&args, transition->event);
    args_id_or_null(&args, transition->actor_id);
    args_id_or_null(&args, transition->source_id);
    if (transition->role_used != 0)
        args_int(&args, transition->role_used);
    else
        args_null(&args);
    args_text_or_null(&args, transition->reason);
    args_string(&args, transition->fired_name);
    args_int(&args, transition->fired_version);
    store_segment_add(segment, SQL_ALERT_MOVE, &args);
}

void alert_store_move(struct alert_store *alerts, const struct alert_transition *transition,
                      alert_moved_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.moved = fn;
    struct store_segment *segment = store_segment_create(alerts->store);
    store_segment_as(segment, ALERT_SYSTEM);
    add_move(segment, transition);
    if (transition->notice_state != 0)
        add_notice_end(segment, transition->alert_id, 0, transition->notice_state);
    if (transition->message != NULL)
        add_chain_link(segment,
                       &(struct chain_link){transition->alert_id, transition->source_id,
                                            transition->message, transition->content_hash, false});
    add_tell(segment, transition->alert_id);
    store_segment_write(segment, on_moved, wait);
}

static void on_done(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    (void)rows;
    wait->fn.version(wait->ctx, status, 0);
    mem_free(wait);
}

void alert_store_outlast(struct alert_store *alerts, uint64_t alert_id, alert_version_fn fn,
                         void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.version = fn;
    struct store_args args = {0};
    args_id(&args, alert_id);
    store_write_as(alerts->store, ALERT_SYSTEM,
                   (struct store_call){SQL_ALERT_OUTLAST, &args, on_done, wait});
}

static void on_notice_expired(void *ctx, enum status status,
                              const struct store_segment_result *result)
{
    struct alert_wait *wait = ctx;
    struct alert_moved moved = {0};
    if (status == STATUS_OK && result->rows[0].count == 0)
        status = STATUS_CONFLICT;
    if (status == STATUS_OK)
        read_card(&result->rows[0], &moved);
    wait->fn.moved(wait->ctx, status, status == STATUS_OK ? &moved : NULL);
    mem_free(wait);
}

void alert_store_expire_notice(struct alert_store *alerts, uint64_t notice_id, uint64_t alert_id,
                               alert_moved_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.moved = fn;
    struct store_segment *segment = store_segment_create(alerts->store);
    store_segment_as(segment, ALERT_SYSTEM);
    add_notice_end(segment, alert_id, notice_id, WIRE_NOTICE_STATE_EXPIRED);
    add_tell(segment, alert_id);
    store_segment_write(segment, on_notice_expired, wait);
}

static void on_own_answer(void *ctx, enum status status, const struct store_rows *rows)
{
    struct alert_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_CONFLICT;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

void alert_store_answer_own(struct alert_store *alerts, const struct alert_own_answer *answer,
                            alert_done_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.done = fn;
    struct store_args args = {0};
    args_id(&args, answer->alert_id);
    args_id(&args, answer->account_id);
    args_int(&args, answer->answer);
    args_string(&args, answer->word);
    store_write_as(alerts->store, ALERT_SYSTEM,
                   (struct store_call){SQL_ALERT_ANSWER, &args, on_own_answer, wait});
}

static void on_receipt(void *ctx, enum status status, const struct batch_answer *answer)
{
    struct alert_wait *wait = ctx;
    (void)answer;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

enum status alert_store_receipt(struct alert_store *alerts, const struct alert_receipt *receipt,
                                alert_done_fn fn, void *ctx)
{
    struct alert_wait *wait = alert_wait_create(alerts, ctx);
    wait->fn.done = fn;
    enum status status = batch_begin_row(alerts->receipts, on_receipt, wait);
    if (status != STATUS_OK) {
        mem_free(wait);
        return status;
    }
    batch_put_id(alerts->receipts, receipt->account_id);
    const uint64_t ids[] = {receipt->alert_id, receipt->notice_id, receipt->person_id};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        if (ids[i] != 0)
            batch_put_id(alerts->receipts, ids[i]);
        else
            batch_put_null(alerts->receipts);
    }
    batch_put_int(alerts->receipts, receipt->stage);
    batch_put_time(alerts->receipts, receipt->at);
    batch_end_row(alerts->receipts);
    return STATUS_OK;
}
