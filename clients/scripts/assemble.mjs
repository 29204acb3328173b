/* The folder that is served: the resident's client, and the desk's under desk/. */
import { cpSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const web = join(root, "dist")
rmSync(web, { recursive: true, force: true })
cpSync(join(root, "resident/dist"), web, { recursive: true })
cpSync(join(root, "desk/dist"), join(web, "desk"), { recursive: true })
