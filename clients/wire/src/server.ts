// The other end of a connection, for tests and simulated servers. No page loads it.
import { encode, Names } from "./codec.ts";
import { learnAll } from "./client.ts";
import { MORE_INCOMING_CODES, MORE_REQUEST_CODES } from "./generated/more_tables.ts";
import { INCOMING_CODES, REQUEST_CODES } from "./generated/tables.ts";
import type { Bodies, IncomingName, RequestName } from "./generated/types.ts";

export type ServerFrame = {
    [K in RequestName]: { name: K; seq: number; body: Bodies[K] };
}[RequestName];

await learnAll();

const incoming: Readonly<Record<IncomingName, number>> = { ...INCOMING_CODES, ...MORE_INCOMING_CODES };
const requests = new Names();
requests.add(REQUEST_CODES);
requests.add(MORE_REQUEST_CODES);

export function encodeServerFrame<K extends IncomingName>(name: K, seq: number, body: Bodies[K]): Uint8Array {
    return encode(incoming[name], name, seq, body as never);
}

export function decodeServerFrame(bytes: Uint8Array): ServerFrame {
    return requests.decode(bytes) as unknown as ServerFrame;
}
