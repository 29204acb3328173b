#include "rules/dispute_record.h"

const struct dispute_timer_row *dispute_record_timer(const struct dispute_record *record,
                                                     enum wire_dispute_timer timer)
{
    for (uint32_t i = 0; i < record->timer_count; i++) {
        const char *name = record->timers[i].draft.name;
        if (timer_name_percent(name) == 0 && dispute_timer_of(name) == timer)
            return &record->timers[i];
    }
    return NULL;
}

bool dispute_record_is_paused(const struct dispute_record *record)
{
    return pause_list_is_open(&record->pauses);
}

int64_t dispute_record_paused_ms(const struct dispute_record *record, int64_t now)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < record->pauses.count; i++) {
        const struct pause *pause = &record->pauses.items[i];
        int64_t end = pause->ended_at != 0 ? pause->ended_at : now;
        if (record->pause_reasons[i] != WIRE_DISPUTE_PAUSE_REASON_REPORTER &&
            end > pause->started_at)
            total += end - pause->started_at;
    }
    return total;
}
