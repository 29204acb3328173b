/* The words only the desk has. */

import type { MoreWords } from "./words.ts"

export const deskWords: MoreWords = {
    "zh-Hans": async () => (await import("../words/zh-Hans.desk.ts")).zhHansDesk,
    "zh-Hant": async () => (await import("../words/zh-Hant.desk.ts")).default,
    en: async () => (await import("../words/en.desk.ts")).default,
}
