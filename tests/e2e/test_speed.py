"""How long a hall of ten thousand messages makes people wait (P7, P8), and a first
visit, a known room and a return after hours (P4, P5, P9)."""
import pytest

pytestmark = pytest.mark.alone
MANY = 10_000
SAID = """
WITH hall AS (
    UPDATE room SET last_seq = last_seq + %(many)s
    WHERE id = (SELECT min(id) FROM room WHERE kind = 1)
    RETURNING id, last_seq - %(many)s AS before),
talkers AS (SELECT array_agg(account_id) AS ids FROM membership, hall WHERE room_id = hall.id)
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge, client_key,
                     body)
SELECT hall.id, hall.before + n, talkers.ids[1 + n / 3 %% cardinality(talkers.ids)],
       now() - (%(many)s - n) * interval '20 seconds', 0, 1, 1,
       decode(md5('said' || n), 'hex'),
       left(repeat('楼下的灯又坏了，请物业看一下；谁家的快递放错了门口。', 4), 6 + n * 7 %% 90) || n
FROM hall, talkers, generate_series(1, %(many)s) AS n
"""


def test_a_long_hall_scrolls_and_sends_without_waiting(browse, database):
    with database.link() as link:
        link.execute(SAID, {"many": MANY})
    print(browse("speed.mjs", timeout_s=300))


# Four rooms beside the hall, with her and the officer in them.
ROOMS = """
WITH made AS (
    INSERT INTO room (kind, name, station_id, community_id, place_id)
    SELECT 2, '第' || n || '组', station_id, community_id, place_id
    FROM room, generate_series(2, %s) AS n WHERE id = (SELECT min(id) FROM room WHERE kind = 1)
    RETURNING id)
INSERT INTO membership (room_id, account_id)
SELECT made.id, account.id FROM made, account WHERE display_name IN ('李建军', '赵建国')
"""


def test_the_hall_is_there_soon_on_a_slow_phone(browse, database):
    rooms = 5
    database.rows(ROOMS, rooms)
    print(browse("first_load.mjs", timeout_s=400, HALL_ROOMS=str(rooms)))
