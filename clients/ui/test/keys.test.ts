/* B4: Enter during a composition never sends, in either order browsers report it. */

import { describe, expect, test } from "vitest"
import { isSendKey } from "../src/keys.ts"
import type { EnterPress } from "../src/keys.ts"

function press(change: Partial<EnterPress> = {}): EnterPress {
    return {
        key: "Enter", isComposing: false, keyCode: 13, shiftKey: false, ctrlKey: false,
        metaKey: false, altKey: false, ...change,
    }
}

const LONG_AGO = 60_000

describe("Enter", () => {
    test("on a phone is a new line, on a desk sends", () => {
        expect(isSendKey(press(), false, LONG_AGO)).toBe(false)
        expect(isSendKey(press(), true, LONG_AGO)).toBe(true)
    })

    test("with Shift is a new line, with Ctrl or Command sends, everywhere", () => {
        expect(isSendKey(press({ shiftKey: true }), true, LONG_AGO)).toBe(false)
        expect(isSendKey(press({ ctrlKey: true }), false, LONG_AGO)).toBe(true)
        expect(isSendKey(press({ metaKey: true }), false, LONG_AGO)).toBe(true)
    })

    for (const ctrlKey of [false, true])
        test(`never sends while composing (Ctrl ${ctrlKey})`, () => {
            expect(isSendKey(press({ isComposing: true, ctrlKey }), true, LONG_AGO)).toBe(false)
            expect(isSendKey(press({ keyCode: 229, ctrlKey }), true, LONG_AGO)).toBe(false)
        })

    test("that ended a composition does not send, also when it is reported after it", () => {
        expect(isSendKey(press(), true, 0)).toBe(false)
        expect(isSendKey(press(), true, 99)).toBe(false)
        expect(isSendKey(press(), true, 150)).toBe(true)
    })

    test("other keys never send", () => {
        for (const key of ["a", " ", "Process", "Unidentified"])
            expect(isSendKey(press({ key, ctrlKey: true }), true, LONG_AGO)).toBe(false)
    })
})
