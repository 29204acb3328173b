import { describe, expect, it } from "vitest"
import { isCalling, splitMentions, withMention } from "../src/mentions.ts"

describe("mentions of duty roles", () => {
    it("stand out where they are and nowhere else", () => {
        expect(splitMentions("没有人")).toEqual([{ text: "没有人", isMention: false }])
        expect(splitMentions("@网格员 您好，a@b.cn")).toEqual([
            { text: "@网格员", isMention: true }, { text: " 您好，a@b.cn", isMention: false },
        ])
        expect(splitMentions("请@社区民警看看@值班室").filter((part) => part.isMention)).toHaveLength(2)
    })

    it("lose no character of the text", () => {
        for (const text of ["@", "@@网格员", "x@社区民警@本单元长 y", ""])
            expect(splitMentions(text).map((part) => part.text).join("")).toBe(text)
    })

    it("take the place of the sign that was typed", () => {
        expect(isCalling("你好@", 3)).toBe(true)
        expect(isCalling("你好@", 2)).toBe(false)
        expect(withMention("你好@吗", 3, "@值班室")).toEqual({ text: "你好@值班室 吗", caret: 7 })
        expect(withMention("你好", 2, "@值班室")).toEqual({ text: "你好@值班室 ", caret: 7 })
    })
})
