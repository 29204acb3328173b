"""What people choose from: whom a dispute can be given to, what it can be merged into, places."""
import pytest

from integration.dispute_scene import (CONCERNED, REPORTER, Case, DisputeScene, Watch,
                                       assessment)
from integration.talk import refused, scenario


@pytest.fixture
def scene(swift, town):
    return DisputeScene(swift, town)


@scenario
async def test_a_dispute_can_be_given_to_whoever_is_offered_and_to_nobody_else(scene):
    scene.town.staff("unit_leader", scene.unit, "刘楼长", station=scene.station)
    scene.town.staff("officer", scene.town.community(scene.town.station()), "远民警")
    async with Watch(scene, scene.reporter, scene.officer) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.act(scene.officer, "dispute_accept", assessment=assessment())
        offered = await watch[scene.officer].request("dispute_assignable",
                                                     {"dispute_id": case.id})
        names = [person["name"] for person in offered["people"]]
        assert set(names[:4]) == {"赵民警", "钱民警", "沈网格员", "周调解员"}
        assert {"孙值班员", "冯所长"} <= set(names[4:]) and not offered["more"]
        for outside in (REPORTER, "蒋督察", "刘楼长", "远民警"):
            assert outside not in names
        found = await watch[scene.officer].request("dispute_assignable",
                                                   {"dispute_id": case.id, "name": "周"})
        [mediator] = found["people"]
        assert mediator == {"account_id": scene.mediator.id, "name": "周调解员", "role": "mediator",
                            "place_name": "柳荫社区"}
        with refused("not_found"):
            await watch[scene.reporter].request("dispute_assignable", {"dispute_id": case.id})
        await case.act(scene.officer, "dispute_assign", lead_id=mediator["account_id"])


@scenario
async def test_what_a_dispute_can_be_merged_into_is_offered_and_found_by_number(scene):
    async with Watch(scene, scene.reporter, scene.neighbour, scene.stranger, scene.officer,
                     scene.mediator) as watch:
        first, second, far = (Case(scene, watch) for _ in range(3))
        await first.submit(scene.reporter)
        await second.submit(scene.neighbour)
        await far.submit(scene.stranger, place_id=None)
        elsewhere = Case(scene, watch)
        await elsewhere.submit(scene.neighbour,
                               place_id=scene.town.unit(scene.town.building(scene.grid)).id)

        async def alike(case, **more):
            page = await watch[scene.officer].request("dispute_alike",
                                                      {"dispute_id": case.id, **more})
            return page["disputes"]

        offered = await alike(first)
        assert [(d["no"], d["same"], d["open"]) for d in offered] == [(second.no, True, True)]
        assert offered[0]["place_name"] == "柳荫社区 5栋 1单元"
        assert CONCERNED not in repr(offered)
        # The same reporter: wherever it is.
        assert [d["no"] for d in await alike(second)] == [elsewhere.no, first.no]
        [asked] = await alike(first, no=elsewhere.no.lower())
        assert asked["dispute_id"] == elsewhere.id and not asked["same"]
        assert await alike(first, no=far.no) == []  # another community's
        with refused("not_found"):
            await watch[scene.mediator].request("dispute_alike", {"dispute_id": first.id})
        await first.act(scene.officer, "dispute_merge", into_id=second.id)
        assert [(d["no"], d["open"]) for d in await alike(second, no=first.no)] == [
            (first.no, False)]


@scenario
async def test_places_are_read_page_by_page_as_people_count(scene):
    for number in range(105, 0, -1):
        scene.town.building(scene.grid, name=f"{number}号楼")
    async with Watch(scene, scene.neighbour) as watch:
        async def places(**more):
            return await watch[scene.neighbour].request(
                "place_list", {"community_id": scene.community.id, **more})
        page = await places()
        names = [place["name"] for place in page["places"]]
        assert names[:2] == ["5栋", "1号楼"] and page["more"] and len(names) == 100
        rest = await places(after_id=page["places"][-1]["place_id"])
        names += [place["name"] for place in rest["places"]]
        assert not rest["more"]
        assert names[1:] == [f"{number}号楼" for number in range(1, 106)]
        units = await places(building_id=scene.building.id)
        assert units["places"] == [{"place_id": scene.unit.id, "name": "1单元"}]
        other = await watch[scene.neighbour].request(
            "place_list", {"community_id": scene.other.id, "building_id": scene.building.id})
        assert other["places"] == []
