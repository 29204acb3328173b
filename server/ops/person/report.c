#include "ops/alert/injection.h"
#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "ops/person/person_refresh.h"
#include "rules/content_check.h"
#include "rules/phone.h"
#include "store/person_store.h"

/* A report may come late, and clocks differ. */
#define SEEN_AHEAD_MS (5LL * 60 * 1000)

struct report {
    struct call *call; /* lives until its answer */
    char phone[PHONE_E164_LEN + 1];
    struct wire_person_reported reply;
    bool was_repeated; /* the same key was being stored at that moment */
};

static void store_report(struct report *report);
static void on_stored(void *ctx, enum status status, const struct person_reported *reported);
static void on_told(void *ctx, enum status status);

/* The first field that is not acceptable, by its name in the schema; NULL: all are. */
static const char *wrong_field(const struct call *call, const struct wire_person_report *body)
{
    const struct {
        const char *name;
        struct wire_text text;
    } texts[] = {
        {"name", body->name},
        {"last_seen_place", body->last_seen_place},
        {"consent_version", body->consent_version},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!content_has_substance(texts[i].text))
            return texts[i].name;
    if (!content_has_substance(body->looks) && !content_has_substance(body->clothes) &&
        body->media_ids.count == 0)
        return "looks"; /* nobody could be found by that */
    if (body->last_seen_at <= 0 || body->last_seen_at > call->now_ms + SEEN_AHEAD_MS)
        return "last_seen_at";
    return body->relation == WIRE_PERSON_RELATION_SELF ? "relation" : NULL;
}

/* P1, P2. 1. What it says is checked. */
void op_person_report(struct call *call)
{
    const struct wire_person_report *body = CALL_BODY(call, person_report);
    struct report *report = arena_alloc(&call->arena, sizeof(*report));
    const char *field = wrong_field(call, body);
    if (field == NULL && body->has_contact_phone &&
        phone_normalise(body->contact_phone.data, body->contact_phone.len, report->phone) !=
            STATUS_OK)
        field = "contact_phone";
    if (field != NULL) {
        call_fail_field(call, STATUS_INVALID_FIELD, field);
        return;
    }
    report->call = call;
    store_report(report);
}

/* 2. It is kept: report, deadline, who is called, the word to the duty room. */
static void store_report(struct report *report)
{
    struct call *call = report->call;
    const struct person_report draft = {
        .id = injection_draw_id(),
        .reporter_id = call->who->account_id,
        .role_used = call->role,
        .message = CALL_BODY(call, person_report),
        .phone = report->phone[0] != '\0' ? report->phone : NULL,
        .now_ms = call->now_ms,
    };
    person_store_report(call->env->person->store, &draft, on_stored, report);
}

static void on_stored(void *ctx, enum status status, const struct person_reported *reported)
{
    struct report *report = ctx;
    struct call *call = report->call;
    if (status == STATUS_CONFLICT && !report->was_repeated) {
        report->was_repeated = true;
        store_report(report);
        return;
    }
    if (status != STATUS_OK) {
        const char *field = status == STATUS_INVALID_FIELD   ? "media_ids"
                            : status == STATUS_UNKNOWN_PLACE ? "community_id"
                            : status == STATUS_KEY_REUSED    ? "client_key"
                                                             : "";
        call_fail_field(call, status, field);
        return;
    }
    report->reply = (struct wire_person_reported){
        .person_id = reported->id,
        .no = {arena_copy_text(&call->arena, reported->no.data, reported->no.len),
               reported->no.len},
        .state = reported->state,
        .state_version = reported->state_version,
        .is_new = reported->is_new,
    };
    person_refresh(call->env, reported->id, on_told, report);
}

/* 3. Officers have it before them (or learn it by the listening link). */
static void on_told(void *ctx, enum status status)
{
    struct report *report = ctx;
    (void)status;
    call_reply(report->call, WIRE_PERSON_REPORTED, &report->reply);
}
