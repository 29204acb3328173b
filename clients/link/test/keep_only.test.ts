/* Where only some tables may stay on the device, nothing else ever gets there. */

import { describe, expect, test } from "vitest"
import { keepOnly, memoryStorage } from "../src/storage.ts"
import type { Table } from "../src/storage.ts"

describe("a device that keeps only what is the person's own", () => {
    test("drops the rest of a write and reads nothing that was there before", async () => {
        const tables = new Map<Table, Map<string, unknown>>()
        const disk = memoryStorage(tables)
        await disk.write([{ table: "pages", key: "old", value: 1 }])
        const storage = await keepOnly(["outbox", "drafts"], () => Promise.resolve(disk))(7)
        await storage.write([
            { table: "outbox", key: "a", value: 1 }, { table: "pages", key: "b", value: 2 },
            { table: "rooms", key: "c", value: 3 },
        ])
        expect([...(tables.get("outbox") ?? [])]).toEqual([["a", 1]])
        expect([...(tables.get("pages") ?? [])]).toEqual([["old", 1]])
        expect(tables.get("rooms")?.size ?? 0).toBe(0)
        expect((await storage.readAll("pages")).size).toBe(0)
        expect((await storage.readAll("outbox")).size).toBe(1)
    })
})
