/* Which alerts stand above every screen, and in which order alerts want a hand. */

import {
    AlertAudience, AlertLevel, AlertState, PersonState, ScamType, WorkKind, WorkUrgency, WorkWaiting,
} from "@hall/wire"
import type { AlertView, WorkView } from "@hall/wire"
import { describe, expect, test } from "vitest"
import { isWaiting, laneOf, ringKey, uncheckedOf } from "../src/features/alert/lane.ts"
import { inOrder } from "../src/features/alert/order.ts"
import { areaOf, placeOf } from "../src/features/alert/place.ts"

function alert(alertId: number, change: Partial<AlertView> = {}): AlertView {
    return {
        alertId, no: `F-${alertId}`, state: AlertState.dispatched, stateVersion: 1,
        audience: AlertAudience.officers, level: AlertLevel.critical, scamType: ScamType.refund,
        createdAt: alertId * 1000, expiresAt: 1e9, ...change,
    }
}

const ids = (alerts: readonly AlertView[]): number[] => alerts.map(({ alertId }) => alertId)

describe("the red lane", () => {
    test("holds what is red and nobody has taken, oldest first", () => {
        const { waiting } = laneOf([
            alert(3), alert(1), alert(2, { level: AlertLevel.high }),
            alert(4, { state: AlertState.received }),
        ])
        expect(ids(waiting)).toEqual([1, 3, 4])
    })

    test("what was taken stands beside it until it is finished, longest first", () => {
        const { waiting, taken } = laneOf([
            alert(1, { state: AlertState.acknowledged, claimedBy: 7, claimedAt: 9000 }),
            alert(2, { state: AlertState.contacting, claimedBy: 8, claimedAt: 5000 }),
            alert(3, { state: AlertState.contacted, claimedBy: 8, claimedAt: 7000 }),
            alert(4, { state: AlertState.followup }), alert(5, { state: AlertState.closed }),
            alert(6, { state: AlertState.cancelled }),
        ])
        expect(waiting).toEqual([])
        expect(ids(taken)).toEqual([2, 3, 1])
    })

    test("a warning to the officer herself is no order", () => {
        expect(laneOf([alert(1, { audience: AlertAudience.target })]).waiting).toEqual([])
        expect(isWaiting(alert(1, { audience: AlertAudience.target }))).toBe(false)
    })

    test("given back it rings anew", () => {
        const again = alert(1, { stateVersion: 3 })
        expect(ringKey(again)).not.toBe(ringKey(alert(1)))
    })
})

describe("missing people in the lane", () => {
    const search = (entityId: number, change: Partial<WorkView> = {}): WorkView => ({
        workKind: WorkKind.personSearch, entityId, no: "P", state: PersonState.verifying,
        stateVersion: 1, urgency: WorkUrgency.red, titleCode: 1, waitingFor: WorkWaiting.officer,
        createdAt: -entityId, updatedAt: 1, ...change,
    })

    test("are those in danger whom nobody has checked, longest first", () => {
        const found = uncheckedOf([
            search(1), search(2), search(3, { urgency: WorkUrgency.yellow }),
            search(4, { state: PersonState.active }), search(5, { workKind: WorkKind.dispute }),
        ])
        expect(found.map(({ entityId }) => entityId)).toEqual([2, 1])
    })
})

describe("the order of alerts", () => {
    test("is: not taken by gravity and age, taken, ended with the newest first", () => {
        const sorted = inOrder([
            alert(1, { state: AlertState.closed }), alert(2, { state: AlertState.cancelled }),
            alert(3, { state: AlertState.acknowledged }), alert(6, { level: AlertLevel.medium }),
            alert(5), alert(4),
        ])
        expect(ids(sorted)).toEqual([4, 5, 6, 3, 2, 1])
    })
})

describe("where it is", () => {
    test("only as near as it may be said", () => {
        const where = { communityName: "C", building: "3", unit: "2", door: "402" }
        expect(placeOf(alert(1, where))).toBe("C 3 2 402")
        expect(areaOf(alert(1, where))).toBe("C 3")
    })
})
