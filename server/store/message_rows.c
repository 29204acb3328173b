#include "store/message_rows.h"

static void set_alt(struct wire_media_view *view, const struct wire_list_text *alts, uint32_t i)
{
    if (i >= alts->count || alts->items[i].len == 0)
        return;
    view->has_alt = true;
    view->alt = alts->items[i];
}

struct wire_list_media_view message_row_media(const struct store_rows *rows, int row, int column,
                                              struct arena *arena)
{
    struct wire_list_media_view list = {0, NULL};
    struct wire_list_text ids = rows_text_array(rows, row, column, arena);
    struct rows_int_list widths = rows_int_array(rows, row, column + 1, arena);
    struct rows_int_list heights = rows_int_array(rows, row, column + 2, arena);
    struct wire_list_text alts = rows_text_array(rows, row, column + 3, arena);
    if (ids.count == 0 || widths.count != ids.count || heights.count != ids.count)
        return list;
    list.items = arena_alloc(arena, ids.count * sizeof(list.items[0]));
    list.count = ids.count;
    for (uint32_t i = 0; i < ids.count; i++) {
        list.items[i].media_id = ids.items[i];
        list.items[i].width = (uint32_t)widths.items[i];
        list.items[i].height = (uint32_t)heights.items[i];
        set_alt(&list.items[i], &alts, i);
    }
    return list;
}

struct wire_list_media_view message_row_sounds(const struct store_rows *rows, int row, int column,
                                               struct arena *arena)
{
    struct wire_list_media_view list = message_row_media(rows, row, column, arena);
    struct rows_int_list durations = rows_int_array(rows, row, column + 4, arena);
    for (uint32_t i = 0; i < list.count && i < durations.count; i++) {
        list.items[i].has_duration_ms = durations.items[i] > 0;
        list.items[i].duration_ms = (uint32_t)durations.items[i];
    }
    return list;
}

void message_row_view(const struct store_rows *rows, int row, struct arena *arena,
                      struct wire_message_view *out)
{
    *out = (struct wire_message_view){
        .room_id = rows_id(rows, row, MESSAGE_ROOM_ID),
        .seq = rows_id(rows, row, MESSAGE_SEQ),
        .sender_id = rows_id(rows, row, MESSAGE_SENDER_ID),
        .sender_name = rows_text(rows, row, MESSAGE_SENDER_NAME),
        .badge = (enum wire_badge)rows_int(rows, row, MESSAGE_BADGE),
        .kind = (enum wire_message_kind)rows_int(rows, row, MESSAGE_KIND),
        .state = (enum wire_message_state)rows_int(rows, row, MESSAGE_STATE),
        .sent_at = rows_time(rows, row, MESSAGE_SENT_AT),
        .has_body = !rows_is_null(rows, row, MESSAGE_BODY),
        .body = rows_text(rows, row, MESSAGE_BODY),
        .has_quote_seq = !rows_is_null(rows, row, MESSAGE_QUOTE_SEQ),
        .quote_seq = rows_id(rows, row, MESSAGE_QUOTE_SEQ),
        .has_official = rows_bool(rows, row, MESSAGE_OFFICIAL),
        .official = rows_bool(rows, row, MESSAGE_OFFICIAL),
        .has_notice_id = !rows_is_null(rows, row, MESSAGE_NOTICE_ID),
        .notice_id = rows_id(rows, row, MESSAGE_NOTICE_ID),
        .has_person_id = !rows_is_null(rows, row, MESSAGE_PERSON_ID),
        .person_id = rows_id(rows, row, MESSAGE_PERSON_ID),
        .has_public_reason = !rows_is_null(rows, row, MESSAGE_PUBLIC_REASON),
        .public_reason = rows_text(rows, row, MESSAGE_PUBLIC_REASON),
    };
    out->has_client_key =
        rows_copy_bin(rows, row, MESSAGE_CLIENT_KEY, out->client_key, WIRE_KEY_BYTES);
    out->media = message_row_sounds(rows, row, MESSAGE_MEDIA_IDS, arena);
    out->has_media = out->media.count > 0;
}

struct wire_list_message_view message_rows_views(const struct store_rows *rows, struct arena *arena)
{
    struct wire_list_message_view list = {0, NULL};
    if (rows->count == 0)
        return list;
    list.items = arena_alloc(arena, (size_t)rows->count * sizeof(list.items[0]));
    for (int row = 0; row < rows->count; row++)
        if (!rows_is_null(rows, row, MESSAGE_SEQ))
            message_row_view(rows, row, arena, &list.items[list.count++]);
    return list;
}
