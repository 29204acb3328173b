/*
 * P1 and P2: what a first visit loads until the hall is usable, gzipped, and every
 * other part of the resident client. Fails above the stop.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const AIM = 70
const STOP = 80
const CHUNK_STOP = 40
const SHELL_STOP = 14
const dist = join(dirname(fileURLToPath(import.meta.url)), "../resident/dist")
const kib = (file) => readFileSync(join(dist, `${file}.gz`)).length / 1024

const html = readFileSync(join(dist, "index.html"), "utf8")
const first = new Set(
    [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name),
)
const chunks = readdirSync(join(dist, "assets"))
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => ({ name: `assets/${name}`, size: kib(`assets/${name}`) }))
    .sort((a, b) => b.size - a.size)

let total = kib("index.html")
let failed = total > SHELL_STOP
console.log(`${total.toFixed(1).padStart(6)} KiB  index.html (at most ${SHELL_STOP})`)
for (const { name, size } of chunks) {
    const isFirst = first.has(name)
    if (isFirst) total += size
    else if (size > CHUNK_STOP) failed = true
    console.log(`${size.toFixed(1).padStart(6)} KiB  ${name}${isFirst ? "  first load" : ""}`)
}
console.log(`${total.toFixed(1).padStart(6)} KiB  first load in all (aim ${AIM}, stop ${STOP})`)
if (total > STOP) failed = true
if (failed) {
    console.error("a part of the resident client is too large")
    process.exit(1)
}
