/* Pictures that were taken down: no open page shows them any more, whatever it still holds. */

import { useSession } from "@hall/view/app/session.store.ts"
import { RevokedKind } from "@hall/wire"
import { defineStore } from "pinia"
import { shallowReactive } from "vue"

export const useGoneMedia = defineStore("gone media", () => {
    const gone = shallowReactive(new Set<string>())
    useSession().link.signals.revoked.on((revocations) => {
        for (const { kind, mediaId } of revocations)
            if (kind === RevokedKind.media && mediaId !== undefined) gone.add(mediaId)
    })
    return { gone }
})
