// A client's end of a connection.
import { decoder, encode } from "./codec.ts";
import { INCOMING_CODES, REQUEST_CODES } from "./generated/tables.ts";
import type { Bodies, IncomingName, RequestName } from "./generated/types.ts";

export type Frame = {
    [K in IncomingName]: { name: K; seq: number; body: Bodies[K] };
}[IncomingName];

/** A request; throws WireError when a number is not one. */
export function encodeFrame<K extends RequestName>(name: K, seq: number, body: Bodies[K]): Uint8Array {
    return encode(REQUEST_CODES[name], name, seq, body as never);
}

const decode = decoder(INCOMING_CODES);

/** Throws WireError for everything that is not a frame of a server, whole and alone. */
export function decodeFrame(bytes: Uint8Array): Frame {
    return decode(bytes) as unknown as Frame;
}
