/* What was written of a dispute, read as the person who asks: the policies stand behind this. */
#include <string.h>

#include "store/dispute_store_part.h"
#include "store/message_rows.h"

static void read_words(const struct store_rows *rows, struct arena *arena,
                       struct dispute_writings *said)
{
    said->description = rows_text_copy(rows, 0, 0, arena);
    said->place_note = rows_text_copy(rows, 0, 1, arena);
    said->concerned = rows_text_copy(rows, 0, 2, arena);
    said->media = message_row_media(rows, 0, 3, arena);
    said->room_id = rows_id(rows, 0, 7);
}

/* "dispute.accept" → accept; 0: a line of another program version. */
static enum wire_dispute_event event_of(struct wire_text name)
{
    static const char prefix[] = "dispute.";
    size_t skip = sizeof(prefix) - 1;
    if (name.len <= skip || memcmp(name.data, prefix, skip) != 0)
        return 0;
    return (enum wire_dispute_event)wire_enum_value(&wire_enum_dispute_event, name.data + skip,
                                                    name.len - skip);
}

static void read_lines(const struct store_rows *rows, struct arena *arena,
                       struct dispute_writings *said)
{
    struct dispute_line_record *lines = arena_alloc(arena, (size_t)rows->count * sizeof(*lines));
    for (int row = 0; row < rows->count && said->line_count < DISPUTE_LINES_MAX; row++) {
        struct dispute_line_record *line = &lines[said->line_count];
        line->event = event_of(rows_text(rows, row, 1));
        if (line->event == 0)
            continue;
        line->at = rows_time(rows, row, 0);
        line->state = (enum wire_dispute_state)rows_int(rows, row, 2);
        line->moved = line->state != 0 && rows_int(rows, row, 2) != rows_int(rows, row, 3);
        line->code = (uint16_t)rows_int(rows, row, 4);
        line->actor_id = rows_id(rows, row, 5);
        line->by_name = rows_text_copy(rows, row, 6, arena);
        line->by_role = (enum wire_role)rows_int(rows, row, 7);
        line->reason = rows_text_copy(rows, row, 8, arena);
        line->kind = (uint8_t)rows_int(rows, row, 9);
        line->body = rows_text_copy(rows, row, 10, arena);
        line->media = message_row_media(rows, row, 11, arena);
        said->line_count++;
    }
    said->lines = lines;
}

static void read_reports(const struct store_rows *rows, struct arena *arena,
                         struct dispute_writings *said)
{
    said->reports.items = arena_alloc(arena, (size_t)rows->count * sizeof(*said->reports.items));
    for (int row = 0; row < rows->count; row++)
        said->reports.items[said->reports.count++] = (struct wire_dispute_report_ref){
            .dispute_id = rows_id(rows, row, 0),
            .no = rows_text_copy(rows, row, 1, arena),
            .reporter_id = rows_id(rows, row, 2),
            .reporter_name = rows_text_copy(rows, row, 3, arena),
        };
}

static void read_members(const struct store_rows *rows, struct arena *arena,
                         struct dispute_writings *said)
{
    said->members.items = arena_alloc(arena, (size_t)rows->count * sizeof(*said->members.items));
    for (int row = 0; row < rows->count && row < DISPUTE_MEMBERS_MAX; row++)
        said->members.items[said->members.count++] = (struct wire_dispute_member){
            .account_id = rows_id(rows, row, 0),
            .name = rows_text_copy(rows, row, 1, arena),
            .part = (enum wire_dispute_part)rows_int(rows, row, 2),
        };
}

static void read_proposal(const struct store_rows *rows, struct arena *arena,
                          struct wire_dispute_proposal *proposal)
{
    proposal->proposal_id = rows_id(rows, 0, 0);
    proposal->colour = (enum wire_dispute_colour)rows_int(rows, 0, 1);
    proposal->proposed_by = rows_id(rows, 0, 2);
    proposal->proposed_by_name = rows_text_copy(rows, 0, 3, arena);
    proposal->reason = rows_text_copy(rows, 0, 4, arena);
    proposal->expires_at = rows_time(rows, 0, 5);
}

enum file_part { FILE_WORDS, FILE_LINES, FILE_REPORTS, FILE_MEMBERS, FILE_PROPOSAL };

static void on_file(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct dispute_wait *wait = ctx;
    struct arena arena = {0};
    struct dispute_writings said = {0};
    if (status == STATUS_OK && result->rows[FILE_WORDS].count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        read_words(&result->rows[FILE_WORDS], &arena, &said);
        read_lines(&result->rows[FILE_LINES], &arena, &said);
        read_reports(&result->rows[FILE_REPORTS], &arena, &said);
        read_members(&result->rows[FILE_MEMBERS], &arena, &said);
        said.has_proposal = result->rows[FILE_PROPOSAL].count > 0;
        if (said.has_proposal)
            read_proposal(&result->rows[FILE_PROPOSAL], &arena, &said.proposal);
    }
    wait->fn.writings(wait->ctx, status, &arena, status == STATUS_OK ? &said : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

static void add_part(struct store_segment *segment, enum sql_statement statement,
                     uint64_t dispute_id, int64_t most)
{
    struct store_args args = {0};
    args_id(&args, dispute_id);
    if (most > 0)
        args_int(&args, most);
    store_segment_add(segment, statement, &args);
}

void dispute_store_writings(struct store *store, uint64_t dispute_id, uint64_t viewer_id,
                            dispute_writings_fn fn, void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.writings = fn;
    struct store_segment *segment = store_segment_create(store);
    store_segment_as(segment, (struct store_principal){viewer_id});
    add_part(segment, SQL_DISPUTE_WORDS, dispute_id, 0);
    add_part(segment, SQL_DISPUTE_LINES, dispute_id, DISPUTE_LINES_MAX);
    add_part(segment, SQL_DISPUTE_REPORTS, dispute_id, DISPUTE_REPORTS_MAX);
    add_part(segment, SQL_DISPUTE_MEMBER_NAMES, dispute_id, 0);
    add_part(segment, SQL_DISPUTE_PROPOSAL_OPEN, dispute_id, 0);
    store_segment_read(segment, on_file, wait);
}

static void on_proposal(void *ctx, enum status status, const struct store_rows *rows)
{
    struct dispute_wait *wait = ctx;
    struct arena arena = {0};
    struct wire_dispute_proposal proposal = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        read_proposal(rows, &arena, &proposal);
    wait->fn.proposal(wait->ctx, status, status == STATUS_OK ? &proposal : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

void dispute_store_proposal(struct store *store, uint64_t dispute_id, dispute_proposal_fn fn,
                            void *ctx)
{
    struct dispute_wait *wait = dispute_wait_create(ctx);
    wait->fn.proposal = fn;
    struct store_args args = {0};
    args_id(&args, dispute_id);
    store_read(store, SQL_DISPUTE_PROPOSAL_OPEN, &args, on_proposal, wait);
}
