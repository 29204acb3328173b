"""Somebody in charge looks up a person: account_find, account_read; and who was looked up knows."""
import pytest

from integration.talk import enter, refused, scenario

PHONE = "13900000088"


class People:
    def __init__(self, server, town):
        self.server, self.town = server, town
        self.station = town.station(name="柳堤路派出所")
        self.here = town.community(self.station, name="柳荫社区")
        self.there = town.community(self.station, name="和平里社区")
        self.building = town.building(town.grid(self.here), name="3栋")
        self.unit = town.unit(self.building, name="2单元")
        self.wang = town.resident(self.here, "王桂兰", level=3, unit=self.unit, door="秘密402")
        self.zhou = town.resident(self.there, "周小梅")
        self.officer = town.staff("officer", self.here, "赵民警", self.station)
        self.dispatcher = town.staff("dispatcher", self.station, "钱值班员", self.station)
        self.far = town.staff("officer", town.community(), "远民警")
        server.hallctl("account", "phone", self.wang.id, PHONE)


@pytest.fixture
def people(swift, town):
    return People(swift, town)


async def find(hall, **ask):
    found = await hall.request("account_find", ask)
    return [person["account_id"] for person in found["people"]]


@scenario
async def test_people_of_ones_own_places_are_found_by_phone_or_name(people):
    wang, zhou = people.wang, people.zhou
    building = people.building.id
    async with enter(people.server, people.officer) as officer, \
            enter(people.server, people.dispatcher) as dispatcher, \
            enter(people.server, people.far) as far:
        found = await officer.request("account_find", {"phone": "139 0000 0088"})
        assert found == {"more": False, "people": [{
            "account_id": wang.id, "name": "王桂兰", "level": "v2", "is_staff": False,
            "place_name": "柳荫社区 3栋"}]}
        assert await find(officer, name="王桂兰") == [wang.id]
        assert await find(officer, name="王") == []  # part of a name: only in a building
        assert await find(officer, name="王", building_id=building) == [wang.id]
        assert await find(officer, name="周小梅") == []  # another community's
        assert await find(dispatcher, name="周小梅") == [zhou.id]
        assert await find(dispatcher, name="赵民警") == [people.officer.id]
        for ask in ({"phone": PHONE}, {"name": "王桂兰"}, {"name": "王", "building_id": building}):
            assert await find(far, **ask) == []
        for field, ask in (("phone", {}), ("name", {"phone": PHONE, "name": "王桂兰"}),
                           ("phone", {"phone": "110"}), ("name", {"name": " "}),
                           ("building_id", {"phone": PHONE, "building_id": building})):
            with refused("invalid_field", field):
                await officer.request("account_find", ask)
    rows = people.town.link.execute(
        "SELECT actor_id, role_used, station_id, entity_id, detail FROM audit"
        " WHERE action = 'account.find' ORDER BY seq").fetchall()
    assert rows[0] == {"actor_id": people.officer.id, "role_used": 7, "entity_id": wang.id,
                       "station_id": people.station.id, "detail": {"by": "phone", "found": 1}}
    assert len(rows) == 10 and PHONE[3:] not in repr(rows)


@scenario
async def test_a_file_says_who_she_is_and_she_reads_who_opened_it(people):
    wang = people.wang
    async with enter(people.server, people.officer) as officer, \
            enter(people.server, wang) as hers:
        await officer.request("member_mute", {"room_id": people.here.hall_id, "minutes": 10,
                                              "account_id": wang.id, "reason": "刷屏"})
        file = await officer.request("account_read", {"account_id": wang.id, "reason": "核对住址"})
        assert (file["name"], file["level"], file["place_name"], file["devices"]) == (
            "王桂兰", "v2", "柳荫社区 3栋 2单元", 1)
        [hall] = file["halls"]
        assert hall["room_id"] == people.here.hall_id and hall["mute_reason"] == "刷屏"
        assert file["address_until"] > file["joined_at"] and file["grants"] == []
        for secret in (PHONE, "秘密402"):
            assert secret not in repr(file)
        with refused("invalid_field", "reason"):
            await officer.request("account_read", {"account_id": wang.id, "reason": "　"})
        page = await hers.request("account_access_log", {"limit": 10})
        [entry] = page["entries"]
        assert (entry["kind"], entry["object_id"], entry["role"], entry["staff_name"],
                entry["reason"]) == ("account", wang.id, "officer", "赵民警", "核对住址")
    async with enter(people.server, people.zhou) as other:
        assert (await other.request("account_access_log", {"limit": 10}))["entries"] == []


@scenario
async def test_of_a_colleague_the_roles_and_their_terms_are_shown(people):
    people.town.grant(people.officer.id, "auditor", people.station, "60 days")
    async with enter(people.server, people.dispatcher) as dispatcher:
        file = await dispatcher.request("account_read", {"account_id": people.officer.id,
                                                         "reason": "值班安排"})
    assert file["is_staff"] and file["place_name"] == "柳堤路派出所" and "community_id" not in file
    assert [(g["role"], g["place_name"]) for g in file["grants"]] == [
        ("officer", "柳荫社区"), ("auditor", "柳堤路派出所")]
    assert file["grants"][0]["expires_at"] < file["grants"][1]["expires_at"]
