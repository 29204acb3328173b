/*
 * People called by their duty, not by name. In the text they are plain
 * words, the same in every language of the page; on screen they stand out.
 */

import { DUTY_MENTIONS } from "../words/mentions.ts"

const MENTION = new RegExp(`(${DUTY_MENTIONS.join("|")})`)

export interface TextPart {
    readonly text: string
    readonly isMention: boolean
}

export function splitMentions(text: string): TextPart[] {
    if (!text.includes("@")) return [{ text, isMention: false }]
    return text
        .split(MENTION)
        .filter((part) => part !== "")
        .map((part) => ({ text: part, isMention: MENTION.test(part) }))
}

/** Whether the person has just typed the sign that calls somebody. */
export function isCalling(text: string, caret: number): boolean {
    return text[caret - 1] === "@" || text[caret - 1] === "＠"
}

/** The text with a mention at the caret, in place of the sign typed; and the new caret. */
export function withMention(
    text: string, caret: number, mention: string,
): { readonly text: string; readonly caret: number } {
    const before = isCalling(text, caret) ? text.slice(0, caret - 1) : text.slice(0, caret)
    const put = `${before}${mention} `
    return { text: put + text.slice(caret), caret: put.length }
}
