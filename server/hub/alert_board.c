#include "hub/alert_board.h"

#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "base/log.h"
#include "hub/frame_encode.h"
#include "rules/alert_flow.h"
#include "wire/wire.h"

#define AUDIENCES (WIRE_ALERT_AUDIENCE_OFFICERS + 1)
/* People of one order that are looked up; the store's bound is the same. */
#define BOARD_RECIPIENTS_MAX 4096

struct board_alert {
    uint64_t id;
    struct alert_record record; /* its texts lie in the arena */
    struct arena arena;         /* owned */
    struct board_recipient *recipients; /* owned */
    uint32_t recipient_count;
    bool *was_shown; /* owned; per recipient: it was told that she saw it */
    struct shared_frame *frames[AUDIENCES]; /* owned; made when first needed */
    struct shared_frame *claimer_frame;     /* owned; the projection for who has taken it */
    UT_hash_handle hh;
};

struct board_notice {
    uint64_t id;
    struct board_room *room; /* whose list it is on */
    uint32_t version;
    struct shared_frame *frame; /* owned */
    struct board_notice *prev;
    struct board_notice *next;
    UT_hash_handle hh;
};

/* The notices of one room, so that greeting does not walk those of a whole city. */
struct board_room {
    uint64_t room_id;
    struct board_notice *notices; /* list; each owned by the board */
    UT_hash_handle hh;
};

/* The orders of one person, so that greeting her does not walk them all. */
struct board_person {
    uint64_t account_id;
    uint64_t *alert_ids; /* owned */
    uint32_t count;
    uint32_t size;
    UT_hash_handle hh;
};

struct alert_board {
    struct hub *hub; /* borrowed */
    struct board_alert *alerts;
    struct board_notice *notices;
    struct board_room *rooms;
    struct board_person *people;
    struct board_watch watch;
};

struct alert_board *alert_board_create(struct hub *hub)
{
    struct alert_board *board = mem_alloc(sizeof(*board));
    board->hub = hub;
    return board;
}

void alert_board_set_watch(struct alert_board *board, const struct board_watch *watch)
{
    board->watch = *watch;
}

static void person_add(struct alert_board *board, uint64_t account_id, uint64_t alert_id)
{
    struct board_person *person = NULL;
    HASH_FIND(hh, board->people, &account_id, sizeof(account_id), person);
    if (person == NULL) {
        person = mem_alloc(sizeof(*person));
        person->account_id = account_id;
        HASH_ADD(hh, board->people, account_id, sizeof(person->account_id), person);
    }
    if (person->count == person->size) {
        person->size = person->size > 0 ? person->size * 2 : 4;
        person->alert_ids =
            mem_grow(person->alert_ids, person->size, sizeof(*person->alert_ids));
    }
    person->alert_ids[person->count++] = alert_id;
}

static void person_remove(struct alert_board *board, uint64_t account_id, uint64_t alert_id)
{
    struct board_person *person = NULL;
    HASH_FIND(hh, board->people, &account_id, sizeof(account_id), person);
    if (person == NULL)
        return;
    for (uint32_t i = 0; i < person->count; i++) {
        if (person->alert_ids[i] != alert_id)
            continue;
        person->alert_ids[i] = person->alert_ids[--person->count];
        break;
    }
    if (person->count > 0)
        return;
    HASH_DEL(board->people, person);
    mem_free(person->alert_ids);
    mem_free(person);
}

static void alert_free(struct board_alert *alert)
{
    for (size_t i = 0; i < AUDIENCES; i++)
        shared_frame_release(alert->frames[i]);
    shared_frame_release(alert->claimer_frame);
    arena_clear(&alert->arena);
    mem_free(alert->recipients);
    mem_free(alert->was_shown);
    mem_free(alert);
}

static void alert_forget(struct alert_board *board, struct board_alert *alert)
{
    for (uint32_t i = 0; i < alert->recipient_count; i++)
        person_remove(board, alert->recipients[i].account_id, alert->id);
    HASH_DEL(board->alerts, alert);
    alert_free(alert);
}

