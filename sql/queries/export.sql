-- What the hall keeps of one person, for herself. tests/sql/test_export.py says of every column that
-- she may see where it is here, or why it is not.

-- name: export_page
-- A page of one section, in the order of id and seq; its beginning is an entry of the audit. What
-- code, title, body and until are: enum.export_section. What is sealed: her phone number.
-- principal: account
-- args: account_id bigint, section smallint, after_id bigint, after_seq bigint, most integer
-- row:  id bigint, seq bigint, at timestamptz, until timestamptz, code smallint, title text,
--       body text, sealed bytea
WITH item AS (
    SELECT a.id, 0::bigint AS seq, a.created_at AS at, NULL::timestamptz AS until, a.level AS code,
           a.display_name AS title, NULL::text AS body, i.phone_sealed AS sealed
    FROM account a LEFT JOIN identity.person i ON i.account_id = a.id
    WHERE $2 = 1 AND a.id = $1
    UNION ALL
    SELECT r.id, 0, r.verified_at, coalesce(r.ended_at, r.expires_at), NULL,
           concat_ws(' ', b.name, u.name, r.door), NULL, NULL
    FROM residence r JOIN place u ON u.id = r.unit_id LEFT JOIN place b ON b.id = u.building_id
    WHERE $2 = 2 AND r.account_id = $1
    UNION ALL
    SELECT g.id, 0, g.granted_at, coalesce(g.revoked_at, g.expires_at), g.role, p.name,
           g.revoke_reason, NULL
    FROM role_grant g JOIN place p ON p.id = g.scope_id
    WHERE $2 = 3 AND g.account_id = $1
    UNION ALL
    SELECT s.id, 0, s.created_at, coalesce(s.revoked_at, s.expires_at), NULL, s.client, NULL, NULL
    FROM login_session s WHERE $2 = 4 AND s.account_id = $1
    UNION ALL
    SELECT m.room_id, 0, m.joined_at, m.left_at, NULL, r.name, m.mute_reason, NULL
    FROM membership m JOIN room r ON r.id = m.room_id
    WHERE $2 = 5 AND m.account_id = $1
    UNION ALL
    SELECT m.room_id, m.seq, m.created_at, NULL,
           coalesce(cardinality(m.media_ids), 0)::smallint, r.name, m.body, NULL
    FROM message m JOIN room r ON r.id = m.room_id
    WHERE $2 = 6 AND m.sender_id = $1 AND m.body IS NOT NULL
    UNION ALL
    SELECT d.id, 0, d.created_at, d.ended_at, d.state, d.no,
           concat_ws(E'\n', t.description, t.place_note, t.concerned, d.public_reason), NULL
    FROM dispute_restricted t JOIN dispute d ON d.id = t.dispute_id
    WHERE $2 = 7 AND t.reporter_id = $1
    UNION ALL
    SELECT e.id, 0, e.created_at, NULL, e.kind, d.no, e.body, NULL
    FROM dispute_entry e JOIN dispute d ON d.id = e.dispute_id
    WHERE $2 = 8 AND e.reporter_id = $1 AND e.kind <> 1
    UNION ALL
    SELECT p.id, 0, p.created_at, p.ended_at, p.state, p.no, t.public_reason, NULL
    FROM person_restricted t JOIN person_search p ON p.id = t.person_id
    WHERE $2 = 9 AND t.reporter_id = $1
    UNION ALL
    SELECT s.id, 0, s.seen_at, NULL, NULL, p.no, concat_ws(E'\n', s.place, s.direction, s.body), NULL
    FROM person_sighting s JOIN person_search p ON p.id = s.person_id
    WHERE $2 = 10 AND s.account_id = $1
    UNION ALL
    SELECT c.id, 0, c.created_at, NULL, c.claim, p.no, c.note, NULL
    FROM person_claim c JOIN person_search p ON p.id = c.person_id
    WHERE $2 = 11 AND c.account_id = $1
    UNION ALL
    SELECT a.id, 0, a.created_at, a.ended_at, a.scam_type, a.no, NULL, NULL
    FROM alert_restricted t JOIN alert a ON a.id = t.alert_id
    JOIN alert_recipient r ON r.alert_id = t.alert_id AND r.account_id = $1 AND r.audience = 2
    WHERE $2 = 12 AND t.target_account_id = $1
), logged AS (
    INSERT INTO audit (action, actor_id, entity_type, entity_id, detail)
    SELECT 'account.export', $1, 'account', $1, jsonb_build_object('section', $2) WHERE $3 = 0
)
SELECT i.id, i.seq, i.at, i.until, i.code, i.title, i.body, i.sealed
FROM item i WHERE (i.id, i.seq) > ($3, $4)
ORDER BY i.id, i.seq LIMIT $5
