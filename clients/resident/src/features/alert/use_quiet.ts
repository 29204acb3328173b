/* Quiet hours: how grave something has to be now to sound, or to lie over the page. */

import { isNight, useDisplay } from "@hall/ui"
import { useSession } from "@hall/view/app/session.store.ts"
import { AlertLevel } from "@hall/wire"
import { computed, onBeforeUnmount, shallowRef, watch } from "vue"
import type { ComputedRef } from "vue"

const LOOK_MS = 20_000

/** Levels up to this one pierce; the hour is the server's. */
export function useQuiet(): ComputedRef<AlertLevel> {
    const session = useSession()
    const display = useDisplay()
    const isLate = shallowRef(false)
    const look = (): void => {
        isLate.value = isNight(session.link.serverNow())
    }
    watch(() => session.state, look, { immediate: true })
    const timer = setInterval(look, LOOK_MS)
    onBeforeUnmount(() => clearInterval(timer))
    return computed(() =>
        display.isQuietAtNight && isLate.value ? AlertLevel.critical : AlertLevel.high,
    )
}
