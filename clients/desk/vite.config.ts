import { defineConfig } from "vite"
import { clientConfig } from "../vite.client.ts"

export default defineConfig(clientConfig("/desk/"))
