/*
 * principal: who asks. An account with its grants, a source with a signed request, or nobody.
 * Made when a socket or request was authenticated; one block of memory, borrowed by calls (which
 * take a copy into their arena, because people leave while a call waits).
 */
#ifndef RULES_PRINCIPAL_H
#define RULES_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "wire/wire_schema.h"

/* Grants of one account at most (the wire's bound). */
#define PRINCIPAL_GRANTS_MAX 32

enum principal_kind {
    PRINCIPAL_GUEST = 0, /* nobody in particular */
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_SOURCE, /* a service account behind the signed door */
};

/* One role in one place. station_id and community_id are the place's own ancestors (or itself),
 * 0 where the place is wider than that. */
struct principal_grant {
    enum wire_role role;
    enum wire_scope_kind scope_kind;
    uint64_t scope_id;
    uint64_t station_id;
    uint64_t community_id;
    int64_t expires_at; /* UTC ms; the grant is void from then on */
};

struct principal {
    enum principal_kind kind;
    uint64_t account_id;       /* 0 unless PRINCIPAL_ACCOUNT */
    uint64_t login_session_id; /* 0 unless PRINCIPAL_ACCOUNT */
    enum wire_verification_level level;
    uint64_t home_community_id; /* 0: none */
    uint64_t home_station_id;   /* 0: none */
    uint64_t source_id;         /* 0 unless PRINCIPAL_SOURCE */
    uint64_t source_station_id;
    struct wire_text display_name;       /* in the same block */
    uint32_t grant_count;                /* at most PRINCIPAL_GRANTS_MAX */
    const struct principal_grant *grants; /* in the same block */
};

/* They hold the same roles, in the same places, for as long. */
bool principal_same_grants(const struct principal *a, const struct principal *b);
/* A copy in one block of its own, freed with mem_free. Grants beyond the bound are left out. */
struct principal *principal_create(const struct principal *from);
/* A copy in the arena. */
const struct principal *principal_copy(const struct principal *from, struct arena *arena);

#endif
