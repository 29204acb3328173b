/*
 * Work for the server: one message to everybody, or messages by everybody.
 */
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "figures.h"
#include "protocol.h"

#define WARM_UP_S     0.3
#define DRAIN_US      10000000
#define TURN_US       10000
#define ASKED_SIZE    (1u << 20) /* requests of write that can be told apart; a power of two */
#define UNANSWERED_MAX 200000    /* more are waiting: the rate is beyond what the server does */

static int64_t own_cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static void begin(struct fan *fan, enum load_kind kind, uint32_t window)
{
    struct load *load = &fan->load;
    load->kind = kind;
    load->window = window;
    load->posting = true;
    load->subscribers = fan->link_count - 1;
    load->posted = load->completed = load->deliveries = load->answered = load->refused = 0;
    load->delivery_bytes = 0;
    load->urgent_count = 0;
    load->begun_us = fan_clock_us();
    memset(load->tracks, 0, sizeof(load->tracks));
    samples_clear(&load->acked);
    samples_clear(&load->first);
    samples_clear(&load->half);
    samples_clear(&load->most);
    samples_clear(&load->last);
    for (uint32_t i = 0; i < fan->link_count; i++)
        fan->links[i].delivered = 0;
}

/* --- one publisher */

/* Numbers of posts begin with 1: a request has no number 0. */
static void post_one(struct fan *fan)
{
    struct load *load = &fan->load;
    struct track *track = &load->tracks[load->posted % FAN_TRACKS];
    *track = (struct track){.posted_us = fan_clock_us()};
    load->posted++;
    fan->protocol->publish(fan, &fan->links[fan->link_count - 1], (uint32_t)load->posted);
}

static void complete(struct fan *fan, const struct track *track)
{
    struct load *load = &fan->load;
    load->completed++;
    samples_add(&load->first, track->first_us - track->posted_us);
    samples_add(&load->half, track->half_us - track->posted_us);
    samples_add(&load->most, track->most_us - track->posted_us);
    samples_add(&load->last, track->last_us - track->posted_us);
    if (load->posting)
        post_one(fan);
}

static void count_one(struct fan *fan, struct track *track)
{
    const uint32_t all = fan->load.subscribers;
    const uint32_t count = ++track->count;
    if (count == 1)
        track->first_us = fan->now_us;
    if (count == (all + 1) / 2)
        track->half_us = fan->now_us;
    if (count == all - all / 100)
        track->most_us = fan->now_us;
    if (count == all) {
        track->last_us = fan->now_us;
        complete(fan, track);
    }
}

void fan_is_delivered(struct fan *fan, struct link *link, size_t bytes)
{
    struct load *load = &fan->load;
    if (load->kind == LOAD_NONE)
        return;
    if (load->kind == LOAD_FANOUT) {
        if (link->index == fan->link_count - 1)
            return;
        if (link->delivered >= load->posted) {
            fan_fail(fan, "a message came twice");
            return;
        }
        count_one(fan, &load->tracks[link->delivered++ % FAN_TRACKS]);
    }
    load->deliveries++;
    load->delivery_bytes += bytes;
}

void fan_is_urgent(struct fan *fan, uint64_t id)
{
    struct load *load = &fan->load;
    const uint32_t all = load->subscribers;
    uint32_t i = 0;
    while (i < load->urgent_count && load->urgent[i].id != id)
        i++;
    if (load->kind == LOAD_NONE || i == FAN_URGENT_MAX)
        return;
    struct urgent *urgent = &load->urgent[i];
    if (i == load->urgent_count) {
        *urgent = (struct urgent){.id = id, .first_us = fan->now_us};
        load->urgent_count++;
    }
    urgent->count++;
    if (urgent->count == (all + 1) / 2)
        urgent->half_us = fan->now_us;
    if (urgent->count == all - all / 100)
        urgent->most_us = fan->now_us;
    urgent->last_us = fan->now_us;
}

static bool is_drained(const struct fan *fan)
{
    const struct load *load = &fan->load;
    if (load->kind == LOAD_FANOUT && load->completed < load->posted)
        return false;
    return !fan->protocol->has_answers || load->answered >= load->posted;
}

/* Nothing new; what is on its way arrives. */
static void drain(struct fan *fan)
{
    const int64_t until = fan_clock_us() + DRAIN_US;
    fan->load.posting = false;
    while (!is_drained(fan) && fan->problem[0] == '\0' && fan_clock_us() < until)
        fan_turn(fan, TURN_US);
    if (!is_drained(fan))
        fan_fail(fan, "%llu of %llu messages did not reach everybody",
                 (unsigned long long)(fan->load.posted - fan->load.completed),
                 (unsigned long long)fan->load.posted);
}

static void run_fanout(struct fan *fan, double seconds, uint32_t window)
{
    begin(fan, LOAD_FANOUT, window);
    const int64_t until = fan->load.begun_us + (int64_t)(seconds * 1e6);
    for (uint32_t i = 0; i < window; i++)
        post_one(fan);
    while (fan->problem[0] == '\0' && fan_clock_us() < until && !fan->has_command)
        fan_turn(fan, TURN_US);
    drain(fan);
}

struct spent {
    int64_t server_us, database_us, own_us;
};

static struct spent spent_now(const struct fan *fan)
{
    return (struct spent){process_cpu_us(&fan->server), process_cpu_us(&fan->database),
                          own_cpu_us()};
}

