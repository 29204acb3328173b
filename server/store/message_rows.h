/*
 * message_rows: rows of the view message_shown as the wire's message_view. Inside the store only.
 */
#ifndef STORE_MESSAGE_ROWS_H
#define STORE_MESSAGE_ROWS_H

#include "store/store_rows.h"
#include "wire/wire_schema.h"

/* The columns that every statement which reads messages begins with, in this order. */
enum message_column {
    MESSAGE_ROOM_ID,
    MESSAGE_SEQ,
    MESSAGE_SENDER_ID,
    MESSAGE_SENDER_NAME,
    MESSAGE_BADGE,
    MESSAGE_KIND,
    MESSAGE_STATE,
    MESSAGE_SENT_AT,
    MESSAGE_BODY,
    MESSAGE_QUOTE_SEQ,
    MESSAGE_OFFICIAL,
    MESSAGE_NOTICE_ID,
    MESSAGE_PUBLIC_REASON,
    MESSAGE_CLIENT_KEY,
    MESSAGE_MEDIA_IDS,
    MESSAGE_MEDIA_WIDTHS,
    MESSAGE_MEDIA_HEIGHTS,
    MESSAGE_MEDIA_ALTS,
    MESSAGE_MEDIA_DURATIONS,
    MESSAGE_PERSON_ID,
    MESSAGE_COLUMNS
};

/* Texts point into the rows, lists into the arena. */
void message_row_view(const struct store_rows *rows, int row, struct arena *arena,
                      struct wire_message_view *out);
/* All rows whose seq is not NULL. */
struct wire_list_message_view message_rows_views(const struct store_rows *rows,
                                                 struct arena *arena);
/* The four media columns from this one on: pictures. */
struct wire_list_media_view message_row_media(const struct store_rows *rows, int row, int column,
                                              struct arena *arena);
/* The five media columns from this one on: pictures and voices. */
struct wire_list_media_view message_row_sounds(const struct store_rows *rows, int row, int column,
                                               struct arena *arena);

#endif
