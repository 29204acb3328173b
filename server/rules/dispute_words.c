#include "rules/dispute_words.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static struct wire_text text_of(const char *words)
{
    return words != NULL ? (struct wire_text){words, (uint32_t)strlen(words)}
                         : (struct wire_text){"", 0};
}

/* state, what it is called, what comes next */
static const struct {
    const char *plain;
    const char *next;
} states[WIRE_DISPUTE_STATE_MAX + 1] = {
    [WIRE_DISPUTE_STATE_SUBMITTED] = {"已提交，等民警受理", "民警会看您反映的情况，并给您答复"},
    [WIRE_DISPUTE_STATE_ACCEPTED] = {"民警已受理", "民警会安排负责人，和您约时间"},
    [WIRE_DISPUTE_STATE_ASSIGNED] = {"已经安排人负责", "负责人会联系您，约第一次谈话"},
    [WIRE_DISPUTE_STATE_MEDIATING] = {"正在调解", "调解员会继续和双方谈"},
    [WIRE_DISPUTE_STATE_PAUSED] = {"暂时停一停", "条件具备后马上继续"},
    [WIRE_DISPUTE_STATE_AGREED] = {"已经谈妥", "按谈妥的办"},
    [WIRE_DISPUTE_STATE_PERFORMING] = {"正在按约定办", "到日子会提醒双方"},
    [WIRE_DISPUTE_STATE_REVISITING] = {"已经谈妥", "过些日子会有人来问问情况"},
    [WIRE_DISPUTE_STATE_UNSETTLED] = {"这次没有谈成", "民警正在想别的办法，一天内给您说法"},
    [WIRE_DISPUTE_STATE_TRACKING] = {"还没谈成，民警会定期来看", "每三十天来看一次"},
    [WIRE_DISPUTE_STATE_REFERRED] = {"已经转给该管的部门", "民警会定期去问办得怎么样"},
    [WIRE_DISPUTE_STATE_CLOSED_RESOLVED] = {"已经化解", NULL},
    [WIRE_DISPUTE_STATE_CLOSED_UNRESOLVED] = {"没能化解，已经办结", NULL},
    [WIRE_DISPUTE_STATE_REJECTED] = {"没有受理", "不同意的话，可以要求重新办理，会换一位民警来看"},
    [WIRE_DISPUTE_STATE_WITHDRAWN] = {"已经撤回", NULL},
    [WIRE_DISPUTE_STATE_MERGED] = {"已和同一件事合在一起办", "那件事的进展会告诉您"},
};

static const char *const pause_steps[WIRE_DISPUTE_PAUSE_REASON_MAX + 1] = {
    [WIRE_DISPUTE_PAUSE_REASON_APPRAISAL] = "等鉴定结果出来就继续",
    [WIRE_DISPUTE_PAUSE_REASON_PARTY_UNAVAILABLE] = "等人到齐就继续",
    [WIRE_DISPUTE_PAUSE_REASON_THIRD_PARTY] = "等有关部门答复后就继续",
    [WIRE_DISPUTE_PAUSE_REASON_CONSENTED] = "双方同意先停一停",
    [WIRE_DISPUTE_PAUSE_REASON_REPORTER] = "民警有问题要问您，请您回答",
};

struct wire_text dispute_plain_state(enum wire_dispute_state state)
{
    return text_of(states[state].plain);
}

struct wire_text dispute_next_step(const struct dispute_case *now,
                                   enum wire_dispute_pause_reason pause_reason)
{
    if (now->waits_for_reporter)
        return text_of(pause_steps[WIRE_DISPUTE_PAUSE_REASON_REPORTER]);
    if (now->state == WIRE_DISPUTE_STATE_PAUSED && pause_reason != 0)
        return text_of(pause_steps[pause_reason]);
    return text_of(states[now->state].next);
}

