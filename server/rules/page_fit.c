#include "rules/page_fit.h"

/* What a message takes beside its texts: numbers, keys, the largest length fields. */
#define FIXED_BYTES 128
#define MEDIA_FIXED_BYTES 32

/* Not less than what the codec will make of it. */
static uint64_t bytes_of(const struct wire_message_view *view)
{
    uint64_t bytes = FIXED_BYTES + view->sender_name.len;
    if (view->has_body)
        bytes += view->body.len;
    if (view->has_public_reason)
        bytes += view->public_reason.len;
    for (uint32_t i = 0; view->has_media && i < view->media.count; i++) {
        const struct wire_media_view *media = &view->media.items[i];
        bytes += MEDIA_FIXED_BYTES + media->media_id.len + (media->has_alt ? media->alt.len : 0);
    }
    return bytes;
}

/* Grows from [from, to) in the direction(s) wanted while it fits. */
static void grow(struct wire_list_message_view *views, uint32_t at, int back, int on,
                 uint32_t max_bytes)
{
    uint32_t from = at;
    uint32_t to = at + 1;
    uint64_t bytes = bytes_of(&views->items[at]);
    while (back || on) {
        if (on && (to == views->count || bytes + bytes_of(&views->items[to]) > max_bytes))
            on = 0;
        if (on)
            bytes += bytes_of(&views->items[to++]);
        if (back && (from == 0 || bytes + bytes_of(&views->items[from - 1]) > max_bytes))
            back = 0;
        if (back)
            bytes += bytes_of(&views->items[--from]);
    }
    views->items += from;
    views->count = to - from;
}

void page_fit_first(struct wire_list_message_view *views, uint32_t max_bytes)
{
    if (views->count > 0)
        grow(views, 0, 0, 1, max_bytes);
}

void page_fit_last(struct wire_list_message_view *views, uint32_t max_bytes)
{
    if (views->count > 0)
        grow(views, views->count - 1, 1, 0, max_bytes);
}

void page_fit_around(struct wire_list_message_view *views, uint64_t seq, uint32_t max_bytes)
{
    uint32_t at = 0;
    while (at + 1 < views->count && views->items[at].seq < seq)
        at++;
    if (views->count > 0)
        grow(views, at, 1, 1, max_bytes);
}
