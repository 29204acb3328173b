"""Fixtures of the SQL suite: statements as the server runs them, and a hall with people in it."""
import pytest

from harness.database import make_database
from harness.rows import message_rows
from harness.statements import Statements

@pytest.fixture(scope="session")
def still(cluster):
    """A database for tests that leave no trace: made once."""
    database = make_database(cluster)
    yield database
    database.drop()


@pytest.fixture
def app(database):
    """Statements as hall_app."""
    with database.link(as_app=True) as link:
        yield Statements(link)


@pytest.fixture
def other_app(database):
    """A second connection: another node, or the same one at the same moment."""
    with database.link(as_app=True) as link:
        yield Statements(link)


@pytest.fixture
def say(app):
    """say(room, person, body, **more): one message; its row of message_add."""
    def say(room_id, sender_id, body="话", **more):
        return app.one("message_add", *message_rows(
            {"room_id": room_id, "sender_id": sender_id, "body": body, **more}))
    return say
