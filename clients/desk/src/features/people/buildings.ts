/* The buildings and units of a community, as the server knows them. */

import type { Link, Outcome } from "@hall/link"
import type { PlaceView } from "@hall/wire"
import type { Finder } from "../../moves/move.ts"

/** Pages of a hundred; more buildings than that nobody picks from a list. */
const PAGES = 5
/** Buildings whose units are offered at once. */
const OPENED = 6

async function places(
    link: Link, communityId: number, buildingId?: number,
): Promise<Outcome<readonly PlaceView[]>> {
    const found: PlaceView[] = []
    for (let page = 0; page < PAGES; page++) {
        const last = found[found.length - 1]
        const outcome = await link.call("place_list", {
            communityId, ...(buildingId === undefined ? {} : { buildingId }),
            ...(last === undefined ? {} : { afterId: last.placeId }),
        })
        if (!outcome.ok) return outcome
        found.push(...outcome.body.places)
        if (!outcome.body.more) break
    }
    return { ok: true, body: found }
}

export function buildings(link: Link, communityId: number): Promise<Outcome<readonly PlaceView[]>> {
    return places(link, communityId)
}

/** Units of the buildings whose name holds what was typed. */
export function units(link: Link, communityId: number, label: string): Finder {
    let known: readonly PlaceView[] | null = null
    return {
        label,
        find: async (typed) => {
            if (known === null) {
                const outcome = await buildings(link, communityId)
                if (!outcome.ok) return outcome
                known = outcome.body
            }
            const fits = known.filter(({ name }) => name.includes(typed))
            const choices = []
            for (const building of fits.slice(0, OPENED)) {
                const outcome = await places(link, communityId, building.placeId)
                if (!outcome.ok) return outcome
                for (const unit of outcome.body)
                    choices.push({ value: unit.placeId, name: `${building.name} ${unit.name}` })
            }
            return { ok: true, body: { choices, more: fits.length > OPENED } }
        },
    }
}
