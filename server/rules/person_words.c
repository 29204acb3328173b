#include "rules/person_words.h"

#include <stddef.h>

#include "base/mem.h"

/* event, words */
static const char *const move_words[PERSON_EVENT_COUNT] = {
    [PERSON_ACTIVATE] = "寻人 {no}：已核实，开始在议事厅发布。",
    [PERSON_REJECT] = "寻人 {no}：核实后未发布。",
    [PERSON_WIDEN] = "寻人 {no}：范围有变化。",
    [PERSON_OBJECT] = "寻人 {no}：有人提出异议，照片已撤下，请在五分钟内决定。",
    [PERSON_RESUME] = "寻人 {no}：异议不成立，继续发布。",
    [PERSON_LOCATED] = "寻人 {no}：人已找到，正在核实身份。",
    [PERSON_REUNITED] = "寻人 {no}：已团聚，照片和信息已撤下。",
    [PERSON_NOT_SAME] = "寻人 {no}：找到的不是本人，继续寻找。",
    [PERSON_CLOSE] = "寻人 {no}：已结束。",
    [PERSON_CANCEL] = "寻人 {no}：已取消。",
};

const char *person_move_words(enum person_event event)
{
    return (size_t)event < ARRAY_LEN(move_words) ? move_words[event] : NULL;
}

const char *person_rung_words(enum wire_person_state state, enum wire_role tells)
{
    bool leader = tells == WIRE_ROLE_STATION_LEADER;
    switch (state) {
    case WIRE_PERSON_STATE_REPORTED:
    case WIRE_PERSON_STATE_VERIFYING:
        return leader ? "寻人 {no}：仍无人核实，已通知所长。"
                      : "寻人 {no}：五分钟无人核实，请值班员处理。";
    case WIRE_PERSON_STATE_SUSPENDED:
        return leader ? "寻人 {no}：异议仍无人决定，已通知所长。"
                      : "寻人 {no}：异议五分钟无人决定，请值班员处理。";
    case WIRE_PERSON_STATE_LOCATED:
        return leader ? "寻人 {no}：仍未交接，已通知所长。"
                      : "寻人 {no}：找到后一小时未交接，请值班员处理。";
    default:
        return "寻人 {no}：已发布一天，请所长看是否继续。";
    }
}

const char *person_rung_template(enum wire_person_state state)
{
    switch (state) {
    case WIRE_PERSON_STATE_REPORTED:
    case WIRE_PERSON_STATE_VERIFYING:
        return "person.verify_by";
    case WIRE_PERSON_STATE_SUSPENDED:
        return "person.decide_by";
    case WIRE_PERSON_STATE_LOCATED:
        return "person.hand_over_by";
    default:
        return "person.review_by";
    }
}
