"""Pages that need no script: a notice (notice_read, /n/{id}) and the first page (/lite/)."""
import base64
import hashlib
import html
import re

import pytest

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>{{body}}"
BYTES_MAX = 14 * 1024
LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def page(server, path, status=200, headers=None):
    """The text of a page, held against what all of them promise."""
    got, answer, body = server.get(path, headers)
    text = body.decode()
    assert got == status, (path, got, text[:400])
    hold_page(answer, text)
    return text


def hold_page(answer, text):
    assert answer["content-type"] == "text/html; charset=utf-8"
    assert len(text.encode()) <= BYTES_MAX
    style = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy and "unsafe" not in policy
    assert policy.startswith("default-src 'none'") and "form-action 'self'" in policy
    assert "<script" not in text and "style=" not in text and "{{" not in text
    assert text.count("<h1") == 1 and 'name="viewport"' in text


@pytest.fixture
def hall(town):
    return town.community(name="柳荫社区")


@pytest.fixture
def notice(town, hall):
    def make(**more):
        row = {"state": 1, "room_id": hall.hall_id, "scam_type": 3, "level": 2, "title": "反诈提醒",
               "body": "最近有人遇到这种骗局。", "advice": "别转账。", "hotline": "96110", **more}
        times = "now() - interval '1 hour', now() + interval '3 days'"
        return town.one(
            f"INSERT INTO notice ({', '.join(row)}, published_at, expires_at)"
            f" VALUES ({', '.join(['%s'] * len(row))}, {times}) RETURNING id", *row.values())
    return make


def test_a_shared_notice_says_what_to_do_and_its_state(server, town, notice):
    known = notice()
    text = page(server, f"/n/{known}")
    assert "别转账。" in text and 'href="tel:96110"' in text and "现在有效" in text
    assert '<meta property="og:title" content="反诈提醒">' in text
    assert "柳荫社区" not in text  # its own text decides whether the place may be named
    for state, words in ((2, "更正过"), (3, "已经撤回"), (4, "已经过期")):
        town.link.execute("UPDATE notice SET state = %s, changed_at = now(), ended_at = %s"
                          " WHERE id = %s", (state, "now" if state > 2 else None, known))
        assert words in page(server, f"/n/{known}")
    for lang, words in zip(LANGUAGES, ("怎么办", "怎麼辦", "What to do"), strict=True):
        text = page(server, f"/n/{known}?lang={lang}")
        assert words in text and f'<html lang="{lang}">' in text
    assert "怎么办" in page(server, f"/n/{known}?lang=%3Cscript%3E")


def test_the_browser_keeps_it_until_it_changes_and_no_cookie_is_set(server, town, notice):
    known = notice()
    _, first, _ = server.get(f"/n/{known}")
    assert first["cache-control"] == "no-cache" and "set-cookie" not in first
    same, head, body = server.get(f"/n/{known}", {"If-None-Match": first["etag"]})
    assert (same, body, head["etag"]) == (304, b"", first["etag"])
    town.link.execute("UPDATE notice SET state = 2 WHERE id = %s", (known,))
    assert server.get(f"/n/{known}", {"If-None-Match": first["etag"]})[0] == 200
    status, head, body = server.request("HEAD", f"/n/{known}")
    assert (status, body) == (200, b"") and int(head["content-length"]) > 1000
    status, head, _ = server.request("POST", f"/n/{known}")
    assert status == 405 and head["allow"] == "GET, HEAD"


def test_what_is_not_public_is_the_same_page_as_what_is_not_there(server, town, notice):
    missing = page(server, "/n/1", 404)
    hidden = [notice(exercise=True), notice(), notice()]
    town.link.execute("UPDATE notice SET publish_at = now() + interval '1 minute' WHERE id = %s",
                      (hidden[1],))
    town.link.execute("UPDATE notice SET state = 3, ended_at = now() - interval '31 days'"
                      " WHERE id = %s", (hidden[2],))
    for path in [*hidden, 0, "9" * 16, "9" * 20, "-1", "1%20", "x", "%3Cscript%3E"]:
        assert page(server, f"/n/{path}", 404) == missing


def test_hostile_texts_are_text(server, notice):
    known = notice(title=HOSTILE, body=HOSTILE, advice=HOSTILE)
    status, answer, body = server.get(f"/n/{known}")
    text = body.decode()
    assert status == 200 and text.count(html.escape(HOSTILE).replace("&#x27;", "&#39;")) >= 5
    assert "<script" not in text and "<img" not in text and "<iframe" not in text
    status, _, body = server.get("/lite/")
    assert status == 200 and b"<script" not in body and b"<img" not in body


def test_the_first_page_lists_what_is_in_force_and_stays_small(server, town, notice):
    assert "现在没有提醒" in page(server, "/lite/")
    ended = notice(title="过去的事")
    town.link.execute("UPDATE notice SET state = 4, ended_at = now() WHERE id = %s", (ended,))
    many = [notice(title=f"{n} " + "长" * 110) for n in range(20)]
    for lang in LANGUAGES:
        text = page(server, f"/lite/?lang={lang}")
        links = re.findall(r'href="/n/(\d+)\?lang=([\w-]+)"', text)
        assert len(links) == 12 and all(int(number) in many for number, _ in links)
        assert {language for _, language in links} == {lang}
        assert "过去的事" not in text and 'href="tel:110"' in text and 'href="tel:96110"' in text
    assert page(server, "/lite") == page(server, "/lite/")


def test_the_questions_are_answered_on_the_phone_alone(server):
    for lang in LANGUAGES:
        text = page(server, f"/check?lang={lang}")
        form, = re.findall(r"<form.*?</form>", text, re.S)
        assert len(re.findall(r'class="q(?: star)?"', form)) == 15
        # What has no name, no address and no button to send it stays where it is.
        assert not re.search(r"\bname=|\baction=|type=\"submit\"|formaction", form)
        assert set(re.findall(r"<button ([^ >]+)", form)) == {'type="reset"'}
    stars = re.findall(r'id="q(\d+)" class="q star"', text)
    assert stars == ["5", "8", "9", "12"]  # domain.md, section 7
    _, answer, _ = server.get("/check")
    assert answer["cache-control"] == "public, max-age=604800" and "set-cookie" not in answer
    assert server.request("POST", "/check")[0] == 405


def test_a_client_without_script_leads_there(make_server, tmp_path):
    """The clients' pages ask for it with a query, whatever page they are."""
    web = tmp_path / "dist"
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>hall</title>")
    server = make_server(web_dir=web).start()
    for path in ("/", "/room/1", "/desk/", "/login"):
        status, answer, _ = server.get(f"{path}?lite=1", {"Accept": "text/html"})
        assert (status, answer["location"]) == (302, "/lite/")
    assert server.get("/?lite=0", {"Accept": "text/html"})[0] == 200


def test_without_the_database_the_telephones_are_still_there(server, cluster, notice):
    known = notice()
    cluster.stop()
    try:
        text = page(server, "/lite/")
        assert "提醒暂时看不到" in text and 'href="tel:110"' in text
        assert "现在打不开" in page(server, f"/n/{known}", 503)
    finally:
        cluster.start()


def test_too_many_from_one_address_are_told_to_wait(make_server, notice):
    server = make_server(address_rate=1, address_burst=10).start()
    known = notice()
    seen = {server.get(f"/n/{known}")[0] for _ in range(8)}
    assert seen == {200, 429}
    assert "现在打不开" in page(server, f"/n/{known}", 429)
