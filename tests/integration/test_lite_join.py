"""Joining without script (invite_read, /j/{code}): the same account and session as elsewhere."""
import re
import urllib.parse

import pytest

from integration.test_lite import HOSTILE, hold_page, page

PHONE = "13800138000"


@pytest.fixture
def hall(town):
    hall = town.community(name="柳荫社区")
    officer = town.staff("officer", hall, station=hall.station, badge_no="012345")
    town.link.execute("UPDATE account SET display_name = %s WHERE id = %s",
                      (HOSTILE[:40], officer.id))
    town.one("INSERT INTO invite (code, community_id, uses_left, expires_at)"
             " VALUES ('LIUYIN-2468', %s, 2, now() + interval '1 day') RETURNING code", hall.id)
    return hall


@pytest.fixture
def server(make_server):
    return make_server(sms_adapter="demo").start()


def post(server, path, headers=None, **form):
    """A form as a browser posts it: (status, headers, text)."""
    status, answer, body = server.request(
        "POST", path, urllib.parse.urlencode(form).encode(), {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": server.http,
            **(headers or {})})
    if answer.get("content-type", "").startswith("text/html"):
        hold_page(answer, body.decode())
    return status, answer, body.decode()


def send_code(server, phone=PHONE, code="LIUYIN-2468"):
    status, _, text = post(server, f"/j/{code}/code", phone=phone)
    assert status == 200, text
    return re.search(r"验证码是 (\d{6})", text).group(1)


def test_somebody_joins_without_script_and_is_in_her_hall(server, database, hall):
    text = page(server, "/j/LIUYIN-2468")
    assert "柳荫社区" in text and "警号 012345" in text and "民警不会在这里要您转账" in text
    assert 'action="/j/LIUYIN-2468/code?lang=zh-Hans"' in text and "<script" not in text
    code = send_code(server)
    status, answer, _ = post(server, "/j/LIUYIN-2468/enter?lang=en", phone="+86 138-0013-8000",
                             code=code, name="3栋王阿姨")
    assert (status, answer["location"]) == (303, "/lite/?joined=1&lang=en")
    cookie = answer["set-cookie"]
    assert re.match(r"hall=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\d+", cookie)
    status, _, _ = server.request("POST", "/api/v1/session/ticket", b"{}", {
        "Content-Type": "application/json", "Cookie": cookie.split(";")[0], "Origin": server.http})
    assert status == 200
    account, = database.rows("SELECT a.display_name, m.room_id FROM account a"
                             " JOIN membership m ON m.account_id = a.id"
                             " JOIN identity.person p ON p.account_id = a.id")
    assert (account["display_name"], account["room_id"]) == ("3栋王阿姨", hall.hall_id)
    assert "You have joined the hall" in page(server, answer["location"])


def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(server, database, hall):
    enter = "/j/LIUYIN-2468/enter"
    status, _, text = post(server, "/j/LIUYIN-2468/code", phone="12" + HOSTILE[:10])
    assert status == 422 and "请填 11 位手机号" in text and "12&lt;script&gt;" in text
    code = send_code(server)
    status, _, text = post(server, "/j/LIUYIN-2468/code", phone=PHONE)
    assert status == 429 and "请等一分钟再试" in text and 'name="code"' in text
    wrong = "000000" if code != "000000" else "000001"
    status, _, text = post(server, enter, phone=PHONE, code=wrong, name='"><b>王')
    assert status == 401 and "验证码不对" in text and 'value="&quot;&gt;&lt;b&gt;王"' in text
    for name in ("长" * 41, "长" * 60, "民警小李"):
        status, _, text = post(server, enter, phone=PHONE, code=code, name=name)
        assert status == 422 and "这个名字不能用" in text
    assert database.value("SELECT count(*) FROM login_session s JOIN identity.person p"
                          " ON p.account_id = s.account_id") == 0
    assert post(server, enter, phone=PHONE, code=code)[0] == 303


def test_a_form_from_elsewhere_does_nothing(server, database, hall):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}):
        for step in ("code", "enter"):
            status, _, text = post(server, f"/j/LIUYIN-2468/{step}", headers, phone=PHONE)
            assert status == 403 and "请从本站的页面操作" in text
    # Every browser names the page a form comes from; who does not is none.
    status, _, body = server.request("POST", "/j/LIUYIN-2468/code", b"phone=" + PHONE.encode(), {
        "Content-Type": "application/x-www-form-urlencoded"})
    assert status == 403
    assert database.value("SELECT count(*) FROM login_code") == 0


def test_bodies_that_are_no_form_are_empty_forms(server, database, hall):
    json_type = {"Content-Type": "application/json"}
    for headers, body in ((json_type, b'{"phone":"13800138000"}'), ({}, b"phone=%zz"),
                          ({}, b"phone=138%0000138000"), ({}, b"\xff\xfe\x00"), ({}, b""),
                          ({}, b"phone=" + b"1" * 9000), ({}, b"&&&=&phone"),
                          ({}, b"phone=%ff%fe")):
        status, answer, text = server.request("POST", "/j/LIUYIN-2468/code", body, {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": server.http, **headers})
        assert status == 422, (body, status)
        hold_page(answer, text.decode())
    status, _, _ = server.request("POST", "/j/LIUYIN-2468/code", b"a" * 20000, {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": server.http})
    assert status == 413
    assert database.value("SELECT count(*) FROM login_code") == 0


def test_a_code_that_opens_nothing_says_nothing_else(server, town, hall):
    missing = page(server, "/j/NOTHING-1", 404)
    assert "这个邀请码打不开" in missing and "柳荫社区" not in missing
    for change in ("uses_left = 0", "uses_left = 1, expires_at = now()",
                   "expires_at = now() + interval '1 day', revoked_at = now()"):
        town.link.execute(f"UPDATE invite SET {change}")
        assert page(server, "/j/LIUYIN-2468", 404) == missing
    for code in ("x", "%22%3E%3Cb%3E", "A" * 33):
        assert page(server, f"/j/{code}", 404) == missing
    status, _, text = post(server, "/j/%22%3E%3Cb%3E/code", phone=PHONE)
    assert status == 404 and "<b>" not in text


def test_codes_and_tries_are_limited_as_at_the_other_door(make_server, hall):
    server = make_server(sms_adapter="demo", codes_per_address=2, tries_per_address=2).start()
    for number in (1, 2):
        send_code(server, f"1380013800{number}")
    status, _, text = post(server, "/j/LIUYIN-2468/code", phone="13800138003")
    assert status == 429 and "请等一分钟再试" in text
    seen = [post(server, "/j/LIUYIN-2468/enter", phone="13800138001", code="1")[0]
            for _ in range(3)]
    assert seen[-1] == 429 and seen[0] != 429


def test_where_clients_are_served_theirs_is_first(make_server, tmp_path, hall):
    web = tmp_path / "dist"
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>hall</title>")
    server = make_server(web_dir=web).start()
    assert b"<title>hall" in server.get("/j/LIUYIN-2468", {"Accept": "text/html"})[2]
    for lang, words in (("zh-Hans", "加入议事厅"), ("zh-Hant", "加入議事廳"), ("en", "Join the hall")):
        assert words in page(server, f"/j/LIUYIN-2468?lite=1&lang={lang}")
