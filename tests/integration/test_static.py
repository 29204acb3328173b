"""Files of the clients, and what the server says of itself: encodings, caching, policies, paths."""
import base64
import gzip
import hashlib
import json
import re
import socket
import time

import pytest

STYLE = "body { margin: 0 }"
INDEX = (f"<!doctype html><html><head><style>{STYLE}</style></head>"
         f"<body>{'正在进入议事厅…' * 20}</body></html>")
SCRIPT = "console.log('hall');\n" * 50
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def brotli_of(text):
    """Not Brotli at all: the server only chooses and never looks inside."""
    return b"BR" + hashlib.sha256(text.encode()).digest()


@pytest.fixture
def web(tmp_path):
    web = tmp_path / "dist"
    (web / "assets").mkdir(parents=True)
    (web / "desk").mkdir()
    (web / "index.html").write_text(INDEX)
    (web / "index.html.gz").write_bytes(gzip.compress(INDEX.encode()))
    (web / "index.html.br").write_bytes(brotli_of(INDEX))
    (web / "assets/app-1a2B3c4D.js").write_text(SCRIPT)
    (web / "assets/app-1a2B3c4D.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (web / "assets/app-1a2B3c4D.js.br").write_bytes(brotli_of(SCRIPT))
    (web / "assets/app-1a2B3c4D.js.map").write_text("{}")
    (web / "favicon.svg").write_text("<svg/>")
    (web / ".secret").write_text("no")
    (web / "outside").symlink_to("/etc/passwd")
    (web / "desk/index.html").write_text("<!doctype html><title>desk</title>")
    return web


@pytest.fixture
def server(make_server, web):
    return make_server(web_dir=web).start()


def test_a_hashed_file_is_kept_for_ever_in_the_best_encoding(server):
    path = "/assets/app-1a2B3c4D.js"
    for accept, encoding, body in (
            ("gzip, deflate, br", "br", brotli_of(SCRIPT)),
            ("gzip;q=0.5", "gzip", gzip.compress(SCRIPT.encode())),
            ("br;q=0, gzip", "gzip", None), ("identity", None, SCRIPT.encode()),
            ("", None, SCRIPT.encode()), ("xbr, gzipx", None, SCRIPT.encode())):
        status, headers, got = server.get(path, {"Accept-Encoding": accept})
        assert status == 200
        assert headers.get("content-encoding") == encoding, accept
        assert headers["vary"] == "accept-encoding"
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["content-type"] == "text/javascript; charset=utf-8"
        assert body is None or encoding == "gzip" or got == body
        if encoding == "gzip":
            assert gzip.decompress(got).decode() == SCRIPT


def test_a_page_is_asked_for_again_and_says_when_nothing_changed(server):
    status, headers, body = server.get("/", HTML)
    assert status == 200 and body.decode() == INDEX
    assert headers["cache-control"] == "no-cache"
    assert headers["content-type"] == "text/html; charset=utf-8"
    tag = headers["etag"]
    assert re.fullmatch(r'"[A-Za-z0-9_-]{22}"', tag)
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        status, headers, body = server.get("/", {**HTML, "If-None-Match": known})
        assert (status, body) == (304, b"") and headers["etag"] == tag
    assert server.get("/", {**HTML, "If-None-Match": '"other"'})[0] == 200
    compressed = server.get("/", {**HTML, "Accept-Encoding": "gzip"})[1]["etag"]
    assert compressed != tag


def test_paths_of_the_pages_lead_to_the_page_and_nothing_else_does(server):
    for path in ("/login", "/room/1", "/j/ABC", "/me/", "/room/1?at=5"):
        status, _, body = server.get(path, HTML)
        assert status == 200 and body.decode() == INDEX, path
    assert b"desk" in server.get("/desk/", HTML)[2]
    assert b"desk" in server.get("/desk/cases/7", HTML)[2]
    for path, headers in (("/missing.js", HTML), ("/assets/app-00000000.js", HTML),
                          ("/login", {"Accept": "application/json"}), ("/api/v1/nothing", HTML),
                          ("/assets/app-1a2B3c4D.js.map", {}), ("/assets/app-1a2B3c4D.js.br", {}),
                          ("/.secret", {}), ("/outside", {}), ("/content-policy.txt", {})):
        status, answer, _ = server.get(path, headers)
        assert status == 404, path
        assert answer["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/../etc/passwd", "/assets/../../etc/passwd", 
                                  "/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd",
                                  "/a%00b", "/a\\..\\b"])
def test_nothing_outside_is_reached(server, path):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                     "Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    assert b"root:" not in answer
    assert re.match(rb"HTTP/1.1 (400|404) ", answer) or answer == b"", answer[:200]


