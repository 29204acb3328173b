/*
 * alert_scope: what the permission needs to know of an alert: where it is, whether it was given to
 * the caller, whether she is the person it is about. From the board, else from the database.
 */
#ifndef OPS_ALERT_ALERT_SCOPE_H
#define OPS_ALERT_ALERT_SCOPE_H

#include "ops/call.h"

void alert_scope(struct call *call);

#endif
