"""Pictures: in, made anew, seen by those who may, gone when they must; and files that are none."""
import asyncio
import json
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import zlib

import pytest
from client.hall_doors import Doors, Refused
from harness.statements import Statements
from integration.talk import enter, scenario

SOF = {0xC0, 0xC1, 0xC2}


# -- pictures made here, without any library

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=40, height=30, extra=b""):
    rows = b"".join(b"\0" + bytes((x * 6 % 256, y * 8 % 256, 90)[c] for x in range(width)
                                  for c in range(3)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def png_bomb(width, height):
    """Honest headers and a picture of zeros: a few kilobytes that want gigabytes."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" * (1 + width * 3)) for _ in range(min(height, 2000)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", body + packer.flush()) + chunk(b"IEND", b""))


def jpeg_size(data):
    """Width, height and the markers of a JPEG."""
    at, markers = 2, []
    assert data[:2] == b"\xff\xd8"
    while True:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        markers.append(marker)
        if marker in SOF:
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
        if marker == 0xDA:
            return width, height, markers
        at += 2 + length


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


def refused(status, code, call, *args):
    with pytest.raises(Refused) as caught:
        call(*args)
    assert (caught.value.status, caught.value.code) == (status, code), caught.value


def upload(doors, image, content_type="image/png"):
    return doors.upload(image, content_type)


# -- what is kept

def test_a_picture_comes_back_as_two_jpegs_and_no_larger(database, doors):
    media = upload(doors, png(2000, 900))
    assert (media["width"], media["height"]) == (1600, 720)
    small, large = (doors.picture(media["media_id"], size) for size in (320, 1600))
    assert jpeg_size(small)[:2] == (320, 144) and jpeg_size(large)[:2] == (1600, 720)
    media = upload(doors, png(40, 30))
    assert jpeg_size(doors.picture(media["media_id"], 1600))[:2] == (40, 30)


def test_what_is_kept_holds_nothing_of_what_was_sent(database, doors, tmp_path):
    secret = "SECRET-PLACE-31.2304N"
    source = tmp_path / "in.jpg"
    source.write_bytes(doors.picture(upload(doors, png(400, 300))["media_id"], 1600))
    subprocess.run(["exiftool", "-q", "-overwrite_original", f"-Artist={secret}",
                    f"-Comment={secret}", "-GPSLatitude=31.2304", "-GPSLatitudeRef=N",
                    "-Orientation#=6", f"-XMP:Title={secret}", str(source)], check=True)
    assert secret.encode() in source.read_bytes()
    media = doors.upload(source.read_bytes(), "image/jpeg")
    assert (media["width"], media["height"]) == (300, 400)  # stood up, then forgotten
    for size in (320, 1600):
        target = tmp_path / f"{size}.jpg"
        target.write_bytes(doors.picture(media["media_id"], size))
        assert secret.encode() not in target.read_bytes()
        told = json.loads(subprocess.run(["exiftool", "-j", "-G", str(target)], check=True,
                                         capture_output=True).stdout)[0]
        groups = {name.split(":")[0] for name in told if ":" in name}
        assert groups <= {"ExifTool", "File", "JFIF", "Composite"}, told
    kept = [bytes(row["content"]) for row in database.rows("SELECT content FROM media_blob")]
    assert not any(secret.encode() in content for content in kept)


def test_its_words_go_with_it(doors):
    media = doors.upload(png(), "image/png", "门口的告示 & 通知")
    assert media["alt"] == "门口的告示 & 通知"
    with pytest.raises(Refused) as caught:
        doors.upload(png(), "image/png", "字" * 401)
    assert caught.value.field == "alt"


def test_the_answer_says_how_to_treat_it(doors):
    media = upload(doors, png())
    answer = doors.send("GET", f"/api/v1/media/{media['media_id']}/320")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    head = doors.send("HEAD", f"/api/v1/media/{media['media_id']}/320")
    assert head.status == 200 and head.body == b""
    assert head.headers["content-length"] == str(len(answer.body))


# -- who may see it

@scenario
async def test_it_is_the_owners_alone_until_a_message_shows_it(server, town, community, owner,
                                                               doors):
    neighbour, stranger = town.resident(community), town.resident(town.community())
    media_id = upload(doors, png())["media_id"]
    others = [Doors(server.http, person.token) for person in (neighbour, stranger)]
    for other in others:
        refused(404, "not_found", other.picture, media_id)
    async with enter(server, owner) as hall:
        await hall.post(community.hall_id, "看这个", media_ids=[media_id])
    assert others[0].picture(media_id).startswith(b"\xff\xd8")
    refused(404, "not_found", others[1].picture, media_id)
    refused(404, "not_found", others[1].picture, "A" * 22)


@scenario
async def test_a_message_taken_back_takes_its_picture_along(server, database, town, community,
                                                            owner, doors):
    neighbour = Doors(server.http, town.resident(community).token)
    media_id = upload(doors, png())["media_id"]
    async with enter(server, owner) as hall:
        posted = await hall.post(community.hall_id, "看这个", media_ids=[media_id])
        assert neighbour.picture(media_id)
        await hall.recall(community.hall_id, posted["seq"])
    for who in (neighbour, doors):
        refused(410, "revoked", who.picture, media_id)
    assert database.value("SELECT count(*) FROM media_blob") == 0


def test_a_picture_cannot_be_shown_by_somebody_else(server, town, community, doors):
    thief = town.resident(community)
    media_id = upload(doors, png())["media_id"]

    @scenario
    async def steal():
        async with enter(server, thief) as hall:
            with pytest.raises(Refused) as caught:
                await hall.post(community.hall_id, "我的", media_ids=[media_id])
            assert (caught.value.code, caught.value.field) == ("invalid_field", "media_ids")

    steal()


def test_of_posts_that_claim_one_picture_at_once_exactly_one_gets_it(server, database, town,
                                                                     community, owner, doors):
    media_id = upload(doors, png())["media_id"]

    @scenario
    async def claim():
        async with enter(server, owner) as hall, \
                enter(server, town.resident(community)) as neighbour:
            answers = await asyncio.gather(
                *(hall.post(community.hall_id, f"第{number}次", media_ids=[media_id])
                  for number in range(12)), return_exceptions=True)
            won = [a for a in answers if not isinstance(a, Exception)]
            assert len(won) == 1, answers
            lost = {(a.code, a.field) for a in answers if isinstance(a, Exception)}
            assert lost == {("invalid_field", "media_ids")}
            page = await neighbour.history(community.hall_id)
            assert [len(m["media"]) for m in page["messages"]] == [1]

    claim()
    assert database.rows("SELECT state, message_seq FROM media") == [
        {"state": 2, "message_seq": 1}]


# -- what is decided before the picture is read

def upload_head(server, size, token=None):
    """The head of an upload, and nothing of its body."""
    link = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    link.sendall(f"POST /api/v1/media HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n"
                 f"content-type: image/png\r\ncontent-length: {size}\r\n{bearer}\r\n".encode())
    return link


def whole_answer(link):
    """Everything until the server closes."""
    with link:
        return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.mark.parametrize("token", [None, "A" * 43])
def test_who_is_not_logged_in_is_told_before_the_body(server, token):
    answer = whole_answer(upload_head(server, 12_000_000, token))
    assert answer.startswith(b"HTTP/1.1 401 ") and b'"unauthenticated"' in answer


def test_who_has_uploaded_too_much_is_told_before_the_body(make_server, town, community, owner):
    server = make_server(account_rate=1, account_burst=25).start()
    image = png(extra=chunk(b"teXt", b"x" * 100_000))  # large enough to be asked about
    assert Doors(server.http, owner.token).upload(image, "image/png")["media_id"]
    answer = whole_answer(upload_head(server, 12_000_000, owner.token))
    assert answer.startswith(b"HTTP/1.1 429 ") and b'"rate_limited"' in answer
    assert int(answer.lower().split(b"retry-after: ")[1].split(b"\r\n")[0]) >= 1


def test_who_may_upload_is_waited_for(server, owner):
    with upload_head(server, 200_000, owner.token) as link:
        link.settimeout(0.5)
        with pytest.raises(TimeoutError):
            link.recv(1)
        link.settimeout(5)
        link.sendall(b"\0" * 200_000)
        assert link.recv(100).startswith(b"HTTP/1.1 4")  # read whole, and no picture


def test_who_goes_away_while_the_server_looks_leaves_nothing(server, owner, database):
    with database.link() as other, other.transaction():
        other.execute("LOCK TABLE login_session IN ACCESS EXCLUSIVE MODE")
        for _ in range(5):
            upload_head(server, 12_000_000, owner.token).close()
    answer = whole_answer(upload_head(server, 12_000_000))
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_nobody_uploads_or_reads_without_logging_in(server, doors):
    media_id = upload(doors, png())["media_id"]
    nobody = Doors(server.http)
    refused(401, "unauthenticated", nobody.picture, media_id)
    refused(401, "unauthenticated", nobody.upload, png(), "image/png")


@pytest.mark.parametrize("path", ["x/320", "A/999", "../../etc/320", "%2e%2e/320",
                                  "A" * 40 + "/320", "AAAAAAAAAAAAAAAAAAAAAA/1600x",
                                  "AAAAAAAAAAAAAAAAAAAAAA"])
def test_other_names_and_sizes_are_not_found(doors, path):
    assert doors.send("GET", f"/api/v1/media/{path}").status in (400, 404)


def test_there_is_an_end_to_what_one_person_holds(doors):
    for _ in range(60):
        upload(doors, png(4, 4))
    refused(429, "rate_limited", upload, doors, png(4, 4))


def test_what_no_message_shows_is_gone_after_a_day(database, doors):
    kept, old = (upload(doors, png())["media_id"] for _ in range(2))
    database.rows("UPDATE media SET created_at = now() - interval '25 hours' WHERE id = %s"
                  " RETURNING 1", old)
    with database.link(as_app=True) as link:
        removed = Statements(link).run("media_orphans_remove", 10)
    assert [row["id"] for row in removed] == [old]
    assert doors.picture(kept)
    refused(410, "revoked", doors.picture, old)


# -- what is none

HOSTILE = {
    "nothing": (b"", 415),
    "words": (b"hello", 415),
    "html": (b"<html><script>alert(1)</script>", 415),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
    "gif": (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00"
            b"\x01\x00\x00\x02\x02D\x01\x00;", 415),
    "bmp": (b"BM" + b"\0" * 60, 415),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, 415),
    "pdf": (b"%PDF-1.4\n" + b"\0" * 40, 415),
    "zip": (b"PK\x03\x04" + b"\0" * 40, 415),
    "elf": (b"\x7fELF" + b"\0" * 60, 415),
    "png head alone": (b"\x89PNG\r\n\x1a\n", 415),
    "jpeg head alone": (b"\xff\xd8\xff\xe0", 415),
    "webp head alone": (b"RIFF\x04\0\0\0WEBP", 415),
    "png cut off": (png()[:-20], 415),
    "png of no height": (png(3, 3).replace(struct.pack(">II", 3, 3),
                                           struct.pack(">II", 3, 0)), 415),
    "png with zeros inside": (png()[:60] + b"\0" * 30, 415),
    "png of 50 million pixels": (png_bomb(7100, 7100), 413),
    "png of 2^31 by 2^31": (png(3, 3).replace(struct.pack(">II", 3, 3),
                                             struct.pack(">II", 2**31 - 1, 2**31 - 1)), 413),
    "png of one endless line": (png_bomb(20001, 10), 413),
    "jpeg that is a png": (b"\xff\xd8\xff" + png(), 415),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_and_not_kept(database, doors, name):
    image, status = HOSTILE[name]
    answer = doors.send("POST", "/api/v1/media", image, {"content-type": "image/jpeg"})
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert database.value("SELECT count(*) FROM media") == 0


def test_more_than_twelve_mebibytes_are_not_even_read(server, owner):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall((f"POST /api/v1/media HTTP/1.1\r\nHost: localhost\r\n"
                      f"Authorization: {owner.bearer['Authorization']}\r\n"
                      f"Content-Type: image/jpeg\r\nContent-Length: {(12 << 20) + 1}\r\n\r\n"
                      ).encode())
        assert link.recv(64).startswith(b"HTTP/1.1 413 ")


def test_what_hangs_behind_a_picture_is_left_behind(database, doors):
    """A polyglot: a picture with a page and an archive behind its end."""
    script = b"<script>alert('here')</script>PK\x05\x06" + b"\0" * 18
    for image in (png() + script, png(extra=chunk(b"tEXt", b"Comment\0" + script))):
        media = upload(doors, image)
        for size in (320, 1600):
            assert b"script" not in doors.picture(media["media_id"], size)
    kept = database.rows("SELECT content FROM media_blob")
    assert len(kept) == 4 and not any(b"alert" in bytes(row["content"]) for row in kept)


def test_only_an_image_type_is_taken(doors):
    for content_type in ("application/octet-stream", "text/html", "multipart/form-data"):
        refused(415, "unsupported_media", upload, doors, png(), content_type)


def seeds(doors):
    """The three kinds, small."""
    jpeg = doors.picture(upload(doors, png(64, 48))["media_id"], 320)
    found = [png(64, 48), jpeg]
    if shutil.which("cwebp"):
        file = pathlib.Path("/dev/shm/hall-seed.png")
        file.write_bytes(png(64, 48))
        found.append(subprocess.run(["cwebp", "-quiet", str(file), "-o", "-"], check=True,
                                    capture_output=True).stdout)
        file.unlink()
    return found


def test_two_hundred_damaged_pictures_hurt_nobody(server, database, doors, deep):
    """Whatever comes of them: an answer, nothing stored as it was sent, and the server goes on."""
    dice = random.Random(20261123)
    originals = seeds(doors)
    database.rows("DELETE FROM media_blob RETURNING 1")
    database.rows("DELETE FROM media RETURNING 1")
    sent = set()
    for round_ in range(2000 if deep else 200):
        image = bytearray(dice.choice(originals))
        for _ in range(dice.randint(1, 12)):
            kind, at = dice.randint(0, 3), dice.randrange(len(image))
            if kind == 0:
                image[at] = dice.randrange(256)
            elif kind == 1:
                del image[at:at + dice.randint(1, 40)]
            elif kind == 2:
                image[at:at] = dice.randbytes(dice.randint(1, 40))
            else:
                image[at:at + 4] = b"\xff\xff\xff\xff"
            if len(image) < 10:
                break
        sent.add(bytes(image))
        answer = doors.send("POST", "/api/v1/media", bytes(image), {"content-type": "image/png"})
        assert answer.status in (201, 413, 415), (round_, answer.status, answer.body)
        # So that the bound on what one person holds does not end it.
        database.rows("UPDATE media SET state = 3 WHERE state = 1 RETURNING 1")
    kept = {bytes(row["content"]) for row in database.rows("SELECT content FROM media_blob")}
    assert not kept & sent
    assert all(jpeg_size(content) for content in kept)
    assert server.get("/healthz")[0] == 200
    assert upload(doors, png())["width"] == 40


def test_a_frozen_or_missing_child_is_busy_not_broken(make_server, town, community):
    server = make_server(image_program="/nonexistent/hall-image").start()
    server.allow_error("media.child_not_started")
    doors = Doors(server.http, town.resident(community).token)
    refused(503, "busy", upload, doors, png())
    assert server.get("/readyz")[0] == 200
