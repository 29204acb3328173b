/*
 * person_store: searches for missing people as they are kept. Names and phone numbers lie sealed in
 * the database; they are opened here, into records that only rules/person_audience may project.
 */
#ifndef STORE_PERSON_STORE_H
#define STORE_PERSON_STORE_H

#include "rules/person_audience.h"
#include "store/store.h"
#include "wire/wire_schema.h"

/* People one search is addressed to by role. */
#define PERSON_READERS_MAX    4096
/* Searches of one list; ids of one page of those in force. */
#define PERSON_LIST_MAX       50
#define PERSON_PAGE_MAX       100
/* Of one file. */
#define PERSON_EVENTS_MAX     100
#define PERSON_SIGHTINGS_MAX  100
#define PERSON_CLAIMS_MAX     20
#define PERSON_TAKE_DOWNS_MAX 20

struct secret_ring;
struct person_store;

/* ring is borrowed and outlives it. */
struct person_store *person_store_create(struct store *store, const struct secret_ring *ring);
void person_store_destroy(struct person_store *persons);

/* ---- reading (person_store.c) ---- */

struct person_reader {
    uint64_t account_id;
    enum wire_person_audience audience; /* family, team or officers */
};

/* One search with everything that hangs on it. Lives in the arena it was read into. */
struct person_loaded {
    struct person_record record;
    bool high_risk;                   /* as the report says */
    enum wire_person_consent consent; /* 0: none yet */
    struct wire_text duty_note;
    struct person_reader *readers;
    uint32_t reader_count;
    struct wire_list_id halls;        /* where it is, or was, shown */
    enum wire_person_audience viewer; /* what the viewer asked for is to it; 0: nothing */
};

/* loaded is NULL unless status is OK; it lives in *arena, which the receiver may take (and clear).
 * viewer_id 0: nobody in particular. STATUS_NOT_FOUND: there is no such search. */
typedef void (*person_loaded_fn)(void *ctx, enum status status, struct arena *arena,
                                 const struct person_loaded *loaded);
void person_store_load(struct person_store *persons, uint64_t person_id, uint64_t viewer_id,
                       person_loaded_fn fn, void *ctx);

/* What a permission needs to know; lives for the callback. STATUS_NOT_FOUND: there is none. */
struct person_scope_facts {
    uint64_t station_id;
    uint64_t community_id;
    enum wire_person_audience viewer;     /* what the viewer is to it; 0: nothing */
    struct wire_list_id hall_communities; /* where it is, or was, shown */
};
typedef void (*person_facts_fn)(void *ctx, enum status status,
                                const struct person_scope_facts *facts);
void person_store_facts(struct person_store *persons, uint64_t person_id, uint64_t viewer_id,
                        person_facts_fn fn, void *ctx);

/* Ids of what a node holds in memory, above after_id, in order; at most PERSON_PAGE_MAX. */
typedef void (*person_ids_fn)(void *ctx, enum status status, const uint64_t *ids, uint32_t count);
void person_store_current(struct person_store *persons, uint64_t after_id, person_ids_fn fn,
                          void *ctx);

/* What somebody may see now, open ones first; at most PERSON_LIST_MAX. */
struct person_mine {
    uint64_t person_id;
    enum wire_person_audience audience;
    enum wire_receipt_stage stage;
};
typedef void (*person_mine_fn)(void *ctx, enum status status, const struct person_mine *mine,
                               uint32_t count);
void person_store_mine(struct person_store *persons, uint64_t account_id, bool include_ended,
                       person_mine_fn fn, void *ctx);

/* Time line, sightings, claims and hand-over, whole: person_project_file takes what an audience may
 * see. Lives in *arena, as above. */
typedef void (*person_file_fn)(void *ctx, enum status status, struct arena *arena,
                               const struct person_file *file);
void person_store_file(struct person_store *persons, uint64_t person_id, person_file_fn fn,
                       void *ctx);

/* STATUS_NOT_FOUND: there is none. The sighting lives for the callback. */
typedef void (*person_sighting_fn)(void *ctx, enum status status,
                                   const struct wire_sighting_view *sighting);
void person_store_sighting(struct person_store *persons, uint64_t person_id, uint64_t sighting_id,
                           person_sighting_fn fn, void *ctx);

/* reach is NULL unless status is OK; lives for the callback. */
typedef void (*person_reach_fn)(void *ctx, enum status status,
                                const struct wire_person_reach_counts *reach);
void person_store_reach(struct person_store *persons, uint64_t person_id, person_reach_fn fn,
                        void *ctx);

/* ---- writing (person_write.c, person_move.c) ---- */

struct person_report {
    uint64_t id; /* drawn by the caller */
    uint64_t reporter_id;
    enum wire_role role_used;
    const struct wire_person_report *message; /* borrowed for the call */
    const char *phone;                        /* E.164, or NULL: her account's */
    int64_t now_ms;
};
struct person_reported {
    uint64_t id;
    struct wire_text no; /* borrowed for the callback */
    enum wire_person_state state;
    uint32_t state_version;
    bool is_new;
};
typedef void (*person_reported_fn)(void *ctx, enum status status,
                                   const struct person_reported *reported);
