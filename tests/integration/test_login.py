"""Coming in and going out, through the doors: phone codes, staff, tickets, cookies, limits."""
import asyncio
import base64
import hashlib
import hmac
import itertools
import re
import struct
import time

import msgpack
import pytest
from client.hall_client import Closed, HallClient
from client.hall_doors import Doors, Refused

_phones = itertools.count(13800000001)
INVITE = "ABCDEF"


@pytest.fixture
def server(make_server):
    return make_server(sms_adapter="demo", account_rate=0, address_rate=0).start()


@pytest.fixture
def community(town):
    community = town.community()
    town.one("INSERT INTO invite (code, community_id, uses_left, expires_at)"
             " VALUES (%s, %s, 5, now() + interval '1 day') RETURNING code", INVITE, community.id)
    return community


@pytest.fixture
def doors(server):
    return Doors(server.http)


def new_phone():
    return str(next(_phones))


def refused(status, code, call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert (caught.value.status, caught.value.code) == (status, code), caught.value
    return caught.value


def join(doors, phone, name="小李"):
    code = doors.send_code(phone)["demo_code"]
    return doors.login_phone(phone, code, INVITE, name)


def forget_codes(database):
    """As if a minute had passed since the last code."""
    database.rows("UPDATE login_code SET sent_at = sent_at - interval '61 seconds' RETURNING 1")


# -- residents

def test_a_new_phone_joins_with_an_invite_and_is_in_her_hall(server, database, community, doors):
    phone = new_phone()
    granted = join(doors, phone)
    assert granted["display_name"] == "小李" and granted["is_staff"] is False
    assert len(granted["token"]) == 43
    account = database.rows("SELECT level, community_id FROM account WHERE id = %s",
                            granted["account_id"])[0]
    assert (account["level"], account["community_id"]) == (2, community.id)
    assert database.value("SELECT room_id FROM membership WHERE account_id = %s",
                          granted["account_id"]) == community.hall_id
    days = (granted["expires_at"] / 1000 - time.time()) / 86400
    assert 29.9 < days < 30.1


def test_known_and_unknown_phones_answer_alike(server, database, community, doors):
    known, unknown = new_phone(), new_phone()
    join(doors, known)
    forget_codes(database)
    answers = [doors.send_code(phone) for phone in (known, unknown)]
    for answer in answers:
        assert re.fullmatch(r"[0-9]{6}", answer.pop("demo_code"))
    assert answers[0] == answers[1] == {"expires_in_ms": 300000, "retry_after_ms": 60000}


def test_the_second_time_no_invite_is_needed_and_it_is_the_same_person(database, community, doors):
    phone = new_phone()
    first = join(doors, phone)
    forget_codes(database)
    code = doors.send_code("+86 " + phone)["demo_code"]
    second = doors.login_phone(phone, code)
    assert second["account_id"] == first["account_id"]
    assert second["token"] != first["token"]


def test_without_a_good_invite_a_new_phone_stays_out(database, community, doors):
    phone = new_phone()
    code = doors.send_code(phone)["demo_code"]
    for invite in (None, "WRONG-1"):
        problem = refused(422, "invalid_field", doors.login_phone, phone, code, invite)
        assert problem.field == "invite"
    database.rows("UPDATE invite SET uses_left = 0 RETURNING 1")
    refused(422, "invalid_field", doors.login_phone, phone, code, INVITE)
    assert database.value("SELECT count(*) FROM account") == 0
    database.rows("UPDATE invite SET uses_left = 1 RETURNING 1")
    assert doors.login_phone(phone, code, INVITE)["display_name"].startswith("邻居")
    assert database.value("SELECT uses_left FROM invite") == 0


def test_a_code_is_good_once_for_five_tries_and_five_minutes(database, community, doors):
    phone = new_phone()
    code = doors.send_code(phone)["demo_code"]
    wrong = f"{(int(code) + 1) % 1000000:06}"
    for _ in range(5):
        refused(401, "wrong_code", doors.login_phone, phone, wrong, INVITE)
    refused(429, "too_many_tries", doors.login_phone, phone, code, INVITE)
    forget_codes(database)
    code = doors.send_code(phone)["demo_code"]
    doors.login_phone(phone, code, INVITE)
    refused(401, "wrong_code", doors.login_phone, phone, code)
    forget_codes(database)
    code = doors.send_code(phone)["demo_code"]
    database.rows("UPDATE login_code SET expires_at = now() - interval '1 second' RETURNING 1")
    refused(401, "wrong_code", doors.login_phone, phone, code)


def test_codes_are_sent_a_minute_apart_and_ten_a_day(database, doors):
    phone = new_phone()
    doors.send_code(phone)
    problem = refused(429, "rate_limited", doors.send_code, phone)
    assert 55000 < problem.retry_after_ms <= 60000
    for _ in range(9):
        forget_codes(database)
        doors.send_code(phone)
    forget_codes(database)
    problem = refused(429, "rate_limited", doors.send_code, phone)
    assert problem.retry_after_ms > 3600 * 1000


def test_one_address_cannot_ask_for_codes_without_end(make_server, database):
    server = make_server(sms_adapter="demo", address_rate=0, codes_per_address=60).start()
    doors = Doors(server.http)
    for sent in range(120):  # 60, and one more per minute that this takes
        try:
            doors.send_code(new_phone())
        except Refused as problem:
            assert (problem.status, problem.code) == (429, "rate_limited")
            assert 0 < problem.retry_after_ms <= 61000
            assert sent >= 60
            return
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize("phone", ["", "12345", "+1 2025550123", "0" * 20])
def test_what_is_no_phone_is_refused_by_name(doors, phone):
    assert refused(422, "invalid_field", doors.send_code, phone).field == "phone"


def test_names_that_look_like_an_office_are_refused(community, doors):
    phone = new_phone()
    code = doors.send_code(phone)["demo_code"]
    problem = refused(422, "invalid_field", doors.login_phone, phone, code, INVITE, "民 警 小王")
    assert problem.field == "display_name"


def test_neither_code_nor_number_nor_token_is_kept_or_logged(server, database, community, doors):
    phone = new_phone()
    code = doors.send_code(phone)["demo_code"]
    token = doors.login_phone(phone, code, INVITE, "小李")["token"]
    raw = base64.urlsafe_b64decode(token + "=")
    kept = database.value("SELECT token_hash FROM login_session")
    assert bytes(kept) == hashlib.blake2b(raw, digest_size=32).digest()
    sealed = database.rows("SELECT phone_hash, phone_sealed FROM identity.person")[0]
    for column in sealed.values():
        assert phone.encode() not in bytes(column)
    log = server.log()
    assert token not in log and phone not in log and "小李" not in log


def test_through_the_outbox_nothing_is_shown_and_nothing_stands_in_clear(make_server, database):
    server = make_server(sms_adapter="outbox", demo="off").start()
    phone = new_phone()
    answer = Doors(server.http).send_code(phone)
    assert "demo_code" not in answer
    row = database.rows("SELECT channel, template, recipient_sealed, payload::text FROM outbox")[0]
    assert (row["channel"], row["template"]) == ("sms", "login.code")
    assert phone.encode() not in bytes(row["recipient_sealed"])
    assert not re.search(r'"[0-9]{6}"', row["payload"])


# -- staff

STAFF_PASSWORD = "long enough for 柳荫"


def totp(secret_base32, at=None):
    step = int((at or time.time()) // 30)
    mac = hmac.digest(base64.b32decode(secret_base32), struct.pack(">Q", step), "sha1")
    offset = mac[19] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7fffffff) % 1000000:06}"


