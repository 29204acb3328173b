#include "store/store_stats.h"

#include <string.h>

#include "store/batch_inside.h"
#include "store/store_inside.h"

static unsigned count_ready(const struct pg_pool *pool, uint64_t *losses)
{
    unsigned ready = 0;
    for (unsigned i = 0; i < pool->plan.links; i++) {
        ready += pg_link_is_ready(&pool->links[i]);
        *losses += pool->links[i].losses;
    }
    return ready;
}

void store_stats(const struct store *store, struct store_stats *out)
{
    memset(out, 0, sizeof(*out));
    out->up = store->is_up;
    out->read_links_ready = count_ready(&store->readers, &out->losses);
    count_ready(&store->control, &out->losses);
    count_ready(&store->slow, &out->losses);
    count_ready(&store->listener, &out->losses);
    out->losses += store->writer.link.losses;
    out->reads_waiting = store->readers.waiting.count;
    out->reads_in_flight = store->readers.in_flight;
    out->writes_waiting = store->control.waiting.count;
    out->writes_in_flight = store->control.in_flight;
    out->batch_count = store->writer.kind_count;
    for (unsigned i = 0; i < out->batch_count; i++) {
        out->batches[i] = store->writer.kinds[i]->stats;
        out->batches[i].waiting = store->writer.kinds[i]->waiting_rows;
    }
}
