/*
 * clock: the two times of the process. Rules take time as a parameter and never call this.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* UTC milliseconds since 1970. May jump when the machine's clock is set. */
int64_t clock_wall_ms(void);
/* Milliseconds that only go forward; for time-outs. */
int64_t clock_mono_ms(void);
/* Microseconds that only go forward; for measuring. */
int64_t clock_mono_us(void);

#endif
