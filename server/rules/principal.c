#include "rules/principal.h"

#include <string.h>

/* Writes a copy into a block of block_bytes(from). */
static void copy_into(struct principal *to, const struct principal *from)
{
    *to = *from;
    if (to->grant_count > PRINCIPAL_GRANTS_MAX)
        to->grant_count = PRINCIPAL_GRANTS_MAX;
    struct principal_grant *grants = (struct principal_grant *)(to + 1);
    if (to->grant_count > 0)
        memcpy(grants, from->grants, to->grant_count * sizeof(*grants));
    char *name = (char *)(grants + to->grant_count);
    if (from->display_name.len > 0)
        memcpy(name, from->display_name.data, from->display_name.len);
    to->grants = grants;
    to->display_name.data = name;
}

static size_t block_bytes(const struct principal *from)
{
    size_t grants = from->grant_count;
    if (grants > PRINCIPAL_GRANTS_MAX)
        grants = PRINCIPAL_GRANTS_MAX;
    return sizeof(*from) + grants * sizeof(struct principal_grant) + from->display_name.len;
}

struct principal *principal_create(const struct principal *from)
{
    struct principal *to = mem_alloc(block_bytes(from));
    copy_into(to, from);
    return to;
}

const struct principal *principal_copy(const struct principal *from, struct arena *arena)
{
    struct principal *to = arena_alloc(arena, block_bytes(from));
    copy_into(to, from);
    return to;
}

static bool same_grant(const struct principal_grant *a, const struct principal_grant *b)
{
    return a->role == b->role && a->scope_id == b->scope_id && a->expires_at == b->expires_at;
}

bool principal_same_grants(const struct principal *a, const struct principal *b)
{
    bool same = a->grant_count == b->grant_count;
    for (uint32_t i = 0; same && i < a->grant_count; i++)
        same = same_grant(&a->grants[i], &b->grants[i]);
    return same;
}