static void print_load(struct fan *fan, const struct spent *before, const char *per)
{
    struct load *load = &fan->load;
    const struct spent now = spent_now(fan);
    const double seconds = (double)(fan_clock_us() - load->begun_us) / 1e6;
    const double server_us = (double)(now.server_us - before->server_us);
    const double database_us = (double)(now.database_us - before->database_us);
    const uint64_t messages = load->kind == LOAD_FANOUT ? load->completed : load->answered;
    figures_number("seconds", seconds);
    figures_number("messages", (double)messages);
    figures_number("messages_per_s", (double)messages / seconds);
    figures_number("deliveries", (double)load->deliveries);
    figures_number("deliveries_per_s", (double)load->deliveries / seconds);
    figures_number("server_busy", server_us / seconds / 1e6);
    figures_number("database_busy", database_us / seconds / 1e6);
    figures_number("load_busy", (double)(now.own_us - before->own_us) / seconds / 1e6);
    figures_number("refused", (double)load->refused);
    if (load->deliveries > 0) {
        figures_number("cpu_us_per_delivery", server_us / (double)load->deliveries);
        figures_number("frame_bytes", (double)load->delivery_bytes / (double)load->deliveries);
    }
    if (messages > 0) {
        figures_number("cpu_us_per_message", server_us / (double)messages);
        figures_number("database_us_per_message", database_us / (double)messages);
    }
    figures_samples("ack", &load->acked);
    figures_samples("first", &load->first);
    figures_samples("median", &load->half);
    figures_samples("most", &load->most);
    figures_samples("last", &load->last);
    figures_number(per, load->window);
    figures_urgent(load->urgent, load->urgent_count);
}

void load_fanout(struct fan *fan, double seconds, uint32_t window)
{
    if (window == 0 || window > FAN_TRACKS / 2 || fan->live < 2)
        fan_fail(fan, "fanout needs a window up to %d and two live connections", FAN_TRACKS / 2);
    figures_begin("fanout");
    if (fan->problem[0] == '\0') {
        run_fanout(fan, WARM_UP_S, window);
        const struct spent before = spent_now(fan);
        run_fanout(fan, seconds, window);
        figures_number("subscribers", fan->load.subscribers);
        print_load(fan, &before, "in_flight");
    }
    fan->load.kind = LOAD_NONE;
    figures_end(fan->problem);
}

/* --- everybody writes */

static void ask(struct fan *fan, int64_t due_us)
{
    struct load *load = &fan->load;
    load->posted++;
    load->asked_us[load->posted % ASKED_SIZE] = due_us;
    const uint32_t who = (uint32_t)(fan_random(fan) % fan->link_count);
    if (fan->links[who].state == LINK_LIVE)
        fan->protocol->publish(fan, &fan->links[who], (uint32_t)load->posted);
    else
        fan_fail(fan, "connection %u was closed", who);
}

void fan_is_answered(struct fan *fan, uint32_t number, bool refused)
{
    struct load *load = &fan->load;
    if (load->kind == LOAD_NONE)
        return;
    const int64_t begun_us = load->kind == LOAD_FANOUT
                                 ? load->tracks[(number - 1) % FAN_TRACKS].posted_us
                                 : load->asked_us[number % ASKED_SIZE];
    load->answered++;
    if (refused)
        load->refused++;
    else
        samples_add(&load->acked, fan->now_us - begun_us);
    if (refused && load->kind == LOAD_FANOUT)
        fan_fail(fan, "a post was refused");
    if (load->kind == LOAD_WRITE && load->posting && load->window > 0)
        ask(fan, fan->now_us);
}

static void run_write(struct fan *fan, double seconds, double rate, uint32_t window)
{
    struct load *load = &fan->load;
    begin(fan, LOAD_WRITE, window);
    const int64_t until = load->begun_us + (int64_t)(seconds * 1e6);
    int64_t now = load->begun_us;
    for (uint32_t i = 0; i < window; i++)
        ask(fan, now);
    while (fan->problem[0] == '\0' && now < until) {
        int64_t next = now + TURN_US;
        while (rate > 0 && fan->problem[0] == '\0') {
            const int64_t due = load->begun_us + (int64_t)((double)load->posted / rate * 1e6);
            next = due;
            if (due > now)
                break;
            ask(fan, due);
        }
        if (load->posted - load->answered > UNANSWERED_MAX)
            fan_fail(fan, "%d requests wait for an answer: the rate is too high", UNANSWERED_MAX);
        fan_turn(fan, next - now);
        now = fan_clock_us();
    }
    drain(fan);
}

void load_write(struct fan *fan, double seconds, double rate, uint32_t window)
{
    struct load *load = &fan->load;
    if (!fan->protocol->has_answers || (rate <= 0 && window == 0) || window > ASKED_SIZE / 2)
        fan_fail(fan, "write needs answers, and a rate or a window");
    if (load->asked_us == NULL)
        load->asked_us = mem_alloc(ASKED_SIZE * sizeof(*load->asked_us));
    figures_begin("write");
    if (fan->problem[0] == '\0') {
        run_write(fan, WARM_UP_S, rate, rate > 0 ? 0 : window);
        const struct spent before = spent_now(fan);
        run_write(fan, seconds, rate, rate > 0 ? 0 : window);
        figures_number("writers", fan->link_count);
        figures_number("rate", rate);
        print_load(fan, &before, "window");
    }
    fan->load.kind = LOAD_NONE;
    figures_end(fan->problem);
}
