/*
 * dispute_store: disputes as they are kept. What people wrote is read as the person who asks, so
 * that the database's policies stand behind the projection (rules/dispute_audience); codes and
 * times are read by the system. A change is planned by rules/dispute_plan and written in one
 * transaction, guarded by the version that was read.
 */
#ifndef STORE_DISPUTE_STORE_H
#define STORE_DISPUTE_STORE_H

#include "rules/dispute_audience.h"
#include "rules/dispute_plan.h"
#include "store/store.h"
#include "store/timer_store.h"
#include "wire/wire_schema.h"

/* Disputes of one page, lines of one file, reports of one dispute, people told of one change. */
#define DISPUTE_PAGE_MAX     50
#define DISPUTE_LINES_MAX    200
#define DISPUTE_REPORTS_MAX  50
#define DISPUTE_AUDIENCE_MAX 4096
#define DISPUTE_HASH_BYTES   32
/* Disputes one change can concern: itself, and what was merged into it. */
#define DISPUTE_SHOWN_MAX    50

struct dispute_loaded {
    struct dispute_record record;
    struct dispute_names names;
};

/* Found ones, newest first; loaded is NULL unless status is OK, and lives in *arena, which the
 * receiver may join to its own (else it is cleared). */
typedef void (*dispute_loaded_fn)(void *ctx, enum status status, struct arena *arena,
                                  const struct dispute_loaded *loaded, uint32_t count);
void dispute_store_load(struct store *store, const struct wire_list_id *ids, dispute_loaded_fn fn,
                        void *ctx);

/* What decides the meaning of a report. */
struct dispute_question {
    uint64_t reporter_id;
    const struct wire_dispute_submit *report; /* borrowed for the call */
};
struct dispute_answer {
    uint64_t known_id; /* 0: this report is new */
    struct wire_text known_no;
    enum wire_dispute_state known_state;
    int64_t known_due_at;
    uint8_t known_hash[DISPUTE_HASH_BYTES];
    uint64_t place_id; /* 0: there is no such place */
    uint64_t station_id;
    uint64_t community_id;
    uint64_t grid_id;
    uint64_t building_id;
    uint32_t earlier_count;
    uint64_t said_by; /* 0: no message was named, or it is not there */
    struct wire_text said_body;
    uint64_t home_community_id;
    bool media_free;              /* the pictures are hers to give */
    struct dispute_policy policy; /* of the station */
};
/* Texts live for the callback. */
typedef void (*dispute_answer_fn)(void *ctx, enum status status,
                                  const struct dispute_answer *answer);
void dispute_store_resolve(struct store *store, const struct dispute_question *question,
                           dispute_answer_fn fn, void *ctx);

/* A new dispute. Everything is borrowed for the call. */
struct dispute_draft {
    uint64_t id;
    uint64_t reporter_id;
    enum wire_role role;
    const struct wire_dispute_submit *report;
    struct wire_text description;
    const uint8_t *request_hash;         /* DISPUTE_HASH_BYTES */
    const struct dispute_record *record; /* before: where it is */
    const struct dispute_change *change;
    int64_t now;
};
/* STATUS_CONFLICT: the key was used meanwhile, the message left, or a picture is not hers to give
 * any more; resolve again. no lives for the callback. */
typedef void (*dispute_added_fn)(void *ctx, enum status status, struct wire_text no);
void dispute_store_add(struct store *store, const struct dispute_draft *draft, dispute_added_fn fn,
                       void *ctx);

/* Something written with a change. */
struct dispute_writing {
    uint8_t kind;              /* enum wire_dispute_note_kind, or DISPUTE_BY_REPORTER */
    const uint8_t *client_key; /* NULL: it has none */
    struct wire_text body;
    struct wire_list_text media_ids;
};
#define DISPUTE_WRITINGS_MAX 2
/* One change. Everything is borrowed for the call. */
struct dispute_write {
    const struct dispute_record *before;
    const struct dispute_command *command;
    const struct dispute_change *change;
    const struct timer_key *fired; /* the timer that caused it; NULL: none did */
    uint64_t proposal_id;          /* the second person agrees to this; 0: nothing */
    uint32_t writing_count;
    struct dispute_writing writings[DISPUTE_WRITINGS_MAX];
    int64_t now;
};
/* STATUS_CONFLICT: somebody was faster; nothing was written. */
typedef void (*dispute_moved_fn)(void *ctx, enum status status, uint32_t state_version);
void dispute_store_write(struct store *store, const struct dispute_write *write,
                         dispute_moved_fn fn, void *ctx);

