/* The keys that work on every screen. */

import { t } from "@hall/ui"
import { onBeforeUnmount, onMounted, shallowRef } from "vue"
import type { ShallowRef } from "vue"
import { useRoute, useRouter } from "vue-router"
import { useLane } from "../features/alert/lane.store.ts"
import { useCommands, useCommandTable } from "./commands.store.ts"
import { useDuty } from "./duty.store.ts"
import { nextRegion } from "./regions.ts"
import { usePlaces } from "./use_places.ts"

export type Panel = "keys" | "find" | null

export function useDeskCommands(): { panel: ShallowRef<Panel> } {
    const panel = shallowRef<Panel>(null)
    const table = useCommandTable()
    const lane = useLane()
    const duty = useDuty()
    const route = useRoute()
    const router = useRouter()
    const places = usePlaces()
    const go = (path: string) => () => void router.push(path)

    function takeAny(): void {
        const alert = lane.takeFirst()
        if (alert !== null) void router.push(`/alerts/${alert.alertId}`)
    }

    useCommands(() => {
        if (duty.isLocked || route.meta.isBare === true) return []
        return [
            ...places.value.map(({ name, title, key }) => ({
                name, title, keys: [`KeyG Key${key}`], run: go(`/${name}`),
            })),
            {
                name: "take-any", title: t("desk.key.takeAny"), keys: ["Ctrl+Shift+KeyA"],
                run: takeAny, isAlways: true,
            },
            { name: "take", title: t("work.take"), keys: ["KeyA"], run: takeAny },
            { name: "mute", title: t("lane.mute"), keys: ["KeyM"], run: () => duty.mute() },
            { name: "find", title: t("desk.key.find"), keys: ["Ctrl+KeyK"], run: () => (panel.value = "find") },
            { name: "keys", title: t("desk.keys"), keys: ["Shift+Slash"], run: () => (panel.value = "keys") },
            { name: "region", title: t("desk.key.region"), keys: ["F6"], run: nextRegion },
            { name: "lock", title: t("desk.lock"), keys: ["Ctrl+Shift+KeyL"], run: () => duty.setLocked(true) },
        ]
    })
    onMounted(() => document.addEventListener("keydown", table.press))
    onBeforeUnmount(() => document.removeEventListener("keydown", table.press))
    return { panel }
}