static void notice_keep(struct alert_board *board, struct board_notice *notice, uint64_t room_id)
{
    struct board_room *room = NULL;
    HASH_FIND(hh, board->rooms, &room_id, sizeof(room_id), room);
    if (room == NULL) {
        room = mem_alloc(sizeof(*room));
        room->room_id = room_id;
        HASH_ADD(hh, board->rooms, room_id, sizeof(room->room_id), room);
    }
    notice->room = room;
    DL_APPEND(room->notices, notice);
    HASH_ADD(hh, board->notices, id, sizeof(notice->id), notice);
}

static void notice_forget(struct alert_board *board, struct board_notice *notice)
{
    struct board_room *room = notice->room;
    DL_DELETE(room->notices, notice);
    if (room->notices == NULL) {
        HASH_DEL(board->rooms, room);
        mem_free(room);
    }
    HASH_DEL(board->notices, notice);
    shared_frame_release(notice->frame);
    mem_free(notice);
}

void alert_board_destroy(struct alert_board *board)
{
    struct board_alert *alert, *next_alert;
    struct board_notice *notice, *next_notice;
    HASH_ITER(hh, board->alerts, alert, next_alert)
        alert_forget(board, alert);
    HASH_ITER(hh, board->notices, notice, next_notice)
        notice_forget(board, notice);
    mem_free(board);
}

static void keep_text(struct arena *arena, struct wire_text *text)
{
    text->data = arena_copy_text(arena, text->data, text->len);
}

