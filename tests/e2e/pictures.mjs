/*
 * The pictures of the README, out of the screenshots of a run: small enough to be kept.
 *
 *     HALL_SCALE=2 HALL_SHOTS=folder ./hall test e2e
 *     HALL_WEB=$PWD/var/build/web/clients node tests/e2e/pictures.mjs folder
 *
 * Chromium itself makes WebP of them; nothing else has to be installed. Look at every one.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const BYTES_MAX = 60_000
const PHONE_PX = 640
const DESK_PX = 1440
/* What it is called in clients/pictures: which screenshot it is. */
const PICTURES = {
    "phone-home": ["home-plain", PHONE_PX],
    "phone-hall": ["hall-plain", PHONE_PX],
    "phone-target": ["target-plain", PHONE_PX],
    "phone-elder": ["home-elder", PHONE_PX],
    "phone-report": ["report-what", PHONE_PX],
    "phone-matter": ["matter-plain", PHONE_PX],
    "phone-dark": ["hall-dark", PHONE_PX],
    "desk-alert": ["desk-alert-light", DESK_PX],
    "desk-queue": ["desk-queue-light", DESK_PX],
    "desk-dispute": ["desk-dispute-light", DESK_PX],
}

const [shots] = process.argv.slice(2)
if (shots === undefined) throw new Error("pictures.mjs FOLDER: where HALL_SHOTS put them")
const here = dirname(fileURLToPath(import.meta.url))
const folder = join(here, "../../clients/pictures")
const { chromium } = createRequire(join(process.env.HALL_WEB, "package.json"))("playwright-core")

/** In the page: the picture at this width, as good as the bytes allow. */
async function shrink([png, width, most]) {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = Math.min(width, image.naturalWidth)
    canvas.height = Math.round((canvas.width * image.naturalHeight) / image.naturalWidth)
    const paint = canvas.getContext("2d")
    paint.imageSmoothingQuality = "high"
    paint.drawImage(image, 0, 0, canvas.width, canvas.height)
    for (let quality = 0.9; quality > 0.2; quality -= 0.1) {
        const webp = canvas.toDataURL("image/webp", quality).split(",")[1]
        if (webp.length * 0.75 <= most) return webp
    }
    throw new Error("it does not get small enough")
}

const browser = await chromium.launch({
    executablePath: process.env.HALL_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"],
})
const page = await browser.newPage()
mkdirSync(folder, { recursive: true })
for (const [name, [from, width]] of Object.entries(PICTURES)) {
    const png = readFileSync(join(shots, `${from}.png`)).toString("base64")
    const webp = Buffer.from(await page.evaluate(shrink, [png, width, BYTES_MAX]), "base64")
    writeFileSync(join(folder, `${name}.webp`), webp)
    console.log(`${name}.webp: ${(webp.length / 1000).toFixed(1)} kB`)
}
await browser.close()
