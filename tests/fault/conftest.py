"""The load of this suite: rooms with writers and readers in them."""
import itertools
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from ledger import Load  # noqa: E402

# The throttle is not what is tested here.
NO_LIMITS = {"account_rate": 0, "address_rate": 0, "room_rate": 0, "address_connections": 10000}


@pytest.fixture
def no_limits():
    return NO_LIMITS


@pytest.fixture
def make_load(town):
    """make_load(servers' bases) gives a Load over `rooms` halls, with everybody in place."""

    def make(bases, rooms=2, writers=4, readers=2):
        halls = [town.community() for _ in range(rooms)]
        talkers = [(town.resident(hall), hall.hall_id)
                   for hall, _ in zip(itertools.cycle(halls), range(writers))]
        watchers = [(town.resident(hall), hall.hall_id) for hall in halls for _ in range(readers)]
        return Load(bases, talkers, watchers)

    return make


@pytest.fixture(autouse=True)
def healed(cluster, database):
    """Whatever a test did to PostgreSQL, it runs again afterwards."""
    yield
    assert database is not None
    cluster.heal()
