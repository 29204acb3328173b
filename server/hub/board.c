#include "hub/board.h"

#include <string.h>
#include <uthash.h>

#include "base/log.h"
#include "base/mem.h"

struct item {
    uint64_t id;
    uint64_t version;
    void *thing;                  /* owned */
    struct board_reader *readers; /* owned */
    bool *was_shown;              /* owned; per reader: it was told that she saw it */
    uint32_t reader_count;
    uint64_t *room_ids; /* owned */
    uint32_t room_count;
    struct shared_frame *frames[BOARD_SLOTS]; /* owned; made when first needed */
    uint64_t greeted;                         /* the session that was greeted with it last */
    UT_hash_handle hh;
};

/* The things of one account, or of one room, so that greeting does not walk those of a whole city.
 */
struct holder {
    uint64_t id;
    uint64_t *item_ids; /* owned */
    uint32_t count;
    uint32_t size;
    UT_hash_handle hh;
};

struct board {
    struct hub *hub; /* borrowed */
    struct board_subject subject;
    struct item *items;
    struct holder *people;
    struct holder *rooms;
};

struct board *board_create(struct hub *hub, const struct board_subject *subject)
{
    struct board *board = mem_alloc(sizeof(*board));
    board->hub = hub;
    board->subject = *subject;
    return board;
}

static struct holder *holder_find(struct holder *holders, uint64_t id)
{
    struct holder *holder = NULL;
    HASH_FIND(hh, holders, &id, sizeof(id), holder);
    return holder;
}

static void holder_add(struct holder **holders, uint64_t id, uint64_t item_id)
{
    struct holder *holder = holder_find(*holders, id);
    if (holder == NULL) {
        holder = mem_alloc(sizeof(*holder));
        holder->id = id;
        HASH_ADD(hh, *holders, id, sizeof(holder->id), holder);
    }
    if (holder->count == holder->size) {
        holder->size = holder->size > 0 ? holder->size * 2 : 4;
        holder->item_ids = mem_grow(holder->item_ids, holder->size, sizeof(*holder->item_ids));
    }
    holder->item_ids[holder->count++] = item_id;
}

/* The order of the others stays: who greets tells the oldest first. */
static void holder_remove(struct holder **holders, uint64_t id, uint64_t item_id)
{
    struct holder *holder = holder_find(*holders, id);
    uint32_t at = 0;
    if (holder == NULL)
        return;
    while (at < holder->count && holder->item_ids[at] != item_id)
        at++;
    if (at < holder->count) {
        holder->count--;
        memmove(&holder->item_ids[at], &holder->item_ids[at + 1],
                (holder->count - at) * sizeof(*holder->item_ids));
    }
    if (holder->count > 0)
        return;
    HASH_DEL(*holders, holder);
    mem_free(holder->item_ids);
    mem_free(holder);
}

static struct item *item_find(const struct board *board, uint64_t id)
{
    struct item *item = NULL;
    HASH_FIND(hh, board->items, &id, sizeof(id), item);
    return item;
}

static void item_free(const struct board *board, struct item *item)
{
    for (size_t i = 0; i < BOARD_SLOTS; i++)
        shared_frame_release(item->frames[i]);
    board->subject.release(item->thing);
    mem_free(item->readers);
    mem_free(item->was_shown);
    mem_free(item->room_ids);
    mem_free(item);
}

static void item_forget(struct board *board, struct item *item)
{
    for (uint32_t i = 0; i < item->reader_count; i++)
        holder_remove(&board->people, item->readers[i].account_id, item->id);
    for (uint32_t i = 0; i < item->room_count; i++)
        holder_remove(&board->rooms, item->room_ids[i], item->id);
    HASH_DEL(board->items, item);
    item_free(board, item);
}

static void item_keep(struct board *board, struct item *item)
{
    HASH_ADD(hh, board->items, id, sizeof(item->id), item);
    for (uint32_t i = 0; i < item->reader_count; i++)
        holder_add(&board->people, item->readers[i].account_id, item->id);
    for (uint32_t i = 0; i < item->room_count; i++)
        holder_add(&board->rooms, item->room_ids[i], item->id);
}

static struct item *item_make(const struct board_entry *entry)
{
    struct item *item = mem_alloc(sizeof(*item));
    item->id = entry->id;
    item->version = entry->version;
    item->thing = entry->thing;
    item->reader_count =
        entry->reader_count < BOARD_READERS_MAX ? entry->reader_count : BOARD_READERS_MAX;
    item->readers = mem_alloc(item->reader_count * sizeof(*item->readers));
    item->was_shown = mem_alloc(item->reader_count * sizeof(*item->was_shown));
    for (uint32_t i = 0; i < item->reader_count; i++)
        item->readers[i] = entry->readers[i];
    item->room_count = entry->room_count;
    item->room_ids = mem_alloc(item->room_count * sizeof(*item->room_ids));
    for (uint32_t i = 0; i < item->room_count; i++)
        item->room_ids[i] = entry->room_ids[i];
    return item;
}

void board_destroy(struct board *board)
{
    struct item *item, *next;
    HASH_ITER(hh, board->items, item, next)
    item_forget(board, item);
    mem_free(board);
}

/* The frame of this projection, encoded when it is first wanted. Borrowed. */
static struct shared_frame *frame_of(const struct board *board, struct item *item, uint8_t slot)
{
    if (slot == 0 || slot >= BOARD_SLOTS)
        return NULL;
    if (item->frames[slot] == NULL)
        item->frames[slot] = board->subject.encode(item->thing, slot);
    return item->frames[slot];
}

static uint32_t reader_find(const struct item *item, uint64_t account_id)
{
    uint32_t at = 0;
    while (at < item->reader_count && item->readers[at].account_id != account_id)
        at++;
    return at;
}

