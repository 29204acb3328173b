/*
 * room_rows: rows about rooms as room_facts and room_membership. Inside the store only.
 */
#ifndef STORE_ROOM_ROWS_H
#define STORE_ROOM_ROWS_H

#include "store/room_store.h"

/* Columns of room_load; room_memberships has the rest behind them. */
enum room_column {
    ROOM_ID,
    ROOM_KIND,
    ROOM_NAME,
    ROOM_STATION_ID,
    ROOM_COMMUNITY_ID,
    ROOM_PLACE_ID,
    ROOM_HEAD_SEQ,
    ROOM_FIRST_SEQ,
    ROOM_MEMBER_COUNT,
    ROOM_CLOSED,
    ROOM_READ_SEQ,
    ROOM_MUTED_UNTIL,
    ROOM_UNREAD,
    ROOM_MAY_POST,
};

void room_row_facts(const struct store_rows *rows, int row, struct room_facts *out);
void room_row_membership(const struct store_rows *rows, int row, struct room_membership *out);

#endif
