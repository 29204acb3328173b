/*
 * person_words: what is said of a search in the duty room and by text message: templates, {no} is
 * the search's number. Nothing about the person.
 */
#ifndef RULES_PERSON_WORDS_H
#define RULES_PERSON_WORDS_H

#include "rules/person_flow.h"

/* Said in the duty room with a move; NULL: nothing. */
const char *person_move_words(enum person_event event);
/* Said in the duty room when nobody acted in this state, to the rung that is told now. */
const char *person_rung_words(enum wire_person_state state, enum wire_role tells);
/* The text message to that rung. */
const char *person_rung_template(enum wire_person_state state);

/* Too many devices still hold what was taken down. */
#define PERSON_TAKE_DOWN_TEMPLATE "person.take_down"
#define PERSON_TAKE_DOWN_WORDS    "寻人 {no}：撤下一分钟后仍有设备未确认删除，请所长知悉。"
/* In the halls, when she is home. */
#define PERSON_THANKS             "寻人已结束：人已平安找到，谢谢大家。"
/* In the duty room, with the report. */
#define PERSON_REPORT_WORDS       "寻人 {no}：新的求助，请在五分钟内核实。"
#define PERSON_REPORT_HIGH_WORDS  "寻人 {no}：孩子或高风险人员走失，请马上派人，同时核实。"

#endif
