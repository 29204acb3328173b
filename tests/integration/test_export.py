"""account_export: what the hall keeps of a person, for herself alone."""
import os

import pytest

from integration.dispute_scene import NOTE, Case, DisputeScene, Watch
from integration.talk import enter, refused, scenario

SECTIONS = ("account", "address", "role", "device", "room", "message", "matter", "matter_entry",
            "person_report", "sighting", "objection", "alert")
MISSING = {"name": "秘密小宝", "looks": "秘密圆脸", "clothes": "秘密红外套",
           "last_seen_place": "秘密柳湖东门"}


@pytest.fixture
def scene(swift, town):
    return DisputeScene(swift, town)


async def whole(hall, section):
    """All pages of a section."""
    items, at = [], {}
    while True:
        page = await hall.request("account_export", {"section": section, **at})
        items += page["items"]
        if not page["more"]:
            return items
        last = items[-1]
        at = {"after_id": last["id"], **({"after_seq": last["seq"]} if "seq" in last else {})}


async def everything(hall):
    return {section: await whole(hall, section) for section in SECTIONS}


@scenario
async def test_she_gets_her_own_words_and_what_was_told_her_and_nothing_else(scene, database):
    async with Watch(scene, scene.reporter, scene.officer, scene.neighbour) as watch:
        case = Case(scene, watch)
        await case.submit(scene.reporter)
        await case.write(scene.officer, "dispute_note", NOTE, kind="note")
        await case.write(scene.officer, "dispute_note", "请说一下几点开始", kind="question")
        for person, word in ((scene.reporter, "我的话"), (scene.neighbour, "邻居的话")):
            await watch[person].post(scene.community.hall_id, word)
        search = await watch[scene.reporter].request("person_report", {
            "community_id": scene.community.id, "client_key": os.urandom(16), **MISSING,
            "age_band": "from_60", "sex": "male", "last_seen_at": 1_700_000_000_000,
            "relation": "parent", "risks": [], "media_ids": [], "consent_version": "1"})
        kept = await everything(watch[scene.reporter])
        assert [i["title"] for i in kept["account"]] == [scene.reporter.name]
        assert [i["title"] for i in kept["address"]] == ["5栋 1单元"]
        assert [i["title"] for i in kept["room"]] == ["柳荫社区议事厅"]
        assert [i["body"] for i in kept["message"]] == ["我的话"]
        matter, = kept["matter"]
        assert matter["title"] == case.no and matter["body"].startswith("楼下早餐店")
        assert [(i["code"], i["body"]) for i in kept["matter_entry"]] == [(3, "请说一下几点开始")]
        assert [i["title"] for i in kept["person_report"]] == [search["no"]]
        assert len(kept["device"]) == 1 and kept["role"] == kept["alert"] == []
        for secret in (NOTE, "邻居的话", *MISSING.values()):
            assert secret not in repr(kept)
        other = await everything(watch[scene.neighbour])
        assert [i["body"] for i in other["message"]] == ["邻居的话"]
        assert other["matter"] == other["matter_entry"] == other["person_report"] == []
        staff = await everything(watch[scene.officer])
        assert staff["matter"] == [] and [i["code"] for i in staff["role"]] == [7]
    entered = database.rows("SELECT detail->>'section' AS section FROM audit WHERE actor_id = %s"
                            " AND action = 'account.export' ORDER BY seq", scene.reporter.id)
    assert [e["section"] for e in entered] == [str(n) for n in range(1, len(SECTIONS) + 1)]
    scene.server.hallctl("audit", "verify")


@scenario
async def test_much_comes_in_pages_and_a_section_nobody_knows_is_refused(swift, town):
    community = town.community()
    wang = town.resident(community)
    async with enter(swift, wang) as hall:
        words = [f"第{n}句" for n in range(51)]
        for word in words:
            await hall.post(community.hall_id, word)
        assert [i["body"] for i in await whole(hall, "message")] == words
        with refused("invalid_field", "section"):
            await hall.request("account_export", {"section": 99})
