#include "store/dispute_choice.h"

#include "base/mem.h"

struct choice_wait {
    void *ctx; /* borrowed */
    union {
        dispute_assignable_fn assignable;
        dispute_alike_fn alike;
    } fn;
};

/* Read as the system: who reported a dispute stands behind a policy. */
static const struct store_principal as_system;

enum { PERSON_ID, PERSON_NAME, PERSON_ROLE, PERSON_PLACE };

static void on_assignable(void *ctx, enum status status, const struct store_rows *rows)
{
    struct choice_wait *wait = ctx;
    struct wire_assignable_view items[DISPUTE_ASSIGNABLE_MAX];
    struct wire_dispute_assignable_page page = {.people = {0, items}};
    int count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < count && row < DISPUTE_ASSIGNABLE_MAX; row++)
        items[page.people.count++] = (struct wire_assignable_view){
            .account_id = rows_id(rows, row, PERSON_ID),
            .name = rows_text(rows, row, PERSON_NAME),
            .role = (enum wire_role)rows_int(rows, row, PERSON_ROLE),
            .place_name = rows_text(rows, row, PERSON_PLACE),
        };
    page.more = count > DISPUTE_ASSIGNABLE_MAX;
    wait->fn.assignable(wait->ctx, status, status == STATUS_OK ? &page : NULL);
    mem_free(wait);
}

void dispute_choice_assignable(struct store *store, const struct wire_dispute_assignable *ask,
                               dispute_assignable_fn fn, void *ctx)
{
    struct choice_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct choice_wait){.ctx = ctx, .fn.assignable = fn};
    args_id(&args, ask->dispute_id);
    args_text_or_null(&args, ask->has_name ? ask->name : (struct wire_text){"", 0});
    args_int(&args, DISPUTE_ASSIGNABLE_MAX + 1);
    store_read_as(store, as_system,
                  (struct store_call){SQL_DISPUTE_ASSIGNABLE, &args, on_assignable, wait});
}

enum {
    ALIKE_ID,
    ALIKE_NO,
    ALIKE_STATE,
    ALIKE_SUBCLASS,
    ALIKE_PLACE,
    ALIKE_AT,
    ALIKE_SAME,
    ALIKE_OPEN,
};

static void on_alike(void *ctx, enum status status, const struct store_rows *rows)
{
    struct choice_wait *wait = ctx;
    struct wire_dispute_alike_view items[DISPUTE_ALIKE_MAX];
    struct wire_dispute_alike_page page = {.disputes = {0, items}};
    int count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < count && row < DISPUTE_ALIKE_MAX; row++)
        items[page.disputes.count++] = (struct wire_dispute_alike_view){
            .dispute_id = rows_id(rows, row, ALIKE_ID),
            .no = rows_text(rows, row, ALIKE_NO),
            .state = (enum wire_dispute_state)rows_int(rows, row, ALIKE_STATE),
            .has_subclass = !rows_is_null(rows, row, ALIKE_SUBCLASS),
            .subclass = (enum wire_dispute_subclass)rows_int(rows, row, ALIKE_SUBCLASS),
            .place_name = rows_text(rows, row, ALIKE_PLACE),
            .created_at = rows_time(rows, row, ALIKE_AT),
            .same = rows_bool(rows, row, ALIKE_SAME),
            .open = rows_bool(rows, row, ALIKE_OPEN),
        };
    wait->fn.alike(wait->ctx, status, status == STATUS_OK ? &page : NULL);
    mem_free(wait);
}

void dispute_choice_alike(struct store *store, const struct wire_dispute_alike *ask,
                          dispute_alike_fn fn, void *ctx)
{
    struct choice_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct choice_wait){.ctx = ctx, .fn.alike = fn};
    args_id(&args, ask->dispute_id);
    args_text_or_null(&args, ask->has_no ? ask->no : (struct wire_text){"", 0});
    args_int(&args, DISPUTE_ALIKE_MAX);
    store_read_as(store, as_system,
                  (struct store_call){SQL_DISPUTE_ALIKE, &args, on_alike, wait});
}
