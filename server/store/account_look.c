#include "store/account_look.h"

#include "base/mem.h"

struct look_wait {
    void *ctx; /* borrowed */
    uint64_t account_id;
    union {
        account_found_fn found;
        account_file_fn file;
    } fn;
};

/* Found as the system: phones stand behind a policy. */
static const struct store_principal as_system;

enum { FOUND_ID, FOUND_NAME, FOUND_LEVEL, FOUND_STAFF, FOUND_PLACE };

static void on_found(void *ctx, enum status status, const struct store_rows *rows)
{
    struct look_wait *wait = ctx;
    struct wire_account_view items[ACCOUNT_FOUND_MAX];
    struct wire_account_found found = {.people = {0, items}};
    int count = status == STATUS_OK ? rows->count : 0;
    for (int row = 0; row < count && row < ACCOUNT_FOUND_MAX; row++)
        items[found.people.count++] = (struct wire_account_view){
            .account_id = rows_id(rows, row, FOUND_ID),
            .name = rows_text(rows, row, FOUND_NAME),
            .level = (enum wire_verification_level)rows_int(rows, row, FOUND_LEVEL),
            .is_staff = rows_bool(rows, row, FOUND_STAFF),
            .place_name = rows_text(rows, row, FOUND_PLACE),
        };
    found.more = count > ACCOUNT_FOUND_MAX;
    wait->fn.found(wait->ctx, status, status == STATUS_OK ? &found : NULL);
    mem_free(wait);
}

void account_look_find(struct store *store, const struct account_search *search,
                       account_found_fn fn, void *ctx)
{
    struct look_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct look_wait){.ctx = ctx, .fn.found = fn};
    args_id(&args, search->actor_id);
    args_int(&args, search->role_used);
    if (search->phone_hash.len > 0)
        args_bin(&args, search->phone_hash.data, search->phone_hash.len);
    else
        args_null(&args);
    args_text_or_null(&args, search->name);
    args_id_or_null(&args, search->building_id);
    args_int(&args, ACCOUNT_FOUND_MAX + 1);
    store_write_as(store, as_system,
                   (struct store_call){SQL_ACCOUNT_FIND, &args, on_found, wait});
}

enum {
    FILE_NAME,
    FILE_LEVEL,
    FILE_STAFF,
    FILE_BADGE,
    FILE_JOINED,
    FILE_COMMUNITY,
    FILE_STATION,
    FILE_PLACE,
    FILE_ADDRESS_UNTIL,
    FILE_DEVICES,
    FILE_GRANT_ROLES,
    FILE_GRANT_PLACES,
    FILE_GRANT_EXPIRES,
    FILE_HALL_IDS,
    FILE_HALL_NAMES,
    FILE_HALL_UNTILS,
    FILE_HALL_REASONS,
};

static struct wire_list_account_grant_view grants_of(const struct store_rows *rows,
                                                     struct arena *arena)
{
    struct rows_int_list roles = rows_int_array(rows, 0, FILE_GRANT_ROLES, arena);
    struct wire_list_text places = rows_text_array(rows, 0, FILE_GRANT_PLACES, arena);
    struct rows_int_list expires = rows_int_array(rows, 0, FILE_GRANT_EXPIRES, arena);
    struct wire_account_grant_view *items = arena_alloc(arena, sizeof(*items) * (roles.count + 1));
    for (uint32_t i = 0; i < roles.count; i++)
        items[i] = (struct wire_account_grant_view){
            .role = (enum wire_role)roles.items[i],
            .place_name = places.items[i],
            .expires_at = expires.items[i],
        };
    return (struct wire_list_account_grant_view){roles.count, items};
}

static struct wire_list_account_hall_view halls_of(const struct store_rows *rows,
                                                   struct arena *arena)
{
    struct wire_list_id ids = rows_id_array(rows, 0, FILE_HALL_IDS, arena);
    struct wire_list_text names = rows_text_array(rows, 0, FILE_HALL_NAMES, arena);
    struct rows_int_list untils = rows_int_array(rows, 0, FILE_HALL_UNTILS, arena);
    struct wire_list_text reasons = rows_text_array(rows, 0, FILE_HALL_REASONS, arena);
    struct wire_account_hall_view *items = arena_alloc(arena, sizeof(*items) * (ids.count + 1));
    for (uint32_t i = 0; i < ids.count; i++)
        items[i] = (struct wire_account_hall_view){
            .room_id = ids.items[i],
            .name = names.items[i],
            .has_muted_until = untils.items[i] > 0,
            .muted_until = untils.items[i],
            .has_mute_reason = reasons.items[i].len > 0,
            .mute_reason = reasons.items[i],
        };
    return (struct wire_list_account_hall_view){ids.count, items};
}

static void on_file(void *ctx, enum status status, const struct store_rows *rows)
{
    struct look_wait *wait = ctx;
    struct arena arena = {0};
    struct account_kept kept = {0};
    if (status == STATUS_OK && rows->count == 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        kept.station_id = rows_id(rows, 0, FILE_STATION);
        kept.file = (struct wire_account_file){
            .account_id = wait->account_id,
            .name = rows_text_copy(rows, 0, FILE_NAME, &arena),
            .level = (enum wire_verification_level)rows_int(rows, 0, FILE_LEVEL),
            .is_staff = rows_bool(rows, 0, FILE_STAFF),
            .has_badge_no = !rows_is_null(rows, 0, FILE_BADGE),
            .badge_no = rows_text_copy(rows, 0, FILE_BADGE, &arena),
            .joined_at = rows_time(rows, 0, FILE_JOINED),
            .has_community_id = !rows_is_null(rows, 0, FILE_COMMUNITY),
            .community_id = rows_id(rows, 0, FILE_COMMUNITY),
            .place_name = rows_text_copy(rows, 0, FILE_PLACE, &arena),
            .has_address_until = !rows_is_null(rows, 0, FILE_ADDRESS_UNTIL),
            .address_until = rows_time(rows, 0, FILE_ADDRESS_UNTIL),
            .devices = (uint32_t)rows_int(rows, 0, FILE_DEVICES),
            .grants = grants_of(rows, &arena),
            .halls = halls_of(rows, &arena),
        };
    }
    wait->fn.file(wait->ctx, status, &arena, status == STATUS_OK ? &kept : NULL);
    arena_clear(&arena);
    mem_free(wait);
}

void account_look_file(struct store *store, uint64_t account_id, uint64_t actor_id,
                       account_file_fn fn, void *ctx)
{
    struct look_wait *wait = mem_alloc(sizeof(*wait));
    struct store_args args = {0};
    *wait = (struct look_wait){.ctx = ctx, .account_id = account_id, .fn.file = fn};
    args_id(&args, account_id);
    args_id(&args, actor_id);
    store_read(store, SQL_ACCOUNT_FILE, &args, on_file, wait);
}
