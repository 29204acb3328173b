"""The audit read by the auditor: audit_list; its chain proved part by part: audit_verify."""
import pytest

from integration.talk import enter, refused, scenario


class Audit:
    def __init__(self, server, town):
        self.server, self.town = server, town
        self.station, self.far = town.station(), town.station()
        self.here = town.community(self.station)
        self.auditor = town.staff("auditor", self.station, "蒋督察", self.station)
        self.officer = town.staff("officer", self.here, "赵民警", self.station)
        self.ann = town.resident(self.here, "王桂兰")
        self.eve = town.resident(town.community(self.far), "远居民")

    def write(self, action, actor=None, about=None, station="own", kind="account", count=1):
        station_id = {"own": self.station.id, "far": self.far.id, None: None}[station]
        self.town.link.execute(
            "INSERT INTO audit (action, actor_id, role_used, operator, entity_type, entity_id,"
            " station_id, reason) SELECT %s, %s, %s, %s, %s, %s, %s, '理由'"
            " FROM generate_series(1, %s)",
            (action, actor and actor.id, 7 if actor else None, None if actor else "root", kind,
             about and about.id, station_id, count))


@pytest.fixture
def audit(swift, town):
    return Audit(swift, town)


async def actions(hall, **ask):
    page = await hall.request("audit_list", {"limit": 50, **ask})
    return [entry["action"] for entry in page["entries"]]


@scenario
async def test_the_auditor_reads_her_stations_entries_and_that_is_one_too(audit):
    audit.write("member.mute", audit.officer, audit.ann)
    audit.write("member.mute", audit.officer, audit.eve, station="far")
    audit.write("account.create", None, audit.ann, station=None)
    audit.write("account.create", None, audit.eve, station=None)
    async with enter(audit.server, audit.auditor) as hall:
        page = await hall.request("audit_list", {"limit": 50})
        made, muted = page["entries"]
        assert "next_seq" not in page
        assert (made["action"], made["operator"], made["object_name"]) == (
            "account.create", "root", "王桂兰")
        assert {**muted, "at": 0} == {
            "seq": muted["seq"], "at": 0, "action": "member.mute", "actor_name": "赵民警",
            "role": "officer", "object": "account", "object_name": "王桂兰", "reason": "理由"}
        again = await hall.request("audit_list", {"limit": 50})
        assert again["entries"][0]["action"] == "audit.read"
        assert again["entries"][0]["actor_name"] == "蒋督察"


@scenario
async def test_entries_are_found_by_who_what_whom_and_when(audit):
    audit.write("member.mute", audit.officer, audit.ann)
    audit.write("account.read", audit.officer, audit.officer)
    audit.write("dispute.accept", audit.officer, kind="dispute")
    audit.write("dispute.note", audit.auditor, kind="dispute")
    dispute = audit.town.one(
        "INSERT INTO dispute (no, state, station_id, community_id, place_id, colour)"
        " VALUES ('D-X-1', 1, %s, %s, %s, 3) RETURNING id", audit.station.id, audit.here.id,
        audit.here.id)
    audit.write("dispute.read", audit.officer, type("D", (), {"id": dispute}), kind="dispute")
    async with enter(audit.server, audit.auditor) as hall:
        assert await actions(hall, actor_name="赵民警", action="dispute.") == [
            "dispute.read", "dispute.accept"]
        assert await actions(hall, action="dispute.note") == ["dispute.note"]
        assert await actions(hall, object="d-x-1") == ["dispute.read"]
        assert await actions(hall, object="王桂兰") == ["member.mute"]
        assert (await actions(hall, readings=True))[-2:] == ["dispute.read", "account.read"]
        whole = (await hall.request("audit_list", {"limit": 50, "actor_name": "赵民警"}))["entries"]
        times = {entry["action"]: entry["at"] for entry in whole}
        assert await actions(hall, until=times["account.read"]) == ["member.mute"]
        assert await actions(hall, until=1) == []
        since = await actions(hall, **{"from": times["dispute.accept"]}, actor_name="赵民警")
        assert since == ["dispute.read", "dispute.accept"]
        with refused("invalid_field", "object"):
            await hall.request("audit_list", {"limit": 50, "object": " "})


@scenario
async def test_pages_follow_one_another_without_gap(audit):
    audit.write("test.step", audit.officer, count=120)
    async with enter(audit.server, audit.auditor) as hall:
        seen, ask = [], {"limit": 50, "action": "test.step"}
        while True:
            page = await hall.request("audit_list", ask)
            seen += [entry["seq"] for entry in page["entries"]]
            if "next_seq" not in page:
                break
            ask["before_seq"] = page["next_seq"]
    assert len(seen) == 120 and seen == sorted(set(seen), reverse=True)


async def proved(hall):
    """Part after part; the last answer."""
    state = {"checked_seq": 0}
    while True:
        state = await hall.request("audit_verify", {"after_seq": state["checked_seq"]})
        if "bad_seq" in state or state["checked_seq"] >= state["head_seq"]:
            return state


@scenario
async def test_the_chain_is_proved_part_by_part_and_a_change_is_found(audit):
    audit.write("test.step", audit.officer, count=650)
    async with enter(audit.server, audit.auditor) as hall:
        whole = await proved(hall)
        assert whole["checked_seq"] == whole["head_seq"] >= 650 and "fault" not in whole
        link = audit.town.link

        async def after(*statements):
            """What is said of it when somebody who rules the database did this."""
            with link.transaction(force_rollback=False):
                link.execute("SET LOCAL session_replication_role = replica")
                for statement in statements:
                    link.execute(statement)
            state = await proved(hall)
            return state["checked_seq"], state.get("bad_seq"), state.get("fault")

        assert await after("DELETE FROM audit WHERE seq > 640") == (640, 641, "end_is_missing")
        assert await after("UPDATE audit SET reason = 'x' WHERE seq = 450") == (
            449, 450, "changed")
        assert await after("DELETE FROM audit WHERE seq = 300") == (299, 300, "missing")
