/*
 * Resume is honest, whatever happens: people talk, take back, lose their links at any byte and come
 * back, while the database answers late and out of step and loses answers. In the end everybody
 * holds exactly what the database holds, or was told of the gap. Seeds are printed and repeat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/hub_state.h"
#include "sim_node.h"
#include "wire/wire.h"

#define CLIENTS 6
#define STEPS 3000
#define HELD_MAX 64 /* unanswered posts a client repeats */

struct held_room {
    uint64_t seq;       /* the last without a gap */
    uint64_t known_from; /* below it the client knows of a gap */
    bool has[WORLD_MESSAGES];
    bool gone[WORLD_MESSAGES]; /* shown as taken back */
};

struct client {
    uint64_t account_id;
    char token[SECRET_TOKEN_CHARS + 1];
    struct sim_peer *peer; /* NULL: not connected */
    int fd;
    uint8_t in[1 << 20];
    size_t in_len;
    bool live;
    uint64_t revocation_seq;
    uint64_t welcome_seq; /* the journal as of the welcome */
    uint64_t epoch;
    bool holds_something;
    struct held_room rooms[WORLD_ROOMS + 1]; /* [room_id] */
    struct {
        uint64_t room_id;
        uint8_t key[WIRE_KEY_BYTES];
        char text[24];
    } outbox; /* one post that has no answer yet; room_id 0: none */
};

static struct client clients[CLIENTS];
static uint64_t seed;
static uint64_t state_of_random;
static uint64_t posted, resumed, cuts, lost_answers;

