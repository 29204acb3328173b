"""A person's own account: account_rename, account_devices, account_logout, address_verify."""
from harness.town import Person
from integration.talk import HallClient, enter, refused, scenario, until


def second_device(town, person, client="phone"):
    token, session_id = town.session(person.id, client=client)
    return Person(person.id, person.name, token, session_id)


@scenario
async def test_a_new_name_is_seen_by_the_others(server, town):
    community = town.community()
    wang, li = town.resident(community, "旧名"), town.resident(community)
    async with enter(server, wang) as a, enter(server, li) as b:
        await a.request("account_rename", {"display_name": "3栋王女士"})
        for _ in range(100):
            await a.post(community.hall_id, "大家好")
            event = (await b.next_event("message_added")).body["message"]
            if event["sender_name"] == "3栋王女士":
                break
        assert event["sender_name"] == "3栋王女士"
        history = (await b.history(community.hall_id))["messages"]
        assert {m["sender_name"] for m in history} == {"3栋王女士"}
    async with enter(server, wang) as a:
        assert a.welcome["display_name"] == "3栋王女士"


@scenario
async def test_names_that_look_official_are_refused(server, town):
    wang = town.resident(town.community())
    async with enter(server, wang) as hall:
        for name in ["民警小王", "江东派 出 所", "ＰＯＬＩＣＥ", "警官", "系統", " ", "王\u200b"]:
            with refused("invalid_field", "display_name"):
                await hall.request("account_rename", {"display_name": name})


@scenario
async def test_devices_are_listed_and_ended(server, town):
    wang = town.resident(town.community())
    phone = second_device(town, wang)
    stranger = town.resident(town.community())
    async with enter(server, wang) as a, enter(server, phone) as p:
        devices = (await a.request("account_devices"))["devices"]
        assert {(d["session_id"], d["current"]) for d in devices} == {
            (wang.session_id, True), (phone.session_id, False)}
        with refused("not_found"):
            await a.request("account_logout", {"session_id": stranger.session_id})
        await a.request("account_logout", {"session_id": phone.session_id})
        end = await p.closed(timeout=2)
        assert (end.code, end.reason) == (4003, "logged_out")
        assert len((await a.request("account_devices"))["devices"]) == 1
        await a.ping()


@scenario
async def test_a_device_is_called_what_it_calls_itself(server, database, town):
    wang = town.resident(town.community())
    names = {"居民端 1.4 (安卓)": "居民端 1.4 (安卓)", "two\nlines\x7f\u202e": "two lines",
             "长" * 120: "长" * 120, "\n\u200b": "长" * 120}
    for said, kept in names.items():
        async with HallClient(server.http, token=wang.token) as hall:
            await hall.hello(client=said)
            await until(lambda: database.value("SELECT client FROM login_session") == kept)
            devices = (await hall.request("account_devices"))["devices"]
            assert [d["client"] for d in devices] == [kept]
    # The same name again is no write.
    before = database.value("SELECT xmin::text FROM login_session")
    async with HallClient(server.http, token=wang.token) as hall:
        await hall.hello(client="长" * 120)
        await hall.ping()
    assert database.value("SELECT xmin::text FROM login_session") == before


@scenario
async def test_all_other_devices_can_be_ended_at_once(server, town):
    wang = town.resident(town.community())
    others = [second_device(town, wang, f"d{i}") for i in range(3)]
    async with enter(server, wang) as a, enter(server, others[0]) as p:
        await a.request("account_logout")
        assert (await p.closed(timeout=2)).code == 4003
        [device] = (await a.request("account_devices"))["devices"]
        assert device["current"] is True
        await a.ping()


@scenario
async def test_an_address_is_confirmed_by_the_unit_leader(server, town):
    community, elsewhere = town.community(), town.community()
    building = town.building(community)
    unit = town.unit(building)
    foreign_unit = town.unit(town.building(elsewhere))
    leader = town.staff("unit_leader", unit, "赵单元长")
    wang = town.resident(community, level=2)
    stranger = town.resident(elsewhere, level=2)
    verify = {"account_id": wang.id, "unit_id": unit.id, "door": "302"}
    async with enter(server, leader) as hall, enter(server, wang) as a:
        with refused("not_found"):
            await a.request("address_verify", {**verify, "account_id": stranger.id})
        with refused("not_found"):
            await a.request("address_verify", verify)  # nobody confirms her own
        with refused("not_found"):
            await hall.request("address_verify", {**verify, "account_id": stranger.id})
        with refused("not_found"):
            await hall.request("address_verify", {**verify, "account_id": 999999})
        with refused("unknown_place", "unit_id"):
            await hall.request("address_verify", {**verify, "unit_id": foreign_unit.id})
        with refused("invalid_field", "door"):
            await hall.request("address_verify", {**verify, "door": " "})
        await hall.request("address_verify", verify)
    async with enter(server, wang) as a:
        assert a.welcome["level"] == "v2"
    rows = town.link.execute("SELECT actor_id, role_used, entity_id FROM audit"
                             " WHERE action = 'address.verify'").fetchall()
    assert [(r["actor_id"], r["role_used"], r["entity_id"]) for r in rows] == [
        (leader.id, 2, wang.id)]