class StaffMember:
    def __init__(self, server, town, tmp_path, username="zhao.jianguo"):
        self.id = town.account("赵建国", 4, None, town.station(), True, "000001")
        self.username = username
        file = tmp_path / "password"
        file.write_text(STAFF_PASSWORD)
        told = server.hallctl("account", "password", self.id, username, "--password-file", file)
        self.secret = re.search(r"secret=([A-Z2-7]{32})", told).group(1)

    def body(self, **more):
        return {"username": self.username, "password": STAFF_PASSWORD, "totp": totp(self.secret),
                **more}


@pytest.fixture
def member(server, town, tmp_path):
    return StaffMember(server, town, tmp_path)


def staff_login(doors, body):
    return doors.ask("POST", "/api/v1/session/staff", body)


def test_staff_come_in_with_password_and_code_for_half_a_day(database, doors, member):
    granted = staff_login(doors, member.body())
    assert granted["account_id"] == member.id and granted["is_staff"] is True
    hours = (granted["expires_at"] / 1000 - time.time()) / 3600
    assert 11.9 < hours < 12.1
    assert database.value("SELECT second_factor FROM login_session") is True


def test_the_password_alone_or_a_used_code_is_refused(database, doors, member):
    refused(401, "wrong_code", staff_login, doors, member.body(totp="000000"))
    refused(401, "wrong_code", staff_login, doors, member.body(totp=""))
    body = member.body()
    staff_login(doors, body)
    refused(401, "wrong_code", staff_login, doors, body)
    outcomes = [row["outcome"] for row in
                database.rows("SELECT outcome FROM login_failure ORDER BY id")]
    assert outcomes == ["wrong_totp", "wrong_totp", "replayed_totp"]


