/* storage in IndexedDB: one database per account, one object store per table. */

import { memoryStorage, TABLES } from "./storage.ts"
import type { OpenStorage, Storage, Table } from "./storage.ts"

const VERSION = 1
const OPEN_WAIT_MS = 1500

function finished(transaction: IDBTransaction): Promise<void> {
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error ?? new Error("aborted"))
        transaction.onerror = () => reject(transaction.error ?? new Error("failed"))
    })
}

function openDatabase(factory: IDBFactory, name: string): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
        const request = factory.open(name, VERSION)
        const timer = setTimeout(() => reject(new Error("the database does not open")), OPEN_WAIT_MS)
        request.onupgradeneeded = () => {
            for (const table of TABLES)
                if (!request.result.objectStoreNames.contains(table))
                    request.result.createObjectStore(table)
        }
        request.onsuccess = () => {
            clearTimeout(timer)
            resolve(request.result)
        }
        request.onerror = () => {
            clearTimeout(timer)
            reject(request.error ?? new Error("cannot open"))
        }
    })
}

function idbStorage(database: IDBDatabase): Storage {
    database.onversionchange = () => database.close()
    return {
        async readAll(table: Table) {
            const transaction = database.transaction(table, "readonly")
            const store = transaction.objectStore(table)
            const keys = store.getAllKeys()
            const values = store.getAll()
            await finished(transaction)
            const rows = new Map<string, unknown>()
            keys.result.forEach((key, index) => rows.set(String(key), values.result[index]))
            return rows
        },
        async write(changes) {
            if (changes.length === 0) return
            const tables = [...new Set(changes.map((change) => change.table))]
            const transaction = database.transaction(tables, "readwrite")
            for (const { table, key, value } of changes) {
                const store = transaction.objectStore(table)
                if (value === undefined) store.delete(key)
                else store.put(value, key)
            }
            await finished(transaction)
        },
        async clear(tables) {
            const transaction = database.transaction([...tables], "readwrite")
            for (const table of tables) transaction.objectStore(table).clear()
            await finished(transaction)
        },
        close: () => database.close(),
    }
}

/** IndexedDB where there is one, memory else. */
export function browserStorage(prefix = "hall"): OpenStorage {
    return async (accountId) => {
        try {
            return idbStorage(await openDatabase(indexedDB, `${prefix}-${accountId}`))
        } catch {
            return memoryStorage()
        }
    }
}
