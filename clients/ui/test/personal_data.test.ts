import { describe, expect, test } from "vitest"
import { findPersonalData, maskPersonalData } from "../src/personal_data.ts"

describe("personal data in a text", () => {
    for (const [text, kinds] of [
        ["打我电话13912345678吧", ["phone"]],
        ["身份证340826199001011234", ["id"]],
        ["身份证34082619900101123x。", ["id"]],
        ["卡号6222021234567890123", ["card"]],
        ["卡号6222021234567890", ["card"]],
        ["13912345678和13887654321", ["phone", "phone"]],
        ["今晚7点到9点停水", []],
        ["急事请打110，被骗请打96110", []],
        ["订单号139123456789", []],
        ["快递单12345", []],
        ["2023-08-14 14:30", []],
    ] as const)
        test(text, () => {
            expect(findPersonalData(text).map((found) => found.kind)).toEqual(kinds)
        })

    test("is masked so that it can still be talked about, and then found no more", () => {
        const masked = maskPersonalData("打13912345678，卡6222021234567890")
        expect(masked).toBe("打139********，卡622*************")
        expect(findPersonalData(masked)).toEqual([])
    })

    test("a text without any stays as it is", () => {
        expect(maskPersonalData("大家好")).toBe("大家好")
    })
})
