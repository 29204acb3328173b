import { WireError } from "./wire_error.ts";

const utf8 = new TextEncoder();
const HIGH = 4294967296;

/** How many of these are there; what is undefined is not sent. */
export function present(...values: unknown[]): number {
    let count = 0;
    for (const value of values) if (value !== undefined) count++;
    return count;
}

/** Canonical bytes of one frame: shortest forms, fields in ascending order. */
export class Writer {
    private bytes = new Uint8Array(256);
    private view = new DataView(this.bytes.buffer);
    private at = 0;

    /** Room for so many bytes, and where they begin. */
    private take(width: number): number {
        const from = this.at;
        this.at = from + width;
        if (this.at > this.bytes.length) {
            const grown = new Uint8Array(Math.max(this.at, this.bytes.length * 2));
            grown.set(this.bytes);
            this.bytes = grown;
            this.view = new DataView(grown.buffer);
        }
        return from;
    }

    private byte(value: number): void {
        const from = this.take(1);
        this.bytes[from] = value;
    }

    /** A tag and a big-endian number; the tags of 1, 2 and 4 bytes follow each other. */
    private tagged(tag: number, value: number): void {
        const step = value < 0x100 ? 0 : value < 0x10000 ? 1 : 2;
        this.byte(tag + step);
        const from = this.take(1 << step);
        if (step === 0) this.view.setUint8(from, value);
        else if (step === 1) this.view.setUint16(from, value);
        else this.view.setUint32(from, value);
    }

    int(value: number): void {
        if (!Number.isSafeInteger(value)) throw new WireError("invalid_value", "no whole number");
        if (value >= -32 && value < 128) this.byte(value & 0xff);
        else if (value >= 0 && value < HIGH) this.tagged(0xcc, value);
        else if (value < 0 && value >= -2147483648) {
            const mask = value >= -128 ? 0xff : value >= -32768 ? 0xffff : -1;
            this.tagged(0xd0, (value & mask) >>> 0);
        } else {
            const from = this.head(value < 0 ? 0xd3 : 0xcf, 8);
            this.view.setInt32(from, Math.floor(value / HIGH));
            this.view.setUint32(from + 4, value >>> 0);
        }
    }

    private head(tag: number, width: number): number {
        this.byte(tag);
        return this.take(width);
    }

    uint(value: number): void {
        if (value < 0) throw new WireError("invalid_value", "negative");
        this.int(value);
    }

    bool(value: boolean): void {
        this.byte(value ? 0xc3 : 0xc2);
    }

    text(value: string): void {
        const raw = utf8.encode(value);
        if (raw.length < 32) this.byte(0xa0 | raw.length);
        else this.tagged(0xd9, raw.length);
        const from = this.take(raw.length);
        this.bytes.set(raw, from);
    }

    bin(value: Uint8Array): void {
        this.tagged(0xc4, value.length);
        const from = this.take(value.length);
        this.bytes.set(value, from);
    }

    /** Containers have a short form to 15 and then one of 2 bytes; longer ones are not allowed. */
    private container(short: number, tag: number, count: number): void {
        if (count < 16) this.byte(short | count);
        else this.view.setUint16(this.head(tag, 2), count);
    }

    array(count: number): void {
        this.container(0x90, 0xdc, count);
    }

    map(count: number): void {
        this.container(0x80, 0xde, count);
    }

    list<T>(items: readonly T[], item: (w: Writer, value: T) => void): void {
        this.array(items.length);
        for (const value of items) item(this, value);
    }

    finish(): Uint8Array {
        return this.bytes.slice(0, this.at);
    }
}

export function writeUint(w: Writer, value: number): void {
    w.uint(value);
}

export function writeText(w: Writer, value: string): void {
    w.text(value);
}
