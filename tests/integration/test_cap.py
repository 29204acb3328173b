"""OASIS CAP 1.2 at the doors: a signed message in (POST /api/v1/cap), the public notices out as
Atom (notice_feed, GET /api/v1/cap.atom)."""
import datetime
import http.client
import itertools
import json
import pathlib
import time
import uuid
import xml.etree.ElementTree as ET

import pytest

from integration.alert_scene import Scene, Watch
from integration.talk import scenario, until

SAMPLE = (pathlib.Path(__file__).parent / "cap/alert.xml").read_text(encoding="utf-8")
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
numbers = itertools.count(1)
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


@pytest.fixture
def scene(server, town, tmp_path):
    return Scene(server, town, tmp_path)


def message(scene, **parts):
    """The sample, of now and for places that are there; parts: what is replaced by what."""
    identifier = f"CAP-{next(numbers)}"
    sent = datetime.datetime.now(SHANGHAI).isoformat(timespec="seconds")
    text = SAMPLE.replace("CAP-2026-0001", identifier).replace("2026-11-27T20:15:00+08:00", sent)
    text = text.replace("COMMUNITY", scene.community.code).replace("BUILDING",
                                                                   scene.building.code)
    for old, new in parts.items():
        assert old in text, old
        text = text.replace(old, new)
    return text, f"fzzx@example.gov.cn,{identifier},{sent}"


def send(scene, text, content_type="application/cap+xml"):
    body = text if isinstance(text, bytes) else text.encode()
    nonce, now = f"msg_{uuid.uuid4().hex}", int(time.time())
    link = http.client.HTTPConnection("127.0.0.1", scene.server.port, timeout=15)
    try:
        link.request("POST", "/api/v1/cap", body, {
            "Content-Type": content_type, "hall-source": scene.source.name, "webhook-id": nonce,
            "webhook-timestamp": str(now),
            "webhook-signature": scene.source.sign(body, nonce, now)})
        answer = link.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        link.close()


def feed(scene, query=""):
    status, headers, body = scene.server.get(f"/api/v1/cap.atom{query}")
    assert status == 200 and headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(body), body.decode()


@scenario
async def test_a_cap_message_is_an_alert_like_any_other(scene):
    async with Watch(scene, scene.officer, scene.neighbour) as watch:
        text, reference = message(scene)
        status, answer = send(scene, text)
        assert (status, answer["is_new"], answer["state"]) == (201, True, "dispatched")
        order = await watch.alert(scene.officer)
        assert order["situation"] == "自称公安 & 检察院，要求把钱转到“安全账户”"
        assert (order["target_name"], order["building"]) == ("王桂兰", "3栋")
        assert (order["level"], order["scam_type"]) == ("critical", "impersonated_authority")
        assert order["features"] == ["secrecy", "safe_account"]
        assert order["amount_range"] == "5–10 万元"
        assert (await watch.notice(scene.neighbour))["state"] == "published"
        assert send(scene, text)[0] == 200  # a repeat
        status, problem = send(scene, text.replace("转到", "汇到"))
        assert (status, problem["code"]) == (409, "key_reused")
        update, newer = message(scene, **{
            "<msgType>Alert</msgType>": "<msgType>Update</msgType>", "Extreme": "Severe",
            "<restriction>": f"<references>{reference}</references><restriction>"})
        assert send(scene, update)[0] == 201
        assert (await watch.alert(scene.officer))["level"] == "high"
        cancel, _ = message(scene, **{
            "<msgType>Alert</msgType>": "<msgType>Cancel</msgType>",
            "<restriction>": f"<note>误报</note><references>{newer}</references><restriction>"})
        status, answer = send(scene, cancel)
        assert (status, answer["state"]) == (201, "cancelled"), answer


BOMB = ('<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&b;</alert>')
OUTSIDE = ('<!DOCTYPE alert SYSTEM "file:///etc/passwd"><alert '
           'xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>')


