"""Every request × every role × every scope (own, another community, another station, deleted,
unknown) answers as the domain's matrix says; what is denied and what is not there are the same
bytes. A request without a line here fails the test."""
import os
import time

import pytest

from client.hall_protocol import protocol
from client.hall_source import Source
from integration.raw_socket import Socket, is_not_found
from integration.talk import scenario

# Columns of the matrix, and where such a role is granted.
ROLES = {
    "resident": None,  # by level and home
    "unit_rep": "community", "unit_leader": "unit", "grid_worker": "grid",
    "volunteer": "community", "cadre": "community", "mediator": "community",
    "auxiliary": "community", "officer": "community", "dispatcher": "station",
    "station_leader": "station", "auditor": "station", "sysadmin": "station",
    "grid_chief": "grid",  # no column of her own: below
}
#                        R    UR   UL   GW   VO   CA   PN   AX   OF   DI   SL   AU   SA
MATRIX = {
    "hall.read":          "V1   Y    Y    Y    Y    Y    -    Y    Y    s    s    r    -",
    "hall.post":          "V1   Y    Y    Y    Y    Y    -    Y    Y    s    s    -    -",
    "hall.post_official": "-    -    -    -    -    c    -    c    Y    s    s    -    -",
    "message.recall":     "o    o    o    o    o    o    o    o    o    o    o    -    -",
    "message.hide":       "-    -    -    -    -    -    -    c    c    s    s    -    -",
    "member.mute":        "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "address.verify":     "-    -    c    c    -    c    -    c    c    s    s    -    -",
    "fraud.ack":          "-    -    a    a    a    a    -    a    c    s    s    -    -",
    "fraud.cancel":       "-    -    -    -    -    -    -    -    -    s    s    -    -",
    "fraud.answer":       "o    o    o    o    o    o    o    o    o    o    o    o    o",
    "person.report":      "V1   Y    Y    Y    Y    Y    -    Y    Y    s    s    -    -",
    "person.activate":    "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "person.widen":       "-    -    -    -    -    -    -    -    -    s    s    -    -",
    "person.sighting":    "V1   Y    Y    Y    Y    Y    -    Y    Y    s    s    -    -",
    "person.read_sightings":
                          "-    -    a    a    a    a    -    a    c    s    s    -    -",
    "person.located":     "-    -    -    a    a    a    -    a    c    s    s    -    -",
    "person.reunited":    "-    -    -    -    -    -    -    a    c    s    s    -    -",
    "dispute.submit":     "V1   Y    Y    Y    Y    Y    -    Y    Y    s    s    -    -",
    "dispute.read":       "o    -    -    a    -    a    a    a    c    s    s    r    -",
    "dispute.accept":     "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "dispute.reject":     "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "dispute.merge":      "-    -    -    -    -    -    -    -    c    s    -    -    -",
    "dispute.refer":      "-    -    -    -    -    -    -    -    c    s    -    -    -",
    "dispute.settle_on_scene":
                          "-    -    -    c    -    -    -    a    c    -    s    -    -",
    "dispute.assign":     "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "dispute.raise_colour":
                          "-    -    -    a    -    a    a    a    c    s    s    -    -",
    "dispute.lower_colour":
                          "-    -    -    -    -    -    -    -    2    -    s    -    -",
    "session.open":       "-    -    -    a    -    a    a    -    c    -    s    -    -",
    "dispute.pause":      "-    -    -    a    -    a    a    a    c    a    a    -    -",
    "dispute.unsettle":   "-    -    -    a    -    a    a    a    a    a    a    -    -",
    "dispute.track":      "-    -    -    -    -    -    -    -    c    -    -    -    -",
    "dispute.withdraw":   "o    -    -    -    -    -    -    -    c    -    -    -    -",
    "dispute.reopen":     "o    -    -    -    -    -    -    -    c    -    -    -    -",
    "dispute.add":        "o    -    -    -    -    -    -    -    -    -    -    -    -",
    "dispute.note":       "-    -    -    a    -    a    a    a    c    s    s    -    -",
    "fraud.read_restricted":
                          "-    -    -    a    -    a    -    a    c    s    s    r    -",
    # As the domain's identity.read_legal_name, for who somebody is; every request says why.
    "account.read":       "-    -    -    -    -    -    -    -    r    r    r    -    -",
    "account.find":       "-    -    -    -    -    -    -    -    c    s    s    -    -",
    "audit.read":         "-    -    -    -    -    -    -    -    -    -    -    s    -",
    "audit.verify":       "-    -    -    -    -    -    -    -    -    -    -    s    s",
    # Not of the domain: what open objects may be shown to whom; which ones is tests/…/test_work.py.
    "work.read":          "-    -    a    a    a    a    a    c    c    s    s    -    -",
}
CELLS = {permission: dict(zip(ROLES, row.split())) for permission, row in MATRIX.items()}
# The head of a grid is a grid worker who may also accept, what is blue.
for row in CELLS.values():
    row["grid_chief"] = row["grid_worker"]
