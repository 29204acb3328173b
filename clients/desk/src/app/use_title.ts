/* The window's title and icon say that something red waits, also from behind other windows. */

import { t } from "@hall/ui"
import { computed, watch } from "vue"
import { useLane } from "../features/alert/lane.store.ts"

export function useTitle(): void {
    const lane = useLane()
    const title = computed(() =>
        lane.redCount > 0
            ? t("desk.titleRed", { count: lane.redCount })
            : t("desk.name"),
    )
    watch(
        [title, () => lane.redCount > 0] as const,
        ([text, isRed]) => {
            document.title = text
            document
                .querySelector<HTMLLinkElement>("link[rel='icon']")
                ?.setAttribute("href", isRed ? "/desk/favicon-red.svg" : "/desk/favicon.svg")
        },
        { immediate: true },
    )
}
