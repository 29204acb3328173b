/* Addresses of pictures in memory; given back when the component goes. */

import { onBeforeUnmount } from "vue"

export function useObjectUrls(): { of(bytes: Uint8Array): string; drop(bytes: Uint8Array): void } {
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
        of(bytes) {
            const known = urls.get(bytes)
            if (known !== undefined) return known
            const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/jpeg" })
            const url = URL.createObjectURL(blob)
            urls.set(bytes, url)
            return url
        },
        drop,
    }
}
