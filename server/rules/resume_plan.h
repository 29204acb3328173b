/*
 * resume_plan: how a room continues for somebody who was away: everything after what she holds,
 * only the end of it, or begin anew. Never a silent hole. Pure.
 */
#ifndef RULES_RESUME_PLAN_H
#define RULES_RESUME_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/wire_schema.h"

struct resume_question {
    uint64_t cursor;      /* the last seq she holds; 0: nothing */
    bool epoch_same;      /* her seqs are of this history */
    uint64_t head_seq;    /* the last message of the room */
    uint64_t first_seq;   /* the oldest that can still be read */
    uint32_t max_behind;  /* further behind is `partial` */
    uint32_t tail;        /* how much `partial` sends */
};

struct resume_plan {
    enum wire_resume_outcome outcome;
    enum wire_resume_reason reason;
    uint64_t from_seq; /* the first of what follows; head_seq + 1 when nothing does */
    uint64_t head_seq;
};

struct resume_plan resume_plan_of(const struct resume_question *question);

#endif
