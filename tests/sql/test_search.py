"""Search finds any one or more characters, from the tail, blocks and segments alike."""
import random

import pytest

from harness.rows import message_rows

BLOCK, SEGMENT = 2048, 32768


@pytest.fixture
def hall(town):
    community = town.community()
    return community.hall_id, town.resident(community)


@pytest.fixture
def find(app):
    def find(person, needle, room_id=0, before=(None, 0, 0), size=50):
        return app.run("search_find", person.id, room_id, needle, *before, size)
    return find


def fill(database, room_id, sender_id, bodies, folded=None):
    """Many messages without the write road; a second apart."""
    folded = folded or [None] * len(bodies)
    database.rows(
        "INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge,"
        " client_key, body, folded)"
        " SELECT r.id, r.last_seq + x.n, %s, timestamptz '2025-01-01Z' + (r.last_seq + x.n)"
        "        * interval '1 second', 0, 1, 1, uuid_send(gen_random_uuid()), x.body, x.folded"
        " FROM room r, unnest(%s::text[], %s::text[]) WITH ORDINALITY AS x (body, folded, n)"
        " WHERE r.id = %s", sender_id, bodies, folded, room_id)
    database.rows("UPDATE room SET last_seq = last_seq + %s, last_at = timestamptz '2025-01-01Z'"
                  " + (last_seq + %s) * interval '1 second' WHERE id = %s",
                  len(bodies), len(bodies), room_id)


def build(app):
    steps = []
    while (step := app.one("search_build")["built"]):
        steps.append(step)
    return steps


def seqs(rows):
    return [r["seq"] for r in rows]


def test_one_two_and_more_characters_anywhere_in_the_text(hall, say, find):
    room, ann = hall
    for text in ("早餐店开门了", "广场舞太吵", "电动车停楼道", "早上好"):
        say(room, ann.id, text)
    assert seqs(find(ann, "早")) == [4, 1]
    assert seqs(find(ann, "了")) == [1]          # the last character
    assert seqs(find(ann, "好")) == [4]
    assert seqs(find(ann, "广场")) == [2]
    assert seqs(find(ann, "车停楼")) == [3]
    assert seqs(find(ann, "早餐店开门了")) == [1]
    assert seqs(find(ann, "早店")) == []
    assert seqs(find(ann, "")) == []


def test_the_folded_form_is_searched_and_the_written_one_shown(hall, say, find):
    room, ann = hall
    say(room, ann.id, "電動車ＡＢＣ", folded="电动车abc")
    rows = find(ann, "电动车a")
    assert seqs(rows) == [1] and rows[0]["body"] == "電動車ＡＢＣ"
    assert find(ann, "電動") == []  # needles come folded


def test_signs_of_patterns_mean_themselves(hall, say, find):
    room, ann = hall
    for text in ("100%真的", "a_b", "c:\\d", "' OR 1=1 --", "a.b"):
        say(room, ann.id, text)
    assert seqs(find(ann, "%")) == [1]
    assert seqs(find(ann, "_")) == [2]
    assert seqs(find(ann, "\\")) == [3]
    assert seqs(find(ann, "' or")) == []
    assert seqs(find(ann, "' OR")) == [4]
    assert seqs(find(ann, ".")) == [5]


def test_only_rooms_one_is_in_and_only_what_is_visible(town, app, say, find):
    a, b = town.community(), town.community()
    ann, bob = town.resident(a), town.resident(b)
    say(a.hall_id, ann.id, "秘密")
    say(b.hall_id, bob.id, "秘密")
    assert [(r["room_id"], r["seq"]) for r in find(ann, "秘密")] == [(a.hall_id, 1)]
    assert find(ann, "秘密", room_id=b.hall_id) == []
    app.one("message_recall", a.hall_id, 1, ann.id, 120000)
    assert find(ann, "秘密") == []


def expected(bodies, needle):
    return [i + 1 for i in reversed(range(len(bodies))) if needle in bodies[i]]


