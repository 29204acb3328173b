-- Public notices, for everybody.

-- name: notice_feed
-- What is in force and what ended in the last day, newest change first; of one community or of all.
-- args: community_code text, most integer
-- row:  notice_id bigint, notice_version integer, state smallint, scam_type smallint,
--       level smallint, title text, body text, advice text, hotline text,
--       published_at timestamptz, changed_at timestamptz, expires_at timestamptz,
--       community_code text, community_name text
SELECT n.id AS notice_id, n.version AS notice_version, n.state, n.scam_type, n.level, n.title,
       n.body, n.advice, n.hotline, n.published_at, n.changed_at, n.expires_at,
       p.code AS community_code, p.name AS community_name
FROM notice n
JOIN room r ON r.id = n.room_id
JOIN place p ON p.id = r.community_id
WHERE n.changed_at > now() - interval '30 days' AND n.publish_at <= now() AND NOT n.exercise
  AND (n.ended_at IS NULL OR n.ended_at > now() - interval '1 day')
  AND ($1 IS NULL OR p.code = $1)
ORDER BY n.changed_at DESC LIMIT $2

-- name: notice_read
-- One notice as everybody may read it; what ended stays readable for 30 days, with its state.
-- args: notice_id bigint
-- row:  notice_id bigint, notice_version integer, state smallint, scam_type smallint,
--       level smallint, title text, body text, advice text, hotline text,
--       published_at timestamptz, changed_at timestamptz, expires_at timestamptz,
--       community_code text, community_name text
SELECT n.id AS notice_id, n.version AS notice_version, n.state, n.scam_type, n.level, n.title,
       n.body, n.advice, n.hotline, n.published_at, n.changed_at, n.expires_at,
       p.code AS community_code, p.name AS community_name
FROM notice n
JOIN room r ON r.id = n.room_id
JOIN place p ON p.id = r.community_id
WHERE n.id = $1 AND n.publish_at <= now() AND NOT n.exercise
  AND (n.ended_at IS NULL OR n.ended_at > now() - interval '30 days')
