/*
 * What a reader of traditional characters would stumble over: a character left simplified, a
 * word only the mainland has (網絡, 短信, 視頻). OpenCC's dictionaries know both.
 */
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const OpenCC = createRequire(import.meta.url)("opencc-js")
const root = join(dirname(fileURLToPath(import.meta.url)), "..")
/* Right as they are: spelled so everywhere, or what the hall's own things are called. */
const ACCEPTED = [
    "工作台", "核實", "人群", "者群", "吃藥", "鄰里", "社區", "打開", "掛斷", "權限", "查看", "發佈",
    "對象", "稽核", "核對",
]

const readers = [
    OpenCC.Converter({ from: "cn", to: "t" }),
    OpenCC.Converter({ from: "cn", to: "twp" }),
]
const words = readdirSync(join(root, "ui/words")).filter((name) => name.startsWith("zh-Hant"))
const texts = [
    ...words.flatMap((name) =>
        [...readFileSync(join(root, "ui/words", name), "utf8")
            .matchAll(/^ {4}"([\w.]+)":\s*"(.*)",$/gm)].map(([, key, text]) => [key, text])),
    ...[...readFileSync(join(root, "lite/words.toml"), "utf8")
        .matchAll(/^zh-Hant = "(.*)"$/gm)].map(([, text]) => ["lite", text]),
]
const wrong = texts.flatMap(([key, text]) => {
    const asked = text.replace(new RegExp(ACCEPTED.join("|"), "g"), "·")
    return readers.map((read) => [key, text, read(asked)]).filter(([, , read]) => read !== asked)
})
for (const [key, text, better] of wrong) console.error(`${key}: ${text} → ${better}`)
console.log(`${texts.length} texts in traditional characters, ${wrong.length} to mend`)
if (texts.length === 0 || wrong.length > 0) process.exit(1)
