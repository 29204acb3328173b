/* The file of one's own information, and a building before the words. */

import { describe, expect, test } from "vitest"
import { exportPage } from "../src/features/account/export_file.ts"
import { startWith } from "../src/features/matter/start_with.ts"

const WORDS = { language: "zh-Hans", title: "我的信息", made: "王女士", none: "没有" }

describe("the file", () => {
    test("has every part, also the empty ones", () => {
        const page = exportPage(WORDS, [
            { title: "说过的话", lines: [{ time: "9:12", title: "柳荫", body: "早上好\n今天冷" }] },
            { title: "住址", lines: [] },
        ])
        for (const text of ["<title>我的信息</title>", "说过的话", "早上好\n今天冷", "<p>没有</p>"])
            expect(page).toContain(text)
    })
    test("holds what was written as text and never as markup", () => {
        const script = "<script>alert(1)</script>"
        const page = exportPage({ ...WORDS, made: script }, [
            { title: script, lines: [{ time: script, title: `"'${script}`, body: `&lt;${script}` }] },
        ])
        expect(page).not.toContain("<script")
        expect(page).toContain("&amp;lt;&lt;script&gt;")
    })
})

describe("a building before the words", () => {
    for (const [name, before, text, then] of [
        ["3栋", "", "", "3栋"],
        ["3栋", "", "门口", "3栋 门口"],
        ["5栋", "3栋", "3栋 门口", "5栋 门口"],
        ["", "3栋", "3栋 门口", "门口"],
        ["5栋", "3栋", "湖边", "5栋 湖边"],
    ] as const)
        test(`${name} for ${before} in ${text}`, () => {
            expect(startWith(name, before, text)).toBe(then)
        })
})
