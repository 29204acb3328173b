#include "base/clock.h"
#include "ops/alert/alert_env.h"
#include "ops/alert/transition.h"
#include "ops/operations.h"

/* F3: the first wins by version; the others learn who it is from the push. */
void op_alert_ack(struct call *call)
{
    const struct wire_alert_ack *ack = CALL_BODY(call, alert_ack);
    transition_begin(call, &(struct transition_request){
                               .alert_id = ack->alert_id,
                               .expected_version = ack->expected_version,
                               .event = ALERT_ACK,
                               .name = "fraud.ack",
                               .claims = true,
                           });
}
