"""People and places for a test, put straight into the database: places, residents, staff, and
sessions as if they had logged in. What logging in itself does has tests of its own."""
import base64
import hashlib
import itertools
import secrets
from dataclasses import dataclass, field

ROLE = {"resident": 1, "unit_leader": 2, "grid_worker": 3, "volunteer": 4, "cadre": 5,
        "auxiliary": 6, "officer": 7, "dispatcher": 8, "station_leader": 9, "auditor": 10,
        "sysadmin": 11, "unit_rep": 12, "mediator": 13, "grid_chief": 14}
KIND = {"station": 1, "community": 2, "grid": 3, "building": 4, "unit": 5}
_numbers = itertools.count(1)


@dataclass
class Place:
    id: int
    code: str
    kind: str


@dataclass
class Community(Place):
    station: Place
    hall_id: int  # the room


@dataclass
class Person:
    id: int
    name: str
    token: str  # a logged-in device's token, for a cookie or a bearer header
    session_id: int
    roles: list = field(default_factory=list)

    @property
    def bearer(self):
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def cookie(self):
        return {"Cookie": f"hall={self.token}"}


class Town:
    """A factory on one database. station() and community() may be called any number of times."""

    def __init__(self, database):
        self.database = database
        self.link = database.link()

    def close(self):
        self.link.close()

    def one(self, sql, *args):
        row = self.link.execute(sql, args).fetchone()
        return next(iter(row.values())) if row else None

    # -- places

    def place(self, kind, parent=None, code=None, name=None, street=None):
        code = code or f"{kind[0]}{next(_numbers)}"
        place_id = self.one(
            "INSERT INTO place (kind, code, name, parent_id, street) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id", KIND[kind], code, name or code, parent.id if parent else None, street)
        return Place(place_id, code, kind)

    def station(self, code=None, name="测试派出所"):
        return self.place("station", code=code or f"S{next(_numbers)}", name=name)

    def community(self, station=None, code=None, name="测试社区", street="测试路"):
        station = station or self.station()
        place = self.place("community", station, code, name, street)
        hall_id = self.one(
            "INSERT INTO room (kind, name, station_id, community_id, place_id)"
            " VALUES (1, %s, %s, %s, %s) RETURNING id",
            f"{name}议事厅", station.id, place.id, place.id)
        return Community(place.id, place.code, "community", station, hall_id)

    def grid(self, community, code=None):
        return self.place("grid", community, code)

    def building(self, above, code=None, name=None):
        return self.place("building", above, code, name)

    def unit(self, building, code=None, name=None):
        return self.place("unit", building, code, name)

    # -- people

    def account(self, name, level=2, community=None, station=None, staff=False, badge_no=None):
        """level: 1…4 is v0…v3."""
        return self.one(
            "INSERT INTO account (level, display_name, community_id, station_id, is_staff,"
            " badge_no)"
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id", level, name,
            community.id if community else None,
            station.id if station else community.station.id if community else None,
            staff, badge_no)

    def session(self, account_id, client="test", second_factor=False, lasts="30 days"):
        """A new device of an account: (token, login session id)."""
        raw = secrets.token_bytes(32)
        session_id = self.one(
            "INSERT INTO login_session (token_hash, account_id, client, second_factor, expires_at)"
            " VALUES (%s, %s, %s, %s, now() + %s::interval) RETURNING id",
            hashlib.blake2b(raw, digest_size=32).digest(), account_id, client, second_factor, lasts)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), session_id

    def grant(self, account_id, role, place, lasts="30 days"):
        """A role in a place, as an operator gives it."""
        grant_id = self.one(
            "INSERT INTO role_grant (account_id, role, scope_id, operator_note, expires_at)"
            " VALUES (%s, %s, %s, 'test', now() + %s::interval) RETURNING id",
            account_id, ROLE[role], place.id, lasts)
        self.derive(account_id)
        return grant_id

    def derive(self, account_id):
        self.one("SELECT membership_derive(%s)", account_id)

    def resident(self, community, name=None, level=2, unit=None, door=None):
        """Somebody who lives there and has a device."""
        name = name or f"居民{next(_numbers)}"
        account_id = self.account(name, level, community)
        if unit:
            self.one("INSERT INTO residence (account_id, unit_id, door) VALUES (%s, %s, %s)"
                     " RETURNING id", account_id, unit.id, door)
        self.derive(account_id)
        token, session_id = self.session(account_id)
        return Person(account_id, name, token, session_id)

    def staff(self, role, place, name=None, station=None, badge_no=None):
        """Somebody with a role in a place (station, community, grid or building)."""
        name = name or f"{role}{next(_numbers)}"
        account_id = self.account(name, 4, None, station, True,
                                  badge_no or f"{next(_numbers):06}")
        self.grant(account_id, role, place)
        token, session_id = self.session(account_id, second_factor=True)
        return Person(account_id, name, token, session_id, [role])

    def residents(self, community, count, level=2):
        """Many at once, in one statement each; for load."""
        raws = [secrets.token_bytes(32) for _ in range(count)]
        first = next(_numbers)
        names = [f"居民{first}-{i}" for i in range(count)]
        ids = [row["id"] for row in self.link.execute(
            "INSERT INTO account (level, display_name, community_id, station_id)"
            " SELECT %s, n, %s, %s FROM unnest(%s::text[]) n RETURNING id",
            (level, community.id, community.station.id, names))]
        self.link.execute(
            "INSERT INTO membership (room_id, account_id) SELECT %s, unnest(%s::bigint[])",
            (community.hall_id, ids))
        sessions = [row["id"] for row in self.link.execute(
            "INSERT INTO login_session (token_hash, account_id, client, expires_at)"
            " SELECT t, a, 'test', now() + interval '30 days'"
            " FROM unnest(%s::bytea[], %s::bigint[]) AS x (t, a) RETURNING id",
            ([hashlib.blake2b(raw, digest_size=32).digest() for raw in raws], ids))]
        tokens = [base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in raws]
        return [Person(*row) for row in zip(ids, names, tokens, sessions)]