def test_a_page_may_run_only_its_own_scripts_and_styles(server):
    policy = server.get("/", HTML)[1]["content-security-policy"]
    wanted = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and rules["script-src"] == "'self'"
    assert rules["style-src"] == f"'self' 'sha256-{wanted}'"
    assert rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy
    desk = server.get("/desk/", HTML)[1]["content-security-policy"]
    assert "trusted-types" not in desk and "sha256" not in desk
    script = server.get("/assets/app-1a2B3c4D.js")[1]
    assert script["content-security-policy"].startswith("default-src 'none'")
    assert script["x-content-type-options"] == "nosniff"
    assert script["referrer-policy"] == "no-referrer"


def test_the_policy_of_the_build_is_sent_as_it_stands(make_server, web):
    (web / "content-policy.txt").write_text("default-src 'none';\n script-src 'self'\n")
    server = make_server(web_dir=web).start()
    assert server.get("/", HTML)[1]["content-security-policy"] == \
        "default-src 'none'; script-src 'self'"
    assert server.get("/content-policy.txt")[0] == 404


def test_head_is_get_without_the_body_and_other_methods_are_named(server):
    for path in ("/", "/assets/app-1a2B3c4D.js", "/healthz"):
        _, get, body = server.request("GET", path, headers=HTML)
        status, head, nothing = server.request("HEAD", path, headers=HTML)
        assert (status, nothing) == (200, b"")
        assert head["content-length"] == get["content-length"] == str(len(body))
    status, headers, _ = server.request("DELETE", "/api/v1/media")
    assert status == 405 and headers["allow"] == "POST"
    status, headers, _ = server.request("DELETE", "/healthz")
    assert status == 405 and headers["allow"] == "GET, HEAD"
    assert server.request("DELETE", "/")[0] == 404


def test_a_web_directory_that_is_none_stops_the_start(make_server, tmp_path):
    server = make_server(web_dir=tmp_path / "nothing")
    server.allow_error("net.files_not_read")
    for event in ("app.start_failed", "app.not_started"):
        server.allow_error(event)
    server.start(wait=False)
    assert server.wait() != 0
    assert "net.files_not_read" in server.log()


# -- what the server says of itself

def test_alive_and_ready(make_server):
    server = make_server().start()
    assert json.loads(server.get("/healthz")[2]) == {"alive": True}
    assert json.loads(server.get("/readyz")[2]) == {"ready": True, "database": "up"}


def test_without_a_database_it_is_not_ready_and_later_it_stays_ready(make_server, cluster):
    server = make_server()
    cluster.stop()
    try:
        server.start(wait=False)
        wait_for(server, "/healthz", 200)
        status, _, body = server.get("/readyz")
        assert status == 503 and json.loads(body) == {"ready": False, "why": "database"}
    finally:
        cluster.start()
    server.wait_ready()
    cluster.stop()
    try:
        wait_for(server, "/readyz", 200, b'"database":"down"')
    finally:
        cluster.start()
    wait_for(server, "/readyz", 200, b'"database":"up"')


def wait_for(server, path, status, part=b""):
    answer = None
    for _ in range(500):
        try:
            answer = server.get(path)
            if answer[0] == status and part in answer[2]:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"{path}: {answer}")


def test_metrics_are_numbers_for_operators_only(make_server):
    server = make_server(trusted_proxies="127.0.0.1", metrics_from="192.0.2.7").start()
    samples = server.metrics()
    assert samples["hall_sessions"] == 0
    status, headers, body = server.get("/metrics")
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in body.decode().splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) hall_\w+ .*|hall_\w+(\{[^}]*\})? [0-9.e+-]+",
                            line), line
    for address, expected in (("203.0.113.9", 404), ("192.0.2.7", 200), ("192.0.2.70", 404)):
        assert server.get("/metrics", {"X-Forwarded-For": address})[0] == expected


def test_config_is_the_built_in_one_or_the_operators(make_server, tmp_path):
    server = make_server(demo="on").start()
    status, headers, body = server.get("/config.json")
    config = json.loads(body)
    assert status == 200 and config["demo"] is True
    assert {"number": "96110", "label": "反诈劝阻专线"} in config["hotlines"]
    assert headers["cache-control"] == "public, max-age=300"
    own = tmp_path / "config.json"
    own.write_text('{"hotlines": [], "demo": false}')
    other = make_server(name="other", config_file=own).start()
    assert json.loads(other.get("/config.json")[2]) == {"hotlines": [], "demo": False}
    own.write_text("[1]")
    broken = make_server(name="broken", config_file=own)
    for event in ("net.config_refused", "app.start_failed", "app.not_started"):
        broken.allow_error(event)
    broken.start(wait=False)
    assert broken.wait() != 0
