/*
 * figures: percentiles, and the JSON lines the load client answers with.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "fan.h"

void samples_add(struct samples *samples, int64_t value_us);
void samples_clear(struct samples *samples);
/* Sorts. 0 when there are none. share 0.5: the median. */
double samples_at(struct samples *samples, double share);

void figures_begin(const char *command);
void figures_number(const char *name, double value);
/* name_p50_us, name_p95_us, name_p99_us, name_max_us. */
void figures_samples(const char *name, struct samples *samples);
void figures_urgent(const struct urgent *urgent, uint32_t count);
/* Ends the line; a problem makes it {"error": …} for the one who reads it. */
void figures_end(const char *problem);

#endif
