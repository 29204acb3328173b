/*
 * bench_write_batch: durable messages per second and their latency, through batch.c and the real
 * statement, without sockets. Open loop (--rate: messages arrive when they arrive, whatever the
 * database does; latency counts from then) or closed (--window: so many are always on their way).
 * tests/bench/write_batch.py starts the database, fills it and runs this.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/message_store.h"
#include "store/store_stats.h"

#define BODY_MAX    4000
/* Latencies are kept up to this; more messages than that are counted only. */
#define SAMPLES_MAX 8000000
/* How finely arrivals are played. */
#define CLOCK_NS    100000

struct options {
    const char *database;
    unsigned rate;
    unsigned window;
    unsigned seconds;
    unsigned rooms;
    unsigned senders;
    unsigned body;
};

struct bench {
    struct options options;
    uv_loop_t loop;
    uv_poll_t clock; /* a timerfd: libuv's own timers are too coarse to play arrivals */
    int clock_fd;
    struct store *store;
    struct message_store *messages;
    char body[BODY_MAX];
    int64_t begun_us;
    int64_t ends_us;
    uint64_t sent;
    uint64_t done;
    uint64_t failed;
    uint64_t random;
    uint32_t *samples_us; /* owned */
    bool over;
};

static struct bench bench;

static uint64_t next_random(void)
{
    bench.random ^= bench.random << 13;
    bench.random ^= bench.random >> 7;
    bench.random ^= bench.random << 17;
    return bench.random;
}

static void send_one(int64_t due_us);

static void finish_when_all_are_back(void)
{
    if (clock_mono_us() < bench.ends_us || bench.done + bench.failed < bench.sent)
        return;
    bench.over = true;
    uv_stop(&bench.loop);
}

static void on_added(void *ctx, enum status status, const struct message_added *added)
{
    int64_t due_us = (int64_t)(intptr_t)ctx;
    int64_t took_us = clock_mono_us() - due_us;
    if (status == STATUS_OK && added->is_new) {
        if (bench.done < SAMPLES_MAX)
            bench.samples_us[bench.done] = (uint32_t)took_us;
        bench.done++;
    } else {
        bench.failed++;
    }
    if (bench.options.window && clock_mono_us() < bench.ends_us)
        send_one(clock_mono_us());
    finish_when_all_are_back();
}

/* Sender n is a member of room n modulo rooms; ids begin at 1. */
static void send_one(int64_t due_us)
{
    uint64_t sender = next_random() % bench.options.senders;
    struct message_draft draft = {
        .room_id = sender % bench.options.rooms + 1,
        .sender_id = sender + 1,
        .kind = WIRE_MESSAGE_KIND_TEXT,
        .badge = WIRE_BADGE_NONE,
        .body = {bench.body, bench.options.body},
    };
    uint64_t key[2] = {next_random(), next_random()};
    memcpy(draft.client_key, key, sizeof(draft.client_key));
    bench.sent++;
    message_store_add(bench.messages, &draft, on_added, (void *)(intptr_t)due_us);
}

/* Sends what has become due since the last time. */
static void on_clock(uv_poll_t *poll, int status, int events)
{
    int64_t now_us = clock_mono_us();
    uint64_t ticks;
    (void)poll;
    (void)status;
    (void)events;
    if (read(bench.clock_fd, &ticks, sizeof(ticks)) < 0)
        return;
    if (now_us > bench.ends_us)
        now_us = bench.ends_us;
    uint64_t due = (uint64_t)(now_us - bench.begun_us) * bench.options.rate / 1000000;
    while (bench.sent < due)
        send_one(bench.begun_us + (int64_t)(bench.sent * 1000000 / bench.options.rate));
    finish_when_all_are_back();
}

static void on_up(void *ctx)
{
    (void)ctx;
    bench.begun_us = clock_mono_us();
    bench.ends_us = bench.begun_us + (int64_t)bench.options.seconds * 1000000;
    const struct timespec every = {0, CLOCK_NS};
    const struct itimerspec arrivals = {every, every};
    timerfd_settime(bench.clock_fd, 0, &arrivals, NULL);
    uv_poll_start(&bench.clock, UV_READABLE, on_clock);
    for (unsigned i = 0; i < bench.options.window; i++)
        send_one(bench.begun_us);
}

