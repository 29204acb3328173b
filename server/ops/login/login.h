/*
 * login: coming in and going out, through the HTTP doors. The rows of the command table lead here.
 */
#ifndef OPS_LOGIN_LOGIN_H
#define OPS_LOGIN_LOGIN_H

#include "ops/call.h"

/* What these handlers find behind call->door: what the door knows of the asker. */
struct login_door {
    const char *address;    /* of the asker; never kept, only its prefix */
    const char *user_agent; /* NULL when absent */
};

/* Sends a code to a phone. The same answer whether or not the phone is known. */
void op_login_code(struct call *call);
/* Logs in with the code; a new phone joins with an invite. */
void op_login_phone(struct call *call);
/* Staff: password and time-based code. */
void op_login_staff(struct call *call);
/* A ticket that opens one WebSocket. */
void op_login_ticket(struct call *call);
/* Logs this device out. */
void op_login_end(struct call *call);

#endif
