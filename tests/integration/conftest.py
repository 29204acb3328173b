"""Fixtures of the integration tests."""
import pytest


@pytest.fixture
def swift(make_server):
    """A server that lets one person talk as fast as she can."""
    return make_server(account_rate=0, room_rate=0).start()