CELLS["dispute.accept"]["grid_chief"] = "c"

# request: its permission, and a body for an object that is there. `at` is a Place below.
ROOM_REQUESTS = {
    "room_resume": ("hall.read", lambda at: {"room_id": at.room, "seq": 0}),
    "room_read": ("hall.read", lambda at: {"room_id": at.room, "seq": 1}),
    "message_history": ("hall.read", lambda at: {"room_id": at.room, "limit": 1}),
    "message_post": ("hall.post", lambda at: {
        "room_id": at.room, "client_key": os.urandom(16), "body": "话"}),
    "message_post official": ("hall.post_official", lambda at: {
        "room_id": at.room, "client_key": os.urandom(16), "body": "话", "official": True}),
    "message_hide": ("message.hide", lambda at: {
        "room_id": at.room, "seq": at.fresh_message(), "reason": "other", "public_reason": "x"}),
    "member_mute": ("member.mute", lambda at: {
        "room_id": at.room, "account_id": at.member, "minutes": 0, "reason": "x"}),
}
ACCOUNT_REQUESTS = {
    "address_verify": ("address.verify", lambda at: {
        "account_id": at.member, "unit_id": at.unit, "door": "101"}),
    "account_read": ("account.read", lambda at: {"account_id": at.member, "reason": "核对"}),
}
ALERT_REQUESTS = {
    "alert_ack": ("fraud.ack", lambda at: {"alert_id": at.alert, "expected_version": 999}),
    "alert_unclaim": ("fraud.ack", lambda at: {
        "alert_id": at.alert, "expected_version": 999, "reason": "x"}),
    "alert_cancel": ("fraud.cancel", lambda at: {
        "alert_id": at.alert, "expected_version": 999, "reason": "x"}),
    "alert_answer": ("fraud.answer", lambda at: {"alert_id": at.alert, "answer": "not_paid"}),
    "alert_reach": ("fraud.read_restricted", lambda at: {"alert_id": at.alert}),
}
def of_person(permission, **more):
    return permission, lambda at: {"person_id": at.search, **more}


MOVED = {"expected_version": 999}
PERSON_REQUESTS = {
    "person_report": ("person.report", lambda at: {
        "community_id": at.community.id, "client_key": os.urandom(16), "name": " ",
        "age_band": "from_60", "sex": "male", "looks": "x", "clothes": "x", "last_seen_at": 1,
        "last_seen_place": "x", "relation": "other", "risks": [], "media_ids": [],
        "consent_version": "1"}),
    "person_activate": of_person("person.activate", **MOVED, reporter_checked=True,
                                 consent="guardian", risk_class="normal"),
    "person_reject": of_person("person.activate", **MOVED, public_reason="x"),
    "person_object": of_person("person.sighting", claim="found"),
    "person_resume": of_person("person.activate", **MOVED, reason="x"),
    "person_located": of_person("person.located", **MOVED, place="x"),
    "person_reunited": of_person("person.reunited", **MOVED, recipient_name="x",
                                 recipient_relation="parent", identity_check="id_card"),
    "person_not_same": of_person("person.activate", **MOVED, reason="x"),
    "person_close": of_person("person.activate", **MOVED, outcome="deceased", reason="x"),
    "person_cancel": of_person("person.activate", **MOVED, public_reason="x"),
    "person_widen": of_person("person.widen", **MOVED, ring="station"),
    "person_sighting": of_person("person.sighting", client_key=b"k" * 16, seen_at=1, place=" "),
    "person_sighting_mark": of_person("person.located", sighting_id=1, state="new"),
    "person_read": of_person("person.read_sightings"),
    "person_reach": of_person("person.activate"),
    "place_list": ("person.report", lambda at: {"community_id": at.community.id}),
}


