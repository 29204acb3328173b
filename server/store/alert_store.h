/*
 * alert_store: fraud alerts as they are kept. Names and phone numbers lie sealed in the database;
 * they are opened here, into records that only rules/alert_audience may project.
 */
#ifndef STORE_ALERT_STORE_H
#define STORE_ALERT_STORE_H

#include "rules/alert_audience.h"
#include "rules/alert_notice.h"
#include "store/store.h"
#include "wire/wire_schema.h"

/* People one order is addressed to. */
#define ALERT_RECIPIENTS_MAX 4096
/* Alerts or notices of one list. */
#define ALERT_LIST_MAX 50
#define ALERT_HASH_BYTES 32

struct secret_ring;
struct alert_store;

/* ring is borrowed and outlives it. */
struct alert_store *alert_store_create(struct store *store, const struct secret_ring *ring);
void alert_store_destroy(struct alert_store *alerts);

struct alert_recipient {
    uint64_t account_id;
    enum wire_alert_audience audience;
};

/* One alert with everything that hangs on it. Lives in the arena it was read into. */
struct alert_loaded {
    struct alert_record record;
    enum wire_alert_status status;
    uint64_t source_id;
    struct alert_recipient *recipients;
    uint32_t recipient_count;
    bool has_notice;
    struct wire_notice_view notice;
    uint64_t resident_count; /* of the notice's hall */
};

/* loaded is NULL unless status is OK; it lives in *arena, which the receiver takes (and clears). */
typedef void (*alert_loaded_fn)(void *ctx, enum status status, struct arena *arena,
                                const struct alert_loaded *loaded);
/* STATUS_NOT_FOUND: there is no such alert. */
void alert_store_load(struct alert_store *alerts, uint64_t alert_id, alert_loaded_fn fn, void *ctx);

/* Ids of what a node holds in memory, above after_id, in order; at most ALERT_PAGE_MAX. */
#define ALERT_PAGE_MAX 100
typedef void (*alert_ids_fn)(void *ctx, enum status status, const uint64_t *ids, uint32_t count);
void alert_store_current(struct alert_store *alerts, uint64_t after_id, alert_ids_fn fn, void *ctx);

/* The alert behind a notice; 0 in fn's answer never happens. STATUS_NOT_FOUND. */
typedef void (*alert_id_fn)(void *ctx, enum status status, uint64_t alert_id);
void alert_store_of_notice(struct alert_store *alerts, uint64_t notice_id, alert_id_fn fn,
                           void *ctx);

/* What decides the meaning of an injected message. */
struct alert_question {
    uint64_t source_id;
    const struct wire_alert_inject *message; /* borrowed for the call */
    const uint8_t *target_hash;              /* ALERT_HASH_BYTES, or NULL: no phone was named */
};
struct alert_answer {
    uint64_t known_alert_id; /* 0: this identifier is new */
    uint8_t known_hash[ALERT_HASH_BYTES];
    bool known_merged;
    struct wire_text known_no; /* borrowed for the callback */
    enum wire_alert_state known_state;
    bool place_known;
    uint64_t station_id;
    uint64_t community_id;
    struct wire_text community_name; /* borrowed for the callback */
    uint64_t grid_id;
    uint64_t building_id;
    uint64_t unit_id;
    uint64_t room_id;
    uint64_t resident_count;
    uint64_t target_account_id;
    uint64_t open_alert_id;
    uint32_t references_current;
    uint64_t referenced_alert_id;
};
typedef void (*alert_answer_fn)(void *ctx, enum status status, const struct alert_answer *answer);
void alert_store_resolve(struct alert_store *alerts, const struct alert_question *question,
                         alert_answer_fn fn, void *ctx);

/* A new alert, ready to be written. Everything is borrowed for the call. */
struct alert_draft {
    uint64_t id;
    uint64_t source_id;
    const struct wire_alert_inject *message;
    const uint8_t *content_hash;
    const uint8_t *target_hash; /* may be NULL */
    const char *phone;          /* E.164, or NULL */
    const struct alert_answer *place;
    int64_t expires_at;
    int64_t received_at;
    bool spooled;
    bool to_target;             /* her own message, and a text message */
    uint64_t notice_id;         /* 0: no notice */
    struct notice_text notice;
    struct wire_text notice_folded; /* the card's searched form, empty when the same */
};
struct alert_written {
    struct wire_text no;   /* borrowed for the callback */
    uint64_t card_seq;     /* the notice's place in its hall, 0: none */
};
/* STATUS_CONFLICT: the identifier was used meanwhile; resolve again. */
typedef void (*alert_written_fn)(void *ctx, enum status status, const struct alert_written *done);
void alert_store_add(struct alert_store *alerts, const struct alert_draft *draft,
                     alert_written_fn fn, void *ctx);

