-- A small town to try things on: a station, two communities with a hall each, people who live and
-- work in them, and a few words they have said. Run once, by `hallctl demo`, which then gives them
-- phones, passwords and second factors; nobody in here is real.
SET ROLE hall_owner;
SELECT set_config('hall.system', 'on', true) \g /dev/null

CREATE TEMPORARY TABLE seed_place (
    ord serial, kind smallint, code text, name text, street text, parent text) ON COMMIT DROP;
INSERT INTO seed_place (kind, code, name, street, parent) VALUES
    (1, 'YH', '月湖派出所', NULL, NULL),
    (2, 'JD', '江东社区', '江东路', 'YH'),
    (3, 'JD-G1', '江东一网格', NULL, 'JD'),
    (4, 'JD-3', '江东3号楼', NULL, 'JD-G1'),
    (5, 'JD-3-1', '1单元', NULL, 'JD-3'),
    (5, 'JD-3-2', '2单元', NULL, 'JD-3'),
    (4, 'JD-5', '江东5号楼', NULL, 'JD-G1'),
    (5, 'JD-5-1', '1单元', NULL, 'JD-5'),
    (2, 'HX', '湖西社区', '湖西街', 'YH'),
    (3, 'HX-G1', '湖西一网格', NULL, 'HX'),
    (4, 'HX-8', '湖西8号楼', NULL, 'HX-G1'),
    (5, 'HX-8-1', '1单元', NULL, 'HX-8');
DO $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT * FROM seed_place ORDER BY ord LOOP
        INSERT INTO place (kind, code, name, street, parent_id)
        VALUES (p.kind, p.code, p.name, p.street, (SELECT id FROM place WHERE code = p.parent));
    END LOOP;
END $$;

INSERT INTO room (kind, name, station_id, community_id, place_id)
SELECT 1, name || '议事厅', station_id, id, id FROM place WHERE kind = 2 ORDER BY id;

-- name, level (v0…v3 are 1…4), home or station, unit, door, role (proto/schema/types.toml), in place
CREATE TEMPORARY TABLE seed_person (
    ord serial, name text, level smallint, place text, unit text, door text, role smallint,
    scope text, badge_no text) ON COMMIT DROP;
INSERT INTO seed_person (name, level, place, unit, door, role, scope, badge_no) VALUES
    ('王秀兰', 3, 'JD', 'JD-3-1', '301', NULL, NULL, NULL),
    ('李建国', 3, 'JD', 'JD-3-2', '502', NULL, NULL, NULL),
    ('周小梅', 3, 'HX', 'HX-8-1', '201', NULL, NULL, NULL),
    ('赵新', 2, 'JD', NULL, NULL, NULL, NULL, NULL),
    ('刘桂芳', 3, 'JD', 'JD-3-1', '102', 2, 'JD-3', NULL),
    ('何师傅', 3, 'JD', 'JD-5-1', '401', 4, 'JD-G1', NULL),
    ('张网格', 4, 'YH', NULL, NULL, 3, 'JD-G1', NULL),
    ('陈警官', 4, 'YH', NULL, NULL, 7, 'JD', '051207'),
    ('马警官', 4, 'YH', NULL, NULL, 7, 'HX', '051233'),
    ('孙值班', 4, 'YH', NULL, NULL, 8, 'YH', '051250'),
    ('李所长', 4, 'YH', NULL, NULL, 9, 'YH', '051001'),
    ('王副所长', 4, 'YH', NULL, NULL, 9, 'YH', '051002'),
    ('吴督察', 4, 'YH', NULL, NULL, 10, 'YH', '050077');
INSERT INTO account (level, display_name, community_id, station_id, is_staff, badge_no)
SELECT s.level, s.name, CASE WHEN p.kind = 2 THEN p.id END, p.station_id, p.kind = 1, s.badge_no
FROM seed_person s JOIN place p ON p.code = s.place ORDER BY s.ord;
INSERT INTO residence (account_id, unit_id, door)
SELECT a.id, p.id, s.door
FROM seed_person s JOIN account a ON a.display_name = s.name JOIN place p ON p.code = s.unit;
INSERT INTO role_grant (account_id, role, scope_id, operator_note, expires_at)
SELECT a.id, s.role, p.id, 'demo', now() + interval '6 months'
FROM seed_person s JOIN account a ON a.display_name = s.name JOIN place p ON p.code = s.scope;
SELECT membership_derive(id) FROM account ORDER BY id \g /dev/null

-- What was said before we came in. badge: 1 none, 2 officer, 8 unit leader, 10 system.
CREATE TEMPORARY TABLE seed_message (
    ord serial, hall text, sender text, badge smallint, official boolean, body text) ON COMMIT DROP;
INSERT INTO seed_message (hall, sender, badge, official, body) VALUES
    ('JD', '陈警官', 2, true, '各位邻居好，我是江东社区民警陈警官，警号051207。有事在这里说，急事请打110。'),
    ('JD', '刘桂芳', 8, false, '3号楼这周六上午九点在楼下碰头，说说电动车充电的事。'),
    ('JD', '李建国', 1, false, '能不能在北门也装一个充电桩？'),
    ('JD', '王秀兰', 1, false, '我同意，晚上楼道里充电太吓人了。'),
    ('JD', '陈警官', 2, false, '收到，物业和消防周六都来，大家一起看位置。'),
    ('HX', '马警官', 2, true, '湖西社区议事厅开通了，欢迎大家。'),
    ('HX', '周小梅', 1, false, '谢谢马警官！小区门口晚上停车有点乱，可以看看吗？');
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge, official,
                     client_key, body)
SELECT r.id, row_number() OVER (PARTITION BY r.id ORDER BY m.ord), a.id,
       date_trunc('milliseconds', now()) - (100 - m.ord) * interval '7 minutes', 0, 1, m.badge,
       m.official, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), m.body
FROM seed_message m
JOIN place p ON p.code = m.hall
JOIN room r ON r.community_id = p.id AND r.kind = 1
JOIN account a ON a.display_name = m.sender;
UPDATE room SET last_seq = n.seq, last_at = n.at
FROM (SELECT room_id, max(seq) AS seq, max(created_at) AS at FROM message GROUP BY room_id) n
WHERE room.id = n.room_id;

RESET ROLE;