/* event, words, whether the reporter reads the line */
static const struct {
    const char *words;
    bool for_reporter;
} lines[WIRE_DISPUTE_EVENT_MAX + 1] = {
    [WIRE_DISPUTE_EVENT_SUBMIT] = {"反映了情况", true},
    [WIRE_DISPUTE_EVENT_MERGE] = {"和同一件事合在一起办", true},
    [WIRE_DISPUTE_EVENT_REJECT] = {"没有受理", true},
    [WIRE_DISPUTE_EVENT_REFER] = {"转给该管的部门", true},
    [WIRE_DISPUTE_EVENT_ACCEPT] = {"民警受理了", true},
    [WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE] = {"在现场谈妥了", true},
    [WIRE_DISPUTE_EVENT_ASSIGN] = {"安排了负责人", true},
    [WIRE_DISPUTE_EVENT_START] = {"开始谈话", true},
    [WIRE_DISPUTE_EVENT_PAUSE] = {"暂时停一停", true},
    [WIRE_DISPUTE_EVENT_RESUME] = {"继续办理", true},
    [WIRE_DISPUTE_EVENT_AGREE] = {"谈妥了", true},
    [WIRE_DISPUTE_EVENT_UNSETTLE] = {"这次没有谈成", true},
    [WIRE_DISPUTE_EVENT_RETRY] = {"再谈一次", true},
    [WIRE_DISPUTE_EVENT_TRACK] = {"民警会定期来看", true},
    [WIRE_DISPUTE_EVENT_CLOSE_UNRESOLVED] = {"没能化解，办结", true},
    [WIRE_DISPUTE_EVENT_PERFORM] = {"按约定办", true},
    [WIRE_DISPUTE_EVENT_FULFIL] = {"约定的事都办好了", true},
    [WIRE_DISPUTE_EVENT_BREACH] = {"约定的事没有办到", true},
    [WIRE_DISPUTE_EVENT_RESOLVE] = {"化解了", true},
    [WIRE_DISPUTE_EVENT_RECUR] = {"又有问题，重新办理", true},
    [WIRE_DISPUTE_EVENT_WITHDRAW] = {"撤回了", true},
    [WIRE_DISPUTE_EVENT_REOPEN] = {"重新办理", true},
    [WIRE_DISPUTE_EVENT_COLOUR] = {"重新看了这件事急不急", true},
    [WIRE_DISPUTE_EVENT_GIVE_BACK] = {"正在另外安排负责人", true},
    [WIRE_DISPUTE_EVENT_CLASSIFY] = {"分类、评估", false},
    [WIRE_DISPUTE_EVENT_ADD] = {"补充了情况", true},
    [WIRE_DISPUTE_EVENT_NOTE] = {"写了一条记录", false},
    [WIRE_DISPUTE_EVENT_DEADLINE] = {"到时间了还没有办，已经报给上一级", true},
    [WIRE_DISPUTE_EVENT_WARNING] = {"快到时间了", false},
};

static const char *const note_words[WIRE_DISPUTE_NOTE_KIND_MAX + 1] = {
    [WIRE_DISPUTE_NOTE_KIND_NOTE] = "写了一条记录",
    [WIRE_DISPUTE_NOTE_KIND_TO_REPORTER] = "民警答复您",
    [WIRE_DISPUTE_NOTE_KIND_QUESTION] = "民警问您",
};

static const char *const colour_lines[WIRE_DISPUTE_COLOUR_MAX + 1] = {
    [WIRE_DISPUTE_COLOUR_BLUE] = "情况缓和了，按一般的事办",
    [WIRE_DISPUTE_COLOUR_YELLOW] = "这件事更急了，会先办",
    [WIRE_DISPUTE_COLOUR_RED] = "这件事很急，所领导来安排",
};

static const char *const colour_words[WIRE_DISPUTE_COLOUR_MAX + 1] = {
    [WIRE_DISPUTE_COLOUR_BLUE] = "蓝色",
    [WIRE_DISPUTE_COLOUR_YELLOW] = "黄色",
    [WIRE_DISPUTE_COLOUR_RED] = "红色",
};

struct wire_text dispute_line_words(enum wire_dispute_event event, uint16_t code)
{
    if (event == WIRE_DISPUTE_EVENT_NOTE && code <= WIRE_DISPUTE_NOTE_KIND_MAX && code > 0)
        return text_of(note_words[code]);
    if (event == WIRE_DISPUTE_EVENT_COLOUR && code <= WIRE_DISPUTE_COLOUR_MAX && code > 0)
        return text_of(colour_lines[code]);
    if (event == WIRE_DISPUTE_EVENT_DEADLINE && code == WIRE_DISPUTE_TIMER_ANSWER_BY)
        return text_of("没有等到回答，先继续办");
    return text_of(lines[event].words);
}

