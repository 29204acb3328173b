"""What the proxy must refuse, and that people get through it."""
import asyncio
import base64
import ssl
import time

import pytest
import websockets

from harness.proxy import headers_of, receive, status_of

GOOD = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
KEY = base64.b64encode(b"0123456789abcdef")
UPGRADE = (b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: hall.1\r\n"
           b"Sec-WebSocket-Key: " + KEY + b"\r\n")


def request(line=b"GET / HTTP/1.1", *headers, host=b"Host: localhost", body=b""):
    return b"\r\n".join([line, *([host] if host else []), *headers]) + b"\r\n\r\n" + body


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
REFUSED = {
    "connect": request(b"CONNECT localhost:443 HTTP/1.1"),
    "trace": request(b"TRACE / HTTP/1.1"),
    "put": request(b"PUT / HTTP/1.1", b"Content-Length: 0"),
    "made_up_method": request(b"BREW / HTTP/1.1"),
    "two_hosts": request(b"GET / HTTP/1.1", b"Host: other"),
    "no_host": request(host=None),
    "space_before_colon": request(b"GET / HTTP/1.1", b"X-A : b"),
    "two_lengths": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Length: 5",
                           b"Content-Length: 6", body=b"12345"),
    "two_equal_lengths": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Length: 5",
                                 b"Content-Length: 5", body=b"12345"),
    "hexadecimal_length": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Length: 0x5",
                                  body=SMUGGLED),
    "negative_length": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Length: -1"),
    "length_and_chunks": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Length: 4",
                                 b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + SMUGGLED),
    "chunks": request(b"POST /api/v1/alerts HTTP/1.1", b"Transfer-Encoding: chunked",
                      body=b"0\r\n\r\n"),
    "hidden_chunks": request(b"POST /api/v1/alerts HTTP/1.1", b"Transfer-Encoding: xchunked",
                             body=b"0\r\n\r\n"),
    "compressed_body": request(b"POST /api/v1/alerts HTTP/1.1", b"Content-Encoding: gzip",
                               b"Content-Length: 2", body=b"{}"),
    "huge_length": request(b"POST /api/v1/media HTTP/1.1", b"Content-Length: 99999999999"),
    "version_0_9": b"GET /\r\n",
    "version_1_0": request(b"GET / HTTP/1.0"),
    "h2c": request(b"GET / HTTP/1.1", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
                   b"HTTP2-Settings: AAMAAABkAAQAAP__"),
    "h2_preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "unknown_upgrade": request(b"GET / HTTP/1.1", b"Connection: Upgrade", b"Upgrade: foo"),
    "two_upgrades": UPGRADE + b"Upgrade: websocket\r\n\r\n",
    "upgrade_by_post": UPGRADE.replace(b"GET", b"POST", 1) + b"Content-Length: 0\r\n\r\n",
    "upgrade_elsewhere": UPGRADE.replace(b"/ws", b"/api/v1/media", 1) + b"\r\n",
    "upgrade_version_8": UPGRADE.replace(b": 13", b": 8") + b"\r\n",
    "upgrade_without_version": UPGRADE.replace(b"Sec-WebSocket-Version: 13\r\n", b"") + b"\r\n",
    "path_up": request(b"GET /assets/../../etc/passwd HTTP/1.1"),
    "path_up_encoded": request(b"GET /assets/%2e%2E/key HTTP/1.1"),
    "path_slash_encoded": request(b"GET /assets%2fkey HTTP/1.1"),
    "path_nul": request(b"GET /index.html%00.png HTTP/1.1"),
    "path_backslash": request(b"GET /..\\key HTTP/1.1"),
    "metrics": request(b"GET /metrics HTTP/1.1"),
    "readiness": request(b"GET /readyz HTTP/1.1"),
    "long_header": request(b"GET / HTTP/1.1", b"X-A: " + b"a" * 20000),
    "many_headers": request(b"GET / HTTP/1.1", *[b"X-%d: 1" % i for i in range(500)]),
}


def test_the_configuration_has_no_error(proxy):
    done = proxy.check()
    assert done.returncode == 0 and "ALERT" not in done.stderr, done.stderr
    assert "WARNING" not in done.stderr, done.stderr


