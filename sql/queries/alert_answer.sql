-- What the person an alert is about says herself.

-- name: alert_answer
-- Keeps her answer while the alert is open, with a line in its file and a word in the duty room; her
-- message counts as acknowledged. No row: it has ended, or is not about her.
-- principal: system
-- args: alert_id bigint, account_id bigint, answer smallint, word text
-- row:  alert_id bigint, told text
WITH moved AS (
    UPDATE alert a SET state_version = a.state_version + 1, updated_at = now()
    FROM alert_restricted t
    WHERE a.id = $1 AND a.ended_at IS NULL AND t.alert_id = a.id AND t.target_account_id = $2
    RETURNING a.id, a.no, a.state, a.state_version, a.station_id),
answered AS (
    UPDATE alert_restricted t SET target_answer = $3, target_answered_at = now()
    FROM moved a WHERE t.alert_id = a.id
    RETURNING a.*),
claim AS (
    UPDATE timer SET state_version = (SELECT state_version FROM moved)
    WHERE entity_type = 'alert' AND entity_id = $1 AND name = 'ack_timeout' AND fired_at IS NULL
      AND cancelled_at IS NULL AND EXISTS (SELECT FROM moved)),
acknowledged AS (
    UPDATE alert_recipient r
    SET delivered_at = coalesce(r.delivered_at, now()),
        displayed_at = coalesce(r.displayed_at, now()),
        acknowledged_at = coalesce(r.acknowledged_at, now())
    FROM answered a WHERE r.alert_id = a.id AND r.account_id = $2),
line AS (
    INSERT INTO timeline (entity_type, entity_id, event, from_state, to_state, state_version,
                          actor_id, detail)
    SELECT 'alert', id, 'fraud.answer', state, state, state_version, $2,
           jsonb_build_object('answer', $3)
    FROM answered),
entry AS (
    INSERT INTO audit (action, actor_id, entity_type, entity_id, station_id, detail)
    SELECT 'fraud.answer', $2, 'alert', id, station_id, jsonb_build_object('answer', $3)
    FROM answered)
SELECT a.id AS alert_id,
       (SELECT room_say(r.id, replace($4, '{no}', a.no))::text FROM room r
        WHERE r.station_id = a.station_id AND r.kind = 5 AND r.closed_at IS NULL)
           || pg_notify('hall', 'alert_changed ' || a.id)::text AS told
FROM answered a
