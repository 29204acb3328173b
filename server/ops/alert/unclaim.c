#include "ops/alert/transition.h"
#include "ops/operations.h"

/* F4: who has taken it gives it back; nobody else can do it for her. */
void op_alert_unclaim(struct call *call)
{
    const struct wire_alert_unclaim *unclaim = CALL_BODY(call, alert_unclaim);
    transition_begin(call, &(struct transition_request){
                               .alert_id = unclaim->alert_id,
                               .expected_version = unclaim->expected_version,
                               .event = ALERT_UNCLAIM,
                               .name = "fraud.unclaim",
                               .reason = unclaim->reason,
                               .claimer_only = true,
                           });
}
