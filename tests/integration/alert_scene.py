"""A community with everybody a fraud alert concerns, and some it does not."""
import asyncio
import itertools
import time

from client.hall_client import HallClient
from client.hall_source import Source

numbers = itertools.count(1)
PHONE = "13900000001"
# Every restricted field holds a marker that must turn up nowhere it does not belong.
MARKERS = {"name": "欧阳秘密", "situation": "秘密情形", "amount_range": "秘密金额",
           "door_code": "秘密门"}


class Scene:
    """A community with everybody an alert concerns, and some it does not."""

    def __init__(self, server, town, tmp_path):
        self.server, self.town = server, town
        self.station = town.station()
        self.community = town.community(self.station, name="柳荫社区")
        self.other = town.community(self.station, name="和平里社区")
        self.grid = town.grid(self.community)
        self.building = town.building(self.grid, name="3栋")
        self.unit = town.unit(self.building, name="2单元")
        self.target = town.resident(self.community, "王奶奶", unit=self.unit, door="301")
        self.neighbour = town.resident(self.community, "邻居", unit=self.unit)
        self.stranger = town.resident(self.other, "外人")
        self.officer = town.staff("officer", self.community, station=self.station)
        self.dispatcher = town.staff("dispatcher", self.station, station=self.station)
        self.grid_worker = town.staff("grid_worker", self.grid, station=self.station)
        self.unit_leader = town.staff("unit_leader", self.unit, station=self.station)
        self.other_officer = town.staff("officer", self.other, station=self.station)
        server.hallctl("account", "phone", self.target.id, PHONE)
        self.source = Source(server.http, f"fzzx{next(numbers)}", tmp_path)
        self.add_source(self.source, self.station)

    def add_source(self, source, station):
        return self.town.one(
            "INSERT INTO service_source (name, title, public_key, station_id)"
            " VALUES (%s, '反诈中心', %s, %s) RETURNING id", source.name, source.public_key,
            station.id)

    def alert(self, **more):
        alert = {
            "identifier": f"A-{next(numbers)}", "sender": "fzzx", "sent": int(time.time() * 1000),
            "msg_type": "alert", "status": "actual", "level": "critical",
            "scam_type": "impersonated_authority", "features": ["secrecy", "safe_account"],
            "situation": MARKERS["situation"], "amount_range": MARKERS["amount_range"],
            "target": {"name": MARKERS["name"], "phone": PHONE,
                       "community_code": self.community.code, "building_code": self.building.code,
                       "unit_code": self.unit.code, "door_code": MARKERS["door_code"]}}
        alert.update(more)
        return {name: value for name, value in alert.items() if value is not None}

    def follow_up(self, msg_type, *alerts, **more):
        references = [{"sender": a["sender"], "identifier": a["identifier"], "sent": a["sent"]}
                      for a in alerts]
        return self.alert(msg_type=msg_type, references=references, target=None, **more)

    async def inject(self, alert, expected=201):
        status, body = await asyncio.to_thread(self.source.send, alert)
        assert status == expected, body
        return body

    def client(self, person):
        return HallClient(self.server.http, person.token)


class Watch:
    """Clients of several people, greeted, open for the time of a with."""

    def __init__(self, scene, *people):
        self.clients = {person.id: scene.client(person) for person in people}

    async def __aenter__(self):
        for client in self.clients.values():
            await client.__aenter__()
            await client.hello()
        return self

    async def __aexit__(self, *_):
        for client in self.clients.values():
            await client.__aexit__(None, None, None)

    def __getitem__(self, person):
        return self.clients[person.id]

    async def alert(self, person):
        return (await self[person].next_event("alert_pushed", 5)).body["alert"]

    async def notice(self, person):
        return (await self[person].next_event("notice_pushed", 5)).body["notice"]


def everything(client):
    return repr(client.received) + repr(client.welcome)
