#include "store/person_store.h"

#include <string.h>

#include "store/message_rows.h"
#include "store/person_store_part.h"
#include "store/sealed.h"

/* Columns of person_load, in the order of sql/queries/person.sql. */
enum load_column {
    LOAD_ID,
    LOAD_NO,
    LOAD_STATE,
    LOAD_STATE_VERSION,
    LOAD_STATION_ID,
    LOAD_COMMUNITY_ID,
    LOAD_COMMUNITY_NAME,
    LOAD_RING,
    LOAD_FROZEN,
    LOAD_HIGH_RISK,
    LOAD_RISK_CLASS,
    LOAD_RUNG,
    LOAD_DUE_AT,
    LOAD_OUTCOME,
    LOAD_PROPOSED_BY,
    LOAD_PROPOSED_ROLE,
    LOAD_PROPOSED_UNTIL,
    LOAD_CREATED_AT,
    LOAD_UPDATED_AT,
    LOAD_HAS_CARD,
    LOAD_NAME_SEALED,
    LOAD_AGE_BAND,
    LOAD_SEX,
    LOAD_LOOKS,
    LOAD_CLOTHES,
    LOAD_LAST_SEEN_AT,
    LOAD_LAST_SEEN_PLACE,
    LOAD_RISKS,
    LOAD_REPORTER_ID,
    LOAD_REPORTER_NAME,
    LOAD_RELATION,
    LOAD_CONTACT_SEALED,
    LOAD_ACCOUNT_PHONE_SEALED,
    LOAD_FOUND_PLACE,
    LOAD_PUBLIC_REASON,
    LOAD_CONSENT,
    LOAD_DUTY_NOTE,
    LOAD_SIGHTING_COUNT,
    LOAD_ROOM_ID,
    LOAD_MEDIA_IDS,
    LOAD_MEDIA_WIDTHS,
    LOAD_MEDIA_HEIGHTS,
    LOAD_MEDIA_ALTS,
    LOAD_ACCOUNT_IDS,
    LOAD_AUDIENCES,
    LOAD_HALL_IDS,
    LOAD_VIEWER_AUDIENCE,
};

struct person_store *person_store_create(struct store *store, const struct secret_ring *ring)
{
    struct person_store *persons = mem_alloc(sizeof(*persons));
    persons->store = store;
    persons->ring = ring;
    return persons;
}

void person_store_destroy(struct person_store *persons)
{
    mem_free(persons);
}

struct person_wait *person_wait_create(struct person_store *persons, void *ctx)
{
    struct person_wait *wait = mem_alloc(sizeof(*wait));
    wait->persons = persons;
    wait->ctx = ctx;
    return wait;
}

static void read_card(const struct person_store *persons, const struct store_rows *rows,
                      struct arena *arena, struct person_record *record)
{
    record->has_card = true;
    record->card = (struct wire_person_card){
        .name = sealed_open(persons->ring, SECRET_SEAL_LEGAL_NAME,
                            rows_bin(rows, 0, LOAD_NAME_SEALED), arena),
        .age_band = (enum wire_age_band)rows_int(rows, 0, LOAD_AGE_BAND),
        .sex = (enum wire_person_sex)rows_int(rows, 0, LOAD_SEX),
        .looks = rows_text_copy(rows, 0, LOAD_LOOKS, arena),
        .clothes = rows_text_copy(rows, 0, LOAD_CLOTHES, arena),
        .last_seen_at = rows_time(rows, 0, LOAD_LAST_SEEN_AT),
        .last_seen_place = rows_text_copy(rows, 0, LOAD_LAST_SEEN_PLACE, arena),
    };
    struct rows_int_list risks = rows_int_array(rows, 0, LOAD_RISKS, arena);
    for (uint32_t i = 0; i < risks.count && i < PERSON_RISKS_MAX; i++)
        record->risks[record->risk_count++] = (enum wire_person_risk)risks.items[i];
    record->reporter_id = rows_id(rows, 0, LOAD_REPORTER_ID);
    record->reporter_name = rows_text_copy(rows, 0, LOAD_REPORTER_NAME, arena);
    record->relation = (enum wire_person_relation)rows_int(rows, 0, LOAD_RELATION);
    int phone = rows_is_null(rows, 0, LOAD_CONTACT_SEALED) ? LOAD_ACCOUNT_PHONE_SEALED
                                                           : LOAD_CONTACT_SEALED;
    record->reporter_phone =
        sealed_open(persons->ring, SECRET_SEAL_PHONE, rows_bin(rows, 0, phone), arena);
    record->found_place = rows_text_copy(rows, 0, LOAD_FOUND_PLACE, arena);
    record->public_reason = rows_text_copy(rows, 0, LOAD_PUBLIC_REASON, arena);
}