def test_index_and_plain_reading_agree_on_random_texts(database, hall, app, find, deep):
    """Few characters, so that pairs repeat and nearly-hits are many."""
    room, ann = hall
    random.seed(11)
    signs = "的一是不了人在有我他a1 。\n𠮷"
    bodies = ["".join(random.choices(signs, k=random.randint(1, 12)))
              for _ in range(BLOCK * 3 + 500)]
    fill(database, room, ann.id, bodies)
    needles = ["".join(random.choices(signs, k=n)) for n in (1, 2, 3, 4, 5, 6)
               for _ in range(60 if deep else 15)]
    assert build(app) == [BLOCK] * 3
    for needle in needles:
        assert seqs(find(ann, needle)) == expected(bodies, needle)[:50], repr(needle)
    # Taken back after indexing: the text decides, not the index.
    gone = random.sample(range(1, len(bodies) + 1), 2000)
    database.rows("UPDATE message SET state = 2, body = NULL WHERE seq = ANY(%s)", gone)
    for number in gone:
        bodies[number - 1] = ""
    for needle in needles:
        assert seqs(find(ann, needle)) == expected(bodies, needle)[:50], repr(needle)


def test_blocks_become_a_segment_and_everything_is_still_found(database, hall, app, find):
    room, ann = hall
    bodies = [f"第{n}条消息" for n in range(1, SEGMENT + BLOCK + 11)]
    fill(database, room, ann.id, bodies)
    assert build(app).count(SEGMENT) == 1
    assert database.rows("SELECT level, min(segment), max(segment) FROM search_posting"
                         " GROUP BY level ORDER BY level") == [
        {"level": 0, "min": 16, "max": 16}, {"level": 1, "min": 0, "max": 0}]
    state = database.rows("SELECT indexed_seq, merged_seq FROM search_room")[0]
    assert state == {"indexed_seq": SEGMENT + BLOCK, "merged_seq": SEGMENT}
    for number in (1, 2, BLOCK, BLOCK + 1, 9999, SEGMENT - 1, SEGMENT, SEGMENT + 1, len(bodies)):
        assert seqs(find(ann, f"第{number}条")) == [number]
    assert seqs(find(ann, "条", size=3)) == [len(bodies), len(bodies) - 1, len(bodies) - 2]
    assert find(ann, "没有") == []


def test_pages_over_many_rooms_go_on_where_the_last_ended(database, town, app, find):
    station = town.station()
    halls = [town.community(station).hall_id for _ in range(3)]
    leader = town.staff("station_leader", station)
    bodies = ["同一秒" if n % 2 else "别的" for n in range(100)]
    for room in halls:  # the same times in all three
        fill(database, room, leader.id, bodies)
    want = sorted(((seq, room) for room in halls for seq in expected(bodies, "同一秒")),
                  reverse=True)
    got, before = [], (None, 0, 0)
    while rows := find(leader, "同一秒", before=before, size=7):
        got += [(r["seq"], r["room_id"]) for r in rows]
        before = (rows[-1]["sent_at"], rows[-1]["room_id"], rows[-1]["seq"])
    assert got == want


def test_two_builders_do_not_index_twice(database, hall, app, other_app):
    room, ann = hall
    fill(database, room, ann.id, ["一二三"] * (BLOCK * 2))
    with app.link.transaction():
        assert app.one("search_build")["built"] == BLOCK
        assert other_app.one("search_build")["built"] == 0  # one at a time
    assert other_app.one("search_build")["built"] == BLOCK
    assert build(app) == []
    assert database.value("SELECT count(*) FROM search_posting WHERE gram = '一二'") == 2


def test_a_time_is_found_in_a_room(database, hall, app):
    room, ann = hall
    fill(database, room, ann.id, ["一"] * 100)
    at = "timestamptz '2025-01-01Z' + interval '%s seconds'"
    for seconds, inclusive, seq in ((50, True, 50), (50, False, 49), (0, True, 0),
                                    (500, True, 100)):
        assert database.value(f"SELECT room_seq_at(%s, {at % seconds}, %s)", room, inclusive) == seq


def test_search_as_in_the_write_road(hall, app, find):
    """A batch that says the same in many rows: every one is found."""
    room, ann = hall
    app.run("message_add", *message_rows(
        *[{"room_id": room, "sender_id": ann.id, "body": "开会"} for _ in range(20)]))
    assert seqs(find(ann, "开会")) == list(range(20, 0, -1))
