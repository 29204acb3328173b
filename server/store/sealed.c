#include "store/sealed.h"

void sealed_put(struct store_args *args, const struct secret_ring *ring, enum secret_seal_use use,
                struct wire_text plain)
{
    uint8_t sealed[SECRET_SEAL_PLAIN_MAX + SECRET_SEAL_EXTRA];
    if (plain.len > 0 && secret_seal(ring, use, plain.data, plain.len, sealed) == STATUS_OK)
        args_bin(args, sealed, plain.len + SECRET_SEAL_EXTRA);
    else
        args_null(args);
}

struct wire_text sealed_open(const struct secret_ring *ring, enum secret_seal_use use,
                             struct wire_bytes sealed, struct arena *arena)
{
    struct wire_text none = {"", 0};
    if (sealed.len <= SECRET_SEAL_EXTRA || ring == NULL)
        return none;
    size_t len = sealed.len - SECRET_SEAL_EXTRA;
    uint8_t *plain = arena_alloc(arena, len + 1);
    if (secret_unseal(ring, use, sealed.data, sealed.len, plain) != STATUS_OK)
        return none;
    return (struct wire_text){(const char *)plain, (uint32_t)len};
}
