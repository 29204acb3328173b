#include "store/account_store.h"

#include "base/mem.h"

struct account_wait {
    union {
        account_done_fn done;
        account_devices_fn devices;
        account_place_fn place;
    } fn;
    enum status none;           /* what no row means; for done */
    uint64_t current_session_id; /* for devices */
    void *ctx;                  /* borrowed */
};

static struct account_wait *wait_create(void *ctx, enum status none)
{
    struct account_wait *wait = mem_alloc(sizeof(*wait));
    wait->ctx = ctx;
    wait->none = none;
    return wait;
}

static void on_done(void *ctx, enum status status, const struct store_rows *rows)
{
    struct account_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = wait->none;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

void account_store_rename(struct store *store, uint64_t account_id, struct wire_text display_name,
                          account_done_fn fn, void *ctx)
{
    struct account_wait *wait = wait_create(ctx, STATUS_NOT_FOUND);
    struct store_args args = {0};
    wait->fn.done = fn;
    args_id(&args, account_id);
    args_text(&args, display_name.data, display_name.len);
    store_write(store, SQL_ACCOUNT_RENAME, &args, on_done, wait);
}

static void on_devices(void *ctx, enum status status, const struct store_rows *rows)
{
    struct account_wait *wait = ctx;
    struct wire_device items[ACCOUNT_DEVICES_MAX];
    struct wire_list_device devices = {0, items};
    for (int i = 0; status == STATUS_OK && i < rows->count && i < ACCOUNT_DEVICES_MAX; i++) {
        items[i] = (struct wire_device){
            .session_id = rows_id(rows, i, 0),
            .client = rows_text(rows, i, 1),
            .created_at = rows_time(rows, i, 2),
            .seen_at = rows_time(rows, i, 3),
        };
        items[i].current = items[i].session_id == wait->current_session_id;
        devices.count++;
    }
    wait->fn.devices(wait->ctx, status, status == STATUS_OK ? &devices : NULL);
    mem_free(wait);
}

void account_store_devices(struct store *store, uint64_t account_id, uint64_t current_session_id,
                           account_devices_fn fn, void *ctx)
{
    struct account_wait *wait = wait_create(ctx, STATUS_OK);
    struct store_args args = {0};
    wait->fn.devices = fn;
    wait->current_session_id = current_session_id;
    args_id(&args, account_id);
    args_int(&args, ACCOUNT_DEVICES_MAX);
    store_read(store, SQL_ACCOUNT_DEVICES, &args, on_devices, wait);
}

void account_store_logout(struct store *store, const struct account_logout *logout,
                          account_done_fn fn, void *ctx)
{
    /* To end all others is done, too, when there are none. */
    struct account_wait *wait =
        wait_create(ctx, logout->session_id == 0 ? STATUS_OK : STATUS_NOT_FOUND);
    struct store_args args = {0};
    wait->fn.done = fn;
    args_id(&args, logout->account_id);
    args_id(&args, logout->session_id);
    args_id(&args, logout->keep_session_id);
    store_write(store, SQL_ACCOUNT_LOGOUT, &args, on_done, wait);
}

static void on_place(void *ctx, enum status status, const struct store_rows *rows)
{
    struct account_wait *wait = ctx;
    struct account_place place = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        place = (struct account_place){
            .account_id = rows_id(rows, 0, 0),
            .community_id = rows_id(rows, 0, 1),
            .station_id = rows_id(rows, 0, 2),
            .level = (enum wire_verification_level)rows_int(rows, 0, 3),
        };
    wait->fn.place(wait->ctx, status, status == STATUS_OK ? &place : NULL);
    mem_free(wait);
}

void account_store_place(struct store *store, uint64_t account_id, account_place_fn fn, void *ctx)
{
    struct account_wait *wait = wait_create(ctx, STATUS_NOT_FOUND);
    struct store_args args = {0};
    wait->fn.place = fn;
    args_id(&args, account_id);
    store_read(store, SQL_ACCOUNT_PLACE, &args, on_place, wait);
}

void account_store_verify(struct store *store, const struct account_verify *verify,
                          account_done_fn fn, void *ctx)
{
    struct account_wait *wait = wait_create(ctx, STATUS_UNKNOWN_PLACE);
    struct store_args args = {0};
    wait->fn.done = fn;
    args_id(&args, verify->account_id);
    args_id(&args, verify->unit_id);
    args_text(&args, verify->door.data, verify->door.len);
    args_id(&args, verify->actor_id);
    args_int(&args, verify->role_used);
    store_write(store, SQL_ACCOUNT_VERIFY, &args, on_done, wait);
}
