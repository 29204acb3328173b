#include "store/invite_store.h"

#include "base/mem.h"

enum { INVITE_COMMUNITY, INVITE_STATION, INVITE_NAME, INVITE_BADGE };

struct invite_wait {
    invite_read_fn fn;
    void *ctx;
};

static void on_invite(void *ctx, enum status status, const struct store_rows *rows)
{
    struct invite_wait *wait = ctx;
    struct wire_invite_officer officers[INVITE_OFFICERS_MAX];
    struct wire_invite_shown shown = {.officers = {0, officers}};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    int count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < count && row < INVITE_OFFICERS_MAX; row++) {
        shown.community_name = rows_text(rows, row, INVITE_COMMUNITY);
        shown.station_name = rows_text(rows, row, INVITE_STATION);
        if (!rows_is_null(rows, row, INVITE_NAME))
            officers[shown.officers.count++] = (struct wire_invite_officer){
                .display_name = rows_text(rows, row, INVITE_NAME),
                .has_badge_no = !rows_is_null(rows, row, INVITE_BADGE),
                .badge_no = rows_text(rows, row, INVITE_BADGE),
            };
    }
    wait->fn(wait->ctx, status, status == STATUS_OK ? &shown : NULL);
    mem_free(wait);
}

void invite_store_read(struct store *store, struct wire_text code, invite_read_fn fn, void *ctx)
{
    struct invite_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct invite_wait){fn, ctx};
    args_text(&args, code.data, code.len);
    store_read(store, SQL_INVITE_READ, &args, on_invite, wait);
}
