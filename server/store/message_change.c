/*
 * message_change: taking back and hiding (message_store.h).
 */
#include "base/mem.h"
#include "store/message_store.h"

struct changer {
    message_revoked_fn fn;
    void *ctx;
    struct message_ref message;
};

/* Columns of message_recall's and message_hide's row. */
enum { CHANGED_OUTCOME, CHANGED_SENDER_ID, CHANGED_REVOCATION_SEQ, CHANGED_STATE, CHANGED_AT };

static const enum status change_outcomes[] = {
    STATUS_OK,
    STATUS_NOT_FOUND,
    STATUS_TOO_LATE,
    STATUS_ALREADY_DONE,
};

static void tell_changed(const struct changer *changer, const struct store_rows *rows)
{
    int64_t outcome = rows->count ? rows_int(rows, 0, CHANGED_OUTCOME) : -1;
    bool known = outcome >= 0 && outcome < (int64_t)ARRAY_LEN(change_outcomes);
    enum status status = known ? change_outcomes[outcome] : STATUS_INTERNAL;
    if (status != STATUS_OK) {
        changer->fn(changer->ctx, status, NULL);
        return;
    }
    const struct message_revoked revoked = {
        .room_id = changer->message.room_id,
        .seq = changer->message.seq,
        .sender_id = rows_id(rows, 0, CHANGED_SENDER_ID),
        .revocation_seq = rows_id(rows, 0, CHANGED_REVOCATION_SEQ),
        .state = (enum wire_message_state)rows_int(rows, 0, CHANGED_STATE),
        .at = rows_time(rows, 0, CHANGED_AT),
    };
    changer->fn(changer->ctx, STATUS_OK, &revoked);
}

static void on_changed(void *ctx, enum status status, const struct store_rows *rows)
{
    struct changer *changer = ctx;
    if (status == STATUS_OK)
        tell_changed(changer, rows);
    else
        changer->fn(changer->ctx, status, NULL);
    mem_free(changer);
}

static struct changer *wait_for(struct message_ref message, message_revoked_fn fn, void *ctx)
{
    struct changer *changer = mem_alloc(sizeof(*changer));
    *changer = (struct changer){fn, ctx, message};
    return changer;
}

void message_store_recall(struct store *store, const struct message_recall *recall,
                          message_revoked_fn fn, void *ctx)
{
    struct store_args args = {0};
    args_id(&args, recall->message.room_id);
    args_id(&args, recall->message.seq);
    args_id(&args, recall->account_id);
    args_int(&args, recall->window_ms);
    store_write(store, SQL_MESSAGE_RECALL, &args, on_changed, wait_for(recall->message, fn, ctx));
}

void message_store_hide(struct store *store, const struct message_hide *hide, message_revoked_fn fn,
                        void *ctx)
{
    struct store_args args = {0};
    args_id(&args, hide->message.room_id);
    args_id(&args, hide->message.seq);
    args_id(&args, hide->actor_id);
    args_int(&args, hide->role_used);
    args_int(&args, hide->reason);
    args_text(&args, hide->public_reason.data, hide->public_reason.len);
    store_write(store, SQL_MESSAGE_HIDE, &args, on_changed, wait_for(hide->message, fn, ctx));
}
