/* Two tones, once. Browsers that want a touch first stay silent: the picture is there. */

const TONES = [880, 660] as const
const TONE_S = 0.28

export function soundOnce(): void {
    const Context = window.AudioContext
    if (Context === undefined) return
    try {
        const context = new Context()
        TONES.forEach((hertz, index) => {
            const from = context.currentTime + index * TONE_S
            const tone = context.createOscillator()
            const volume = context.createGain()
            tone.frequency.value = hertz
            volume.gain.setValueAtTime(0.25, from)
            volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S)
            tone.connect(volume).connect(context.destination)
            tone.start(from)
            tone.stop(from + TONE_S)
        })
        setTimeout(() => void context.close(), 2000)
    } catch {
        /* No sound device. */
    }
}
