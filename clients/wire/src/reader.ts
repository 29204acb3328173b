import { WireError } from "./wire_error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HIGH = 4294967296;

function malformed(detail = "value"): never {
    throw new WireError("malformed_frame", detail);
}

/** A cursor over the bytes of one frame. Texts are decoded, binaries copied, no more. */
export class Reader {
    private readonly bytes_: Uint8Array;
    private readonly view_: DataView;
    private at_ = 0;

    constructor(bytes: Uint8Array) {
        this.bytes_ = bytes;
        this.view_ = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    /** Moves on by so many bytes and says where they begin. */
    private take_(width: number): number {
        const from = this.at_;
        if (width > this.bytes_.length - from) malformed("cut");
        this.at_ = from + width;
        return from;
    }

    private byte_(): number {
        return this.view_.getUint8(this.take_(1));
    }

    /** A big-endian unsigned number of 1, 2 or 4 bytes. */
    private fixed_(width: number): number {
        const from = this.take_(width);
        if (width === 1) return this.view_.getUint8(from);
        return width === 2 ? this.view_.getUint16(from) : this.view_.getUint32(from);
    }

    /** Whole numbers up to ±2^53; wider encodings than needed are taken. */
    int(): number {
        const tag = this.byte_();
        if (tag < 0x80) return tag;
        if (tag >= 0xe0) return tag - 256;
        if (tag < 0xcc || tag > 0xd3) malformed();
        const signed = tag >= 0xd0;
        const width = 1 << (tag & 3);
        let value = this.fixed_(width & 7 || 4);
        if (signed && width < 8) value = (value << (32 - 8 * width)) >> (32 - 8 * width);
        if (width === 8) value = (signed ? value | 0 : value) * HIGH + this.fixed_(4);
        return Number.isSafeInteger(value) ? value : malformed();
    }

    uint(): number {
        const value = this.int();
        return value >= 0 ? value : malformed();
    }

    bool(): boolean {
        const tag = this.byte_();
        return tag === 0xc3 || (tag !== 0xc2 && malformed());
    }

    /** The length behind a head of the kind that starts at `first`, of at least this width. */
    private length_(tag: number, first: number, width: number): number {
        const step = tag - first;
        if (step < 0 || width << step > 4) malformed();
        return this.fixed_(width << step);
    }

    text(): string {
        const tag = this.byte_();
        const length = (tag & 0xe0) === 0xa0 ? tag & 0x1f : this.length_(tag, 0xd9, 1);
        const from = this.take_(length);
        try {
            return utf8.decode(this.bytes_.subarray(from, this.at_));
        } catch {
            return malformed();
        }
    }

    bin(): Uint8Array {
        const from = this.take_(this.length_(this.byte_(), 0xc4, 1));
        return this.bytes_.slice(from, this.at_);
    }

    /** No container may claim more values than there are bytes. */
    private count_(count: number, each: number): number {
        return count * each > this.bytes_.length - this.at_ ? malformed() : count;
    }

    map(): number {
        const tag = this.byte_();
        return this.count_((tag & 0xf0) === 0x80 ? tag & 0x0f : this.length_(tag, 0xde, 2), 2);
    }

    list<T>(max: number, item: (r: Reader) => T): T[] {
        const tag = this.byte_();
        const count = this.count_((tag & 0xf0) === 0x90 ? tag & 0x0f : this.length_(tag, 0xdc, 2), 1);
        if (count > max) malformed("items");
        const items: T[] = [];
        for (let i = 0; i < count; i++) items.push(item(this));
        return items;
    }

    /** Notes a field of a record; a field may come once. */
    once(seen: number, bit: number): number {
        return seen & bit ? malformed("twice") : seen | bit;
    }

    complete(seen: number, needed: number): void {
        if ((seen & needed) !== needed) malformed("missing");
    }

    /** A field this build does not know: of any type, however nested. */
    unknown(key: number): void {
        if (key < 1 || key > 127) malformed();
        for (let left = 1; left > 0; left--) left += this.skip_();
    }

    /** Passes one head; returns how many values are inside. */
    private skip_(): number {
        const tag = this.byte_();
        if (tag < 0x80 || tag >= 0xe0 || tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return 0;
        if (tag < 0xa0) return this.count_(tag & 0x0f, 1) * (tag < 0x90 ? 2 : 1);
        if (tag < 0xc0) this.take_(tag & 0x1f);
        else if (tag >= 0xdc) {
            return this.count_(this.fixed_(tag & 1 ? 4 : 2), 1) * (tag >= 0xde ? 2 : 1);
        } else if (tag >= 0xd9) this.take_(this.length_(tag, 0xd9, 1));
        else if (tag >= 0xc4 && tag <= 0xc6) this.take_(this.length_(tag, 0xc4, 1));
        else if (tag >= 0xcc && tag <= 0xd3) this.take_(1 << (tag & 3));
        else malformed();
        return 0;
    }

    envelope(): void {
        if (this.byte_() !== 0x93) malformed();
    }

    end(): void {
        if (this.at_ !== this.bytes_.length) malformed("end");
    }
}