def of_dispute(permission, **more):
    return permission, lambda at: {"dispute_id": at.dispute, **more}


ASSESSED = {"dispute_class": "other", "grade": "simple", "channel": "peoples", "guard": []}
WRITTEN = {"client_key": b"k" * 16, "body": " "}
DISPUTE_REQUESTS = {
    "dispute_submit": ("dispute.submit", lambda at: {
        "client_key": os.urandom(16), "description": "x", "place_id": at.unit,
        "media_ids": ["AAAAAAAAAAAAAAAAAAAAAA"]}),
    "dispute_merge": of_dispute("dispute.merge", **MOVED, into_id=1),
    "dispute_reject": of_dispute("dispute.reject", **MOVED, code="other", public_reason="x"),
    "dispute_refer": of_dispute("dispute.refer", **MOVED, target="litigation", public_reason="x"),
    "dispute_classify": of_dispute("dispute.accept", **MOVED, assessment=ASSESSED),
    "dispute_accept": of_dispute("dispute.accept", **MOVED),
    "dispute_assign": of_dispute("dispute.assign", **MOVED, lead_id=1),
    "dispute_start": of_dispute("session.open", **MOVED, party_consents=True),
    "dispute_pause": of_dispute("dispute.pause", **MOVED, pause_reason="appraisal"),
    "dispute_resume": of_dispute("dispute.pause", **MOVED),
    "dispute_settle_on_scene": of_dispute("dispute.settle_on_scene", **MOVED, both_agree=True,
                                          settlement={"who": "x", "what": "x", "cause": "x",
                                                      "result": "x"}),
    "dispute_unsettle": of_dispute("dispute.unsettle", **MOVED, party_refuses=True, reason="x"),
    "dispute_track": of_dispute("dispute.track", **MOVED),
    "dispute_withdraw": of_dispute("dispute.withdraw", **MOVED),
    "dispute_reopen": of_dispute("dispute.reopen", **MOVED, reason="x"),
    "dispute_raise": of_dispute("dispute.raise_colour", **MOVED, colour="red", reason="x"),
    "dispute_lower": of_dispute("dispute.lower_colour", **MOVED, colour="blue", reason="x"),
    "dispute_approve": of_dispute("dispute.lower_colour", **MOVED, proposal_id=1),
    "dispute_add": of_dispute("dispute.add", **WRITTEN),
    "dispute_note": of_dispute("dispute.note", **WRITTEN, kind="note"),
    "dispute_read": of_dispute("dispute.read"),
    "dispute_assignable": of_dispute("dispute.assign"),
    "dispute_alike": of_dispute("dispute.merge"),
}
# About herself or what the statement lets her see: for every account.
OWN_REQUESTS = {
    "ping": {"rooms": []},
    "message_search": {"text": "话", "limit": 10},
    "revoked_ack": {"revocation_seq": 0},
    "account_rename": {"display_name": "新名字"},
    "account_devices": {},
    "account_logout": {},
    "account_access_log": {"limit": 10},
    "account_export": {"section": "account"},
    "alert_receipts": {"items": []},
    "alert_list": {},
    "person_list": {},
    "dispute_mine": {},
}
# About all that is hers to see: for roles that may be shown anything, wherever.
HERS_REQUESTS = {
    "work_list": ("work.read", {"limit": 10}), "work_counts": ("work.read", {}),
    "work_watch": ("work.read", {}), "account_find": ("account.find", {"name": "没有这个人"}),
    "audit_list": ("audit.read", {"limit": 10}), "audit_verify": ("audit.verify", {"after_seq": 0}),
}
TESTED_ELSEWHERE = {
    "hello": "the door to all others, below", "message_recall": "by sender, below",
    # through the HTTP doors, below
    "login_code": "", "login_phone": "", "login_staff": "", "login_ticket": "", "login_end": "",
    "media_add": "", "media_read": "", "alert_inject": "", "notice_feed": "",
    "notice_read": "", "voice_add": "", "voice_read": "", "invite_read": "",
}


