#include "ops/room/room_directory.h"

#include <uthash.h>

#include "base/clock.h"
#include "store/room_store.h"

struct kept {
    struct room_entry entry;
    int64_t read_ms;
    UT_hash_handle hh; /* by entry.room_id; in the order in which they were read */
};

struct room_directory {
    struct kept *kept; /* owned */
};

struct loading {
    struct ops_env *env;
    room_entry_fn fn;
    void *ctx;
};

struct room_directory *room_directory_create(void)
{
    return mem_alloc(sizeof(struct room_directory));
}

static void drop(struct room_directory *directory, struct kept *kept)
{
    HASH_DEL(directory->kept, kept);
    mem_free(kept);
}

void room_directory_destroy(struct room_directory *directory)
{
    if (directory == NULL)
        return;
    while (directory->kept != NULL)
        drop(directory, directory->kept);
    mem_free(directory);
}

static struct kept *find(struct room_directory *directory, uint64_t room_id)
{
    struct kept *kept = NULL;
    HASH_FIND(hh, directory->kept, &room_id, sizeof(room_id), kept);
    return kept;
}

const struct room_entry *room_directory_find(struct room_directory *directory, uint64_t room_id,
                                             int64_t now_mono_ms)
{
    struct kept *kept = find(directory, room_id);
    return kept != NULL && now_mono_ms - kept->read_ms < ROOM_DIRECTORY_MS ? &kept->entry : NULL;
}

void room_directory_keep(struct room_directory *directory, const struct room_entry *entry,
                         int64_t now_mono_ms)
{
    struct kept *kept = find(directory, entry->room_id);
    if (kept != NULL)
        HASH_DEL(directory->kept, kept); /* to the end of the order */
    else if (HASH_COUNT(directory->kept) >= ROOM_DIRECTORY_MAX)
        drop(directory, directory->kept);
    if (kept == NULL)
        kept = mem_alloc(sizeof(*kept));
    kept->entry = *entry;
    kept->read_ms = now_mono_ms;
    HASH_ADD(hh, directory->kept, entry.room_id, sizeof(kept->entry.room_id), kept);
}

void room_directory_forget(struct room_directory *directory, uint64_t room_id)
{
    struct kept *kept = find(directory, room_id);
    if (kept != NULL)
        drop(directory, kept);
}

static void on_loaded(void *ctx, enum status status, const struct room_facts *facts)
{
    struct loading loading = *(struct loading *)ctx;
    mem_free(ctx);
    if (status == STATUS_OK && facts->closed)
        status = STATUS_NOT_FOUND;
    if (status != STATUS_OK) {
        loading.fn(loading.ctx, status, NULL);
        return;
    }
    struct room_entry entry = {
        .room_id = facts->id,
        .kind = facts->kind,
        .station_id = facts->station_id,
        .community_id = facts->community_id,
        .place_id = facts->place_id,
        .closed = facts->closed,
    };
    room_directory_keep(loading.env->directory, &entry, clock_mono_ms());
    loading.fn(loading.ctx, STATUS_OK, &entry);
}

void room_directory_load(struct ops_env *env, uint64_t room_id, room_entry_fn fn, void *ctx)
{
    struct loading *loading = mem_alloc(sizeof(*loading));
    *loading = (struct loading){env, fn, ctx};
    room_store_load(env->store, room_id, on_loaded, loading);
}

void room_entry_facts(const struct room_entry *entry, const struct principal *who, bool is_member,
                      struct scope_facts *facts)
{
    facts->members_only = entry->kind != WIRE_ROOM_KIND_HALL;
    facts->staff_only = entry->kind == WIRE_ROOM_KIND_DUTY_ROOM ||
                        entry->kind == WIRE_ROOM_KIND_RESPONSE_ROOM ||
                        entry->kind == WIRE_ROOM_KIND_CASE_TEAM;
    facts->is_member =
        is_member && (facts->members_only || (who->home_community_id != 0 &&
                                              who->home_community_id == entry->community_id));
    facts->station_id = entry->station_id;
    facts->community_id = entry->community_id;
    if (entry->kind == WIRE_ROOM_KIND_GRID_ROOM)
        facts->grid_id = entry->place_id;
    if (entry->kind == WIRE_ROOM_KIND_BUILDING_ROOM)
        facts->building_id = entry->place_id;
}
