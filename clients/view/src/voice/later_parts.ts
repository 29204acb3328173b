/* The same parts as components that come when they are first drawn. */

import { later } from "../app/later.ts"

const parts = () => import("./parts.ts")
export const VoiceBubble = later(parts, (loaded) => loaded.VoiceBubble)
export const VoicePanel = later(parts, (loaded) => loaded.VoicePanel)
