/*
 * The hall itself: hello, welcome, message_post, message_added, notice_pushed. Small frames that
 * come in numbers are looked at by hand, the others are decoded by the generated codec.
 */
#include <string.h>

#include "protocol.h"
#include "wire/wire.h"

#define FIX_ARRAY_3 0x93
#define ENVELOPE_AT 1 /* the code follows the array's head */

static struct wire_buffer out;

static void send_body(struct fan *fan, struct link *link, uint32_t seq, const void *body,
                      enum wire_operation code)
{
    out.len = 0;
    if (wire_encode(code, seq, body, &out) != STATUS_OK) {
        fan_fail(fan, "operation %d cannot be encoded", (int)code);
        return;
    }
    link_send_frame(fan, link, 2, out.data, out.len);
}

static void greet(struct fan *fan, struct link *link)
{
    struct wire_room_cursor cursor = {fan->people[link->index].room_id, link->seq};
    struct wire_hello hello = {
        .client = wire_text_of("bench"),
        .build = 1,
        .epoch = fan->epoch,
        .cursors = {link->seq > 0 ? 1 : 0, &cursor},
    };
    send_body(fan, link, 1, &hello, WIRE_HELLO);
}

/* An unsigned integer in any of its forms; moves on behind it. */
static bool read_number(const uint8_t **at, const uint8_t *end, uint64_t *out_value)
{
    const uint8_t *p = *at;
    size_t bytes = 0;
    if (p >= end)
        return false;
    const uint8_t first = *p++;
    if (first >= 0xcc && first <= 0xcf)
        bytes = (size_t)1 << (first - 0xcc);
    else if (first > 0x7f)
        return false;
    if ((size_t)(end - p) < bytes)
        return false;
    uint64_t value = bytes == 0 ? first : 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | *p++;
    *at = p;
    *out_value = value;
    return true;
}

/* A map, whatever its size, and its first key; moves on to the value. */
static bool enter_map(const uint8_t **at, const uint8_t *end)
{
    uint64_t key;
    if (*at >= end || ((**at & 0xf0) != 0x80 && **at != 0xde))
        return false;
    *at += **at == 0xde ? 3 : 1;
    return read_number(at, end, &key) && key == 1;
}

/* The first numbers of an event's only record: its fields 1, 2, … as long as they are numbers. */
static bool first_numbers(const uint8_t *at, const uint8_t *end, uint64_t *out_values, int count)
{
    uint64_t key;
    for (int depth = 0; depth < 2; depth++) /* the body, then the record */
        if (!enter_map(&at, end))
            return false;
    for (int i = 0; i < count; i++)
        if ((i > 0 && !read_number(&at, end, &key)) || !read_number(&at, end, &out_values[i]))
            return false;
    return true;
}

/* room_id, seq, sender_id. What the system says (0), a notice's card, is nobody's post. */
static void take_added(struct fan *fan, struct link *link, const uint8_t *at,
                       const struct message *message)
{
    uint64_t numbers[3];
    if (!first_numbers(at, message->bytes + message->len, numbers, 3)) {
        fan_fail(fan, "a message_added that cannot be read");
        return;
    }
    if (link->state == LINK_LIVE && link->seq > 0 && numbers[1] != link->seq + 1 &&
        numbers[0] == fan->people[link->index].room_id)
        fan_fail(fan, "message %llu came after %llu", (unsigned long long)numbers[1],
                 (unsigned long long)link->seq);
    link->seq = numbers[1];
    if (link->state == LINK_LIVE && numbers[2] != 0)
        fan_is_delivered(fan, link, message->framed_len);
    else if (link->state == LINK_GREETED && link->seq >= link->head && link->head > 0)
        fan_is_live(fan, link);
}

static void take_welcome(struct fan *fan, struct link *link, const struct wire_welcome *welcome)
{
    const uint64_t room_id = fan->people[link->index].room_id;
    fan->epoch = welcome->epoch;
    link->head = 0;
    for (uint32_t i = 0; i < welcome->resumes.count; i++) {
        const struct wire_resume_view *resume = &welcome->resumes.items[i];
        if (resume->room_id != room_id)
            continue;
        link->head = resume->head_seq;
        if (resume->outcome == WIRE_RESUME_OUTCOME_RESET)
            link->seq = 0;
    }
    if (link->seq >= link->head)
        fan_is_live(fan, link);
}

static void take_rest(struct fan *fan, struct link *link, const struct message *message)
{
    struct arena arena = {0};
    struct wire_frame frame;
    if (wire_decode_any(message->bytes, message->len, &arena, &frame) != STATUS_OK) {
        fan_fail(fan, "operation %d cannot be read: %s", (int)frame.code, frame.problem.field);
    } else if (frame.code == WIRE_WELCOME) {
        take_welcome(fan, link, frame.body);
    } else if (frame.code == WIRE_ROOM_BACKLOG) {
        const struct wire_room_backlog *backlog = frame.body;
        if (backlog->messages.count > 0)
            link->seq = backlog->messages.items[backlog->messages.count - 1].seq;
        if (link->state == LINK_GREETED && link->seq >= link->head)
            fan_is_live(fan, link);
    } else if (frame.code == WIRE_ERROR) {
        const struct wire_error *error = frame.body;
        if (link->state == LINK_LIVE)
            fan_is_answered(fan, frame.seq, true);
        else
            fan_fail(fan, "hello was refused: %s", wire_error_info((int)error->code)->name);
    }
    arena_clear(&arena);
}

static void on_message(struct fan *fan, struct link *link, const struct message *message)
{
    const uint8_t *at = message->bytes + ENVELOPE_AT;
    const uint8_t *end = message->bytes + message->len;
    uint64_t code = 0, seq = 0;
    if (message->len < 4 || message->bytes[0] != FIX_ARRAY_3 || !read_number(&at, end, &code) ||
        !read_number(&at, end, &seq)) {
        fan_fail(fan, "a frame without envelope");
        return;
    }
    if (code == WIRE_MESSAGE_ADDED) {
        take_added(fan, link, at, message);
    } else if (code == WIRE_MESSAGE_POSTED) {
        fan_is_answered(fan, (uint32_t)seq, false);
    } else if (code == WIRE_NOTICE_PUSHED) {
        if (first_numbers(at, end, &seq, 1))
            fan_is_urgent(fan, seq);
    } else {
        take_rest(fan, link, message);
    }
}

static void publish(struct fan *fan, struct link *link, uint32_t number)
{
    struct wire_message_post post = {
        .room_id = fan->people[link->index].room_id,
        .body = {fan->body, fan->body_len},
    };
    const uint64_t key[2] = {fan_random(fan), fan_random(fan)};
    memcpy(post.client_key, key, sizeof(key));
    send_body(fan, link, number, &post, WIRE_MESSAGE_POST);
}

const struct protocol protocol_hall = {
    .name = "hall",
    .path = "/ws",
    .subprotocol = "hall.1",
    .has_people = true,
    .has_answers = true,
    .greet = greet,
    .on_message = on_message,
    .publish = publish,
};
