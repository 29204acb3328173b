/*
 * codec: frames by the table of records that is made from the schema.
 * One loop for all records instead of code for each: a page loads a few KiB of table
 * whatever it uses, and a new subject adds a line per message. A line is taken apart
 * when its record is first met.
 */
import { RECORDS } from "./generated/tables.ts";
import { Reader } from "./reader.ts";
import { WireError } from "./wire_error.ts";
import { Writer } from "./writer.ts";

export type Body = Record<string, unknown>;

interface Type {
    read(r: Reader): unknown;
    write(w: Writer, value: unknown): void;
}

interface Field {
    readonly id: number;
    readonly bit: number;
    readonly name: string;
    readonly isOptional: boolean;
    readonly type: Type;
}

interface Layout {
    /** In ascending order of their numbers, as they are written. */
    readonly fields: readonly Field[];
    readonly byId: readonly (Field | undefined)[];
    readonly needed: number;
}

const LETTERS: Readonly<Record<string, Type>> = {
    u: { read: (r) => r.uint(), write: (w, value) => w.uint(value as number) },
    i: { read: (r) => r.int(), write: (w, value) => w.int(value as number) },
    b: { read: (r) => r.bool(), write: (w, value) => w.bool(value as boolean) },
    t: { read: (r) => r.text(), write: (w, value) => w.text(value as string) },
    x: { read: (r) => r.bin(), write: (w, value) => w.bin(value as Uint8Array) },
};

function typeOf(word: string, max: string | undefined): Type {
    const one = LETTERS[word] ?? {
        read: (r) => readRecord(r, word),
        write: (w, value) => writeRecord(w, word, value as Body),
    };
    if (max === undefined) return one;
    return {
        read: (r) => r.list(Number(max), one.read),
        write: (w, value) => w.list(value as unknown[], one.write),
    };
}

function takeApart(line: string): Layout {
    const fields = Array.from(line.matchAll(/(\d+)(\w+)(\??):(\w+)(?:\*(\d+))?/g), (part, i) => ({
        id: Number(part[1]),
        bit: 1 << i,
        name: part[2] ?? "",
        isOptional: part[3] === "?",
        type: typeOf(part[4] ?? "", part[5]),
    }));
    const byId: (Field | undefined)[] = [];
    let needed = 0;
    for (const field of fields) {
        byId[field.id] = field;
        if (!field.isOptional) needed |= field.bit;
    }
    return { fields, byId, needed };
}

const lines: Record<string, string> = { ...RECORDS };
const layouts = new Map<string, Layout>();

/** Records beside those of the first load. */
export function addRecords(more: Readonly<Record<string, string>>): void {
    Object.assign(lines, more);
}

function layoutOf(name: string): Layout {
    let layout = layouts.get(name);
    if (layout === undefined) {
        const line = lines[name];
        if (line === undefined) throw new WireError("unknown_operation", name);
        layout = takeApart(line);
        layouts.set(name, layout);
    }
    return layout;
}

export function readRecord(r: Reader, name: string): Body {
    const { byId, needed } = layoutOf(name);
    const out: Body = {};
    let seen = 0;
    for (let left = r.map(); left > 0; left--) {
        const id = r.uint();
        const field = byId[id];
        if (field === undefined) r.unknown(id);
        else {
            seen = r.once(seen, field.bit);
            out[field.name] = field.type.read(r);
        }
    }
    r.complete(seen, needed);
    return out;
}

export function writeRecord(w: Writer, name: string, body: Body): void {
    const present = layoutOf(name).fields.filter(
        (field) => !field.isOptional || body[field.name] !== undefined,
    );
    w.map(present.length);
    for (const field of present) {
        w.uint(field.id);
        field.type.write(w, body[field.name]);
    }
}

/** One frame, ready to be sent; throws WireError when a number is not one. */
export function encode(code: number, name: string, seq: number, body: Body): Uint8Array {
    const w = new Writer();
    w.array(3);
    w.uint(code);
    w.uint(seq);
    writeRecord(w, name, body);
    return w.finish();
}

export interface AnyFrame {
    readonly name: string;
    readonly seq: number;
    readonly body: Body;
}

/** Names of messages by their codes. */
export class Names {
    private readonly byCode_ = new Map<number, string>();

    add(codes: Readonly<Record<string, number>>): void {
        for (const [name, code] of Object.entries(codes)) this.byCode_.set(code, name);
    }

    /** Throws WireError for what is not a frame of these, whole and alone. */
    decode(bytes: Uint8Array): AnyFrame {
        const r = new Reader(bytes);
        r.envelope();
        const code = r.uint();
        const seq = r.uint();
        const name = this.byCode_.get(code);
        if (name === undefined) throw new WireError("unknown_operation", String(code));
        const body = readRecord(r, name);
        r.end();
        return { name, seq, body };
    }
}