/* An update (or a message merged into an open alert). Borrowed for the call. */
struct alert_revision {
    uint64_t alert_id;
    uint32_t seen_version;
    uint64_t source_id;
    const struct wire_alert_inject *message;
    const uint8_t *content_hash;
    bool merged;
    bool revises_notice;
    enum wire_alert_level level;         /* after the revision */
    enum wire_scam_type scam_type;       /* after the revision */
    int64_t expires_at;                  /* after the revision */
    struct notice_text notice;
    uint64_t scopes[5];                  /* station, community, grid, building, unit; 0: none */
    uint64_t target_account_id;
};
typedef void (*alert_version_fn)(void *ctx, enum status status, uint32_t state_version);
/* STATUS_CONFLICT: somebody moved it meanwhile, or the identifier was used. */
void alert_store_revise(struct alert_store *alerts, const struct alert_revision *revision,
                        alert_version_fn fn, void *ctx);

/* One transition. Borrowed for the call. */
struct alert_transition {
    uint64_t alert_id;
    uint32_t seen_version;
    enum wire_alert_state next;
    uint64_t claimed_by; /* 0: nobody afterwards */
    int64_t ack_by;      /* 0: nothing is due */
    const char *event;   /* "fraud.ack" … */
    uint64_t actor_id;   /* 0: a source or the system */
    uint64_t source_id;  /* 0: not a source */
    enum wire_role role_used;
    struct wire_text reason;
    const char *fired_name; /* the timer that caused it, or NULL */
    uint32_t fired_version;
    enum wire_notice_state notice_state; /* 0: the notice stays as it is */
    /* A cancel that came as a message of the chain; NULL for all else. */
    const struct wire_alert_inject *message;
    const uint8_t *content_hash;
};
struct alert_moved {
    uint32_t state_version;
    /* The notice's card that left the hall; room_id 0: none did. */
    uint64_t room_id;
    uint64_t card_seq;
    uint64_t revocation_seq;
    uint64_t notice_id;
};
typedef void (*alert_moved_fn)(void *ctx, enum status status, const struct alert_moved *moved);
/* STATUS_CONFLICT: somebody was faster; nothing was written. */
void alert_store_move(struct alert_store *alerts, const struct alert_transition *transition,
                      alert_moved_fn fn, void *ctx);

/* The expiry of an alert that does not end by the clock. */
void alert_store_outlast(struct alert_store *alerts, uint64_t alert_id, alert_version_fn fn,
                         void *ctx);
/* A notice whose time has passed. STATUS_CONFLICT: it had ended already. */
void alert_store_expire_notice(struct alert_store *alerts, uint64_t notice_id, uint64_t alert_id,
                               alert_moved_fn fn, void *ctx);

/* What waits for one person. */
struct alert_mine {
    uint64_t alert_id;
    enum wire_alert_audience audience;
    enum wire_receipt_stage stage;
};
typedef void (*alert_mine_fn)(void *ctx, enum status status, const struct alert_mine *mine,
                              uint32_t count);
struct alert_mine_query {
    uint64_t account_id;
    bool include_ended;
};
void alert_store_mine(struct alert_store *alerts, const struct alert_mine_query *query,
                      alert_mine_fn fn, void *ctx);
/* Notices of her halls; texts live for the callback. */
typedef void (*notice_mine_fn)(void *ctx, enum status status,
                               const struct wire_notice_view *notices, uint32_t count);
void alert_store_notices(struct alert_store *alerts, const struct alert_mine_query *query,
                         notice_mine_fn fn, void *ctx);

typedef void (*alert_done_fn)(void *ctx, enum status status);
/* What the person it is about says herself. */
struct alert_own_answer {
    uint64_t alert_id;
    uint64_t account_id;
    enum wire_target_answer answer;
    const char *word; /* for the duty room; {no} becomes the alert's number */
};
/* STATUS_CONFLICT: it has ended meanwhile. */
void alert_store_answer_own(struct alert_store *alerts, const struct alert_own_answer *answer,
                            alert_done_fn fn, void *ctx);

/* Every place, for a node that must do without the database; texts live for the callback. */
#define ALERT_PLACES_MAX 100000
struct alert_place {
    uint64_t id;
    enum wire_scope_kind kind;
    struct wire_text code;
    struct wire_text name;
    uint64_t station_id;
    uint64_t community_id;
    uint64_t grid_id;
    uint64_t building_id;
    uint64_t room_id;        /* the hall of a community */
    uint64_t resident_count; /* of that hall */
};
/* Called once per place, and once more with NULL at the end (status as of the whole). */
typedef void (*alert_place_fn)(void *ctx, enum status status, const struct alert_place *place);
void alert_store_places(struct alert_store *alerts, alert_place_fn fn, void *ctx);

/* Receipts, through the write batch. Exactly one of the three ids is not 0. */
struct alert_receipt {
    uint64_t account_id;
    uint64_t alert_id;
    uint64_t notice_id;
    uint64_t person_id;
    enum wire_receipt_stage stage;
    int64_t at;
};
/* STATUS_UNAVAILABLE, STATUS_BUSY: not taken, fn is not called. */
MUST_USE enum status alert_store_receipt(struct alert_store *alerts,
                                         const struct alert_receipt *receipt, alert_done_fn fn,
                                         void *ctx);

typedef void (*alert_reach_fn)(void *ctx, enum status status,
                               const struct wire_receipt_count *counts, uint32_t count);
void alert_store_reach(struct alert_store *alerts, uint64_t alert_id, alert_reach_fn fn, void *ctx);

#endif
