/* What nobody has acknowledged rings every ten seconds; a minute of quiet, no more. */

import { describe, expect, test } from "vitest"
import { FakeClock } from "../../link/test/fake_clock.ts"
import { Alarm, MUTE_MS, RING_EVERY_MS } from "../src/app/alarm.ts"

function alarmAt() {
    const clock = new FakeClock()
    const rings: number[] = []
    const start = clock.now()
    const alarm = new Alarm(clock, () => rings.push(clock.now() - start))
    return { clock, rings, alarm }
}

describe("the alarm", () => {
    test("rings at once and every ten seconds until nothing waits", async () => {
        const { clock, rings, alarm } = alarmAt()
        alarm.waitsFor(["a"])
        await clock.advance(25_000)
        expect(rings).toEqual([0, RING_EVERY_MS, 2 * RING_EVERY_MS])
        alarm.waitsFor([])
        await clock.advance(60_000)
        expect(rings.length).toBe(3)
    })

    test("said again without news keeps its beat", async () => {
        const { clock, rings, alarm } = alarmAt()
        alarm.waitsFor(["a"])
        await clock.advance(4_000)
        alarm.waitsFor(["a"])
        await clock.advance(6_000)
        expect(rings).toEqual([0, RING_EVERY_MS])
    })

    test("is put off for a minute, then rings again", async () => {
        const { clock, rings, alarm } = alarmAt()
        alarm.waitsFor(["a"])
        alarm.mute()
        await clock.advance(MUTE_MS - 1)
        expect(rings).toEqual([0])
        expect(alarm.mutedUntil).toBeGreaterThan(0)
        await clock.advance(1)
        expect(rings).toEqual([0, MUTE_MS])
        expect(alarm.mutedUntil).toBe(0)
    })

    test("something new rings through the minute", async () => {
        const { clock, rings, alarm } = alarmAt()
        alarm.waitsFor(["a"])
        alarm.mute()
        await clock.advance(5_000)
        alarm.waitsFor(["a", "b"])
        expect(rings).toEqual([0, 5_000])
    })

    test("one of two taken: the other rings on", async () => {
        const { clock, rings, alarm } = alarmAt()
        alarm.waitsFor(["a", "b"])
        await clock.advance(1_000)
        alarm.waitsFor(["b"])
        await clock.advance(RING_EVERY_MS)
        expect(rings).toEqual([0, RING_EVERY_MS])
    })

    test("put off while nothing waits, the next one is heard", () => {
        const { rings, alarm } = alarmAt()
        alarm.mute()
        alarm.waitsFor(["a"])
        expect(rings).toEqual([0])
    })
})
