#include "store/work_store.h"

#include "base/mem.h"

/* Columns of work_list and work_load; what is only in one of them stands behind the others. */
enum work_column {
    WORK_KIND,
    WORK_ENTITY_ID,
    WORK_NO,
    WORK_STATE,
    WORK_STATE_VERSION,
    WORK_STATION_ID,
    WORK_COMMUNITY_ID,
    WORK_GRID_ID,
    WORK_BUILDING_ID,
    WORK_URGENCY,
    WORK_TITLE_CODE,
    WORK_TITLE_DETAIL,
    WORK_WAITING_FOR,
    WORK_LEAD_ACCOUNT_ID,
    WORK_NEXT_DUE_AT,
    WORK_CREATED_AT,
    WORK_UPDATED_AT,
    WORK_LEAD_NAME,
    WORK_COMMUNITY_NAME,
    WORK_PART,
    WORK_ACCOUNT_IDS = WORK_PART,
    WORK_PARTS,
};

static void read_record(const struct store_rows *rows, int row, struct work_record *out)
{
    int64_t due_at = rows_time(rows, row, WORK_NEXT_DUE_AT);
    *out = (struct work_record){
        .kind = (enum wire_work_kind)rows_int(rows, row, WORK_KIND),
        .entity_id = rows_id(rows, row, WORK_ENTITY_ID),
        .no = rows_text(rows, row, WORK_NO),
        .state = (uint32_t)rows_int(rows, row, WORK_STATE),
        .state_version = (uint32_t)rows_int(rows, row, WORK_STATE_VERSION),
        .station_id = rows_id(rows, row, WORK_STATION_ID),
        .community_id = rows_id(rows, row, WORK_COMMUNITY_ID),
        .grid_id = rows_id(rows, row, WORK_GRID_ID),
        .building_id = rows_id(rows, row, WORK_BUILDING_ID),
        .urgency = (enum wire_work_urgency)rows_int(rows, row, WORK_URGENCY),
        .title_code = (uint32_t)rows_int(rows, row, WORK_TITLE_CODE),
        .title_detail = (uint32_t)rows_int(rows, row, WORK_TITLE_DETAIL),
        .waiting_for = (enum wire_work_waiting)rows_int(rows, row, WORK_WAITING_FOR),
        .lead_account_id = rows_id(rows, row, WORK_LEAD_ACCOUNT_ID),
        .next_due_at = due_at < WORK_NEVER_MS ? due_at : 0,
        .created_at = rows_time(rows, row, WORK_CREATED_AT),
        .updated_at = rows_time(rows, row, WORK_UPDATED_AT),
        .lead_name = rows_text(rows, row, WORK_LEAD_NAME),
        .community_name = rows_text(rows, row, WORK_COMMUNITY_NAME),
    };
}

static void put_pairs(struct store_args *args)
{
    int64_t roles[WORK_PAIRS_MAX];
    int64_t kinds[WORK_PAIRS_MAX];
    size_t count = work_given_pairs(roles, kinds);
    args_int_array(args, roles, count);
    args_int_array(args, kinds, count);
}

/* --- a page --- */

struct list_reader {
    work_rows_fn fn;
    void *ctx;
    uint32_t limit;
};

/* One more than was wanted was asked for: it says whether there are more. */
static void on_list(void *ctx, enum status status, const struct store_rows *rows)
{
    struct list_reader *reader = ctx;
    struct work_row items[WORK_PAGE_MAX];
    uint32_t count = 0;
    int there = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < there && count < reader->limit; row++) {
        struct work_row *item = &items[count++];
        read_record(rows, row, &item->record);
        item->part = (unsigned)rows_int(rows, row, WORK_PART);
        item->place = (struct work_place){
            .due_at = rows_time(rows, row, WORK_NEXT_DUE_AT),
            .urgency = item->record.urgency,
            .kind = item->record.kind,
            .entity_id = item->record.entity_id,
        };
    }
    reader->fn(reader->ctx, status, items, count, there > (int)count);
    mem_free(reader);
}

static void put_kinds(struct store_args *args, const struct wire_list_work_kind *kinds)
{
    int64_t all[WIRE_WORK_KIND_MAX];
    size_t count = 0;
    for (uint32_t i = 0; i < kinds->count && count < WIRE_WORK_KIND_MAX; i++)
        all[count++] = kinds->items[i];
    for (int kind = 1; kinds->count == 0 && kind <= WIRE_WORK_KIND_MAX; kind++)
        all[count++] = kind;
    args_int_array(args, all, count);
}

