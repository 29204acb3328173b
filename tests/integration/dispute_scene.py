"""A community with everybody a dispute concerns, and some it does not."""
import os

from client.hall_client import HallClient
from integration.alert_scene import Watch

GUARD = ("hired_injury", "gang_fight", "repeat_offender", "refused", "new_offence_during", "fled",
         "domestic_violence", "crime", "minor")
# What must turn up nowhere it does not belong: what staff note, and who reported it.
NOTE, REPORTER, CONCERNED = "秘密笔录", "机密邻居", "隐秘老板"


def assessment(yes=(), **more):
    """Every legal question answered, everything classified."""
    return {"dispute_class": "public_order", "subclass": "neighbour_fumes", "grade": "simple",
            "channel": "peoples",
            "guard": [{"question": q, "yes": q in yes} for q in GUARD], **more}


class DisputeScene:
    def __init__(self, server, town):
        self.server, self.town = server, town
        self.station = town.station()
        self.community = town.community(self.station, name="柳荫社区")
        self.other = town.community(self.station, name="和平里社区")
        self.grid = town.grid(self.community)
        self.building = town.building(self.grid, name="5栋")
        self.unit = town.unit(self.building, name="1单元")
        self.reporter = town.resident(self.community, REPORTER, unit=self.unit)
        self.neighbour = town.resident(self.community, "邻居", unit=self.unit)
        self.stranger = town.resident(self.other, "外人")
        self.officer = town.staff("officer", self.community, "赵民警", station=self.station)
        self.second = town.staff("officer", self.community, "钱民警", station=self.station)
        self.other_officer = town.staff("officer", self.other, station=self.station)
        self.grid_worker = town.staff("grid_worker", self.grid, "沈网格员", station=self.station)
        self.dispatcher = town.staff("dispatcher", self.station, "孙值班员", station=self.station)
        self.leader = town.staff("station_leader", self.station, "冯所长", station=self.station)
        self.mediator = town.staff("mediator", self.community, "周调解员", station=self.station)
        self.auditor = town.staff("auditor", self.station, "蒋督察", station=self.station)

    @property
    def everybody(self):
        return [value for value in vars(self).values() if hasattr(value, "token")]

    def client(self, person):
        return HallClient(self.server.http, person.token)

    def report(self, **more):
        report = {"client_key": os.urandom(16), "description": "楼下早餐店油烟太大，早上四点就开始。",
                  "place_id": self.unit.id, "subclass": "neighbour_fumes", "concerned": CONCERNED}
        report.update(more)
        return {name: value for name, value in report.items() if value is not None}

    def due(self, dispute_id, name):
        """The deadline has passed: the row says so, whatever the clock says."""
        self.town.link.execute(
            "UPDATE timer SET due_at = now() - interval '1 second' WHERE entity_type = 'dispute'"
            " AND entity_id = %s AND name = %s AND fired_at IS NULL AND cancelled_at IS NULL",
            (dispute_id, name))

    def timers(self, dispute_id):
        return {row["name"] for row in self.town.link.execute(
            "SELECT name FROM timer WHERE entity_type = 'dispute' AND entity_id = %s"
            " AND fired_at IS NULL AND cancelled_at IS NULL", (dispute_id,))}

    def duty_words(self):
        """What the system said in the station's duty room."""
        return [row["body"] for row in self.town.link.execute(
            "SELECT m.body FROM message m JOIN room r ON r.id = m.room_id"
            " WHERE r.kind = 5 AND r.station_id = %s ORDER BY m.seq", (self.station.id,))]

    def letters(self):
        """template → accounts it was written to."""
        found = {}
        for row in self.town.link.execute(
                "SELECT template, recipient_account_id FROM outbox ORDER BY id"):
            found.setdefault(row["template"], set()).add(row["recipient_account_id"])
        return found


class Case:
    """One dispute and the people around it, connected: who does what, at the version she sees."""

    def __init__(self, scene, watch):
        self.scene, self.watch = scene, watch
        self.id = self.no = None
        self.version = 1

    async def submit(self, person, **more):
        answer = await self.watch[person].request("dispute_submit", self.scene.report(**more))
        self.id, self.no = answer["dispute_id"], answer["no"]
        return answer

    async def act(self, person, operation, **more):
        """Does it and goes on from the version it gave."""
        answer = await self.watch[person].request(
            operation, {"dispute_id": self.id, "expected_version": self.version, **more})
        self.version = answer.get("state_version", self.version)
        return answer

    async def write(self, person, operation, body, **more):
        answer = await self.watch[person].request(
            operation, {"dispute_id": self.id, "client_key": os.urandom(16), "body": body, **more})
        self.version = answer["state_version"]
        return answer

    async def read(self, person, **more):
        return await self.watch[person].request("dispute_read", {"dispute_id": self.id, **more})

    async def seen(self, person, **wanted):
        """The next push to her in which everything is as wanted."""
        while True:
            event = await self.watch[person].next_event("dispute_pushed", 8)
            view = event.body["dispute"]
            if all(view.get(name) == value for name, value in wanted.items()):
                self.version = max(self.version, view["state_version"])
                return view


__all__ = ["CONCERNED", "Case", "DisputeScene", "GUARD", "NOTE", "REPORTER", "Watch", "assessment"]
