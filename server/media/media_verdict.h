/*
 * media_verdict: how it ended, as a child's answer says it.
 */
#ifndef MEDIA_MEDIA_VERDICT_H
#define MEDIA_MEDIA_VERDICT_H

enum media_verdict {
    MEDIA_MADE = 1,
    MEDIA_UNREADABLE, /* not what it says, broken or cut off */
    MEDIA_TOO_BIG,    /* pixels or minutes, or memory while decoding */
    MEDIA_NO_SANDBOX, /* the child could not lock itself up and did not look at the bytes */
};

#endif
