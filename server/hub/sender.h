/*
 * sender: many sends of the same bytes through io_uring, where the kernel allows it. Part of the
 * hub. Descriptors are registered once, each batch is one system call, and every send completes
 * inside it (MSG_DONTWAIT), so the bytes may be reused at once.
 */
#ifndef HUB_SENDER_H
#define HUB_SENDER_H

#include <liburing.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define SENDER_BATCH 1024
/* Fewer members than this are not worth a batch. */
#define SENDER_MEMBERS_MIN 64
/* Descriptors above this number are sent to by number instead of by registered place. */
#define SENDER_TABLE_MAX (1u << 20)

struct sender {
    struct io_uring ring;
    bool ready;           /* false: plain sends */
    uint32_t table;       /* places for registered descriptors */
    uint32_t queued;      /* sends in the batch */
    bool pending[SENDER_BATCH]; /* by token */
};

/* Called for each send of a batch; result as of send(), or -errno. */
typedef void (*sender_fn)(void *ctx, uint32_t token, int result);

/* Without io_uring the sender is simply not ready. */
void sender_init(struct sender *sender, bool wanted);
void sender_deinit(struct sender *sender);
/* Registers a descriptor; false when it must be named by number. */
bool sender_register(struct sender *sender, int fd);
void sender_unregister(struct sender *sender, int fd);
/* What is sent to every one of a batch; the bytes must stay until sender_run returns. */
struct sender_bytes {
    const uint8_t *bytes;
    size_t len;
};
/* Adds one send. Tokens are below SENDER_BATCH, each used once before sender_run. */
void sender_add(struct sender *sender, const struct sender_bytes *what, int fd, bool registered,
                uint32_t token);
/*
 * Runs the batch. Every token is reported exactly once; -ECONNABORTED for those whose outcome is
 * not known because the ring broke (it is not used again then).
 */
void sender_run(struct sender *sender, sender_fn fn, void *ctx);

#endif
