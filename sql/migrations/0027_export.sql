-- What somebody takes along of herself (export_page) is found by her, in whatever state it is.
CREATE INDEX residence_account ON residence (account_id);
DROP INDEX login_session_account; -- was of those that are not revoked
CREATE INDEX login_session_account ON login_session (account_id);
CREATE INDEX dispute_entry_reporter ON dispute_entry (reporter_id);
CREATE INDEX person_claim_account ON person_claim (account_id);
