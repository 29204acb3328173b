#include "ops/alert/alert_spool.h"

#include <string.h>
#include <uthash.h>

#include "base/log.h"
#include "hub/alert_board.h"
#include "ops/alert/alert_env.h"
#include "ops/session/presence.h"
#include "rules/alert_check.h"
#include "rules/alert_flow.h"
#include "rules/permission.h"
#include "store/alert_store.h"
#include "wire/wire.h"

/* A record of the spool: these numbers, as the machine writes them, then the message's frame. */
struct record_head {
    uint64_t source_id;
    uint64_t alert_id;
    uint64_t notice_id;
    int64_t received_at;
};

struct known_place {
    struct alert_place place; /* its texts follow in the same block */
    char code[33];
    char name[321];
    UT_hash_handle hh;
};

struct alert_spool {
    struct ops_env *env; /* borrowed */
    struct spool *spool; /* owned */
    struct known_place *places;
    struct known_place *loading; /* the new table while it is read */
    bool is_loading;
    bool load_again; /* something changed meanwhile */
    bool reconciling;
    size_t next; /* the record being recorded */
    struct arena arena;                  /* of that record's message */
    struct injection_request request;    /* "" */
};

struct take {
    struct alert_spool *spool;               /* borrowed */
    const struct injection_request *request; /* borrowed until fn */
    void (*fn)(void *ctx, enum status status);
    void *ctx;
};

static void on_on_disk(void *ctx, enum status status);
static void on_place(void *ctx, enum status status, const struct alert_place *place);
static void record_next(struct alert_spool *spool);
static void on_recorded(void *ctx, enum status status, const struct injection_result *result);

struct alert_spool *alert_spool_create(struct ops_env *env, struct spool *spool)
{
    struct alert_spool *alert_spool = mem_alloc(sizeof(*alert_spool));
    alert_spool->env = env;
    alert_spool->spool = spool;
    return alert_spool;
}

static void forget_places(struct known_place **places)
{
    struct known_place *place, *next;
    HASH_ITER(hh, *places, place, next)
    {
        HASH_DEL(*places, place);
        mem_free(place);
    }
}

void alert_spool_destroy(struct alert_spool *spool)
{
    forget_places(&spool->places);
    forget_places(&spool->loading);
    arena_clear(&spool->arena);
    spool_close(spool->spool);
    mem_free(spool);
}

bool alert_spool_is_idle(const struct alert_spool *spool)
{
    return spool_is_idle(spool->spool) && !spool->reconciling && !spool->is_loading;
}

uint32_t alert_spool_waiting(const struct alert_spool *spool)
{
    return (uint32_t)spool_count(spool->spool);
}

static const struct alert_place *find_place(const struct alert_spool *spool, bool has,
                                            struct wire_text code)
{
    struct known_place *known = NULL;
    if (has && code.len > 0)
        HASH_FIND(hh, spool->places, code.data, code.len, known);
    return known != NULL ? &known->place : NULL;
}

/* What this node knows of the places a message names; community NULL: not enough. */
struct named_places {
    const struct alert_place *community;
    const struct alert_place *building;
    const struct alert_place *unit;
};

static struct named_places name_places(const struct alert_spool *spool,
                                       const struct wire_alert_target_ref *target)
{
    struct named_places named = {
        .community = find_place(spool, true, target->community_code),
        .building = find_place(spool, target->has_building_code, target->building_code),
        .unit = find_place(spool, target->has_unit_code, target->unit_code),
    };
    bool fits = named.community != NULL && named.community->kind == WIRE_SCOPE_KIND_COMMUNITY &&
                (!target->has_building_code ||
                 (named.building != NULL && named.building->community_id == named.community->id)) &&
                (!target->has_unit_code ||
                 (named.unit != NULL && named.building != NULL &&
                  named.unit->building_id == named.building->id));
    if (!fits)
        named.community = NULL;
    return named;
}

