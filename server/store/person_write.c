/* The writes of the person store that are no transitions, and what all of them share. */
#include <sodium.h>
#include <string.h>

#include "rules/person_words.h"
#include "store/person_store.h"
#include "store/person_store_part.h"
#include "store/sealed.h"
#include "wire/wire.h"
#include "wire/wire_buffer.h"

void person_add_plain(struct store_segment *segment, enum sql_statement statement,
                      uint64_t person_id)
{
    struct store_args args = {0};
    args_id(&args, person_id);
    store_segment_add(segment, statement, &args);
}

void person_add_words(struct store_segment *segment, uint64_t person_id, const char *words)
{
    struct store_args args = {0};
    if (words == NULL)
        return;
    args_id(&args, person_id);
    args_string(&args, words);
    store_segment_add(segment, SQL_PERSON_SAY, &args);
}

void person_add_address(struct store_segment *segment, uint64_t person_id,
                        enum wire_person_state state, bool high_risk)
{
    int64_t roles[WIRE_ROLE_MAX];
    int64_t audiences[WIRE_ROLE_MAX];
    size_t count = 0;
    struct store_args args = {0};
    for (int role = 1; role <= WIRE_ROLE_MAX; role++) {
        if (!person_is_addressed((enum wire_role)role, state, high_risk))
            continue;
        roles[count] = role;
        audiences[count++] = person_audience_of_role((enum wire_role)role);
    }
    args_id(&args, person_id);
    args_int_array(&args, roles, count);
    args_int_array(&args, audiences, count);
    store_segment_add(segment, SQL_PERSON_ADDRESS, &args);
}

/* The canonical bytes of the request, so every field counts. */
void person_hash_request(enum wire_operation code, const void *body,
                         uint8_t hash[PERSON_HASH_BYTES])
{
    struct wire_buffer bytes = {0};
    memset(hash, 0, PERSON_HASH_BYTES);
    if (wire_encode(code, 1, body, &bytes) == STATUS_OK)
        crypto_generichash(hash, PERSON_HASH_BYTES, bytes.data, bytes.len, NULL, 0);
    wire_buffer_deinit(&bytes);
}

/* ---- a report ---- */

enum report_column {
    REPORT_ID,
    REPORT_NO,
    REPORT_STATE,
    REPORT_STATE_VERSION,
    REPORT_IS_NEW,
    REPORT_IS_SAME,
};

static void on_reported(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct person_wait *wait = ctx;
    struct person_reported reported = {0};
    const struct store_rows *rows = status == STATUS_OK ? &result->rows[0] : NULL;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_UNKNOWN_PLACE;
    else if (status == STATUS_OK && !rows_bool(rows, 0, REPORT_IS_SAME))
        status = STATUS_KEY_REUSED;
    if (status == STATUS_OK)
        reported = (struct person_reported){
            .id = rows_id(rows, 0, REPORT_ID),
            .no = rows_text(rows, 0, REPORT_NO),
            .state = (enum wire_person_state)rows_int(rows, 0, REPORT_STATE),
            .state_version = (uint32_t)rows_int(rows, 0, REPORT_STATE_VERSION),
            .is_new = rows_bool(rows, 0, REPORT_IS_NEW),
        };
    wait->fn.reported(wait->ctx, status, status == STATUS_OK ? &reported : NULL);
    mem_free(wait);
}

static void put_risks(struct store_args *args, const struct wire_person_report *message)
{
    int64_t risks[PERSON_RISKS_MAX];
    size_t count = 0;
    for (uint32_t i = 0; i < message->risks.count && count < PERSON_RISKS_MAX; i++)
        risks[count++] = message->risks.items[i];
    args_int_array(args, risks, count);
}

static void add_report(const struct person_store *persons, struct store_segment *segment,
                       const struct person_report *report, bool high_risk)
{
    const struct wire_person_report *message = report->message;
    const struct person_deadline deadline = person_deadline_of(WIRE_PERSON_STATE_VERIFYING, 0);
    uint8_t hash[PERSON_HASH_BYTES];
    struct store_args args = {0};
    person_hash_request(WIRE_PERSON_REPORT, message, hash);
    args_id(&args, report->id);
    args_id(&args, message->community_id);
    args_id(&args, report->reporter_id);
    args_bin(&args, message->client_key, sizeof(message->client_key));
    args_bin(&args, hash, sizeof(hash));
    sealed_put(&args, persons->ring, SECRET_SEAL_LEGAL_NAME, message->name);
    args_int(&args, message->age_band);
    args_int(&args, message->sex);
    args_text(&args, message->looks.data, message->looks.len);
    args_text(&args, message->clothes.data, message->clothes.len);
    args_time(&args, message->last_seen_at);
    args_text(&args, message->last_seen_place.data, message->last_seen_place.len);
    args_int(&args, message->relation);
    put_risks(&args, message);
    args_text_array(&args, message->media_ids.items, message->media_ids.count);
    sealed_put(&args, persons->ring, SECRET_SEAL_PHONE,
                      (struct wire_text){report->phone, report->phone != NULL
                                                            ? (uint32_t)strlen(report->phone)
                                                            : 0});
    args_text(&args, message->consent_version.data, message->consent_version.len);
    args_bool(&args, high_risk);
    args_int(&args, report->role_used);
    args_string(&args, deadline.name);
    args_time(&args, report->now_ms + deadline.wait_ms);
    store_segment_add(segment, SQL_PERSON_REPORT_ADD, &args);
}

