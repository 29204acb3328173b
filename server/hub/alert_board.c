/* Two boards: orders, addressed to people by name, and public notices, each for one room. */
#include "hub/alert_board.h"

#include <string.h>

#include "base/mem.h"
#include "hub/board.h"
#include "hub/frame_encode.h"
#include "rules/alert_flow.h"
#include "wire/wire.h"

/* Orders are shown as their audience, or to who has taken one as its claimer. */
#define SLOT_CLAIMER (WIRE_ALERT_AUDIENCE_OFFICERS + 1)
#define SLOT_NOTICE 1

struct order {
    struct alert_record record; /* its texts lie in the arena */
    struct arena arena;         /* owned */
    struct board_recipient *recipients; /* owned */
    uint32_t recipient_count;
};

struct alert_board {
    struct board *orders;  /* owned */
    struct board *notices; /* owned */
    struct board_watch watch;
};

static uint32_t recipient_find(const struct order *order, uint64_t account_id)
{
    uint32_t at = 0;
    while (at < order->recipient_count && order->recipients[at].account_id != account_id)
        at++;
    return at;
}

/* The claimer's projection is that of her own audience, and more. */
static enum wire_alert_audience audience_of(const struct order *order, uint8_t slot)
{
    if (slot != SLOT_CLAIMER)
        return (enum wire_alert_audience)slot;
    uint32_t at = recipient_find(order, order->record.claimed_by);
    return at < order->recipient_count ? order->recipients[at].audience : 0;
}

static struct shared_frame *encode_order(const void *thing, uint8_t slot)
{
    const struct order *order = thing;
    struct arena arena = {0};
    struct wire_alert_pushed pushed = {0};
    alert_project(&order->record, audience_of(order, slot), slot == SLOT_CLAIMER, &arena,
                  &pushed.alert);
    struct shared_frame *frame = frame_encode(WIRE_ALERT_PUSHED, 0, &pushed);
    arena_clear(&arena);
    return frame;
}

static void release_order(void *thing)
{
    struct order *order = thing;
    arena_clear(&order->arena);
    mem_free(order->recipients);
    mem_free(order);
}

/* Her own message is no reading of somebody else's data. */
static void on_order_shown(void *ctx, const void *thing, uint64_t account_id, uint8_t slot)
{
    const struct alert_board *board = ctx;
    const struct order *order = thing;
    enum wire_alert_audience audience = audience_of(order, slot);
    if (board->watch.on_shown == NULL || audience == WIRE_ALERT_AUDIENCE_TARGET)
        return;
    board->watch.on_shown(board->watch.ctx, &(struct board_shown){
                                                .alert_id = order->record.id,
                                                .station_id = order->record.station_id,
                                                .account_id = account_id,
                                                .audience = audience,
                                                .state_version = order->record.state_version,
                                            });
}

static struct shared_frame *encode_notice(const void *thing, uint8_t slot)
{
    (void)slot;
    return shared_frame_retain((struct shared_frame *)thing);
}

static void release_notice(void *thing)
{
    shared_frame_release(thing);
}

struct alert_board *alert_board_create(struct hub *hub)
{
    struct alert_board *board = mem_alloc(sizeof(*board));
    const struct board_subject orders = {
        .name = "alert",
        .entries_max = BOARD_ALERTS_MAX,
        .encode = encode_order,
        .release = release_order,
        .on_shown = on_order_shown,
        .ctx = board,
    };
    const struct board_subject notices = {
        .name = "notice",
        .entries_max = BOARD_NOTICES_MAX,
        .encode = encode_notice,
        .release = release_notice,
        .room_slot = SLOT_NOTICE,
    };
    board->orders = board_create(hub, &orders);
    board->notices = board_create(hub, &notices);
    return board;
}

void alert_board_destroy(struct alert_board *board)
{
    board_destroy(board->orders);
    board_destroy(board->notices);
    mem_free(board);
}

void alert_board_set_watch(struct alert_board *board, const struct board_watch *watch)
{
    board->watch = *watch;
}

static void keep_text(struct arena *arena, struct wire_text *text)
{
    text->data = arena_copy_text(arena, text->data, text->len);
}