static void put_urgencies(struct store_args *args, const struct wire_list_work_urgency *urgencies)
{
    int64_t all[WIRE_WORK_URGENCY_MAX];
    size_t count = 0;
    for (uint32_t i = 0; i < urgencies->count && count < WIRE_WORK_URGENCY_MAX; i++)
        all[count++] = urgencies->items[i];
    for (int urgency = 1; urgencies->count == 0 && urgency <= WIRE_WORK_URGENCY_MAX; urgency++)
        all[count++] = urgency;
    args_int_array(args, all, count);
}

void work_store_list(struct store *store, const struct work_query *query, work_rows_fn fn,
                     void *ctx)
{
    struct store_args args = {0};
    struct list_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct list_reader){fn, ctx, query->limit};
    bool filtered = query->kinds.count > 0 || query->urgencies.count > 0;
    args_id(&args, query->account_id);
    if (filtered) {
        put_kinds(&args, &query->kinds);
        put_urgencies(&args, &query->urgencies);
    }
    args_bool(&args, query->mine);
    args_time(&args, query->after.due_at);
    args_int(&args, query->after.urgency);
    args_int(&args, query->after.kind);
    args_id(&args, query->after.entity_id);
    args_int(&args, query->limit + 1);
    put_pairs(&args);
    store_read_as(
        store, (struct store_principal){query->account_id},
        (struct store_call){filtered ? SQL_WORK_LIST : SQL_WORK_LIST_DUE, &args, on_list, reader});
}

/* --- counts --- */

struct counts_reader {
    work_counts_fn fn;
    void *ctx;
};

static void on_counts(void *ctx, enum status status, const struct store_rows *rows)
{
    struct counts_reader *reader = ctx;
    struct wire_work_count items[WIRE_WORK_KIND_MAX * WIRE_WORK_URGENCY_MAX];
    struct wire_list_work_count counts = {0, items};
    for (int row = 0; status == STATUS_OK && row < rows->count &&
                      counts.count < sizeof(items) / sizeof(items[0]);
         row++)
        items[counts.count++] = (struct wire_work_count){
            .work_kind = (enum wire_work_kind)rows_int(rows, row, 0),
            .urgency = (enum wire_work_urgency)rows_int(rows, row, 1),
            .items = (uint32_t)rows_int(rows, row, 2),
        };
    reader->fn(reader->ctx, status, &counts);
    mem_free(reader);
}

void work_store_counts(struct store *store, uint64_t account_id, work_counts_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct counts_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct counts_reader){fn, ctx};
    args_id(&args, account_id);
    args_int(&args, WORK_COUNTED_TO);
    put_pairs(&args);
    store_read_as(store, (struct store_principal){account_id},
                  (struct store_call){SQL_WORK_COUNTS, &args, on_counts, reader});
}

/* --- one item --- */

struct item_reader {
    work_loaded_fn fn;
    void *ctx;
};

static void on_item(void *ctx, enum status status, const struct store_rows *rows)
{
    struct item_reader *reader = ctx;
    struct arena arena = {NULL};
    struct work_loaded loaded = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        read_record(rows, 0, &loaded.record);
        loaded.account_ids = rows_id_array(rows, 0, WORK_ACCOUNT_IDS, &arena);
        struct rows_int_list parts = rows_int_array(rows, 0, WORK_PARTS, &arena);
        loaded.parts = parts.items;
        if (parts.count < loaded.account_ids.count)
            loaded.account_ids.count = parts.count;
    }
    reader->fn(reader->ctx, status, status == STATUS_OK ? &loaded : NULL);
    arena_clear(&arena);
    mem_free(reader);
}

void work_store_load(struct store *store, enum wire_work_kind kind, uint64_t entity_id,
                     work_loaded_fn fn, void *ctx)
{
    struct store_args args = {0};
    struct item_reader *reader = mem_alloc(sizeof(*reader));
    *reader = (struct item_reader){fn, ctx};
    args_int(&args, kind);
    args_id(&args, entity_id);
    store_read(store, SQL_WORK_LOAD, &args, on_item, reader);
}
