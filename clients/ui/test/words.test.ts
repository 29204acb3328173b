/* B3: the same keys and fills in every language, and times as people say them. */

import { beforeAll, describe, expect, test } from "vitest"
import { clockTime, dayName, someTime } from "../src/times.ts"
import { languageOf, loadMoreWords, t } from "../src/words.ts"
import enDesk from "../words/en.desk.ts"
import en from "../words/en.ts"
import { zhHansDesk } from "../words/zh-Hans.desk.ts"
import { zhHans } from "../words/zh-Hans.ts"
import { zhHansMore } from "../words/zh-Hans.more.ts"
import zhHantDesk from "../words/zh-Hant.desk.ts"
import zhHant from "../words/zh-Hant.ts"

const source: Readonly<Record<string, string>> = { ...zhHans, ...zhHansMore, ...zhHansDesk }
const hant = { ...zhHant, ...zhHantDesk }

function fills(text: string): string[] {
    return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort()
}

describe("words", () => {
    for (const [name, words] of [["zh-Hant", hant], ["en", { ...en, ...enDesk }]] as const)
        test(`${name} has every word with the same fills, and none beside`, () => {
            expect(Object.keys(words).sort()).toEqual(Object.keys(source).sort())
            for (const [key, text] of Object.entries(words))
                expect([key, fills(text)]).toEqual([key, fills(source[key] ?? "")])
        })

    test("no text is empty; Chinese texts use Chinese marks", () => {
        for (const words of [source, hant])
            for (const [key, text] of Object.entries(words)) {
                expect([key, text.trim()]).not.toEqual([key, ""])
                expect([key, /[\u4e00-\u9fff][,:;?!]/.test(text)]).toEqual([key, false])
            }
    })

    test("no exclamation marks, no words of the office for residents", () => {
        for (const [key, text] of Object.entries(source)) {
            expect([key, /[!\uff01]/.test(text)]).toEqual([key, false])
            if (!key.startsWith("work.") && !(key in zhHansDesk))
                expect([key, /工单|签收|流转|处置|SLA/.test(text)]).toEqual([key, false])
        }
    })

    test("are filled in", async () => {
        await loadMoreWords()
        expect(t("home.unread", { count: 3 })).toBe("3 条新消息")
        expect(t("login.demoCode", { code: "1" })).toContain("1")
    })

    test("the browser's wish chooses the language", () => {
        expect(languageOf(["zh-TW", "en"])).toBe("zh-Hant")
        expect(languageOf(["zh-Hant-HK"])).toBe("zh-Hant")
        expect(languageOf(["zh-CN"])).toBe("zh-Hans")
        expect(languageOf(["fr", "en-US"])).toBe("en")
        expect(languageOf(["fr"])).toBe("zh-Hans")
    })
})

describe("times", () => {
    const now = Date.UTC(2023, 7, 14, 1, 2, 14) /* 9:02:14 in the hall's zone */
    const minutes = (count: number): number => now - count * 60_000
    beforeAll(() => undefined)

    test("are relative up to an hour, then clock, then date", () => {
        expect(someTime(now - 5000, now)).toBe("刚刚")
        expect(someTime(minutes(6), now)).toBe("6 分钟前")
        expect(someTime(minutes(90), now)).toBe("07:32")
        expect(someTime(minutes(10 * 60), now)).toBe("昨天 23:02")
        expect(someTime(now + 24 * 3600_000, now)).toBe("明天 09:02")
        expect(someTime(now - 40 * 24 * 3600_000, now)).toMatch(/^7月5日.* 09:02$/)
    })

    test("are those of the hall, wherever the phone is", () => {
        expect(clockTime(now)).toBe("09:02")
        expect(clockTime(Date.UTC(2023, 7, 14, 16, 0))).toBe("00:00")
        expect(dayName(Date.UTC(2023, 7, 13, 15, 59), now)).toBe("昨天")
        expect(dayName(Date.UTC(2023, 7, 13, 16, 0), now)).toBe("今天")
        expect(dayName(Date.UTC(2021, 0, 2), now)).toBe("2021年1月2日")
    })
})