static struct board_alert *alert_copy(const struct alert_record *record,
                                      const struct board_recipient *recipients, uint32_t count)
{
    struct board_alert *alert = mem_alloc(sizeof(*alert));
    alert->id = record->id;
    alert->record = *record;
    struct wire_text *const texts[] = {
        &alert->record.no,          &alert->record.claimed_by_name, &alert->record.community_name,
        &alert->record.building,    &alert->record.unit,            &alert->record.door,
        &alert->record.target_name, &alert->record.target_phone,    &alert->record.situation,
        &alert->record.amount_range, &alert->record.source_name,    &alert->record.identifier,
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        keep_text(&alert->arena, texts[i]);
    alert->recipient_count = count < BOARD_RECIPIENTS_MAX ? count : BOARD_RECIPIENTS_MAX;
    alert->recipients = mem_alloc(alert->recipient_count * sizeof(*alert->recipients));
    alert->was_shown = mem_alloc(alert->recipient_count * sizeof(*alert->was_shown));
    if (alert->recipient_count > 0)
        memcpy(alert->recipients, recipients,
               alert->recipient_count * sizeof(*alert->recipients));
    return alert;
}

/* The frame for this audience, encoded when it is first wanted. Borrowed. */
static struct shared_frame *frame_for(struct board_alert *alert, uint64_t account_id,
                                      enum wire_alert_audience audience)
{
    bool is_claimer = alert->record.claimed_by != 0 && alert->record.claimed_by == account_id;
    struct shared_frame **slot = is_claimer ? &alert->claimer_frame : &alert->frames[audience];
    if (*slot == NULL) {
        struct arena arena = {0};
        struct wire_alert_pushed pushed = {0};
        alert_project(&alert->record, audience, is_claimer, &arena, &pushed.alert);
        *slot = frame_encode(WIRE_ALERT_PUSHED, 0, &pushed);
        arena_clear(&arena);
    }
    return *slot;
}

/* Whether she has been told this much already. */
static bool has_been_told(const struct board_alert *old, const struct board_recipient *to)
{
    for (uint32_t i = 0; old != NULL && i < old->recipient_count; i++)
        if (old->recipients[i].account_id == to->account_id)
            return old->recipients[i].audience == to->audience;
    return false;
}

static bool has_recipients(const struct board_alert *alert,
                           const struct board_recipient *recipients, uint32_t count)
{
    bool same = alert->recipient_count == count;
    for (uint32_t i = 0; same && i < count; i++)
        same = alert->recipients[i].account_id == recipients[i].account_id &&
               alert->recipients[i].audience == recipients[i].audience;
    return same;
}

/* Her own message is no reading of somebody else's data. */
static void note_shown(struct alert_board *board, struct board_alert *alert, uint32_t recipient)
{
    const struct board_recipient *to = &alert->recipients[recipient];
    if (board->watch.on_shown == NULL || alert->was_shown[recipient] ||
        to->audience == WIRE_ALERT_AUDIENCE_TARGET)
        return;
    alert->was_shown[recipient] = true;
    board->watch.on_shown(board->watch.ctx, &(struct board_shown){
                                                .alert_id = alert->id,
                                                .station_id = alert->record.station_id,
                                                .account_id = to->account_id,
                                                .audience = to->audience,
                                                .state_version = alert->record.state_version,
                                            });
}

/* told: the same version, as those know it who had it before; or NULL. */
static void tell_recipients(struct alert_board *board, struct board_alert *alert,
                            const struct board_alert *told)
{
    for (uint32_t i = 0; i < alert->recipient_count; i++) {
        const struct board_recipient *to = &alert->recipients[i];
        if (has_been_told(told, to))
            continue;
        struct shared_frame *frame = frame_for(alert, to->account_id, to->audience);
        if (frame != NULL &&
            hub_push_account(board->hub, to->account_id, frame, LANE_URGENT) > 0)
            note_shown(board, alert, i);
    }
}

enum status alert_board_put(struct alert_board *board, const struct alert_record *record,
                            const struct board_recipient *recipients, uint32_t count)
{
    struct board_alert *old = NULL;
    HASH_FIND(hh, board->alerts, &record->id, sizeof(record->id), old);
    if (old != NULL && old->record.state_version > record->state_version)
        return STATUS_OK; /* it was read before the last change, and came after it */
    /* The number comes when what was spooled is recorded: that is worth telling. */
    const bool is_known = old != NULL && old->record.state_version == record->state_version &&
                          old->record.no.len == record->no.len;
    if (is_known && has_recipients(old, recipients, count))
        return STATUS_OK;
    struct board_alert *alert = alert_copy(record, recipients, count);
    tell_recipients(board, alert, is_known ? old : NULL);
    if (old != NULL)
        alert_forget(board, old);
    bool is_full = HASH_COUNT(board->alerts) >= BOARD_ALERTS_MAX;
    if (alert_state_is_terminal(record->state) || is_full) {
        alert_free(alert);
        if (is_full)
            log_error("hub.alert_board_full", "alerts=%u", BOARD_ALERTS_MAX);
        return is_full ? STATUS_FULL : STATUS_OK;
    }
    HASH_ADD(hh, board->alerts, id, sizeof(alert->id), alert);
    for (uint32_t i = 0; i < alert->recipient_count; i++)
        person_add(board, alert->recipients[i].account_id, alert->id);
    return STATUS_OK;
}

void alert_board_end(struct alert_board *board, uint64_t alert_id, enum wire_alert_state state)
{
    struct board_alert *old = NULL;
    HASH_FIND(hh, board->alerts, &alert_id, sizeof(alert_id), old);
    if (old == NULL)
        return;
    struct alert_record record = old->record;
    record.state = state;
    record.state_version++;
    struct board_alert *ended = alert_copy(&record, old->recipients, old->recipient_count);
    tell_recipients(board, ended, NULL);
    alert_free(ended);
    alert_forget(board, old);
}

enum status alert_board_put_notice(struct alert_board *board,
                                   const struct wire_notice_view *notice)
{
    struct board_notice *old = NULL;
    bool has_ended = notice->state == WIRE_NOTICE_STATE_WITHDRAWN ||
                     notice->state == WIRE_NOTICE_STATE_EXPIRED;
    HASH_FIND(hh, board->notices, &notice->notice_id, sizeof(notice->notice_id), old);
    if (old != NULL && old->version >= notice->notice_version)
        return STATUS_OK;
    if (old != NULL)
        notice_forget(board, old);
    else if (has_ended)
        return STATUS_OK; /* ended before this node knew it: nobody here has seen it */
    const struct wire_notice_pushed pushed = {.notice = *notice};
    struct shared_frame *frame = frame_encode(WIRE_NOTICE_PUSHED, 0, &pushed);
    if (frame == NULL)
        return STATUS_INTERNAL;
    struct room *room = room_find(board->hub, notice->room_id);
    if (room != NULL)
        room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_URGENT});
    bool is_full = HASH_COUNT(board->notices) >= BOARD_NOTICES_MAX;
    if (has_ended || is_full) {
        shared_frame_release(frame);
        return is_full ? STATUS_FULL : STATUS_OK;
    }
    struct board_notice *kept = mem_alloc(sizeof(*kept));
    kept->id = notice->notice_id;
    kept->version = notice->notice_version;
    kept->frame = frame;
    notice_keep(board, kept, notice->room_id);
    return STATUS_OK;
}

