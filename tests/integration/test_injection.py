"""What looks like SQL, script or a template stays text in every field a stranger can fill; and
nothing of what people say, nor their secrets, is in the log."""
import asyncio
import time

import pytest

from client.hall_doors import Doors
from integration.alert_scene import PHONE, Scene, Watch
from integration.talk import HallClient, Refused, enter, scenario

PAYLOADS = """\
' OR '1'='1
' OR 1=1 --
" OR ""="
'; DROP TABLE message; --
'); DELETE FROM membership; --
1; UPDATE account SET is_staff = true
' UNION SELECT token_hash FROM login_session --
' UNION ALL SELECT NULL,NULL,NULL --
' AND 1=CAST((SELECT version()) AS int) --
' AND (SELECT pg_sleep(5)) IS NULL --
'; SELECT pg_sleep(5); --
' || pg_sleep(5) || '
1 AND 1=(SELECT 1 FROM pg_sleep(5))
$$; DROP SCHEMA public CASCADE; $$
$tag$ DROP $tag$
E'\\'; DROP TABLE room; --'
\\'; DROP TABLE room; --
U&'\\0027' OR TRUE
%27%20OR%201=1
%' OR body LIKE '%
_%_%
\\x27
{1,2,3}
{"a": "b"}
[1,2)
(1,"2")
NULL
'::regclass
COPY message TO PROGRAM 'id'
$1
:id
?
%s %d %n
${jndi:ldap://x/a}
{{7*7}}
<script>alert(1)</script>
"><img src=x onerror=alert(1)>
../../../../etc/passwd
＇ OR ＇1＇=＇1
'/**/OR/**/'1'='1"""
TABLE = PAYLOADS.split("\n")
KNOWN = {"invalid_field", "not_found", "conflict", "too_large", "too_many_tries", "wrong_code",
         "rate_limited", "malformed_frame", "unknown_place"}


def test_the_table_has_forty_lines():
    assert len(TABLE) == len(set(TABLE)) == 40


@pytest.fixture
def server(make_server):
    return make_server(account_rate=0, room_rate=0, address_rate=0, sms_adapter="demo").start()


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


def counts(database):
    """What an injection would have changed."""
    return database.rows(
        "SELECT (SELECT count(*) FROM account) AS accounts,"
        " (SELECT count(*) FROM membership WHERE left_at IS NULL) AS members,"
        " (SELECT count(*) FROM account WHERE is_staff) AS staff,"
        " (SELECT count(*) FROM role_grant WHERE revoked_at IS NULL) AS roles,"
        " (SELECT count(*) FROM pg_class WHERE relkind = 'r') AS tables")[0]


async def politely(request):
    """Done, or refused with an error that is about the text and not about the statement."""
    began = time.monotonic()
    try:
        return await request
    except Refused as refusal:
        assert refusal.code in KNOWN, refusal
        return None
    finally:
        assert time.monotonic() - began < 3, "somebody made the database sleep"


@scenario
async def test_text_stays_text_in_rooms(server, town, database):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    officer = town.staff("officer", community)
    before = counts(database)
    async with enter(server, wang) as a, enter(server, li) as b, enter(server, officer) as o:
        posted = await asyncio.gather(*(a.post(community.hall_id, text) for text in TABLE))
        page = await b.history(community.hall_id, limit=50)
        shown = {m["seq"]: m["body"] for m in page["messages"]}
        assert [shown[p["seq"]] for p in posted] == TABLE
        for text in TABLE:
            found = await politely(b.request("message_search", {"text": text, "limit": 50}))
            if found:
                assert all(m["body"] in TABLE for m in found["messages"])
            await politely(a.request("account_rename", {"display_name": text[:40]}))
            await politely(o.request("member_mute", {
                "room_id": community.hall_id, "account_id": li.id, "minutes": 0, "reason": text}))
            await politely(o.request("message_hide", {
                "room_id": community.hall_id, "seq": posted[TABLE.index(text)]["seq"],
                "reason": "other", "public_reason": text}))
            await politely(o.request("address_verify", {
                "account_id": li.id, "unit_id": 1, "door": text[:40]}))
    hidden = {row["public_reason"] for row in database.rows("SELECT public_reason FROM message")}
    assert hidden == set(TABLE)
    for text in TABLE:
        async with HallClient(server.http, token=wang.token) as hall:
            await politely(hall.hello(client=text))
    assert counts(database) == before


@scenario
async def test_text_stays_text_at_the_doors(scene, database):
    doors = Doors(scene.server.http)
    database.rows("UPDATE service_source SET quota_per_hour = 1000000")
    before = counts(database)
    for text in TABLE:
        for attempt in (
                lambda text=text: doors.send_code(text[:20]),
                lambda text=text: doors.login_phone("13900000077", text[:6], text[:32], text[:40]),
                lambda text=text: doors.login_staff(text[:40], text, "000000")):
            await politely(asyncio.to_thread(attempt))
        for path in ("/api/v1/media/", "/api/v1/alerts?id=", "/"):
            quoted = "".join(f"%{byte:02x}" for byte in text.encode())
            status, _, _ = scene.server.get(path + quoted)
            assert 200 <= status < 500, (path, text, status)
    async with Watch(scene, scene.officer) as watch:
        for text in TABLE:
            alert = scene.alert(situation=text, amount_range=text[:40], sender=text[:80],
                                identifier=f"{text} {TABLE.index(text)}"[:80])
            alert["target"].update(name=text[:40], door_code=text[:32], phone=None)
            del alert["target"]["phone"]
            status, body = await asyncio.to_thread(scene.source.send, alert)
            assert status == 201, (text, body)
            order = await watch.alert(scene.officer)
            assert (order["situation"], order["target_name"]) == (text, text[:40])
            for name in ("community_code", "building_code", "unit_code"):
                bad = scene.alert()
                bad["target"][name] = text[:32]
                status, body = await asyncio.to_thread(scene.source.send, bad)
                assert status == 422 and body["code"] == "unknown_place", (name, text, body)
            await politely(watch[scene.officer].request("alert_unclaim", {
                "alert_id": order["alert_id"], "expected_version": 1, "reason": text}))
    assert counts(database) == before


@scenario
async def test_the_log_knows_no_secrets_and_no_words(scene, town):
    body, password = "金丝雀说的话", "canary-Password-7781"
    doors = Doors(scene.server.http)
    async with Watch(scene, scene.officer, scene.target) as watch:
        await scene.inject(scene.alert())
        await watch.alert(scene.officer)
        await watch[scene.target].post(scene.community.hall_id, body)
        with pytest.raises(Refused):
            await watch[scene.target].request("account_rename", {"display_name": "民警金丝雀"})
    for attempt in (lambda: doors.login_staff("canary", password, "123456"),
                    lambda: doors.login_phone(PHONE, "000000")):
        with pytest.raises(Refused):
            await asyncio.to_thread(attempt)
    code = (await asyncio.to_thread(doors.send_code, PHONE)).get("demo_code", "no code")
    async with HallClient(scene.server.http, token="B" * 43):
        pass
    await asyncio.to_thread(scene.server.stop)
    log = scene.server.log()
    secrets = [body, "金丝雀", password, "canary", PHONE, PHONE[3:], f" {code}", "B" * 43,
               *(person.token for person in (scene.officer, scene.target))]
    assert not [secret for secret in secrets if secret in log]