/* A deadline is near. STATUS_CONFLICT: its warning has no effect any more. */
void dispute_store_warn(struct store *store, const struct dispute_record *record,
                        const struct timer_key *key, dispute_moved_fn fn, void *ctx);

/* What the permission asks. STATUS_NOT_FOUND. */
struct dispute_place {
    uint64_t station_id;
    uint64_t community_id;
    uint64_t grid_id;
    uint64_t building_id;
    uint64_t reporter_id;
    bool is_member;
};
typedef void (*dispute_place_fn)(void *ctx, enum status status, const struct dispute_place *place);
void dispute_store_place(struct store *store, uint64_t dispute_id, uint64_t account_id,
                         dispute_place_fn fn, void *ctx);

/* Two answers to one question: whether these people can be given it, and whether one of them
 * reported it; whether two disputes can be one quarrel, and whether the second is open. */
typedef void (*dispute_pair_fn)(void *ctx, enum status status, bool first, bool second);
void dispute_store_check_lead(struct store *store, const struct wire_dispute_assign *assign,
                              dispute_pair_fn fn, void *ctx);
/* STATUS_NOT_FOUND: there is no such dispute in the same station. */
void dispute_store_check_same(struct store *store, const struct wire_dispute_merge *merge,
                              dispute_pair_fn fn, void *ctx);

/* Ids of what a person reported, newest first; before_id 0: from the newest. */
typedef void (*dispute_ids_fn)(void *ctx, enum status status, const struct wire_list_id *ids);
void dispute_store_mine(struct store *store, uint64_t account_id, uint64_t before_id,
                        dispute_ids_fn fn, void *ctx);
/* Ids of what changed since. */
void dispute_store_changed(struct store *store, int64_t since, dispute_ids_fn fn, void *ctx);

/* What was written of one dispute, as far as this person may read it. said lives in *arena, as in
 * dispute_loaded_fn. STATUS_NOT_FOUND: she may not. */
typedef void (*dispute_writings_fn)(void *ctx, enum status status, struct arena *arena,
                                    const struct dispute_writings *said);
void dispute_store_writings(struct store *store, uint64_t dispute_id, uint64_t viewer_id,
                            dispute_writings_fn fn, void *ctx);

/* Whom a change concerns. */
struct dispute_concerned {
    uint64_t account_id;
    enum wire_dispute_audience audience;
    uint64_t shown_id;
};
typedef void (*dispute_audience_fn)(void *ctx, enum status status,
                                    const struct dispute_concerned *people, uint32_t count);
void dispute_store_audience(struct store *store, uint64_t dispute_id, dispute_audience_fn fn,
                            void *ctx);

/* The lowering of a colour. */
struct dispute_proposing {
    uint64_t dispute_id;
    uint32_t seen_version;
    enum wire_dispute_colour colour;
    struct wire_text reason;
    uint64_t proposed_by;
    enum wire_role role;
    int64_t expires_at;
};
/* STATUS_CONFLICT: it changed meanwhile, or is not above this colour. */
typedef void (*dispute_proposed_fn)(void *ctx, enum status status, uint64_t proposal_id);
void dispute_store_propose(struct store *store, const struct dispute_proposing *proposing,
                           dispute_proposed_fn fn, void *ctx);
/* proposal lives for the call. STATUS_NOT_FOUND: nothing waits. */
typedef void (*dispute_proposal_fn)(void *ctx, enum status status,
                                    const struct wire_dispute_proposal *proposal);
void dispute_store_proposal(struct store *store, uint64_t dispute_id, dispute_proposal_fn fn,
                            void *ctx);

/* Whether this person wrote something with this key before (state_version of it, 0: she did not),
 * and whether the pictures are hers to give. */
struct dispute_known {
    uint64_t author_id;
    const uint8_t *client_key;
    struct wire_list_text media_ids;
};
typedef void (*dispute_known_fn)(void *ctx, enum status status, uint32_t state_version,
                                 bool media_free);
void dispute_store_known(struct store *store, const struct dispute_known *known,
                         dispute_known_fn fn, void *ctx);

#endif
