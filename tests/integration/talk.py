"""What the scenarios of this folder share: people who are in their rooms."""
import asyncio
import contextlib
import functools

import pytest

from client.hall_client import Closed, HallClient, State
from client.hall_doors import Refused

__all__ = ["Closed", "HallClient", "Refused", "State", "enter", "refused", "scenario", "until"]


def scenario(test):
    """Lets a test be a coroutine."""
    @functools.wraps(test)
    def run(*args, **kwargs):
        asyncio.run(test(*args, **kwargs))
    return run


@contextlib.asynccontextmanager
async def enter(server, person, state=None):
    """A client of hers, greeted and live."""
    async with HallClient(server.http, token=person.token, state=state) as hall:
        await hall.hello()
        await hall.live()
        yield hall


@contextlib.contextmanager
def refused(code, field=None):
    """The request inside is refused with this error."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, f"refused with {caught.value.code}, not {code}"
    if field is not None:
        assert caught.value.field == field


async def until(true, timeout_s=5.0, what="it"):
    """Waits until true() is."""
    for _ in range(int(timeout_s / 0.01)):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")