def test_five_failures_lock_a_name_known_or_not(database, doors, member):
    for username in (member.username, "nobody.here"):
        for _ in range(5):
            refused(401, "wrong_code", staff_login, doors,
                    member.body(username=username, password="wrong password"))
        problem = refused(429, "too_many_tries", staff_login, doors,
                          member.body(username=username))
        assert 890000 < problem.retry_after_ms <= 900000
    assert database.value("SELECT locked_until > now() FROM identity.staff_credential") is True


def test_the_lock_outlives_the_server(server, doors, member):
    for _ in range(5):
        refused(401, "wrong_code", staff_login, doors, member.body(password="wrong password"))
    server.restart()
    refused(429, "too_many_tries", staff_login, doors, member.body())


def test_an_unknown_name_takes_as_long_as_a_known_one(doors, member):
    def median(username):
        times = []
        for _ in range(3):
            begin = time.monotonic()
            refused(401, "wrong_code", staff_login, doors,
                    member.body(username=username, password="wrong password"))
            times.append(time.monotonic() - begin)
        return sorted(times)[1]

    known, unknown = median(member.username), median("nobody.here")
    assert unknown > known * 0.5, "an unknown name is not hashed"


def test_who_has_a_password_cannot_come_in_by_phone(server, database, doors, member):
    phone = new_phone()
    server.hallctl("account", "phone", member.id, phone)
    code = doors.send_code(phone)["demo_code"]
    refused(401, "wrong_code", doors.login_phone, phone, code)


def test_a_disabled_account_stays_out_both_ways(server, database, community, doors, member):
    phone = new_phone()
    account = join(doors, phone)["account_id"]
    database.rows("UPDATE account SET disabled_at = now() RETURNING 1")
    forget_codes(database)
    code = doors.send_code(phone)["demo_code"]
    refused(401, "wrong_code", doors.login_phone, phone, code)
    refused(401, "wrong_code", staff_login, doors, member.body())
    assert database.value("SELECT count(*) FROM login_session WHERE account_id = %s"
                          " AND expires_at > created_at + interval '40 days'", account) == 0


def test_a_flood_of_logins_is_shed_and_hurts_no_reader(server, doors, member, town, community):
    """64 may wait for the two hashing threads; what comes beyond is told to come back."""
    reader = town.resident(community)

    async def ask(index):
        body = member.body(username=f"flood{index}.x", password="wrong password")
        try:
            await asyncio.to_thread(staff_login, Doors(server.http), body)
        except Refused as problem:
            return problem.code
        return "granted"

    async def chat():
        waits = []
        async with HallClient(server.http, token=reader.token) as client:
            await client.hello()
            for _ in range(40):
                begin = time.monotonic()
                await client.ping()
                waits.append(time.monotonic() - begin)
                await asyncio.sleep(0.02)
        return sorted(waits)

    async def both():
        return await asyncio.gather(chat(), *(ask(index) for index in range(40)))

    waits, *codes = asyncio.run(both())
    assert set(codes) <= {"wrong_code", "busy", "too_many_tries"}
    assert "wrong_code" in codes
    assert waits[len(waits) // 2] < 0.25


# -- tokens, cookies, tickets

def test_a_page_gets_a_cookie_and_never_the_token(server, community, doors):
    phone = new_phone()
    code = doors.send_code(phone)["demo_code"]
    body = {"phone": phone, "code": code, "invite": INVITE}
    status, headers, answer = server.request("POST", "/api/v1/session/phone", body,
                                             {"Origin": server.http})
    assert status == 200
    assert b'"token":""' in answer
    cookie = headers["set-cookie"]
    assert re.match(r"hall=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\d+$",
                    cookie), cookie
    assert headers["cache-control"] == "no-store"
    token = cookie[5:48]
    status, _, answer = server.request("POST", "/api/v1/session/ticket", {},
                                       {"Cookie": f"hall={token}", "Origin": server.http})
    assert status == 200


def test_behind_tls_the_cookie_is_bound_to_its_host(make_server, community):
    server = make_server(sms_adapter="demo", trusted_proxies="127.0.0.1").start()
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9",
              "Host": "hall.example"}
    phone = new_phone()
    _, _, answer = server.request("POST", "/api/v1/session/code", {"phone": phone}, secure)
    code = re.search(rb'"demo_code":"(\d{6})"', answer).group(1).decode()
    body = {"phone": phone, "code": code, "invite": INVITE}
    status, headers, _ = server.request("POST", "/api/v1/session/phone", body,
                                        {**secure, "Origin": "https://hall.example"})
    assert status == 200
    cookie = headers["set-cookie"]
    assert cookie.startswith("__Host-hall=") and "; Secure" in cookie
    token = cookie[12:55]
    # Without TLS nobody can have been given this cookie; with it, it is believed.
    for extra, expected in (({}, 401), (secure, 200)):
        status, _, _ = server.request("POST", "/api/v1/session/ticket", {},
                                      {"Cookie": f"__Host-hall={token}", **extra})
        assert status == expected


