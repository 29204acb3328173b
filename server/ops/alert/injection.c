#include "ops/alert/injection.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub/hub.h"
#include "ops/alert/alert_env.h"
#include "ops/alert/alert_refresh.h"
#include "ops/room/catch_up.h"
#include "rules/alert_check.h"
#include "rules/alert_flow.h"
#include "rules/phone.h"
#include "rules/secret.h"
#include "rules/text_fold.h"

/* How often it begins again because somebody moved the alert, or used the identifier, meanwhile. */
#define TRIES_MAX 4

struct injection {
    struct ops_env *env; /* borrowed */
    struct injection_request request;
    injection_fn fn;
    void *ctx;
    struct arena arena; /* owned: texts of the answer and of the notice */
    uint8_t content_hash[SECRET_HASH_BYTES];
    uint8_t target_hash[SECRET_HASH_BYTES];
    char phone[PHONE_E164_LEN + 1]; /* "" when none was named */
    enum alert_decision decision;
    struct alert_answer answer; /* its texts lie in the arena */
    struct injection_result result;
    unsigned tries;
};

static void resolve(struct injection *injection);
static void on_resolved(void *ctx, enum status status, const struct alert_answer *answer);
static void add_new(struct injection *injection);
static void on_added(void *ctx, enum status status, const struct alert_written *written);
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded);
static void on_revised(void *ctx, enum status status, uint32_t state_version);
static void on_cancelled(void *ctx, enum status status, const struct alert_moved *moved);
static void on_told(void *ctx, enum status status);

uint64_t injection_draw_id(void)
{
    return secret_draw_id();
}

static void finish(struct injection *injection, enum status status)
{
    hub_hurry_over(injection->env->hub);
    injection->fn(injection->ctx, status, &injection->result);
    arena_clear(&injection->arena);
    sodium_memzero(injection->phone, sizeof(injection->phone));
    mem_free(injection);
}

static void finish_field(struct injection *injection, enum status status, const char *field)
{
    injection->result.field = field;
    finish(injection, status);
}

static bool digest_message(struct injection *injection)
{
    struct wire_buffer bytes = {0};
    enum status status = wire_encode(WIRE_ALERT_INJECT, 0, injection->request.message, &bytes);
    if (status == STATUS_OK)
        secret_digest(bytes.data, bytes.len, injection->content_hash);
    wire_buffer_deinit(&bytes);
    return status == STATUS_OK;
}

/* 1. The message by itself: complete, plausible, a phone number that is one. */
void injection_run(struct ops_env *env, const struct injection_request *request, injection_fn fn,
                   void *ctx)
{
    const struct wire_alert_inject *message = request->message;
    struct injection *injection = mem_alloc(sizeof(*injection));
    injection->env = env;
    hub_hurry(env->hub);
    injection->request = *request;
    injection->fn = fn;
    injection->ctx = ctx;
    const char *field = NULL;
    int64_t now = request->spooled ? request->received_at : clock_wall_ms();
    enum status status = alert_check_message(message, now, &field);
    if (status != STATUS_OK) {
        finish_field(injection, status, field);
        return;
    }
    if (message->has_target && message->target.has_phone) {
        status = phone_normalise(message->target.phone.data, message->target.phone.len,
                                 injection->phone);
        if (status != STATUS_OK) {
            finish_field(injection, status, "target.phone");
            return;
        }
        secret_phone_hash(env->alert->ring, injection->phone, injection->target_hash);
    }
    if (!digest_message(injection)) {
        finish(injection, STATUS_INTERNAL);
        return;
    }
    resolve(injection);
}

/* 2. What it is about. */
static void resolve(struct injection *injection)
{
    const struct alert_question question = {
        .source_id = injection->request.source_id,
        .message = injection->request.message,
        .target_hash = injection->phone[0] != '\0' ? injection->target_hash : NULL,
    };
    alert_store_resolve(injection->env->alert->store, &question, on_resolved, injection);
}

static struct wire_text keep(struct injection *injection, struct wire_text text)
{
    return (struct wire_text){arena_copy_text(&injection->arena, text.data, text.len), text.len};
}

static void begin_again(struct injection *injection)
{
    if (++injection->tries >= TRIES_MAX)
        finish(injection, STATUS_CONFLICT);
    else
        resolve(injection);
}

