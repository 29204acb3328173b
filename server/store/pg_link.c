#include "store/pg_link.h"

#include <assert.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/pg_io.h"

/* A lookup in the thread pool outlives a link that is closed meanwhile. */
struct pg_lookup {
    uv_getaddrinfo_t request;
    struct pg_link *link; /* NULL: nobody waits any more */
};

static const char *state_name(enum pg_link_state state)
{
    static const char *const names[] = {"closed",     "waiting", "looking_up", "connecting",
                                        "setting_up", "ready",   "refused"};
    return names[state];
}

static void set_state(struct pg_link *link, enum pg_link_state state)
{
    log_debug("store.link_state", "link=%s from=%s to=%s", pg_link_use_name(link->use),
              state_name(link->state), state_name(state));
    link->state = state;
    link->state_since_ms = clock_mono_ms();
}

bool pg_link_is_ready(const struct pg_link *link)
{
    return link->state == PG_LINK_READY;
}

static void begin_connect(struct pg_link *link, const char *hostaddr);
static void on_retry(uv_timer_t *timer);
static void on_broken(uv_idle_t *idle);

void pg_link_init(struct pg_link *link, const struct pg_link_plan *plan)
{
    memset(link, 0, sizeof(*link));
    link->loop = plan->loop;
    link->address = plan->address;
    link->wanted = plan->wanted;
    link->events = plan->events;
    link->use = plan->use;
    link->sent_tail = &link->sent;
    link->retry_ms = PG_LINK_RETRY_MIN_MS;
    uv_timer_init(link->loop, &link->retry);
    uv_idle_init(link->loop, &link->broken);
    link->retry.data = link;
    link->broken.data = link;
}

/* --- an end, and what follows --- */

static void drop_connection(struct pg_link *link)
{
    pg_io_unwatch(link); /* before the socket is closed */
    PQfinish(link->conn);
    link->conn = NULL;
    uv_idle_stop(&link->broken);
    uv_timer_stop(&link->retry);
    if (link->lookup)
        link->lookup->link = NULL;
    link->lookup = NULL;
}

/* What was sent and has no sync: nobody knows. */
static void answer_sent(struct pg_link *link)
{
    struct pg_unit *unit = link->sent;
    link->sent = NULL;
    link->sent_tail = &link->sent;
    link->sent_count = 0;
    while (unit) {
        struct pg_unit *next = unit->next;
        pg_unit_clear(unit);
        unit->done(unit, STATUS_UNAVAILABLE);
        unit = next;
    }
}

/* Up to a fifth more or less, so that links do not come back in step. */
static unsigned with_jitter(unsigned ms)
{
    unsigned fifth = ms / 5;
    return ms - fifth + (unsigned)random() % (2 * fifth + 1);
}

void pg_io_lost(struct pg_link *link, const char *why)
{
    bool was_ready = link->state == PG_LINK_READY;
    unsigned wait_ms = with_jitter(link->retry_ms);
    /* Said when it happens and once more when it lasts; store.up says that it is over. */
    bool lasts = link->retry_ms < PG_LINK_RETRY_MAX_MS && link->retry_ms * 2 > PG_LINK_RETRY_MAX_MS;
    if (was_ready || lasts)
        log_warn("store.link_lost", "link=%s was_ready=%d retry_ms=%u why=%s",
                 pg_link_use_name(link->use), was_ready, wait_ms, why);
    drop_connection(link);
    set_state(link, PG_LINK_WAITING);
    link->losses += was_ready;
    uv_timer_start(&link->retry, on_retry, wait_ms, 0);
    link->retry_ms *= 2;
    if (link->retry_ms > PG_LINK_RETRY_MAX_MS)
        link->retry_ms = PG_LINK_RETRY_MAX_MS;
    if (was_ready)
        link->events.on_lost(link->events.ctx, link);
    answer_sent(link);
}

void pg_link_refuse(struct pg_link *link, const char *why)
{
    log_error("store.database_refused", "link=%s why=%s", pg_link_use_name(link->use), why);
    drop_connection(link);
    set_state(link, PG_LINK_REFUSED);
    link->events.on_refused(link->events.ctx, why);
}

void pg_link_setup_failed(struct pg_link *link, const char *why)
{
    pg_io_lost(link, why);
}

void pg_link_setup_done(struct pg_link *link)
{
    link->retry_ms = PG_LINK_RETRY_MIN_MS;
    set_state(link, PG_LINK_READY);
    link->events.on_ready(link->events.ctx, link);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct pg_link *link = handle->data;
    if (--link->closing_handles == 0)
        link->closed(link->closed_ctx);
}

void pg_link_close(struct pg_link *link, void (*fn)(void *ctx), void *ctx)
{
    drop_connection(link);
    set_state(link, PG_LINK_CLOSED);
    link->closed = fn;
    link->closed_ctx = ctx;
    link->closing_handles = 2;
    uv_close((uv_handle_t *)&link->retry, on_handle_closed);
    uv_close((uv_handle_t *)&link->broken, on_handle_closed);
    answer_sent(link);
}