/* What follows the first statement finds nothing when the report was there already: the number that
 * was drawn for it is then nobody's. */
void person_store_report(struct person_store *persons, const struct person_report *report,
                         person_reported_fn fn, void *ctx)
{
    const struct wire_person_report *message = report->message;
    bool high_risk =
        person_risk_is_high(message->age_band, message->risks.items, message->risks.count);
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.reported = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    store_segment_as(segment, PERSON_SYSTEM);
    add_report(persons, segment, report, high_risk);
    person_add_address(segment, report->id, WIRE_PERSON_STATE_VERIFYING, high_risk);
    person_add_words(segment, report->id,
                     high_risk ? PERSON_REPORT_HIGH_WORDS : PERSON_REPORT_WORDS);
    person_add_plain(segment, SQL_PERSON_TELL, report->id);
    store_segment_write(segment, on_reported, wait);
}

/* ---- sightings ---- */

static void on_sighted(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct person_sighted sighted = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_CONFLICT;
    else if (status == STATUS_OK && !rows_bool(rows, 0, 2))
        status = STATUS_KEY_REUSED;
    if (status == STATUS_OK)
        sighted = (struct person_sighted){rows_id(rows, 0, 0), rows_bool(rows, 0, 1)};
    wait->fn.sighted(wait->ctx, status, status == STATUS_OK ? &sighted : NULL);
    mem_free(wait);
}

void person_store_sight(struct person_store *persons, const struct person_sighting_draft *draft,
                        person_sighted_fn fn, void *ctx)
{
    const struct wire_person_sighting *message = draft->message;
    struct person_wait *wait = person_wait_create(persons, ctx);
    uint8_t hash[PERSON_HASH_BYTES];
    struct store_args args = {0};
    wait->fn.sighted = fn;
    person_hash_request(WIRE_PERSON_SIGHTING, message, hash);
    args_id(&args, message->person_id);
    args_id(&args, draft->account_id);
    args_bin(&args, message->client_key, sizeof(message->client_key));
    args_bin(&args, hash, sizeof(hash));
    args_time(&args, message->seen_at);
    args_text(&args, message->place.data, message->place.len);
    args_text_or_null(&args, message->direction);
    args_text_or_null(&args, message->body);
    args_text_array(&args, &message->media_id, message->has_media_id ? 1 : 0);
    store_write_as(persons->store, PERSON_SYSTEM,
                   (struct store_call){SQL_PERSON_SIGHTING_ADD, &args, on_sighted, wait});
}

static void on_done(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    (void)rows;
    wait->fn.done(wait->ctx, status);
    mem_free(wait);
}

static void on_marked(void *ctx, enum status status, const struct store_rows *rows)
{
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    on_done(ctx, status, rows);
}

void person_store_mark(struct person_store *persons, const struct person_mark *mark,
                       person_done_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    struct store_args args = {0};
    wait->fn.done = fn;
    args_id(&args, mark->person_id);
    args_id(&args, mark->sighting_id);
    args_int(&args, mark->state);
    args_id(&args, mark->actor_id);
    args_int(&args, mark->role_used);
    store_write_as(persons->store, PERSON_SYSTEM,
                   (struct store_call){SQL_PERSON_SIGHTING_MARK, &args, on_marked, wait});
}

/* ---- taking down ---- */

void person_store_told(struct person_store *persons, const struct person_told *told,
                       person_done_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    struct store_args args = {0};
    wait->fn.done = fn;
    args_id(&args, told->person_id);
    args_int(&args, told->state_version);
    args_id_array(&args, told->login_session_ids, told->count);
    store_write_as(persons->store, PERSON_SYSTEM,
                   (struct store_call){SQL_PERSON_TAKE_DOWN_TOLD, &args, on_done, wait});
}

static void on_checked(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct person_coverage coverage = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_CONFLICT;
    if (status == STATUS_OK)
        coverage = (struct person_coverage){(uint32_t)rows_int(rows, 0, 0),
                                            (uint32_t)rows_int(rows, 0, 1), rows_bool(rows, 0, 2)};
    wait->fn.coverage(wait->ctx, status, status == STATUS_OK ? &coverage : NULL);
    mem_free(wait);
}

void person_store_check(struct person_store *persons, uint64_t person_id, uint32_t state_version,
                        person_coverage_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    struct store_args args = {0};
    wait->fn.coverage = fn;
    args_id(&args, person_id);
    args_int(&args, state_version);
    args_int(&args, PERSON_TAKE_DOWN_PERCENT);
    args_string(&args, PERSON_TAKE_DOWN_TEMPLATE);
    args_string(&args, PERSON_TAKE_DOWN_WORDS);
    store_write_as(persons->store, PERSON_SYSTEM,
                   (struct store_call){SQL_PERSON_TAKE_DOWN_CHECK, &args, on_checked, wait});
}
