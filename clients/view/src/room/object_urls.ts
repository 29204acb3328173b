/* Addresses of pictures and voices in memory; given back when the component goes. */

import { onBeforeUnmount } from "vue"

export interface ObjectUrls {
    of(bytes: Uint8Array, type?: string): string
    drop(bytes: Uint8Array): void
}

export function useObjectUrls(): ObjectUrls {
    const urls = new Map<Uint8Array, string>()
    const drop = (bytes: Uint8Array): void => {
        const url = urls.get(bytes)
        if (url !== undefined) URL.revokeObjectURL(url)
        urls.delete(bytes)
    }
    onBeforeUnmount(() => {
        for (const bytes of [...urls.keys()]) drop(bytes)
    })
    return {
        of(bytes, type = "image/jpeg") {
            const known = urls.get(bytes)
            if (known !== undefined) return known
            const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type })
            const url = URL.createObjectURL(blob)
            urls.set(bytes, url)
            return url
        },
        drop,
    }
}
