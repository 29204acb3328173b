/*
 * status: how anything that can fail says so.
 * The first group mirrors proto/schema/errors.toml; status_wire_error() gives the number a
 * peer sees. The second group stays inside the process and is mapped by the table in status.c.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    STATUS_OK = 0,
    STATUS_MALFORMED_FRAME,
    STATUS_UNKNOWN_OPERATION,
    STATUS_INVALID_FIELD,
    STATUS_TOO_LARGE,
    STATUS_UNSUPPORTED_VERSION,
    STATUS_UNAUTHENTICATED,
    STATUS_NOT_FOUND, /* also: not permitted; the two must not be told apart */
    STATUS_CONFLICT,
    STATUS_KEY_REUSED,
    STATUS_RATE_LIMITED,
    STATUS_UNAVAILABLE,
    STATUS_MUTED,
    STATUS_TOO_LATE,
    STATUS_WRONG_CODE,
    STATUS_TOO_MANY_TRIES,
    STATUS_INVALID_SIGNATURE,
    STATUS_STALE_TIMESTAMP,
    STATUS_REPLAYED,
    STATUS_UNKNOWN_PLACE,
    STATUS_UNKNOWN_REFERENCE,
    STATUS_AMBIGUOUS_REFERENCE,
    STATUS_EXPIRED,
    STATUS_UNSUPPORTED_MEDIA,
    STATUS_BUSY,
    STATUS_INTERNAL,
    STATUS_ALREADY_DONE,
    STATUS_SOURCE_DISABLED, /* HTTP 403 */
    STATUS_REVOKED,         /* HTTP 410 */
    STATUS_MEDIATION_FORBIDDEN, /* the law does not let this dispute be mediated */
    /* inside only */
    STATUS_FULL,    /* a bounded thing is at its bound; it is unchanged */
    STATUS_CLOSED,  /* the other side is gone */
    STATUS_AGAIN,   /* not now, nothing happened */
    STATUS_COUNT,
};

/* Name for the log, e.g. "not_found". */
const char *status_name(enum status status);

/* The number of this outcome in proto/schema/errors.toml; inside-only ones map to a near one. */
int status_wire_error(enum status status);

#endif
