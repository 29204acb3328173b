#include "rules/resume_plan.h"

static struct resume_plan begin_anew(enum wire_resume_reason reason, uint64_t head_seq)
{
    return (struct resume_plan){WIRE_RESUME_OUTCOME_RESET, reason, head_seq + 1, head_seq};
}

/* The end of the room, but nothing that cannot be read any more. */
static uint64_t tail_from(const struct resume_question *question)
{
    uint64_t tail = question->tail < question->head_seq ? question->tail : question->head_seq;
    uint64_t from = question->head_seq - tail + 1;
    return from > question->first_seq ? from : question->first_seq;
}

struct resume_plan resume_plan_of(const struct resume_question *question)
{
    uint64_t head = question->head_seq;
    if (question->cursor == 0)
        return begin_anew(WIRE_RESUME_REASON_NEW_ROOM, head);
    if (!question->epoch_same)
        return begin_anew(WIRE_RESUME_REASON_EPOCH_CHANGED, head);
    if (question->cursor > head)
        return begin_anew(WIRE_RESUME_REASON_CURSOR_AHEAD, head);
    bool purged = question->cursor + 1 < question->first_seq;
    if (head - question->cursor > question->max_behind)
        return (struct resume_plan){WIRE_RESUME_OUTCOME_PARTIAL,
                                    purged ? WIRE_RESUME_REASON_PURGED
                                           : WIRE_RESUME_REASON_TOO_FAR_BEHIND,
                                    tail_from(question), head};
    if (purged)
        return (struct resume_plan){WIRE_RESUME_OUTCOME_PARTIAL, WIRE_RESUME_REASON_PURGED,
                                    question->first_seq, head};
    return (struct resume_plan){WIRE_RESUME_OUTCOME_FULL, WIRE_RESUME_REASON_NONE,
                                question->cursor + 1, head};
}
