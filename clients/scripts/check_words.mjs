/* B3: every word is used somewhere, and nothing on screen stands outside the dictionary. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
/** Keys made from names of the schema or of settings. */
const MADE = [
    "access.kind.", "alert.level.", "alert.colour.", "alert.scam.", "answer.", "badge.", "feature.", "hide.reason.",
    "dispute.sign.", "dispute.subclass.", "matter.role.", "person.age.", "person.relation.",
    "person.risk.", "person.sex.", "person.state.",
    "me.level.", "me.theme.", "mydata.kept.", "mydata.why.", "mydata.long.", "mydata.part.",
    "notice.", "pii.", "work.audience.", "work.stage.", "work.state.",
    "case.note", "case.answer", "case.ask", "audit.do.", "audit.object.",
    ...[
        "age", "because", "channel", "claim", "class", "colour", "consent", "event", "fault", "grade", "guard",
        "identity", "kind", "level", "outcome", "pause", "refer", "reject", "relation", "ring", "risk",
        "riskClass", "search", "sex", "sighting", "sign", "state", "subclass", "timer", "urgency",
        "waits",
    ].map((kind) => `desk.${kind}.`),
]

function* sources(path) {
    for (const name of readdirSync(path)) {
        const file = join(path, name)
        if (statSync(file).isDirectory()) yield* sources(file)
        else if ([".ts", ".vue"].includes(extname(file))) yield file
    }
}

const read = (files) => files.map((file) => readFileSync(file, "utf8")).join("\n")
const keysOf = (...names) =>
    [...read(names.map((name) => join(root, "ui/words", name))).matchAll(/^ {4}"([\w.]+)":/gm)]
        .map(([, key]) => key)
const isUsed = (key, code) => code.includes(`"${key}"`) || code.includes(`'${key}'`)

const shared = ["ui/src", "view/src", "resident/src"].flatMap((name) => [...sources(join(root, name))])
const files = [...shared, ...sources(join(root, "desk/src"))]
const code = read(files)
const deskKeys = keysOf("zh-Hans.desk.ts", "zh-Hans.office.ts")
const keys = [...keysOf("zh-Hans.ts", "zh-Hans.more.ts", "zh-Hans.matter.ts"), ...deskKeys]
/* Only the desk loads its own words. */
const foreign = deskKeys.filter((key) => isUsed(key, read(shared)))
const unused = keys.filter(
    (key) => !isUsed(key, code) && !MADE.some((prefix) => key.startsWith(prefix)),
)
const strange = files.filter((file) => {
    if (!file.endsWith(".vue")) return false
    const template = /<template>([\s\S]*)<\/template>/.exec(readFileSync(file, "utf8"))?.[1] ?? ""
    return /[\u4e00-\u9fff]/.test(template) || /\bv-html\b/.test(template)
})
for (const key of unused) console.error(`word not used: ${key}`)
for (const key of foreign) console.error(`word of the desk used outside it: ${key}`)
for (const file of strange) console.error(`words outside the dictionary or v-html: ${file}`)
console.log(`${keys.length} words in each language`)
if (unused.length + foreign.length + strange.length > 0) process.exit(1)