static void on_refused(void *ctx, const char *why)
{
    (void)ctx;
    fprintf(stderr, "bench_write_batch: %s\n", why);
    exit(1);
}

static void on_closed(void *ctx)
{
    (void)ctx;
    uv_close((uv_handle_t *)&bench.clock, NULL);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t percentile(uint64_t count, unsigned thousandths)
{
    uint64_t at = count * thousandths / 1000;
    return count ? bench.samples_us[at < count ? at : count - 1] : 0;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void print_result(void)
{
    struct store_stats stats;
    uint64_t count = bench.done < SAMPLES_MAX ? bench.done : SAMPLES_MAX;
    double seconds = (double)(clock_mono_us() - bench.begun_us) / 1e6;
    store_stats(bench.store, &stats);
    qsort(bench.samples_us, count, sizeof(bench.samples_us[0]), compare);
    printf("{\"rate\": %u, \"window\": %u, \"durable\": %" PRIu64 ", \"failed\": %" PRIu64
           ", \"durable_per_s\": %.0f, \"p50_us\": %u, \"p99_us\": %u, \"p999_us\": %u"
           ", \"mean_batch\": %.1f, \"cpu_us_per_message\": %.2f}\n",
           bench.options.rate, bench.options.window, bench.done, bench.failed,
           (double)bench.done / seconds, percentile(count, 500), percentile(count, 990),
           percentile(count, 999),
           stats.batches[0].batches
               ? (double)stats.batches[0].rows / (double)stats.batches[0].batches
               : 0.0,
           bench.done ? cpu_seconds() * 1e6 / (double)bench.done : 0.0);
}

static unsigned number_of(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

static void read_options(int argc, char **argv, struct options *out)
{
    static const struct option known[] = {
        {"database", required_argument, NULL, 'd'}, {"rate", required_argument, NULL, 'r'},
        {"window", required_argument, NULL, 'w'},   {"seconds", required_argument, NULL, 's'},
        {"rooms", required_argument, NULL, 'o'},    {"senders", required_argument, NULL, 'e'},
        {"body", required_argument, NULL, 'b'},     {NULL, 0, NULL, 0},
    };
    *out = (struct options){NULL, 0, 0, 3, 1000, 10000, 200};
    int which;
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        unsigned *numbers[] = {['r'] = &out->rate,  ['w'] = &out->window,  ['s'] = &out->seconds,
                               ['o'] = &out->rooms, ['e'] = &out->senders, ['b'] = &out->body};
        if (which == '?')
            exit(2);
        if (which == 'd')
            out->database = optarg;
        else
            *numbers[which] = number_of(optarg);
    }
    bool usable = out->database && (out->rate > 0) != (out->window > 0) && out->rooms > 0 &&
                  out->senders > 0 && out->body <= BODY_MAX;
    if (usable)
        return;
    fprintf(stderr, "usage: bench_write_batch --database URL --rate N | --window N [--seconds N] "
                    "[--rooms N] [--senders N] [--body BYTES]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    read_options(argc, argv, &bench.options);
    log_set_level(LOG_LEVEL_WARN);
    bench.random = (uint64_t)clock_wall_ms() * 2654435761u | 1;
    bench.samples_us = mem_grow(NULL, SAMPLES_MAX, sizeof(bench.samples_us[0]));
    memset(bench.body, 'a', sizeof(bench.body));
    uv_loop_init(&bench.loop);
    bench.clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    uv_poll_init(&bench.loop, &bench.clock, bench.clock_fd);
    const struct store_settings settings = {
        .database = bench.options.database,
        .read_links = 1,
        .waiting_rows_max = 100000,
        .schema_version = SQL_SCHEMA_VERSION,
    };
    const struct store_watch watch = {.on_up = on_up, .on_refused = on_refused};
    bench.store = store_create(&bench.loop, &settings, &watch);
    bench.messages = message_store_create(bench.store);
    store_open(bench.store);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    print_result();
    store_close(bench.store, on_closed, NULL);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    message_store_destroy(bench.messages);
    store_destroy(bench.store);
    mem_free(bench.samples_us);
    return bench.failed ? 1 : 0;
}
