"""HAProxy in front of a running server."""
import os
import pathlib

import pytest

from harness.proxy import Proxy


@pytest.fixture
def proxy(tmp_path, make_server):
    server = make_server(trusted_proxies="127.0.0.1", web_dir=str(
        pathlib.Path(os.environ.get("HALL_WEB", tmp_path)) / "resident/dist")).start()
    proxy = Proxy(tmp_path, f"127.0.0.1:{server.port}")
    proxy.server = server
    try:
        yield proxy.start()
    finally:
        proxy.stop()
