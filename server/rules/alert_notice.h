/*
 * alert_notice: the words of the public notice and of the target's own message. They are
 * rendered from whitelisted codes only: injected free text has no way in.
 */
#ifndef RULES_ALERT_NOTICE_H
#define RULES_ALERT_NOTICE_H

#include <stdint.h>

#include "base/mem.h"
#include "wire/wire_schema.h"

/* A community's name stands in a notice only if at least this many people are in its hall. */
#define NOTICE_RESIDENTS_MIN 200

/* The national anti-fraud line. */
#define NOTICE_HOTLINE "96110"

struct notice_text {
    struct wire_text title;
    struct wire_text body;
    struct wire_text advice;
};

/* resident_count decides whether the community may be named. Texts live in the arena or longer. */
struct notice_text alert_notice_render(enum wire_scam_type scam_type, struct wire_text community,
                                       uint64_t resident_count, struct arena *arena);

/* What the person herself reads. */
struct wire_text alert_target_advice(void);
/* What the responders read beside the order. */
struct wire_text alert_responder_advice(enum wire_scam_type scam_type);

#endif