static uint64_t draw(void)
{
    state_of_random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = state_of_random;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void say(struct client *client, enum wire_operation code, const void *body)
{
    struct wire_buffer out = {0};
    assert_int_equal(wire_encode(code, 1 + (uint32_t)code, body, &out), STATUS_OK);
    ops_on_frame(&node.ops, client->peer->session_id, out.data, out.len);
    wire_buffer_deinit(&out);
}

static void connect_client(struct client *client)
{
    struct wire_room_cursor cursors[WORLD_ROOMS];
    struct wire_hello hello = {.client = {"sim", 3}, .build = 1, .epoch = client->epoch,
                               .revocation_seq = client->revocation_seq};
    hello.cursors.items = cursors;
    for (uint64_t room = 1; room <= WORLD_ROOMS; room++)
        if (client->rooms[room].seq > 0)
            cursors[hello.cursors.count++] =
                (struct wire_room_cursor){room, client->rooms[room].seq};
    client->holds_something = hello.cursors.count > 0;
    client->peer = node_connect(client->token, &client->fd);
    client->in_len = 0;
    client->live = false;
    say(client, WIRE_HELLO, &hello);
}

static void cut(struct client *client)
{
    close(client->fd);
    node_disconnect(client->peer);
    client->peer = NULL;
    cuts++;
}

/* ---- what a client does with what it hears (PROTOCOL.md section 7) ---- */

static void take_message(struct client *client, const struct wire_message_view *view)
{
    struct held_room *room = &client->rooms[view->room_id];
    if (view->seq <= room->seq)
        return;
    if (view->seq != room->seq + 1)
        fail_msg("seed %llu: a silent hole: client %llu room %llu has %llu, gets %llu",
                 (unsigned long long)seed, (unsigned long long)client->account_id,
                 (unsigned long long)view->room_id, (unsigned long long)room->seq,
                 (unsigned long long)view->seq);
    room->seq = view->seq;
    room->has[view->seq] = true;
    room->gone[view->seq] = !view->has_body;
}

static void take_resume(struct client *client, const struct wire_resume_view *resume)
{
    struct held_room *room = &client->rooms[resume->room_id];
    resumed++;
    if (resume->outcome == WIRE_RESUME_OUTCOME_RESET)
        *room = (struct held_room){0};
    if (resume->outcome != WIRE_RESUME_OUTCOME_FULL) {
        room->seq = resume->from_seq - 1;
        room->known_from = resume->from_seq;
    } else if (resume->from_seq != room->seq + 1) {
        fail_msg("seed %llu: full does not follow what she holds", (unsigned long long)seed);
    }
}

/* The room was live all the while: it may have gone on since she asked. */
static void take_resumed(struct client *client, const struct wire_resume_view *resume)
{
    struct held_room *room = &client->rooms[resume->room_id];
    resumed++;
    if (resume->outcome == WIRE_RESUME_OUTCOME_RESET)
        fail_msg("seed %llu: reset of a live room", (unsigned long long)seed);
    if (resume->from_seq <= room->seq + 1)
        return;
    if (resume->outcome == WIRE_RESUME_OUTCOME_FULL)
        fail_msg("seed %llu: full leaves a hole", (unsigned long long)seed);
    room->seq = resume->from_seq - 1;
    room->known_from = resume->from_seq;
}

static void take_revoked(struct client *client, const struct wire_revoked *revoked)
{
    for (uint32_t i = 0; i < revoked->revocations.count; i++) {
        const struct wire_revocation *entry = &revoked->revocations.items[i];
        client->rooms[entry->room_id].gone[entry->seq] = true;
        /* Rooms overtake each other: what is newer than the welcome counts with the next pong. */
        if (entry->revocation_seq > client->revocation_seq &&
            entry->revocation_seq <= client->welcome_seq)
            client->revocation_seq = entry->revocation_seq;
    }
}

static void take_welcome(struct client *client, const struct wire_welcome *welcome)
{
    if (!client->holds_something || client->epoch != welcome->epoch)
        client->revocation_seq = welcome->revocation_seq;
    client->epoch = welcome->epoch;
    client->welcome_seq = welcome->revocation_seq;
    for (uint32_t i = 0; i < welcome->resumes.count; i++)
        take_resume(client, &welcome->resumes.items[i]);
    client->live = true;
}

static void take_frame(struct client *client, const uint8_t *bytes, size_t len)
{
    struct arena arena = {0};
    struct wire_frame frame = {0};
    assert_int_equal(wire_decode_any(bytes, len, &arena, &frame), STATUS_OK);
    if (frame.code == WIRE_WELCOME) {
        take_welcome(client, frame.body);
    } else if (frame.code == WIRE_ROOM_RESUMED) {
        take_resumed(client, &((const struct wire_room_resumed *)frame.body)->resume);
    } else if (frame.code == WIRE_MESSAGE_ADDED) {
        take_message(client, &((const struct wire_message_added *)frame.body)->message);
    } else if (frame.code == WIRE_ROOM_BACKLOG) {
        const struct wire_room_backlog *backlog = frame.body;
        for (uint32_t i = 0; i < backlog->messages.count; i++)
            take_message(client, &backlog->messages.items[i]);
    } else if (frame.code == WIRE_REVOKED) {
        take_revoked(client, frame.body);
    } else if (frame.code == WIRE_PONG) {
        uint64_t told = ((const struct wire_pong *)frame.body)->revocation_seq;
        if (told > client->revocation_seq)
            client->revocation_seq = told;
    } else if (frame.code == WIRE_MESSAGE_POSTED) {
        client->outbox.room_id = 0;
        posted++;
    } else if (frame.code == WIRE_ERROR && frame.seq == 1 + WIRE_MESSAGE_POST) {
        lost_answers++; /* repeated with the same key later */
    }
    arena_clear(&arena);
}

/* The whole frames among what was read. */
static void take_frames(struct client *client)
{
    size_t at = 0;
    for (;;) {
        const uint8_t *head = client->in + at;
        size_t have = client->in_len - at;
        if (have < 2)
            break;
        size_t header = 2;
        size_t len = head[1];
        if (len == 126 && have >= 4) {
            header = 4;
            len = (size_t)head[2] << 8 | head[3];
        } else if (len == 127 && have >= 10) {
            header = 10;
            len = (size_t)head[6] << 24 | (size_t)head[7] << 16 | (size_t)head[8] << 8 | head[9];
        } else if (len >= 126) {
            break;
        }
        if (have < header + len)
            break;
        if (head[0] == 0x82)
            take_frame(client, head + header, len);
        at += header + len;
    }
    client->in_len -= at;
    memmove(client->in, client->in + at, client->in_len);
}

static bool read_some(struct client *client, size_t most)
{
    if (most > sizeof(client->in) - client->in_len)
        most = sizeof(client->in) - client->in_len;
    ssize_t got = recv(client->fd, client->in + client->in_len, most, MSG_DONTWAIT);
    if (got <= 0)
        return false;
    client->in_len += (size_t)got;
    take_frames(client);
    return true;
}

/* ---- what people do ---- */

static void post(struct client *client)
{
    if (client->outbox.room_id == 0) {
        client->outbox.room_id = 1 + draw() % WORLD_ROOMS;
        for (size_t i = 0; i < WIRE_KEY_BYTES; i++)
            client->outbox.key[i] = (uint8_t)draw();
        snprintf(client->outbox.text, sizeof(client->outbox.text), "text %llu",
                 (unsigned long long)(draw() % 100000));
    }
    struct wire_message_post body = {
        .room_id = client->outbox.room_id,
        .body = {client->outbox.text, (uint32_t)strlen(client->outbox.text)}};
    memcpy(body.client_key, client->outbox.key, WIRE_KEY_BYTES);
    say(client, WIRE_MESSAGE_POST, &body);
}

static void recall(struct client *client)
{
    struct wire_message_recall body = {.room_id = 1 + draw() % WORLD_ROOMS};
    struct world_room *room = world_room(body.room_id);
    for (unsigned tries = 0; tries < 20 && room->head > 0; tries++) {
        /* Half of them are the newest, perhaps not yet shown to anybody. */
        uint64_t most = draw() % 2 == 0 && room->head > 4 ? 4 : room->head;
        body.seq = room->head - draw() % most;
        if (room->messages[body.seq].sender_id == client->account_id) {
            say(client, WIRE_MESSAGE_RECALL, &body);
            return;
        }
    }
}

static void resume_one(struct client *client)
{
    struct wire_room_resume body = {.room_id = 1 + draw() % WORLD_ROOMS};
    body.seq = client->rooms[body.room_id].seq;
    if (body.seq > 0)
        say(client, WIRE_ROOM_RESUME, &body);
}

static void ping(struct client *client)
{
    struct wire_ping body = {0};
    say(client, WIRE_PING, &body);
}

static void act(struct client *client)
{
    if (client->peer == NULL) {
        if (draw() % 4 == 0)
            connect_client(client);
        return;
    }
    if (client->peer->closing) {
        cut(client); /* the node ended it */
        return;
    }
    uint64_t what = draw() % 100;
    if (what < 1) {
        read_some(client, draw() % 3000); /* somewhere inside a frame */
        cut(client);
    } else if (what < 45) {
        read_some(client, draw() % 5000);
    } else if (what < 77 && client->live) {
        post(client);
    } else if (what < 81 && client->live) {
        recall(client);
    } else if (what < 85 && client->live) {
        ping(client);
    } else if (what < 87 && client->live) {
        resume_one(client);
    }
}

/* True: the hub has more to write. */
static bool turn(void)
{
    if (draw() % 2 == 0)
        fanout_warm(node.hub); /* rooms that were to rest after they spoke */
    bool more = hub_turn(node.hub) || node.hub->cooling != NULL;
    for (unsigned i = 0; i < CLIENTS; i++)
        if (clients[i].peer != NULL)
            peer_pump(clients[i].peer);
    return more;
}

/* Until nothing moves any more, also not after a while. */
static void settle(void)
{
    unsigned quiet = 0;
    while (quiet < 3) {
        bool moved = false;
        for (unsigned link = 0; link < WORLD_LINKS; link++)
            while (world_run_one(link))
                moved = true;
        if (turn())
            moved = true;
        for (unsigned i = 0; i < CLIENTS; i++)
            while (clients[i].peer != NULL && read_some(&clients[i], SIZE_MAX))
                moved = true;
        quiet = moved ? 0 : quiet + 1;
        if (!moved)
            node_pass(1000);
    }
}

static void check_client(const struct client *client)
{
    for (uint64_t id = 1; id <= WORLD_ROOMS; id++) {
        const struct held_room *held = &client->rooms[id];
        const struct world_room *room = world_room(id);
        if (held->seq != room->head)
            fail_msg("seed %llu: client %llu room %llu ends at %llu, not %llu",
                     (unsigned long long)seed, (unsigned long long)client->account_id,
                     (unsigned long long)id, (unsigned long long)held->seq,
                     (unsigned long long)room->head);
        for (uint64_t seq = held->known_from > 0 ? held->known_from : 1; seq <= room->head; seq++) {
            bool gone = room->messages[seq].text[0] == '\0';
            if (!held->has[seq] || held->gone[seq] != gone)
                fail_msg("seed %llu: client %llu room %llu seq %llu: has %d, gone %d not %d",
                         (unsigned long long)seed, (unsigned long long)client->account_id,
                         (unsigned long long)id, (unsigned long long)seq, (int)held->has[seq],
                         (int)held->gone[seq], (int)gone);
        }
    }
}

static void begin(void)
{
    memset(&world, 0, sizeof(world));
    memset(clients, 0, sizeof(clients));
    memset(&node, 0, sizeof(node));
    state_of_random = seed;
    world.random = draw;
    world.lose_answers = seed % 3 == 0 ? 30 : 5;
    for (uint64_t i = 0; i < WORLD_ROOMS; i++)
        world.rooms[i].id = i + 1;
    node_start();
    for (unsigned i = 0; i < CLIENTS; i++) {
        clients[i].account_id = i + 1;
        secret_token_make(clients[i].token, world.hashes[i + 1]);
    }
}

/* Everybody is connected in the end; false: everybody was. */
static bool come_back(void)
{
    bool moved = false;
    for (unsigned i = 0; i < CLIENTS; i++) {
        if (clients[i].peer != NULL && clients[i].peer->closing)
            cut(&clients[i]);
        if (clients[i].peer == NULL) {
            connect_client(&clients[i]);
            moved = true;
        }
    }
    return moved;
}

static void run_seed(void)
{
    /* One link for reading is slow: what it answers was true a while ago. */
    static const unsigned links[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3};
    begin();
    for (unsigned step = 0; step < STEPS; step++) {
        act(&clients[draw() % CLIENTS]);
        for (uint64_t n = draw() % 4; n > 0; n--)
            world_run_one(links[draw() % ARRAY_LEN(links)]);
        if (draw() % 3 == 0)
            turn();
        if (draw() % 200 == 0) {
            room_check_heads(&node.ops);
            revocation_feed_settle(&node.ops);
            node_pass(1000);
        }
    }
    settle();
    room_check_heads(&node.ops);
    revocation_feed_read(&node.ops);
    settle();
    for (unsigned rounds = 0; come_back(); rounds++) {
        assert_true(rounds < 20);
        settle();
        room_check_heads(&node.ops);
        revocation_feed_read(&node.ops);
        settle();
    }
    for (unsigned i = 0; i < CLIENTS; i++)
        check_client(&clients[i]);
    assert_true(ops_is_idle(&node.ops));
    for (unsigned i = 0; i < CLIENTS; i++)
        cut(&clients[i]);
    node_stop();
}

/* More with HALL_SEEDS=n. */
static void everybody_ends_with_what_the_database_holds(void **state)
{
    (void)state;
    const char *wanted = getenv("HALL_SEEDS");
    const char *only = getenv("HALL_SEED");
    uint64_t count = wanted != NULL ? strtoull(wanted, NULL, 10) : 60;
    for (uint64_t i = 1; i <= count; i++) {
        seed = only != NULL ? strtoull(only, NULL, 10) : i;
        run_seed();
    }
    print_message("posted %llu, resumed rooms %llu, cuts %llu, answers lost %llu\n",
                  (unsigned long long)posted, (unsigned long long)resumed,
                  (unsigned long long)cuts, (unsigned long long)lost_answers);
    assert_true(posted > count * 50 && resumed > count * 20 && lost_answers > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_ends_with_what_the_database_holds),
    };
    if (secret_init() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
