#include "rules/throttle.h"

#include "base/mem.h"

#define WAYS 4 /* places a key may stand in */

struct throttle_table {
    size_t set_count; /* power of two */
    struct throttle_bucket *buckets; /* owned; WAYS per set */
};

static int64_t full(const struct throttle_limit *limit)
{
    return (int64_t)limit->burst * 1000;
}

/* What the bucket holds now. */
static int64_t refilled(const struct throttle_bucket *bucket, const struct throttle_limit *limit,
                        int64_t now_ms)
{
    int64_t passed = now_ms - bucket->seen_ms;
    if (passed < 0)
        passed = 0;
    if (passed > 86400000)
        return full(limit);
    int64_t units = bucket->milli_units + passed * (int64_t)limit->rate;
    return units < full(limit) ? units : full(limit);
}

uint64_t throttle_take(struct throttle_bucket *bucket, const struct throttle_limit *limit,
                       uint32_t cost, int64_t now_ms)
{
    if (limit->rate == 0)
        return 0;
    int64_t price = (int64_t)cost * 1000;
    if (price > full(limit))
        price = full(limit); /* what costs more than a whole burst needs a whole burst */
    bucket->milli_units = refilled(bucket, limit, now_ms);
    bucket->seen_ms = now_ms;
    if (bucket->milli_units >= price) {
        bucket->milli_units -= price;
        return 0;
    }
    int64_t missing = price - bucket->milli_units;
    return (uint64_t)((missing + limit->rate - 1) / limit->rate);
}

struct throttle_table *throttle_table_create(size_t places)
{
    struct throttle_table *table = mem_alloc(sizeof(*table));
    table->set_count = 1;
    while (table->set_count * WAYS < places)
        table->set_count *= 2;
    table->buckets = mem_alloc(table->set_count * WAYS * sizeof(*table->buckets));
    return table;
}

void throttle_table_destroy(struct throttle_table *table)
{
    if (table == NULL)
        return;
    mem_free(table->buckets);
    mem_free(table);
}

/* splitmix64: neighbouring ids go to different sets. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t throttle_table_take(struct throttle_table *table, const struct throttle_limit *limit,
                             const struct throttle_charge *charge, int64_t now_ms)
{
    if (limit->rate == 0)
        return 0;
    uint64_t key = mix(charge->key ^ ((uint64_t)charge->kind << 61)) | 1;
    struct throttle_bucket *set = &table->buckets[(key >> 1) % table->set_count * WAYS];
    struct throttle_bucket *place = NULL;
    for (size_t i = 0; i < WAYS && place == NULL; i++)
        if (set[i].key == key)
            place = &set[i];
    if (place == NULL) {
        place = &set[0];
        for (size_t i = 1; i < WAYS && place->key != 0; i++)
            if (set[i].key == 0 || refilled(&set[i], limit, now_ms) >
                                       refilled(place, limit, now_ms))
                place = &set[i];
        *place = (struct throttle_bucket){key, full(limit), now_ms};
    }
    return throttle_take(place, limit, charge->cost, now_ms);
}
