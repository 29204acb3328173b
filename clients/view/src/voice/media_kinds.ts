/* What a message holds is pictures and voices; a voice is what lasts. */

import type { MediaView } from "@hall/wire"

export interface Voice extends MediaView {
    readonly durationMs: number
}

export function photosOf(media: readonly MediaView[] | undefined): MediaView[] {
    return (media ?? []).filter((item) => item.durationMs === undefined)
}

export function voicesOf(media: readonly MediaView[] | undefined): Voice[] {
    return (media ?? []).flatMap((item) =>
        item.durationMs === undefined ? [] : [{ ...item, durationMs: item.durationMs }],
    )
}
