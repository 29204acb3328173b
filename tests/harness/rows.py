"""Arguments of statements that take columns."""
import os


def message_rows(*rows):
    """Arguments of message_add from dicts; what is not named has a plain value."""
    plain = {"room_id": None, "sender_id": None, "client_key": None, "request_hash": 1, "kind": 1,
             "badge": 1, "official": False, "body": "话", "folded": None, "media_ids": "",
             "quote_seq": None, "notice_id": None, "key_seen": 0}
    full = [{**plain, "client_key": os.urandom(16), **row} for row in rows]
    first = {}
    for place, row in enumerate(full, 1):  # as the server does: the row that has the key already
        other = first.setdefault((row["sender_id"], row["client_key"]), place)
        if other < place:
            row["key_seen"] = other
    return [[row[name] for row in full] for name in plain]
