#include "hub/sender.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/log.h"

static uint32_t descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    return limit.rlim_cur < SENDER_TABLE_MAX ? (uint32_t)limit.rlim_cur : SENDER_TABLE_MAX;
}

void sender_init(struct sender *sender, bool wanted)
{
    memset(sender, 0, sizeof(*sender));
    if (!wanted)
        return;
    struct io_uring_params params = {0};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    int result = io_uring_queue_init_params(SENDER_BATCH, &sender->ring, &params);
    if (result < 0) {
        log_info("hub.no_io_uring", "errno=%d", -result);
        return;
    }
    sender->ready = true;
    uint32_t table = descriptor_limit();
    if (io_uring_register_files_sparse(&sender->ring, table) == 0)
        sender->table = table;
}

void sender_deinit(struct sender *sender)
{
    if (sender->ready)
        io_uring_queue_exit(&sender->ring);
    memset(sender, 0, sizeof(*sender));
}

bool sender_register(struct sender *sender, int fd)
{
    if (!sender->ready || fd < 0 || (uint32_t)fd >= sender->table)
        return false;
    return io_uring_register_files_update(&sender->ring, (unsigned)fd, &fd, 1) == 1;
}

void sender_unregister(struct sender *sender, int fd)
{
    const int none = -1;
    if (!sender->ready)
        return;
    int result = io_uring_register_files_update(&sender->ring, (unsigned)fd, &none, 1);
    if (result != 1)
        log_warn("hub.not_unregistered", "errno=%d", -result);
}

void sender_add(struct sender *sender, const struct sender_bytes *what, int fd, bool registered,
                uint32_t token)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&sender->ring);
    assert(sqe != NULL); /* never more than SENDER_BATCH */
    io_uring_prep_send(sqe, fd, what->bytes, what->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (registered)
        sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = token;
    sender->pending[token] = true;
    sender->queued++;
}

/* Takes the completions that are there; gives their number. */
static unsigned reap(struct sender *sender, sender_fn fn, void *ctx)
{
    struct io_uring_cqe *cqe;
    unsigned head;
    unsigned count = 0;
    io_uring_for_each_cqe(&sender->ring, head, cqe) {
        uint32_t token = (uint32_t)cqe->user_data;
        assert(token < SENDER_BATCH);
        sender->pending[token] = false;
        count++;
        fn(ctx, token, cqe->res);
    }
    io_uring_cq_advance(&sender->ring, count);
    return count;
}

void sender_run(struct sender *sender, sender_fn fn, void *ctx)
{
    uint32_t left = sender->queued;
    int result = 0;
    sender->queued = 0;
    while (left > 0) {
        result = io_uring_submit_and_wait(&sender->ring, left);
        if (result < 0 && result != -EINTR)
            break;
        left -= reap(sender, fn, ctx);
    }
    if (left == 0)
        return;
    log_error("hub.io_uring_broke", "errno=%d unknown=%u", -result, left);
    io_uring_queue_exit(&sender->ring);
    sender->ready = false;
    for (uint32_t token = 0; token < SENDER_BATCH; token++) {
        if (!sender->pending[token])
            continue;
        sender->pending[token] = false;
        fn(ctx, token, -ECONNABORTED);
    }
}
