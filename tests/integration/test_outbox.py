"""What is to be sent outside: written with what makes it necessary, shown once, forgotten."""
import re
import time

from client.hall_doors import Doors

PHONE = "13900000077"


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_a_code_is_shown_once_with_a_masked_number(make_server, database, town, tmp_path):
    shown = tmp_path / "outbox.txt"
    server = make_server(sms_adapter="outbox", outbox_file=shown).start()
    town.one("INSERT INTO invite (code, community_id, uses_left, expires_at)"
             " VALUES ('ABCDEF', %s, 5, now() + interval '1 day') RETURNING code",
             town.community().id)
    doors = Doors(server.http)
    assert "demo_code" not in doors.send_code(PHONE)
    line = wait_for(lambda: shown.exists() and shown.read_text())
    assert " sms 139****0077 " in line and "验证码" in line and line.count("\n") == 1
    assert PHONE not in line and oct(shown.stat().st_mode)[-3:] == "600"
    row = wait_for(lambda: database.rows("SELECT attempts, payload FROM outbox"
                                         " WHERE done_at IS NOT NULL"))[0]
    assert row["attempts"] == 1 and row["payload"] == {}
    assert PHONE not in server.log()
    code = re.search("验证码 ([0-9]{6}),", line).group(1)
    assert doors.login_phone(PHONE, code, "ABCDEF", "小李")["token"]


def test_a_letter_whose_code_cannot_be_opened_is_not_sent(make_server, database, tmp_path):
    shown = tmp_path / "outbox.txt"
    server = make_server(sms_adapter="outbox", outbox_file=shown).start()
    database.rows("""INSERT INTO outbox (channel, template, payload)
                     VALUES ('sms', 'login.code', '{"code_sealed": "AAAA"}'),
                            ('sms', 'login.code', '{}')""")
    wait_for(lambda: database.value("SELECT count(*) FROM outbox"
                                    " WHERE last_error = 'the code is missing'") == 2)
    assert not shown.exists()


def test_without_an_adapter_everything_waits(make_server, database):
    server = make_server(sms_adapter="outbox").start()
    Doors(server.http).send_code(PHONE)
    time.sleep(2)
    assert database.value("SELECT attempts FROM outbox") == 0


def test_what_cannot_be_handed_over_is_tried_again_later(make_server, database, tmp_path):
    folder = tmp_path / "missing"
    server = make_server(sms_adapter="outbox", outbox_file=folder / "outbox.txt").start()
    Doors(server.http).send_code(PHONE)
    row = wait_for(lambda: database.rows("SELECT next_at > now() AS later, dead_at, done_at"
                                         " FROM outbox WHERE last_error IS NOT NULL"))[0]
    assert row == {"later": True, "dead_at": None, "done_at": None}
    folder.mkdir()
    database.rows("UPDATE outbox SET next_at = now()")
    wait_for(lambda: (folder / "outbox.txt").exists())


def test_after_a_day_it_is_a_dead_letter(make_server, database, tmp_path):
    server = make_server(sms_adapter="outbox", outbox_file=tmp_path / "no" / "file").start()
    Doors(server.http).send_code(PHONE)
    wait_for(lambda: database.value("SELECT last_error FROM outbox"))
    database.rows("ALTER TABLE outbox ALTER COLUMN created_at DROP DEFAULT")
    database.rows("UPDATE outbox SET created_at = now() - interval '25 hours', next_at = now(),"
                  " claimed_until = NULL")
    wait_for(lambda: database.value("SELECT dead_at FROM outbox"))