@pytest.mark.parametrize("name", ["all"])
def test_what_could_be_read_in_two_ways_is_refused(proxy, name):
    problems = []
    for what, raw in REFUSED.items():
        answer = proxy.exchange(raw)
        if not (status_of(answer) == 0 or 400 <= status_of(answer) < 500):
            problems.append(f"{what}: {answer[:200]!r}")
        if answer.count(b"HTTP/1.1 ") > 1:
            problems.append(f"{what} was taken for two requests: {answer[:400]!r}")
    assert not problems, "\n".join(problems)
    assert "/smuggled" not in proxy.server.log()


def test_a_good_request_is_not_refused(proxy):
    answer = proxy.exchange(GOOD)
    assert status_of(answer) in (200, 404)
    assert b"<h1>400" not in answer


def test_every_answer_tells_browsers_to_stay_with_tls(proxy):
    for raw in (GOOD, REFUSED["trace"], REFUSED["metrics"]):
        header = headers_of(proxy.exchange(raw)).get("strict-transport-security", "")
        assert header.startswith("max-age=63072000"), raw
    assert "server" not in headers_of(proxy.exchange(GOOD))


def test_plain_http_leads_to_https(proxy):
    answer = proxy.plain(GOOD)
    assert status_of(answer) == 301
    assert headers_of(answer)["location"].startswith("https://localhost/")


def test_old_and_weak_tls_is_refused(proxy):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        proxy.connect(old).close()
    for weak in ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "AES128-GCM-SHA256"):
        context = proxy.context(maximum_version=ssl.TLSVersion.TLSv1_2)
        context.set_ciphers(f"{weak}:@SECLEVEL=0")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            proxy.connect(context).close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_is_authenticated_encryption_with_forward_secrecy(proxy, version):
    with proxy.connect(proxy.context(minimum_version=version, maximum_version=version)) as link:
        name = link.cipher()[0]
        assert "GCM" in name or "CHACHA20" in name
        assert name.startswith(("ECDHE", "TLS_"))


def test_only_http_1_is_offered(proxy):
    context = proxy.context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with proxy.connect(context) as link:
        assert link.selected_alpn_protocol() == "http/1.1"


def test_a_socket_passes_and_the_server_knows_who_asks(proxy, town):
    person = town.resident(town.community())
    headers = {"Authorization": f"Bearer {person.token}"}

    async def open_socket():
        async with websockets.connect(
                f"wss://localhost:{proxy.https_port}/ws", host="127.0.0.1", ssl=proxy.context(),
                subprotocols=["hall.1"], extra_headers=headers, compression=None) as link:
            return link.subprotocol, await link.ping()

    subprotocol, _ = asyncio.run(open_socket())
    assert subprotocol == "hall.1"


def test_what_a_caller_says_about_where_she_is_is_dropped(proxy):
    """The limits per address of the server must not be escaped by a header."""
    lying = request(b"GET / HTTP/1.1", b"X-Forwarded-For: 203.0.113.7", b"X-Forwarded-Proto: http",
                    b"Forwarded: for=203.0.113.7")
    assert status_of(proxy.exchange(lying)) in (200, 404)
    assert "203.0.113.7" not in proxy.server.log()


def test_a_flood_from_one_address_is_stopped(proxy):
    with proxy.connect() as link:
        answers = set()
        for _ in range(1400):
            link.sendall(GOOD)
            status = status_of(receive(link))
            answers.add(status)
            if status == 429:
                break
    assert 429 in answers


def test_half_a_header_is_not_waited_for(proxy):
    started = time.monotonic()
    with proxy.connect(timeout_s=20) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        answer = receive(link)
    assert status_of(answer) in (0, 408)
    assert time.monotonic() - started < 13


def test_no_ticket_stands_in_the_log(proxy):
    proxy.exchange(request(b"GET /ws?ticket=a-secret-ticket HTTP/1.1"))
    proxy.stop()
    assert "a-secret-ticket" not in proxy.log()
    assert "door" in proxy.log()
