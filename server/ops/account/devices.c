#include "ops/operations.h"
#include "store/account_store.h"

static void on_devices(void *ctx, enum status status, const struct wire_list_device *devices);

/* 1. Where she is logged in. */
void op_account_devices(struct call *call)
{
    account_store_devices(call->env->store, call->who->account_id, call->who->login_session_id,
                          on_devices, call);
}

/* 2. */
static void on_devices(void *ctx, enum status status, const struct wire_list_device *devices)
{
    struct call *call = ctx;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    struct wire_account_device_list list = {*devices};
    call_reply(call, WIRE_ACCOUNT_DEVICE_LIST, &list);
}
