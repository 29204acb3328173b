"""Voice messages: in, made anew, heard by those who may, gone when they must; and what is none."""
import pathlib
import random
import socket

import pytest
from client.hall_doors import Doors, Refused
from harness.statements import Statements
from integration.talk import enter, scenario
from integration.test_media import HOSTILE, png, refused

HERE = pathlib.Path(__file__).parent / "voice"
TONE = {kind: (HERE / name).read_bytes() for kind, name in {
    "audio/webm;codecs=opus": "tone.webm",  # as Chromium records
    "audio/mp4": "tone.mp4",
    "audio/mp4;codecs=mp4a.40.2": "pieces.mp4",  # as Safari records: a head, then pieces
}.items()}
WEBM, MP4 = TONE["audio/webm;codecs=opus"], TONE["audio/mp4"]
FRAME = 96  # bytes of one frame of the form that is kept: 24 ms


# -- recordings made here, without any library: Opus silence in Ogg

def crc(data):
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value


def page(number, kind, position, packets):
    """Every packet here is shorter than 255 bytes."""
    head = (b"OggS\0" + bytes([kind]) + position.to_bytes(8, "little") + b"hall"
            + number.to_bytes(4, "little"))
    rest = bytes([len(packets)]) + bytes(len(p) for p in packets) + b"".join(packets)
    return head + crc(head + bytes(4) + rest).to_bytes(4, "little") + rest


def silence(seconds, claimed=None):
    """20 ms a packet; the last page claims what it is told to."""
    head = b"OpusHead\1\1" + bytes(2) + (48000).to_bytes(4, "little") + bytes(3)
    pages = [page(0, 2, 0, [head]), page(1, 0, 0, [b"OpusTags" + bytes(8)])]
    count = round(seconds * 50)
    for first in range(0, count, 200):
        done = min(first + 200, count)
        position = done * 960 if done < count or claimed is None else claimed * 48000
        pages.append(page(len(pages), 4 if done == count else 0, position,
                          [b"\xf8\xff\xfe"] * (done - first)))
    return b"".join(pages)


def frames(sound):
    """How many frames of MPEG-2 Layer III, mono, 24 kHz, 32 kbit/s; nothing else is in it."""
    assert sound and len(sound) % FRAME == 0
    heads = {sound[at:at + 3] for at in range(0, len(sound), FRAME)}
    assert all(head[:2] == b"\xff\xf3" and head[2] >> 2 == 0x11 for head in heads), heads
    assert all(sound[at + 3] >> 6 == 3 for at in range(0, len(sound), FRAME))
    return len(sound) // FRAME


@pytest.fixture
def server(make_server):
    return make_server(account_rate=0, address_rate=0).start()


@pytest.fixture
def community(town):
    return town.community()


@pytest.fixture
def owner(town, community):
    return town.resident(community)


@pytest.fixture
def doors(server, owner):
    return Doors(server.http, owner.token)


# -- what is kept

def test_what_browsers_record_becomes_one_form(database, doors):
    for kind, recording in TONE.items():
        media = doors.upload_voice(recording, kind)
        assert (media["width"], media["height"]) == (0, 0)
        assert 990 <= media["duration_ms"] <= 1060, kind
        sound = doors.voice(media["media_id"])
        assert media["duration_ms"] <= frames(sound) * 24 <= media["duration_ms"] + 120
        assert len(set(sound)) > 100, "a tone, not silence"
        assert b"SECRET" not in sound and b"Lav" not in sound
    assert b"SECRET" in WEBM and b"SECRET" in MP4
    assert database.rows("SELECT DISTINCT size FROM media_blob") == [{"size": 0}]


def test_the_answer_says_how_to_treat_it_and_gives_ranges(doors):
    path = "/api/v1/voice/" + doors.upload_voice(WEBM)["media_id"]
    whole = doors.send("GET", path)
    size = len(whole.body)
    assert whole.status == 200 and whole.headers["content-type"] == "audio/mpeg"
    assert whole.headers["cache-control"] == "no-store"
    assert whole.headers["accept-ranges"] == "bytes"
    for asked, first, last in (("0-1", 0, 1), ("100-", 100, size - 1), ("-96", size - 96, size - 1),
                               ("10-99999999", 10, size - 1), ("-99999999", 0, size - 1)):
        part = doors.send("GET", path, headers={"range": f"bytes={asked}"})
        assert part.status == 206, asked
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.body == whole.body[first:last + 1]
    for asked in ("bytes=", "bytes=-", "bytes=5-4", "bytes=x-", "bytes=-0", f"bytes={size}-",
                  "bytes=0-1,3-4", "bytes=9999999999999999999999-", "bytes= 1-2", "lines=1-2"):
        answer = doors.send("GET", path, headers={"range": asked})
        assert (answer.status, answer.body) == (200, whole.body), asked


def test_it_lasts_as_long_as_it_sounds_whatever_it_claims(doors):
    for recording, duration in ((silence(2), 2000), (silence(2, claimed=50), 2000),
                                (silence(60), 60000)):
        assert abs(doors.upload_voice(recording, "audio/ogg")["duration_ms"] - duration) < 30
    for seconds, claimed in ((61, None), (300, 2)):
        refused(413, "too_large", doors.upload_voice, silence(seconds, claimed), "audio/ogg")
    refused(415, "unsupported_media", doors.upload_voice, silence(0.2), "audio/ogg")


# -- who may hear it