static struct wire_media_view copy_picture(const struct wire_media_view *from, struct arena *arena)
{
    struct wire_media_view to = *from;
    to.media_id.data = arena_copy_text(arena, from->media_id.data, from->media_id.len);
    if (to.has_alt)
        to.alt.data = arena_copy_text(arena, from->alt.data, from->alt.len);
    return to;
}

static void read_pictures(const struct store_rows *rows, struct arena *arena,
                          struct person_record *record)
{
    struct wire_list_media_view media = message_row_media(rows, 0, LOAD_MEDIA_IDS, arena);
    for (uint32_t i = 0; i < media.count && i < PERSON_PICTURES_MAX; i++)
        record->pictures[record->picture_count++] = copy_picture(&media.items[i], arena);
}

static void read_record(const struct store_rows *rows, struct arena *arena,
                        struct person_record *record)
{
    record->id = rows_id(rows, 0, LOAD_ID);
    record->no = rows_text_copy(rows, 0, LOAD_NO, arena);
    record->state = (enum wire_person_state)rows_int(rows, 0, LOAD_STATE);
    record->state_version = (uint32_t)rows_int(rows, 0, LOAD_STATE_VERSION);
    record->station_id = rows_id(rows, 0, LOAD_STATION_ID);
    record->community_id = rows_id(rows, 0, LOAD_COMMUNITY_ID);
    record->community_name = rows_text_copy(rows, 0, LOAD_COMMUNITY_NAME, arena);
    record->ring = (enum wire_person_ring)rows_int(rows, 0, LOAD_RING);
    record->frozen = rows_bool(rows, 0, LOAD_FROZEN);
    record->risk_class = (enum wire_person_risk_class)rows_int(rows, 0, LOAD_RISK_CLASS);
    record->rung = (uint32_t)rows_int(rows, 0, LOAD_RUNG);
    record->due_at = rows_time(rows, 0, LOAD_DUE_AT);
    record->created_at = rows_time(rows, 0, LOAD_CREATED_AT);
    record->updated_at = rows_time(rows, 0, LOAD_UPDATED_AT);
    record->sighting_count = (uint32_t)rows_int(rows, 0, LOAD_SIGHTING_COUNT);
    record->room_id = rows_id(rows, 0, LOAD_ROOM_ID);
    record->outcome = (enum wire_person_outcome)rows_int(rows, 0, LOAD_OUTCOME);
    record->closing = (struct person_closing){
        .proposed_by = rows_id(rows, 0, LOAD_PROPOSED_BY),
        .proposed_role = (enum wire_role)rows_int(rows, 0, LOAD_PROPOSED_ROLE),
        .proposed_outcome = record->outcome,
        .proposed_until = rows_time(rows, 0, LOAD_PROPOSED_UNTIL),
    };
}

static void read_readers(const struct store_rows *rows, struct arena *arena,
                         struct person_loaded *loaded)
{
    struct wire_list_id accounts = rows_id_array(rows, 0, LOAD_ACCOUNT_IDS, arena);
    struct rows_int_list audiences = rows_int_array(rows, 0, LOAD_AUDIENCES, arena);
    uint32_t count = accounts.count < audiences.count ? accounts.count : audiences.count;
    if (count > PERSON_READERS_MAX)
        count = PERSON_READERS_MAX;
    loaded->readers = arena_alloc(arena, count * sizeof(*loaded->readers));
    loaded->reader_count = count;
    for (uint32_t i = 0; i < count; i++)
        loaded->readers[i] = (struct person_reader){accounts.items[i],
                                                    (enum wire_person_audience)audiences.items[i]};
    loaded->halls = rows_id_array(rows, 0, LOAD_HALL_IDS, arena);
}