class Place:
    """One community with everything in it that a request may be about."""

    def __init__(self, world, community):
        self.world, self.town, self.community = world, world.town, community
        self.room = community.hall_id
        self.grid = self.town.grid(community)
        self.unit_place = self.town.unit(self.town.building(self.grid))
        self.unit = self.unit_place.id
        self.person = self.town.resident(community, level=2)
        self.member = self.person.id
        self.alert = 0
        self.search = self.make_search()
        self.dispute = self.make_dispute()

    def make_dispute(self):
        dispute = self.town.one(
            "INSERT INTO dispute (no, state, station_id, community_id, place_id, colour)"
            " VALUES (%s, 1, %s, %s, %s, 3) RETURNING id", f"D-{self.room}",
            self.community.station.id, self.community.id, self.community.id)
        self.town.one(
            "INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash,"
            " description) VALUES (%s, %s, %s, %s, 'x') RETURNING 1", dispute, self.member,
            os.urandom(16), os.urandom(32))
        return dispute

    def make_search(self):
        """Somebody looked for in this community's hall."""
        search = self.town.one(
            "INSERT INTO person_search (no, state, station_id, community_id, high_risk, shown_at)"
            " VALUES (%s, 3, %s, %s, false, now()) RETURNING id", f"P-{self.room}",
            self.community.station.id, self.community.id)
        self.town.one(
            "INSERT INTO person_restricted (person_id, station_id, community_id, name_sealed,"
            " age_band, sex, looks, clothes, last_seen_at, last_seen_place, risks, reporter_id,"
            " relation, consent_version, client_key, request_hash) VALUES (%s, %s, %s, %s, 7, 1,"
            " 'x', 'x', now(), 'x', '{}', %s, 1, '1', %s, %s) RETURNING 1", search,
            self.community.station.id, self.community.id, b"n" * 50, self.member, os.urandom(16),
            os.urandom(32))
        self.town.one("INSERT INTO person_hall (person_id, room_id, card_seq) VALUES (%s, %s, 1)"
                      " RETURNING 1", search, self.room)
        return search

    def fresh_message(self, sender=None):
        sender = sender or self.member
        return self.town.one(
            "WITH r AS (UPDATE room SET last_seq = last_seq + 1, last_at = now() WHERE id = %s"
            " RETURNING id, last_seq) INSERT INTO message (room_id, seq, sender_id, created_at,"
            " request_hash, kind, badge, client_key, body) SELECT id, last_seq, %s, now(), 1, 1, 1,"
            " %s, '话' FROM r RETURNING seq", self.room, sender, os.urandom(16))


class Unknown:
    """The same questions about what never was."""
    room, member, unit, alert, search, dispute = (987654321,) * 6
    community = type("Nowhere", (), {"id": 987654321})

    @staticmethod
    def fresh_message():
        return 1


