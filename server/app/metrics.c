/*
 * metrics: the text of /metrics (Prometheus). Numbers only: never a name, a text or an id.
 */
#include <inttypes.h>
#include <stdio.h>

#include "app/app_state.h"
#include "app/process.h"
#include "hub/alert_board.h"
#include "hub/person_board.h"
#include "media/media.h"
#include "ops/access/reading.h"
#include "ops/alert/alert_spool.h"
#include "store/calendar_store.h"
#include "store/store_stats.h"
#include "wire/wire_buffer.h"

#define LINE_MAX_LEN 256

enum kind { COUNTER, GAUGE };

static void add(struct wire_buffer *out, enum kind kind, const char *name, uint64_t value)
{
    char line[LINE_MAX_LEN];
    int n = snprintf(line, sizeof(line), "# TYPE hall_%s %s\nhall_%s %" PRIu64 "\n", name,
                     kind == COUNTER ? "counter" : "gauge", name, value);
    if (n > 0 && (size_t)n < sizeof(line))
        wire_buffer_append(out, line, (size_t)n);
}

static void add_hub(struct wire_buffer *out, const struct app *app)
{
    struct hub_counts counts;
    hub_count(app->hub, &counts);
    add(out, GAUGE, "sessions", counts.sessions);
    add(out, COUNTER, "sessions_opened_total", counts.sessions_opened);
    add(out, GAUGE, "rooms", counts.rooms);
    add(out, GAUGE, "room_members", counts.members);
    add(out, COUNTER, "deliveries_total", counts.deliveries);
    add(out, COUNTER, "sends_total", counts.sends);
    add(out, COUNTER, "sent_bytes_total", counts.bytes_sent);
    add(out, COUNTER, "short_sends_total", counts.short_sends);
    add(out, GAUGE, "outbox_frames", counts.queued_frames);
    add(out, GAUGE, "outbox_bytes", counts.queued_bytes);
    add(out, COUNTER, "frames_dropped_total", counts.dropped);
    add(out, COUNTER, "sessions_closed_slow_total", counts.closed_slow);
    add(out, COUNTER, "sessions_closed_silent_total", counts.closed_silent);
    add(out, GAUGE, "ring_bytes", counts.ring_bytes);
    add(out, GAUGE, "ring_frames", counts.ring_frames);
    add(out, COUNTER, "room_gaps_total", counts.gaps);
    add(out, COUNTER, "fanout_jobs_total", counts.jobs);
    add(out, GAUGE, "io_uring", counts.uses_uring);
}

static void add_net(struct wire_buffer *out, const struct app *app)
{
    struct net_counts counts;
    net_count(app->net, &counts);
    add(out, COUNTER, "accepted_total", counts.accepted);
    add(out, GAUGE, "connections", counts.connections);
    add(out, GAUGE, "connections_half_open", counts.half_open);
    add(out, COUNTER, "refused_full_total", counts.refused_full);
    add(out, COUNTER, "refused_address_total", counts.refused_address);
    add(out, COUNTER, "refused_half_open_total", counts.refused_half_open);
    add(out, COUNTER, "refused_handshake_total", counts.refused_handshake);
    add(out, COUNTER, "messages_in_total", counts.messages_in);
    add(out, COUNTER, "message_bytes_in_total", counts.bytes_in);
    add(out, COUNTER, "closed_too_big_total", counts.closed_too_big);
    add(out, COUNTER, "closed_not_binary_total", counts.closed_not_binary);
    add(out, COUNTER, "closed_fragments_total", counts.closed_fragments);
    add(out, COUNTER, "closed_assembly_total", counts.closed_assembly);
    add(out, COUNTER, "http_requests_total", counts.http_requests);
    add(out, COUNTER, "http_refused_total", counts.http_refused);
    add(out, GAUGE, "http_waiting", counts.http_waiting);
}

static void add_batch(struct wire_buffer *out, const char *batch, const char *name, uint64_t value)
{
    char line[LINE_MAX_LEN];
    int n = snprintf(line, sizeof(line), "hall_batch_%s{batch=\"%s\"} %" PRIu64 "\n", name, batch,
                     value);
    if (n > 0 && (size_t)n < sizeof(line))
        wire_buffer_append(out, line, (size_t)n);
}

static void add_store(struct wire_buffer *out, const struct app *app)
{
    struct store_stats stats;
    store_stats(app->store, &stats);
    add(out, GAUGE, "database_up", stats.up);
    add(out, GAUGE, "read_links_ready", stats.read_links_ready);
    add(out, GAUGE, "reads_waiting", stats.reads_waiting);
    add(out, GAUGE, "reads_in_flight", stats.reads_in_flight);
    add(out, GAUGE, "writes_waiting", stats.writes_waiting);
    add(out, GAUGE, "writes_in_flight", stats.writes_in_flight);
    add(out, COUNTER, "link_losses_total", stats.losses);
    for (unsigned i = 0; i < stats.batch_count; i++) {
        const struct batch_stats *batch = &stats.batches[i];
        add_batch(out, batch->name, "rows_total", batch->rows);
        add_batch(out, batch->name, "batches_total", batch->batches);
        add_batch(out, batch->name, "replays_total", batch->replays);
        add_batch(out, batch->name, "doubted_total", batch->doubted);
        add_batch(out, batch->name, "failed_rows_total", batch->failed_rows);
        add_batch(out, batch->name, "unknown_rows_total", batch->unknown_rows);
        add_batch(out, batch->name, "busy_rows_total", batch->busy_rows);
        add_batch(out, batch->name, "latency_us_total", batch->latency_us);
        add_batch(out, batch->name, "waiting", batch->waiting);
    }
}

static void add_rest(struct wire_buffer *out, const struct app *app)
{
    struct login_counts login;
    struct runner_counts runner = runner_counts(app->runner);
    login_env_count(app->login, &login);
    add(out, COUNTER, "logins_granted_total", login.granted);
    add(out, COUNTER, "logins_refused_total", login.refused);
    add(out, COUNTER, "logins_limited_total", login.limited);
    add(out, GAUGE, "hashes_waiting", login.hashes_waiting);
    add(out, COUNTER, "timers_fired_total", runner.fired);
    add(out, COUNTER, "timers_failed_total", runner.failed);
    add(out, COUNTER, "timers_late_total", runner.late);
    add(out, GAUGE, "timers_waiting", runner.waiting);
    add(out, GAUGE, "holidays_known_year", (uint64_t)calendar_store_known_year(app->calendars));
    add(out, COUNTER, "chore_steps_total", chores_steps(app->chores));
    add(out, COUNTER, "chore_failures_total", chores_failures(app->chores));
    add(out, GAUGE, "alerts_in_force", alert_board_alert_count(app->board));
    add(out, GAUGE, "searches_in_force", person_board_count(app->person_board));
    add(out, COUNTER, "take_downs_short_total", app->take_downs_short);
    add(out, GAUGE, "notices_in_force", alert_board_notice_count(app->board));
    add(out, GAUGE, "spooled_alerts", alert_spool_waiting(app->alert.spool));
    add(out, GAUGE, "readings_waiting", reading_waiting(&app->ops));
    add(out, COUNTER, "readings_lost_total", reading_lost(&app->ops));
    add(out, GAUGE, "open_calls", app->ops.open_call_count);
    add(out, GAUGE, "resident_memory_bytes", process_memory());
}

void metrics_write(void *ctx, struct wire_buffer *out)
{
    const struct app *app = ctx;
    add_hub(out, app);
    add_net(out, app);
    add_store(out, app);
    add_rest(out, app);
}
