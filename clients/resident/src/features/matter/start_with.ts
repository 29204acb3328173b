/* A chosen word at the beginning of a text that somebody goes on writing. */

/** `name` instead of `before` at the beginning; what was written behind it stays. */
export function startWith(name: string, before: string, text: string): string {
    const rest = before !== "" && text.startsWith(before) ? text.slice(before.length) : text
    const tail = rest.trimStart()
    return name === "" || tail === "" ? name + tail : `${name} ${tail}`
}