static struct order *order_make(const struct alert_record *record,
                                const struct board_recipient *recipients, uint32_t count)
{
    struct order *order = mem_alloc(sizeof(*order));
    order->record = *record;
    struct wire_text *const texts[] = {
        &order->record.no,          &order->record.claimed_by_name, &order->record.community_name,
        &order->record.building,    &order->record.unit,            &order->record.door,
        &order->record.target_name, &order->record.target_phone,    &order->record.situation,
        &order->record.amount_range, &order->record.source_name,    &order->record.identifier,
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        keep_text(&order->arena, texts[i]);
    order->recipient_count = count < BOARD_READERS_MAX ? count : BOARD_READERS_MAX;
    order->recipients = mem_alloc(order->recipient_count * sizeof(*order->recipients));
    if (order->recipient_count > 0)
        memcpy(order->recipients, recipients,
               order->recipient_count * sizeof(*order->recipients));
    return order;
}

/* Takes the order. The number comes when what was spooled is recorded: that is a version too. */
static enum status put_order(struct alert_board *board, struct order *order)
{
    const struct alert_record *record = &order->record;
    struct board_reader *readers = mem_alloc(order->recipient_count * sizeof(*readers));
    for (uint32_t i = 0; i < order->recipient_count; i++) {
        const struct board_recipient *to = &order->recipients[i];
        bool is_claimer = record->claimed_by != 0 && record->claimed_by == to->account_id;
        readers[i].account_id = to->account_id;
        readers[i].slot = (uint8_t)(is_claimer ? SLOT_CLAIMER : (int)to->audience);
    }
    enum status status = board_put(
        board->orders, &(struct board_entry){
                           .id = record->id,
                           .version = (uint64_t)record->state_version * 2 + (record->no.len > 0),
                           .thing = order,
                           .readers = readers,
                           .reader_count = order->recipient_count,
                           .has_ended = alert_state_is_terminal(record->state),
                       });
    mem_free(readers);
    return status;
}

enum status alert_board_put(struct alert_board *board, const struct alert_record *record,
                            const struct board_recipient *recipients, uint32_t count)
{
    return put_order(board, order_make(record, recipients, count));
}

void alert_board_end(struct alert_board *board, uint64_t alert_id, enum wire_alert_state state)
{
    const struct order *old = board_find(board->orders, alert_id);
    if (old == NULL)
        return;
    struct alert_record record = old->record;
    record.state = state;
    record.state_version++;
    (void)!put_order(board, order_make(&record, old->recipients, old->recipient_count));
}

enum status alert_board_put_notice(struct alert_board *board,
                                   const struct wire_notice_view *notice)
{
    const struct wire_notice_pushed pushed = {.notice = *notice};
    struct shared_frame *frame = frame_encode(WIRE_NOTICE_PUSHED, 0, &pushed);
    if (frame == NULL)
        return STATUS_INTERNAL;
    return board_put(board->notices,
                     &(struct board_entry){
                         .id = notice->notice_id,
                         .version = notice->notice_version,
                         .thing = frame,
                         .room_ids = &notice->room_id,
                         .room_count = 1,
                         .has_ended = notice->state == WIRE_NOTICE_STATE_WITHDRAWN ||
                                      notice->state == WIRE_NOTICE_STATE_EXPIRED,
                     });
}

void alert_board_greet(struct alert_board *board, struct session *session)
{
    board_greet(board->orders, session);
    board_greet(board->notices, session);
}

void alert_board_greet_room(struct alert_board *board, struct session *session, uint64_t room_id)
{
    board_greet_room(board->notices, session, room_id);
}

void alert_board_each(const struct alert_board *board, alert_board_fn fn, void *ctx)
{
    board_each(board->orders, fn, ctx);
}

void alert_board_each_of(const struct alert_board *board, uint64_t account_id, alert_board_fn fn,
                         void *ctx)
{
    board_each_of(board->orders, account_id, fn, ctx);
}

const struct alert_record *alert_board_find(const struct alert_board *board, uint64_t alert_id)
{
    const struct order *order = board_find(board->orders, alert_id);
    return order != NULL ? &order->record : NULL;
}

enum wire_alert_audience alert_board_audience(const struct alert_board *board, uint64_t alert_id,
                                              uint64_t account_id)
{
    const struct order *order = board_find(board->orders, alert_id);
    uint32_t at = order != NULL ? recipient_find(order, account_id) : 0;
    return order != NULL && at < order->recipient_count ? order->recipients[at].audience : 0;
}

uint32_t alert_board_alert_count(const struct alert_board *board)
{
    return board_count(board->orders);
}

uint32_t alert_board_notice_count(const struct alert_board *board)
{
    return board_count(board->notices);
}
