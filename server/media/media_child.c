#include "media/media_child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define ANSWER_BYTES_FIRST 65536

/* Three handles close on their own; the last one frees the child. */
struct media_child {
    uv_pipe_t input;
    uv_pipe_t output;
    uv_timer_t deadline;
    uv_write_t feeding;
    pid_t pid;
    uint8_t *bytes; /* owned; what is fed */
    uint8_t *answer; /* owned; grows to answer_max */
    size_t answer_len;
    size_t answer_cap;
    size_t answer_max;
    bool is_over_long; /* it wrote more than it may */
    bool is_ended;     /* written by end_child only */
    unsigned open_handles;
    media_child_fn fn;
    void *ctx; /* borrowed */
};

/* The pipes' ends the child gets; blocking, as the child expects them. */
struct pipe_pair {
    int child_end;
    int our_end;
};

static bool open_pair(struct pipe_pair *pair, bool child_reads)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pair->child_end = child_reads ? ends[0] : ends[1];
    pair->our_end = child_reads ? ends[1] : ends[0];
    return true;
}

/* posix_spawn shares our memory until the program runs: no page tables are copied. */
static bool spawn(const char *program, int input, int output, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    const char *slash = strrchr(program, '/');
    char name[32];
    char *const arguments[] = {name, NULL};
    char *const environment[] = {NULL};
    sigset_t none;
    sigset_t all;
    snprintf(name, sizeof(name), "%s", slash != NULL ? slash + 1 : program);
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return false;
    }
    bool ready =
        posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO) == 0 &&
        posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO) == 0 &&
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1) == 0 &&
        posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
        posix_spawnattr_setsigdefault(&attributes, &all) == 0 &&
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
    ready = ready && posix_spawn(pid, program, &files, &attributes, arguments, environment) == 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return ready;
}

/* Its memory ends with the last handle; until then nothing of it is used. */
static void on_handle_closed(uv_handle_t *handle)
{
    struct media_child *child = handle->data;
    if (--child->open_handles > 0)
        return;
    bool is_whole = !child->is_over_long && child->answer_len > 0;
    child->fn(child->ctx, is_whole ? child->answer : NULL, is_whole ? child->answer_len : 0);
    mem_free(child->bytes);
    mem_free(child->answer);
    mem_free(child);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_handle_closed);
}

/* It has closed its output, or must go: either way it is dead after this, and reaped at once. */
static void end_child(struct media_child *child)
{
    if (child->is_ended)
        return;
    child->is_ended = true;
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close_handle((uv_handle_t *)&child->input);
    close_handle((uv_handle_t *)&child->output);
    close_handle((uv_handle_t *)&child->deadline);
}

static void on_fed(uv_write_t *request, int error)
{
    struct media_child *child = request->data;
    (void)error; /* it went away before it had read all; its answer says why */
    close_handle((uv_handle_t *)&child->input);
}

static void on_deadline(uv_timer_t *timer)
{
    struct media_child *child = timer->data;
    log_warn("media.child_too_slow", "pid=%d", (int)child->pid);
    end_child(child);
}

static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct media_child *child = handle->data;
    (void)suggested;
    if (child->answer_len == child->answer_cap && child->answer_cap < child->answer_max) {
        size_t cap = child->answer_cap == 0 ? ANSWER_BYTES_FIRST : child->answer_cap * 2;
        child->answer_cap = cap < child->answer_max ? cap : child->answer_max;
        child->answer = mem_grow(child->answer, child->answer_cap, 1);
    }
    *out = uv_buf_init((char *)child->answer + child->answer_len,
                       (unsigned)(child->answer_cap - child->answer_len));
}

static void on_answer(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct media_child *child = stream->data;
    (void)buffer;
    if (got >= 0) {
        child->answer_len += (size_t)got;
        return;
    }
    child->is_over_long = got == UV_ENOBUFS; /* no room was left to give */
    end_child(child);
}

/* The handles belong to the loop from here on; they close even when the start fails later. */
static bool open_handles(struct media_child *child, uv_loop_t *loop, int input, int output)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&child->input, (uv_handle_t *)&child->output,
                              (uv_handle_t *)&child->deadline};
    uv_pipe_init(loop, &child->input, 0);
    uv_pipe_init(loop, &child->output, 0);
    uv_timer_init(loop, &child->deadline);
    child->open_handles = ARRAY_LEN(handles);
    for (size_t i = 0; i < ARRAY_LEN(handles); i++)
        handles[i]->data = child;
    child->feeding.data = child;
    return uv_pipe_open(&child->input, input) == 0 && uv_pipe_open(&child->output, output) == 0;
}

static enum status open_pipes(struct pipe_pair *input, struct pipe_pair *output)
{
    if (!open_pair(input, true))
        return STATUS_BUSY;
    if (!open_pair(output, false)) {
        close(input->child_end);
        close(input->our_end);
        return STATUS_BUSY;
    }
    return STATUS_OK;
}

enum status media_child_start(const struct media_child_start *start, struct media_child **out)
{
    struct pipe_pair input;
    struct pipe_pair output;
    pid_t pid;
    if (open_pipes(&input, &output) != STATUS_OK)
        return STATUS_BUSY;
    bool is_running = spawn(start->program, input.child_end, output.child_end, &pid);
    close(input.child_end);
    close(output.child_end);
    if (!is_running) {
        close(input.our_end);
        close(output.our_end);
        log_error("media.child_not_started", "errno=%d", errno);
        return STATUS_BUSY;
    }
    struct media_child *child = mem_alloc(sizeof(*child));
    child->pid = pid;
    child->bytes = start->bytes;
    child->answer_max = start->answer_max;
    child->fn = start->fn;
    child->ctx = start->ctx;
    bool is_open = open_handles(child, start->loop, input.our_end, output.our_end);
    assert(is_open); /* fresh descriptors of fresh pipes */
    (void)is_open;
    uv_buf_t feed = uv_buf_init((char *)child->bytes, (unsigned)start->len);
    uv_timer_start(&child->deadline, on_deadline, MEDIA_CHILD_MS, 0);
    if (uv_write(&child->feeding, (uv_stream_t *)&child->input, &feed, 1, on_fed) != 0 ||
        uv_read_start((uv_stream_t *)&child->output, on_room_wanted, on_answer) != 0)
        end_child(child); /* answers as a dead child does */
    *out = child;
    return STATUS_OK;
}

void media_child_kill(struct media_child *child)
{
    end_child(child);
}
