#include "store/audit_store.h"

#include <string.h>

#include "base/mem.h"

struct audit_wait {
    void *ctx; /* borrowed */
    union {
        audit_page_fn page;
        audit_state_fn state;
    } fn;
};

/* Read as the system: it is decided in the statement which stations are hers. */
static const struct store_principal as_system;

/* As the audit calls what an entry is about. */
static const char *const objects[] = {
    [WIRE_AUDIT_OBJECT_ALERT] = "alert",
    [WIRE_AUDIT_OBJECT_DISPUTE] = "dispute",
    [WIRE_AUDIT_OBJECT_PERSON_SEARCH] = "person_search",
    [WIRE_AUDIT_OBJECT_ACCOUNT] = "account",
    [WIRE_AUDIT_OBJECT_MESSAGE] = "message",
    [WIRE_AUDIT_OBJECT_ROOM] = "room",
    [WIRE_AUDIT_OBJECT_PLACE] = "place",
    [WIRE_AUDIT_OBJECT_SOURCE] = "source",
    [WIRE_AUDIT_OBJECT_INVITE] = "invite",
    [WIRE_AUDIT_OBJECT_CALENDAR] = "calendar",
    [WIRE_AUDIT_OBJECT_AUDIT] = "audit",
};

static enum wire_audit_object object_of(struct wire_text entity_type)
{
    for (size_t i = 1; i < ARRAY_LEN(objects); i++)
        if (strcmp(objects[i], entity_type.data) == 0)
            return (enum wire_audit_object)i;
    return WIRE_AUDIT_OBJECT_OTHER;
}

enum {
    LIST_NEXT,
    LIST_SEQ,
    LIST_AT,
    LIST_ACTION,
    LIST_ACTOR,
    LIST_ROLE,
    LIST_OPERATOR,
    LIST_SOURCE,
    LIST_ENTITY,
    LIST_OBJECT_NAME,
    LIST_REASON,
};

static void read_entry(const struct store_rows *rows, int row, struct wire_audit_entry *entry)
{
    *entry = (struct wire_audit_entry){
        .seq = rows_id(rows, row, LIST_SEQ),
        .at = rows_time(rows, row, LIST_AT),
        .action = rows_text(rows, row, LIST_ACTION),
        .has_actor_name = !rows_is_null(rows, row, LIST_ACTOR),
        .actor_name = rows_text(rows, row, LIST_ACTOR),
        .has_role = !rows_is_null(rows, row, LIST_ROLE),
        .role = (enum wire_role)rows_int(rows, row, LIST_ROLE),
        .has_operator = !rows_is_null(rows, row, LIST_OPERATOR),
        .operator = rows_text(rows, row, LIST_OPERATOR),
        .has_source_name = !rows_is_null(rows, row, LIST_SOURCE),
        .source_name = rows_text(rows, row, LIST_SOURCE),
        .has_object = !rows_is_null(rows, row, LIST_ENTITY),
        .object = object_of(rows_text(rows, row, LIST_ENTITY)),
        .has_object_name = !rows_is_null(rows, row, LIST_OBJECT_NAME),
        .object_name = rows_text(rows, row, LIST_OBJECT_NAME),
        .has_reason = !rows_is_null(rows, row, LIST_REASON),
        .reason = rows_text(rows, row, LIST_REASON),
    };
}

static void on_page(void *ctx, enum status status, const struct store_rows *rows)
{
    struct audit_wait *wait = ctx;
    struct wire_audit_entry items[AUDIT_PAGE_MAX];
    struct wire_audit_page page = {.entries = {0, items}};
    int count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < count; row++) {
        if (!rows_is_null(rows, row, LIST_SEQ) && page.entries.count < AUDIT_PAGE_MAX)
            read_entry(rows, row, &items[page.entries.count++]);
        else if (!rows_is_null(rows, row, LIST_NEXT)) {
            page.has_next_seq = true;
            page.next_seq = rows_id(rows, row, LIST_NEXT);
        }
    }
    wait->fn.page(wait->ctx, status, status == STATUS_OK ? &page : NULL);
    mem_free(wait);
}

void audit_store_list(struct store *store, uint64_t actor_id, const struct wire_audit_list *ask,
                      audit_page_fn fn, void *ctx)
{
    struct audit_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    const struct wire_text none = {"", 0};
    *wait = (struct audit_wait){.ctx = ctx, .fn.page = fn};
    args_id(&args, actor_id);
    args_id(&args, ask->has_before_seq ? ask->before_seq : 0);
    args_int(&args, ask->limit >= 1 && ask->limit <= AUDIT_PAGE_MAX ? ask->limit : AUDIT_PAGE_MAX);
    args_int(&args, AUDIT_LOOK_SPAN);
    args_time_or_null(&args, ask->has_from ? ask->from : 0);
    args_time_or_null(&args, ask->has_until ? ask->until : 0);
    args_text_or_null(&args, ask->has_actor_name ? ask->actor_name : none);
    args_text_or_null(&args, ask->has_action ? ask->action : none);
    args_text_or_null(&args, ask->has_object ? ask->object : none);
    args_bool(&args, ask->has_readings && ask->readings);
    store_write_as(store, as_system, (struct store_call){SQL_AUDIT_LIST, &args, on_page, wait});
}

enum { STATE_CHECKED, STATE_HEAD, STATE_BAD, STATE_FAULT };

static void on_state(void *ctx, enum status status, const struct store_rows *rows)
{
    struct audit_wait *wait = ctx;
    struct wire_audit_state state = {0};
    if (status == STATUS_OK && rows->count == 1) {
        state = (struct wire_audit_state){
            .checked_seq = rows_id(rows, 0, STATE_CHECKED),
            .head_seq = rows_id(rows, 0, STATE_HEAD),
            .has_bad_seq = !rows_is_null(rows, 0, STATE_BAD),
            .bad_seq = rows_id(rows, 0, STATE_BAD),
            .has_fault = !rows_is_null(rows, 0, STATE_FAULT),
            .fault = (enum wire_audit_fault)rows_int(rows, 0, STATE_FAULT),
        };
    } else if (status == STATUS_OK) {
        status = STATUS_INTERNAL; /* an audit without a head */
    }
    wait->fn.state(wait->ctx, status, status == STATUS_OK ? &state : NULL);
    mem_free(wait);
}

void audit_store_verify(struct store *store, uint64_t after_seq, audit_state_fn fn, void *ctx)
{
    struct audit_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct audit_wait){.ctx = ctx, .fn.state = fn};
    args_id(&args, after_seq);
    args_int(&args, AUDIT_VERIFY_SPAN);
    store_read(store, SQL_AUDIT_SPAN, &args, on_state, wait);
}
