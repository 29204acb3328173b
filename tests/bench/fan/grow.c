/*
 * Connections come: opened, greeted, and all of them again after the server was away.
 */
#include <string.h>

#include "figures.h"
#include "protocol.h"

#define SETTLE_TURN_US   20000
#define SETTLE_TURNS_MAX 250
#define QUIET_US         500 /* CPU of the server per settle turn that counts as nothing */
#define STALL_US         20000000
#define RETRY_US         20000

/* Waits until the server has done what it had to: its CPU time stands still. */
static void settle(struct fan *fan)
{
    int64_t used = process_cpu_us(&fan->server), quiet = 0;
    for (int turn = 0; turn < SETTLE_TURNS_MAX && quiet < 3; turn++) {
        const int64_t until = fan_clock_us() + SETTLE_TURN_US;
        while (fan_clock_us() < until)
            fan_turn(fan, until - fan_clock_us());
        const int64_t now = process_cpu_us(&fan->server);
        quiet = now - used < QUIET_US ? quiet + 1 : 0;
        used = now;
    }
}

struct usage {
    int64_t at_us, server_us, database_us, memory_kib;
};

static struct usage usage_now(const struct fan *fan)
{
    return (struct usage){fan_clock_us(), process_cpu_us(&fan->server),
                          process_cpu_us(&fan->database), process_memory_kib(&fan->server)};
}

static void print_usage(const struct fan *fan, const struct usage *before)
{
    const struct usage now = usage_now(fan);
    figures_number("seconds", (double)(now.at_us - before->at_us) / 1e6);
    figures_number("server_cpu_us", (double)(now.server_us - before->server_us));
    figures_number("database_cpu_us", (double)(now.database_us - before->database_us));
    figures_number("server_kib", (double)now.memory_kib);
    figures_number("server_kib_more", (double)(now.memory_kib - before->memory_kib));
    figures_number("connections", fan->link_count);
    figures_number("live", fan->live);
}

static bool is_stalled(uint32_t progress, uint32_t *last, int64_t *since_us)
{
    if (progress != *last || *since_us == 0) {
        *last = progress;
        *since_us = fan_clock_us();
    }
    return fan_clock_us() - *since_us > STALL_US;
}

void grow_open(struct fan *fan, uint32_t count)
{
    const struct usage before = usage_now(fan);
    const uint32_t first = fan->link_count;
    uint32_t last = 0;
    int64_t since_us = 0;
    if (count > fan->link_max)
        fan_fail(fan, "%u connections are more than there are people or links", count);
    while (fan->problem[0] == '\0' && (fan->link_count < count || fan->opening > 0)) {
        while (fan->link_count < count && fan->opening < FAN_OPENING_MAX) {
            if (!link_connect(fan, &fan->links[fan->link_count])) {
                fan_fail(fan, "connection %u: no descriptor or port", fan->link_count);
                break;
            }
            fan->link_count++;
        }
        fan_turn(fan, RETRY_US);
        if (fan->closed > 0)
            fan_fail(fan, "%u connections were refused or closed", fan->closed);
        if (is_stalled(fan->link_count - fan->opening, &last, &since_us))
            fan_fail(fan, "%u handshakes are not answered", fan->opening);
    }
    const int64_t done_us = fan_clock_us();
    settle(fan);
    figures_begin("open");
    print_usage(fan, &before);
    figures_number("opened", fan->link_count - first);
    figures_number("open_seconds", (double)(done_us - before.at_us) / 1e6);
    figures_end(fan->problem);
}

static void greet_one(struct fan *fan, struct link *link)
{
    link->state = LINK_GREETED;
    if (fan->protocol->greet != NULL)
        fan->protocol->greet(fan, link);
    else
        fan_is_live(fan, link);
}

/* Those that are open say hello, some at a time. False: the run has failed. */
static bool greet_open(struct fan *fan, uint32_t *next)
{
    uint32_t at = *next;
    while (at < fan->link_count && at < fan->live + FAN_OPENING_MAX) {
        if (fan->links[at].state == LINK_OPEN)
            greet_one(fan, &fan->links[at]);
        at++;
    }
    *next = at;
    fan_turn(fan, RETRY_US);
    if (fan->closed > 0)
        fan_fail(fan, "%u connections were closed while greeting", fan->closed);
    return fan->problem[0] == '\0';
}

void grow_greet(struct fan *fan)
{
    const struct usage before = usage_now(fan);
    const uint32_t already = fan->live;
    uint32_t next = 0, last = 0;
    int64_t since_us = 0;
    while (fan->live < fan->link_count && greet_open(fan, &next))
        if (is_stalled(fan->live, &last, &since_us))
            fan_fail(fan, "%u of %u are live, then no more", fan->live, fan->link_count);
    const int64_t done_us = fan_clock_us();
    settle(fan);
    figures_begin("greet");
    print_usage(fan, &before);
    figures_number("greeted", fan->live - already);
    figures_number("greet_seconds", (double)(done_us - before.at_us) / 1e6);
    figures_end(fan->problem);
}

/* Opens what is closed and greets what is open. */
static void come_back(struct fan *fan)
{
    for (uint32_t i = 0; i < fan->link_count; i++) {
        struct link *link = &fan->links[i];
        if (link->state == LINK_CLOSED && fan->opening < FAN_OPENING_MAX) {
            if (!link_connect(fan, link))
                break;
        } else if (link->state == LINK_OPEN) {
            greet_one(fan, link);
        }
    }
}

void grow_storm(struct fan *fan, int64_t seconds)
{
    const struct usage before = usage_now(fan);
    const int64_t until = before.at_us + seconds * 1000000;
    int64_t half_us = 0, most_us = 0, wait_until_us = 0;
    while (fan->live > 0 && fan_clock_us() < before.at_us + STALL_US)
        fan_turn(fan, RETRY_US);
    fan->problem[0] = '\0'; /* that they were closed is what this is about */
    while (fan->live < fan->link_count && fan_clock_us() < until) {
        const uint32_t closed = fan->closed;
        if (fan_clock_us() >= wait_until_us)
            come_back(fan);
        fan_turn(fan, RETRY_US);
        if (fan->closed > closed) /* refused: it does not listen yet */
            wait_until_us = fan_clock_us() + RETRY_US;
        fan->problem[0] = '\0';
        if (half_us == 0 && fan->live >= fan->link_count / 2)
            half_us = fan_clock_us();
        if (most_us == 0 && fan->live >= fan->link_count - fan->link_count / 100)
            most_us = fan_clock_us();
    }
    if (fan->live < fan->link_count)
        fan_fail(fan, "%u of %u came back", fan->live, fan->link_count);
    const int64_t done_us = fan_clock_us();
    figures_begin("storm");
    figures_number("half_seconds", (double)(half_us - before.at_us) / 1e6);
    figures_number("most_seconds", (double)(most_us - before.at_us) / 1e6);
    figures_number("all_seconds", (double)(done_us - before.at_us) / 1e6);
    figures_number("tries", (double)fan->closed);
    print_usage(fan, &before);
    fan->closed = 0;
    figures_end(fan->problem);
}
