/*
 * A client's end of a connection. It knows what the first load needs; the rest of the
 * table is learned when something of it is wanted or comes in.
 */
import { addRecords, encode, Names } from "./codec.ts";
import { INCOMING_CODES, REQUEST_CODES } from "./generated/tables.ts";
import type { Bodies, IncomingName, RequestName } from "./generated/types.ts";

export type Frame = {
    [K in IncomingName]: { name: K; seq: number; body: Bodies[K] };
}[IncomingName];

const requests: Partial<Record<RequestName, number>> = { ...REQUEST_CODES };
const incoming = new Names();
incoming.add(INCOMING_CODES);
let hasAll = false;

/** Whether the whole table is here. */
export function knowsAll(): boolean {
    return hasAll;
}

export function knowsRequest(name: RequestName): boolean {
    return requests[name] !== undefined;
}

/** Fetches the rest of the table; fails without network. */
export async function learnAll(): Promise<void> {
    const more = await import("./generated/more_tables.ts");
    addRecords(more.MORE_RECORDS);
    Object.assign(requests, more.MORE_REQUEST_CODES);
    incoming.add(more.MORE_INCOMING_CODES);
    hasAll = true;
}

/** A request; throws WireError when a number is not one, or the request is not known yet. */
export function encodeFrame<K extends RequestName>(name: K, seq: number, body: Bodies[K]): Uint8Array {
    return encode(requests[name] ?? Number.NaN, name, seq, body as never);
}

/** Throws WireError for everything that is not a frame of a server, whole and alone. */
export function decodeFrame(bytes: Uint8Array): Frame {
    return incoming.decode(bytes) as unknown as Frame;
}
