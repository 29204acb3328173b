#include "store/login_store.h"

#include "base/mem.h"
#include "store/system_call.h"

/* Outcomes of login_phone, as sql/queries/login.sql has them. */
enum { PHONE_GRANTED, PHONE_WRONG_CODE, PHONE_TOO_MANY_TRIES, PHONE_NO_INVITE, PHONE_BAD_INVITE,
       PHONE_DISABLED };

/* Who waits for a statement. */
struct login_wait {
    union {
        login_code_fn code;
        login_granted_fn granted;
        login_credential_fn credential;
        login_done_fn done;
    } fn;
    enum status none; /* what no row means; for done */
    void *ctx;        /* borrowed */
};

static struct login_wait *wait_create(void *ctx)
{
    struct login_wait *wait = mem_alloc(sizeof(*wait));
    wait->ctx = ctx;
    return wait;
}

/* A bytea, or NULL when there is nothing. */
static void args_bin_or_null(struct store_args *args, struct wire_bytes bytes)
{
    if (bytes.len > 0)
        args_bin(args, bytes.data, bytes.len);
    else
        args_null(args);
}

static void on_code(void *ctx, enum status status, const struct store_rows *rows)
{
    struct login_wait *wait = ctx;
    int64_t retry_after_ms = 0;
    if (status == STATUS_OK) {
        /* No row at all: somebody else asked for a code in this very moment. */
        retry_after_ms = rows->count > 0 ? rows_int(rows, 0, 1) : 60000;
        if (rows->count == 0 || !rows_bool(rows, 0, 0))
            status = STATUS_RATE_LIMITED;
    }
    wait->fn.code(wait->ctx, status, retry_after_ms);
    mem_free(wait);
}

void login_store_code(struct store *store, const struct login_code_new *code, login_code_fn fn,
                      void *ctx)
{
    struct login_wait *wait = wait_create(ctx);
    struct store_args args = {0};
    wait->fn.code = fn;
    args_bin(&args, code->phone_hash, LOGIN_HASH_BYTES);
    args_bin(&args, code->code_hash, LOGIN_HASH_BYTES);
    args_bin_or_null(&args, code->phone_sealed);
    args_text_or_null(&args, code->payload);
    write_as_system(store, SQL_LOGIN_CODE_ADD, &args, on_code, wait);
}

static enum status phone_status(int64_t outcome)
{
    switch (outcome) {
    case PHONE_GRANTED:
        return STATUS_OK;
    case PHONE_WRONG_CODE:
        return STATUS_WRONG_CODE;
    case PHONE_TOO_MANY_TRIES:
        return STATUS_TOO_MANY_TRIES;
    case PHONE_NO_INVITE:
    case PHONE_BAD_INVITE:
        return STATUS_INVALID_FIELD;
    case PHONE_DISABLED:
        return STATUS_NOT_FOUND;
    default:
        return STATUS_INTERNAL;
    }
}

static void on_phone(void *ctx, enum status status, const struct store_rows *rows)
{
    struct login_wait *wait = ctx;
    struct login_granted granted = {0};
    /* Two devices of one new phone at once: the second finds the account when it tries again. */
    if (status == STATUS_CONFLICT)
        status = STATUS_BUSY;
    if (status == STATUS_OK)
        status = rows->count == 1 ? phone_status(rows_int(rows, 0, 0)) : STATUS_INTERNAL;
    if (status == STATUS_OK)
        granted = (struct login_granted){
            .account_id = rows_id(rows, 0, 1),
            .session_id = rows_id(rows, 0, 2),
            .display_name = rows_text(rows, 0, 3),
            .expires_at = rows_time(rows, 0, 4),
            .is_staff = rows_bool(rows, 0, 5),
            .is_new = rows_bool(rows, 0, 6),
        };
    wait->fn.granted(wait->ctx, status, status == STATUS_OK ? &granted : NULL);
    mem_free(wait);
}

