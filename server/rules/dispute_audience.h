/*
 * dispute_audience: who sees which field of a dispute. The table in dispute_audience.c is the only
 * way a dispute leaves the store, whatever the exit (socket, push, log). A field that is not named
 * for an audience does not exist for it. The event that is pushed holds codes and names of staff
 * only; what people wrote is read with dispute_read, which is recorded.
 */
#ifndef RULES_DISPUTE_AUDIENCE_H
#define RULES_DISPUTE_AUDIENCE_H

#include "base/mem.h"
#include "rules/dispute_record.h"

/* Names that go with a record. Borrowed from whoever filled it. */
struct dispute_names {
    struct wire_text community;
    struct wire_text building;
    struct wire_text unit;
    struct wire_text in_charge;
    enum wire_role in_charge_role;      /* 0: nobody is */
    enum wire_dispute_state into_state; /* of the dispute it was merged into; 0: it was not */
};

/* One line of the time line, with what was written at it. */
struct dispute_line_record {
    int64_t at;
    enum wire_dispute_event event;
    uint16_t code;
    enum wire_dispute_state state;
    bool moved; /* the state is another one than before */
    uint64_t actor_id;
    struct wire_text by_name;
    enum wire_role by_role;
    struct wire_text reason;
    uint8_t kind; /* what was written: enum wire_dispute_note_kind, or DISPUTE_BY_REPORTER; 0:
                     nothing */
    struct wire_text body;
    struct wire_list_media_view media;
};
#define DISPUTE_BY_REPORTER 4

/* What was written and said of one dispute, as the store gave it to this viewer. */
struct dispute_writings {
    struct wire_text description;
    struct wire_text place_note;
    struct wire_text concerned;
    struct wire_list_media_view media;
    uint32_t line_count;
    const struct dispute_line_record *lines;
    struct wire_list_dispute_report_ref reports;
    struct wire_list_dispute_member members;
    bool has_proposal;
    struct wire_dispute_proposal proposal;
    uint64_t room_id; /* 0: none is open */
};

/* Who is asking. */
struct dispute_viewer {
    enum wire_dispute_audience audience;
    uint64_t account_id;
    int64_t now;
};

/* As what somebody sees it: who reported it never more than her own view, whatever her roles. */
enum wire_dispute_audience dispute_audience_of(enum wire_role role, bool is_reporter);

/* Fills *out with what this audience sees. Texts are borrowed from the record or live in the arena.
 */
void dispute_project(const struct dispute_record *record, const struct dispute_names *names,
                     const struct dispute_viewer *viewer, struct arena *arena,
                     struct wire_dispute_view *out);
/* The whole file, view included. */
void dispute_project_file(const struct dispute_record *record, const struct dispute_writings *said,
                          const struct dispute_viewer *viewer, struct arena *arena,
                          struct wire_dispute_file *out);

#endif
