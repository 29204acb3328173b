#include "hub/person_board.h"

#include "base/mem.h"
#include "hub/frame_encode.h"
#include "wire/wire.h"

struct search {
    struct person_record record;  /* its texts lie in the arena */
    struct arena arena;           /* owned */
    struct board_reader *readers; /* owned */
    uint32_t reader_count;
};

struct person_board {
    struct board *board; /* owned */
    struct hub *hub;     /* borrowed */
    struct person_watch watch;
};

static struct shared_frame *encode_search(const void *thing, uint8_t slot)
{
    const struct search *search = thing;
    struct arena arena = {0};
    struct wire_person_pushed pushed = {0};
    person_project(&search->record, (enum wire_person_audience)slot, &arena, &pushed.person);
    struct shared_frame *frame = frame_encode(WIRE_PERSON_PUSHED, 0, &pushed);
    arena_clear(&arena);
    return frame;
}

static void release_search(void *thing)
{
    struct search *search = thing;
    arena_clear(&search->arena);
    mem_free(search->readers);
    mem_free(search);
}

/* What she reported herself is no reading of somebody else's data. */
static void on_search_shown(void *ctx, const void *thing, uint64_t account_id, uint8_t slot)
{
    const struct person_board *board = ctx;
    const struct search *search = thing;
    if (board->watch.on_shown == NULL || slot < WIRE_PERSON_AUDIENCE_TEAM)
        return;
    board->watch.on_shown(board->watch.ctx, &(struct person_shown){
                                                .person_id = search->record.id,
                                                .station_id = search->record.station_id,
                                                .account_id = account_id,
                                                .audience = (enum wire_person_audience)slot,
                                                .state_version = search->record.state_version,
                                            });
}

struct person_board *person_board_create(struct hub *hub)
{
    struct person_board *board = mem_alloc(sizeof(*board));
    const struct board_subject subject = {
        .name = "person",
        .entries_max = BOARD_PERSONS_MAX,
        .encode = encode_search,
        .release = release_search,
        .room_slot = WIRE_PERSON_AUDIENCE_PUBLIC,
        .on_shown = on_search_shown,
        .ctx = board,
    };
    board->hub = hub;
    board->board = board_create(hub, &subject);
    return board;
}

void person_board_destroy(struct person_board *board)
{
    board_destroy(board->board);
    mem_free(board);
}

void person_board_set_watch(struct person_board *board, const struct person_watch *watch)
{
    board->watch = *watch;
}

/* Within one state_version a deadline only moves on, and so does the end of a proposal: each is a
 * version worth telling. */
static uint64_t version_of(const struct person_record *record)
{
    int64_t seconds = 0;
    if (record->due_at > record->created_at)
        seconds += (record->due_at - record->created_at) / 1000;
    if (record->closing.proposed_until > record->created_at)
        seconds += (record->closing.proposed_until - record->created_at) / 1000;
    return ((uint64_t)record->state_version << 40) + ((uint64_t)seconds & 0xffffffffffu);
}

enum status person_board_put(struct person_board *board, const struct person_put *put)
{
    struct search *search = mem_alloc(sizeof(*search));
    search->record = *put->record;
    arena_join(&search->arena, put->arena);
    search->reader_count = put->reader_count;
    search->readers = mem_alloc(put->reader_count * sizeof(*search->readers));
    for (uint32_t i = 0; i < put->reader_count; i++)
        search->readers[i] = put->readers[i];
    return board_put(board->board, &(struct board_entry){
                                       .id = search->record.id,
                                       .version = version_of(&search->record),
                                       .thing = search,
                                       .readers = search->readers,
                                       .reader_count = search->reader_count,
                                       .room_ids = put->halls.items,
                                       .room_count = put->halls.count,
                                       .has_ended = person_state_is_terminal(search->record.state),
                                   });
}

void person_board_greet(struct person_board *board, struct session *session)
{
    board_greet(board->board, session);
}

void person_board_greet_room(struct person_board *board, struct session *session, uint64_t room_id)
{
    board_greet_room(board->board, session, room_id);
}

void person_board_each(const struct person_board *board, board_fn fn, void *ctx)
{
    board_each(board->board, fn, ctx);
}

void person_board_each_of(const struct person_board *board, uint64_t account_id, board_fn fn,
                          void *ctx)
{
    board_each_of(board->board, account_id, fn, ctx);
}

const struct person_record *person_board_find(const struct person_board *board, uint64_t person_id)
{
    const struct search *search = board_find(board->board, person_id);
    return search != NULL ? &search->record : NULL;
}

void person_board_tell_team(struct person_board *board, uint64_t person_id,
                            struct shared_frame *frame)
{
    const struct search *search = board_find(board->board, person_id);
    for (uint32_t i = 0; search != NULL && i < search->reader_count; i++)
        if (search->readers[i].slot >= WIRE_PERSON_AUDIENCE_TEAM)
            hub_push_account(board->hub, search->readers[i].account_id, frame, LANE_URGENT);
}

uint32_t person_board_count(const struct person_board *board)
{
    return board_count(board->board);
}
