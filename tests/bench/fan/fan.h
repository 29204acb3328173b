/*
 * fan: the load client of ./hall bench. One process holds all connections of one server, opens them
 * with a real handshake, posts, and counts and times what each of them is given. It knows several
 * servers' protocols (protocol.h), and does the same work with each.
 *
 * It is driven over stdin, one command a line, and answers each with one line of JSON:
 *   open N                 connections up to N (handshake only); server's CPU and memory
 *   greet                  all of them say hello or subscribe, until every one is live
 *   fanout SECONDS W       one publisher, W messages in flight (posted, not yet with everybody);
 *                          a line `stop` ends it earlier
 *   write SECONDS RATE W   everybody posts: RATE a second (open loop), or with 0 W unanswered ones
 *   storm SECONDS          the server came back: wait for every connection's end, then all again
 *   quit
 */
#ifndef BENCH_FAN_H
#define BENCH_FAN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "process.h"

#define FAN_TRACKS      4096 /* messages in flight that can be told apart; a power of two */
#define FAN_URGENT_MAX  256  /* urgent events of one window */
#define FAN_SAMPLES_MAX 4000000
#define FAN_BODY_MAX    4000
#define FAN_OPENING_MAX 128 /* handshakes under way at a time */

/* One message on its way to everybody. */
struct track {
    int64_t posted_us, acked_us;
    int64_t first_us, half_us, most_us, last_us; /* when as many had it; most is 99 of 100 */
    uint32_t count;
};

/* An urgent event on its way to everybody; times are those of CLOCK_MONOTONIC. */
struct urgent {
    uint64_t id;
    int64_t first_us, half_us, most_us, last_us;
    uint32_t count;
};

/* Values of which percentiles are wanted; beyond the maximum they are counted only. */
struct samples {
    uint32_t *values_us; /* owned */
    size_t count, size;
};

enum load_kind { LOAD_NONE, LOAD_FANOUT, LOAD_WRITE };

/* What is being measured. */
struct load {
    enum load_kind kind;
    uint32_t window;
    bool posting;
    uint32_t subscribers; /* of fanout: everybody but the publisher */
    uint64_t posted, completed, deliveries, answered, refused;
    uint64_t delivery_bytes;
    int64_t begun_us;
    struct track tracks[FAN_TRACKS];
    struct urgent urgent[FAN_URGENT_MAX];
    uint32_t urgent_count;
    int64_t *asked_us; /* owned; of write: when each request was due, by number */
    struct samples acked, first, half, most, last;
};

struct fan {
    const struct protocol *protocol; /* borrowed */
    struct sockaddr_in address;
    const char *host; /* as named on the command line */
    const char *path;
    struct person *people; /* owned; one per connection */
    uint32_t people_count;
    struct link *links; /* owned, link_max of them; the last one opened also publishes */
    uint32_t link_count, link_max;
    uint32_t opening, live, closed;
    bool has_command; /* something stands on stdin */
    struct process_set server, database;
    int epoll_fd;
    int64_t now_us; /* read once per event */
    uint64_t epoch; /* of the hall's last welcome */
    uint64_t random;
    uint32_t body_len;
    char body[FAN_BODY_MAX + 1];
    char problem[256]; /* the first thing that went wrong; "" when nothing did */
    struct load load;
};

/* Runs what is ready, waiting for it at most so long; reads into fan->now_us. */
void fan_turn(struct fan *fan, int64_t wait_us);
void fan_fail(struct fan *fan, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t fan_clock_us(void);
uint64_t fan_random(struct fan *fan);

/* --- what protocols tell */

/* This connection now gets what is published. */
void fan_is_live(struct fan *fan, struct link *link);
/* A published message of this many bytes has come. */
void fan_is_delivered(struct fan *fan, struct link *link, size_t bytes);
/* The answer to post number `number`; refused ones are counted. */
void fan_is_answered(struct fan *fan, uint32_t number, bool refused);
void fan_is_urgent(struct fan *fan, uint64_t id);

/* --- commands; each prints its line */

void grow_open(struct fan *fan, uint32_t count);
void grow_greet(struct fan *fan);
void grow_storm(struct fan *fan, int64_t seconds);
void load_fanout(struct fan *fan, double seconds, uint32_t window);
void load_write(struct fan *fan, double seconds, double rate, uint32_t window);

#endif
