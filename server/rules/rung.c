#include "rules/rung.h"

int64_t rung_next(int64_t last_told_at, int64_t now)
{
    if (last_told_at == 0 || last_told_at <= now - RUNG_MS)
        return now;
    return last_told_at + RUNG_MS;
}
