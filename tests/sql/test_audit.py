"""The audit's chain: whatever is done to it behind the server's back is found."""
import random
import threading

import pytest

from harness.database import make_database

SUPER = "SET LOCAL session_replication_role = replica"  # only a superuser can: no triggers


def write(link, number):
    link.execute(
        "INSERT INTO audit (action, actor_id, source_id, operator, role_used, on_behalf_of,"
        " entity_type, entity_id, entity_seq, station_id, reason, detail) VALUES"
        " ('test.step', %s, NULL, %s, 7, NULL, 'message', 5, %s, 3, %s, %s)",
        (number % 3 or None, "root" if number % 5 == 0 else None, number,
         f"因为{number}" if number % 2 else None, '{"n": %d}' % number))


@pytest.fixture(scope="module")
def written(cluster):
    """Forty entries with every field used, written by the server's role."""
    database = make_database(cluster)
    with database.link(as_app=True) as link:
        for number in range(40):
            write(link, number)
    yield database
    database.drop()


@pytest.fixture
def chain(written):
    """A superuser's connection to it; what a test does there is rolled back."""
    with written.link() as link:
        link.execute("BEGIN")
        yield link
        link.execute("ROLLBACK")


def verify(link, anchor=(None, None)):
    rows = link.execute("SELECT * FROM audit_verify(%s::bigint, %s::bytea)", anchor).fetchall()
    return (rows[0]["bad_seq"], rows[0]["what"]) if rows else None


def head(link):
    row = link.execute("SELECT * FROM audit_head").fetchone()
    return row["last_seq"], row["last_hash"]


def tamper(link, *statements):
    link.execute(SUPER)
    for statement in statements:
        link.execute(statement)


def test_an_untouched_chain_is_whole(chain):
    assert head(chain)[0] == 40
    assert verify(chain) is None
    assert verify(chain, head(chain)) is None


