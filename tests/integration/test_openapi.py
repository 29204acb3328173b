"""proto/openapi.yaml against the schema it is drawn from and against the running server: each path,
method and status it names is provoked once, and every answer holds to its schema."""
import base64
import http.client
import itertools
import json
import pathlib
import re
import socket
import subprocess
import time
import tomllib

import jsonschema
import pytest
import yaml
from client.hall_source import Source
from integration.test_media import png
from integration.test_voice import silence

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "proto/openapi.yaml").read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
SCHEMA = {}
for _file in sorted((ROOT / "proto/schema").glob("*.toml")):
    SCHEMA[_file.stem] = tomllib.loads(_file.read_text(encoding="utf-8"))
MESSAGES = {name: body for stem, file in SCHEMA.items() if stem not in ("types", "errors")
            for name, body in file.items()}
ERRORS = SCHEMA["errors"]
# What only the doors refuse.
DOOR_CODES = {"method_not_allowed": 405, "unsupported_content_type": 415, "origin_refused": 403}
numbers = itertools.count(1)
VALIDATOR = jsonschema.Draft202012Validator


def resolve(node):
    while "$ref" in node:
        found = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def documented():
    """(METHOD, path) → {status: response}."""
    return {(method.upper(), path): {status: resolve(response)
                                     for status, response in operation["responses"].items()}
            for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()}


# -- against the schema

def test_every_door_of_the_schema_is_there_and_no_other():
    doors = {(body["method"], body["path"]): name for name, body in MESSAGES.items()
             if body.get("door") == "http"}
    named = {key: DOCUMENT["paths"][key[1]][key[0].lower()]["operationId"] for key in documented()}
    assert {key: name for key, name in named.items() if key in doors} == doors
    assert set(named) - set(doors) == {("POST", "/api/v1/alerts/batch"), ("POST", "/api/v1/cap"),
                                       ("GET", "/config.json"),
                                       ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}


@pytest.mark.parametrize("name", sorted(set(DOCUMENT["components"]["schemas"]) - {"problem"}))
def test_its_schemas_are_those_of_the_wire(name):
    ours = DOCUMENT["components"]["schemas"][name]
    types = SCHEMA["types"]
    if name in types["enum"]:
        assert ours["enum"] == list(types["enum"][name])
        return
    fields = (MESSAGES.get(name) or types["struct"][name])["fields"]
    assert list(ours.get("properties", {})) == [field["name"] for field in fields]
    assert ours.get("required", []) == [field["name"] for field in fields
                                        if not field.get("optional")]
    for field in fields:
        drawn = ours["properties"][field["name"]]
        limit = {"text": "maxLength", "list": "maxItems", "int": "maximum"}.get(field["type"])
        assert limit is None or drawn[limit] == field["max"], field["name"]
        if field["type"] in ("enum", "struct"):
            assert drawn["$ref"] == f"#/components/schemas/{field['of']}"


def test_the_worked_signature_is_right(tmp_path):
    seed = re.search(r"\n    `([0-9a-f]{64})`", TEXT).group(1)
    header = re.search(r"webhook-signature: v1a,([A-Za-z0-9+/=]{88})", TEXT).group(1)
    key = tmp_path / "key.der"
    key.write_bytes(bytes.fromhex("302e020100300506032b657004220420" + seed))
    (tmp_path / "signed").write_bytes(b"msg_1.1700000000.{}")
    made = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-keyform",
                           "DER", "-in", tmp_path / "signed"],
                          check=True, capture_output=True).stdout
    assert base64.b64encode(made).decode() == header


# -- against the server

