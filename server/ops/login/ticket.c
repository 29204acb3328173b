#include "ops/login/login_part.h"
#include "ops/operations.h"

#define TICKET_VALID_MS 30000

struct ticket_step {
    struct call *call;
    char ticket[SECRET_TOKEN_CHARS + 1];
};

static void on_kept(void *ctx, enum status status);

/* 1. Draw it, keep its hash beside the session that asks. */
void op_login_ticket(struct call *call)
{
    uint8_t hash[SECRET_HASH_BYTES];
    struct ticket_step *step = arena_alloc(&call->arena, sizeof(*step));
    step->call = call;
    secret_token_make(step->ticket, hash);
    login_store_ticket(call->env->store, hash, call->who->login_session_id, on_kept, step);
}

/* 2. Hand it out. */
static void on_kept(void *ctx, enum status status)
{
    struct ticket_step *step = ctx;
    if (status != STATUS_OK) {
        call_fail(step->call, status);
        return;
    }
    const struct wire_login_ticket_given given = {
        .ticket = {step->ticket, SECRET_TOKEN_CHARS},
        .expires_in_ms = TICKET_VALID_MS,
    };
    call_reply(step->call, WIRE_LOGIN_TICKET_GIVEN, &given);
}
