/* A member of staff who acts over the wire, for what her screens are not the story of. */
import { spawn } from "node:child_process"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { staff, url } from "./browser.mjs"
import { codeOf } from "./desk_people.mjs"

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), "officer.py")

/** `ask(op, body)` answers the reply's body; refused, it throws. `leave()` ends it. */
export async function officer(username) {
    const { password } = staff(username)
    const child = spawn("/usr/bin/python3",
        ["-B", SCRIPT, url, username, password, await codeOf(username)],
        { stdio: ["pipe", "pipe", "inherit"] })
    /* A story that fails does not wait for her. */
    child.unref()
    for (const end of [child.stdin, child.stdout]) end.unref()
    process.on("exit", () => child.kill())
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const answer = async () => {
        const { value, done } = await lines.next()
        if (done) throw new Error(`${username} is gone`)
        return JSON.parse(value)
    }
    await answer()
    return {
        async ask(op, body = {}) {
            child.stdin.write(`${JSON.stringify({ op, body })}\n`)
            const told = await answer()
            if (!told.ok) throw new Error(`${username}, ${op}: ${told.code}`)
            return told.body
        },
        leave() {
            child.stdin.end()
        },
    }
}
