// The golden vectors of proto/vectors.
import { readFileSync, readdirSync } from "node:fs";

export interface Vector {
    name: string;
    case: string;
    seq: number;
    value: Record<string, unknown>;
    hex: string;
}

export interface Refused {
    case: string;
    error: string;
    field: string;
    hex: string;
}

const folder = new URL("../../../proto/vectors/", import.meta.url);

function rows<T>(file: string): T[] {
    return JSON.parse(readFileSync(new URL(file, folder), "utf8")) as T[];
}

export const refused: Refused[] = rows("refused.json");
export const lenient: Vector[] = rows("lenient.json");
export const vectors: Vector[] = readdirSync(folder)
    .filter((file) => file !== "refused.json" && file !== "lenient.json")
    .flatMap((file) => rows<Vector>(file));

export function bytesOf(hex: string): Uint8Array {
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