void login_store_phone(struct store *store, const struct login_phone_try *attempt,
                       login_granted_fn fn, void *ctx)
{
    struct login_wait *wait = wait_create(ctx);
    struct store_args args = {0};
    wait->fn.granted = fn;
    args_bin(&args, attempt->phone_hash, LOGIN_HASH_BYTES);
    args_bin(&args, attempt->code_hash, LOGIN_HASH_BYTES);
    args_bin(&args, attempt->token_hash, LOGIN_HASH_BYTES);
    args_bin(&args, attempt->phone_sealed.data, attempt->phone_sealed.len);
    args_text_or_null(&args, attempt->invite);
    args_text(&args, attempt->display_name.data, attempt->display_name.len);
    args_text(&args, attempt->client.data, attempt->client.len);
    args_int(&args, attempt->session_ms);
    args_string(&args, attempt->peer_prefix);
    write_as_system(store, SQL_LOGIN_PHONE, &args, on_phone, wait);
}

static void on_credential(void *ctx, enum status status, const struct store_rows *rows)
{
    struct login_wait *wait = ctx;
    struct login_credential credential = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        credential = (struct login_credential){
            .account_id = rows_id(rows, 0, 0),
            .password_hash = rows_text(rows, 0, 1),
            .totp_sealed = rows_bin(rows, 0, 2),
            .totp_last_step = rows_int(rows, 0, 3),
            .locked_ms = rows_int(rows, 0, 4),
            .disabled = rows_bool(rows, 0, 5),
        };
    wait->fn.credential(wait->ctx, status, status == STATUS_OK ? &credential : NULL);
    mem_free(wait);
}

void login_store_credential(struct store *store, struct wire_text username, login_credential_fn fn,
                            void *ctx)
{
    struct login_wait *wait = wait_create(ctx);
    struct store_args args = {0};
    wait->fn.credential = fn;
    args_text(&args, username.data, username.len);
    read_as_system(store, SQL_LOGIN_CREDENTIAL, &args, on_credential, wait);
}

static void on_staff_open(void *ctx, enum status status, const struct store_rows *rows)
{
    struct login_wait *wait = ctx;
    struct login_granted granted = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_REPLAYED;
    if (status == STATUS_OK)
        granted = (struct login_granted){
            .account_id = rows_id(rows, 0, 0),
            .session_id = rows_id(rows, 0, 1),
            .display_name = rows_text(rows, 0, 2),
            .expires_at = rows_time(rows, 0, 3),
            .is_staff = rows_bool(rows, 0, 4),
        };
    wait->fn.granted(wait->ctx, status, status == STATUS_OK ? &granted : NULL);
    mem_free(wait);
}

void login_store_staff_open(struct store *store, const struct login_staff_open *open,
                            login_granted_fn fn, void *ctx)
{
    struct login_wait *wait = wait_create(ctx);
    struct store_args args = {0};
    wait->fn.granted = fn;
    args_id(&args, open->account_id);
    args_int(&args, open->totp_step);
    args_bin(&args, open->token_hash, LOGIN_HASH_BYTES);
    args_text(&args, open->client.data, open->client.len);
    args_int(&args, open->session_ms);
    write_as_system(store, SQL_LOGIN_STAFF_OPEN, &args, on_staff_open, wait);
}

/* Statements that give a row when they did something. */
static void on_done(void *ctx, enum status status, const struct store_rows *rows)
{
    struct login_wait *wait = ctx;
    if (status == STATUS_OK && rows->count == 0)
        status = wait->none;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

static struct login_wait *wait_done(login_done_fn fn, void *ctx, enum status none)
{
    struct login_wait *wait = wait_create(ctx);
    wait->fn.done = fn;
    wait->none = none;
    return wait;
}

void login_store_staff_failed(struct store *store, const struct login_staff_failed *failed,
                              login_done_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_id_or_null(&args, failed->account_id);
    args_string(&args, failed->outcome);
    args_string(&args, failed->peer_prefix);
    write_as_system(store, SQL_LOGIN_STAFF_FAILED, &args, on_done,
                    wait_done(fn, ctx, STATUS_OK));
}

void login_store_ticket(struct store *store, const uint8_t *ticket_hash, uint64_t session_id,
                        login_done_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_bin(&args, ticket_hash, LOGIN_HASH_BYTES);
    args_id(&args, session_id);
    store_write(store, SQL_LOGIN_TICKET_ADD, &args, on_done,
                wait_done(fn, ctx, STATUS_UNAUTHENTICATED));
}

void login_store_end(struct store *store, uint64_t account_id, uint64_t session_id,
                     login_done_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_id(&args, account_id);
    args_id(&args, session_id);
    store_write(store, SQL_LOGIN_END, &args, on_done, wait_done(fn, ctx, STATUS_NOT_FOUND));
}
