// The two functions that the tests need of Node, so that no page sees Node's types.
declare module "node:fs" {
    export function readFileSync(path: URL, encoding: "utf8"): string;
    export function readdirSync(path: URL): string[];
}
