#include "store/timer_recount.h"

#include <string.h>

#include "base/mem.h"

enum counted_column {
    COUNTED_TYPE,
    COUNTED_ID,
    COUNTED_NAME,
    COUNTED_VERSION,
    COUNTED_LIFE,
    COUNTED_CLOCK,
    COUNTED_STATION,
    COUNTED_STARTED,
    COUNTED_BUDGET,
    COUNTED_DUE,
    COUNTED_PAUSE_STARTS,
    COUNTED_PAUSE_ENDS,
};

/* Objects that keep the time of what is due next: the statement that lets it follow. */
static const struct {
    const char *entity_type;
    enum sql_statement statement;
} followers[] = {
    {"dispute", SQL_TIMER_RECOUNT_DISPUTE},
};

struct recounting {
    struct store *store;
    struct recount_step step;
    bool is_last_page;
    uint32_t moved;
};

/* Columns of timer_recount, one entry per timer that moves; they point into the rows. */
struct moves {
    uint32_t count;
    struct wire_text types[TIMER_RECOUNT_PAGE];
    uint64_t ids[TIMER_RECOUNT_PAGE];
    struct wire_text names[TIMER_RECOUNT_PAGE];
    int64_t versions[TIMER_RECOUNT_PAGE];
    int64_t seen_dues[TIMER_RECOUNT_PAGE];
    int64_t dues[TIMER_RECOUNT_PAGE];
};

static void finish(struct recounting *work, enum status status)
{
    const struct recount_step step = work->step;
    bool is_last_page = work->is_last_page;
    uint32_t moved = work->moved;
    mem_free(work);
    step.fn(step.ctx, status, is_last_page, moved);
}

/* False: more pauses than an object can have. */
static bool read_pauses(const struct store_rows *rows, int row, struct pause_list *pauses)
{
    struct arena arena = {0};
    struct rows_int_list starts = rows_int_array(rows, row, COUNTED_PAUSE_STARTS, &arena);
    struct rows_int_list ends = rows_int_array(rows, row, COUNTED_PAUSE_ENDS, &arena);
    bool fits = starts.count <= PAUSES_MAX && starts.count == ends.count;
    pauses->count = fits ? starts.count : 0;
    for (uint32_t i = 0; i < pauses->count; i++)
        pauses->items[i] = (struct pause){starts.items[i], ends.items[i]};
    arena_clear(&arena);
    return fits;
}

static void count_again(const struct recounting *work, const struct store_rows *rows, int row,
                        struct moves *moves)
{
    struct pause_list pauses;
    struct timer_plan plan;
    uint64_t station_id = rows_id(rows, row, COUNTED_STATION);
    const struct timer_draft kept = {
        .life = (enum timer_life)rows_int(rows, row, COUNTED_LIFE),
        .deadline = {.clock = (enum duty_clock)rows_int(rows, row, COUNTED_CLOCK),
                     .started_at = rows_time(rows, row, COUNTED_STARTED),
                     .budget_ms = rows_int(rows, row, COUNTED_BUDGET)},
    };
    int64_t seen_due = rows_time(rows, row, COUNTED_DUE);
    if (!read_pauses(rows, row, &pauses))
        return;
    timer_plan_begin(&plan, calendar_store_of(work->step.calendars, station_id), station_id, 0);
    timer_plan_keep(&plan, &kept, &pauses);
    if (plan.items[0].due_at == seen_due)
        return;
    uint32_t at = moves->count++;
    moves->types[at] = rows_text(rows, row, COUNTED_TYPE);
    moves->ids[at] = rows_id(rows, row, COUNTED_ID);
    moves->names[at] = rows_text(rows, row, COUNTED_NAME);
    moves->versions[at] = rows_int(rows, row, COUNTED_VERSION);
    moves->seen_dues[at] = seen_due;
    moves->dues[at] = plan.items[0].due_at;
}

static void copy_name(char out[TIMER_NAME_MAX + 1], struct wire_text name)
{
    uint32_t len = name.len < TIMER_NAME_MAX ? name.len : TIMER_NAME_MAX;
    memcpy(out, name.data, len);
    out[len] = '\0';
}

static void move_cursor(struct recount_cursor *cursor, const struct store_rows *rows, int row)
{
    copy_name(cursor->entity_type, rows_text(rows, row, COUNTED_TYPE));
    copy_name(cursor->name, rows_text(rows, row, COUNTED_NAME));
    cursor->entity_id = rows_id(rows, row, COUNTED_ID);
    cursor->state_version = (uint32_t)rows_int(rows, row, COUNTED_VERSION);
}

/* 3. What moved is written, and what their objects say of it. */
static void on_written(void *ctx, enum status status, const struct store_segment_result *result)
{
    (void)result;
    finish(ctx, status);
}

static void add_followers(struct store_segment *segment, const struct moves *moves)
{
    for (size_t i = 0; i < ARRAY_LEN(followers); i++) {
        uint64_t ids[TIMER_RECOUNT_PAGE];
        uint32_t count = 0;
        size_t len = strlen(followers[i].entity_type);
        for (uint32_t at = 0; at < moves->count; at++)
            if (moves->types[at].len == len &&
                memcmp(moves->types[at].data, followers[i].entity_type, len) == 0)
                ids[count++] = moves->ids[at];
        if (count == 0)
            continue;
        struct store_args args = {0};
        args_id_array(&args, ids, count);
        store_segment_add(segment, followers[i].statement, &args);
    }
}

static void write_moves(struct recounting *work, const struct moves *moves)
{
    struct store_segment *segment = store_segment_create(work->store);
    struct store_args args = {0};
    args_text_array(&args, moves->types, moves->count);
    args_id_array(&args, moves->ids, moves->count);
    args_text_array(&args, moves->names, moves->count);
    args_int_array(&args, moves->versions, moves->count);
    args_time_array(&args, moves->seen_dues, moves->count);
    args_time_array(&args, moves->dues, moves->count);
    store_segment_add(segment, SQL_TIMER_RECOUNT, &args);
    add_followers(segment, moves);
    store_segment_write(segment, on_written, work);
}

/* 2. Each is counted again. */
static void on_page(void *ctx, enum status status, const struct store_rows *rows)
{
    struct recounting *work = ctx;
    if (status != STATUS_OK) {
        finish(work, status);
        return;
    }
    struct moves *moves = mem_alloc(sizeof(*moves));
    for (int row = 0; row < rows->count; row++)
        count_again(work, rows, row, moves);
    work->is_last_page = rows->count < TIMER_RECOUNT_PAGE;
    work->moved = moves->count;
    if (rows->count > 0)
        move_cursor(work->step.cursor, rows, rows->count - 1);
    if (moves->count > 0)
        write_moves(work, moves);
    else
        finish(work, STATUS_OK);
    mem_free(moves);
}

/* 1. A page of what a calendar decides. */
void timer_recount(struct store *store, const struct recount_step *step)
{
    struct recounting *work = mem_alloc(sizeof(*work));
    struct store_args args = {0};
    work->store = store;
    work->step = *step;
    args_string(&args, step->cursor->entity_type);
    args_id(&args, step->cursor->entity_id);
    args_string(&args, step->cursor->name);
    args_int(&args, step->cursor->state_version);
    args_int(&args, TIMER_RECOUNT_PAGE);
    store_read(store, SQL_TIMER_COUNTED, &args, on_page, work);
}
