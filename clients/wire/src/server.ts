// The other end of a connection, for tests and simulated servers. No page loads it.
import { decoder, encode } from "./codec.ts";
import { INCOMING_CODES, REQUEST_CODES } from "./generated/tables.ts";
import type { Bodies, IncomingName, RequestName } from "./generated/types.ts";

export type ServerFrame = {
    [K in RequestName]: { name: K; seq: number; body: Bodies[K] };
}[RequestName];

export function encodeServerFrame<K extends IncomingName>(name: K, seq: number, body: Bodies[K]): Uint8Array {
    return encode(INCOMING_CODES[name], name, seq, body as never);
}

const decode = decoder(REQUEST_CODES);

export function decodeServerFrame(bytes: Uint8Array): ServerFrame {
    return decode(bytes) as unknown as ServerFrame;
}