/* A record in clear; false: it is not one of ours. The body lives in the arena. */
static bool read_record(const struct alert_spool *spool, size_t index, struct arena *arena,
                        struct injection_request *out)
{
    size_t len = 0;
    const uint8_t *bytes = spool_record(spool->spool, index, &len);
    struct record_head head;
    struct wire_frame frame;
    if (len <= sizeof(head) ||
        wire_decode(bytes + sizeof(head), len - sizeof(head), arena, &frame) != STATUS_OK ||
        frame.code != WIRE_ALERT_INJECT)
        return false;
    memcpy(&head, bytes, sizeof(head));
    *out = (struct injection_request){
        .source_id = head.source_id,
        .message = frame.body,
        .alert_id = head.alert_id,
        .notice_id = head.notice_id,
        .received_at = head.received_at,
        .spooled = true,
    };
    return true;
}

/* Looks for the identifier among what waits. STATUS_NOT_FOUND: it is new; STATUS_OK: the very same
 * message, whose numbers the request gets; STATUS_KEY_REUSED: another one. `bytes` is the record
 * that would be written. */
static enum status find_repeat(const struct alert_spool *spool, const struct wire_buffer *bytes,
                               struct injection_request *request)
{
    enum status status = STATUS_NOT_FOUND;
    struct arena arena = {0};
    for (size_t i = 0; i < spool_count(spool->spool) && status == STATUS_NOT_FOUND; i++) {
        struct injection_request old;
        size_t len = 0;
        const uint8_t *record = spool_record(spool->spool, i, &len);
        if (!read_record(spool, i, &arena, &old) || old.source_id != request->source_id ||
            old.message->identifier.len != request->message->identifier.len ||
            memcmp(old.message->identifier.data, request->message->identifier.data,
                   old.message->identifier.len) != 0)
            continue;
        const size_t skip = sizeof(struct record_head);
        status = len == bytes->len && memcmp(record + skip, bytes->data + skip, len - skip) == 0
                     ? STATUS_OK
                     : STATUS_KEY_REUSED;
        if (status == STATUS_OK) {
            request->alert_id = old.alert_id;
            request->notice_id = old.notice_id;
        }
    }
    arena_clear(&arena);
    return status;
}

