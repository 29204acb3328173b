"""A lake between two communities, a child that is missing, and everybody it concerns."""
import contextlib
import itertools
import os
import struct
import time
import zlib

from client.hall_client import HallClient
from client.hall_doors import Doors, Refused

numbers = itertools.count(1)
PHONE = "13900000077"
# What only the halls may know while the search is shown, and nobody but officers afterwards.
DETAILS = {"name": "秘密小宝", "looks": "秘密圆脸", "clothes": "秘密红外套",
           "last_seen_place": "秘密柳湖东门"}
# What never leaves the team and those in charge.
RESTRICTED = ("秘密理由", "秘密发现点", "秘密目击", "秘密接收人", "秘密异议", PHONE)


def png(seed):
    """A picture nobody else has: noise."""
    side = 32
    noise = os.urandom(side * side * 3)
    rows = b"".join(b"\0" + noise[y * side * 3:(y + 1) * side * 3] for y in range(side))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(
            ">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"tEXt", b"n\0" + str(seed).encode())
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Lake:
    def __init__(self, server, town):
        self.server, self.town = server, town
        self.station = town.station()
        self.here = town.community(self.station, name="柳湖社区")
        self.there = town.community(self.station, name="和平里社区")
        self.far = town.community()
        self.grandmother = town.resident(self.here, "王奶奶")
        self.neighbour = town.resident(self.here, "邻居")
        self.beyond = town.resident(self.there, "对岸居民")
        self.stranger = town.resident(self.far, "外人")
        self.officer = town.staff("officer", self.here, station=self.station)
        self.dispatcher = town.staff("dispatcher", self.station, station=self.station)
        self.leader = town.staff("station_leader", self.station, station=self.station)
        self.auxiliary = town.staff("auxiliary", self.here, station=self.station)
        self.grid_worker = town.staff("grid_worker", self.there, station=self.station)
        self.volunteer = town.staff("volunteer", self.there, station=self.station)
        self.other_officer = town.staff("officer", self.there, station=self.station)
        server.hallctl("account", "phone", self.grandmother.id, PHONE)

    def doors(self, person):
        return Doors(self.server.http, person.token)

    def upload(self, person):
        return self.doors(person).upload(png(next(numbers)), "image/png")["media_id"]

    def report(self, **more):
        body = {"community_id": self.here.id, "client_key": os.urandom(16), "age_band": "from_60",
                "sex": "female", "last_seen_at": int(time.time() * 1000) - 600_000,
                "relation": "sibling", "risks": ["illness"], "media_ids": [],
                "consent_version": "2026-1", **DETAILS}
        body.update(more)
        return {name: value for name, value in body.items() if value is not None}

    def picture(self, person, media_id):
        """(status, bytes) at the media door."""
        status, _, body = self.server.get(f"/api/v1/media/{media_id}/320", person.bearer)
        return status, body

    def sees(self, media_id, *people):
        """The status each of them gets."""
        return [self.picture(person, media_id)[0] for person in people]

    @contextlib.asynccontextmanager
    async def at(self, *people, states=None, server=None):
        """Clients of several people, greeted and live."""
        async with contextlib.AsyncExitStack() as stack:
            clients = {}
            for person in people:
                state = (states or {}).get(person.id)
                client = HallClient((server or self.server).http, person.token, state=state)
                await stack.enter_async_context(client)
                await client.hello()
                await client.live()
                clients[person.id] = client
            yield _Clients(clients)

    def activation(self, reported, **more):
        return {"person_id": reported["person_id"],
                "expected_version": reported["state_version"], "reporter_checked": True,
                "consent": "reporter", "risk_class": "normal", **more}


RANK = ["public", "family", "team", "officers"]


class _Clients:
    def __init__(self, clients):
        self.clients = clients
        self.last = {}

    def __getitem__(self, person):
        return self.clients[person.id]

    def _is_news(self, person, view):
        """Of one version the wider projection counts, and nothing is shown twice."""
        last = self.last.get((person.id, view["person_id"]))
        if last is not None and (view == last or (view["state_version"], RANK.index(
                view["audience"])) < (last["state_version"], RANK.index(last["audience"]))):
            return False
        self.last[person.id, view["person_id"]] = view
        return True

    async def pushed(self, person, state, timeout=5):
        """The next view of a search in this state that comes to her."""
        while True:
            view = (await self[person].next_event("person_pushed", timeout)).body["person"]
            if self._is_news(person, view) and view["state"] == state:
                return view

    async def asked(self, person, name, body):
        """The error of a request, or None."""
        try:
            await self[person].request(name, body)
        except Refused as refusal:
            return refusal.code
        return None


def said(client):
    """Everything that ever came to this client, as one text."""
    return repr(client.received) + repr(client.welcome)


def holds(client):
    """Everything this client still keeps."""
    return repr(client.state)


def markers_in(text, *markers):
    return [marker for marker in (markers or (*DETAILS.values(), *RESTRICTED)) if marker in text]
