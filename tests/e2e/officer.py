"""A member of staff without a screen: asks what she reads on stdin, one line of JSON each.

    {"op": "person_activate", "body": {…}}
    {"ok": true, "body": {…}}    or    {"ok": false, "code": …}
"""
import asyncio
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from client.hall_client import HallClient  # noqa: E402
from client.hall_doors import Doors, Refused  # noqa: E402


async def serve(url, username, password, totp):
    doors = Doors(url)
    doors.login_staff(username, password, totp)
    loop = asyncio.get_running_loop()
    async with HallClient(url, token=doors.token) as hall:
        await hall.hello()
        print(json.dumps({"ok": True}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked = json.loads(line)
            body = asked.get("body", {})
            if "client_key" in body:
                body["client_key"] = os.urandom(16)
            try:
                answer = {"ok": True, "body": await hall.request(asked["op"], body)}
            except Refused as refused:
                answer = {"ok": False, "code": str(refused)}
            print(json.dumps(answer, default=lambda value: value.hex()), flush=True)


asyncio.run(serve(*sys.argv[1:5]))
