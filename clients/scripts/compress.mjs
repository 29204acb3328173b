/* After a build: .br and .gz beside every text file, and the page's content policy. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { extname, join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"

const TEXTS = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest"])
const folder = process.argv[2]

function* files(path) {
    for (const name of readdirSync(path)) {
        const file = join(path, name)
        if (statSync(file).isDirectory()) yield* files(file)
        else yield file
    }
}

/* The one inlined style is allowed by its hash; everything else comes from files. */
function contentPolicy(html) {
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
        ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
    )
    return [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' ${styles.join(" ")}`,
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "font-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ].join("; ")
}

const index = readFileSync(join(folder, "index.html"), "utf8")
if (/<script(?![^>]*\ssrc=)/.test(index) || /\sstyle=/.test(index))
    throw new Error("index.html has an inline script or style attribute")
writeFileSync(join(folder, "content-policy.txt"), contentPolicy(index))

for (const file of [...files(folder)]) {
    if (!TEXTS.has(extname(file))) continue
    const bytes = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    writeFileSync(
        `${file}.br`,
        brotliCompressSync(bytes, {
            params: {
                [constants.BROTLI_PARAM_QUALITY]: 11,
                [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            },
        }),
    )
}
