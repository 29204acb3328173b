"""What somebody could try who knows how it is made: moments between two steps, other people's
limits, rights that ended."""
import asyncio
import base64
import hashlib
import secrets

import pytest

from integration.talk import Closed, HallClient, enter, refused, scenario


def ticket_of(town, person):
    """A one-time ticket as the door hands it out."""
    raw = secrets.token_bytes(32)
    town.one("INSERT INTO ws_ticket (ticket_hash, login_session_id, expires_at)"
             " VALUES (%s, %s, now() + interval '30 seconds') RETURNING login_session_id",
             hashlib.blake2b(raw, digest_size=32).digest(), person.session_id)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def open_while(server, town, database, person, change):
    """A socket of hers whose opening is looked up before `change` and answered after it."""
    ticket = ticket_of(town, person)
    with database.link() as other, other.transaction():
        other.execute("SELECT FROM ws_ticket FOR UPDATE")
        client = HallClient(server.http, ticket=ticket)
        await client.__aenter__()
        await asyncio.sleep(0.3)  # its statement has its snapshot and waits for the ticket's row
        change()
        await asyncio.sleep(0.3)  # every node has heard of it
    return client


@scenario
async def test_a_device_logged_out_while_it_connects_does_not_stay(server, town, database):
    wang = town.resident(town.community())
    client = await open_while(server, town, database, wang, lambda: town.one(
        "UPDATE login_session SET revoked_at = now() WHERE id = %s RETURNING id",
        wang.session_id))
    with pytest.raises(Closed) as end:
        await client.hello()
        await client.closed()
        await client.ping()
    assert end.value.code in (4003, 4401)


@scenario
async def test_a_role_taken_while_she_connects_is_not_hers(server, town, database):
    community = town.community()
    officer = town.staff("officer", community)
    client = await open_while(server, town, database, officer, lambda: town.one(
        "UPDATE role_grant SET revoked_at = now() WHERE account_id = %s RETURNING id",
        officer.id))
    try:
        await client.hello()
        await asyncio.sleep(1)
        with refused("not_found"):
            await client.request("message_post", {
                "room_id": community.hall_id, "client_key": secrets.token_bytes(16),
                "body": "通知", "official": True})
    except Closed:
        pass
    finally:
        await client.__aexit__()


@scenario
async def test_who_left_a_room_before_hello_is_not_let_in(server, town):
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as a, HallClient(server.http, token=li.token) as b:
        await a.post(community.hall_id, "早")
        await asyncio.sleep(0.5)  # she is known, and says nothing yet
        town.one("UPDATE membership SET left_at = now() WHERE account_id = %s RETURNING room_id",
                 li.id)
        await asyncio.sleep(0.5)
        with pytest.raises(Closed):
            await b.hello()
        await a.post(community.hall_id, "秘密")
        assert "秘密" not in repr(b.received) and "早" not in repr(b.received)
    async with enter(server, li) as b:
        assert b.welcome["rooms"] == []


@scenario
async def test_outsiders_do_not_use_up_a_room(make_server, town):
    server = make_server(room_rate=1, room_burst=20, account_rate=0).start()
    community, elsewhere = town.community(), town.community()
    wang, stranger = town.resident(community), town.resident(elsewhere)
    async with enter(server, wang) as a, enter(server, stranger) as s:
        for _ in range(20):
            with refused("not_found"):
                await s.post(community.hall_id, "挤占")
        await a.post(community.hall_id, "我说一句")


@scenario
async def test_a_room_full_of_talk_still_slows_down(make_server, town):
    server = make_server(room_rate=1, room_burst=9, account_rate=0).start()
    community = town.community()
    wang = town.resident(community)
    async with enter(server, wang) as a:
        for _ in range(3):
            await a.post(community.hall_id, "说")
        with refused("rate_limited"):
            await a.post(community.hall_id, "说")


@scenario
async def test_who_left_while_nobody_listened_hears_nothing_more(make_server, town, database):
    server = make_server().start()
    server.allow_error("store.link_lost")
    community = town.community()
    wang, li = town.resident(community), town.resident(community)
    async with enter(server, wang) as a, enter(server, li) as b:
        await a.post(community.hall_id, "早")
        with database.link() as other, other.transaction():
            [listener] = other.execute("SELECT pid FROM pg_stat_activity WHERE"
                                       " datname = current_database() AND query ILIKE 'listen%'"
                                       ).fetchall()
            other.execute("UPDATE membership SET left_at = now() WHERE account_id = %s", [li.id])
            other.execute("SELECT pg_terminate_backend(%s, 1000)", [listener["pid"]])
        await asyncio.sleep(4)
        await a.post(community.hall_id, "秘密")
        await asyncio.sleep(0.5)
        assert "秘密" not in repr(b.received)