/* --- a beginning --- */

static void on_looked_up(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct pg_lookup *lookup = request->data;
    struct pg_link *link = lookup->link;
    char address[NI_MAXHOST] = "";
    if (status == 0)
        getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof(address), NULL, 0,
                    NI_NUMERICHOST);
    uv_freeaddrinfo(found);
    mem_free(lookup);
    if (!link)
        return;
    link->lookup = NULL;
    if (address[0])
        begin_connect(link, address);
    else
        pg_io_lost(link, "the host's name is not known");
}

static void begin_lookup(struct pg_link *link)
{
    struct pg_lookup *lookup = mem_alloc(sizeof(*lookup));
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    lookup->request.data = lookup;
    lookup->link = link;
    set_state(link, PG_LINK_LOOKING_UP);
    if (uv_getaddrinfo(link->loop, &lookup->request, on_looked_up, link->address->lookup, NULL,
                       &hints) != 0) {
        mem_free(lookup);
        pg_io_lost(link, "no lookup");
        return;
    }
    link->lookup = lookup;
}

static void on_notice(void *ctx, const PGresult *result)
{
    const struct pg_link *link = ctx;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    log_debug("store.notice", "link=%s sqlstate=%s", pg_link_use_name(link->use),
              sqlstate ? sqlstate : "");
}

static void begin_connect(struct pg_link *link, const char *hostaddr)
{
    set_state(link, PG_LINK_CONNECTING);
    link->conn = pg_address_connect(link->address, link->use, hostaddr);
    if (!link->conn || PQstatus(link->conn) == CONNECTION_BAD) {
        pg_io_lost(link, link->conn ? PQerrorMessage(link->conn) : "no memory");
        return;
    }
    PQsetNoticeReceiver(link->conn, on_notice, link);
    pg_io_watch(link, UV_WRITABLE);
}

static void begin(struct pg_link *link)
{
    if (link->address->lookup[0])
        begin_lookup(link);
    else
        begin_connect(link, NULL);
}

static void on_retry(uv_timer_t *timer)
{
    begin(timer->data);
}

void pg_link_open(struct pg_link *link)
{
    set_state(link, PG_LINK_WAITING);
    uv_timer_start(&link->retry, on_retry, 0, 0);
}

/* The socket may be another one after every step, so it is watched anew. */
void pg_io_connect_step(struct pg_link *link)
{
    pg_io_unwatch(link);
    switch (PQconnectPoll(link->conn)) {
    case PGRES_POLLING_READING:
        pg_io_watch(link, UV_READABLE);
        return;
    case PGRES_POLLING_WRITING:
        pg_io_watch(link, UV_WRITABLE);
        return;
    case PGRES_POLLING_OK:
        break;
    default:
        pg_io_lost(link, PQerrorMessage(link->conn));
        return;
    }
    if (PQsetnonblocking(link->conn, 1) != 0 || PQenterPipelineMode(link->conn) != 1) {
        pg_io_lost(link, "no pipeline mode");
        return;
    }
    set_state(link, PG_LINK_SETTING_UP);
    pg_io_watch(link, UV_READABLE);
    pg_setup_begin(&link->setup, link);
}

/* --- work --- */

void pg_link_send(struct pg_link *link, struct pg_unit *unit)
{
    assert(link->state == PG_LINK_READY || link->state == PG_LINK_SETTING_UP);
    if (!link->sent)
        link->progress_at_ms = clock_mono_ms();
    unit->next = NULL;
    unit->received = 0;
    *link->sent_tail = unit;
    link->sent_tail = &unit->next;
    link->sent_count++;
    bool sent = unit->send(unit, link->conn) && PQpipelineSync(link->conn) == 1;
    if (!sent || !pg_io_flush(link))
        uv_idle_start(&link->broken, on_broken);
}

/* A callback must not run inside pg_link_send; the loss waits for the next turn. */
static void on_broken(uv_idle_t *idle)
{
    struct pg_link *link = idle->data;
    pg_io_lost(link, link->conn ? PQerrorMessage(link->conn) : "");
}

void pg_link_tick(struct pg_link *link, int64_t now_ms)
{
    bool coming = link->state >= PG_LINK_LOOKING_UP && link->state <= PG_LINK_SETTING_UP;
    if (coming && now_ms - link->state_since_ms > PG_LINK_CONNECT_MS) {
        pg_io_lost(link, "connecting took too long");
        return;
    }
    bool silent = now_ms - link->progress_at_ms >= link->address->answer_timeout_ms;
    if (link->state == PG_LINK_READY && link->sent && silent)
        pg_io_lost(link, "no answer");
}
