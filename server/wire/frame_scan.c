#include "wire/frame_scan.h"

#include <stdbool.h>

#include "wire/text_check.h"

const struct frame_limits frame_limits_request = {FRAME_REQUEST_BYTES_MAX,
                                                  FRAME_REQUEST_OBJECTS_MAX, FRAME_DEPTH_MAX};
const struct frame_limits frame_limits_reply = {FRAME_REPLY_BYTES_MAX, FRAME_REPLY_OBJECTS_MAX,
                                                FRAME_DEPTH_MAX};

enum shape {
    SHAPE_BAD,
    SHAPE_PLAIN,
    SHAPE_INTEGER,
    SHAPE_TEXT,
    SHAPE_BYTES,
    SHAPE_ARRAY,
    SHAPE_MAP
};

/* One open container. */
struct level {
    uint64_t left;    /* values still to come, keys counted */
    uint64_t keys[2]; /* of a map: which were seen */
    bool is_map;
};

struct scan {
    const uint8_t *at;
    const uint8_t *end;
    struct level levels[FRAME_DEPTH_MAX];
    uint32_t depth;
};

struct head {
    enum shape shape;
    bool is_negative; /* of an integer */
    uint64_t number;  /* the integer, the length or the count */
};

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static bool take_number(struct scan *scan, size_t width, uint64_t *out)
{
    if ((size_t)(scan->end - scan->at) < width)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | scan->at[i];
    scan->at += width;
    *out = value;
    return true;
}

static struct head sized(struct scan *scan, enum shape shape, size_t width)
{
    struct head head = {.shape = shape};
    if (!take_number(scan, width, &head.number))
        head.shape = SHAPE_BAD;
    return head;
}

static struct head signed_integer(struct scan *scan, size_t width)
{
    struct head head = sized(scan, SHAPE_INTEGER, width);
    head.is_negative = (head.number >> (width * 8 - 1) & 1) != 0;
    return head;
}

/* Extension types, floats and the byte that MessagePack never uses are bad. */
static struct head take_tagged(struct scan *scan, uint8_t tag)
{
    switch (tag) {
    case 0xC0: /* nil, false, true */
    case 0xC2:
    case 0xC3:
        return (struct head){.shape = SHAPE_PLAIN};
    case 0xC4:
    case 0xC5:
    case 0xC6:
        return sized(scan, SHAPE_BYTES, (size_t)1 << (tag - 0xC4));
    case 0xCC:
    case 0xCD:
    case 0xCE:
    case 0xCF:
        return sized(scan, SHAPE_INTEGER, (size_t)1 << (tag - 0xCC));
    case 0xD0:
    case 0xD1:
    case 0xD2:
    case 0xD3:
        return signed_integer(scan, (size_t)1 << (tag - 0xD0));
    case 0xD9:
    case 0xDA:
    case 0xDB:
        return sized(scan, SHAPE_TEXT, (size_t)1 << (tag - 0xD9));
    case 0xDC:
    case 0xDD:
        return sized(scan, SHAPE_ARRAY, (size_t)2 << (tag - 0xDC));
    case 0xDE:
    case 0xDF:
        return sized(scan, SHAPE_MAP, (size_t)2 << (tag - 0xDE));
    default:
        return (struct head){.shape = SHAPE_BAD};
    }
}

static struct head take_head(struct scan *scan)
{
    if (scan->at == scan->end)
        return (struct head){.shape = SHAPE_BAD};
    uint8_t tag = *scan->at++;
    if (tag <= 0x7F)
        return (struct head){.shape = SHAPE_INTEGER, .number = tag};
    if (tag <= 0x8F)
        return (struct head){.shape = SHAPE_MAP, .number = tag & 0x0F};
    if (tag <= 0x9F)
        return (struct head){.shape = SHAPE_ARRAY, .number = tag & 0x0F};
    if (tag <= 0xBF)
        return (struct head){.shape = SHAPE_TEXT, .number = tag & 0x1F};
    if (tag >= 0xE0)
        return (struct head){.shape = SHAPE_INTEGER, .is_negative = true};
    return take_tagged(scan, tag);
}

/* Keys are different integers from 1 to FRAME_KEY_MAX. */
static bool take_key(struct level *map, const struct head *head)
{
    if (head->shape != SHAPE_INTEGER || head->is_negative || head->number == 0 ||
        head->number > FRAME_KEY_MAX)
        return false;
    uint64_t bit = UINT64_C(1) << (head->number % 64);
    uint64_t *word = &map->keys[head->number / 64];
    if ((*word & bit) != 0)
        return false;
    *word |= bit;
    return true;
}

static bool skip_bytes(struct scan *scan, const struct head *head)
{
    if (head->number > (uint64_t)(scan->end - scan->at))
        return false;
    size_t len = (size_t)head->number;
    if (head->shape == SHAPE_TEXT && !text_is_utf8((const char *)scan->at, len))
        return false;
    scan->at += len;
    return true;
}

/* A container may not claim more values than there are bytes. */
static bool open_level(struct scan *scan, const struct head *head, uint32_t depth_max)
{
    bool is_map = head->shape == SHAPE_MAP;
    uint64_t values = is_map ? head->number * 2 : head->number; /* the count has 32 bits */
    if (values > (uint64_t)(scan->end - scan->at) || scan->depth == depth_max)
        return false;
    scan->levels[scan->depth++] = (struct level){.left = values, .is_map = is_map};
    return true;
}

static bool take_value(struct scan *scan, uint32_t depth_max)
{
    struct level *level = scan->depth > 0 ? &scan->levels[scan->depth - 1] : NULL;
    struct head head = take_head(scan);
    if (head.shape == SHAPE_BAD)
        return false;
    if (level != NULL) {
        bool is_key = level->is_map && level->left % 2 == 0;
        level->left--;
        if (is_key)
            return take_key(level, &head);
    }
    if (head.shape == SHAPE_TEXT || head.shape == SHAPE_BYTES)
        return skip_bytes(scan, &head);
    if (head.shape == SHAPE_ARRAY || head.shape == SHAPE_MAP)
        return open_level(scan, &head, depth_max);
    return true;
}

enum status frame_scan(const uint8_t *frame, size_t len, const struct frame_limits *limits,
                       uint32_t *objects)
{
    if (len > limits->bytes_max)
        return STATUS_TOO_LARGE;
    if (len == 0)
        return STATUS_MALFORMED_FRAME;
    struct scan scan = {.at = frame, .end = frame + len};
    uint32_t depth_max = limits->depth_max < FRAME_DEPTH_MAX ? limits->depth_max : FRAME_DEPTH_MAX;
    uint32_t count = 0;
    do {
        if (count++ == limits->objects_max || !take_value(&scan, depth_max))
            return STATUS_MALFORMED_FRAME;
        while (scan.depth > 0 && scan.levels[scan.depth - 1].left == 0)
            scan.depth--;
    } while (scan.depth > 0);
    if (scan.at != scan.end)
        return STATUS_MALFORMED_FRAME;
    if (objects != NULL)
        *objects = count;
    return STATUS_OK;
}