/* 3. What it means. */
static void on_resolved(void *ctx, enum status status, const struct alert_answer *answer)
{
    struct injection *injection = ctx;
    if (status != STATUS_OK) {
        finish(injection, status);
        return;
    }
    injection->answer = *answer;
    injection->answer.community_name = keep(injection, answer->community_name);
    injection->answer.known_no = keep(injection, answer->known_no);
    const struct alert_situation situation = {
        .identifier_known = answer->known_alert_id != 0,
        .same_content =
            memcmp(answer->known_hash, injection->content_hash, SECRET_HASH_BYTES) == 0,
        .place_known = answer->place_known,
        .references_current = answer->references_current,
        .open_same_target = answer->open_alert_id,
    };
    status = alert_decide(injection->request.message, &situation, &injection->decision);
    if (status != STATUS_OK) {
        finish_field(injection, status,
                     status == STATUS_UNKNOWN_PLACE  ? "target"
                     : status == STATUS_KEY_REUSED ? "identifier"
                                                     : "references");
        return;
    }
    struct alert_store *store = injection->env->alert->store;
    switch (injection->decision) {
    case ALERT_DECIDE_REPEAT:
        injection->result.alert_id = answer->known_alert_id;
        injection->result.no = injection->answer.known_no;
        injection->result.state = answer->known_state;
        injection->result.merged = answer->known_merged;
        finish(injection, STATUS_OK);
        return;
    case ALERT_DECIDE_NEW:
        add_new(injection);
        return;
    case ALERT_DECIDE_MERGE:
        alert_store_load(store, answer->open_alert_id, on_loaded, injection);
        return;
    case ALERT_DECIDE_UPDATE:
    case ALERT_DECIDE_CANCEL:
        alert_store_load(store, answer->referenced_alert_id, on_loaded, injection);
        return;
    }
}

static int64_t expiry_of(const struct injection *injection, enum wire_alert_level level)
{
    const struct wire_alert_inject *message = injection->request.message;
    return message->has_expires ? message->expires
                                : injection->request.received_at + alert_default_expiry_ms(level);
}

/* The card's searched form: the three texts as the store joins them, folded; empty: the same. */
static struct wire_text fold_card(struct injection *injection, const struct notice_text *notice)
{
    size_t len = (size_t)notice->title.len + notice->body.len + notice->advice.len + 2;
    char *card = arena_alloc(&injection->arena, len + 1);
    size_t used = 0;
    const struct wire_text parts[] = {notice->title, notice->body, notice->advice};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (i > 0)
            card[used++] = '\n';
        memcpy(card + used, parts[i].data, parts[i].len);
        used += parts[i].len;
    }
    const struct wire_text plain = {card, (uint32_t)len};
    struct wire_text folded = text_fold(plain, &injection->arena);
    return text_fold_changed(plain, folded) ? folded : (struct wire_text){NULL, 0};
}

/* 4a. A new alert: both halves, recipients, notice and card in one transaction. */
static void add_new(struct injection *injection)
{
    const struct wire_alert_inject *message = injection->request.message;
    bool has_notice = alert_has_notice(message->status, message->level) &&
                      injection->answer.room_id != 0;
    struct alert_draft draft = {
        .id = injection->request.alert_id,
        .source_id = injection->request.source_id,
        .message = message,
        .content_hash = injection->content_hash,
        .target_hash = injection->phone[0] != '\0' ? injection->target_hash : NULL,
        .phone = injection->phone[0] != '\0' ? injection->phone : NULL,
        .place = &injection->answer,
        .expires_at = expiry_of(injection, message->level),
        .received_at = injection->request.received_at,
        .spooled = injection->request.spooled,
        .to_target = alert_reaches_residents(message->status),
    };
    if (has_notice) {
        draft.notice_id = injection->request.notice_id;
        draft.notice = alert_notice_render(message->scam_type, injection->answer.community_name,
                                           injection->answer.resident_count, &injection->arena);
        draft.notice_folded = fold_card(injection, &draft.notice);
    }
    injection->result.alert_id = draft.id;
    injection->result.state = WIRE_ALERT_STATE_DISPATCHED;
    injection->result.is_new = true;
    alert_store_add(injection->env->alert->store, &draft, on_added, injection);
}