def test_nobody_changes_it_not_even_its_owner(chain):
    chain.execute("SET LOCAL ROLE hall_owner")
    for statement in ("UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(Exception, match="only added to"), chain.transaction():
            chain.execute(statement)


EDITS = ["action = 'test.other'", "at = at + interval '1 microsecond'",
         "actor_id = coalesce(actor_id, 0) + 1", "source_id = 1", "operator = 'somebody'",
         "role_used = 8", "on_behalf_of = 1", "entity_type = 'room'", "entity_id = 6",
         "entity_seq = 1000", "station_id = 4", "reason = coalesce(reason, '') || '。'",
         "detail = '{}'", "detail = NULL", "hash = sha256('x')", "prev_hash = sha256('x')",
         # Moving a text from one field to its neighbour must not look the same.
         "entity_type = NULL, operator = 'message'"]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found_where_it_is(chain, edit):
    seq = random.randint(1, 40)
    tamper(chain, f"UPDATE audit SET {edit} WHERE seq = {seq}")
    assert verify(chain) == (seq, "changed")


def test_a_deleted_row_is_found(chain):
    seq = random.randint(1, 39)
    tamper(chain, f"DELETE FROM audit WHERE seq = {seq}")
    assert verify(chain) == (seq, "missing")


def test_a_row_deleted_and_the_rest_renumbered_is_found(chain):
    tamper(chain, "DELETE FROM audit WHERE seq = 20",
           "UPDATE audit SET seq = seq - 1 WHERE seq > 20",
           "UPDATE audit_head SET last_seq = 39")
    assert verify(chain) == (20, "changed")


def test_two_rows_swapped_are_found(chain):
    tamper(chain, "UPDATE audit SET seq = 1000 WHERE seq = 11",
           "UPDATE audit SET seq = 11 WHERE seq = 12",
           "UPDATE audit SET seq = 12 WHERE seq = 1000")
    assert verify(chain) == (11, "changed")


def test_a_row_put_in_is_found(chain):
    tamper(chain, "INSERT INTO audit SELECT 41, at, action, actor_id, source_id, operator,"
           " role_used, on_behalf_of, entity_type, entity_id, entity_seq, station_id, reason,"
           " detail, hash, sha256('x') FROM audit WHERE seq = 40")
    assert verify(chain) == (41, "changed")


def test_a_cut_end_is_found(chain):
    tamper(chain, "DELETE FROM audit WHERE seq > 30")
    assert verify(chain) == (31, "end_is_missing")


REWRITE = """
DO $$ DECLARE e audit; last bytea; BEGIN
    SELECT hash INTO last FROM audit WHERE seq = 29;
    FOR e IN SELECT * FROM audit WHERE seq >= 30 ORDER BY seq LOOP
        e.prev_hash := last; e.hash := audit_hash(last, e);
        UPDATE audit SET prev_hash = e.prev_hash, hash = e.hash WHERE seq = e.seq;
        last := e.hash;
    END LOOP;
    UPDATE audit_head SET last_hash = last, last_seq = (SELECT max(seq) FROM audit);
END $$"""


def test_a_chain_written_anew_is_found_by_the_anchor_kept_outside(chain):
    anchor = head(chain)
    tamper(chain, "UPDATE audit SET reason = '没有这回事' WHERE seq = 30", REWRITE)
    assert verify(chain) is None  # this is why there are anchors
    assert verify(chain, anchor) == (40, "not_the_anchor")


def test_an_end_cut_off_with_its_head_is_found_by_the_anchor(chain):
    anchor = head(chain)
    tamper(chain, "DELETE FROM audit WHERE seq > 30",
           "UPDATE audit_head SET last_seq = 30,"
           " last_hash = (SELECT hash FROM audit WHERE seq = 30)")
    assert verify(chain) is None
    assert verify(chain, anchor) == (31, "end_is_missing")


def any_row(dice):
    return dice.randint(1, 40)


def some_edit(dice):
    return [f"UPDATE audit SET {dice.choice(EDITS)} WHERE seq = {any_row(dice)}"]


def some_bit(dice):
    column, byte, bit = dice.choice(["hash", "prev_hash"]), dice.randrange(32), dice.randrange(8)
    return [f"UPDATE audit SET {column} = set_byte({column}, {byte},"
            f" get_byte({column}, {byte}) # {1 << bit}) WHERE seq = {any_row(dice)}"]


def some_words(dice):
    return [f"UPDATE audit SET reason = coalesce(reason, '') || '{dice.randrange(10**6)}'"
            f" WHERE seq = {any_row(dice)}"]


def some_deletions(dice):
    first = any_row(dice)
    return [f"DELETE FROM audit WHERE seq BETWEEN {first} AND {dice.randint(first, 40)}"]


def some_swap(dice):
    one, other = dice.sample(range(1, 41), 2)
    return [f"UPDATE audit SET seq = 1000 WHERE seq = {one}",
            f"UPDATE audit SET seq = {one} WHERE seq = {other}",
            f"UPDATE audit SET seq = {other} WHERE seq = 1000"]


def some_truncation(dice):
    """With the head made to fit, as somebody would who rules the database."""
    last = dice.randint(1, 39)
    return [f"DELETE FROM audit WHERE seq > {last}",
            f"UPDATE audit_head SET last_seq = {last},"
            f" last_hash = (SELECT hash FROM audit WHERE seq = {last})"]


def some_new_chain(dice):
    return [f"UPDATE audit SET entity_id = {dice.randrange(10**9)} WHERE seq >= 30", REWRITE]


TAMPERINGS = [some_edit, some_bit, some_words, some_deletions, some_swap, some_truncation,
              some_new_chain]


def test_every_random_tampering_is_found(chain, deep):
    dice = random.Random(20261127)
    anchor = head(chain)
    missed = []
    for number in range(10_000 if deep else 300):
        statements = TAMPERINGS[number % len(TAMPERINGS)](dice)
        chain.execute("SAVEPOINT untouched")
        tamper(chain, *statements)
        if verify(chain, anchor) is None:
            missed.append(statements)
        chain.execute("ROLLBACK TO untouched")
    assert not missed
    assert verify(chain, anchor) is None


def test_the_server_chooses_neither_number_nor_time_nor_hash(database):
    with database.link(as_app=True) as link:
        link.execute("INSERT INTO audit (action) VALUES ('test.one')")
    row = database.rows("SELECT *, at > now() - interval '1 minute' AS fresh FROM audit")[0]
    assert row["seq"] == 1 and row["fresh"] and len(row["hash"]) == 32


def test_many_writers_make_one_chain_and_a_failed_one_no_gap(database):
    def write():
        with database.link(as_app=True) as link:
            for number in range(40):
                with link.transaction():
                    link.execute("INSERT INTO audit (action, entity_id) VALUES"
                                 " ('test.one', 1), ('test.two', 2)")
                if number % 4 == 0:
                    link.execute("BEGIN")
                    link.execute("INSERT INTO audit (action) VALUES ('test.lost')")
                    link.execute("ROLLBACK")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.link() as link:
        assert head(link)[0] == 3 * 80
        assert verify(link) is None
