/*
 * storage: what stays on the device, per account.
 * Five tables of keys and values; a write is all or nothing. `memoryStorage` serves
 * where the browser has no database (private windows, some web views).
 */

export const TABLES = ["meta", "rooms", "pages", "outbox", "drafts"] as const
export type Table = (typeof TABLES)[number]

export interface Change {
    readonly table: Table
    readonly key: string
    /** Absent: the key is removed. Values are plain data and bytes. */
    readonly value?: unknown
}

export interface Storage {
    readAll(table: Table): Promise<Map<string, unknown>>
    write(changes: readonly Change[]): Promise<void>
    clear(tables: readonly Table[]): Promise<void>
    close(): void
}

/** Opens the storage of one account; never fails, falls back to memory. */
export type OpenStorage = (accountId: number) => Promise<Storage>

/** Keeps what it is given until the page goes. `tables` may be shared to play a reload. */
export function memoryStorage(
    tables: Map<Table, Map<string, unknown>> = new Map(),
): Storage {
    const get = (table: Table): Map<string, unknown> => {
        const found = tables.get(table) ?? new Map<string, unknown>()
        tables.set(table, found)
        return found
    }
    return {
        readAll: (table) => Promise.resolve(new Map(get(table))),
        write: (changes) => {
            for (const { table, key, value } of changes)
                if (value === undefined) get(table).delete(key)
                else get(table).set(key, value)
            return Promise.resolve()
        },
        clear: (names) => {
            for (const name of names) get(name).clear()
            return Promise.resolve()
        },
        close: () => undefined,
    }
}

/** Keeps these tables only; what belongs in others is never written to the device. */
export function keepOnly(tables: readonly Table[], open: OpenStorage): OpenStorage {
    return async (accountId) => {
        const storage = await open(accountId)
        return {
            ...storage,
            readAll: (table) =>
                tables.includes(table) ? storage.readAll(table) : Promise.resolve(new Map()),
            write: (changes) =>
                storage.write(changes.filter((change) => tables.includes(change.table))),
        }
    }
}
