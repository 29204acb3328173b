"""The demo town after somebody wrote every payload into every field there is, over the wire.

A request that is refused for what a field may hold (`invalid_field`) is counted, nothing else is
forgiven. What is stored is for payloads.mjs to show.
"""
import asyncio
import collections
import itertools
import json
import os
import subprocess
import time

from client.hall_client import HallClient
from client.hall_doors import Doors, Refused
from integration.dispute_scene import assessment
from integration.person_scene import png
from e2e.payloads import fitting, packed

# Asked at the same time by one person.
AT_ONCE = 25
ONE_BY_ONE = ("dispute_add", "dispute_note")  # of one dispute: the later would be a conflict
SHOWN = 15  # what a list or a file shows of long ones

# Whoever has such a name came by another way than renaming, which refuses some of them.
NAMED = """
WITH hall AS (SELECT id, community_id, last_seq FROM room WHERE kind = 1 ORDER BY id LIMIT 1),
named AS (
    INSERT INTO account (level, display_name, community_id)
    SELECT 3, name, hall.community_id FROM hall, unnest(%s::text[]) AS name RETURNING id),
said AS (
    INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge,
                         client_key, body)
    SELECT hall.id, hall.last_seq + n, named.id, now(), 0, 1, 1,
           decode(md5('named' || n), 'hex'), '好'
    FROM hall, (SELECT id, row_number() OVER () AS n FROM named) named
    RETURNING seq)
UPDATE room SET last_seq = room.last_seq + (SELECT count(*) FROM said)
FROM hall WHERE room.id = hall.id
"""
# Notices are made from templates; nobody can write one. The pages are asked all the same.
NOTICES = """
INSERT INTO notice (state, room_id, scam_type, level, title, body, advice, hotline, published_at,
                    expires_at)
SELECT 1, (SELECT min(id) FROM room WHERE kind = 1), 3, 2, t.title, t.body, t.advice, t.hotline,
       now(), now() + interval '1 day'
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS t (title, body, advice, hotline)
RETURNING id
"""


