/*
 * calendar: the national holiday table from a file, for the command and for the demo.
 */
#ifndef CTL_CALENDAR_H
#define CTL_CALENDAR_H

#include "ctl/ctl.h"

/* One line per day: `2025-10-01 off 国庆节`, `2025-10-11 worked 国庆节调休`, `2025-10-12 plain`;
 * `#` begins a comment. Days that are there already are written again. Within the command's
 * transaction; says what is wrong with which line. days: how many were read. */
MUST_USE bool calendar_load_holidays(struct ctl *ctl, const char *path, int *days);

#endif
