#include "ops/person/person_refresh.h"

#include "base/log.h"
#include "hub/frame_encode.h"
#include "hub/person_board.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_told(void *ctx, enum status status);
static void on_page(void *ctx, enum status status, const uint64_t *ids, uint32_t count);

static void read_now(struct reread *reread)
{
    struct ops_env *env = reread->table->owner;
    person_store_load(env->person->store, reread->id, 0, on_loaded, reread);
}

void person_refresh(struct ops_env *env, uint64_t person_id, reread_fn fn, void *ctx)
{
    env->person->reads.owner = env;
    env->person->reads.start = read_now;
    reread_ask(&env->person->reads, person_id, fn, ctx);
}

/* The devices in the halls of a search, each once. */
struct devices {
    uint64_t *login_ids; /* grown */
    uint32_t count;
    uint32_t size;
    const struct wire_list_id *halls;
};

static void add_device(void *ctx, struct session *session)
{
    struct devices *devices = ctx;
    bool is_there = false;
    for (uint16_t i = 0; i < session->room_count && !is_there; i++)
        for (uint32_t h = 0; h < devices->halls->count && !is_there; h++)
            is_there = room_id(session->rooms[i].room) == devices->halls->items[h];
    if (!is_there || session->login_id == 0 || session->state != SESSION_OPEN)
        return;
    if (devices->count == devices->size) {
        devices->size = devices->size > 0 ? devices->size * 2 : 64;
        devices->login_ids =
            mem_grow(devices->login_ids, devices->size, sizeof(*devices->login_ids));
    }
    devices->login_ids[devices->count++] = session->login_id;
}

/* It went out of sight since this node knew it last: whoever is here now has to drop it. */
static void note_devices(struct ops_env *env, const struct person_loaded *loaded,
                         enum wire_person_state before)
{
    struct devices devices = {.halls = &loaded->halls};
    if (!person_move_hides(before, loaded->record.state))
        return;
    hub_each_session(env->hub, add_device, &devices);
    if (devices.count > 0)
        person_store_told(env->person->store,
                          &(struct person_told){loaded->record.id, loaded->record.state_version,
                                                devices.login_ids, devices.count},
                          on_told, env);
    mem_free(devices.login_ids);
}

static void on_told(void *ctx, enum status status)
{
    (void)ctx;
    if (status != STATUS_OK)
        log_warn("ops.take_down_not_counted", "status=%s", status_name(status));
}

static void put_on_board(struct ops_env *env, struct arena *arena,
                         const struct person_loaded *loaded)
{
    uint64_t person_id = loaded->record.id;
    struct board_reader *readers = arena_alloc(arena, loaded->reader_count * sizeof(*readers));
    for (uint32_t i = 0; i < loaded->reader_count; i++)
        readers[i] = (struct board_reader){loaded->readers[i].account_id,
                                           (uint8_t)loaded->readers[i].audience};
    enum status status =
        person_board_put(env->person->board, &(struct person_put){
                                                 .record = &loaded->record,
                                                 .arena = arena,
                                                 .readers = readers,
                                                 .reader_count = loaded->reader_count,
                                                 .halls = loaded->halls,
                                             });
    if (status != STATUS_OK)
        log_error("ops.person_not_kept", "person=%llu status=%s", (unsigned long long)person_id,
                  status_name(status));
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct reread *reread = ctx;
    struct ops_env *env = reread->table->owner;
    if (status == STATUS_OK) {
        const struct person_record *known = person_board_find(env->person->board, reread->id);
        if (known != NULL && known->state_version < loaded->record.state_version)
            note_devices(env, loaded, known->state);
        put_on_board(env, arena, loaded);
    } else if (status != STATUS_NOT_FOUND) {
        env->person->missed = true;
    }
    reread_end(reread, status);
}

static void on_search(void *ctx, uint64_t person_id)
{
    person_refresh(ctx, person_id, NULL, NULL);
}

/* What is on the board may have ended unheard; what is not there may have begun. */
void person_refresh_all(struct ops_env *env)
{
    env->person->missed = false;
    person_board_each(env->person->board, on_search, env);
    person_store_current(env->person->store, 0, on_page, env);
}

/* One page of ids: read them all, then the page after the last. */
static void on_page(void *ctx, enum status status, const uint64_t *ids, uint32_t count)
{
    struct ops_env *env = ctx;
    if (status != STATUS_OK) {
        log_warn("ops.persons_not_read", "status=%s", status_name(status));
        env->person->missed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        person_refresh(env, ids[i], NULL, NULL);
    if (count == PERSON_PAGE_MAX)
        person_store_current(env->person->store, ids[count - 1], on_page, env);
}

static void on_sighting(void *ctx, enum status status, const struct wire_sighting_view *sighting)
{
    struct ops_env *env = ctx;
    if (status != STATUS_OK)
        return; /* the team has it in the file */
    const struct wire_person_sighting_pushed pushed = {.sighting = *sighting};
    struct shared_frame *frame = frame_encode(WIRE_PERSON_SIGHTING_PUSHED, 0, &pushed);
    if (frame == NULL)
        return;
    person_board_tell_team(env->person->board, sighting->person_id, frame);
    shared_frame_release(frame);
}

void person_refresh_sighting(struct ops_env *env, uint64_t person_id, uint64_t sighting_id)
{
    if (person_board_find(env->person->board, person_id) != NULL)
        person_store_sighting(env->person->store, person_id, sighting_id, on_sighting, env);
}
