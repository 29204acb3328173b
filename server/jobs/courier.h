/*
 * courier: hands what waits in the outbox table to an adapter, oldest first, a few at a time. The
 * adapter of this program only shows what would have been sent: it appends a line to a file of this
 * node (time, channel, masked number, text). Without a file nothing is claimed, and all of it waits
 * for a program that sends.
 */
#ifndef JOBS_COURIER_H
#define JOBS_COURIER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct courier;
struct secret_ring;
struct store;

#define COURIER_STEP_ROWS 20
#define COURIER_PAUSE_MS 1000

struct courier_settings {
    const char *file;               /* borrowed; what is shown goes there; "": no adapter */
    const struct secret_ring *ring; /* borrowed */
};

struct courier *courier_create(uv_loop_t *loop, struct store *store,
                               const struct courier_settings *settings);
void courier_start(struct courier *courier);
/* Claims nothing more; what is in hand is finished. */
void courier_stop(struct courier *courier);
bool courier_is_idle(const struct courier *courier);
uint64_t courier_handed(const struct courier *courier);
/* After courier_stop, when idle; fn comes from the loop. */
void courier_destroy(struct courier *courier, void (*fn)(void *ctx), void *ctx);

#endif