class World:
    def __init__(self, server, town, tmp_path):
        self.server, self.town = server, town
        station, far_station = town.station(), town.station()
        self.places = {
            "own": Place(self, town.community(station)),
            "other community": Place(self, town.community(station)),
            "other station": Place(self, town.community(far_station)),
            "deleted": Place(self, town.community(station)),
            "unknown": Unknown(),
        }
        self.station = station
        self.inject_alerts(tmp_path)
        self.delete(self.places["deleted"])
        self.people = {role: self.make(role) for role in ROLES}
        for role in ("unit_leader", "grid_worker", "grid_chief", "volunteer", "cadre", "auxiliary"):
            self.town.one("INSERT INTO person_member (person_id, account_id, audience)"
                          " VALUES (%s, %s, 3) RETURNING 1", self.places["own"].search,
                          self.people[role].id)
        for role in ("grid_worker", "grid_chief", "cadre", "mediator", "auxiliary", "officer",
                     "dispatcher", "station_leader"):
            self.town.one("INSERT INTO dispute_member (dispute_id, account_id, part)"
                          " VALUES (%s, %s, 2) RETURNING 1", self.places["own"].dispute,
                          self.people[role].id)

    def make(self, role):
        own = self.places["own"]
        if role == "resident":
            return self.town.resident(own.community)
        where = {"community": own.community, "station": self.station, "grid": own.grid,
                 "unit": own.unit_place}[ROLES[role]]
        return self.town.staff(role, where, station=self.station)

    def inject_alerts(self, tmp_path):
        for number, name in enumerate(("own", "other community", "other station")):
            place = self.places[name]
            source = Source(self.server.http, f"source{number}", tmp_path)
            self.town.one("INSERT INTO service_source (name, title, public_key, station_id)"
                          " VALUES (%s, 's', %s, %s) RETURNING id", source.name,
                          source.public_key, place.community.station.id)
            status, body = source.send({
                "identifier": f"A{number}", "sender": "x", "sent": int(time.time() * 1000),
                "msg_type": "alert", "status": "actual", "level": "high",
                "scam_type": "refund", "target": {"community_code": place.community.code}})
            assert status == 201, body
            place.alert = body["alert_id"]

    def delete(self, place):
        self.town.link.execute("UPDATE room SET closed_at = now() WHERE id = %s", (place.room,))
        self.town.link.execute("UPDATE account SET disabled_at = now() WHERE id = %s",
                               (place.member,))
        self.town.link.execute("UPDATE place SET closed_at = now() WHERE id = %s",
                               (place.community.id,))
        place.alert = place.search = place.dispute = Unknown.alert

    def is_assigned(self, person, alert):
        return bool(self.town.one("SELECT 1 FROM alert_recipient WHERE alert_id = %s"
                                  " AND account_id = %s", alert, person.id))

    def may(self, permission, role, scope, place):
        """What the matrix says."""
        cell = CELLS[permission][role]
        if scope in ("deleted", "unknown"):
            return False
        if permission == "person.report" and role == "resident":
            return scope in ("own", "other community")  # wherever in her station
        if cell == "V1":
            return scope == "own"
        if cell in ("Y", "c"):
            return scope == "own"
        if cell == "s":
            return scope in ("own", "other community")
        if cell == "r" and permission == "account.read":
            return scope == "own" or role != "officer" and scope == "other community"
        if cell == "a" and permission.startswith("person."):
            return scope == "own"
        if cell == "a" and permission.startswith(("dispute.", "session.")):
            return scope == "own"
        if cell == "2":  # the second one is a condition of what follows
            return scope == "own"
        if cell == "a":
            return self.is_assigned(self.people[role], place.alert)
        return False  # "-", and "r": nothing on the wire carries a recorded reason


class StaffRoom:
    """A room beside the halls; its member is none of those who ask."""

    def __init__(self, world, room):
        self.town, self.room = world.town, room
        self.member = world.town.staff("officer", world.places["own"].community).id

    fresh_message = Place.fresh_message


def case_team(world, *people):
    """The room of a case in the own community, with these in it and one more."""
    own = world.places["own"].community
    room = StaffRoom(world, 0)
    room.room = world.town.one(
        "SELECT object_room_open(8::smallint, 'dispute', 1, 'D-1', %s, %s, %s::bigint[])",
        own.station.id, own.id, [room.member, *(p.id for p in people)])
    return room


@pytest.fixture
def world(swift, town, tmp_path):
    return World(swift, town, tmp_path)


def test_every_request_is_in_the_table():
    tested = {name.split()[0] for name in (ROOM_REQUESTS | ACCOUNT_REQUESTS | ALERT_REQUESTS
                                           | PERSON_REQUESTS | DISPUTE_REQUESTS | OWN_REQUESTS
                                           | HERS_REQUESTS
                                           | TESTED_ELSEWHERE)}
    requests = {o.name for o in protocol.operations.values()
                if o.kind == "request" and not o.planned}
    assert tested == requests


@scenario
async def test_every_role_in_every_scope(world):
    wrong = []
    for role, person in world.people.items():
        async with Socket(world.server, person) as socket:
            for request, (permission, body_of) in (ROOM_REQUESTS | ACCOUNT_REQUESTS
                                                   | ALERT_REQUESTS | PERSON_REQUESTS
                                                   | DISPUTE_REQUESTS).items():
                denied, frame = await socket.ask(request, body_of(world.places["unknown"]))
                assert is_not_found(frame), (request, role, frame)
                for scope, place in world.places.items():
                    raw, frame = await socket.ask(request, body_of(place))
                    allowed = world.may(permission, role, scope, place)
                    if allowed == is_not_found(frame) or (not allowed and raw != denied):
                        wrong.append((request, role, scope, allowed, frame.name, frame.body))
    assert not wrong, "\n".join(map(str, wrong))


