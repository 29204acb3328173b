/*
 * transition: the road that everything shares which moves a search: read it, ask the flow, write it
 * guarded by the version that was seen, tell everyone, answer.
 */
#ifndef OPS_PERSON_TRANSITION_H
#define OPS_PERSON_TRANSITION_H

#include "ops/call.h"
#include "rules/person_flow.h"
#include "store/person_store.h"

struct person_request {
    uint64_t person_id;
    uint32_t expected_version; /* 0: whatever it is (an objection) */
    enum person_event event;
    const char *name;          /* for time line and audit; static */
    struct person_facts facts; /* what the request itself says; the role is filled in */
    /* What is written beside the state: the event's own fields. Ids, state and ring are filled in.
     */
    struct person_transition record;
    /* What depends on the search as it is; may be NULL. False: refused as a conflict. */
    bool (*prepare)(struct call *call, const struct person_loaded *loaded,
                    struct person_request *request);
};

/* Ends in the call's one answer. The request is copied. */
void person_transition_begin(struct call *call, const struct person_request *request);

#endif
