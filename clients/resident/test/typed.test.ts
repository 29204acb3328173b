/* What people type, and where it is found. */

import { describe, expect, test } from "vitest"
import { readCode, readPhone } from "../src/features/login/phone.ts"
import { marked } from "../src/features/room/marked.ts"

describe("a phone number", () => {
    for (const [typed, read] of [
        ["13800000001", "13800000001"],
        ["138 0000 0001", "13800000001"],
        ["138-0000-0001", "13800000001"],
        ["+86 13800000001", "13800000001"],
        ["8613800000001", "13800000001"],
        ["\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11", "13800000001"],
        ["1380000000", null],
        ["23800000001", null],
        ["", null],
        ["abc", null],
    ] as const)
        test(`${typed} is ${read}`, () => {
            expect(readPhone(typed)).toBe(read)
        })
})

describe("a code", () => {
    test("is digits, however typed", () => {
        expect(readCode(" 123 456 ")).toBe("123456")
        expect(readCode("\uff11\uff12\uff13\uff14")).toBe("1234")
        expect(readCode("12a4")).toBeNull()
        expect(readCode("")).toBeNull()
    })
})

describe("marks of a search", () => {
    const text = (parts: readonly { text: string }[]): string => parts.map((p) => p.text).join("")

    test("stand on every place, whatever the case or width", () => {
        const parts = marked("Wi-Fi 密码是 WI-FI", "wi-fi")
        expect(parts.filter((part) => part.isHit).map((part) => part.text)).toEqual(["Wi-Fi", "WI-FI"])
        expect(text(parts)).toBe("Wi-Fi 密码是 WI-FI")
    })

    test("far into a long text begin near the first", () => {
        const parts = marked("长".repeat(100) + "伞在这里", "伞")
        expect(parts[0]).toEqual({ text: "…", isHit: false })
        expect(text(parts).endsWith("伞在这里")).toBe(true)
        expect(text(parts).length).toBeLessThan(40)
    })

    test("are absent where the server folded more than we do", () => {
        expect(marked("雨伞", "傘")).toEqual([{ text: "雨伞", isHit: false }])
        expect(marked("x", "")).toEqual([{ text: "x", isHit: false }])
    })
})
