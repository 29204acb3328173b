/* Two tones through one audio context that a press of a button has unlocked. */

const TONES = [880, 660] as const
const TONE_S = 0.32
const VOLUME = 0.35

export interface Tones {
    /** Whether the browser lets us sound now. */
    isReady(): boolean
    /** Called from a press of a button: asks the browser for leave. */
    unlock(): Promise<boolean>
    play(): void
    /** The browser took the leave away, or gave it. */
    onChange(fn: () => void): void
}

export function browserTones(): Tones {
    let context: AudioContext | null = null
    let changed: () => void = () => undefined
    return {
        isReady: () => context?.state === "running",
        async unlock() {
            const Context = window.AudioContext as typeof AudioContext | undefined
            if (Context === undefined) return false
            if (context === null) {
                context = new Context()
                context.onstatechange = () => changed()
            }
            await context.resume().catch(() => undefined)
            return context.state === "running"
        },
        play() {
            if (context === null || context.state !== "running") return
            const start = context.currentTime
            for (const [i, hertz] of TONES.entries()) {
                const from = start + i * TONE_S
                const tone = context.createOscillator()
                const volume = context.createGain()
                tone.frequency.value = hertz
                volume.gain.setValueAtTime(VOLUME, from)
                volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S)
                tone.connect(volume).connect(context.destination)
                tone.start(from)
                tone.stop(from + TONE_S)
            }
        },
        onChange(fn) {
            changed = fn
        },
    }
}
