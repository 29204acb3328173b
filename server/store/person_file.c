/* The file of one search: its time line, sightings, claims, hand-over, and how far it came. */
#include "store/person_store.h"
#include "store/person_store_part.h"

static void set_text(struct wire_text value, bool *has, struct wire_text *out)
{
    *has = value.len > 0;
    *out = value;
}

enum sighting_column {
    SIGHTING_ID,
    SIGHTING_PERSON_ID,
    SIGHTING_STATE,
    SIGHTING_CREATED_AT,
    SIGHTING_SEEN_AT,
    SIGHTING_PLACE,
    SIGHTING_DIRECTION,
    SIGHTING_BODY,
    SIGHTING_ACCOUNT_ID,
    SIGHTING_ACCOUNT_NAME,
    SIGHTING_MEDIA_ID,
    SIGHTING_MEDIA_WIDTH,
    SIGHTING_MEDIA_HEIGHT,
};

static void read_sighting(const struct store_rows *rows, int row, struct arena *arena,
                          struct wire_sighting_view *out)
{
    *out = (struct wire_sighting_view){
        .sighting_id = rows_id(rows, row, SIGHTING_ID),
        .person_id = rows_id(rows, row, SIGHTING_PERSON_ID),
        .state = (enum wire_sighting_state)rows_int(rows, row, SIGHTING_STATE),
        .created_at = rows_time(rows, row, SIGHTING_CREATED_AT),
        .seen_at = rows_time(rows, row, SIGHTING_SEEN_AT),
        .place = rows_text_copy(rows, row, SIGHTING_PLACE, arena),
        .seen_by = rows_id(rows, row, SIGHTING_ACCOUNT_ID),
        .seen_by_name = rows_text_copy(rows, row, SIGHTING_ACCOUNT_NAME, arena),
        .has_media = !rows_is_null(rows, row, SIGHTING_MEDIA_ID),
        .media = {.media_id = rows_text_copy(rows, row, SIGHTING_MEDIA_ID, arena),
                  .width = (uint32_t)rows_int(rows, row, SIGHTING_MEDIA_WIDTH),
                  .height = (uint32_t)rows_int(rows, row, SIGHTING_MEDIA_HEIGHT)},
    };
    set_text(rows_text_copy(rows, row, SIGHTING_DIRECTION, arena), &out->has_direction,
             &out->direction);
    set_text(rows_text_copy(rows, row, SIGHTING_BODY, arena), &out->has_body, &out->body);
}

static void read_events(const struct store_rows *rows, struct arena *arena,
                        struct wire_list_person_event *out)
{
    out->items = arena_alloc(arena, (size_t)rows->count * sizeof(*out->items));
    for (int row = 0; row < rows->count; row++) {
        struct wire_person_event *event = &out->items[out->count++];
        *event = (struct wire_person_event){
            .at = rows_time(rows, row, 0),
            .event = rows_text_copy(rows, row, 1, arena),
            .has_state = !rows_is_null(rows, row, 2),
            .state = (enum wire_person_state)rows_int(rows, row, 2),
        };
        set_text(rows_text_copy(rows, row, 3, arena), &event->has_actor_name, &event->actor_name);
        set_text(rows_text_copy(rows, row, 4, arena), &event->has_reason, &event->reason);
    }
}

static void read_sightings(const struct store_rows *rows, struct arena *arena,
                           struct wire_list_sighting_view *out)
{
    out->items = arena_alloc(arena, (size_t)rows->count * sizeof(*out->items));
    for (int row = 0; row < rows->count; row++)
        read_sighting(rows, row, arena, &out->items[out->count++]);
}

static void read_claims(const struct store_rows *rows, struct arena *arena,
                        struct wire_list_person_claim_view *out)
{
    out->items = arena_alloc(arena, (size_t)rows->count * sizeof(*out->items));
    for (int row = 0; row < rows->count; row++) {
        struct wire_person_claim_view *claim = &out->items[out->count++];
        *claim = (struct wire_person_claim_view){
            .at = rows_time(rows, row, 0),
            .claim = (enum wire_person_claim)rows_int(rows, row, 1),
            .account_id = rows_id(rows, row, 2),
            .account_name = rows_text_copy(rows, row, 3, arena),
        };
        set_text(rows_text_copy(rows, row, 4, arena), &claim->has_note, &claim->note);
    }
}

static void read_handover(const struct person_store *persons, const struct store_rows *rows,
                          struct arena *arena, struct person_file *file)
{
    file->has_handover = rows->count > 0;
    if (!file->has_handover)
        return;
    struct wire_person_handover *out = &file->handover;
    *out = (struct wire_person_handover){
        .at = rows_time(rows, 0, 0),
        .recipient_relation = (enum wire_person_relation)rows_int(rows, 0, 2),
        .identity_check = (enum wire_identity_check)rows_int(rows, 0, 3),
        .handed_by_name = rows_text_copy(rows, 0, 5, arena),
    };
    set_text(rows_text_copy(rows, 0, 4, arena), &out->has_note, &out->note);
    struct wire_bytes sealed = rows_bin(rows, 0, 1);
    if (sealed.len <= SECRET_SEAL_EXTRA || persons->ring == NULL)
        return;
    size_t len = sealed.len - SECRET_SEAL_EXTRA;
    uint8_t *plain = arena_alloc(arena, len + 1);
    if (secret_unseal(persons->ring, SECRET_SEAL_LEGAL_NAME, sealed.data, sealed.len, plain) ==
        STATUS_OK)
        set_text((struct wire_text){(const char *)plain, (uint32_t)len}, &out->has_recipient_name,
                 &out->recipient_name);
}

