import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";

import { addRecords, encode as encodeRecord, readRecord, type Body } from "../src/codec.ts";
import { DOOR_RECORDS } from "../src/generated/door_tables.ts";
import { decodeFrame, encodeFrame, Op, WireError, type OpName } from "../src/index.ts";
import { Reader } from "../src/reader.ts";
import { decodeServerFrame, encodeServerFrame } from "../src/server.ts";
import { bytesOf, hexOf, lenient, refused, vectors, type Vector } from "./golden.ts";
import { codes, numbered, typed } from "./independent.ts";

addRecords(DOOR_RECORDS);

function encodeAny(vector: Vector, body: Body): Uint8Array {
    return encodeRecord(Op[vector.name as OpName], vector.name, vector.seq, body);
}

function decodeAny(name: string, bytes: Uint8Array): { code: number; seq: number; body: Body } {
    const r = new Reader(bytes);
    r.envelope();
    const frame = { code: r.uint(), seq: r.uint(), body: readRecord(r, name) };
    r.end();
    return frame;
}

describe("golden vectors", () => {
    it("cover every message in at least three cases", () => {
        for (const name of Object.keys(Op)) {
            expect(vectors.filter((v) => v.name === name).length, name).toBeGreaterThanOrEqual(3);
        }
    });

    it.each(vectors.map((v) => [`${v.name} ${v.case}`, v] as const))("%s", (_, vector) => {
        const body = typed(vector.name, vector.value);
        expect(hexOf(encodeAny(vector, body))).toBe(vector.hex);
        const frame = decodeAny(vector.name, bytesOf(vector.hex));
        expect(frame).toEqual({ code: codes.get(vector.name), seq: vector.seq, body });
    });

    it("agree with an independent MessagePack library, byte for byte", () => {
        for (const vector of vectors) {
            const frame = [codes.get(vector.name), vector.seq, numbered(vector.name, vector.value)];
            expect(hexOf(encodeMaps(frame)), `${vector.name} ${vector.case}`).toBe(vector.hex);
            const other = decode(bytesOf(vector.hex), { useBigInt64: false }) as unknown[];
            expect(other.slice(0, 2)).toEqual(frame.slice(0, 2));
        }
    });

    it("give the same value to the independent library", () => {
        for (const vector of vectors) {
            const [, , body] = decode(bytesOf(vector.hex)) as [number, number, unknown];
            expect(body, vector.name).toEqual(asObjects(numbered(vector.name, vector.value)));
        }
    });
});

/** The library writes objects with text keys only, so maps are put together around it. */
function encodeMaps(value: unknown): Uint8Array {
    const parts: number[] = [];
    if (value instanceof Map) {
        const count = value.size;
        parts.push(...(count < 16 ? [0x80 | count] : [0xde, count >> 8, count & 255]));
        for (const [key, item] of value) parts.push(...encode(key), ...encodeMaps(item));
    } else if (Array.isArray(value)) {
        const count = value.length;
        parts.push(...(count < 16 ? [0x90 | count] : [0xdc, count >> 8, count & 255]));
        for (const item of value) parts.push(...encodeMaps(item));
    } else {
        parts.push(...encode(value));
    }
    return Uint8Array.from(parts);
}

function asObjects(value: unknown): unknown {
    if (value instanceof Map) {
        return Object.fromEntries(Array.from(value, ([key, item]) => [key, asObjects(item)]));
    }
    return Array.isArray(value) ? value.map(asObjects) : value;
}

describe("what a decoder must take", () => {
    it.each(lenient.map((v) => [v.case, v] as const))("%s", (_, vector) => {
        if (vector.case === "wide_integers") return; // the client's envelope is canonical
        const frame = decodeAny(vector.name, bytesOf(vector.hex));
        expect(frame.body).toEqual(typed(vector.name, vector.value));
    });

    it("unknown enum values stay numbers", () => {
        const bytes = encodeServerFrame("closing", 0, { reason: 1, retryAfterMs: 5 });
        const at = hexOf(bytes).replace(/0101/, "0163");
        const frame = decodeFrame(bytesOf(at));
        expect(frame).toEqual({ name: "closing", seq: 0, body: { reason: 0x63, retryAfterMs: 5 } });
    });
});

describe("what a decoder must refuse", () => {
    it("every truncated prefix of every vector", () => {
        let refusals = 0;
        for (const vector of vectors) {
            const bytes = bytesOf(vector.hex);
            const step = Math.max(1, Math.floor(bytes.length / 400));
            for (let length = 0; length < bytes.length; length += length < 300 ? 1 : step) {
                expect(() => decodeAny(vector.name, bytes.subarray(0, length))).toThrow(WireError);
                refusals++;
            }
        }
        expect(refusals).toBeGreaterThan(10000);
    });

    it("bytes behind the frame", () => {
        const bytes = encodeServerFrame("done", 1, {});
        expect(() => decodeFrame(Uint8Array.from([...bytes, 0]))).toThrow(/end/);
    });

    it.each([
        ["map32 of 4 billion", "930701dfffffffff"],
        ["array32 of 4 billion", "9304018101ddffffffff"],
        ["text of 4 GiB", "93050182010102dbffffffff"],
        ["binary of 4 GiB where nothing is known", "930601817fc6ffffffff"],
        ["65 heads", `9304018302dc0041${"82010102".repeat(33)}`],
        ["nested arrays of 16 million", `930601817f${"dd00ffffff".repeat(30)}`],
        ["float", "93060181 01cb0000000000000000"],
        ["extension", "930601817fd40100"],
        ["never used byte", "930601817fc1"],
        ["field twice", "93060182010101 01"],
        ["field number 0", "930601810001"],
        ["field number 128", "93060181cc8001"],
        ["field missing", "9304018101 00"],
        ["negative length of time", "930701820101 02ff"],
        ["bad UTF-8", "930501820101 02a2c328"],
        ["beyond 2^53", "93040183 01cf0020000000000000 0290 0300"],
        ["not an array", "80"],
        ["nothing", ""],
    ])("%s", (_, hex) => {
        expect(() => decodeFrame(bytesOf(hex.split(" ").join("")))).toThrow(WireError);
    });

    // A client leaves these to the server, and holds field values against no limits but counts.
    const servers = ["request_without_number", "number_over_32_bits", "unknown_key_twice"];
    const bad = refused.filter((r) => r.error !== "invalid_field" && !servers.includes(r.case));
    it.each(bad.map((r) => [r.case, r.hex] as const))("the vector %s", (_, hex) => {
        expect(() => decodeServerFrame(bytesOf(hex))).toThrow(WireError);
    });

    it("operations a server does not send", () => {
        const hello = encodeFrame("ping", 1, { rooms: [] });
        expect(() => decodeFrame(hello)).toThrow(/unknown_operation/);
        expect(decodeServerFrame(hello)).toEqual({ name: "ping", seq: 1, body: { rooms: [] } });
    });
});

describe("what an encoder must refuse", () => {
    it.each([0.5, Number.NaN, -1, 2 ** 53, Number.POSITIVE_INFINITY])("the id %s", (seq) => {
        expect(() => encodeFrame("room_read", 1, { roomId: 1, seq })).toThrow(WireError);
    });
});
