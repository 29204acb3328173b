#include "store/seen_keys.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"

struct slot {
    uint64_t hash;
    uint32_t load;
    uint32_t row; /* 0: empty */
};

struct seen_keys {
    uint8_t secret[crypto_shorthash_KEYBYTES]; /* so that nobody can aim at a slot */
    struct slot slots[SEEN_KEYS_MAX];
};

struct seen_keys *seen_keys_create(void)
{
    struct seen_keys *seen = mem_alloc(sizeof(*seen));
    crypto_shorthash_keygen(seen->secret);
    return seen;
}

void seen_keys_destroy(struct seen_keys *seen)
{
    mem_free(seen);
}

static uint64_t hash_key(const struct seen_keys *seen, uint64_t sender_id,
                         const uint8_t client_key[16])
{
    uint8_t bytes[sizeof(sender_id) + 16];
    uint64_t hash;
    memcpy(bytes, &sender_id, sizeof(sender_id));
    memcpy(bytes + sizeof(sender_id), client_key, 16);
    crypto_shorthash((uint8_t *)&hash, bytes, sizeof(bytes), seen->secret);
    return hash;
}

int32_t seen_keys_put(struct seen_keys *seen, uint64_t sender_id, const uint8_t client_key[16],
                      uint32_t load, uint32_t row)
{
    uint64_t hash = hash_key(seen, sender_id, client_key);
    struct slot *slot = &seen->slots[hash % SEEN_KEYS_MAX];
    if (slot->row && slot->hash == hash && slot->load == load)
        return (int32_t)slot->row;
    int32_t known = slot->row && slot->hash == hash ? KEY_PERHAPS : KEY_NEVER_SEEN;
    *slot = (struct slot){hash, load, row};
    return known;
}
