/*
 * forgetful: a disk that forgets what nobody asked it to keep, for processes started with
 * LD_PRELOAD=forgetful.so FORGETFUL_LOG=<file>.
 *
 * Before a regular file is written its old bytes go to the log, and after fsync() or fdatasync()
 * the place in the log up to which its writes are safe. power.py undoes what was not safe when "the
 * power went". Names, sizes given by ftruncate() and whole files removed are taken as kept at once:
 * that is kinder than a disk may be, and the same as ext4 in its usual order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define LOG_FD_MIN 700 /* out of the way of who counts descriptors */
#define PIECE 65536    /* a larger write becomes several records */

/* What power.py reads: little-endian, followed by old_len bytes. */
struct record {
    uint64_t inode;
    uint64_t offset;   /* of a sync: everything before this place in the log is safe */
    uint64_t old_size; /* of the file, before the write */
    uint32_t len;      /* 0: this is a sync */
    uint32_t old_len;
};

static int log_fd = -1;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void)
{
    real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    real_pwritev =
        (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev");
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *path = getenv("FORGETFUL_LOG");
    int fd = path != NULL ? open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD_MIN);
    close(fd);
}

/* A disk that cannot note what it does must not go on as if it could. */
static void give_up(const char *what)
{
    perror(what);
    abort();
}

static void append(const struct record *record, const void *old)
{
    struct iovec parts[2] = {{(void *)record, sizeof(*record)}, {(void *)old, record->old_len}};
    ssize_t whole = (ssize_t)(sizeof(*record) + record->old_len);
    if (writev(log_fd, parts, 2) != whole)
        give_up("forgetful: the log");
}

static ssize_t read_old(int fd, void *out, size_t len, off_t offset)
{
    ssize_t got = pread(fd, out, len, offset);
    if (got >= 0 || errno != EBADF) /* EBADF: open for writing only */
        return got;
    char path[40];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int again = open(path, O_RDONLY | O_CLOEXEC);
    if (again < 0)
        return -1;
    got = pread(again, out, len, offset);
    close(again);
    return got;
}

static void note_write(int fd, off_t offset, size_t len)
{
    struct stat file;
    if (log_fd < 0 || fd == log_fd || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
        return;
    int saved = errno;
    if (offset < 0)
        offset = fcntl(fd, F_GETFL) & O_APPEND ? file.st_size : lseek(fd, 0, SEEK_CUR);
    for (size_t at = 0; at < len; at += PIECE) {
        uint8_t old[PIECE];
        size_t piece = len - at < PIECE ? len - at : PIECE;
        off_t from = offset + (off_t)at;
        ssize_t got = from < file.st_size ? read_old(fd, old, piece, from) : 0;
        if (got < 0)
            give_up("forgetful: the old bytes");
        append(&(struct record){file.st_ino, (uint64_t)from, (uint64_t)file.st_size,
                                (uint32_t)piece, (uint32_t)got},
               old);
    }
    errno = saved;
}

static int note_sync(int fd, int (*sync_it)(int))
{
    struct stat file;
    struct stat log;
    int is_noted = log_fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
                   fstat(log_fd, &log) == 0;
    int result = sync_it(fd);
    if (result == 0 && is_noted)
        append(&(struct record){.inode = file.st_ino, .offset = (uint64_t)log.st_size}, NULL);
    return result;
}

ssize_t write(int fd, const void *data, size_t len)
{
    note_write(fd, -1, len);
    return real_write(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
    note_write(fd, offset, len);
    return real_pwrite(fd, data, len, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t offset)
{
    return pwrite(fd, data, len, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    size_t len = 0;
    for (int i = 0; i < count; i++)
        len += parts[i].iov_len;
    note_write(fd, offset, len);
    return real_pwritev(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev(fd, parts, count, offset);
}

int fsync(int fd)
{
    return note_sync(fd, real_fsync);
}

int fdatasync(int fd)
{
    return note_sync(fd, real_fdatasync);
}
