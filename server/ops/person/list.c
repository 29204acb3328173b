#include <string.h>

#include "ops/access/reading.h"
#include "ops/operations.h"
#include "ops/person/person_env.h"
#include "store/person_store.h"

/* The searches are read one after another into the page; before any of it is shown, what is read of
 * others by role is entered into the audit. */
struct listing {
    struct call *call; /* lives until its answer */
    struct person_mine mine[PERSON_LIST_MAX];
    uint32_t mine_count;
    uint32_t next; /* which of mine is being read */
    struct wire_person_page page;
    struct access_reading readings[PERSON_LIST_MAX];
    uint32_t reading_count;
};

static void on_mine(void *ctx, enum status status, const struct person_mine *mine, uint32_t count);
static void read_next(struct listing *listing);
static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded);
static void on_entered(void *ctx, enum status status);

/* 1. Which searches she may see, and as what. */
void op_person_list(struct call *call)
{
    const struct wire_person_list *body = CALL_BODY(call, person_list);
    struct listing *listing = arena_alloc(&call->arena, sizeof(*listing));
    listing->call = call;
    listing->page.persons.items =
        arena_alloc(&call->arena, PERSON_LIST_MAX * sizeof(*listing->page.persons.items));
    person_store_mine(call->env->person->store, call->who->account_id,
                      body->has_include_ended && body->include_ended, on_mine, listing);
}

static void on_mine(void *ctx, enum status status, const struct person_mine *mine, uint32_t count)
{
    struct listing *listing = ctx;
    if (status != STATUS_OK) {
        call_fail(listing->call, status);
        return;
    }
    memcpy(listing->mine, mine, count * sizeof(*mine));
    listing->mine_count = count;
    read_next(listing);
}

/* 2. Each of them. */
static void read_next(struct listing *listing)
{
    struct call *call = listing->call;
    if (listing->next < listing->mine_count)
        person_store_load(call->env->person->store, listing->mine[listing->next].person_id,
                          call->who->account_id, on_loaded, listing);
    else if (listing->reading_count == 0)
        on_entered(listing, STATUS_OK);
    else
        reading_record(call->env, listing->readings, listing->reading_count, on_entered, listing);
}

static void add_reading(struct listing *listing, const struct person_loaded *loaded)
{
    if (loaded->viewer < WIRE_PERSON_AUDIENCE_TEAM)
        return;
    listing->readings[listing->reading_count++] = (struct access_reading){
        .kind = WIRE_ACCESS_KIND_PERSON_SEARCH,
        .entity_id = loaded->record.id,
        .station_id = loaded->record.station_id,
        .actor_id = listing->call->who->account_id,
        .audience = loaded->viewer,
    };
}

static void on_loaded(void *ctx, enum status status, struct arena *arena,
                      const struct person_loaded *loaded)
{
    struct listing *listing = ctx;
    struct call *call = listing->call;
    if (status != STATUS_OK) {
        call_fail(call, status);
        return;
    }
    const struct person_mine *mine = &listing->mine[listing->next++];
    if (loaded->viewer != 0) { /* else a role ended at this moment */
        struct wire_person_view *view = &listing->page.persons.items[listing->page.persons.count++];
        person_project(&loaded->record, loaded->viewer, arena, view);
        view->has_my_stage = true;
        view->my_stage = mine->stage;
        add_reading(listing, loaded);
        /* The texts it points at live on with the call. */
        arena_join(&call->arena, arena);
    }
    read_next(listing);
}

/* 3. The page, and only when the audit says who saw it. */
static void on_entered(void *ctx, enum status status)
{
    struct listing *listing = ctx;
    if (status != STATUS_OK)
        call_fail(listing->call, status);
    else
        call_reply(listing->call, WIRE_PERSON_PAGE, &listing->page);
}