/* Her place among those it is addressed to; the number of them: she is not. */
static uint32_t recipient_find(const struct board_alert *alert, uint64_t account_id)
{
    uint32_t i = 0;
    while (i < alert->recipient_count && alert->recipients[i].account_id != account_id)
        i++;
    return i;
}

static void greet_with_alert(struct alert_board *board, struct session *session, uint64_t alert_id)
{
    struct board_alert *alert = NULL;
    HASH_FIND(hh, board->alerts, &alert_id, sizeof(alert_id), alert);
    uint32_t place = alert != NULL ? recipient_find(alert, session->account_id) : 0;
    if (alert == NULL || place == alert->recipient_count)
        return;
    struct shared_frame *frame =
        frame_for(alert, session->account_id, alert->recipients[place].audience);
    if (frame == NULL)
        return;
    session_push(session, frame, LANE_URGENT);
    note_shown(board, alert, place);
}

void alert_board_greet(struct alert_board *board, struct session *session)
{
    struct board_person *person = NULL;
    uint64_t account_id = session->account_id;
    HASH_FIND(hh, board->people, &account_id, sizeof(account_id), person);
    for (uint32_t i = 0; person != NULL && i < person->count; i++)
        greet_with_alert(board, session, person->alert_ids[i]);
    for (uint16_t i = 0; i < session->room_count; i++) {
        struct board_room *room = NULL;
        struct board_notice *notice = NULL;
        uint64_t id = room_id(session->rooms[i].room);
        HASH_FIND(hh, board->rooms, &id, sizeof(id), room);
        if (room == NULL)
            continue;
        DL_FOREACH(room->notices, notice)
            session_push(session, notice->frame, LANE_URGENT);
    }
}

void alert_board_each(const struct alert_board *board, alert_board_fn fn, void *ctx)
{
    struct board_alert *alert, *next;
    HASH_ITER(hh, board->alerts, alert, next)
        fn(ctx, alert->id);
}

void alert_board_each_of(const struct alert_board *board, uint64_t account_id, alert_board_fn fn,
                         void *ctx)
{
    struct board_person *person = NULL;
    HASH_FIND(hh, board->people, &account_id, sizeof(account_id), person);
    for (uint32_t i = 0; person != NULL && i < person->count; i++)
        fn(ctx, person->alert_ids[i]);
}

const struct alert_record *alert_board_find(const struct alert_board *board, uint64_t alert_id)
{
    struct board_alert *alert = NULL;
    HASH_FIND(hh, board->alerts, &alert_id, sizeof(alert_id), alert);
    return alert != NULL ? &alert->record : NULL;
}

enum wire_alert_audience alert_board_audience(const struct alert_board *board, uint64_t alert_id,
                                              uint64_t account_id)
{
    struct board_alert *alert = NULL;
    HASH_FIND(hh, board->alerts, &alert_id, sizeof(alert_id), alert);
    uint32_t place = alert != NULL ? recipient_find(alert, account_id) : 0;
    return alert != NULL && place < alert->recipient_count ? alert->recipients[place].audience : 0;
}

uint32_t alert_board_alert_count(const struct alert_board *board)
{
    return HASH_COUNT(board->alerts);
}

uint32_t alert_board_notice_count(const struct alert_board *board)
{
    return HASH_COUNT(board->notices);
}
