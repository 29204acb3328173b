/*
 * Being on duty: the sound is armed, what nobody acknowledged rings, and after ten
 * minutes without a hand on it the desk locks. Kept for as long as the window lives.
 */

import { systemClock } from "@hall/link"
import { defineStore } from "pinia"
import { computed, shallowRef } from "vue"
import { Alarm } from "./alarm.ts"
import { browserTones } from "./tones.ts"

const DUTY = "hall.desk.duty"
const LOCKED = "hall.desk.locked"
const USER = "hall.desk.user"

function kept(storage: Storage, key: string): string {
    try {
        return storage.getItem(key) ?? ""
    } catch {
        return ""
    }
}

function keep(storage: Storage, key: string, value: string): void {
    try {
        if (value === "") storage.removeItem(key)
        else storage.setItem(key, value)
    } catch {
        /* Then it is asked for again. */
    }
}

export const useDuty = defineStore("duty", () => {
    const tones = browserTones()
    const isArmed = shallowRef(false)
    const isOnDuty = shallowRef(kept(sessionStorage, DUTY) !== "")
    const isLocked = shallowRef(kept(localStorage, LOCKED) !== "")
    const username = shallowRef(kept(localStorage, USER))
    const mutedUntil = shallowRef(0)

    const alarm = new Alarm(systemClock, () => tones.play())
    tones.onChange(() => {
        isArmed.value = tones.isReady()
    })

    /** Sound that was armed and is not any more, or never was after a reload. */
    const isSilenced = computed(() => isOnDuty.value && !isArmed.value)

    /** Pressed: asks the browser for leave and lets hear that it works. */
    async function tryOut(): Promise<boolean> {
        isArmed.value = await tones.unlock()
        tones.play()
        return isArmed.value
    }

    function begin(): void {
        isOnDuty.value = true
        keep(sessionStorage, DUTY, "1")
    }

    function end(): void {
        isOnDuty.value = false
        keep(sessionStorage, DUTY, "")
        setLocked(false)
    }

    function waitsFor(keys: readonly string[]): void {
        alarm.waitsFor(keys)
        mutedUntil.value = alarm.mutedUntil
    }

    function mute(): void {
        alarm.mute()
        mutedUntil.value = alarm.mutedUntil
    }

    function setLocked(locked: boolean): void {
        isLocked.value = locked
        keep(localStorage, LOCKED, locked ? "1" : "")
    }

    function rememberUser(name: string): void {
        username.value = name
        keep(localStorage, USER, name)
    }

    return {
        isArmed, isOnDuty, isLocked, isSilenced, username, mutedUntil, tryOut, begin, end, waitsFor,
        mute, setLocked, rememberUser, chime: () => tones.play(),
    }
})
