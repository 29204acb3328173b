-- Public notices are read from outside, newest change first.
ALTER TABLE notice ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
UPDATE notice SET changed_at = coalesce(ended_at, published_at);
CREATE INDEX notice_changed ON notice (changed_at);
GRANT UPDATE (changed_at) ON notice TO hall_app;
