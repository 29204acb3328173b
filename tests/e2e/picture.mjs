/* Pictures made here, so that no file of others is needed. */
import { deflateSync } from "node:zlib"

/** A PNG of one colour with stripes, made here so that no file of others is needed. */
export function picture(width, height) {
    const row = Buffer.alloc(1 + width * 3)
    const rows = []
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++)
            row.set([(x * 255) / width, (y * 255) / height, 120], 1 + x * 3)
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
