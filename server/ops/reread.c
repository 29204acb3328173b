#include "ops/reread.h"

#include <utlist.h>

#include "base/mem.h"

struct reread_waiter {
    reread_fn fn;
    void *ctx;
    struct reread_waiter *next;
};

static void wait_for(struct reread_waiter **waiters, reread_fn fn, void *ctx)
{
    if (fn == NULL)
        return;
    struct reread_waiter *waiter = mem_alloc(sizeof(*waiter));
    waiter->fn = fn;
    waiter->ctx = ctx;
    LL_APPEND(*waiters, waiter);
}

void reread_ask(struct reread_table *table, uint64_t id, reread_fn fn, void *ctx)
{
    struct reread *reread = NULL;
    HASH_FIND(hh, table->reads, &id, sizeof(id), reread);
    if (reread != NULL) {
        reread->again = true;
        wait_for(&reread->later, fn, ctx);
        return;
    }
    reread = mem_alloc(sizeof(*reread));
    reread->table = table;
    reread->id = id;
    wait_for(&reread->waiters, fn, ctx);
    HASH_ADD(hh, table->reads, id, sizeof(reread->id), reread);
    table->start(reread);
}

void reread_end(struct reread *reread, enum status status)
{
    struct reread_waiter *waiter, *next;
    LL_FOREACH_SAFE(reread->waiters, waiter, next)
    {
        waiter->fn(waiter->ctx, status);
        mem_free(waiter);
    }
    reread->waiters = reread->later;
    reread->later = NULL;
    if (reread->again) {
        reread->again = false;
        reread->table->start(reread);
        return;
    }
    HASH_DEL(reread->table->reads, reread);
    mem_free(reread);
}
