// Reads the schema itself, so that the generated codec is held against something not generated.
import { readFileSync, readdirSync } from "node:fs";

export interface SchemaField {
    id: number;
    name: string;
    type: string;
    of?: string;
}

const folder = new URL("../../../proto/schema/", import.meta.url);
const fieldPattern =
    /\{ id = (\d+), name = "(\w+)", type = "(\w+)"(?:, of = "(\w+)")?/;

export const codes = new Map<string, number>();
export const fields = new Map<string, SchemaField[]>();
export const enumValues = new Map<string, Map<string, number>>();

/** Just enough TOML for how the schema is written: sections, `code`, field rows, enum values. */
function readSchema(text: string): void {
    let section = "";
    for (const line of text.split("\n")) {
        const head = /^\[([\w.]+)\]/.exec(line);
        if (head) {
            section = head[1] ?? "";
            continue;
        }
        const row = fieldPattern.exec(line);
        const number = /^(\w+)\s*=\s*(\d+)/.exec(line);
        const name = section.replace(/^struct\./, "");
        if (row) {
            const [, id, fieldName = "", type = ""] = row;
            const field: SchemaField = { id: Number(id), name: fieldName, type };
            if (row[4] !== undefined) field.of = row[4];
            fields.set(name, [...(fields.get(name) ?? []), field]);
        } else if (number && section.startsWith("enum.")) {
            const values = enumValues.get(section.slice(5)) ?? new Map<string, number>();
            enumValues.set(section.slice(5), values.set(number[1] ?? "", Number(number[2])));
        } else if (number?.[1] === "code") {
            codes.set(section, Number(number[2]));
        }
    }
}

for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    if (file !== "errors.toml") {
        readSchema(text);
        continue;
    }
    const errors = text.matchAll(/^\[(\w+)\]\ncode = (\d+)/gm);
    enumValues.set("error_code", new Map(Array.from(errors, (e) => [e[1] ?? "", Number(e[2])])));
}

function fromBase64url(text: string): Uint8Array {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function single(kind: string, of: string | undefined, value: unknown, record: RecordFn): unknown {
    if (kind === "struct" || fields.has(kind)) {
        return record(kind === "struct" ? (of ?? "") : kind, value as Record<string, unknown>);
    }
    const values = enumValues.get(kind === "enum" ? (of ?? "") : kind);
    if (values) return values.get(value as string);
    if (kind === "key" || kind === "bin") {
        return fromBase64url(value as string);
    }
    return value;
}

type RecordFn = (name: string, value: Record<string, unknown>) => unknown;

function convert(name: string, value: Record<string, unknown>, keyOf: (f: SchemaField) => string,
    record: RecordFn): [string, unknown][] {
    const all = fields.get(name) ?? [];
    const known = all.filter((f) => f.name in value).sort((a, b) => a.id - b.id);
    return known.map((f) => {
        const item = value[f.name];
        const made = f.type === "list"
            ? (item as unknown[]).map((one) => single(f.of ?? "", f.of, one, record))
            : single(f.type, f.of, item, record);
        return [keyOf(f), made];
    });
}

/** The vector's value as our types have it. */
export function typed(name: string, value: Record<string, unknown>): Record<string, unknown> {
    const camel = (f: SchemaField): string =>
        f.name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return Object.fromEntries(convert(name, value, camel, typed));
}

/** The vector's value as any MessagePack library has it: a map by field number. */
export function numbered(name: string, value: Record<string, unknown>): Map<number, unknown> {
    const rows = convert(name, value, (f) => String(f.id), numbered);
    return new Map(rows.map(([key, item]) => [Number(key), item]));
}
