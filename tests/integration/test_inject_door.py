"""The signed door itself: signature, time, nonce, quota, bodies, batches. What an alert does then
is in test_alert.py."""
import http.client
import itertools
import json
import socket
import time

import msgpack
import pytest
from client.hall_source import Source

numbers = itertools.count(1)


@pytest.fixture
def server(make_server):
    return make_server().start()


@pytest.fixture
def place(town):
    community = town.community(name="柳荫社区")
    building = town.building(community, name="3栋")
    return community, building


@pytest.fixture
def source(server, town, tmp_path, place):
    source = Source(server.http, f"fzzx{next(numbers)}", tmp_path)
    source.id = town.one(
        "INSERT INTO service_source (name, title, public_key, station_id, quota_per_hour)"
        " VALUES (%s, '反诈中心', %s, %s, 3600) RETURNING id", source.name, source.public_key,
        place[0].station.id)
    return source


def alert(place, **more):
    community, building = place
    return {"identifier": f"A-{next(numbers)}", "sender": "fzzx", "sent": int(time.time() * 1000),
            "msg_type": "alert", "status": "actual", "level": "high", "scam_type": "refund",
            "target": {"community_code": community.code, "building_code": building.code}, **more}


def post(source, path, body, content_type="application/json", **headers):
    """A signed request with any header replaced, or left out where it is None."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    now, nonce = int(time.time()), f"msg_{time.monotonic_ns()}"
    all_headers = {"Content-Type": content_type, "hall-source": source.name, "webhook-id": nonce,
                   "webhook-timestamp": str(now),
                   "webhook-signature": source.sign(raw, nonce, now),
                   **{name.replace("_", "-"): value for name, value in headers.items()}}
    link = http.client.HTTPConnection(source.host, source.port, timeout=15)
    try:
        link.request("POST", path, raw,
                     {name: value for name, value in all_headers.items() if value is not None})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def code_of(answer):
    status, body = answer
    assert body["status"] == status
    return status, body["code"]


# -- who it is

def test_a_signed_alert_is_taken_and_its_repeat_gets_the_first_answer(source, place):
    body = alert(place)
    status, first = source.send(body)
    assert status == 201 and first["is_new"] is True, first
    assert first["identifier"] == body["identifier"] and first["no"].startswith("F-")
    status, second = source.send(body)
    assert status == 200 and second["is_new"] is False
    assert second["alert_id"] == first["alert_id"]
    assert code_of(source.send({**body, "level": "low"})) == (409, "key_reused")


def test_unsigned_or_wrongly_signed_is_refused(source, place):
    wrong = "v1a," + "A" * 86 + "=="
    for answer in (
            source.send(alert(place), signature=wrong),
            source.send(alert(place), signature="v1,c2VjcmV0"),
            source.send(alert(place), signature="v1a,notbase64"),
            post(source, "/api/v1/alerts", alert(place), webhook_signature=None),
            post(source, "/api/v1/alerts", alert(place), webhook_id=None),
            post(source, "/api/v1/alerts", alert(place), webhook_id="a.b"),
            post(source, "/api/v1/alerts", alert(place), webhook_id="x" * 81),
            post(source, "/api/v1/alerts", alert(place), webhook_timestamp=None),
            post(source, "/api/v1/alerts", alert(place), webhook_timestamp="now"),
            post(source, "/api/v1/alerts", alert(place), hall_source=None),
            post(source, "/api/v1/alerts", alert(place), hall_source="nobody"),
            post(source, "/api/v1/alerts", alert(place), hall_source="x" * 200)):
        assert code_of(answer) == (401, "invalid_signature")


def test_the_signature_covers_id_time_and_every_byte(source, place):
    raw = json.dumps(alert(place)).encode()
    now = int(time.time())
    signature = source.sign(raw, "msg-a", now)
    for body, nonce, timestamp in ((raw + b" ", "msg-a", now), (raw, "msg-b", now),
                                   (raw, "msg-a", now + 1)):
        answer = source.send(body, nonce=nonce, timestamp=timestamp, signature=signature)
        assert code_of(answer) == (401, "invalid_signature")
    assert source.send(raw, nonce="msg-a", timestamp=now, signature=signature)[0] == 201


def test_a_key_of_another_source_does_not_fit(server, source, town, tmp_path, place):
    other = Source(server.http, "other", tmp_path)
    town.one("INSERT INTO service_source (name, title, public_key, station_id)"
             " VALUES ('other', 'x', %s, %s) RETURNING id", other.public_key, place[0].station.id)
    other.name = source.name
    assert code_of(other.send(alert(place))) == (401, "invalid_signature")


def test_the_window_is_two_minutes(source, place):
    now = int(time.time())
    for away in (-125, 125, -86400, 10**9):
        answer = source.send(alert(place), timestamp=now + away)
        assert code_of(answer) == (401, "stale_timestamp")
    for away in (-110, 110):
        assert source.send(alert(place), timestamp=now + away)[0] == 201


def test_a_request_is_taken_once_also_after_a_restart(server, source, place):
    body, now = alert(place), int(time.time())
    assert source.send(body, nonce="msg-once", timestamp=now)[0] == 201
    assert code_of(source.send(body, nonce="msg-once", timestamp=now)) == (401, "replayed")
    server.restart()
    assert code_of(source.send(body, nonce="msg-once", timestamp=now)) == (401, "replayed")
    assert source.send(body)[0] == 200


def test_a_disabled_source_is_told_so_and_nobody_else_is(database, source, place):
    database.rows("UPDATE service_source SET disabled_at = now() RETURNING 1")
    assert code_of(source.send(alert(place))) == (403, "source_disabled")
    wrong = "v1a," + "A" * 86 + "=="
    assert code_of(source.send(alert(place), signature=wrong)) == (401, "invalid_signature")
    database.rows("UPDATE service_source SET disabled_at = NULL RETURNING 1")
    assert source.send(alert(place))[0] == 201


def test_a_new_key_ends_the_old_one(database, server, source, tmp_path, place):
    assert source.send(alert(place))[0] == 201
    (tmp_path / "new").mkdir()
    newer = Source(server.http, source.name, tmp_path / "new")
    database.rows("UPDATE service_source SET public_key = %s RETURNING 1", newer.public_key)
    assert code_of(source.send(alert(place))) == (401, "invalid_signature")
    assert newer.send(alert(place))[0] == 201


def test_the_quota_is_kept_and_says_when_to_come_back(database, source, place):
    database.rows("UPDATE service_source SET quota_per_hour = 60 RETURNING 1")
    answers = [source.send(alert(place)) for _ in range(11)]
    assert [status for status, _ in answers[:10]] == [201] * 10
    assert code_of(answers[10]) == (429, "rate_limited")
    assert 0 < answers[10][1]["retry_after_ms"] <= 60000


# -- what it says

@pytest.mark.parametrize("body, status, code, field", [
    (b"{", 400, "malformed_frame", None),
    (b"[1]", 400, "malformed_frame", None),
    (b"{}", 422, "invalid_field", "identifier"),
    ({"level": "terrible"}, 422, "invalid_field", "level"),
    ({"sent": "yesterday"}, 422, "invalid_field", "sent"),
    ({"identifier": "x" * 81}, 422, "invalid_field", "identifier"),
    ({"identifier": "a\u0001b"}, 422, "invalid_field", "identifier"),
    ({"situation": "x" * 1001}, 422, "invalid_field", "situation"),
    ({"features": ["secrecy"] * 16}, 422, "invalid_field", "features"),
    ({"target": {"community_code": "NOWHERE"}}, 422, "unknown_place", None),
])
def test_a_wrong_body_is_refused_with_its_field(source, place, body, status, code, field):
    if isinstance(body, dict):
        body = {**alert(place), **body}
    got, problem = source.send(body)
    assert (got, problem["code"]) == (status, code), problem
    assert field is None or problem["field"].split("[")[0] == field


def test_more_than_64_kib_is_not_read(source, place):
    raw = json.dumps(alert(place)).encode()
    assert source.send(raw + b" " * (65536 - len(raw)))[0] == 201
    with socket.create_connection((source.host, source.port), timeout=5) as link:
        link.sendall(b"POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\n"
                     b"Content-Type: application/json\r\nContent-Length: 65537\r\n\r\n")
        assert link.recv(64).startswith(b"HTTP/1.1 413 ")


def test_messagepack_is_taken_as_well(source, place):
    community, building = place
    body = msgpack.packb({1: f"A-{next(numbers)}", 2: "fzzx", 3: int(time.time() * 1000), 4: 1,
                          5: 1, 6: 2, 7: 3, 8: {3: community.code, 4: building.code}})
    status, accepted = source.send(body, content_type="application/msgpack")
    assert status == 201, accepted
    broken = source.send(b"\xdd\xff\xff\xff\xff", content_type="application/msgpack")
    assert code_of(broken) == (400, "malformed_frame")
    assert code_of(source.send(body, content_type="text/plain")) == (415,
                                                                     "unsupported_content_type")


# -- many at once

def test_a_batch_answers_for_each(source, place):
    good, bad = alert(place), alert(place, target={"community_code": "NOWHERE"})
    status, answer = post(source, "/api/v1/alerts/batch", [good, {"level": "x"}, bad, good])
    assert status == 200
    results = answer["results"]
    assert [result["index"] for result in results] == [0, 1, 2, 3]
    assert [result["status"] for result in results] == [201, 422, 422, 200]
    assert results[0]["alert"]["alert_id"] == results[3]["alert"]["alert_id"]
    assert results[2]["problem"]["code"] == "unknown_place"
    status, answer = post(source, "/api/v1/alerts/batch", {"alerts": [good]})
    assert status == 200 and answer["results"][0]["status"] == 200


def test_a_batch_in_messagepack_answers_for_each(source, place):
    community, building = place
    items = [{1: f"A-{next(numbers)}", 2: "fzzx", 3: int(time.time() * 1000), 4: 1, 5: 1, 6: 2,
              7: 3, 8: {3: community.code, 4: building.code}} for _ in range(20)]
    items.insert(3, {1: "only"})
    status, answer = post(source, "/api/v1/alerts/batch", msgpack.packb(items),
                          "application/msgpack")
    assert status == 200
    assert [r["status"] for r in answer["results"]] == [201] * 3 + [422] + [201] * 17


@pytest.mark.parametrize("body, status", [(b"[]", 400), (b"{}", 400), (b"7", 400), (b"[1,2", 400),
                                          (b"[" + b"1," * 100 + b"1]", 413)])
def test_what_is_no_batch_is_refused_whole(source, body, status):
    assert post(source, "/api/v1/alerts/batch", body)[0] == status


def test_a_batch_costs_the_quota_of_all_it_holds(database, source, place):
    database.rows("UPDATE service_source SET quota_per_hour = 60 RETURNING 1")
    many = [alert(place) for _ in range(11)]
    assert code_of(post(source, "/api/v1/alerts/batch", many)) == (429, "rate_limited")
    assert database.value("SELECT count(*) FROM alert") == 0
    status, answer = post(source, "/api/v1/alerts/batch", many[:9])
    assert status == 200 and {r["status"] for r in answer["results"]} == {201}


# -- with the database away

def test_a_known_source_is_believed_without_the_database(server, cluster, source, place):
    assert source.send(alert(place))[0] == 201
    for event in ("store.link_lost", "store.down"):
        server.allow_error(event)
    cluster.pause()
    try:
        status, accepted = source.send(alert(place, level="critical"), nonce="msg-away")
        assert status == 201 and accepted["spooled"] is True, accepted
        assert code_of(source.send(alert(place), nonce="msg-away")) == (401, "replayed")
        status, problem = source.send(alert(place, level="low"))
        assert (status, problem["code"]) == (503, "unavailable")
        wrong = "v1a," + "A" * 86 + "=="
        assert code_of(source.send(alert(place), signature=wrong)) == (401, "invalid_signature")
    finally:
        cluster.resume()


def test_replays_of_others_do_not_eat_the_quota(database, source, place):
    database.rows("UPDATE service_source SET quota_per_hour = 60 RETURNING 1")
    body, now = alert(place), int(time.time())
    assert source.send(body, nonce="msg-seen", timestamp=now)[0] == 201
    for _ in range(12):
        assert code_of(source.send(body, nonce="msg-seen", timestamp=now)) == (401, "replayed")
    assert source.send(alert(place))[0] == 201
