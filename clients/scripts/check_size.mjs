/*
 * P1, P2, P3: what a first visit loads until a client can be used, gzipped, and every
 * other part of it. Fails above the stop. `check_size.mjs resident` or `desk`.
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const SHELL_STOP = 14
const LIMITS = {
    resident: { base: "/", aim: 70, stop: 80, chunk: 40 },
    desk: { base: "/desk/", aim: 110, stop: 120, chunk: 60 },
}

const clients = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LIMITS)
const root = join(dirname(fileURLToPath(import.meta.url)), "..")

function isSmallEnough(client) {
    const { base, aim, stop, chunk } = LIMITS[client]
    const dist = join(root, client, "dist")
    const kib = (file) => readFileSync(join(dist, `${file}.gz`)).length / 1024
    const html = readFileSync(join(dist, "index.html"), "utf8")
    const first = new Set(
        [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name.slice(base.length)),
    )
    const chunks = readdirSync(join(dist, "assets"))
        .filter((name) => /\.(js|css)$/.test(name))
        .map((name) => ({ name: `assets/${name}`, size: kib(`assets/${name}`) }))
        .sort((a, b) => b.size - a.size)
    let total = kib("index.html")
    let isGood = total <= SHELL_STOP
    console.log(`${total.toFixed(1).padStart(6)} KiB  index.html (at most ${SHELL_STOP})`)
    for (const { name, size } of chunks) {
        const isFirst = first.has(name)
        if (isFirst) total += size
        else if (size > chunk) isGood = false
        console.log(`${size.toFixed(1).padStart(6)} KiB  ${name}${isFirst ? "  first load" : ""}`)
    }
    console.log(`${total.toFixed(1).padStart(6)} KiB  first load in all (aim ${aim}, stop ${stop})`)
    if (isGood && total <= stop) return true
    console.error(`a part of the ${client} client is too large`)
    return false
}

if (!clients.map(isSmallEnough).every(Boolean)) process.exit(1)
