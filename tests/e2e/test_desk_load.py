"""A queue of a thousand open objects that does not stand still (P11, P12)."""
import os
import threading

import pytest

pytestmark = pytest.mark.alone

FILL = """
INSERT INTO work_item (work_kind, entity_id, no, state, state_version, station_id, community_id,
                       urgency, title_code, title_detail, waiting_for, next_due_at, created_at,
                       updated_at)
SELECT 2, 1000000 + n, 'D-LD-202611-' || n, 1 + n %% 4, 1, c.station_id, c.id, 2 + n %% 3,
       1 + n %% 5, 1 + n %% 19, 1, now() + n * interval '1 minute', now(), now()
FROM (SELECT community_id AS id, station_id FROM room WHERE kind = 1 ORDER BY id LIMIT 1) c,
     generate_series(1, %s) AS n
"""
CHANGE = """
WITH changed AS (
    UPDATE work_item SET state_version = state_version + 1, state = 1 + state_version %% 4,
           updated_at = now()
    WHERE work_kind = 2 AND entity_id = ANY(%s) RETURNING work_kind, entity_id)
SELECT pg_notify('hall', 'work_changed ' || work_kind || ' ' || entity_id) FROM changed
"""
OBJECTS, PER_SECOND, TURNS = 1000, 100, 20


def test_a_thousand_open_objects_change_and_the_desk_stays_quick(browse, database):
    over = threading.Event()

    def change():
        with database.link() as link:
            for turn in range(1_000_000):
                if over.wait(1 / TURNS):
                    return
                count = PER_SECOND // TURNS
                ids = [1000001 + (turn * count + i) * 7 % OBJECTS for i in range(count)]
                link.execute(CHANGE, (ids,))

    with database.link() as link:
        link.execute(FILL, (OBJECTS,))
    changing = threading.Thread(target=change)
    changing.start()
    try:
        seconds = int(os.environ.get("HALL_LOAD_S", "20"))
        print(browse("desk_load.mjs", timeout_s=seconds + 120))
    finally:
        over.set()
        changing.join()
