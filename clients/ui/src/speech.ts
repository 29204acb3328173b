/* Reading aloud with the device's own voice; nothing where it has no Chinese one. */

import { shallowRef } from "vue"

const available = shallowRef(false)
const speaking = shallowRef<string | null>(null)

function look(): void {
    available.value = speechSynthesis.getVoices().some((voice) => /^(zh|cmn)/i.test(voice.lang))
}

if (typeof speechSynthesis !== "undefined") {
    look()
    speechSynthesis.addEventListener?.("voiceschanged", look)
}

export function canSpeak(): boolean {
    return available.value
}

/** Whether this text is being read now. */
export function isSpeaking(text: string): boolean {
    return speaking.value === text
}

/** Starts reading; pressed again for the same text it stops. */
export function speak(text: string): void {
    const wasSpeaking = isSpeaking(text)
    speechSynthesis.cancel()
    speaking.value = null
    if (wasSpeaking) return
    const utterance = new SpeechSynthesisUtterance(text)
    utterance.lang = "zh-CN"
    utterance.rate = 0.9
    utterance.onend = () => {
        if (speaking.value === text) speaking.value = null
    }
    speaking.value = text
    speechSynthesis.speak(utterance)
}
