#include "store/pg_io.h"

#include "base/clock.h"
#include "base/mem.h"

/* One per socket: its closing is asynchronous and may outlast the link's next socket. */
struct pg_watch {
    uv_poll_t poll;
    struct pg_link *link;
    int events;
};

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_watch_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

void pg_io_unwatch(struct pg_link *link)
{
    struct pg_watch *watch = link->watch;
    if (!watch)
        return;
    link->watch = NULL;
    uv_poll_stop(&watch->poll);
    uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}

void pg_io_watch(struct pg_link *link, int events)
{
    if (!link->watch) {
        struct pg_watch *watch = mem_alloc(sizeof(*watch));
        watch->link = link;
        watch->poll.data = watch;
        if (uv_poll_init(link->loop, &watch->poll, PQsocket(link->conn)) != 0) {
            mem_free(watch);
            return; /* the tick finds that nothing comes */
        }
        link->watch = watch;
    }
    if (link->watch->events == events)
        return;
    link->watch->events = events;
    uv_poll_start(&link->watch->poll, events, on_poll);
}

bool pg_io_flush(struct pg_link *link)
{
    int rest = PQflush(link->conn);
    if (rest < 0)
        return false;
    pg_io_watch(link, rest ? UV_READABLE | UV_WRITABLE : UV_READABLE);
    return true;
}

static void hand_on_notifications(struct pg_link *link)
{
    PGnotify *notify;
    while (link->conn && (notify = PQnotifies(link->conn)) != NULL) {
        if (link->events.on_notify)
            link->events.on_notify(link->events.ctx, notify->extra);
        PQfreemem(notify);
    }
}

/* Gives results to the oldest unit until there are no more. Those whose sync came are moved to a
 * list of their own, because their callbacks may do anything to the link. False: libpq and we
 * disagree about what is outstanding. */
static bool read_results(struct pg_link *link, struct pg_unit **finished)
{
    struct pg_unit **tail = finished;
    unsigned nothing = 0;
    while (link->sent && !PQisBusy(link->conn)) {
        PGresult *result = PQgetResult(link->conn);
        struct pg_unit *unit = link->sent;
        if (!result) {
            if (++nothing > 2)
                return false;
            continue;
        }
        nothing = 0;
        if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
            pg_unit_take(unit, result);
            if (unit->before_sync && unit->received == unit->expected && !unit->failed)
                unit->before_sync(unit);
            continue;
        }
        PQclear(result);
        link->sent = unit->next;
        link->sent_count--;
        if (!link->sent)
            link->sent_tail = &link->sent;
        unit->next = NULL;
        *tail = unit;
        tail = &unit->next;
    }
    return true;
}

static void work(struct pg_link *link, int events)
{
    struct pg_unit *finished = NULL;
    bool alive = true;
    const char *why = NULL;
    if (events & UV_READABLE) {
        alive = PQconsumeInput(link->conn) == 1;
        link->progress_at_ms = clock_mono_ms();
    }
    /* What came before the end still counts. */
    bool in_step = read_results(link, &finished);
    if (!alive || PQstatus(link->conn) == CONNECTION_BAD || !pg_io_flush(link))
        why = PQerrorMessage(link->conn);
    else if (!in_step)
        why = "results out of step";
    while (finished) {
        struct pg_unit *unit = finished;
        finished = unit->next;
        unit->done(unit, pg_unit_outcome(unit));
    }
    hand_on_notifications(link);
    if (why && link->conn)
        pg_io_lost(link, why);
}

/* libuv's poll: only translates. A status below 0 means the watch has stopped: the end. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct pg_watch *watch = poll->data;
    struct pg_link *link = watch->link;
    if (link->watch != watch)
        return;
    if (status < 0)
        pg_io_lost(link, uv_strerror(status));
    else if (link->state == PG_LINK_CONNECTING)
        pg_io_connect_step(link);
    else
        work(link, events);
}