class PayloadScene:
    def __init__(self, demo, database):
        self.demo, self.database = demo, database
        self.written = collections.Counter()  # per field
        self.refused = collections.Counter()
        self.places = {}

    # People

    def resident(self, phone, client=None):
        doors = Doors(self.demo.http)
        code = doors.send_code(phone)["demo_code"]
        doors.token = doors.ask("POST", "/api/v1/session/phone", {
            "phone": phone, "code": code, "client": client})["token"]
        return doors

    def staff(self, username):
        line = next(line for line in self.demo.printed.splitlines()
                    if line.strip().startswith(f"{username} "))
        _, password, secret = line.split()[:3]
        doors = Doors(self.demo.http)
        doors.login_staff(username, password, self.demo.hallctl("totp", secret).strip())
        return doors

    # Writing

    async def each(self, hall, name, bodies, fields):
        """One request for each body, many at the same time; the replies, None where refused."""
        async def ask(body):
            try:
                reply = await hall.request(name, body, timeout=60)
            except Refused as refusal:
                if refusal.code == "unavailable":  # a busy machine: again, with the same key
                    await asyncio.sleep(0.5)
                    return await ask(body)
                assert refusal.code == "invalid_field", f"{name}: {refusal}"
                self.refused.update(f"{name}.{field}" for field in fields)
                return None
            for field in fields:
                text = str(body.get(field.split()[0], body))
                self.written[f"{name}.{field}"] += text.count("__ran(")
            return reply

        replies, step = [], 1 if name in ONE_BY_ONE else AT_ONCE
        for i in range(0, len(bodies), step):
            replies += await asyncio.gather(*map(ask, bodies[i:i + step]))
        return replies

    async def write(self):
        self.database.rows(NAMED, fitting(40))
        self.places["notices"] = [row["id"] for row in self.database.rows(
            NOTICES, *(list(itertools.islice(itertools.cycle(packed(most)), len(packed(1000))))
                       for most in (120, 1000, 400, 20)))]
        for phone, client in zip(("13800000002",) * 4, packed(120)):
            self.li_doors = self.resident(phone, client)
            self.database.rows("DELETE FROM login_code")  # she may have another one at once
        zhao = self.staff("zhao")
        async with (HallClient(self.demo.http, self.li_doors.token) as self.li,
                    HallClient(self.demo.http, zhao.token) as self.zhao):
            rooms = (await self.li.hello())["rooms"]
            await self.zhao.hello()
            self.hall = next(room for room in rooms if room["kind"] == "hall")
            self.places["hall"] = self.hall["room_id"]
            await self.talk()
            await self.disputes()
            await self.persons()
        return self.places

    async def talk(self):
        room = {"room_id": self.hall["room_id"]}
        await self.each(self.li, "account_rename",
                        [{"display_name": text} for text in fitting(40)], ["display_name"])
        await self.li.request("account_rename", {"display_name": "李建军"})
        first = await self.li.post(room["room_id"], "大家说说")
        said = await self.each(
            self.li, "message_post",
            [{**room, "client_key": os.urandom(16), "body": text,
              "quote_seq": first["seq"] + max(0, i - 2 * AT_ONCE)}
             for i, text in enumerate(fitting(4000))], ["body"])
        seqs = [one["seq"] for one in said if one is not None]
        await self.each(self.zhao, "message_post",
                        [{**room, "client_key": os.urandom(16), "body": text, "official": True}
                         for text in packed(4000)], ["body (official)"])
        alts = [self.li_doors.upload(png(n), "image/png", alt=text)["media_id"]
                for n, text in enumerate(packed(100)[:9])]
        await self.li.post(room["room_id"], "照片", media_ids=alts)
        await self.each(self.li, "message_search",
                        [{"text": text, "limit": 5} for text in fitting(100)], ["text"])
        await self.each(self.zhao, "message_hide",
                        [{**room, "seq": seq, "reason": "other", "public_reason": text}
                         for seq, text in zip(seqs[:100], packed(200))], ["public_reason"])
        neighbour = self.database.value(
            "SELECT id FROM account WHERE display_name = '吴海燕'")
        await self.each(self.zhao, "member_mute",
                        [{**room, "account_id": neighbour, "minutes": 60, "reason": text}
                         for text in packed(200)], ["reason"])

    async def disputes(self):
        fields = {"description": packed(2000), "place_note": packed(100), "concerned": packed(500)}
        count = max(map(len, fields.values()))
        reports = [{"client_key": os.urandom(16), "subclass": "neighbour_fumes",
                    **{name: texts[i % len(texts)] for name, texts in fields.items()}}
                   for i in range(count)]
        made = await self.each(self.li, "dispute_submit", reports, fields)
        ids = [one["dispute_id"] for one in made if one is not None]
        self.places["disputes"] = ids[:SHOWN]
        about = ids[0]
        await self.each(self.li, "dispute_add",
                        [{"dispute_id": about, "client_key": os.urandom(16), "body": text}
                         for text in packed(2000)], ["body"])
        for kind in ("note", "question"):
            await self.each(self.zhao, "dispute_note",
                            [{"dispute_id": about, "client_key": os.urandom(16), "body": text,
                              "kind": kind} for text in packed(2000)], [f"body ({kind})"])
        reasons = packed(200)
        await self.each(self.zhao, "dispute_reject",
                        [{"dispute_id": one, "expected_version": 1, "code": "other",
                          "public_reason": reasons[i % len(reasons)],
                          "reason": reasons[-i % len(reasons)]}
                         for i, one in enumerate(ids[1:300:2])], ["public_reason", "reason"])
        await self.each(self.li, "dispute_withdraw",
                        [{"dispute_id": one, "expected_version": 1,
                          "reason": reasons[i % len(reasons)]}
                         for i, one in enumerate(ids[2:300:2])], ["reason"])
        long = packed(500)
        await self.each(self.zhao, "dispute_settle_on_scene", [
            {"dispute_id": one, "expected_version": 1, "both_agree": True,
             "assessment": assessment(),
             "settlement": {"who": reasons[i], "what": long[i], "cause": long[-i],
                            "result": long[i + 1], "obligations": long[i]}}
            for i, one in enumerate(ids[300:300 + len(long) - 1])], ["settlement"])
        self.places["settled"] = ids[300:310]

    async def persons(self):
        fields = {"name": fitting(40), "looks": packed(400), "clothes": packed(400),
                  "last_seen_place": packed(200)}
        made = await self.each(self.li, "person_report", [
            {"community_id": self.hall["community_id"], "client_key": os.urandom(16),
             "age_band": "from_60", "sex": "female", "relation": "child", "risks": [],
             "media_ids": [], "last_seen_at": int(time.time() * 1000), "consent_version": "2026-1",
             **{name: texts[i % len(texts)] for name, texts in fields.items()}}
            for i in range(len(packed(200)))], fields)
        made = [one for one in made if one is not None]
        ids = [one["person_id"] for one in made]
        notes = packed(400)
        await self.each(self.zhao, "person_activate", [
            {"person_id": one["person_id"], "expected_version": one["state_version"],
             "reporter_checked": True, "consent": "duty_note", "risk_class": "normal",
             "duty_note": notes[i % len(notes)]} for i, one in enumerate(made[:SHOWN])],
            ["duty_note"])
        seen = {"place": packed(200), "direction": packed(80), "body": packed(1000)}
        await self.each(self.li, "person_sighting", [
            {"person_id": ids[0], "client_key": os.urandom(16),
             "seen_at": int(time.time() * 1000),
             **{name: texts[i % len(texts)] for name, texts in seen.items()}}
            for i in range(len(seen["place"]))], seen)
        self.places["persons"] = ids[:SHOWN]
        await self.each(self.zhao, "person_reject",
                        [{"person_id": one["person_id"], "expected_version": one["state_version"],
                          "public_reason": text, "reason": text}
                         for one, text in zip(made[SHOWN:], packed(200))],
                        ["public_reason", "reason"])
        self.places["rejected"] = ids[SHOWN:SHOWN + 10]

    def inject(self, alert, folder):
        """Orders whose words hold payloads, as a source sends them."""
        situations, short = packed(1000), packed(40)
        for i, text in enumerate(situations[:SHOWN]):
            file = folder / f"payload-{i}.json"
            file.write_text(json.dumps({
                **alert, "identifier": f"P-{i}", "level": "high", "situation": text,
                "amount_range": short[i], "sent": int(time.time() * 1000),
                "target": {**alert["target"], "name": short[-i - 1], "phone": None}}))
            subprocess.run(
                [self.demo.programs / "hallctl", "inject", file, "--url", self.demo.http,
                 "--source", "antifraud", "--secret-file", self.demo.keys / "antifraud.key"],
                check=True, capture_output=True)
            self.written["alert_inject.situation"] += text.count("__ran(")
