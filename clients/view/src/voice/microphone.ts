/* The browser's microphone and recorder. Its light is off when nobody speaks. */

import { MicrophoneError } from "./recorder.ts"
import type { Microphone, Recording } from "./recorder.ts"

/** What the server takes, as Chromium and Firefox, then as Safari record it. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"]
const BITS_PER_SECOND = 48_000

function troubleOf(error: unknown): MicrophoneError {
    switch (error instanceof Error ? error.name : "") {
        case "NotAllowedError":
        case "SecurityError":
            return new MicrophoneError("refused")
        case "NotFoundError":
        case "OverconstrainedError":
            return new MicrophoneError("missing")
        case "NotReadableError":
        case "AbortError":
            return new MicrophoneError("inUse")
        default:
            return new MicrophoneError("unsupported")
    }
}

/** Rejects with a MicrophoneError. */
export async function openMicrophone(): Promise<Microphone> {
    /* Neither is there in an insecure page and in old web views. */
    const devices = navigator.mediaDevices as MediaDevices | undefined
    const type = typeof MediaRecorder === "function"
        ? TYPES.find((candidate) => MediaRecorder.isTypeSupported(candidate))
        : undefined
    if (devices?.getUserMedia === undefined || type === undefined)
        throw new MicrophoneError("unsupported")
    try {
        const stream = await devices.getUserMedia({
            audio: {
                channelCount: 1, echoCancellation: true, noiseSuppression: true,
                autoGainControl: true,
            },
        })
        return microphone(stream, type)
    } catch (error) {
        throw troubleOf(error)
    }
}

function microphone(stream: MediaStream, type: string): Microphone {
    const recorder = new MediaRecorder(stream, {
        mimeType: type, audioBitsPerSecond: BITS_PER_SECOND,
    })
    const parts: Blob[] = []
    const finished = new Promise<void>((resolve) => {
        recorder.onstop = () => resolve()
    })
    recorder.ondataavailable = ({ data }) => parts.push(data)
    return {
        start(ended) {
            for (const track of stream.getTracks()) track.onended = ended
            recorder.start()
        },
        async stop(): Promise<Recording> {
            if (recorder.state !== "inactive") recorder.stop()
            await finished
            const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
            return { bytes, type: recorder.mimeType === "" ? type : recorder.mimeType }
        },
        close() {
            for (const track of stream.getTracks()) {
                track.onended = null
                track.stop()
            }
        },
    }
}
