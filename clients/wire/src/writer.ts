import { WireError } from "./wire_error.ts";

const utf8 = new TextEncoder();
const HIGH = 4294967296;

/** Canonical bytes of one frame: shortest forms, fields in ascending order. */
export class Writer {
    private bytes_ = new Uint8Array(256);
    private view_ = new DataView(this.bytes_.buffer);
    private at_ = 0;

    /** Room for so many bytes, and where they begin. */
    private take_(width: number): number {
        const from = this.at_;
        this.at_ = from + width;
        if (this.at_ > this.bytes_.length) {
            const grown = new Uint8Array(Math.max(this.at_, this.bytes_.length * 2));
            grown.set(this.bytes_);
            this.bytes_ = grown;
            this.view_ = new DataView(grown.buffer);
        }
        return from;
    }

    private byte_(value: number): void {
        const from = this.take_(1);
        this.bytes_[from] = value;
    }

    /** A tag and a big-endian number; the tags of 1, 2 and 4 bytes follow each other. */
    private tagged_(tag: number, value: number): void {
        const step = value < 0x100 ? 0 : value < 0x10000 ? 1 : 2;
        this.byte_(tag + step);
        const from = this.take_(1 << step);
        if (step === 0) this.view_.setUint8(from, value);
        else if (step === 1) this.view_.setUint16(from, value);
        else this.view_.setUint32(from, value);
    }

    int(value: number): void {
        if (!Number.isSafeInteger(value)) throw new WireError("invalid_value", "no whole number");
        if (value >= -32 && value < 128) this.byte_(value & 0xff);
        else if (value >= 0 && value < HIGH) this.tagged_(0xcc, value);
        else if (value < 0 && value >= -2147483648) {
            const mask = value >= -128 ? 0xff : value >= -32768 ? 0xffff : -1;
            this.tagged_(0xd0, (value & mask) >>> 0);
        } else {
            const from = this.head_(value < 0 ? 0xd3 : 0xcf, 8);
            this.view_.setInt32(from, Math.floor(value / HIGH));
            this.view_.setUint32(from + 4, value >>> 0);
        }
    }

    private head_(tag: number, width: number): number {
        this.byte_(tag);
        return this.take_(width);
    }

    uint(value: number): void {
        if (value < 0) throw new WireError("invalid_value", "negative");
        this.int(value);
    }

    bool(value: boolean): void {
        this.byte_(value ? 0xc3 : 0xc2);
    }

    text(value: string): void {
        const raw = utf8.encode(value);
        if (raw.length < 32) this.byte_(0xa0 | raw.length);
        else this.tagged_(0xd9, raw.length);
        const from = this.take_(raw.length);
        this.bytes_.set(raw, from);
    }

    bin(value: Uint8Array): void {
        this.tagged_(0xc4, value.length);
        const from = this.take_(value.length);
        this.bytes_.set(value, from);
    }

    /** Containers have a short form to 15 and then one of 2 bytes; longer ones are not allowed. */
    private container_(short: number, tag: number, count: number): void {
        if (count < 16) this.byte_(short | count);
        else this.view_.setUint16(this.head_(tag, 2), count);
    }

    array(count: number): void {
        this.container_(0x90, 0xdc, count);
    }

    map(count: number): void {
        this.container_(0x80, 0xde, count);
    }

    list<T>(items: readonly T[], item: (w: Writer, value: T) => void): void {
        this.array(items.length);
        for (const value of items) item(this, value);
    }

    finish(): Uint8Array {
        return this.bytes_.slice(0, this.at_);
    }
}
