-- A small town to try things on: a station, two communities with a hall each, people who live and
-- work in them, and what they said in the last two days. Run once, by `hallctl demo`, which then
-- gives them phones, passwords and second factors; nobody in here is real.
SET ROLE hall_owner;
SELECT set_config('hall.system', 'on', true) \g /dev/null

CREATE TEMPORARY TABLE seed_place (
    ord serial, kind smallint, code text, name text, street text, parent text) ON COMMIT DROP;
INSERT INTO seed_place (kind, code, name, street, parent) VALUES
    (1, 'LD', '柳堤路派出所', NULL, NULL),
    (2, 'LY', '柳荫社区', '柳荫路', 'LD'),
    (3, 'LY-G1', '柳荫一网格', NULL, 'LY'),
    (4, 'LY-3', '3栋', NULL, 'LY-G1'),
    (5, 'LY-3-1', '1单元', NULL, 'LY-3'),
    (5, 'LY-3-2', '2单元', NULL, 'LY-3'),
    (4, 'LY-5', '5栋', NULL, 'LY-G1'),
    (5, 'LY-5-1', '1单元', NULL, 'LY-5'),
    (3, 'LY-G2', '柳荫二网格', NULL, 'LY'),
    (4, 'LY-9', '9栋', NULL, 'LY-G2'),
    (5, 'LY-9-1', '1单元', NULL, 'LY-9'),
    (2, 'HP', '和平里社区', '和平街', 'LD'),
    (3, 'HP-G1', '和平里一网格', NULL, 'HP'),
    (4, 'HP-8', '8栋', NULL, 'HP-G1'),
    (5, 'HP-8-1', '1单元', NULL, 'HP-8'),
    (5, 'HP-8-2', '2单元', NULL, 'HP-8');
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

-- The codes that hang in the stairwells.
INSERT INTO invite (code, community_id, uses_left, expires_at)
SELECT i.code, p.id, 500, now() + interval '1 year'
FROM (VALUES ('LIUYIN-2468', 'LY'), ('HEPING-1357', 'HP')) AS i (code, place)
JOIN place p ON p.code = i.place;

-- name, level (v0…v3 are 1…4), home or station, unit, door, role (proto/schema/types.toml), in place
CREATE TEMPORARY TABLE seed_person (
    ord serial, name text, level smallint, place text, unit text, door text, role smallint,
    scope text, badge_no text) ON COMMIT DROP;
INSERT INTO seed_person (name, level, place, unit, door, role, scope, badge_no) VALUES
    ('王桂兰', 3, 'LY', 'LY-3-2', '402', NULL, NULL, NULL),
    ('李建军', 3, 'LY', 'LY-3-2', '502', NULL, NULL, NULL),
    ('陈卫东', 3, 'LY', 'LY-5-1', '101', NULL, NULL, NULL),
    ('吴海燕', 3, 'LY', 'LY-9-1', '303', NULL, NULL, NULL),
    ('孙一鸣', 2, 'LY', NULL, NULL, NULL, NULL, NULL),
    ('刘秀珍', 3, 'LY', 'LY-3-1', '102', 2, 'LY-3', NULL),
    ('何师傅', 3, 'LY', 'LY-5-1', '401', 4, 'LY-G1', NULL),
    ('周小梅', 3, 'HP', 'HP-8-1', '201', NULL, NULL, NULL),
    ('郑国庆', 3, 'HP', 'HP-8-2', '602', NULL, NULL, NULL),
    ('黄丽', 3, 'HP', 'HP-8-2', '301', NULL, NULL, NULL),
    ('林淑芬', 3, 'HP', 'HP-8-1', '502', NULL, NULL, NULL),
    ('马晓东', 2, 'HP', NULL, NULL, NULL, NULL, NULL),
    ('沈静', 4, 'LD', NULL, NULL, 3, 'LY-G1', NULL),
    ('赵建国', 4, 'LD', NULL, NULL, 7, 'LY', '051207'),
    ('杨帆', 4, 'LD', NULL, NULL, 7, 'HP', '051233'),
    ('钱文', 4, 'LD', NULL, NULL, 8, 'LD', '051250'),
    ('冯立新', 4, 'LD', NULL, NULL, 9, 'LD', '051001'),
    ('许国良', 4, 'LD', NULL, NULL, 9, 'LD', '051002'),
    ('蒋明', 4, 'LD', NULL, NULL, 10, 'LD', '050077');
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