/* 1. Is it one that must not wait? Then onto the disk. */
enum status alert_spool_take(struct ops_env *env, struct injection_request *request,
                             void (*fn)(void *ctx, enum status status), void *ctx)
{
    struct alert_spool *spool = env->alert->spool;
    const struct wire_alert_inject *message = request->message;
    if (spool == NULL || message->msg_type != WIRE_ALERT_MSG_TYPE_ALERT ||
        !alert_reaches_residents(message->status) || !message->has_level ||
        message->level != WIRE_ALERT_LEVEL_CRITICAL || !message->has_target ||
        name_places(spool, &message->target).community == NULL)
        return STATUS_UNAVAILABLE;
    const struct record_head head = {request->source_id, request->alert_id, request->notice_id,
                                     request->received_at};
    struct wire_buffer bytes = {0};
    wire_buffer_append(&bytes, &head, sizeof(head));
    enum status status = wire_encode(WIRE_ALERT_INJECT, 1, message, &bytes);
    enum status repeat =
        status == STATUS_OK ? find_repeat(spool, &bytes, request) : STATUS_NOT_FOUND;
    if (status == STATUS_OK && repeat == STATUS_NOT_FOUND) {
        struct take *take = mem_alloc(sizeof(*take));
        *take = (struct take){spool, request, fn, ctx};
        status = spool_append(spool->spool, bytes.data, bytes.len, on_on_disk, take);
        if (status != STATUS_OK)
            mem_free(take);
    }
    wire_buffer_deinit(&bytes);
    if (repeat == STATUS_KEY_REUSED)
        return STATUS_KEY_REUSED;
    if (repeat == STATUS_OK)
        fn(ctx, STATUS_OK);
    return status == STATUS_OK ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* Who is connected and would be addressed, by the roles this node knows of her. */
struct gathering {
    const struct alert_record *record;
    struct board_recipient *recipients; /* grown */
    uint32_t count;
    int64_t now_ms;
};

static void add_recipient(struct gathering *gathering, uint64_t account_id,
                          enum wire_alert_audience audience)
{
    for (uint32_t i = 0; i < gathering->count; i++) {
        if (gathering->recipients[i].account_id != account_id)
            continue;
        if (audience > gathering->recipients[i].audience)
            gathering->recipients[i].audience = audience;
        return;
    }
    if (gathering->count >= ALERT_RECIPIENTS_MAX)
        return;
    gathering->recipients = mem_grow(gathering->recipients, gathering->count + 1,
                                     sizeof(*gathering->recipients));
    gathering->recipients[gathering->count++] = (struct board_recipient){account_id, audience};
}

static void gather_session(void *ctx, struct session *session)
{
    struct gathering *gathering = ctx;
    const struct presence *presence = presence_of(session);
    if (presence == NULL || presence->who == NULL)
        return;
    const struct alert_record *record = gathering->record;
    const struct scope_facts facts = {.station_id = record->station_id,
                                      .community_id = record->community_id,
                                      .grid_id = record->grid_id,
                                      .building_id = record->building_id,
                                      .unit_id = record->unit_id};
    for (uint32_t i = 0; i < presence->who->grant_count; i++) {
        const struct principal_grant *grant = &presence->who->grants[i];
        if (grant->expires_at > gathering->now_ms &&
            alert_is_addressed(grant->role, record->level) &&
            permission_grant_covers(grant, &facts))
            add_recipient(gathering, presence->who->account_id,
                          alert_audience_of_role(grant->role));
    }
}

static struct alert_record make_record(const struct injection_request *request,
                                       const struct named_places *named)
{
    const struct wire_alert_inject *message = request->message;
    const struct wire_alert_target_ref *target = &message->target;
    const struct wire_text none = {"", 0};
    struct alert_record record = {
        .id = request->alert_id,
        .no = none,
        .state = WIRE_ALERT_STATE_DISPATCHED,
        .state_version = 1,
        .level = message->level,
        .scam_type = message->scam_type,
        .station_id = named->community->station_id,
        .community_id = named->community->id,
        .grid_id = named->building != NULL ? named->building->grid_id : 0,
        .building_id = named->building != NULL ? named->building->id : 0,
        .unit_id = named->unit != NULL ? named->unit->id : 0,
        .created_at = request->received_at,
        .expires_at = message->has_expires
                          ? message->expires
                          : request->received_at + alert_default_expiry_ms(message->level),
        .claimed_by_name = none,
        .community_name = named->community->name,
        .building = named->building != NULL ? named->building->name : none,
        .unit = named->unit != NULL ? named->unit->name : none,
        .door = target->has_door_code ? target->door_code : none,
        .target_name = target->has_name ? target->name : none,
        .target_phone = target->has_phone ? target->phone : none,
        .situation = message->has_situation ? message->situation : none,
        .amount_range = message->has_amount_range ? message->amount_range : none,
        .source_name = none,
        .identifier = message->identifier,
    };
    for (uint32_t i = 0; message->has_features && i < message->features.count &&
                         record.feature_count < ALERT_FEATURES_MAX; i++)
        record.features[record.feature_count++] = message->features.items[i];
    return record;
}

static void tell_hall(const struct alert_spool *spool, const struct injection_request *request,
                      const struct named_places *named, enum wire_notice_state state)
{
    const struct alert_record made = make_record(request, named);
    const struct alert_record *record = &made;
    struct arena arena = {0};
    struct notice_text text =
        alert_notice_render(record->scam_type, named->community->name,
                            named->community->resident_count, &arena);
    const struct wire_notice_view notice = {
        .notice_id = request->notice_id,
        .notice_version = state == WIRE_NOTICE_STATE_PUBLISHED ? 1 : 2,
        .state = state,
        .room_id = named->community->room_id,
        .scam_type = record->scam_type,
        .level = record->level,
        .title = text.title,
        .body = text.body,
        .advice = text.advice,
        .hotline = wire_text_of(NOTICE_HOTLINE),
        .published_at = record->created_at,
        .expires_at = record->expires_at,
    };
    if (notice.room_id != 0 &&
        alert_board_put_notice(spool->env->alert->board, &notice) != STATUS_OK)
        log_warn("ops.spooled_notice_not_kept", "notice=%llu",
                 (unsigned long long)notice.notice_id);
    arena_clear(&arena);
}

static void deliver(struct alert_spool *spool, const struct injection_request *request)
{
    struct named_places named = name_places(spool, &request->message->target);
    if (named.community == NULL)
        return;
    const struct alert_record record = make_record(request, &named);
    struct gathering gathering = {.record = &record, .now_ms = request->received_at};
    hub_each_session(spool->env->hub, gather_session, &gathering);
    if (alert_board_put(spool->env->alert->board, &record, gathering.recipients,
                        gathering.count) != STATUS_OK)
        log_warn("ops.spooled_alert_not_kept", "alert=%llu", (unsigned long long)record.id);
    mem_free(gathering.recipients);
    tell_hall(spool, request, &named, WIRE_NOTICE_STATE_PUBLISHED);
    log_warn("ops.alert_spooled", "alert=%llu recipients=%u", (unsigned long long)record.id,
             gathering.count);
}

/* It is no alert of its own: it was recorded before, belongs to another one, or is refused. */
static void take_back(struct alert_spool *spool, const struct injection_request *request)
{
    struct named_places named = name_places(spool, &request->message->target);
    alert_board_end(spool->env->alert->board, request->alert_id, WIRE_ALERT_STATE_CANCELLED);
    if (named.community != NULL)
        tell_hall(spool, request, &named, WIRE_NOTICE_STATE_WITHDRAWN);
}

/* 2. It cannot be lost any more: to the people. */
static void on_on_disk(void *ctx, enum status status)
{
    struct take *take = ctx;
    if (status == STATUS_OK)
        deliver(take->spool, take->request);
    take->fn(take->ctx, status);
    mem_free(take);
}

void alert_spool_learn_places(struct alert_spool *spool)
{
    spool->load_again = spool->is_loading;
    if (spool->is_loading)
        return;
    spool->is_loading = true;
    alert_store_places(spool->env->alert->store, on_place, spool);
}

/* The database is back: what this node knows of places is read anew, and what waits is recorded. */
void alert_spool_reconcile(struct alert_spool *spool)
{
    alert_spool_learn_places(spool);
    if (spool->reconciling || spool_count(spool->spool) == 0)
        return;
    spool->reconciling = true;
    spool->next = 0;
    record_next(spool);
}

static void on_place(void *ctx, enum status status, const struct alert_place *place)
{
    struct alert_spool *spool = ctx;
    if (place == NULL) {
        if (status == STATUS_OK) {
            forget_places(&spool->places);
            spool->places = spool->loading;
            spool->loading = NULL;
        } else {
            forget_places(&spool->loading);
        }
        spool->is_loading = false;
        if (status == STATUS_OK && spool->load_again)
            alert_spool_learn_places(spool);
        return;
    }
    if (place->code.len >= sizeof(((struct known_place *)0)->code) ||
        place->name.len >= sizeof(((struct known_place *)0)->name))
        return;
    struct known_place *known = mem_alloc(sizeof(*known));
    known->place = *place;
    memcpy(known->code, place->code.data, place->code.len);
    memcpy(known->name, place->name.data, place->name.len);
    known->place.code.data = known->code;
    known->place.name.data = known->name;
    HASH_ADD_KEYPTR(hh, spool->loading, known->code, place->code.len, known);
}

/* 3. One record after the other, by the same road as from the door. */
static void record_next(struct alert_spool *spool)
{
    arena_clear(&spool->arena);
    while (spool->next < spool_count(spool->spool)) {
        if (read_record(spool, spool->next, &spool->arena, &spool->request)) {
            injection_run(spool->env, &spool->request, on_recorded, spool);
            return;
        }
        log_error("ops.spool_record_unreadable", "index=%zu", spool->next);
        spool->next++;
    }
    spool->reconciling = false;
    if (spool->next > 0 && spool_clear(spool->spool, spool->next) == STATUS_OK)
        log_warn("ops.spool_recorded", "alerts=%zu", spool->next);
}

/* 4. Recorded, or refused for good; with the database away again it stays where it is. */
static void on_recorded(void *ctx, enum status status, const struct injection_result *result)
{
    struct alert_spool *spool = ctx;
    if (status == STATUS_UNAVAILABLE || status == STATUS_BUSY) {
        spool->reconciling = false;
        return;
    }
    if (status != STATUS_OK)
        log_error("ops.spooled_alert_refused", "alert=%llu status=%s",
                  (unsigned long long)spool->request.alert_id, status_name(status));
    if (status != STATUS_OK || result->alert_id != spool->request.alert_id)
        take_back(spool, &spool->request);
    spool->next++;
    record_next(spool);
}
