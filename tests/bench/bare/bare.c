/*
 * bench_bare: what the machine can do at most. One thread, epoll, one room, no people: every frame
 * a connection sends goes to all of them, unmasked. Nothing is stored, nobody is asked who she is.
 *
 * --mode send    one send() per frame and connection
 * --mode joined  the frames of one turn in one send() per connection
 * --mode uring   the same through io_uring, 1024 sends a system call, fixed files
 *
 * Prints "ready" when it listens. A connection that does not take a frame whole is dropped and
 * counted on stderr at the end: the load client leaves no more in flight than sockets hold.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FILES_MAX   20480
#define EVENTS_MAX  1024
#define INPUT_BYTES 8192
#define TURN_BYTES  (1u << 20)
#define TURN_FRAMES 16384
#define URING_BATCH 1024
#define BACKLOG     4096
#define GUID        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum mode { MODE_SEND, MODE_JOINED, MODE_URING };

struct connection {
    uint8_t *input; /* owned; a request or part of a frame, NULL when nothing waits */
    uint16_t input_len;
    bool is_member;
    uint32_t place; /* in members */
};

static struct connection connections[FILES_MAX];
static int members[FILES_MAX]; /* descriptors */
static uint32_t member_count;
static uint8_t turn[TURN_BYTES]; /* frames of this turn, ready to send */
static size_t turn_len;
static size_t frame_ends[TURN_FRAMES];
static uint32_t frame_count;
static uint64_t dropped;
static enum mode mode;
static unsigned files_max; /* what this process may open */
static int epoll_fd;
static struct io_uring ring;
static volatile sig_atomic_t is_over;

static void drop(int fd)
{
    struct connection *gone = &connections[fd];
    if (gone->is_member) {
        members[gone->place] = members[--member_count];
        connections[members[gone->place]].place = gone->place;
    }
    free(gone->input);
    *gone = (struct connection){0};
    if (mode == MODE_URING) {
        int none = -1;
        io_uring_register_files_update(&ring, (unsigned)fd, &none, 1);
    }
    close(fd);
}

static void join_room(int fd)
{
    connections[fd].is_member = true;
    connections[fd].place = member_count;
    members[member_count++] = fd;
    if (mode == MODE_URING)
        io_uring_register_files_update(&ring, (unsigned)fd, &fd, 1);
}

/* --- giving out */

static void settle(int fd, ssize_t sent, size_t len)
{
    if (sent == (ssize_t)len)
        return;
    dropped++;
    shutdown(fd, SHUT_RDWR); /* it is read, found ended, and dropped */
}

static void send_each(size_t from, size_t to)
{
    for (uint32_t i = 0; i < member_count; i++)
        settle(members[i], send(members[i], turn + from, to - from, MSG_DONTWAIT | MSG_NOSIGNAL),
               to - from);
}

static void send_uring(void)
{
    for (uint32_t first = 0; first < member_count; first += URING_BATCH) {
        uint32_t count = member_count - first < URING_BATCH ? member_count - first : URING_BATCH;
        for (uint32_t i = 0; i < count; i++) {
            struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
            io_uring_prep_send(entry, members[first + i], turn, turn_len,
                               MSG_DONTWAIT | MSG_NOSIGNAL);
            io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
            io_uring_sqe_set_data64(entry, (unsigned)members[first + i]);
        }
        io_uring_submit_and_wait(&ring, count);
        struct io_uring_cqe *done;
        unsigned head, seen = 0;
        io_uring_for_each_cqe(&ring, head, done) {
            settle((int)done->user_data, done->res, turn_len);
            seen++;
        }
        io_uring_cq_advance(&ring, seen);
    }
}

static void give_out(void)
{
    if (frame_count == 0)
        return;
    if (mode == MODE_URING) {
        send_uring();
    } else if (mode == MODE_JOINED) {
        send_each(0, turn_len);
    } else {
        for (uint32_t i = 0; i < frame_count; i++)
            send_each(i == 0 ? 0 : frame_ends[i - 1], frame_ends[i]);
    }
    frame_count = 0;
    turn_len = 0;
}

/* --- taking in */

static void take_frame(const uint8_t *body, size_t len, const uint8_t *mask)
{
    if (turn_len + len + 4 > TURN_BYTES || frame_count == TURN_FRAMES)
        give_out();
    uint8_t *out = turn + turn_len;
    *out++ = 0x82;
    if (len < 126) {
        *out++ = (uint8_t)len;
    } else {
        *out++ = 126;
        *out++ = (uint8_t)(len >> 8);
        *out++ = (uint8_t)len;
    }
    for (size_t i = 0; i < len; i++)
        out[i] = body[i] ^ mask[i % 4];
    turn_len = (size_t)(out - turn) + len;
    frame_ends[frame_count++] = turn_len;
}

