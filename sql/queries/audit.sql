-- The audit chain, as operators check it.

-- name: audit_check
-- role: owner
-- The first thing wrong with the chain, or no row. anchor_seq 0: no anchor to hold it against.
-- args: anchor_seq bigint, anchor_hash bytea
-- row:  bad_seq bigint, what text
SELECT bad_seq, what FROM audit_verify(NULLIF($1, 0), $2)

-- name: audit_anchor
-- role: owner
-- The end of the chain: kept outside, it proves later that nothing before it was changed or lost.
-- row:  last_seq bigint, last_hash bytea
SELECT last_seq, last_hash FROM audit_head