class Asker:
    """Sends requests, holds each answer against the document, and remembers what was seen."""

    def __init__(self, server):
        self.server = server
        self.seen = set()

    def ask(self, method, path, body=None, headers=None, template=None):
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=15)
        if isinstance(body, (dict, list)):
            headers = {"Content-Type": "application/json", **(headers or {})}
            body = json.dumps(body)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return self.check(method, template or path.split("?")[0], answer.status,
                              {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            link.close()

    def ask_raw(self, method, path, head):
        """For what a well-behaved client does not send."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as link:
            link.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
            answer = http.client.HTTPResponse(link, method=method)
            answer.begin()
            headers = {k.lower(): v for k, v in answer.getheaders()}
            return self.check(method, path, answer.status, headers, answer.read())

    def check(self, method, template, status, headers, body):
        responses = documented()[method, template]
        assert str(status) in responses, (method, template, status, body)
        self.seen.add((method, template, status))
        response = responses[str(status)]
        for name, header in response.get("headers", {}).items():
            if header.get("required") or name.lower() in headers:
                jsonschema.validate(headers[name.lower()], header.get("schema", {}))
        content_type = headers["content-type"].split(";")[0]
        assert content_type in response["content"], (method, template, status, content_type)
        schema = response["content"][content_type]["schema"]
        if not content_type.endswith("json"):
            return status, body
        value = json.loads(body)
        resolver = jsonschema.RefResolver.from_schema(DOCUMENT)
        VALIDATOR(schema, resolver=resolver).validate(value)
        if content_type == "application/problem+json":
            assert value["status"] == status
            known = {**{code: row["status"] for code, row in ERRORS.items()}, **DOOR_CODES}
            assert known[value["code"]] == status or value["code"] == "malformed_frame", value
            assert "`" + value["code"] + "`" in response["description"], (value, response)
        return status, value


@pytest.fixture
def asker(make_server):
    return Asker(make_server(sms_adapter="demo", account_rate=0, address_rate=0,
                             trusted_proxies="127.0.0.1").start())


@pytest.fixture
def place(town):
    community = town.community(code="LY", name="柳荫社区")
    town.building(community, code="LY-3", name="3栋")
    town.one("INSERT INTO invite (code, community_id, uses_left, expires_at)"
             " VALUES ('ABCDEF', %s, 9, now() + interval '1 day') RETURNING code", community.id)
    return community


@pytest.fixture
def source(asker, town, place, tmp_path):
    source = Source(asker.server.http, "antifraud", tmp_path)
    source.key.rename(tmp_path / "source.pem")
    source.key = tmp_path / "source.pem"
    town.one("INSERT INTO service_source (name, title, public_key, station_id, quota_per_hour)"
             " VALUES (%s, '反诈中心', %s, %s, 3600) RETURNING id", source.name, source.public_key,
             place.station.id)
    return source


def signed(source, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    now, nonce = int(time.time()), f"msg_{next(numbers)}"
    return raw, {"Content-Type": "application/json", "hall-source": source.name,
                 "webhook-id": nonce, "webhook-timestamp": str(now),
                 "webhook-signature": source.sign(raw, nonce, now)}


def alert(**more):
    return {"identifier": f"A-{next(numbers)}", "sender": "antifraud",
            "sent": int(time.time() * 1000), "msg_type": "alert", "status": "actual",
            "level": "high", "scam_type": "refund",
            "target": {"community_code": "LY", "building_code": "LY-3"}, **more}


FOREIGN = {"Origin": "https://evil.example"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
LONG = "Content-Type: application/json\r\nContent-Length: 99999999"


def provoke_login(asker, database):
    code, phone = "/api/v1/session/code", "/api/v1/session/phone"
    staff = "/api/v1/session/staff"
    _, sent = asker.ask("POST", code, {"phone": "13800138000"})
    asker.ask("POST", code, {"phone": "13800138000"})
    body = {"phone": "13800138000", "code": sent["demo_code"], "invite": "ABCDEF"}
    asker.ask("POST", phone, {**body, "code": "000000" if body["code"] != "000000" else "1"})
    asker.ask("POST", phone, {**body, "invite": "NONE-1"})
    _, granted = asker.ask("POST", phone, body)
    database.rows("UPDATE login_code SET expires_at = now() + interval '1 minute', tries = 5"
                  " RETURNING 1")
    asker.ask("POST", phone, body)
    for path in (code, phone, staff):
        asker.ask("POST", path, b"{", JSON)
        asker.ask("POST", path, {})
        asker.ask("POST", path, b"a=b", FORM)
        asker.ask("POST", path, {"phone": "1"}, FOREIGN)
        asker.ask_raw("POST", path, LONG)
    return {"Authorization": f"Bearer {granted['token']}"}


def provoke_staff(asker, town, tmp_path):
    from integration.test_login import StaffMember
    member = StaffMember(asker.server, town, tmp_path)
    path = "/api/v1/session/staff"
    asker.ask("POST", path, member.body())
    for _ in range(5):
        asker.ask("POST", path, member.body(password="wrong password"))
    assert asker.ask("POST", path, member.body())[0] == 429


def provoke_ticket(asker, who):
    path = "/api/v1/session/ticket"
    asker.ask("POST", path, {}, who)
    asker.ask("POST", path, {})
    asker.ask("POST", path, {}, FOREIGN)
    asker.ask("POST", path, b"{", JSON)
    asker.ask("POST", path, b"a=b", FORM)


def provoke_media(asker, database, who):
    path, picture = "/api/v1/media", {"Content-Type": "image/png"}
    _, kept = asker.ask("POST", path, png(), {**who, **picture})
    asker.ask("POST", path, png(), picture)
    asker.ask("POST", path, png(), {**picture, **FOREIGN})
    asker.ask("POST", path, b"none", {**who, **picture})
    asker.ask("POST", f"{path}?alt={'a' * 500}", png(), {**who, **picture})
    asker.ask_raw("POST", path, LONG)
    template, name = "/api/v1/media/{media_id}/{size}", kept["media"]["media_id"]
    one = f"/api/v1/media/{name}/320"
    asker.ask("GET", one, headers=who, template=template)
    asker.ask("GET", one, template=template)
    asker.ask("GET", f"/api/v1/media/{'A' * 22}/320", headers=who, template=template)
    database.rows("INSERT INTO media (id, owner_id, width, height) SELECT 'held_' || lpad(n::text,"
                  " 20, '0'), owner_id, 1, 1 FROM media, generate_series(1, 60) n RETURNING 1")
    asker.ask("POST", path, png(), {**who, **picture})
    database.rows("UPDATE media SET state = 3 WHERE id = %s RETURNING 1", name)
    asker.ask("GET", one, headers=who, template=template)


def provoke_voice(asker, database, who):
    path, sound = "/api/v1/voice", {"Content-Type": "audio/ogg"}
    database.rows("UPDATE media SET state = 3 WHERE state = 1 RETURNING 1")
    _, kept = asker.ask("POST", path, silence(1), {**who, **sound})
    asker.ask("POST", path, silence(1), sound)
    asker.ask("POST", path, silence(1), {**sound, **FOREIGN})
    asker.ask("POST", path, b"none", {**who, **sound})
    asker.ask("POST", path, silence(61), {**who, **sound})
    template, name = "/api/v1/voice/{media_id}", kept["media"]["media_id"]
    one = f"/api/v1/voice/{name}"
    asker.ask("GET", one, headers=who, template=template)
    asker.ask("GET", one, headers={**who, "Range": "bytes=0-1"}, template=template)
    asker.ask("GET", one, template=template)
    asker.ask("GET", f"/api/v1/voice/{'A' * 22}", headers=who, template=template)
    database.rows("UPDATE media SET state = 1 WHERE id LIKE 'held_%%' RETURNING 1")
    asker.ask("POST", path, silence(1), {**who, **sound})
    database.rows("UPDATE media SET state = 3 WHERE id = %s RETURNING 1", name)
    asker.ask("GET", one, headers=who, template=template)


def provoke_alerts(asker, database, source):
    one, many = "/api/v1/alerts", "/api/v1/alerts/batch"
    body = alert()
    for sent in (body, body, {**body, "level": "low"}, alert(level="x"), b"{"):
        asker.ask("POST", one, *signed(source, sent))
    raw, headers = signed(source, alert())
    asker.ask("POST", one, raw, {**headers, "Content-Type": "text/plain"})
    for path, sent in ((one, alert()), (many, [alert()])):
        raw, headers = signed(source, sent)
        asker.ask("POST", path, raw + b" ", headers)
        asker.ask_raw("POST", path, LONG)
        database.rows("UPDATE service_source SET disabled_at = now() RETURNING 1")
        asker.ask("POST", path, *signed(source, sent))
        database.rows("UPDATE service_source SET disabled_at = NULL RETURNING 1")
    _, answer = asker.ask("POST", many, *signed(source, [alert(), alert(level="x")]))
    assert [result["status"] for result in answer["results"]] == [201, 422]
    asker.ask("POST", many, *signed(source, b"7"))
    database.rows("UPDATE service_source SET quota_per_hour = 1 RETURNING 1")
    for _ in range(12):
        asker.ask("POST", one, *signed(source, alert()))
    raw, headers = signed(source, b"<")
    asker.ask("POST", "/api/v1/cap", raw, {**headers, "Content-Type": "application/cap+xml"})
    asker.ask("POST", many, *signed(source, [alert()]))


def provoke_cap(asker, database, source):
    path, feed = "/api/v1/cap", "/api/v1/cap.atom"
    text = (ROOT / "tests/integration/cap/alert.xml").read_text(encoding="utf-8")
    sent = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    good = text.replace("2026-11-27T20:15:00+08:00", sent).replace("COMMUNITY", "LY")
    good = good.replace("BUILDING", "LY-3")

    def cap(body, **headers):
        raw, own = signed(source, body.encode())
        return asker.ask("POST", path, raw,
                         {**own, "Content-Type": "application/cap+xml", **headers})

    for body in (good, good, good.replace("Extreme", "Minor"), good.replace("Extreme", "x"), "<"):
        cap(body)
    cap(good, **{"Content-Type": "text/plain"})
    cap(good, **{"webhook-id": "another"})
    asker.ask_raw("POST", path, LONG)
    database.rows("UPDATE service_source SET disabled_at = now() RETURNING 1")
    cap(good)
    database.rows("UPDATE service_source SET disabled_at = NULL RETURNING 1")
    asker.ask("GET", feed)
    asker.ask("GET", f"{feed}?community={'a' * 40}")


def provoke_pages(asker, town, place):
    notice = town.one(
        "INSERT INTO notice (state, room_id, scam_type, level, title, body, advice, hotline,"
        " published_at, expires_at) VALUES (1, %s, 3, 2, 'a', 'b', 'c', '96110', now(),"
        " now() + interval '1 day') RETURNING id", place.hall_id)
    for number in (notice, 1):
        asker.ask("GET", f"/n/{number}", template="/n/{notice_id}")
    for code in ("ABCDEF", "NOTHING"):
        asker.ask("GET", f"/j/{code}", template="/j/{code}")


def provoke_operations(asker):
    for path in ("/config.json", "/healthz", "/readyz", "/metrics"):
        asker.ask("GET", path)
    asker.ask("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})


def provoke_outage(asker, cluster, who, source):
    cluster.stop()
    try:
        paths = {"/api/v1/session/code": {"phone": "13800138001"},
                 "/api/v1/session/phone": {"phone": "13800138001", "code": "123456"},
                 "/api/v1/session/staff": {"username": "a.b", "password": "x", "totp": "123456"},
                 "/api/v1/session/ticket": {}}
        deadline = time.monotonic() + 5
        while asker.ask("POST", "/api/v1/session/code", {"phone": "13800138002"})[0] != 503:
            assert time.monotonic() < deadline
        for path, body in paths.items():
            asker.ask("POST", path, body, who)
        asker.ask("DELETE", "/api/v1/session", headers=who)
        asker.ask("POST", "/api/v1/media", png(), {**who, "Content-Type": "image/png"})
        asker.ask("GET", f"/api/v1/media/{'A' * 22}/320", headers=who,
                  template="/api/v1/media/{media_id}/{size}")
        asker.ask("POST", "/api/v1/voice", silence(1), {**who, "Content-Type": "audio/ogg"})
        asker.ask("GET", f"/api/v1/voice/{'A' * 22}", headers=who,
                  template="/api/v1/voice/{media_id}")
        source.name = "never-met"
        asker.ask("POST", "/api/v1/alerts", *signed(source, alert()))
        asker.ask("POST", "/api/v1/alerts/batch", *signed(source, [alert()]))
        raw, headers = signed(source, b"<")
        asker.ask("POST", "/api/v1/cap", raw,
                  {**headers, "Content-Type": "application/cap+xml"})
        asker.ask("GET", "/api/v1/cap.atom")
        asker.ask("GET", "/n/1", template="/n/{notice_id}")
        asker.ask("GET", "/j/ABCDEF", template="/j/{code}")
    finally:
        cluster.start()


def provoke_end(asker, who):
    path = "/api/v1/session"
    asker.ask("DELETE", path, headers={**FOREIGN})
    deadline = time.monotonic() + 30  # until the links are there again
    while asker.ask("DELETE", path, headers=who)[0] == 503:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    asker.ask("DELETE", path, headers=who)


def test_every_status_it_names_is_given_and_no_other(asker, make_server, cluster, database, town,
                                                     place, source, tmp_path):
    who = provoke_login(asker, database)
    provoke_staff(asker, town, tmp_path)
    provoke_ticket(asker, who)
    provoke_media(asker, database, who)
    provoke_voice(asker, database, who)
    provoke_operations(asker)
    provoke_pages(asker, town, place)
    provoke_cap(asker, database, source)
    provoke_alerts(asker, database, source)
    provoke_outage(asker, cluster, who, source)
    asker.server.wait_ready()
    provoke_end(asker, who)
    asker.seen.add(("GET", "/readyz", 503))  # test_static.py: before the database was ever there
    named = {(*key, int(status)) for key, responses in documented().items() for status in responses}
    assert asker.seen == named, (sorted(named - asker.seen), sorted(asker.seen - named))


def test_the_example_of_the_document_works_as_it_is_printed(asker, source, tmp_path):
    block = re.search(r"\n {11}ID=msg_.*?(?=\n\n)", TEXT, re.S).group(0)
    script = "\n".join(line[11:] for line in block.splitlines())
    script = script.replace("https://hall.example", asker.server.http)
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True,
                          check=True)
    accepted = json.loads(done.stdout)
    assert accepted["is_new"] is True and accepted["identifier"] == "A-2026-0001"
    key = re.search(r"openssl pkey -in source.pem[^\n]*", TEXT).group(0)
    shown = subprocess.run(["bash", "-euc", key], cwd=tmp_path, capture_output=True, check=True)
    assert base64.b64decode(shown.stdout) == source.public_key
