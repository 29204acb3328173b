/* The same parts as components that come when they are first drawn. */

import { later } from "../app/later.ts"

const parts = () => import("./parts.ts")
export const NoticeBody = later(parts, (loaded) => loaded.NoticeBody)
export const NoticeCard = later(parts, (loaded) => loaded.NoticeCard)
export const NoticeLine = later(parts, (loaded) => loaded.NoticeLine)
