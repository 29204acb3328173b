#include "figures.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void samples_add(struct samples *samples, int64_t value_us)
{
    if (samples->count == FAN_SAMPLES_MAX)
        return;
    if (samples->count == samples->size) {
        samples->size = samples->size == 0 ? 1024 : samples->size * 2;
        samples->values_us =
            mem_grow(samples->values_us, samples->size, sizeof(*samples->values_us));
    }
    samples->values_us[samples->count++] =
        value_us < 0 ? 0 : value_us > UINT32_MAX ? UINT32_MAX : (uint32_t)value_us;
}

void samples_clear(struct samples *samples)
{
    samples->count = 0;
}

static int compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

double samples_at(struct samples *samples, double share)
{
    if (samples->count == 0)
        return 0;
    qsort(samples->values_us, samples->count, sizeof(*samples->values_us), compare);
    size_t at = (size_t)(share * (double)samples->count);
    return samples->values_us[at < samples->count ? at : samples->count - 1];
}

void figures_begin(const char *command)
{
    printf("{\"command\": \"%s\"", command);
}

void figures_number(const char *name, double value)
{
    printf(", \"%s\": %.10g", name, value);
}

void figures_samples(const char *name, struct samples *samples)
{
    static const struct {
        const char *name;
        double share;
    } shares[] = {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}};
    if (samples->count == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(shares); i++)
        printf(", \"%s_%s_us\": %.0f", name, shares[i].name,
               samples_at(samples, shares[i].share));
}

void figures_urgent(const struct urgent *urgent, uint32_t count)
{
    printf(", \"urgent\": [");
    for (uint32_t i = 0; i < count; i++)
        printf("%s{\"id\": %llu, \"count\": %u, \"first_us\": %lld, \"median_us\": %lld, "
               "\"p99_us\": %lld, \"last_us\": %lld}",
               i == 0 ? "" : ", ", (unsigned long long)urgent[i].id, urgent[i].count,
               (long long)urgent[i].first_us, (long long)urgent[i].half_us,
               (long long)urgent[i].most_us, (long long)urgent[i].last_us);
    printf("]");
}

void figures_end(const char *problem)
{
    if (problem[0] != '\0')
        printf(", \"error\": \"%s\"", problem);
    printf("}\n");
    fflush(stdout);
}
