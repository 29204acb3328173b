#include "store/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

/* On disk: magic, length (both 4 bytes, little endian as the machine writes them), 16 bytes of
 * BLAKE2b over the bytes, the bytes. The file never leaves this machine. */
#define RECORD_MAGIC 0x4c50534bu
#define CHECK_BYTES 16

struct record_head {
    uint32_t magic;
    uint32_t len;
    uint8_t check[CHECK_BYTES];
};

struct record {
    uint8_t *bytes; /* owned */
    size_t len;
};

struct append {
    uv_work_t work;
    struct spool *spool; /* borrowed: it outlives its writes */
    struct append *next; /* owned: waits behind this one */
    struct record record;
    off_t offset;
    int error; /* errno of the write, 0 if it is on disk */
    spool_done_fn fn;
    void *ctx;
};

struct spool {
    uv_loop_t *loop; /* borrowed */
    int fd;
    off_t end; /* where the next record begins */
    struct record *records;
    size_t count;
    size_t waiting; /* appends not yet finished */
    struct append *first; /* owned: the one being written, then those that wait */
    struct append *last;
};

static void start_write(struct spool *spool);

static void make_head(const struct record *record, struct record_head *head)
{
    head->magic = RECORD_MAGIC;
    head->len = (uint32_t)record->len;
    crypto_generichash(head->check, CHECK_BYTES, record->bytes, record->len, NULL, 0);
}

/* One whole record at the offset, or false. */
static bool read_record(int fd, off_t offset, struct record *record)
{
    struct record_head head;
    struct record_head expected;
    if (pread(fd, &head, sizeof(head), offset) != (ssize_t)sizeof(head))
        return false;
    if (head.magic != RECORD_MAGIC || head.len == 0 || head.len > SPOOL_RECORD_BYTES_MAX)
        return false;
    record->len = head.len;
    record->bytes = mem_alloc(head.len);
    ssize_t got = pread(fd, record->bytes, head.len, offset + (off_t)sizeof(head));
    make_head(record, &expected);
    if (got == (ssize_t)head.len && memcmp(&head, &expected, sizeof(head)) == 0)
        return true;
    mem_free(record->bytes);
    return false;
}

enum status spool_open(uv_loop_t *loop, const char *path, struct spool **out)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        log_error("store.spool_open_failed", "errno=%d", errno);
        return STATUS_UNAVAILABLE;
    }
    struct spool *spool = mem_alloc(sizeof(*spool));
    spool->loop = loop;
    spool->fd = fd;
    spool->records = mem_alloc(SPOOL_RECORDS_MAX * sizeof(*spool->records));
    struct record record;
    while (spool->count < SPOOL_RECORDS_MAX && read_record(fd, spool->end, &record)) {
        spool->records[spool->count++] = record;
        spool->end += (off_t)(sizeof(struct record_head) + record.len);
    }
    off_t size = lseek(fd, 0, SEEK_END);
    if (size > spool->end) {
        log_warn("store.spool_tail_cut", "bytes=%lld", (long long)(size - spool->end));
        if (ftruncate(fd, spool->end) != 0)
            log_error("store.spool_truncate_failed", "errno=%d", errno);
    }
    if (spool->count > 0)
        log_warn("store.spool_not_empty", "records=%zu", spool->count);
    *out = spool;
    return STATUS_OK;
}

/* In the thread pool. */
static void write_record(uv_work_t *work)
{
    struct append *append = work->data;
    struct record_head head;
    make_head(&append->record, &head);
    size_t total = sizeof(head) + append->record.len;
    uint8_t *bytes = mem_alloc(total);
    memcpy(bytes, &head, sizeof(head));
    memcpy(bytes + sizeof(head), append->record.bytes, append->record.len);
    size_t done = 0;
    while (done < total && append->error == 0) {
        ssize_t n = pwrite(append->spool->fd, bytes + done, total - done,
                           append->offset + (off_t)done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            append->error = n == 0 ? EIO : errno;
    }
    if (append->error == 0 && fdatasync(append->spool->fd) != 0)
        append->error = errno;
    mem_free(bytes);
}

static void on_written(uv_work_t *work, int cancelled)
{
    struct append *append = work->data;
    struct spool *spool = append->spool;
    enum status status = STATUS_OK;
    if (cancelled != 0 || append->error != 0) {
        log_error("store.spool_write_failed", "errno=%d", append->error);
        mem_free(append->record.bytes);
        if (ftruncate(spool->fd, spool->end) != 0)
            log_error("store.spool_truncate_failed", "errno=%d", errno);
        status = STATUS_UNAVAILABLE;
    } else {
        spool->records[spool->count++] = append->record;
        spool->end += (off_t)(sizeof(struct record_head) + append->record.len);
    }
    spool->first = append->next;
    if (spool->first == NULL)
        spool->last = NULL;
    spool->waiting--;
    start_write(spool);
    append->fn(append->ctx, status);
    mem_free(append);
}

static void start_write(struct spool *spool)
{
    struct append *append = spool->first;
    if (append == NULL)
        return;
    append->offset = spool->end;
    append->work.data = append;
    uv_queue_work(spool->loop, &append->work, write_record, on_written);
}

enum status spool_append(struct spool *spool, const void *bytes, size_t len, spool_done_fn fn,
                         void *ctx)
{
    if (len == 0 || len > SPOOL_RECORD_BYTES_MAX)
        return STATUS_TOO_LARGE;
    if (spool->count + spool->waiting >= SPOOL_RECORDS_MAX)
        return STATUS_FULL;
    struct append *append = mem_alloc(sizeof(*append));
    append->spool = spool;
    append->record.bytes = mem_alloc(len);
    append->record.len = len;
    memcpy(append->record.bytes, bytes, len);
    append->fn = fn;
    append->ctx = ctx;
    spool->waiting++;
    if (spool->last != NULL) {
        spool->last->next = append;
        spool->last = append;
        return STATUS_OK;
    }
    spool->first = append;
    spool->last = append;
    start_write(spool);
    return STATUS_OK;
}

size_t spool_count(const struct spool *spool)
{
    return spool->count;
}

const uint8_t *spool_record(const struct spool *spool, size_t index, size_t *len)
{
    *len = spool->records[index].len;
    return spool->records[index].bytes;
}

enum status spool_clear(struct spool *spool, size_t count)
{
    if (count != spool->count || spool->waiting > 0)
        return STATUS_CONFLICT;
    if (ftruncate(spool->fd, 0) != 0 || fdatasync(spool->fd) != 0) {
        log_error("store.spool_truncate_failed", "errno=%d", errno);
        return STATUS_UNAVAILABLE;
    }
    for (size_t i = 0; i < spool->count; i++)
        mem_free(spool->records[i].bytes);
    spool->count = 0;
    spool->end = 0;
    return STATUS_OK;
}

bool spool_is_idle(const struct spool *spool)
{
    return spool->waiting == 0;
}

void spool_close(struct spool *spool)
{
    for (size_t i = 0; i < spool->count; i++)
        mem_free(spool->records[i].bytes);
    mem_free(spool->records);
    close(spool->fd);
    mem_free(spool);
}