def test_another_sites_page_cannot_change_anything(server, town, community):
    person = town.resident(community)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Origin": server.http, "Sec-Fetch-Site": "cross-site"},
                    {"Sec-Fetch-Site": "same-site"}):
        status, _, answer = server.request("DELETE", "/api/v1/session", None,
                                           {**person.cookie, **headers})
        assert status == 403 and b"origin_refused" in answer
    assert server.request("POST", "/api/v1/session/ticket", {}, person.cookie)[0] == 200


def test_a_ticket_opens_one_socket(server, town, community):
    person = town.resident(community)
    ticket = Doors(server.http, person.token).ask("POST", "/api/v1/session/ticket", {})["ticket"]

    async def open_twice():
        async with HallClient(server.http, ticket=ticket) as client:
            assert (await client.hello())["account_id"] == person.id
        async with HallClient(server.http, ticket=ticket) as client:
            with pytest.raises(Closed):
                await client.hello()

    asyncio.run(open_twice())


def test_logging_out_ends_sockets_and_token(server, town, community):
    person = town.resident(community)
    doors = Doors(server.http, person.token)

    async def logout_while_connected():
        async with HallClient(server.http, token=person.token) as client:
            await client.hello()
            begin = time.monotonic()
            answer = await asyncio.to_thread(doors.send, "DELETE", "/api/v1/session")
            assert answer.status == 200
            assert "hall=; " in answer.headers["set-cookie"]
            assert "Max-Age=0" in answer.headers["set-cookie"]
            await client.closed()
            return time.monotonic() - begin

    assert asyncio.run(logout_while_connected()) < 2
    refused(401, "unauthenticated", doors.ask, "POST", "/api/v1/session/ticket", {})
    refused(401, "unauthenticated", doors.ask, "DELETE", "/api/v1/session")


def test_nobody_is_let_through_without_a_good_token(server, doors):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "hall=" + "A" * 43},
                    {"Authorization": "Basic " + "A" * 43}):
        status, _, answer = server.request("POST", "/api/v1/session/ticket", {}, headers)
        assert status == 401 and b'"code":"unauthenticated"' in answer


# -- bodies

def test_messagepack_does_as_well_as_json(server, doors):
    body = msgpack.packb({1: new_phone()})
    status, headers, answer = server.request(
        "POST", "/api/v1/session/code", body,
        {"Content-Type": "application/msgpack", "Accept": "application/msgpack"})
    assert status == 200 and headers["content-type"] == "application/msgpack"
    sent = msgpack.unpackb(answer, strict_map_key=False)
    assert sent[1] == 300000 and sent[2] == 60000 and re.fullmatch(r"\d{6}", sent[3])


@pytest.mark.parametrize("body, content_type, status, code", [
    (b"{", "application/json", 400, "malformed_frame"),
    (b"[]", "application/json", 400, "malformed_frame"),
    (b"\xff\xfe", "application/json", 400, "malformed_frame"),
    (b'{"phone": 5}', "application/json", 422, "invalid_field"),
    (b"", "application/json", 422, "invalid_field"),
    (b'{"phone": "' + b"1" * 300 + b'"}', "application/json", 422, "invalid_field"),
    (b"\xc1", "application/msgpack", 400, "malformed_frame"),
    (b"phone=13800138000", "application/x-www-form-urlencoded", 415, "unsupported_content_type"),
    (b"x" * 20000, "application/json", 413, "too_large"),
])
def test_bodies_that_are_none_get_a_problem_that_says_why(server, body, content_type, status, code):
    got, headers, answer = server.request("POST", "/api/v1/session/code", body,
                                          {"Content-Type": content_type})
    assert got == status, answer
    assert headers["content-type"] == "application/problem+json"
    assert f'"code":"{code}"'.encode() in answer


def test_a_problem_has_the_members_of_rfc_9457_in_both_languages(server, doors):
    answer = doors.send("POST", "/api/v1/session/code", b'{"phone":"1"}',
                        {"content-type": "application/json"})
    problem = answer.json()
    assert problem["status"] == answer.status == 422
    assert problem["type"] == "urn:hall:error:invalid_field"
    assert problem["title"] == "填写的内容不合要求"
    assert problem["field"] == "phone" and problem["detail"].isascii()


def test_with_the_database_away_nobody_is_told_a_lie(server, cluster, doors, community, database):
    phone = new_phone()
    doors.send_code(phone)
    cluster.pause()
    try:
        begin = time.monotonic()
        problem = refused(503, "unavailable", doors.send_code, new_phone())
        assert time.monotonic() - begin < 4
        assert problem.retry_after_ms > 0
    finally:
        cluster.resume()
    server.allow_error("store.link_lost")
