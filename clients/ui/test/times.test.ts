import { expect, test } from "vitest"
import { isNight } from "../src/times.ts"

/* 22:00 to 7:00 in Shanghai is 14:00 to 23:00 in UTC. */
test.each([
    ["13:59:59.999", false], ["14:00:00.000", true], ["16:30:00.000", true],
    ["22:59:59.999", true], ["23:00:00.000", false], ["04:00:00.000", false],
])("%s UTC: night is %s", (time, expected) => {
    expect(isNight(Date.parse(`2024-05-10T${time}Z`))).toBe(expected)
})
