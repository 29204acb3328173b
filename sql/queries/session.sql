-- Who a socket is.

-- name: session_open
-- Looks up many sockets at once. way 1: hash of a session's token; 2: hash of a ticket, which is
-- used up. Only those that are known, not expired, not revoked and not disabled come back, each
-- with its roles and rooms as parallel arrays. Of a ticket named twice, one comes back.
-- Times in the arrays are UTC milliseconds, 0 for none. unread is counted to 100.
-- args: way smallint[], hash bytea[]
-- row:  ord integer, session_id bigint, account_id bigint, display_name text, level smallint,
--       station_id bigint, community_id bigint, is_staff boolean, expires_at timestamptz,
--       grant_roles smallint[], grant_scope_kinds smallint[], grant_scope_ids bigint[],
--       grant_expires bigint[], room_ids bigint[], room_kinds smallint[], room_names text[],
--       room_station_ids bigint[], room_community_ids bigint[], room_place_ids bigint[],
--       room_head_seqs bigint[], room_first_seqs bigint[], room_member_counts integer[],
--       room_read_seqs bigint[], room_muted_untils bigint[], room_unreads integer[],
--       room_may_posts boolean[], grant_station_ids bigint[], grant_community_ids bigint[],
--       client text
WITH input AS MATERIALIZED (
    SELECT r.* FROM ROWS FROM (unnest($1, $2), generate_series(1, cardinality($1)))
        AS r (way, hash, ord)
), used AS (
    DELETE FROM ws_ticket t USING (SELECT hash, min(ord) AS ord FROM input WHERE way = 2
                                   GROUP BY hash) i
    WHERE t.ticket_hash = i.hash
    RETURNING i.ord, t.login_session_id, t.expires_at
), found AS (
    SELECT i.ord, s.id FROM input i
    JOIN LATERAL (SELECT x.id FROM login_session x WHERE x.token_hash = i.hash LIMIT 1) s ON true
    WHERE i.way = 1
    UNION ALL
    SELECT ord, login_session_id FROM used WHERE expires_at > now()
), alive AS MATERIALIZED (
    SELECT f.ord, s.id, s.account_id, s.client, a.display_name, a.level, a.community_id, a.is_staff,
           coalesce(a.station_id, p.station_id) AS station_id, s.seen_at, s.second_factor,
           -- A resident's device in use stays logged in; staff log in anew when the time is over.
           CASE WHEN NOT s.second_factor AND s.seen_at < now() - interval '10 minutes'
                THEN greatest(s.expires_at, now() + interval '30 days') ELSE s.expires_at
                END AS expires_at
    FROM found f
    -- LIMIT and ARRAY keep these from reading whole tables that were small when this was planned.
    CROSS JOIN LATERAL (SELECT x.* FROM login_session x WHERE x.id = f.id LIMIT 1) s
    CROSS JOIN LATERAL (SELECT x.* FROM account x WHERE x.id = s.account_id LIMIT 1) a
    LEFT JOIN place p ON p.id = a.community_id
    WHERE s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
), seen AS (
    UPDATE login_session s
    SET seen_at = now(),
        expires_at = CASE WHEN s.second_factor THEN s.expires_at
                          ELSE greatest(s.expires_at, now() + interval '30 days') END
    WHERE s.id = ANY (ARRAY(SELECT id FROM alive WHERE seen_at < now() - interval '10 minutes'
                            ORDER BY id))
)
SELECT l.ord, l.id AS session_id, l.account_id, l.display_name, l.level, l.station_id,
       l.community_id, l.is_staff, l.expires_at,
       g.roles AS grant_roles, g.scope_kinds AS grant_scope_kinds, g.scope_ids AS grant_scope_ids,
       g.expires AS grant_expires, r.ids AS room_ids, r.kinds AS room_kinds, r.names AS room_names,
       r.station_ids AS room_station_ids, r.community_ids AS room_community_ids,
       r.place_ids AS room_place_ids, r.head_seqs AS room_head_seqs,
       r.first_seqs AS room_first_seqs, r.member_counts AS room_member_counts,
       r.read_seqs AS room_read_seqs, r.muted_untils AS room_muted_untils,
       r.unreads AS room_unreads, r.may_posts AS room_may_posts,
       g.station_ids AS grant_station_ids, g.community_ids AS grant_community_ids, l.client
