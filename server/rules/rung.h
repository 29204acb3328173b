/*
 * rung: how often a rung of an escalation may tell one person. After an outage many timers are due
 * at once; each of them has its effect, but nobody is told more often than once in RUNG_MS by one
 * rung: what comes faster waits its minute. Pure.
 */
#ifndef RULES_RUNG_H
#define RULES_RUNG_H

#include <stdint.h>

#define RUNG_MS INT64_C(60000)

/* When she may be told, if the last message of this rung was (or is to be) told at last_told_at; 0:
 * never was. As rung_reserve in the schema, which keeps it in rung_told. */
int64_t rung_next(int64_t last_told_at, int64_t now);

#endif
