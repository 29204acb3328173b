/* Pictures made here, so that no file of others is needed. */
import { deflateSync } from "node:zlib"

const INK = { ground: [214, 223, 230], skin: [226, 189, 160], hair: [238, 238, 236],
    coat: [122, 34, 40] }

/** What is seen at a point of a drawn person; both run from 0 to 1. */
function inkAt(x, y) {
    const isIn = (cx, cy, rx, ry) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
    if (isIn(0.5, 0.42, 0.17, 0.17)) return INK.skin
    if (isIn(0.5, 0.36, 0.23, 0.19)) return INK.hair
    return isIn(0.5, 1, 0.42, 0.38) || isIn(0.5, 0.62, 0.09, 0.1) ? INK.coat : INK.ground
}

/** A PNG of somebody who does not exist. */
export function picture(width, height) {
    const row = Buffer.alloc(1 + width * 3)
    const rows = []
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++)
            row.set(inkAt(x / width, y / height), 1 + x * 3)
        rows.push(Buffer.from(row))
    }
    const table = Array.from({ length: 256 }, (_x, n) => {
        for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
        return n >>> 0
    })
    const crc = (bytes) =>
        (~bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff)) >>> 0
    const chunk = (name, data) => {
        const body = Buffer.concat([Buffer.from(name), data])
        const out = Buffer.alloc(body.length + 8)
        out.writeUInt32BE(data.length)
        body.copy(out, 4)
        out.writeUInt32BE(crc(body), body.length + 4)
        return out
    }
    const head = Buffer.alloc(13)
    head.writeUInt32BE(width)
    head.writeUInt32BE(height, 4)
    head.set([8, 2, 0, 0, 0], 8)
    return Buffer.concat([
        Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head),
        chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0)),
    ])
}