/* How many bytes whole frames took; a close frame or nonsense gives SIZE_MAX. */
static size_t take_frames(const uint8_t *bytes, size_t len)
{
    size_t at = 0;
    while (len - at >= 6) {
        size_t body = bytes[at + 1] & 0x7f, head = 6;
        if (body == 126) {
            body = (size_t)(bytes[at + 2] << 8 | bytes[at + 3]);
            head = 8;
        }
        if ((bytes[at] & 0x0f) == 8 || (bytes[at + 1] & 0x80) == 0 || body == 127 ||
            body > INPUT_BYTES - 8)
            return SIZE_MAX;
        if (len - at < head + body)
            break;
        take_frame(bytes + at + head, body, bytes + at + head - 4);
        at += head + body;
    }
    return at;
}

static bool answer_upgrade(int fd, const char *request)
{
    char key[65], salted[128], accept[64], answer[256];
    unsigned char hash[SHA_DIGEST_LENGTH];
    const char *at = strstr(request, "Sec-WebSocket-Key: ");
    if (at == NULL || sscanf(at + 19, "%64s", key) != 1)
        return false;
    snprintf(salted, sizeof(salted), "%s" GUID, key);
    SHA1((const unsigned char *)salted, strlen(salted), hash);
    EVP_EncodeBlock((unsigned char *)accept, hash, sizeof(hash));
    int n = snprintf(answer, sizeof(answer),
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    if (send(fd, answer, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    join_room(fd);
    return true;
}

/* Gives how many bytes were taken, SIZE_MAX to drop the connection. */
static size_t take(int fd, uint8_t *bytes, size_t len)
{
    if (connections[fd].is_member)
        return take_frames(bytes, len);
    bytes[len] = '\0';
    char *end = strstr((char *)bytes, "\r\n\r\n");
    if (end == NULL)
        return len < INPUT_BYTES ? 0 : SIZE_MAX;
    return answer_upgrade(fd, (char *)bytes) ? (size_t)(end + 4 - (char *)bytes) : SIZE_MAX;
}

static void read_connection(int fd)
{
    static uint8_t bytes[INPUT_BYTES * 2 + 1];
    struct connection *connection = &connections[fd];
    const size_t before = connection->input_len;
    if (before > 0)
        memcpy(bytes, connection->input, before);
    ssize_t got = recv(fd, bytes + before, INPUT_BYTES, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return;
    const size_t len = got > 0 ? before + (size_t)got : 0;
    const size_t taken = got > 0 ? take(fd, bytes, len) : SIZE_MAX;
    if (taken == SIZE_MAX || len - taken > INPUT_BYTES) {
        drop(fd);
        return;
    }
    free(connection->input);
    connection->input = NULL;
    connection->input_len = (uint16_t)(len - taken);
    if (taken < len) {
        connection->input = malloc(len - taken);
        if (connection->input == NULL)
            abort();
        memcpy(connection->input, bytes + taken, len - taken);
    }
}

static void accept_all(int listener)
{
    const int one = 1;
    for (int i = 0; i < EVENTS_MAX; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        if (fd >= FILES_MAX) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

static int listen_on(uint16_t port)
{
    const int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, BACKLOG) != 0) {
        perror("bench_bare: listen");
        exit(1);
    }
    return fd;
}

static void on_signal(int number)
{
    (void)number;
    is_over = 1;
}

static void run(int listener)
{
    static struct epoll_event events[EVENTS_MAX];
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
    while (!is_over) {
        int count = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener);
            else
                read_connection(events[i].data.fd);
        }
        give_out();
    }
}

static void read_mode(const char *name)
{
    mode = strcmp(name, "uring") == 0    ? MODE_URING
           : strcmp(name, "joined") == 0 ? MODE_JOINED
                                         : MODE_SEND;
    if (mode != MODE_URING)
        return;
    int status = io_uring_queue_init(URING_BATCH, &ring,
                                     IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
    if (status == 0)
        status = io_uring_register_files_sparse(&ring, files_max);
    if (status != 0) {
        fprintf(stderr, "bench_bare: no io_uring here: %s\n", strerror(-status));
        exit(3);
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;
    if (argc != 5 || strcmp(argv[1], "--port") != 0 || strcmp(argv[3], "--mode") != 0) {
        fprintf(stderr, "bench_bare --port N --mode send|joined|uring\n");
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    files_max = files.rlim_cur < FILES_MAX ? (unsigned)files.rlim_cur : FILES_MAX;
    signal(SIGTERM, on_signal);
    read_mode(argv[4]);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on((uint16_t)strtoul(argv[2], NULL, 10));
    puts("ready");
    fflush(stdout);
    run(listener);
    if (dropped > 0)
        fprintf(stderr, "bench_bare: %llu sends were not taken whole\n",
                (unsigned long long)dropped);
    return 0;
}
