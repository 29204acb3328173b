"""HAProxy in front of a running server."""
import pytest

from harness.proxy import Proxy


@pytest.fixture
def proxy(tmp_path, make_server):
    web = tmp_path / "web"
    web.mkdir()
    (web / "index.html").write_text("<!doctype html><title>hall</title>", encoding="utf-8")
    server = make_server(trusted_proxies="127.0.0.1", web_dir=web).start()
    proxy = Proxy(tmp_path, f"127.0.0.1:{server.port}")
    proxy.server = server
    try:
        yield proxy.start()
    finally:
        proxy.stop()
