-- What is to be said outside the house: text messages, robots, webhooks. Written in the transaction
-- that makes it necessary; an adapter takes it from here.

-- name: outbox_claim
-- Takes what is due for these channels, for a minute; another node leaves it alone meanwhile.
-- principal: system
-- args: channels text[], most integer
-- row:  id bigint, channel text, template text, attempts smallint, recipient_sealed bytea,
--       account_phone_sealed bytea, payload text
WITH due AS (
    SELECT id FROM outbox
    WHERE done_at IS NULL AND dead_at IS NULL AND next_at <= now() AND channel = ANY ($1::text[])
      AND (claimed_until IS NULL OR claimed_until < now())
    ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED),
claimed AS (
    UPDATE outbox o SET claimed_until = now() + interval '1 minute', attempts = o.attempts + 1
    FROM due d WHERE o.id = d.id
    RETURNING o.id, o.channel, o.template, o.attempts, o.recipient_sealed, o.recipient_account_id,
              o.payload)
SELECT c.id, c.channel, c.template, c.attempts, c.recipient_sealed,
       p.phone_sealed AS account_phone_sealed, c.payload::text AS payload
FROM claimed c LEFT JOIN identity.person p ON p.account_id = c.recipient_account_id
ORDER BY c.id

-- name: outbox_done
-- It was handed over; what it said is not kept.
-- args: id bigint
UPDATE outbox SET done_at = now(), payload = '{}' WHERE id = $1 AND done_at IS NULL

-- name: outbox_failed
-- Tried in vain: again later, twice as late each time; after 24 hours it is a dead letter.
-- args: id bigint, error text
UPDATE outbox
SET last_error = $2, claimed_until = NULL,
    next_at = now() + least(interval '1 hour', interval '5 seconds' * power(2, attempts)),
    dead_at = CASE WHEN created_at < now() - interval '24 hours' THEN now() END
WHERE id = $1 AND done_at IS NULL
