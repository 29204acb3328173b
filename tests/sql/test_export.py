"""What a person takes with her is all that she may see of herself: column by column."""
from harness.statements import ALL

# Columns a person may see of herself that are not in export_page, and why.
LEFT_OUT = {
    "account.community_id": "her hall is in the rooms",
    "account.station_id": "follows from the community",
    "account.disabled_reason": "then she cannot ask",
    "person.legal_name_sealed": "the document is hers; officers read it with a reason",
    "staff_credential.username": "she logs in with it",
    "residence.verified_by": "another person",
    "login_failure.account_id": "no more than a time; kept for the security log",
    "membership.read_seq": "a number on her device",
    "membership.muted_until": "told in the room; the reason is here",
    "message.client_key": "a random number",
    "media.owner_id": "pictures are counted beside their message",
    "notice_receipt.account_id": "the same notice went to everybody",
    "work_member.account_id": "lives for a day",
    "alert.claimed_by": "another person",
    "dispute.building_id": "in her own words",
    "dispute.place_id": "in her own words",
    "dispute.officer_id": "another person",
    "dispute.lead_id": "another person",
    "dispute_restricted.media_ids": "pictures are looked at in the matter",
    "dispute_entry.author_id": "another person; who is said by the kind",
    "dispute_entry.media_ids": "pictures are looked at in the matter",
    "person_restricted.risks": "the missing person's",
    "person_member.account_id": "the call came as a message",
    "person_receipt.account_id": "the same card went to everybody",
    "access_subject.account_id": "account_access_log tells who read",
    "alert_restricted.building_id": "her own address",
    "alert_restricted.unit_id": "her own address",
    "alert_restricted.door": "her own address", "alert_restricted.name_sealed": "her own name",
    "alert_restricted.phone_sealed": "her own number",
    "alert_restricted.amount_range": "told with the alert while it was open",
    "alert_restricted.target_answer": "she said it",
    "alert_restricted.target_answered_at": "she said it",
}
# How the statement names a table.
ALIASES = {"person": "i", "account": "a", "residence": "r", "login_session": "s",
           "membership": "m", "dispute": "d", "dispute_restricted": "t", "dispute_entry": "e",
           "person_restricted": "t", "role_grant": "g", "alert_recipient": "r",
           "alert_restricted": "t"}
HERS = """
SELECT c.relname AS "table", a.attname AS "column" FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND col_description(c.oid, a.attnum) ~ 'audience=[a-z,]*(self|target)'
ORDER BY 1, 2"""


def test_every_column_she_may_see_of_herself_is_exported_or_left_out_for_a_reason(still):
    text = ALL["export_page"].text
    hers = {f"{c['table']}.{c['column']}": c for c in still.rows(HERS)}
    assert set(LEFT_OUT) <= set(hers), "left out, but no such column"
    missing = [name for name, c in hers.items() if name not in LEFT_OUT
               and f"{ALIASES.get(c['table'], '?')}.{c['column']}" not in text]
    assert not missing
