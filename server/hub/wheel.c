#include "hub/wheel.h"

#include <stddef.h>

#include "base/clock.h"

static void unlink_item(struct wheel_item *item)
{
    if (item->prev == NULL)
        return;
    item->prev->next = item->next;
    item->next->prev = item->prev;
    item->next = NULL;
    item->prev = NULL;
}

static void link_item(struct wheel_item *head, struct wheel_item *item)
{
    item->next = head;
    item->prev = head->prev;
    head->prev->next = item;
    head->prev = item;
}

static void on_tick(uv_timer_t *timer)
{
    wheel_advance(timer->data, clock_mono_ms());
}

void wheel_open(struct wheel *wheel, uv_loop_t *loop)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        wheel->slots[i].next = wheel->slots[i].prev = &wheel->slots[i];
    wheel->now_ms = clock_mono_ms();
    wheel->tick = wheel->now_ms / WHEEL_TICK_MS;
    uv_timer_init(loop, &wheel->timer);
    wheel->timer.data = wheel;
    uv_timer_start(&wheel->timer, on_tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
}

void wheel_close(struct wheel *wheel, uv_close_cb done)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        while (wheel->slots[i].next != &wheel->slots[i])
            unlink_item(wheel->slots[i].next);
    uv_close((uv_handle_t *)&wheel->timer, done);
}

void wheel_set(struct wheel *wheel, struct wheel_item *item, int64_t delay_ms, wheel_fn fn)
{
    wheel_clear(item);
    int64_t now_ms = clock_mono_ms();
    if (now_ms < wheel->now_ms)
        now_ms = wheel->now_ms;
    item->due_ms = now_ms + (delay_ms > 0 ? delay_ms : 0);
    item->fn = fn;
    /* The slot of the first tick at or after the deadline, but never one already worked off. */
    int64_t tick = (item->due_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
    if (tick <= wheel->tick)
        tick = wheel->tick + 1;
    link_item(&wheel->slots[(uint64_t)tick % WHEEL_SLOTS], item);
}

void wheel_clear(struct wheel_item *item)
{
    unlink_item(item);
}

bool wheel_is_set(const struct wheel_item *item)
{
    return item->prev != NULL;
}

/* Due items go to a list of their own first: what they call may set and clear anything. */
static void work_off(struct wheel_item *slot, int64_t now_ms)
{
    struct wheel_item due;
    due.next = due.prev = &due;
    struct wheel_item *next = slot->next;
    while (next != slot) {
        struct wheel_item *item = next;
        next = item->next;
        if (item->due_ms <= now_ms) {
            unlink_item(item);
            link_item(&due, item);
        }
    }
    while (due.next != &due) {
        struct wheel_item *item = due.next;
        unlink_item(item);
        item->fn(item);
    }
}

void wheel_advance(struct wheel *wheel, int64_t now_ms)
{
    int64_t target = now_ms / WHEEL_TICK_MS;
    wheel->now_ms = now_ms;
    if (target - wheel->tick > WHEEL_SLOTS)
        wheel->tick = target - WHEEL_SLOTS; /* the machine slept: one round sees every slot */
    while (wheel->tick < target) {
        wheel->tick++;
        work_off(&wheel->slots[(uint64_t)wheel->tick % WHEEL_SLOTS], now_ms);
    }
}
