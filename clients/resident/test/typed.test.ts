/* What people type. */

import { describe, expect, test } from "vitest"
import { readCode, readPhone } from "../src/features/login/phone.ts"

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
