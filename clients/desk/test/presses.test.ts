/* Keys by their place, one after another, and never while somebody writes. */

import { describe, expect, test } from "vitest"
import { keysText, pressName, PressReader, SEQUENCE_MS } from "../src/app/presses.ts"

const NONE = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false }
const OUT = { isField: false, hasSingle: true }
const bound = [
    { keys: ["KeyA"], name: "take" },
    { keys: ["KeyG KeyP"], name: "alerts" },
    { keys: ["Ctrl+Shift+KeyA"], name: "take any" },
    { keys: ["KeyJ", "ArrowDown"], name: "next" },
]

describe("a press", () => {
    for (const [press, name] of [
        [{ code: "KeyA" }, "KeyA"],
        [{ code: "KeyA", ctrlKey: true, shiftKey: true }, "Ctrl+Shift+KeyA"],
        [{ code: "KeyK", metaKey: true }, "Ctrl+KeyK"],
        [{ code: "Slash", shiftKey: true }, "Shift+Slash"],
        [{ code: "KeyA", isComposing: true }, ""],
        [{ code: "KeyA", altKey: true }, ""],
        [{ code: "ShiftLeft", shiftKey: true }, ""],
    ] as const)
        test(`${JSON.stringify(press)} is ${name || "none of ours"}`, () => {
            expect(pressName({ ...NONE, ...press })).toBe(name)
        })
})

describe("bindings", () => {
    test("one key, another one for the same, with others", () => {
        const reader = new PressReader()
        expect(reader.read("KeyA", bound, 0, OUT)?.name).toBe("take")
        expect(reader.read("ArrowDown", bound, 0, OUT)?.name).toBe("next")
        expect(reader.read("Ctrl+Shift+KeyA", bound, 0, OUT)?.name).toBe("take any")
        expect(reader.read("KeyQ", bound, 0, OUT)).toBeNull()
    })

    test("two after one another, in time", () => {
        const reader = new PressReader()
        expect(reader.read("KeyG", bound, 0, OUT)).toBeNull()
        expect(reader.read("KeyP", bound, 500, OUT)?.name).toBe("alerts")
        expect(reader.read("KeyG", bound, 1000, OUT)).toBeNull()
        expect(reader.read("KeyP", bound, 1000 + SEQUENCE_MS, OUT)).toBeNull()
    })

    test("the second of a pair is not taken alone", () => {
        const reader = new PressReader()
        reader.read("KeyG", bound, 0, OUT)
        expect(reader.read("KeyA", bound, 100, OUT)).toBeNull()
        expect(reader.read("KeyA", bound, 200, OUT)?.name).toBe("take")
    })

    test("in a field only those with Ctrl", () => {
        const reader = new PressReader()
        const inField = { isField: true, hasSingle: true }
        expect(reader.read("KeyA", bound, 0, inField)).toBeNull()
        expect(reader.read("Ctrl+Shift+KeyA", bound, 0, inField)?.name).toBe("take any")
    })

    test("single letters can be switched off; arrows and Ctrl stay", () => {
        const reader = new PressReader()
        const off = { isField: false, hasSingle: false }
        expect(reader.read("KeyA", bound, 0, off)).toBeNull()
        expect(reader.read("ArrowDown", bound, 0, off)?.name).toBe("next")
        expect(reader.read("Ctrl+Shift+KeyA", bound, 0, off)?.name).toBe("take any")
    })

    test("the later of two wins: the view before the frame", () => {
        const both = [...bound, { keys: ["KeyA"], name: "take this one" }]
        expect(new PressReader().read("KeyA", both, 0, OUT)?.name).toBe("take this one")
    })

    test("are shown as they stand on the keys", () => {
        expect(["KeyG KeyP", "Ctrl+Shift+KeyA", "Shift+Slash", "ArrowDown"].map(keysText)).toEqual([
            "G P", "Ctrl+Shift+A", "?", "↓",
        ])
    })
})
