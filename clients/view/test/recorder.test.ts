/* A voice from the press to what is sent, with a microphone and a clock that are played. */

import type { Upload } from "@hall/link"
import { describe, expect, test } from "vitest"
import { FakeClock, settle } from "../../link/test/fake_clock.ts"
import { FULL_MS, MicrophoneError, Recorder, SHORT_MS, TAP_MS } from "../src/voice/recorder.ts"
import type { Microphone, Recording, VoiceState } from "../src/voice/recorder.ts"

const SOUND: Recording = { bytes: new Uint8Array([1, 2, 3]), type: "audio/webm;codecs=opus" }

function stage() {
    const clock = new FakeClock()
    const seen: VoiceState[] = []
    const sent: Upload[] = []
    const asked: { give(): void; refuse(error: unknown): void }[] = []
    const mics = { open: 0, isRecording: false, sound: SOUND, take: (): void => undefined }
    const microphone: Microphone = {
        start: (ended) => {
            mics.isRecording = true
            mics.take = ended
        },
        stop: () => {
            mics.isRecording = false
            return Promise.resolve(mics.sound)
        },
        close: () => {
            mics.open -= 1
            mics.isRecording = false
        },
    }
    const recorder = new Recorder({
        clock,
        open: () =>
            new Promise((resolve, reject) => {
                asked.push({
                    give: () => {
                        mics.open += 1
                        resolve(microphone)
                    },
                    refuse: reject,
                })
            }),
        changed: (state) => seen.push(state),
        send: (voice) => sent.push(voice),
    })
    const give = async (): Promise<void> => {
        asked.shift()?.give()
        await settle()
    }
    const now = (): VoiceState | undefined => seen[seen.length - 1]
    return { clock, recorder, sent, asked, mics, give, now }
}

/** Speaking with a finger on the microphone. */
async function holding() {
    const on = stage()
    on.recorder.begin(true)
    await on.give()
    return on
}

describe("held", () => {
    test("lifted it is sent, as long as it was, and the microphone is closed", async () => {
        const { clock, recorder, sent, mics, now } = await holding()
        expect(now()).toEqual({ name: "recording", isHeld: true, isLeaving: false })
        await clock.advance(2000)
        recorder.release()
        await settle()
        expect(sent).toEqual([{ ...SOUND, width: 0, height: 0, durationMs: 2000 }])
        expect(now()).toEqual({ name: "over" })
        expect(mics.open).toBe(0)
    })

    test("far away and lifted it is thrown away; back again it is not", async () => {
        const { clock, recorder, sent, mics, now } = await holding()
        await clock.advance(2000)
        recorder.lean(true)
        recorder.lean(false)
        expect(now()).toMatchObject({ isLeaving: false })
        recorder.lean(true)
        recorder.release()
        await settle()
        expect(sent).toEqual([])
        expect(now()).toEqual({ name: "over" })
        expect(mics.open).toBe(0)
    })

    test("lifted too soon nothing is sent, and she is told", async () => {
        const { clock, recorder, sent, mics, now } = await holding()
        await clock.advance(SHORT_MS - 1)
        recorder.release()
        await settle()
        expect(sent).toEqual([])
        expect(now()).toEqual({ name: "failed", why: "short" })
        expect(mics.open).toBe(0)
    })

    test("a minute is full: it stops by itself and waits to be sent", async () => {
        const { clock, recorder, sent, mics, now } = await holding()
        await clock.advance(FULL_MS)
        expect(now()).toMatchObject({ name: "kept", why: "full", voice: { durationMs: FULL_MS } })
        expect(mics.open).toBe(0)
        recorder.release()
        await settle()
        expect(sent).toEqual([])
        recorder.send()
        expect(sent.length).toBe(1)
    })

    test("lifted while the browser asks: nothing is recorded before another press", async () => {
        const { clock, recorder, mics, give, now } = stage()
        recorder.begin(true)
        await clock.advance(3000)
        recorder.release()
        await give()
        expect(now()).toEqual({ name: "allowed" })
        expect(mics).toMatchObject({ open: 0, isRecording: false })
        recorder.begin(false)
        await give()
        expect(now()).toMatchObject({ name: "recording", isHeld: false })
    })

    test("what the device takes away is kept, not sent", async () => {
        for (const take of ["device", "page"] as const) {
            const { clock, recorder, sent, mics, now } = await holding()
            await clock.advance(5000)
            if (take === "device") mics.take()
            else recorder.interrupt()
            await settle()
            expect(now()).toMatchObject({ name: "kept", why: "interrupted" })
            expect(sent).toEqual([])
        }
    })
})

describe("tapped", () => {
    for (const isQuick of [true, false])
        test(`a tap goes on without a finger${isQuick ? "" : ", also while asking"}`, async () => {
            const { clock, recorder, sent, give, now } = stage()
            recorder.begin(true)
            if (isQuick) await give()
            await clock.advance(TAP_MS - 1)
            recorder.release()
            if (!isQuick) await give()
            expect(now()).toEqual({ name: "recording", isHeld: false, isLeaving: false })
            await clock.advance(1500)
            recorder.stop()
            await settle()
            expect(now()).toMatchObject({ name: "kept", why: "stopped" })
            expect(sent).toEqual([])
        })

    test("heard, spoken again, sent: only the last one goes", async () => {
        const { clock, recorder, sent, mics, give, now } = stage()
        recorder.begin(false)
        await give()
        await clock.advance(3000)
        recorder.stop()
        await settle()
        recorder.begin(false)
        await give()
        await clock.advance(1000)
        recorder.stop()
        await settle()
        recorder.send()
        recorder.send()
        expect(sent.map(({ durationMs }) => durationMs)).toEqual([1000])
        expect(now()).toEqual({ name: "over" })
        expect(mics.open).toBe(0)
    })
})

describe("without a microphone", () => {
    test("she is told why, and can try again", async () => {
        const { recorder, asked, give, now } = stage()
        for (const why of ["refused", "missing", "inUse", "unsupported"] as const) {
            recorder.begin(false)
            asked.shift()?.refuse(new MicrophoneError(why))
            await settle()
            expect(now()).toEqual({ name: "failed", why })
        }
        recorder.begin(false)
        await give()
        expect(now()).toMatchObject({ name: "recording" })
    })

    test("one that comes after she gave up is closed at once", async () => {
        const { recorder, mics, give, now } = stage()
        recorder.begin(true)
        recorder.cancel()
        await give()
        expect(now()).toEqual({ name: "over" })
        expect(mics).toMatchObject({ open: 0, isRecording: false })
    })

    test("one that gives nothing is no voice", async () => {
        const { clock, recorder, sent, mics, now } = await holding()
        mics.sound = { bytes: new Uint8Array(), type: "audio/mp4" }
        await clock.advance(2000)
        recorder.release()
        await settle()
        expect(now()).toEqual({ name: "failed", why: "broken" })
        expect(sent).toEqual([])
    })
})