@scenario
async def test_it_is_the_owners_alone_until_a_message_holds_it(server, town, community, owner,
                                                               doors, database):
    neighbour, stranger = town.resident(community), town.resident(town.community())
    media = doors.upload_voice(WEBM)
    others = [Doors(server.http, person.token) for person in (neighbour, stranger)]
    for other in others:
        refused(404, "not_found", other.voice, media["media_id"])
    refused(404, "not_found", doors.picture, media["media_id"])  # nor is it a picture
    refused(404, "not_found", doors.voice, doors.upload(png(), "image/png")["media_id"])
    refused(401, "unauthenticated", Doors(server.http).voice, media["media_id"])
    async with enter(server, owner) as hall, enter(server, neighbour) as listener:
        posted = await hall.post(community.hall_id, "", media_ids=[media["media_id"]])
        event = (await listener.next_event("message_added")).body
        page_ = await listener.history(community.hall_id)
        assert event["message"]["media"] == page_["messages"][-1]["media"] == [media]
        assert frames(others[0].voice(media["media_id"])) > 40
        for name in (media["media_id"], "A" * 22):
            refused(404, "not_found", others[1].voice, name)
        await hall.recall(community.hall_id, posted["seq"])
    for who in (others[0], doors):
        refused(410, "revoked", who.voice, media["media_id"])
    assert database.value("SELECT count(*) FROM media_blob WHERE size = 0") == 0


def test_there_is_an_end_to_what_one_person_holds_and_for_how_long(database, doors, owner):
    kept, old = (doors.upload_voice(silence(1), "audio/ogg")["media_id"] for _ in range(2))
    database.rows("UPDATE media SET created_at = now() - interval '25 hours' WHERE id = %s"
                  " RETURNING 1", old)
    with database.link(as_app=True) as link:
        assert [row["id"] for row in Statements(link).run("media_orphans_remove", 10)] == [old]
    assert doors.voice(kept)
    refused(410, "revoked", doors.voice, old)
    database.rows("INSERT INTO media (id, owner_id, width, height) SELECT 'held_' || lpad(n::text,"
                  " 20, '0'), %s, 1, 1 FROM generate_series(1, 59) n RETURNING 1", owner.id)
    refused(429, "rate_limited", doors.upload_voice, silence(1), "audio/ogg")


# -- what is none

NONE = {
    **{name: sent for name, (sent, _) in HOSTILE.items() if name != "nothing" and len(sent) < 9000},
    "nothing": b"",
    "mp3": b"ID3\4\0\0\0\0\0\x0a" + bytes(20) + b"\xff\xf3\x44\xc4" + bytes(500),
    "wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0" + bytes(500),
    "a list of other files": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "webm head alone": WEBM[:64],
    "webm of another codec": (HERE / "vorbis.webm").read_bytes(),
    "mp4 cut off": MP4[:-800],
    "mp4 head alone": MP4[:32],
    "mp4 of nothing but zeros": MP4[:40] + bytes(4000),
    "ogg without sound": silence(0),
    "ogg that is cut off": silence(1)[:60],
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_recording_is_refused_and_not_kept(database, doors, name):
    refused(415, "unsupported_media", doors.upload_voice, NONE[name], "audio/webm")
    assert database.value("SELECT count(*) FROM media") == 0


def test_only_sound_and_not_too_much_of_it_is_taken(server, doors, owner):
    for content_type in ("application/octet-stream", "video/webm", "image/png"):
        refused(415, "unsupported_media", doors.upload_voice, WEBM, content_type)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall((f"POST /api/v1/voice HTTP/1.1\r\nHost: localhost\r\n"
                      f"Authorization: {owner.bearer['Authorization']}\r\n"
                      f"Content-Type: audio/webm\r\nContent-Length: {(2 << 20) + 1}\r\n\r\n"
                      ).encode())
        assert link.recv(64).startswith(b"HTTP/1.1 413 ")


def test_damaged_recordings_hurt_nobody(server, database, doors, deep):
    """Whatever comes of them: an answer, nothing stored as it was sent, and the server goes on."""
    dice = random.Random(20261128)
    originals = [*TONE.values(), silence(2)]
    for round_ in range(1000 if deep else 60):
        recording = bytearray(dice.choice(originals))
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(recording))
            match dice.randint(0, 3):
                case 0: recording[at] = dice.randrange(256)
                case 1: del recording[at:at + dice.randint(1, 40)]
                case 2: recording[at:at] = dice.randbytes(dice.randint(1, 40))
                case 3: recording[at:at + 4] = b"\xff\xff\xff\xff"
        answer = doors.send("POST", "/api/v1/voice", bytes(recording),
                            {"content-type": "audio/webm"})
        assert answer.status in (201, 413, 415), (round_, answer.status, answer.body)
        database.rows("UPDATE media SET state = 3 WHERE state = 1 RETURNING 1")
    for row in database.rows("SELECT content FROM media_blob"):
        frames(bytes(row["content"]))
    assert doors.upload_voice(WEBM)["duration_ms"] > 900


def test_a_voice_is_no_picture_for_other_things(server, town, community, owner, doors):
    """A report of a dispute shows pictures; a voice is not hers to give there."""
    media_id = doors.upload_voice(WEBM)["media_id"]

    @scenario
    async def report():
        async with enter(server, owner) as hall:
            with pytest.raises(Refused) as caught:
                await hall.request("dispute_submit", {
                    "client_key": bytes(16), "description": "楼上漏水,说了几次也不修",
                    "place_id": community.id, "media_ids": [media_id]})
            assert (caught.value.code, caught.value.field) == ("invalid_field", "media_ids")

    report()


def test_a_missing_child_is_busy_not_broken(make_server, town, community):
    server = make_server(voice_program="/nonexistent/hall-voice").start()
    server.allow_error("media.child_not_started")
    refused(503, "busy", Doors(server.http, town.resident(community).token).upload_voice, WEBM)
    assert server.get("/readyz")[0] == 200