-- What was said before we came in. badge: 1 none, 2 officer, 7 grid worker, 8 unit leader. ago:
-- minutes. No capitals and no wide letters, so that the searched form is the written one.
CREATE TEMPORARY TABLE seed_message (
    ord serial, hall text, ago integer, sender text, badge smallint, official boolean,
    quote smallint, body text) ON COMMIT DROP;
INSERT INTO seed_message (hall, ago, sender, badge, official, quote, body) VALUES
    ('LY', 2890, '赵建国', 2, true, NULL,
     '各位邻居好，我是柳荫社区民警赵建国，警号051207。平时的事在这里说，急事请打110。'),
    ('LY', 2875, '陈卫东', 1, false, NULL,
     '5栋楼下的早餐店明天开始六点开门，豆浆油条都有，欢迎老邻居。'),
    ('LY', 2868, '王桂兰', 1, false, 2, '太好了，我六点就起来，买了正好去公园。'),
    ('LY', 2851, '吴海燕', 1, false, 2, '早餐店门口的三轮车能不能往里靠一点？推婴儿车过不去。'),
    ('LY', 2846, '陈卫东', 1, false, 4, '对不住，明天就挪到墙边。'),
    ('LY', 2790, '刘秀珍', 8, false, NULL,
     '3栋的邻居：这周六上午九点在楼下碰头，说说电动车充电的事，物业也来。'),
    ('LY', 2771, '李建军', 1, false, 6, '能不能在北门也装一个充电桩？现在都从楼上拉线，看着害怕。'),
    ('LY', 2764, '王桂兰', 1, false, 6, '我同意，晚上楼道里充电太吓人了。'),
    ('LY', 2702, '赵建国', 2, false, 6, '收到，消防周六也来，大家一起看位置。'),
    ('LY', 1480, '吴海燕', 1, false, NULL,
     '昨晚广场舞又跳到九点半，孩子第二天要考试，音响能小一点吗？'),
    ('LY', 1466, '何师傅', 9, false, 10, '我老伴也在队里，晚上我去说一声，八点半收。'),
    ('LY', 1451, '王桂兰', 1, false, 10, '队里商量过了，以后八点半结束，音响朝河边放。对不起孩子们。'),
    ('LY', 1440, '吴海燕', 1, false, 12, '谢谢王阿姨！'),
    ('LY', 410, '沈静', 7, false, NULL, '柳荫一网格今天下午查消防通道，请把楼道里的纸箱收一收。'),
    ('LY', 395, '李建军', 1, false, 14, '3栋2单元门口的旧沙发是谁家的？放了半个月了。'),
    ('LY', 371, '孙一鸣', 1, false, NULL, '有人捡到一串钥匙吗？上面有个小熊，在早餐店附近丢的。'),
    ('LY', 352, '陈卫东', 1, false, 16, '在我店里，你来拿，说得出有几把就给你。'),
    ('LY', 95, '赵建国', 2, true, NULL,
     '提醒：近期有人冒充客服说“账户异常”，要求开共享屏幕。凡是让你转账到安全账户的都是诈骗，拿不准就打96110。'),
    ('HP', 2600, '杨帆', 2, true, NULL, '和平里社区议事厅开通了，我是民警杨帆，警号051233，欢迎大家。'),
    ('HP', 2588, '周小梅', 1, false, NULL, '谢谢杨警官！小区门口晚上停车有点乱，可以看看吗？'),
    ('HP', 2570, '郑国庆', 1, false, 2, '主要是接孩子那半个小时，车停了三排。'),
    ('HP', 2561, '杨帆', 2, false, 2, '明天下午四点我在门口，物业也来，一起划一下线。'),
    ('HP', 1200, '黄丽', 1, false, NULL, '8栋2单元的灯坏了两天了，老人上楼不方便。'),
    ('HP', 1174, '林淑芬', 1, false, 5, '我家有备用灯泡，晚上让儿子先换上。'),
    ('HP', 300, '马晓东', 1, false, NULL, '新搬来的，请问快递柜在哪边？'),
    ('HP', 288, '林淑芬', 1, false, 7, '东门进来右手边，晚上十点以后也能取。');
INSERT INTO message (room_id, seq, sender_id, created_at, request_hash, kind, badge, official,
                     quote_seq, client_key, body)