bool dispute_line_is_for_reporter(enum wire_dispute_event event, uint16_t code)
{
    if (event == WIRE_DISPUTE_EVENT_NOTE)
        return code == WIRE_DISPUTE_NOTE_KIND_TO_REPORTER ||
               code == WIRE_DISPUTE_NOTE_KIND_QUESTION;
    if (event == WIRE_DISPUTE_EVENT_DEADLINE) /* looking after it is not being late */
        return code != WIRE_DISPUTE_TIMER_RETURN_CHECK && code != WIRE_DISPUTE_TIMER_TRACKING &&
               code != WIRE_DISPUTE_TIMER_REVISIT;
    return lines[event].for_reporter;
}

struct wire_text dispute_colour_word(enum wire_dispute_colour colour)
{
    return text_of(colour_words[colour]);
}

/* timer, what was not done in time */
static const char *const missed[DISPUTE_TIMERS] = {
    [WIRE_DISPUTE_TIMER_FIRST_RESPONSE] = "还没有人答复群众",
    [WIRE_DISPUTE_TIMER_ACCEPT_BY] = "还没有受理",
    [WIRE_DISPUTE_TIMER_FIRST_SESSION_BY] = "还没有第一次谈话",
    [WIRE_DISPUTE_TIMER_SETTLE_TARGET] = "到期没有化解",
    [WIRE_DISPUTE_TIMER_RETURN] = "负责人没有动静，已退回",
    [WIRE_DISPUTE_TIMER_PAUSE_LIMIT] = "暂停到期，自动继续",
    [WIRE_DISPUTE_TIMER_RETURN_CHECK] = "该去问移送的结果了",
    [WIRE_DISPUTE_TIMER_CHOOSE_BY] = "没谈成，还没有定下一步",
    [WIRE_DISPUTE_TIMER_TRACKING] = "该去看看了",
    [WIRE_DISPUTE_TIMER_REVISIT] = "该回访了",
    [WIRE_DISPUTE_TIMER_ANSWER_BY] = "群众没有回答，先继续办",
};

/* why, words, template of the outbox */
static const struct {
    const char *words;
    const char *letter;
} tells[] = {
    [DISPUTE_TELL_NOBODY] = {NULL, NULL},
    [DISPUTE_TELL_NEW] = {"等待受理", "dispute.new"},
    [DISPUTE_TELL_OVERDUE] = {"超时未办", "dispute.overdue"},
    [DISPUTE_TELL_RETURNED] = {"负责人没有动静，已退回", "dispute.returned"},
    [DISPUTE_TELL_GOES_ON] = {"继续办理", "dispute.goes_on"},
    [DISPUTE_TELL_LOOK] = {"该去看看了", "dispute.look"},
    [DISPUTE_TELL_RAISED] = {"预警升级", "dispute.raised"},
    [DISPUTE_TELL_ANSWERED] = {"群众有新的补充", NULL},
};

static const char *const rungs[] = {
    [DISPUTE_RUNG_NONE] = "有关人员",     [DISPUTE_RUNG_ASSIGNED] = "负责人",
    [DISPUTE_RUNG_OFFICERS] = "社区民警", [DISPUTE_RUNG_DISPATCHER] = "值班员",
    [DISPUTE_RUNG_LEADER] = "所领导",
};

void dispute_duty_words(const struct dispute_change *change, char out[DISPUTE_WORDS_BYTES])
{
    const char *what =
        change->tell_timer != 0 ? missed[change->tell_timer] : tells[change->tell].words;
    snprintf(out, DISPUTE_WORDS_BYTES, "【纠纷】{no}（%s）%s，请%s处理。",
             colour_words[change->after.colour], what, rungs[change->tell_rung]);
}

void dispute_warning_words(const struct dispute_record *record, enum wire_dispute_timer timer,
                           char out[DISPUTE_WORDS_BYTES])
{
    snprintf(out, DISPUTE_WORDS_BYTES, "【纠纷】%.*s（%s）快到时限：%s。", (int)record->no.len,
             record->no.data, colour_words[record->now.colour], missed[timer]);
}

const char *dispute_letter(enum dispute_tell tell)
{
    return tells[tell].letter;
}

struct wire_text dispute_stub(void)
{
    return text_of("这件事已转为事项办理，正在处理中");
}

struct wire_text dispute_card(void)
{
    return text_of("居民反映的一件事已转为事项，民警正在处理。大家有情况可以私下告诉民警。");
}
