/* Where a searched text stands in a message. */

import { describe, expect, test } from "vitest"
import { marked } from "../src/room/marked.ts"

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