static void on_loaded(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct arena arena = {0};
    struct person_loaded *loaded = NULL;
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        loaded = arena_alloc(&arena, sizeof(*loaded));
        read_record(rows, &arena, &loaded->record);
        if (rows_bool(rows, 0, LOAD_HAS_CARD))
            read_card(wait->persons, rows, &arena, &loaded->record);
        read_pictures(rows, &arena, &loaded->record);
        read_readers(rows, &arena, loaded);
        loaded->high_risk = rows_bool(rows, 0, LOAD_HIGH_RISK);
        loaded->consent = (enum wire_person_consent)rows_int(rows, 0, LOAD_CONSENT);
        loaded->duty_note = rows_text_copy(rows, 0, LOAD_DUTY_NOTE, &arena);
        loaded->viewer = (enum wire_person_audience)rows_int(rows, 0, LOAD_VIEWER_AUDIENCE);
    }
    wait->fn.loaded(wait->ctx, status, &arena, loaded);
    arena_clear(&arena);
    mem_free(wait);
}

void person_store_load(struct person_store *persons, uint64_t person_id, uint64_t viewer_id,
                       person_loaded_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.loaded = fn;
    struct store_args args = {0};
    args_id(&args, person_id);
    args_id(&args, viewer_id);
    store_read_as(persons->store, PERSON_SYSTEM,
                  (struct store_call){SQL_PERSON_LOAD, &args, on_loaded, wait});
}

static void on_facts(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct arena arena = {0};
    struct person_scope_facts facts = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        facts.station_id = rows_id(rows, 0, 0);
        facts.community_id = rows_id(rows, 0, 1);
        facts.viewer = (enum wire_person_audience)rows_int(rows, 0, 2);
        facts.hall_communities = rows_id_array(rows, 0, 3, &arena);
    }
    wait->fn.facts(wait->ctx, status, status == STATUS_OK ? &facts : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

void person_store_facts(struct person_store *persons, uint64_t person_id, uint64_t viewer_id,
                        person_facts_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.facts = fn;
    struct store_args args = {0};
    args_id(&args, person_id);
    args_id(&args, viewer_id);
    store_read_as(persons->store, PERSON_SYSTEM,
                  (struct store_call){SQL_PERSON_FACTS, &args, on_facts, wait});
}

static void on_current(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    uint64_t ids[PERSON_PAGE_MAX];
    uint32_t count = 0;
    for (int row = 0; status == STATUS_OK && row < rows->count && count < PERSON_PAGE_MAX; row++)
        ids[count++] = rows_id(rows, row, 0);
    wait->fn.ids(wait->ctx, status, ids, count);
    mem_free(wait);
}

void person_store_current(struct person_store *persons, uint64_t after_id, person_ids_fn fn,
                          void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.ids = fn;
    struct store_args args = {0};
    args_id(&args, after_id);
    args_int(&args, PERSON_PAGE_MAX);
    store_read_as(persons->store, PERSON_SYSTEM,
                  (struct store_call){SQL_PERSON_CURRENT, &args, on_current, wait});
}

static void on_mine(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct person_mine mine[PERSON_LIST_MAX];
    uint32_t count = 0;
    for (int row = 0; status == STATUS_OK && row < rows->count && count < PERSON_LIST_MAX; row++)
        mine[count++] = (struct person_mine){rows_id(rows, row, 0),
                                             (enum wire_person_audience)rows_int(rows, row, 1),
                                             (enum wire_receipt_stage)rows_int(rows, row, 2)};
    wait->fn.mine(wait->ctx, status, mine, count);
    mem_free(wait);
}

void person_store_mine(struct person_store *persons, uint64_t account_id, bool include_ended,
                       person_mine_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.mine = fn;
    struct store_args args = {0};
    args_id(&args, account_id);
    args_bool(&args, include_ended);
    args_int(&args, PERSON_LIST_MAX);
    store_read_as(persons->store, PERSON_SYSTEM,
                  (struct store_call){SQL_PERSON_MINE, &args, on_mine, wait});
}

static void on_place(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct person_place place = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        place = (struct person_place){rows_id(rows, 0, 0), rows_id(rows, 0, 1)};
    wait->fn.place(wait->ctx, status, status == STATUS_OK ? &place : NULL);
    mem_free(wait);
}

void person_store_place(struct person_store *persons, uint64_t community_id, person_place_fn fn,
                        void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.place = fn;
    struct store_args args = {0};
    args_id(&args, community_id);
    store_read(persons->store, SQL_PERSON_PLACE, &args, on_place, wait);
}
