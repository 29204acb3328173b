/*
 * The file a person takes with her: one page that any browser opens, without script, without
 * anything fetched. Whatever somebody wrote stands in it as text.
 */

export interface ExportLine {
    readonly time: string
    readonly title: string
    readonly body: string
}
export interface ExportPart {
    readonly title: string
    readonly lines: readonly ExportLine[]
}
export interface ExportWords {
    readonly language: string
    readonly title: string
    readonly made: string
    readonly none: string
}

const MARKS: Readonly<Record<string, string>> = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
}

function text(words: string): string {
    return words.replace(/[&<>"']/g, (mark) => MARKS[mark] ?? "")
}

function line({ time, title, body }: ExportLine): string {
    const said = body === "" ? "" : `<p>${text(body)}</p>`
    return `<li><small>${text(time)}</small> <b>${text(title)}</b>${said}</li>`
}

export function exportPage(words: ExportWords, parts: readonly ExportPart[]): string {
    const body = parts.map(({ title, lines }) =>
        `<h2>${text(title)}</h2>${
            lines.length === 0 ? `<p>${text(words.none)}</p>` : `<ul>${lines.map(line).join("")}</ul>`
        }`,
    )
    return `<!doctype html><html lang="${text(words.language)}"><meta charset="utf-8">` +
        '<meta name="viewport" content="width=device-width">' +
        `<title>${text(words.title)}</title><style>body{max-width:40em;margin:auto;padding:1em;` +
        "font:1.15em/1.6 sans-serif}li{margin:.6em 0}p{white-space:pre-wrap;margin:.2em 0}</style>" +
        `<h1>${text(words.title)}</h1><p>${text(words.made)}</p>${body.join("")}</html>`
}