/* 5a. It is kept: tell everyone. A conflict: the same identifier came by another road meanwhile. */
static void on_added(void *ctx, enum status status, const struct alert_written *written)
{
    struct injection *injection = ctx;
    if (status == STATUS_CONFLICT) {
        injection->result = (struct injection_result){0};
        begin_again(injection);
        return;
    }
    if (status != STATUS_OK) {
        finish(injection, status);
        return;
    }
    injection->result.no = keep(injection, written->no);
    if (written->card_seq != 0)
        room_catch_up(injection->env, injection->answer.room_id, written->card_seq);
    alert_refresh(injection->env, injection->result.alert_id, on_told, injection);
}

static void revise(struct injection *injection, const struct alert_loaded *loaded)
{
    const struct wire_alert_inject *message = injection->request.message;
    const struct alert_record *record = &loaded->record;
    struct alert_revision revision = {
        .alert_id = record->id,
        .seen_version = record->state_version,
        .source_id = injection->request.source_id,
        .message = message,
        .content_hash = injection->content_hash,
        .merged = injection->decision == ALERT_DECIDE_MERGE,
        .level = message->has_level ? message->level : record->level,
        .scam_type = message->has_scam_type ? message->scam_type : record->scam_type,
        .scopes = {record->station_id, record->community_id, record->grid_id, record->building_id,
                   record->unit_id},
        .target_account_id =
            alert_reaches_residents(loaded->status) ? record->target_account_id : 0,
    };
    revision.expires_at = message->has_expires ? message->expires : record->expires_at;
    revision.revises_notice = loaded->has_notice;
    if (loaded->has_notice)
        revision.notice = alert_notice_render(revision.scam_type, record->community_name,
                                              loaded->resident_count, &injection->arena);
    alert_store_revise(injection->env->alert->store, &revision, on_revised, injection);
}

static void cancel(struct injection *injection, const struct alert_loaded *loaded)
{
    const struct wire_alert_inject *message = injection->request.message;
    const struct alert_record *record = &loaded->record;
    const struct alert_facts facts = {.level = record->level};
    enum wire_alert_state next = record->state;
    if (alert_flow_next(record->state, ALERT_CANCEL, &facts, &next) != STATUS_OK) {
        finish(injection, STATUS_CONFLICT);
        return;
    }
    struct alert_transition transition = {
        .alert_id = record->id,
        .seen_version = record->state_version,
        .next = next,
        .event = "fraud.cancel",
        .source_id = injection->request.source_id,
        .reason = message->has_reason ? message->reason : (struct wire_text){NULL, 0},
        .notice_state = loaded->has_notice ? WIRE_NOTICE_STATE_WITHDRAWN : 0,
        .message = message,
        .content_hash = injection->content_hash,
    };
    injection->result.state = next;
    alert_store_move(injection->env->alert->store, &transition, on_cancelled, injection);
}

/* 4b. The alert it refers to (or joins) as it is now. */
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct alert_loaded *loaded)
{
    struct injection *injection = ctx;
    (void)arena;
    if (status != STATUS_OK) {
        finish(injection, status);
        return;
    }
    injection->result.alert_id = loaded->record.id;
    injection->result.no = keep(injection, loaded->record.no);
    injection->result.state = loaded->record.state;
    injection->result.merged = injection->decision == ALERT_DECIDE_MERGE;
    injection->result.is_new = true;
    if (injection->decision == ALERT_DECIDE_CANCEL)
        cancel(injection, loaded);
    else
        revise(injection, loaded);
}

/* 5b. */
static void on_revised(void *ctx, enum status status, uint32_t state_version)
{
    struct injection *injection = ctx;
    (void)state_version;
    if (status == STATUS_CONFLICT)
        begin_again(injection);
    else if (status != STATUS_OK)
        finish(injection, status);
    else
        alert_refresh(injection->env, injection->result.alert_id, on_told, injection);
}

/* 5c. The card leaves the hall through the journal of revocations. */
static void on_cancelled(void *ctx, enum status status, const struct alert_moved *moved)
{
    on_revised(ctx, status, moved != NULL ? moved->state_version : 0);
}

/* 6. It is durable and said. If reading it again failed, the listening link tells it later. */
static void on_told(void *ctx, enum status status)
{
    struct injection *injection = ctx;
    if (status != STATUS_OK)
        log_warn("ops.alert_told_late", "alert=%llu status=%s",
                 (unsigned long long)injection->result.alert_id, status_name(status));
    finish(injection, STATUS_OK);
}