static bool has_room(const struct item *item, uint64_t room_id)
{
    for (uint32_t i = 0; i < item->room_count; i++)
        if (item->room_ids[i] == room_id)
            return true;
    return false;
}

static bool concerns_the_same(const struct item *item, const struct board_entry *entry)
{
    bool same = item->reader_count == entry->reader_count && item->room_count == entry->room_count;
    for (uint32_t i = 0; same && i < item->reader_count; i++)
        same = item->readers[i].account_id == entry->readers[i].account_id &&
               item->readers[i].slot == entry->readers[i].slot;
    for (uint32_t i = 0; same && i < item->room_count; i++)
        same = item->room_ids[i] == entry->room_ids[i];
    return same;
}

static void note_shown(struct board *board, struct item *item, uint32_t reader)
{
    if (board->subject.on_shown == NULL || item->was_shown[reader])
        return;
    item->was_shown[reader] = true;
    board->subject.on_shown(board->subject.ctx, item->thing, item->readers[reader].account_id,
                            item->readers[reader].slot);
}

/* known: the same version, as those know it who had it before; or NULL. */
static void tell_readers(struct board *board, struct item *item, const struct item *known)
{
    for (uint32_t i = 0; i < item->reader_count; i++) {
        const struct board_reader *to = &item->readers[i];
        uint32_t before = known != NULL ? reader_find(known, to->account_id) : 0;
        if (known != NULL && before < known->reader_count &&
            known->readers[before].slot == to->slot)
            continue;
        struct shared_frame *frame = frame_of(board, item, to->slot);
        if (frame != NULL && hub_push_account(board->hub, to->account_id, frame, LANE_URGENT) > 0)
            note_shown(board, item, i);
    }
}

static void tell_rooms(struct board *board, struct item *item, const struct item *known)
{
    for (uint32_t i = 0; i < item->room_count; i++) {
        struct room *room = room_find(board->hub, item->room_ids[i]);
        if (room == NULL || (known != NULL && has_room(known, item->room_ids[i])))
            continue;
        struct shared_frame *frame = frame_of(board, item, board->subject.room_slot);
        if (frame != NULL)
            room_publish(room, &(struct room_post){.frame = frame, .lane = LANE_URGENT});
    }
}

enum status board_put(struct board *board, const struct board_entry *entry)
{
    struct item *old = item_find(board, entry->id);
    bool is_known = old != NULL && old->version == entry->version;
    if ((old != NULL && old->version > entry->version) ||
        (is_known && concerns_the_same(old, entry))) {
        board->subject.release(entry->thing); /* read before the last change, or once more */
        return STATUS_OK;
    }
    struct item *item = item_make(entry);
    tell_readers(board, item, is_known ? old : NULL);
    if (old != NULL || !entry->has_ended)
        tell_rooms(board, item, is_known ? old : NULL);
    if (old != NULL)
        item_forget(board, old);
    bool is_full = HASH_COUNT(board->items) >= board->subject.entries_max;
    if (entry->has_ended || is_full) {
        item_free(board, item);
        if (is_full)
            log_error("hub.board_full", "board=%s entries=%u", board->subject.name,
                      board->subject.entries_max);
        return is_full ? STATUS_FULL : STATUS_OK;
    }
    item_keep(board, item);
    return STATUS_OK;
}

static void greet_with(struct board *board, struct session *session, uint64_t item_id,
                       uint8_t room_slot)
{
    struct item *item = item_find(board, item_id);
    if (item == NULL || item->greeted == session->id)
        return;
    uint32_t reader = reader_find(item, session->account_id);
    bool is_reader = reader < item->reader_count;
    struct shared_frame *frame =
        frame_of(board, item, is_reader ? item->readers[reader].slot : room_slot);
    if (frame == NULL)
        return;
    item->greeted = session->id;
    session_push(session, frame, LANE_URGENT);
    if (is_reader)
        note_shown(board, item, reader);
}

void board_greet_room(struct board *board, struct session *session, uint64_t room_id)
{
    const struct holder *holder = holder_find(board->rooms, room_id);
    for (uint32_t i = 0; holder != NULL && i < holder->count; i++)
        greet_with(board, session, holder->item_ids[i], board->subject.room_slot);
}

void board_greet(struct board *board, struct session *session)
{
    const struct holder *holder = holder_find(board->people, session->account_id);
    for (uint32_t i = 0; holder != NULL && i < holder->count; i++)
        greet_with(board, session, holder->item_ids[i], 0);
    for (uint16_t r = 0; r < session->room_count; r++)
        board_greet_room(board, session, room_id(session->rooms[r].room));
}

void board_each(const struct board *board, board_fn fn, void *ctx)
{
    struct item *item, *next;
    HASH_ITER(hh, board->items, item, next)
    fn(ctx, item->id);
}

void board_each_of(const struct board *board, uint64_t account_id, board_fn fn, void *ctx)
{
    const struct holder *holder = holder_find(board->people, account_id);
    for (uint32_t i = 0; holder != NULL && i < holder->count; i++)
        fn(ctx, holder->item_ids[i]);
}

void *board_find(const struct board *board, uint64_t id)
{
    const struct item *item = item_find(board, id);
    return item != NULL ? item->thing : NULL;
}

uint8_t board_slot(const struct board *board, uint64_t id, uint64_t account_id)
{
    const struct item *item = item_find(board, id);
    uint32_t reader = item != NULL ? reader_find(item, account_id) : 0;
    return item != NULL && reader < item->reader_count ? item->readers[reader].slot : 0;
}

uint32_t board_count(const struct board *board)
{
    return HASH_COUNT(board->items);
}