static void on_file(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct person_wait *wait = ctx;
    struct arena arena = {0};
    struct person_file *file = NULL;
    if (status == STATUS_OK) {
        file = arena_alloc(&arena, sizeof(*file));
        read_events(&result->rows[0], &arena, &file->events);
        read_sightings(&result->rows[1], &arena, &file->sightings);
        read_claims(&result->rows[2], &arena, &file->claims);
        read_handover(wait->persons, &result->rows[3], &arena, file);
    }
    wait->fn.file(wait->ctx, status, &arena, file);
    arena_clear(&arena);
    mem_free(wait);
}

static void put_sightings(struct store_args *args, uint64_t person_id, uint64_t only_id)
{
    args_id(args, person_id);
    args_id(args, only_id);
    args_int(args, PERSON_SIGHTINGS_MAX);
}

void person_store_file(struct person_store *persons, uint64_t person_id, person_file_fn fn,
                       void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.file = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    struct store_args args = {0};
    store_segment_as(segment, PERSON_SYSTEM);
    args_id(&args, person_id);
    args_int(&args, PERSON_EVENTS_MAX);
    store_segment_add(segment, SQL_PERSON_EVENTS, &args);
    put_sightings(&args, person_id, 0);
    store_segment_add(segment, SQL_PERSON_SIGHTINGS, &args);
    args_id(&args, person_id);
    args_int(&args, PERSON_CLAIMS_MAX);
    store_segment_add(segment, SQL_PERSON_CLAIMS, &args);
    person_add_plain(segment, SQL_PERSON_HANDOVER_READ, person_id);
    store_segment_read(segment, on_file, wait);
}

static void on_sighting(void *ctx, enum status status, const struct store_rows *rows)
{
    struct person_wait *wait = ctx;
    struct arena arena = {0};
    struct wire_sighting_view sighting = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        read_sighting(rows, 0, &arena, &sighting);
    wait->fn.sighting(wait->ctx, status, status == STATUS_OK ? &sighting : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

void person_store_sighting(struct person_store *persons, uint64_t person_id, uint64_t sighting_id,
                           person_sighting_fn fn, void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.sighting = fn;
    struct store_args args = {0};
    put_sightings(&args, person_id, sighting_id);
    store_read_as(persons->store, PERSON_SYSTEM,
                  (struct store_call){SQL_PERSON_SIGHTINGS, &args, on_sighting, wait});
}

static void read_take_downs(const struct store_rows *rows, struct wire_take_down *items,
                            struct wire_person_reach_counts *reach)
{
    reach->take_downs.items = items;
    for (int row = 0; row < rows->count && row < PERSON_TAKE_DOWNS_MAX; row++)
        items[reach->take_downs.count++] = (struct wire_take_down){
            .state_version = (uint32_t)rows_int(rows, row, 0),
            .at = rows_time(rows, row, 1),
            .told = (uint32_t)rows_int(rows, row, 2),
            .confirmed = (uint32_t)rows_int(rows, row, 3),
            .checked = rows_bool(rows, row, 4),
        };
}

static void on_reach(void *ctx, enum status status, const struct store_segment_result *result)
{
    struct person_wait *wait = ctx;
    struct wire_take_down items[PERSON_TAKE_DOWNS_MAX];
    struct wire_person_reach_counts reach = {0};
    if (status == STATUS_OK && result->rows[0].count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        const struct store_rows *rows = &result->rows[0];
        reach.ring = (enum wire_person_ring)rows_int(rows, 0, 0);
        reach.halls = (uint32_t)rows_int(rows, 0, 1);
        reach.audience = (uint32_t)rows_int(rows, 0, 2);
        reach.delivered = (uint32_t)rows_int(rows, 0, 3);
        reach.displayed = (uint32_t)rows_int(rows, 0, 4);
        read_take_downs(&result->rows[1], items, &reach);
    }
    wait->fn.reach(wait->ctx, status, status == STATUS_OK ? &reach : NULL);
    mem_free(wait);
}

void person_store_reach(struct person_store *persons, uint64_t person_id, person_reach_fn fn,
                        void *ctx)
{
    struct person_wait *wait = person_wait_create(persons, ctx);
    wait->fn.reach = fn;
    struct store_segment *segment = store_segment_create(persons->store);
    struct store_args args = {0};
    store_segment_as(segment, PERSON_SYSTEM);
    person_add_plain(segment, SQL_PERSON_REACH, person_id);
    args_id(&args, person_id);
    args_int(&args, PERSON_TAKE_DOWNS_MAX);
    store_segment_add(segment, SQL_PERSON_TAKE_DOWNS, &args);
    store_segment_read(segment, on_reach, wait);
}
