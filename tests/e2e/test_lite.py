"""The pages without script, in a browser that runs none."""


def test_somebody_joins_without_script_and_every_page_can_be_read(browse, database):
    notice, = database.rows(
        "INSERT INTO notice (state, version, room_id, scam_type, level, title, body, advice,"
        " hotline, published_at, expires_at) SELECT 2, 2, id, 3, 2, '反诈提醒：退款理赔',"
        " '最近辖区有人遇到这种骗局。骗子说您买的东西有问题要退款，发来链接让您填银行卡和验证码。',"
        " '退款不用您先转钱，也不要验证码。别点链接，打 96110。', '96110', now(),"
        " now() + interval '1 day' FROM room WHERE kind = 1 ORDER BY id LIMIT 1 RETURNING id")
    browse("lite.mjs", HALL_NOTICE=str(notice["id"]))