@scenario
async def test_beside_the_halls_only_members_and_among_them_the_matrix(world):
    """Who is in a case team was put there; who is in the duty room serves in the station."""
    team = case_team(world)
    duty = StaffRoom(world, world.town.one("SELECT id FROM room WHERE kind = 5"
                                           " AND station_id = %s", world.station.id))
    serves = {"auxiliary", "officer", "dispatcher", "station_leader"}
    works = set(ROLES) - {"resident", "auditor", "sysadmin"}
    steps = [("before she is in it", team, set(), "Ycs"), ("duty room", duty, serves, "s"),
             ("in it", team, works, "Ycs")]
    wrong = []
    for step, room, members, cells in steps:
        if step == "in it":
            world.town.one("SELECT object_room_add(%s, %s::bigint[])", team.room,
                           [p.id for p in world.people.values()])
        for role, person in world.people.items():
            async with Socket(world.server, person) as socket:
                for request, (permission, body_of) in ROOM_REQUESTS.items():
                    denied, _ = await socket.ask(request, body_of(world.places["unknown"]))
                    raw, frame = await socket.ask(request, body_of(room))
                    allowed = role in members and (
                        permission in ("hall.read", "hall.post")
                        or CELLS[permission][role] in cells)
                    if allowed == is_not_found(frame) or (not allowed and raw != denied):
                        wrong.append((step, request, role, allowed, frame.name, frame.body))
    assert not wrong, "\n".join(map(str, wrong))


@scenario
async def test_everybody_takes_back_only_her_own(world):
    place = world.places["own"]
    for role, person in world.people.items():
        async with Socket(world.server, person) as socket:
            others = {"room_id": place.room, "seq": place.fresh_message()}
            denied, frame = await socket.ask("message_recall",
                                             {"room_id": Unknown.room, "seq": 1})
            assert is_not_found(frame)
            for body in (others, {"room_id": place.room, "seq": 999999}):
                raw, frame = await socket.ask("message_recall", body)
                assert raw == denied, (role, frame)
            own = {"room_id": place.room, "seq": place.fresh_message(person.id)}
            raw, frame = await socket.ask("message_recall", own)
            if CELLS["message.recall"][role] == "o":
                assert frame.name == "done", (role, frame)
            else:
                assert is_not_found(frame), (role, frame)


@scenario
async def test_what_is_ones_own_is_for_every_account(world):
    for role, person in world.people.items():
        async with Socket(world.server, person) as socket:
            for request, body in OWN_REQUESTS.items():
                _, frame = await socket.ask(request, body)
                assert frame.name != "error", (role, request, frame)


@scenario
async def test_what_is_hers_to_see_is_for_roles_that_may_be_shown_any_of_it(world):
    for role, person in world.people.items():
        async with Socket(world.server, person) as socket:
            denied, _ = await socket.ask("message_history", {"room_id": Unknown.room, "limit": 1})
            for request, (permission, body) in HERS_REQUESTS.items():
                raw, frame = await socket.ask(request, body)
                if CELLS[permission][role] == "-":
                    assert raw == denied, (role, request, frame)
                else:
                    assert frame.name != "error", (role, request, frame)


@scenario
async def test_nobody_logged_in_gets_nowhere(world):
    for method, path in (("POST", "/api/v1/session/ticket"), ("DELETE", "/api/v1/session"),
                         ("POST", "/api/v1/media"), ("POST", "/api/v1/alerts"),
                         ("GET", "/api/v1/media/AAAAAAAAAAAAAAAAAAAAAA/320"),
                         ("POST", "/api/v1/voice"),
                         ("GET", "/api/v1/voice/AAAAAAAAAAAAAAAAAAAAAA")):
        kind = {"media": "image/png", "voice": "audio/ogg"}.get(path.split("/")[-1])
        body = {"body": b"{}", "headers": {"Content-Type": kind or "application/json"}} \
            if method == "POST" else {}
        status, _, _ = world.server.request(method, path, **body)
        assert status == 401, (method, path, status)
