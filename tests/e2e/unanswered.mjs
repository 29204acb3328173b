/*
 * A server that is slow, or cannot: requests of one page that are kept from it, or answered with an
 * error. Everything else is the real one. Only the envelope is read: [code, seq, body].
 */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const LOCK = join(dirname(fileURLToPath(import.meta.url)), "../../proto/numbers.lock")
const ERROR_CODE_FIELD = 1

const lock = readFileSync(LOCK, "utf8")
const number = (rule) => Number(new RegExp(rule, "m").exec(lock)[1])
const messageCode = (name) => number(`^message - (\\d+) ${name} `)

/** Where the number at `at` ends: a MessagePack unsigned integer of any length. */
function endOf(bytes, at) {
    return at + 1 + ({ 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8 }[bytes[at]] ?? 0)
}

function codeOf(bytes) {
    const end = endOf(bytes, 1)
    return end === 2 ? bytes[1] : bytes.readUIntBE(2, end - 2)
}

function errorTo(request, error) {
    const from = endOf(request, 1)
    return Buffer.concat([
        Buffer.from([0x93, messageCode("error")]), request.subarray(from, endOf(request, from)),
        Buffer.from([0x81, ERROR_CODE_FIELD, error]),
    ])
}

/** From the next page on these operations are not answered, or with the named error. */
export async function leaveUnanswered(page, operations, error = null) {
    const codes = new Set(operations.map(messageCode))
    const errorNumber = error === null ? 0 : number(`^value error_code (\\d+) ${error}$`)
    await page.routeWebSocket(/\/ws/, (socket) => {
        const server = socket.connectToServer()
        socket.onMessage((message) => {
            const bytes = Buffer.from(message)
            if (!codes.has(codeOf(bytes))) server.send(message)
            else if (error !== null) socket.send(errorTo(bytes, errorNumber))
        })
    })
}
