#include <stdio.h>

#include "ops/dispute/dispute_step.h"
#include "ops/operations.h"

#define RECORD_BYTES 8192

static struct wire_text join(struct call *call, const char *format, struct wire_text a,
                             struct wire_text b, struct wire_text c)
{
    char *text = arena_alloc(&call->arena, RECORD_BYTES);
    int len = snprintf(text, RECORD_BYTES, format, (int)a.len, a.len > 0 ? a.data : "", (int)b.len,
                       b.len > 0 ? b.data : "", (int)c.len, c.len > 0 ? c.data : "");
    return (struct wire_text){text, (uint32_t)(len < RECORD_BYTES ? len : RECORD_BYTES - 1)};
}

/* D5b: the everyday case, in one step. Who, what and why is for the file; the reporter reads what
 * was agreed. */
void op_dispute_settle_on_scene(struct call *call)
{
    const struct wire_dispute_settle_on_scene *ask = CALL_BODY(call, dispute_settle_on_scene);
    const struct wire_dispute_settlement *agreed = &ask->settlement;
    if (!ask->both_agree) {
        call_fail_field(call, STATUS_INVALID_FIELD, "both_agree");
        return;
    }
    if (agreed->who.len == 0 || agreed->what.len == 0 || agreed->result.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "settlement");
        return;
    }
    struct dispute_step *step = dispute_step_make(call, ask->dispute_id, ask->expected_version,
                                                  WIRE_DISPUTE_EVENT_SETTLE_ON_SCENE);
    step->command.both_agree = true;
    step->command.assessment = ask->has_assessment ? &ask->assessment : NULL;
    step->writings[step->writing_count++] = (struct dispute_writing){
        .kind = WIRE_DISPUTE_NOTE_KIND_NOTE,
        .body = join(call, "当事人：%.*s\n事情：%.*s\n原因：%.*s", agreed->who, agreed->what,
                     agreed->cause),
    };
    struct wire_text obligations = dispute_step_text(agreed->has_obligations, agreed->obligations);
    const char *format =
        obligations.len > 0 ? "谈妥的结果：%.*s\n约定：%.*s%.*s" : "谈妥的结果：%.*s%.*s%.*s";
    step->writings[step->writing_count++] = (struct dispute_writing){
        .kind = WIRE_DISPUTE_NOTE_KIND_TO_REPORTER,
        .body = join(call, format, agreed->result, obligations, (struct wire_text){NULL, 0}),
    };
    dispute_step_begin(step);
}
