#include "rules/alert_notice.h"

#include <string.h>

struct scam_text {
    const char *name;
    const char *method;
    const char *advice;
};

/* scam_type × what it is called, how it works, what to do. Words a grandmother understands. */
static const struct scam_text scam_table[] = {
    [WIRE_SCAM_TYPE_IMPERSONATED_AUTHORITY] =
        {"冒充公检法", "骗子自称民警、法院或社保，说您涉案，要您把钱转到“安全账户”。",
         "民警不会在电话里办案，也没有“安全账户”。挂断电话，别转账，打 96110。"},
    [WIRE_SCAM_TYPE_IMPERSONATED_SERVICE] =
        {"冒充客服", "骗子自称平台或银行客服，说您开通了收费服务，要您按他说的取消。",
         "挂断电话，自己打官方电话问。别共享屏幕，别报验证码。"},
    [WIRE_SCAM_TYPE_REFUND] =
        {"退款理赔", "骗子说您买的东西有问题要退款，发来链接让您填银行卡和验证码。",
         "退款不用您先转钱，也不要验证码。别点链接，打 96110。"},
    [WIRE_SCAM_TYPE_BRUSHING] =
        {"刷单返利", "先让您赚一点小钱，再让您垫大钱，然后就不给提现。",
         "刷单都是骗局。别再垫钱，留好记录，打 96110。"},
    [WIRE_SCAM_TYPE_INVESTMENT] =
        {"虚假投资", "网上认识的人带您投资，说稳赚不赔，钱进去就取不出来。",
         "稳赚不赔的都是骗局。别再转钱，打 96110。"},
    [WIRE_SCAM_TYPE_LOAN] =
        {"虚假贷款", "说能马上贷款，但要先交保证金、解冻费或会员费。",
         "放款前要交钱的都是骗局。别交钱，打 96110。"},
    [WIRE_SCAM_TYPE_ROMANCE] =
        {"婚恋交友", "网上认识的对象没有见过面，却开口借钱或带您投资。",
         "没见过面就谈钱，要小心。先和家人商量，打 96110。"},
    [WIRE_SCAM_TYPE_IMPERSONATED_ACQUAINTANCE] =
        {"冒充熟人领导", "骗子用熟人或领导的头像加您，说有急事要您转账。",
         "先打本人电话问清楚，别急着转账。"},
    [WIRE_SCAM_TYPE_HEALTH_PRODUCTS] =
        {"养老保健", "用免费体检、讲座、礼品拉您买高价保健品或交养老钱。",
         "身体不舒服去医院。付钱前先和家人商量。"},
    [WIRE_SCAM_TYPE_OTHER] =
        {"电信网络诈骗", "陌生人来电或来信，一步一步引您转账。",
         "陌生人让您转账，先挂断。别转账，打 96110。"},
};

static const struct scam_text *find_text(enum wire_scam_type scam_type)
{
    if ((size_t)scam_type < ARRAY_LEN(scam_table) && scam_table[scam_type].name != NULL)
        return &scam_table[scam_type];
    return &scam_table[WIRE_SCAM_TYPE_OTHER];
}

static struct wire_text constant(const char *text)
{
    return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* Joins up to four texts in the arena. */
static struct wire_text join(struct arena *arena, const struct wire_text *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    char *text = arena_alloc(arena, len + 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(text + used, parts[i].data, parts[i].len);
        used += parts[i].len;
    }
    return (struct wire_text){text, (uint32_t)used};
}

struct notice_text alert_notice_render(enum wire_scam_type scam_type, struct wire_text community,
                                       uint64_t resident_count, struct arena *arena)
{
    const struct scam_text *text = find_text(scam_type);
    struct wire_text place = resident_count >= NOTICE_RESIDENTS_MIN && community.len > 0
                                 ? community
                                 : constant("辖区");
    const struct wire_text title[] = {constant("反诈提醒："), constant(text->name)};
    const struct wire_text body[] = {constant("最近"), place, constant("有人遇到这种骗局。"),
                                     constant(text->method)};
    return (struct notice_text){
        .title = join(arena, title, ARRAY_LEN(title)),
        .body = join(arena, body, ARRAY_LEN(body)),
        .advice = constant(text->advice),
    };
}

struct wire_text alert_target_advice(void)
{
    return constant("请先挂断电话，不要转账。民警正在联系您。");
}

struct wire_text alert_responder_advice(enum wire_scam_type scam_type)
{
    return constant(find_text(scam_type)->advice);
}
