#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "protocol.h"

#define EVENTS_MAX   1024
#define LINE_MAX_LEN 256
#define IDLE_US      1000000

int64_t fan_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint64_t fan_random(struct fan *fan)
{
    fan->random ^= fan->random << 13;
    fan->random ^= fan->random >> 7;
    fan->random ^= fan->random << 17;
    return fan->random;
}

/* The first problem is the one that is told. */
void fan_fail(struct fan *fan, const char *format, ...)
{
    va_list args;
    if (fan->problem[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(fan->problem, sizeof(fan->problem), format, args);
    va_end(args);
    for (char *at = fan->problem; *at != '\0'; at++)
        if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ')
            *at = ' ';
}

void fan_is_live(struct fan *fan, struct link *link)
{
    if (link->state == LINK_LIVE)
        return;
    link->state = LINK_LIVE;
    fan->live++;
}

void fan_turn(struct fan *fan, int64_t wait_us)
{
    static struct epoll_event events[EVENTS_MAX];
    const int64_t wait = wait_us > 0 ? wait_us : 0;
    const struct timespec patience = {wait / 1000000, (long)(wait % 1000000) * 1000};
    const int count = epoll_pwait2(fan->epoll_fd, events, EVENTS_MAX, &patience, NULL);
    for (int i = 0; i < count; i++) {
        struct link *link = events[i].data.ptr;
        fan->now_us = fan_clock_us();
        if (link == NULL)
            fan->has_command = true;
        else if (link->state == LINK_CONNECTING)
            link_connected(fan, link);
        else if (link->state != LINK_CLOSED)
            link_readable(fan, link);
    }
}

static void run_command(struct fan *fan, const char *line)
{
    double seconds, rate;
    unsigned count;
    if (sscanf(line, "open %u", &count) == 1)
        grow_open(fan, count);
    else if (strncmp(line, "greet", 5) == 0)
        grow_greet(fan);
    else if (sscanf(line, "fanout %lf %u", &seconds, &count) == 2)
        load_fanout(fan, seconds, count);
    else if (sscanf(line, "write %lf %lf %u", &seconds, &rate, &count) == 3)
        load_write(fan, seconds, rate, count);
    else if (sscanf(line, "storm %lf", &seconds) == 1)
        grow_storm(fan, (int64_t)seconds);
    else if (strncmp(line, "stop", 4) != 0)
        fprintf(stderr, "bench_fan: what is %s", line);
}

static void serve(struct fan *fan)
{
    char line[LINE_MAX_LEN];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(fan->epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    for (;;) {
        fan_turn(fan, IDLE_US);
        if (!fan->has_command)
            continue;
        fan->has_command = false;
        if (fgets(line, sizeof(line), stdin) == NULL || strncmp(line, "quit", 4) == 0)
            return;
        run_command(fan, line);
    }
}

/* One line per connection: token room_id. */
static void read_people(struct fan *fan, const char *path)
{
    FILE *file = fopen(path, "re");
    uint32_t size = 0;
    struct person person;
    unsigned long long room_id;
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while (fscanf(file, "%63s %llu", person.token, &room_id) == 2) {
        if (fan->people_count == size) {
            size = size == 0 ? 1024 : size * 2;
            fan->people = mem_grow(fan->people, size, sizeof(*fan->people));
        }
        person.room_id = room_id;
        fan->people[fan->people_count++] = person;
    }
    fclose(file);
}

static void add_process(struct process_set *set, const char *pid)
{
    if (set->count < PROCESS_ROOTS_MAX)
        set->roots[set->count++] = (pid_t)strtol(pid, NULL, 10);
}

static _Noreturn void usage(void)
{
    fprintf(stderr, "bench_fan --protocol hall|bare|ws|socketio|nchan|mqtt --port N\n"
                    "  [--host ADDRESS] [--path PATH] [--people FILE] [--count MAX]\n"
                    "  [--body BYTES] [--server PID]… [--database PID]…\n"
                    "  then commands on stdin: fan.h\n");
    exit(2);
}

static void read_options(struct fan *fan, int argc, char **argv)
{
    static const struct option options[] = {
        {"protocol", 1, NULL, 'p'}, {"port", 1, NULL, 'P'},   {"host", 1, NULL, 'h'},
        {"path", 1, NULL, 'u'},     {"people", 1, NULL, 'f'}, {"count", 1, NULL, 'n'},
        {"body", 1, NULL, 'b'},     {"server", 1, NULL, 's'}, {"database", 1, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    for (int c = 0; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'p': fan->protocol = protocol_find(optarg); break;
        case 'P': fan->address.sin_port = htons((uint16_t)strtoul(optarg, NULL, 10)); break;
        case 'h': fan->host = optarg; break;
        case 'u': fan->path = optarg; break;
        case 'f': read_people(fan, optarg); break;
        case 'n': fan->link_max = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'b': fan->body_len = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 's': add_process(&fan->server, optarg); break;
        case 'd': add_process(&fan->database, optarg); break;
        default: usage();
        }
    }
    fan->address.sin_family = AF_INET;
    if (fan->protocol == NULL || fan->address.sin_port == 0 || fan->body_len > FAN_BODY_MAX ||
        inet_pton(AF_INET, fan->host, &fan->address.sin_addr) != 1)
        usage();
    if (fan->path == NULL)
        fan->path = fan->protocol->path;
    if (fan->protocol->has_people && fan->link_max > fan->people_count)
        fan->link_max = fan->people_count;
}

int main(int argc, char **argv)
{
    static struct fan fan = {.host = "127.0.0.1", .link_max = 1000, .body_len = 200};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    read_options(&fan, argc, argv);
    if (getrandom(&fan.random, sizeof(fan.random), 0) < 0 || fan.random == 0)
        fan.random = 1;
    for (uint32_t i = 0; i < fan.body_len; i++)
        fan.body[i] = (char)('a' + i % 26);
    fan.links = mem_alloc((fan.link_max > 0 ? fan.link_max : 1) * sizeof(*fan.links));
    for (uint32_t i = 0; i < fan.link_max; i++)
        fan.links[i] = (struct link){.fd = -1, .index = i};
    fan.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    serve(&fan);
    for (uint32_t i = 0; i < fan.link_count; i++)
        link_close(&fan, &fan.links[i]);
    mem_free(fan.links);
    mem_free(fan.people);
    mem_free(fan.load.asked_us);
    return 0;
}
