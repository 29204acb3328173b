/* What somebody is about to say in a room: text, pictures, voice, quote, in whose name. */

import type { Link, Upload } from "@hall/link"
import { findPersonalData, maskPersonalData, t } from "@hall/ui"
import type { Found, VoicePress } from "@hall/ui"
import type { MessageView } from "@hall/wire"
import { computed, shallowRef } from "vue"
import { useToasts } from "../app/toast.store.ts"
import { useObjectUrls } from "./object_urls.ts"
import { shortText } from "./room.words.ts"

const PHOTOS_MAX = 9

export function useComposing(link: Link, roomId: number, sent: () => void) {
    const toasts = useToasts()
    const urls = useObjectUrls()
    const text = shallowRef(link.drafts.get(roomId))
    const uploads = shallowRef<readonly Upload[]>([])
    const quote = shallowRef<MessageView | null>(null)
    const isOfficial = shallowRef(false)
    /** Somebody speaks, or is about to; how she began. */
    const speaking = shallowRef<{ readonly press: VoicePress | null } | null>(null)

    const photos = computed(() =>
        uploads.value.map((upload) => {
            const url = urls.of(upload.bytes)
            return { key: url, url }
        }),
    )
    const quoteLine = computed(() =>
        quote.value === null
            ? null
            : { name: quote.value.senderName, text: shortText(quote.value) },
    )

    function setText(value: string): void {
        text.value = value
        link.drafts.set(roomId, value)
    }

    /** The draft was kept on the device; it may be read after the page was drawn. */
    function draftLoaded(): void {
        if (text.value === "") text.value = link.drafts.get(roomId)
    }

    async function addFiles(files: readonly File[]): Promise<void> {
        for (const file of files) {
            if (uploads.value.length >= PHOTOS_MAX) {
                toasts.show(t("room.photoMax"))
                return
            }
            try {
                const { preparePhoto } = await import("./photos.ts")
                uploads.value = [...uploads.value, await preparePhoto(file)]
            } catch {
                toasts.show(t("room.photoBad"))
            }
        }
    }

    function removePhoto(key: string): void {
        uploads.value = uploads.value.filter((upload) => {
            const isGone = urls.of(upload.bytes) === key
            if (isGone) urls.drop(upload.bytes)
            return !isGone
        })
    }

    function personalData(): Found[] {
        return findPersonalData(text.value)
    }

    function post(body: string, parts: readonly Upload[]): void {
        link.post(
            {
                roomId,
                body,
                ...(quote.value === null ? {} : { quoteSeq: quote.value.seq }),
                ...(isOfficial.value ? { official: true } : {}),
            },
            parts,
        )
        quote.value = null
        sent()
    }

    function send(how: "as it is" | "masked" = "as it is"): void {
        const body = (how === "masked" ? maskPersonalData(text.value) : text.value).trim()
        if (body === "" && uploads.value.length === 0) return
        post(body, uploads.value)
        setText("")
        uploads.value = []
    }

    function speak(press: VoicePress | null): void {
        speaking.value ??= { press }
    }

    /** A message of its own; what is being written stays. */
    function sendVoice(voice: Upload): void {
        post("", [voice])
    }

    function stopSpeaking(): void {
        speaking.value = null
    }

    return {
        text, photos, quote, quoteLine, isOfficial, speaking, setText, draftLoaded, addFiles,
        removePhoto, personalData, send, speak, sendVoice, stopSpeaking,
    }
}