NO_CAP = [
    "", "no xml", "<alert/>", BOMB, OUTSIDE, "<a>" * 5000, SAMPLE[:-20], SAMPLE + "x",
    SAMPLE.replace("cap:1.2", "cap:1.1"), SAMPLE.replace("王桂兰", "&unknown;"),
    SAMPLE.replace("王桂兰", "长" * 9000),
    SAMPLE.replace("<area>", "<area>" + "<polygon/>" * 600),
    SAMPLE.encode().replace("王".encode(), b"\xff\xfe"),
]
# One server for all of them.
NAMED = [
    ({"<status>Actual<": "<status>Draft<"}, "status"),
    ({"<msgType>Alert<": "<msgType>Ack<"}, "msg_type"),
    ({"<scope>Restricted<": "<scope>Public<"}, "scope"),
    ({"<scope>Restricted<": "<scope>Everyone<"}, "scope"),
    ({"<severity>Extreme<": "<severity>Unknown<"}, "level"),
    ({">impersonated_authority<": ">nonsense<"}, "scam_type"),
    ({">secrecy<": ">nonsense<"}, "features"),
    ({"<sent>": "<sent>x"}, "sent"),
    ({"<restriction>": "<references>a,b</references><restriction>"}, "references"),
    ({"王桂兰": "长" * 41}, "target.name"),
]


def test_what_is_no_cap_is_refused(scene):
    for text in NO_CAP:
        status, problem = send(scene, text)
        assert (status, problem["code"]) == (400, "malformed_frame"), (text[:80], problem)


def test_what_means_nothing_here_is_named(scene):
    for change, field in NAMED:
        status, problem = send(scene, message(scene, **change)[0])
        assert (status, problem["code"]) == (422, "invalid_field"), (change, problem)
        assert problem["field"].split("[")[0] == field, change


def test_the_door_is_signed_and_takes_xml_only(scene):
    assert send(scene, message(scene)[0], "application/json")[0] == 415
    status, _, _ = scene.server.request("POST", "/api/v1/cap", SAMPLE.encode(),
                                        {"Content-Type": "application/cap+xml"})
    assert status == 401


@scenario
async def test_the_public_notices_are_an_atom_feed_of_cap(scene, town):
    elsewhere = town.community(scene.station, name="别处 <&> 社区")
    assert feed(scene)[0].findall(f"{ATOM}entry") == []
    text, reference = message(scene)
    assert send(scene, text)[0] == 201
    town.link.execute("UPDATE notice SET publish_at = now()")
    root, raw = feed(scene)
    entry, = root.findall(f"{ATOM}entry")
    alert = entry.find(f"{ATOM}content/{CAP}alert")
    say = lambda path: alert.findtext("/".join(f"{CAP}{name}" for name in path.split("/")))
    assert (say("msgType"), say("scope"), say("status")) == ("Alert", "Public", "Actual")
    assert say("info/severity") == "Extreme" and "公检法" in say("info/headline")
    assert say("info/eventCode/value") == "impersonated_authority"
    assert say("info/area/areaDesc") == "柳荫社区"
    assert say("info/area/geocode/value") == scene.community.code
    for secret in ("王桂兰", "检察院", "5–10", scene.building.code, "CAP-", "fzzx"):
        assert secret not in raw, secret
    assert feed(scene, f"?community={elsewhere.code}")[0].findall(f"{ATOM}entry") == []
    assert len(feed(scene, f"?community={scene.community.code}")[0].findall(f"{ATOM}entry")) == 1
    cancel, _ = message(scene, **{
        "<msgType>Alert</msgType>": "<msgType>Cancel</msgType>",
        "<restriction>": f"<note>误报</note><references>{reference}</references><restriction>"})
    assert send(scene, cancel)[0] == 201
    await until(lambda: ">Cancel<" in feed(scene)[1])
    ended = feed(scene)[0].find(f"{ATOM}entry/{ATOM}content/{CAP}alert")
    first = f"hall,{say('identifier')},{say('info/effective')}"
    assert ended.findtext(f"{CAP}references") == first
    town.link.execute("UPDATE notice SET changed_at = now() - interval '2 days',"
                      " ended_at = now() - interval '2 days'")
    assert feed(scene)[0].findall(f"{ATOM}entry") == []
