/*
 * The other servers' protocols: the bare program, Node's ws, Socket.IO, nchan, MQTT.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "protocol.h"

#define PACKET_BYTES (FAN_BODY_MAX + 128)

/* --- bare and Node's ws: what one sends, everybody gets */

static void take_any(struct fan *fan, struct link *link, const struct message *message)
{
    if (message->len >= fan->body_len)
        fan_is_delivered(fan, link, message->framed_len);
}

static void publish_binary(struct fan *fan, struct link *link, uint32_t number)
{
    (void)number;
    link_send_frame(fan, link, 2, fan->body, fan->body_len);
}

/* --- Socket.IO 4 over Engine.IO 4 */

static void socketio_greet(struct fan *fan, struct link *link)
{
    link_send_frame(fan, link, 1, "40", 2);
}

static void socketio_take(struct fan *fan, struct link *link, const struct message *message)
{
    if (message->len >= 2 && memcmp(message->bytes, "42", 2) == 0)
        fan_is_delivered(fan, link, message->framed_len);
    else if (message->len >= 2 && memcmp(message->bytes, "40", 2) == 0)
        fan_is_live(fan, link);
    else if (message->len == 1 && message->bytes[0] == '2')
        link_send_frame(fan, link, 1, "3", 1);
}

static void socketio_publish(struct fan *fan, struct link *link, uint32_t number)
{
    char text[PACKET_BYTES];
    int n = snprintf(text, sizeof(text), "42[\"m\",\"%s\"]", fan->body);
    (void)number;
    link_send_frame(fan, link, 1, text, (size_t)n);
}

/* --- nchan: everybody is on /room, which takes and gives; its receipts are shorter than bodies */

static void publish_text(struct fan *fan, struct link *link, uint32_t number)
{
    (void)number;
    link_send_frame(fan, link, 1, fan->body, fan->body_len);
}

/* --- MQTT 3.1.1 over plain TCP, QoS 0 */

static void mqtt_open(struct fan *fan, struct link *link)
{
    uint8_t packet[64] = {0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0};
    int n = snprintf((char *)packet + 14, sizeof(packet) - 14, "b%u", link->index);
    packet[13] = (uint8_t)n;
    packet[1] = (uint8_t)(12 + n);
    link_send(fan, link, packet, (size_t)(14 + n));
}

static void mqtt_take(struct fan *fan, struct link *link, const struct message *message)
{
    static const uint8_t subscribe[] = {0x82, 6, 0, 1, 0, 1, 'r', 0};
    switch (message->opcode & 0xf0) {
    case 0x20: /* CONNACK */
        link_send(fan, link, subscribe, sizeof(subscribe));
        break;
    case 0x90: /* SUBACK */
        fan_is_live(fan, link);
        break;
    case 0x30: /* PUBLISH */
        fan_is_delivered(fan, link, message->framed_len);
        break;
    default:
        break;
    }
}

static void mqtt_publish(struct fan *fan, struct link *link, uint32_t number)
{
    uint8_t packet[PACKET_BYTES];
    const size_t len = fan->body_len + 3; /* the topic "r" with its length */
    size_t at = 0;
    (void)number;
    packet[at++] = 0x30;
    packet[at++] = (uint8_t)(0x80 | (len & 0x7f)); /* two bytes of length, shortest form or not */
    packet[at++] = (uint8_t)(len >> 7);
    packet[at++] = 0;
    packet[at++] = 1;
    packet[at++] = 'r';
    memcpy(packet + at, fan->body, fan->body_len);
    link_send(fan, link, packet, at + fan->body_len);
}

const struct protocol protocol_bare = {
    .name = "bare", .path = "/", .on_message = take_any, .publish = publish_binary};
const struct protocol protocol_ws = {
    .name = "ws", .path = "/", .on_message = take_any, .publish = publish_binary};
const struct protocol protocol_socketio = {
    .name = "socketio",
    .path = "/socket.io/?EIO=4&transport=websocket",
    .greet = socketio_greet,
    .on_message = socketio_take,
    .publish = socketio_publish,
};
const struct protocol protocol_nchan = {
    .name = "nchan", .path = "/room", .on_message = take_any, .publish = publish_text};
const struct protocol protocol_mqtt = {
    .name = "mqtt",
    .framing = FRAMING_MQTT,
    .greet = mqtt_open,
    .on_message = mqtt_take,
    .publish = mqtt_publish,
};

const struct protocol *protocol_find(const char *name)
{
    static const struct protocol *const all[] = {&protocol_hall,     &protocol_bare,
                                                 &protocol_ws,       &protocol_socketio,
                                                 &protocol_nchan,    &protocol_mqtt};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}