FROM alive l
CROSS JOIN LATERAL (
    SELECT array_agg(x.role) AS roles, array_agg(x.scope_kind) AS scope_kinds,
           array_agg(x.scope_id) AS scope_ids,
           array_agg((extract(epoch FROM x.expires_at) * 1000)::bigint) AS expires,
           array_agg(x.station_id) AS station_ids,
           array_agg(coalesce(x.community_id, 0)) AS community_ids
    FROM (SELECT c.*, p.station_id, p.community_id
          FROM role_grant_current c JOIN place p ON p.id = c.scope_id
          WHERE c.account_id = l.account_id
          ORDER BY c.id + 0 LIMIT 32) x) g -- + 0: not along the primary key
CROSS JOIN LATERAL (
    SELECT array_agg(x.id) AS ids, array_agg(x.kind) AS kinds, array_agg(x.name) AS names,
           array_agg(x.station_id) AS station_ids, array_agg(x.community_id) AS community_ids,
           array_agg(x.place_id) AS place_ids, array_agg(x.last_seq) AS head_seqs,
           array_agg(x.first_seq) AS first_seqs, array_agg(x.member_count) AS member_counts,
           array_agg(x.read_seq) AS read_seqs, array_agg(x.muted_until) AS muted_untils,
           array_agg(x.unread) AS unreads, array_agg(x.may_post) AS may_posts
    FROM (
        SELECT o.id, o.kind, o.name, o.station_id, o.community_id, o.place_id, o.last_seq,
               o.first_seq, o.member_count, m.read_seq,
               CASE WHEN m.muted_until > now()
                    THEN (extract(epoch FROM m.muted_until) * 1000)::bigint ELSE 0
                    END AS muted_until,
               coalesce(u.unread, 0)::integer AS unread,
               o.kind <> 7 AND o.closed_at IS NULL AND coalesce(o.frozen_until <= now(), true)
                   AND coalesce(m.muted_until <= now(), true) AS may_post
        FROM membership m
        JOIN room o ON o.id = m.room_id
        LEFT JOIN LATERAL (
            SELECT count(*) AS unread
            FROM (SELECT FROM message x
                  WHERE x.room_id = o.id AND x.state = 1 AND x.sender_id <> m.account_id
                    AND x.seq > greatest(m.read_seq, o.last_seq - 1000) LIMIT 100) few
            ) u ON o.last_seq > m.read_seq
        WHERE m.account_id = l.account_id AND m.left_at IS NULL
        ORDER BY o.kind, o.id LIMIT 64) x) r -- halls first
ORDER BY l.ord

-- name: session_rename
-- What devices call themselves, of many at once; only where it is news.
-- args: session_id bigint[], client text[]
-- row:  ord integer
WITH named AS (
    SELECT i.session_id, max(i.client) AS client
    FROM unnest($1, $2) AS i (session_id, client) GROUP BY i.session_id ORDER BY i.session_id),
renamed AS (
    UPDATE login_session s SET client = n.client FROM named n
    WHERE s.id = ANY ($1) AND s.id = n.session_id AND s.client <> n.client)
SELECT ord FROM generate_series(1, cardinality($1)) AS ord

-- name: session_grants
-- Who somebody is now: one row per role, or one with role NULL. No row: disabled or unknown.
-- args: account_id bigint
-- row:  display_name text, level smallint, station_id bigint, community_id bigint, role smallint,
--       scope_kind smallint, scope_id bigint, expires_at timestamptz, grant_station_id bigint,
--       grant_community_id bigint
SELECT a.display_name, a.level, coalesce(a.station_id, home.station_id) AS station_id,
       a.community_id, g.role, g.scope_kind, g.scope_id, g.expires_at,
       p.station_id AS grant_station_id, p.community_id AS grant_community_id
FROM account a
LEFT JOIN place home ON home.id = a.community_id
LEFT JOIN role_grant_current g ON g.account_id = a.id
LEFT JOIN place p ON p.id = g.scope_id
WHERE a.id = $1 AND a.disabled_at IS NULL
ORDER BY g.id + 0 LIMIT 32

-- name: session_alive
-- Which of these sessions still stand; to catch up after notifications were missed.
-- args: session_ids bigint[]
-- row:  session_id bigint
SELECT s.id AS session_id
FROM unnest($1) AS given (id)
CROSS JOIN LATERAL (SELECT x.* FROM login_session x WHERE x.id = given.id LIMIT 1) s
CROSS JOIN LATERAL (SELECT x.disabled_at FROM account x WHERE x.id = s.account_id LIMIT 1) a
WHERE s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
