-- What the person an alert is about says herself: she has not paid, she has, it is her own business.

ALTER TABLE alert_restricted
    ADD COLUMN target_answer smallint CHECK (target_answer BETWEEN 1 AND 3),
    ADD COLUMN target_answered_at timestamptz,
    ADD CONSTRAINT alert_answered CHECK ((target_answer IS NULL) = (target_answered_at IS NULL));
COMMENT ON COLUMN alert_restricted.target_answer IS 'purpose=what to do first; audience=target,volunteers,responders,officers; ttl=P6M after close';
COMMENT ON COLUMN alert_restricted.target_answered_at IS 'purpose=what to do first; audience=target,volunteers,responders,officers; ttl=P6M after close';

-- A claim's timer goes on when the alert is changed without being moved.
GRANT UPDATE (state_version) ON timer TO hall_app;