/* STATUS_UNKNOWN_PLACE, STATUS_KEY_REUSED; STATUS_INVALID_FIELD: a picture is not hers to show.
 * STATUS_CONFLICT: the same key is being stored at this moment; ask again. */
void person_store_report(struct person_store *persons, const struct person_report *report,
                         person_reported_fn fn, void *ctx);

/* One transition with everything that goes with it. Texts are borrowed for the call; what does not
 * belong to the event is zero. */
struct person_transition {
    uint64_t person_id;
    uint32_t seen_version;
    enum wire_person_state from;
    enum wire_person_state next;
    enum wire_person_ring ring;
    bool frozen;
    enum wire_person_risk_class risk_class; /* 0: as it was */
    bool high_risk;
    enum wire_age_band age_band;      /* for the words of the card */
    enum wire_person_outcome outcome; /* of a close */
    int64_t now_ms;
    const char *event;        /* "person.activate" …; static */
    uint64_t actor_id;        /* 0: the clock */
    enum wire_role role_used; /* 0: the clock */
    struct wire_text reason;  /* for the record */
    const char *fired_name;   /* the timer that caused it, or NULL */
    uint32_t fired_version;
    enum wire_person_consent consent; /* activate */
    struct wire_text duty_note;
    bool sets_found; /* located; not_same: found_place is empty */
    struct wire_text found_place;
    struct wire_text found_note;
    struct wire_text public_reason; /* reject, cancel */
    enum wire_person_claim claim;   /* object */
    struct wire_text claim_note;
    const struct wire_person_reunited *handover; /* reunited */
    const char *duty_words; /* said in the duty room, {no} is the number; NULL: nothing */
};
typedef void (*person_version_fn)(void *ctx, enum status status, uint32_t state_version);
/* STATUS_CONFLICT: somebody was faster; nothing was written. */
void person_store_move(struct person_store *persons, const struct person_transition *transition,
                       person_version_fn fn, void *ctx);

/* The first of the two who close it. STATUS_CONFLICT as above. */
struct person_proposal {
    uint64_t person_id;
    uint32_t seen_version;
    enum wire_person_outcome outcome;
    uint64_t actor_id;
    enum wire_role role_used;
    int64_t until;
    struct wire_text reason;
};
void person_store_propose(struct person_store *persons, const struct person_proposal *proposal,
                          person_version_fn fn, void *ctx);

/* Nobody acted: the next are told. STATUS_CONFLICT: it was moved or has climbed already. */
struct person_climb {
    uint64_t person_id;
    uint32_t seen_version;
    uint32_t rung;
    const char *timer_name;
    int64_t next_due;
    enum wire_role tells;
    const char *event;    /* "person.verify_by" …; static */
    const char *template; /* of the text message; codes only */
    const char *duty_words;
};
void person_store_climb(struct person_store *persons, const struct person_climb *climb,
                        person_version_fn fn, void *ctx);

struct person_sighted {
    uint64_t sighting_id;
    bool is_new;
};
struct person_sighting_draft {
    uint64_t account_id;
    const struct wire_person_sighting *message; /* borrowed for the call */
};
typedef void (*person_sighted_fn)(void *ctx, enum status status,
                                  const struct person_sighted *sighted);
/* STATUS_CONFLICT: nobody is looked for any more. STATUS_KEY_REUSED, STATUS_INVALID_FIELD
 * (picture). */
void person_store_sight(struct person_store *persons, const struct person_sighting_draft *draft,
                        person_sighted_fn fn, void *ctx);

struct person_mark {
    uint64_t person_id;
    uint64_t sighting_id;
    enum wire_sighting_state state;
    uint64_t actor_id;
    enum wire_role role_used;
};
typedef void (*person_done_fn)(void *ctx, enum status status);
/* STATUS_NOT_FOUND: there is no such sighting of this search. */
void person_store_mark(struct person_store *persons, const struct person_mark *mark,
                       person_done_fn fn, void *ctx);

/* The devices connected here when a take-down came. Borrowed for the call. */
struct person_told {
    uint64_t person_id;
    uint32_t state_version;
    const uint64_t *login_session_ids;
    uint32_t count;
};
void person_store_told(struct person_store *persons, const struct person_told *told,
                       person_done_fn fn, void *ctx);

/* The minute is over. STATUS_CONFLICT: it was checked before. */
struct person_coverage {
    uint32_t told;
    uint32_t confirmed;
    bool is_short;
};
typedef void (*person_coverage_fn)(void *ctx, enum status status,
                                   const struct person_coverage *coverage);
void person_store_check(struct person_store *persons, uint64_t person_id, uint32_t state_version,
                        person_coverage_fn fn, void *ctx);

/* Where a report is about. STATUS_NOT_FOUND: it is no community, or none any more. */
struct person_place {
    uint64_t community_id;
    uint64_t station_id;
};
typedef void (*person_place_fn)(void *ctx, enum status status, const struct person_place *place);
void person_store_place(struct person_store *persons, uint64_t community_id, person_place_fn fn,
                        void *ctx);

#endif