SELECT r.id, row_number() OVER (PARTITION BY r.id ORDER BY m.ord), a.id,
       now() - m.ago * interval '1 minute', 0, 1, m.badge, m.official, m.quote,
       uuid_send(gen_random_uuid()), m.body
FROM seed_message m
JOIN place p ON p.code = m.hall
JOIN room r ON r.community_id = p.id AND r.kind = 1
JOIN account a ON a.display_name = m.sender;
UPDATE room SET last_seq = n.seq, last_at = n.at
FROM (SELECT room_id, max(seq) AS seq, max(created_at) AS at FROM message GROUP BY room_id) n
WHERE room.id = n.room_id;

-- Two disputes: one that waits to be taken up, one that an officer has taken up. ago: minutes.
CREATE TEMPORARY TABLE seed_dispute (
    ord serial, id bigint DEFAULT random_id(), reporter text, place text, state smallint,
    class smallint, subclass smallint, officer text, ago integer, description text,
    concerned text) ON COMMIT DROP;
INSERT INTO seed_dispute (reporter, place, state, class, subclass, officer, ago, description, concerned)
VALUES
    ('李建军', 'LY-3-2', 2, 5, 6, '赵建国', 180,
     '3栋2单元门口的旧沙发放了半个月，说了几次没人搬，推轮椅过不去。', '可能是201的'),
    ('吴海燕', 'LY', 1, 3, 7, NULL, 12,
     '河边广场晚上跳舞声音太大，最近又跳到九点半，孩子要考试。', '广场舞队');
INSERT INTO dispute (id, no, state, state_version, station_id, community_id, grid_id, building_id,
                     place_id, class, subclass, grade, channel, colour, guard_answered, officer_id,
                     rung, accepted_at, first_answer_at, next_due_at, state_since, created_at,
                     updated_at)
SELECT s.id, object_no('D', p.station_id), s.state, s.state, p.station_id, p.community_id,
       p.grid_id, p.building_id, p.id, s.class, s.subclass, o.grade, o.channel, 1,
       coalesce(o.answered, '{}'), o.id, CASE WHEN o.id IS NULL THEN 2 ELSE 0 END, o.at, o.at,
       CASE WHEN o.id IS NULL THEN now() + interval '108 minutes' ELSE o.at + interval '1 day' END,
       coalesce(o.at, s.at), s.at, coalesce(o.at, s.at)
FROM (SELECT *, now() - ago * interval '1 minute' AS at FROM seed_dispute) s
JOIN place p ON p.code = s.place
LEFT JOIN LATERAL (
    SELECT a.id, s.at + interval '20 minutes' AS at, 1 AS grade, 2 AS channel,
           ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9]::smallint[] AS answered
    FROM account a WHERE a.display_name = s.officer) o ON true
ORDER BY s.ord;
INSERT INTO dispute_restricted (dispute_id, reporter_id, client_key, request_hash, description,
                                concerned)
SELECT s.id, a.id, uuid_send(gen_random_uuid()), sha256('demo'), s.description, s.concerned
FROM seed_dispute s JOIN account a ON a.display_name = s.reporter;
INSERT INTO access_subject (entity_type, entity_id, account_id)
SELECT 'dispute', dispute_id, reporter_id FROM dispute_restricted;
INSERT INTO timeline (entity_type, entity_id, event, from_state, to_state, state_version, actor_id,
                      role_used, at)
SELECT 'dispute', d.id, 'dispute.submit', NULL, 1, 1, r.reporter_id, 1, d.created_at
FROM dispute d JOIN dispute_restricted r ON r.dispute_id = d.id
UNION ALL
SELECT 'dispute', id, 'dispute.accept', 1, 2, 2, officer_id, 7, accepted_at
FROM dispute WHERE state = 2;
SELECT timer_put('dispute', id, state_version, station_id, names, '{2,2}', '{1,1}',
                 ARRAY[state_since, state_since], budgets,
                 ARRAY[state_since + budgets[1] * interval '1 millisecond',
                       state_since + budgets[2] * interval '1 millisecond'])
FROM dispute JOIN (VALUES (1, ARRAY['first_response', 'accept_by'], ARRAY[7200000, 86400000]),
                          (2, ARRAY['first_session_by', 'settle_target'],
                           ARRAY[86400000, 259200000]))
                  AS t (of_state, names, budgets) ON t.of_state = state \g /dev/null

RESET ROLE;
