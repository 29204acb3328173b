/*
 * Pictures before they are sent: made smaller and drawn anew on the phone, which also
 * removes everything the camera wrote into them, the place included.
 */

import type { Upload } from "@hall/link"

const LONG_EDGE = 1600
const QUALITY = 0.8

async function decode(file: Blob): Promise<CanvasImageSource & { width: number; height: number }> {
    if (typeof createImageBitmap === "function") {
        try {
            return await createImageBitmap(file)
        } catch {
            /* Some kinds are only known to <img>. */
        }
    }
    const url = URL.createObjectURL(file)
    try {
        const image = new Image()
        image.src = url
        await image.decode()
        return image
    } finally {
        URL.revokeObjectURL(url)
    }
}

/** Rejects when it is no picture this browser can open. */
export async function preparePhoto(file: Blob): Promise<Upload> {
    const source = await decode(file)
    const scale = Math.min(1, LONG_EDGE / Math.max(source.width, source.height))
    const width = Math.max(1, Math.round(source.width * scale))
    const height = Math.max(1, Math.round(source.height * scale))
    const canvas = document.createElement("canvas")
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext("2d")
    if (context === null) throw new Error("no canvas")
    context.fillStyle = "#ffffff"
    context.fillRect(0, 0, width, height)
    context.drawImage(source, 0, 0, width, height)
    const blob = await new Promise<Blob | null>((resolve) =>
        canvas.toBlob(resolve, "image/jpeg", QUALITY),
    )
    if (blob === null) throw new Error("no picture")
    const bytes = new Uint8Array(await blob.arrayBuffer())
    return { bytes, type: "image/jpeg", width, height }
}
