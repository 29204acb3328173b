/* A link with everything around it played. */

import { Link } from "../src/link.ts"
import type { SendUpload } from "../src/outbox.ts"
import { memoryStorage } from "../src/storage.ts"
import type { Table } from "../src/storage.ts"
import type { Tabs } from "../src/tabs.ts"
import { FakeChance, FakeClock, FakeEnvironment } from "./fake_clock.ts"
import { FakePeer } from "./fake_peer.ts"

export type Device = Map<Table, Map<string, unknown>>

export interface Played {
    readonly clock: FakeClock
    readonly chance: FakeChance
    readonly environment: FakeEnvironment
    readonly peer: FakePeer
    readonly device: Device
    /** Opens a page; the device is what an earlier page of this account left. */
    page(options?: { tabs?: () => Tabs; upload?: SendUpload; known?: boolean }): Promise<Link>
}

const noUpload: SendUpload = (_job, done) => {
    done({ ok: false, error: { kind: "lost" } })
    return () => undefined
}

export function play(seed = 1): Played {
    const clock = new FakeClock()
    const chance = new FakeChance(seed)
    const environment = new FakeEnvironment()
    const peer = new FakePeer(clock)
    const device: Device = new Map()
    return {
        clock, chance, environment, peer, device,
        async page(options = {}) {
            const link = new Link({
                clock, chance, environment,
                openSocket: peer.open,
                openStorage: () => Promise.resolve(memoryStorage(device)),
                upload: options.upload ?? noUpload,
                ...(options.tabs === undefined ? {} : { tabs: options.tabs }),
                client: "test", build: 1,
            })
            const started = link.start(options.known === true ? peer.accountId : null)
            await clock.advance(0)
            await started
            return link
        },
    }
}

/** Bodies of what a room shows, oldest first. */
export function bodies(link: Link, roomId: number): (string | undefined)[] {
    return (link.rooms.feeds.get(roomId)?.list() ?? []).map((message) => message.body)
}
