#include "ops/alert/transition.h"
#include "ops/operations.h"

/* F10: a dispatcher or leader ends it; the notice is withdrawn with it. */
void op_alert_cancel(struct call *call)
{
    const struct wire_alert_cancel *cancel = CALL_BODY(call, alert_cancel);
    if (cancel->reason.len == 0) {
        call_fail_field(call, STATUS_INVALID_FIELD, "reason");
        return;
    }
    transition_begin(call, &(struct transition_request){
                               .alert_id = cancel->alert_id,
                               .expected_version = cancel->expected_version,
                               .event = ALERT_CANCEL,
                               .name = "fraud.cancel",
                               .reason = cancel->reason,
                           });
}
